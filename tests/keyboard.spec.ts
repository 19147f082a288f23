// A keyboard alone does every main path, and the focus is never lost.
import type { Page } from "@playwright/test";
import { anotherPerson, expect, expectToast, test } from "./owlet";

const messages = (page: Page) => page.getByRole("grid", { name: "Messages" });
const folders = (page: Page) => page.getByRole("tree", { name: "Folders" });
const reading = (page: Page) => page.getByRole("region", { name: "Reading pane" });

/** The focus is on something. */
async function focusIsSomewhere(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), "the focus").not.toBe("BODY");
}

/** Presses keys one after the other; after each the focus must be on something. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await focusIsSomewhere(page);
  }
}

/** Signs in without a pointer. */
async function signInByKey(page: Page, name: string): Promise<void> {
  await page.goto("/");
  await expect(page.getByLabel("Address")).toBeFocused();
  await page.keyboard.type(`${name}@owlery.example`);
  await page.keyboard.press("Tab");
  await page.keyboard.type("owlet");
  await page.keyboard.press("Enter");
  await expect(messages(page)).toBeVisible();
}

/** Goes round by F6 until a pane has the focus. */
async function toPane(page: Page, pane: ReturnType<Page["locator"]>): Promise<void> {
  for (let step = 0; step < 6; step += 1) {
    await press(page, "F6");
    if (await pane.evaluate((it) => it.contains(document.activeElement))) return;
  }
  await expect(pane, "F6 reaches it").toBeFocused();
}

test.beforeEach(async ({ page }) => {
  await signInByKey(page, "alice");
});

test("F6 goes round the panes, and each shows where the focus is", async ({ page }) => {
  await toPane(page, messages(page));
  await press(page, "Home");
  await expect(reading(page).getByRole("article")).not.toHaveCount(0);
  const seen: string[] = [];
  for (let step = 0; step < 5; step += 1) {
    await press(page, "F6");
    const { pane, ring } = await page.evaluate(() => {
      const focused = document.activeElement!;
      // In the grid the ring is on the row under the cursor.
      const row = document.getElementById(focused.getAttribute("aria-activedescendant") ?? "");
      const { outlineStyle, outlineWidth } = getComputedStyle(row ?? focused);
      return {
        pane: focused.closest("[data-pane]")?.className.split(" ")[0] ?? "nowhere",
        ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
      };
    });
    expect(ring, `the ring in ${pane}`).toBeGreaterThanOrEqual(2);
    seen.push(pane);
  }
  expect(seen).toEqual(["reading", "rail", "side", "top", "email-list"]);
  await press(page, "Shift+F6");
  await expect(page.getByRole("button", { name: /^Search or do/ })).toBeFocused();
});

test("folders are walked and opened", async ({ page }) => {
  await toPane(page, folders(page));
  await expect(folders(page).getByRole("treeitem", { name: /^Inbox/ })).toBeFocused();
  await press(page, "ArrowDown", "ArrowDown", "Enter");
  await expect(page).toHaveTitle(/Sent/);
  await press(page, "g", "i");
  await expect(page).toHaveTitle(/Inbox/);
});

test("mails are read one after the other", async ({ page }) => {
  await toPane(page, messages(page));
  await press(page, "Home");
  const first = await messages(page).getByRole("row", { selected: true }).getAttribute("id");
  await press(page, "j");
  await expect(messages(page).getByRole("row", { selected: true })).not.toHaveAttribute("id", first!);
  await press(page, "k");
  await expect(messages(page).getByRole("row", { selected: true })).toHaveAttribute("id", first!);
  await toPane(page, reading(page));
  await press(page, "PageDown", "PageUp");
});

test("a mail is answered and sent", async ({ page }) => {
  await toPane(page, messages(page));
  await press(page, "Home");
  const articles = reading(page).getByRole("article");
  await expect(articles).toHaveCount(1);
  await articles.evaluate((article) => article.setAttribute("data-drawn", "before"));
  await press(page, "r");
  await expect(page.getByRole("textbox", { name: "Message" })).toBeFocused();
  await page.keyboard.type("By keys alone.");
  await press(page, "Control+Enter");
  await expectToast(page, /Sent|sent/);
  // It joins its conversation, which is not drawn anew for it: what was read is, and the focus stays.
  await expect(articles).toHaveCount(2);
  await expect(articles.first()).toHaveAttribute("data-drawn", "before");
  await focusIsSomewhere(page);
});

test("a new mail goes to somebody who is completed", async ({ page, browser, gateway }) => {
  await press(page, "F6", "c");
  const to = page.getByRole("combobox", { name: "To" });
  await expect(to).toBeFocused();
  await page.keyboard.type("bob");
  await expect(page.getByRole("option", { name: /Bob Okafor/ })).toBeVisible();
  await press(page, "Enter");
  await press(page, "Tab");
  while (!(await page.getByRole("textbox", { name: "Subject" }).evaluate((it) => it === document.activeElement))) {
    await press(page, "Tab");
  }
  await page.keyboard.type("Keys only");
  await press(page, "Tab");
  await page.keyboard.type("Without a mouse.");
  await press(page, "Control+Enter");
  await expectToast(page, /Sent|sent/);
  await focusIsSomewhere(page);
  const bob = await anotherPerson(browser, gateway, "bob");
  await expect(messages(bob).getByRole("row", { name: /Keys only/ })).toBeVisible({ timeout: 30_000 });
  await bob.context().close();
});

test("something is searched and opened", async ({ page }) => {
  await press(page, "F6", "/");
  await expect(page.getByRole("combobox", { name: "Search or do" })).toBeFocused();
  await page.keyboard.type("lamps");
  await expect(page.getByRole("option", { name: /Search all mail/ })).toBeVisible();
  await press(page, "Enter");
  await expect(page.getByRole("heading", { name: "Found" })).toBeVisible();
  await toPane(page, messages(page));
  await press(page, "Home", "Enter");
  await expect(reading(page).getByRole("article")).not.toHaveCount(0);
});

test("a mail is flagged, archived, deleted, moved, and each is undone", async ({ page }) => {
  await toPane(page, messages(page));
  await press(page, "Home", "ArrowDown");
  const rows = messages(page).getByRole("row");
  const row = messages(page).getByRole("row", { name: /Minutes from Monday/ });
  await expect(row).toHaveAttribute("aria-selected", "true");
  await press(page, "s");
  await expect(row).toHaveAccessibleName(/Flagged/);
  for (const key of ["e", "Delete"]) {
    await press(page, key);
    await expect(row).toBeHidden();
    await expect(messages(page)).toBeFocused();
    await press(page, "z");
    await expect(row).toBeVisible();
    await press(page, "Home", "ArrowDown");
  }
  await press(page, "v");
  await expect(page.getByRole("dialog", { name: "Move to" })).toBeVisible();
  await page.keyboard.type("Opening");
  await press(page, "Enter");
  await expect(row).toBeHidden();
  await expectToast(page, /Opening week/);
  await press(page, "z");
  await expect(row).toBeVisible();
  await expect(rows).not.toHaveCount(0);
});

test("menus and dialogs are left by Escape, and the focus is where it was", async ({ page }) => {
  await toPane(page, messages(page));
  await press(page, "Home", "Shift+F10");
  await expect(page.getByRole("menu", { name: "Message" })).toBeVisible();
  await press(page, "ArrowDown", "Escape");
  await expect(messages(page)).toBeFocused();
  for (const [key, name] of [
    ["?", "Keys"],
    ["v", "Move to"],
    ["l", "Categories"],
  ] as const) {
    await press(page, key);
    await expect(page.getByRole("dialog", { name })).toBeVisible();
    await press(page, "Escape");
    await expect(page.getByRole("dialog", { name })).toHaveCount(0);
    await expect(messages(page)).toBeFocused();
  }
  await press(page, "Control+k", "Escape");
  await expect(messages(page)).toBeFocused();
});

test("an icon's name shows when the focus comes by key", async ({ page }) => {
  await toPane(page, messages(page));
  await press(page, "Shift+Tab");
  await expect(page.getByRole("button", { name: /^Order/ })).toBeFocused();
  await expect(page.locator(".tooltip")).toBeVisible();
  await expect(page.locator(".tooltip")).toContainText("Order");
  await press(page, "Escape");
  await expect(page.locator(".tooltip")).toBeHidden();
});
