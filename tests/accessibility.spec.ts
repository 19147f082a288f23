// axe finds nothing on any screen, in both schemes and on a phone; what a screen reader is told of frame, list and
// reading pane; narrow windows, large text, and writing from right to left.
import type { Page } from "@playwright/test";
import { cutOff, expect, expectAccessible, expectToast, signIn, test } from "./owlet";

const messages = (page: Page) => page.getByRole("grid", { name: "Messages" });
const reading = (page: Page) => page.getByRole("region", { name: "Reading pane" });

/** Opens a mail of the sample by a word of its subject, and waits for what is in it. */
async function open(page: Page, subject: RegExp): Promise<void> {
  await messages(page).getByRole("row", { name: subject }).click();
  await expect(reading(page).getByRole("heading", { name: subject }).first()).toBeVisible();
  await expect(reading(page).getByRole("article")).not.toHaveCount(0);
}

/** Presses a button that opens a menu, has it looked at, and closes it by key. */
async function menu(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole("button", { name }).first();
  await button.click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(button).toBeFocused();
}

/** A dialog that a key opened is looked at and left by Escape. */
async function dialog(page: Page, name: string | RegExp): Promise<void> {
  await expect(page.getByRole("dialog", { name })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name })).toHaveCount(0);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in the ${colorScheme} scheme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test("signing in, and a wrong password", async ({ page }) => {
      await page.goto("/");
      await expect(page.getByLabel("Address")).toBeVisible();
      await expectAccessible(page);
      await page.getByLabel("Address").fill("alice@owlery.example");
      await page.getByLabel("Password", { exact: true }).fill("not this");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert").or(page.getByText(/don’t fit|wrong|not right/i)).first()).toBeVisible();
      await expectAccessible(page);
    });

    test("the inbox and what is read", async ({ page }) => {
      await signIn(page, "alice");
      await expectAccessible(page);
      await open(page, /Reading room/);
      await expect(page.getByRole("list", { name: "Files" })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: /Lighting plan/ }).first().click();
      await dialog(page, /Lighting plan/);
    });

    test("the menus", async ({ page }) => {
      await signIn(page, "alice");
      await open(page, /Reading room/);
      for (const name of ["Settings", "Alice Moreau", /^Filter/, /^Order/, "More", "More for this message"]) {
        await menu(page, name);
      }
      await messages(page).focus();
      await page.keyboard.press("Shift+F10");
      await expect(page.getByRole("menu", { name: "Message" })).toBeVisible();
      await expectAccessible(page);
    });

    test("searching", async ({ page }) => {
      await signIn(page, "alice");
      await page.keyboard.press("Control+k");
      const field = page.getByRole("combobox", { name: "Search or do" });
      await expect(field).toBeFocused();
      await expectAccessible(page);
      await field.fill("lamps");
      await expect(page.getByRole("option", { name: /Search all mail/ })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Enter");
      await expect(page.getByRole("heading", { name: "Found" })).toBeVisible();
      await expect(messages(page).getByRole("row")).not.toHaveCount(0);
      await expectAccessible(page);
      await page.goto("/mail/everywhere?q=zzzqqq");
      await expect(page.getByText(/Nothing found/)).toBeVisible();
      await expectAccessible(page);
    });

    test("the dialogs", async ({ page }) => {
      await signIn(page, "alice");
      await open(page, /Reading room/);
      await page.keyboard.press("?");
      await dialog(page, "Keys");
      await page.keyboard.press("v");
      await dialog(page, "Move to");
      await page.keyboard.press("l");
      await dialog(page, "Categories");
      await page.getByRole("button", { name: "More for this message" }).first().click();
      await page.getByRole("menuitem", { name: "Headers" }).click();
      await dialog(page, /Headers/);
    });

    test("what is empty, and what did not load", async ({ page, gateway }) => {
      await signIn(page, "alice");
      await page.getByRole("treeitem", { name: "Deleted" }).click();
      await page.getByRole("treeitem", { name: "Deleted" }).click({ button: "right" });
      await page.getByRole("menuitem", { name: "Empty folder…" }).click();
      await expect(page.getByRole("dialog", { name: /Empty/ })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
      await expect(page.getByText("Nothing here")).toBeVisible();
      await expectAccessible(page);
      await cutOff(page, gateway);
      await page.getByRole("treeitem", { name: "Opening week" }).click();
      await expect(page.getByText(/You’re offline/)).toBeVisible();
      await expectAccessible(page);
      await gateway.start();
    });

    test("writing", async ({ page }) => {
      await signIn(page, "alice");
      await open(page, /Reading room/);
      await page.keyboard.press("r");
      await expect(page.getByRole("textbox", { name: "Message" })).toBeFocused();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "New mail" }).first().click();
      const to = page.getByRole("combobox", { name: "To" }).last();
      await expect(to).toBeVisible();
      await to.fill("not an address");
      await page.keyboard.press("Enter");
      await expectAccessible(page);
      await page.getByRole("textbox", { name: "Message" }).last().click();
      await page.keyboard.press("Control+k");
      const link = page.getByRole("dialog", { name: "Link" });
      await link.getByRole("textbox", { name: "Address" }).fill("no address");
      await page.keyboard.press("Enter");
      await expect(link.getByText("This is not a web or mail address")).toBeVisible();
      await dialog(page, "Link");
      await page.getByRole("button", { name: "Send later" }).last().click();
      await expect(page.getByRole("menu")).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("menuitem", { name: "Pick a time…" }).click();
      const later = page.getByRole("dialog", { name: "Send later" });
      await later.getByLabel("Day and time").fill("2020-01-01T08:00");
      await page.keyboard.press("Enter");
      await expect(later.getByText("This time has passed")).toBeVisible();
      await dialog(page, "Send later");
    });

    test("on a phone", async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await signIn(page, "alice");
      await expectAccessible(page);
      await page.getByRole("button", { name: "Folders" }).click();
      await expect(page.getByRole("tree", { name: "Folders" })).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Choose several" }).click();
      await messages(page).getByRole("row").first().click();
      await expect(page.getByRole("button", { name: "Archive" })).toBeVisible();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Stop choosing" }).first().click();
      await open(page, /Reading room/);
      await expectAccessible(page);
    });
  });
}

test("a screen reader is told of places, messages and what is read", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, /Reading room/);
  await expect(page.getByRole("navigation", { name: "Owlet" })).toMatchAriaSnapshot(`
    - navigation "Owlet":
      - link "Unread Mail"
      - button "Settings"
      - button "Alice Moreau"
  `);
  await expect(page.getByRole("tree", { name: "Folders" })).toMatchAriaSnapshot(`
    - tree "Folders":
      - group "Favourites":
        - treeitem /Inbox \\d+ unread/ [selected]
        - treeitem /Flagged/
        - treeitem "Sent"
      - group "Alice Moreau":
        - treeitem /Drafts/
        - treeitem "Archive"
        - treeitem "Opening week"
        - treeitem /Junk/
        - treeitem "Deleted"
  `);
  await expect(messages(page)).toMatchAriaSnapshot(`
    - grid "Messages":
      - rowgroup:
        - 'row /Bob Okafor, Greta, 4 messages, Reading room: final lighting plan, .*, with a file/ [selected]'
  `);
  await expect(reading(page)).toMatchAriaSnapshot(`
    - region "Reading pane":
      - toolbar "Message":
        - button "Reply"
        - button "Reply all"
        - button "Forward"
        - button "Archive"
        - button "Delete"
        - button "Flag"
        - button "Move to…"
        - button "More"
      - 'region "Reading room: final lighting plan"':
        - 'heading "Reading room: final lighting plan" [level=2]'
        - article "Message from Bob Okafor"
  `);
});

/** How far the page is wider than its window. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Buttons in view whose middle lies outside of the window's width. */
const outside = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".reading__tools button, .rail button, .rail a, .top button")]
      .filter((button) => button.checkVisibility({ visibilityProperty: true }))
      .filter((button) => {
        const { left, right, width } = button.getBoundingClientRect();
        return width > 1 && (left < 0 || right > innerWidth);
      })
      .map((button) => button.textContent || button.ariaLabel),
  );

for (const [width, height] of [
  [320, 640],
  [320, 256],
] as const) {
  test(`at ${width} by ${height}, which is 400 % of a desk, nothing scrolls two ways`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await signIn(page, "alice");
    expect(await overflow(page)).toBe(0);
    expect(await outside(page)).toEqual([]);
    await open(page, /Reading room/);
    expect(await overflow(page)).toBe(0);
    expect(await outside(page)).toEqual([]);
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Search or do" })).toBeInViewport();
    expect(await overflow(page)).toBe(0);
  });
}

test("at 400 % a mail is written and sent in a low window", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  await signIn(page, "alice");
  await page.keyboard.press("c");
  await page.getByRole("combobox", { name: "To" }).fill("bob@owlery.example,");
  await page.getByRole("textbox", { name: "Subject" }).fill("Through a keyhole");
  const message = page.getByRole("textbox", { name: "Message" });
  await message.click();
  await page.keyboard.type("There is room for a line.");
  await expect(message).toBeInViewport();
  expect(await overflow(page)).toBe(0);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expectToast(page, "Sent");
});

test("the page itself does not scroll", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, /Reading room/);
  const tooHigh = await page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);
  expect(tooHigh).toBe(0);
});

test("wider spacing of words and letters cuts nothing that is pressed", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, /Reading room/);
  // WCAG 1.4.12: what a reader's own sheet may ask for.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }");
    document.adoptedStyleSheets.push(sheet);
  });
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, [role='treeitem']")]
      .filter((it) => it.checkVisibility() && !it.closest(".email-row") && it.scrollHeight > it.clientHeight + 1)
      .filter((it) => getComputedStyle(it).overflowY !== "visible")
      .map((it) => it.textContent),
  );
  expect(cut).toEqual([]);
  expect(await overflow(page)).toBe(0);
});

test("written from right to left the page is mirrored and still fits", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, /Reading room/);
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  const rail = (await page.getByRole("navigation", { name: "Owlet" }).boundingBox())!;
  const list = (await messages(page).boundingBox())!;
  const pane = (await reading(page).boundingBox())!;
  expect(rail.x).toBeGreaterThan(list.x);
  expect(list.x).toBeGreaterThan(pane.x);
  expect(await overflow(page)).toBe(0);
  await menu(page, "Settings");
});

test("forced colours tell what is selected", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await signIn(page, "alice");
  await open(page, /Reading room/);
  const row = messages(page).getByRole("row", { selected: true });
  const colours = await row.evaluate((it) => {
    const probe = document.createElement("i");
    probe.style.cssText = "forced-color-adjust: none; background: Highlight";
    document.body.append(probe);
    const wanted = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return [getComputedStyle(it).backgroundColor, wanted];
  });
  expect(colours[0]).toBe(colours[1]);
});

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  const moves = reducedMotion !== "reduce";
  test(`who ${moves ? "does not mind" : "minds"} motion sees ${moves ? "it" : "none"}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion });
    await page.addInitScript(() => {
      const seen = new Set<string>();
      Object.assign(window, { seen });
      const look = () => {
        for (const animation of document.getAnimations()) {
          const { target } = animation.effect as KeyframeEffect;
          const { duration } = animation.effect!.getComputedTiming();
          // Within a frame nothing is seen to move. A spinner says that something goes on: it turns in steps, and slower.
          if (Number(duration) > 16 && !target?.closest(".spinner")) seen.add(String(target?.className));
        }
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    await signIn(page, "alice");
    await open(page, /Reading room/);
    await menu(page, "Settings");
    await page.keyboard.press("?");
    await dialog(page, "Keys");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Search or do" })).toBeFocused();
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    await expect(page.getByRole("status").filter({ hasText: /lagged/ }).first()).toBeVisible();
    const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]);
    if (moves) expect(seen).not.toEqual([]);
    else expect(seen).toEqual([]);
  });
}
