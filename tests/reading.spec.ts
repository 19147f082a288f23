// What can be done with a mail that is open: pictures from elsewhere, files, source, print, and where it is read.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, signIn, test } from "./owlet";

const messages = (page: Page) => page.getByRole("grid", { name: "Messages" });
const reading = (page: Page) => page.getByRole("region", { name: "Reading pane" });
const article = (page: Page) => reading(page).getByRole("article").first();
const frame = (page: Page) => article(page).frameLocator("iframe");
const slides = (page: Page) => messages(page).getByRole("row", { name: /Lantern slides/ });

async function choose(page: Page, item: string): Promise<void> {
  await article(page).getByRole("button", { name: "More for this message" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

async function setting(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("menu", { name: "Settings" }).getByText(item, { exact: true }).click();
}

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
let fetched: string[];

test.beforeEach(async ({ gateway, page }) => {
  gateway.run("import", "alice@owlery.example", join(import.meta.dirname, "mail/pictures.eml"));
  fetched = [];
  // The gateway fetches pictures from elsewhere, so that their servers learn nothing of the reader.
  await page.route("**/owlet/images?*", (route) => {
    fetched.push(route.request().url());
    return route.fulfill({ contentType: "image/png", body: pixel });
  });
  await signIn(page, "alice");
});

test("pictures from elsewhere are held back until they are wanted", async ({ page }) => {
  await slides(page).click();
  await expect(frame(page).getByText("Here they are.")).toBeVisible();
  await expect(article(page).getByText(/A picture from elsewhere is held back/)).toBeVisible();
  expect(fetched).toEqual([]);
  await article(page).getByRole("button", { name: "Show pictures" }).click();
  await expect.poll(() => fetched.length).toBe(1);
  await expect(article(page).getByText(/held back/)).toHaveCount(0);
});

test("a sender is trusted for good", async ({ page }) => {
  await slides(page).click();
  const kept = page.waitForResponse((it) => it.url().endsWith("/owlet/settings") && it.request().method() !== "GET");
  await article(page).getByRole("button", { name: "Always from this sender" }).click();
  await expect.poll(() => fetched.length).toBeGreaterThan(0);
  await kept;
  await page.reload();
  await expect(frame(page).getByText("Here they are.")).toBeVisible();
  await expect(article(page).getByText(/held back/)).toHaveCount(0);
});

test("an address in a mail opens a mail to it", async ({ page }) => {
  await slides(page).click();
  await frame(page).getByRole("link", { name: "the museum" }).click();
  await expect(page.getByRole("textbox", { name: "Subject" })).toHaveValue("Slides");
  await expect(page.getByText("hello@theatremuseum.example").first()).toBeVisible();
});

test("keys work while the focus is in a mail", async ({ page }) => {
  await slides(page).click();
  await frame(page).getByText("Here they are.").click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});

test("files are looked at one after the other, and saved one or all", async ({ page }) => {
  await slides(page).click();
  const files = article(page).getByRole("list", { name: "Files" });
  await files.getByRole("button", { name: /^Slide\.png/ }).click();
  const dialog = page.getByRole("dialog", { name: "Slide.png" });
  await expect(dialog.getByRole("img", { name: "Slide.png" })).toBeVisible();
  await dialog.getByRole("button", { name: "Next file" }).click();
  const list = page.getByRole("dialog", { name: "List.txt" });
  await expect(list.getByText("One owl, two lanterns, three ladders.")).toBeVisible();
  const one = page.waitForEvent("download");
  await list.getByRole("button", { name: "Save" }).click();
  expect((await one).suggestedFilename()).toBe("List.txt");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const all = page.waitForEvent("download");
  await article(page).getByRole("button", { name: "Save all" }).click();
  expect((await all).suggestedFilename()).toMatch(/\.zip$/);
});

test("a PDF is looked at in the page", async ({ page }) => {
  await messages(page).getByRole("row", { name: /Reading room/ }).click();
  await reading(page).getByRole("button", { name: /^Lighting plan\.pdf/ }).click();
  const viewer = page.getByRole("dialog", { name: "Lighting plan.pdf" }).locator("iframe");
  await expect(viewer).toBeVisible();
  const answer = await page.request.get(new URL((await viewer.getAttribute("src"))!, page.url()).href);
  expect(answer.headers()["content-type"]).toBe("application/pdf");
  expect(answer.headers()["content-disposition"] ?? "inline").toMatch(/^inline/);
});

test("headers and source are shown, and the mail is saved", async ({ page }) => {
  await slides(page).click();
  await choose(page, "Headers");
  await expect(page.getByRole("dialog", { name: "Headers" }).getByText("<slides@theatremuseum.example>")).toBeVisible();
  await page.keyboard.press("Escape");
  await choose(page, "Source");
  await expect(page.getByRole("dialog", { name: "Source" }).getByText(/boundary="outer"/)).toBeVisible();
  await page.keyboard.press("Escape");
  const saved = page.waitForEvent("download");
  await choose(page, "Save message");
  expect((await saved).suggestedFilename()).toMatch(/\.eml$/);
});

test("in the dark a mail is dark, until its own colours are wanted", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await slides(page).click();
  const scheme = () => frame(page).locator("html").getAttribute("data-scheme");
  await expect.poll(scheme).toBe("dark");
  await choose(page, "Show original colours");
  await expect.poll(scheme).toBe("light");
  await choose(page, "Adapt colours to the dark");
  await expect.poll(scheme).toBe("dark");
});

test("what is printed is the mail, in its own colours", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.addInitScript(() => {
    window.print = () => {
      const page = document.querySelector("iframe")?.contentDocument?.documentElement;
      Object.assign(window, { printed: page?.dataset.scheme });
    };
  });
  await page.reload();
  await slides(page).click();
  await expect.poll(() => frame(page).locator("html").getAttribute("data-scheme")).toBe("dark");
  await reading(page).getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Print/ }).click();
  await expect.poll(() => page.evaluate(() => (window as { printed?: string }).printed)).toBe("light");
  await expect.poll(() => frame(page).locator("html").getAttribute("data-scheme")).toBe("dark");
  await page.emulateMedia({ media: "print" });
  await expect(messages(page)).toBeHidden();
  await expect(reading(page).getByRole("heading", { name: /Lantern slides/ })).toBeVisible();
  await expect(reading(page).getByRole("toolbar", { name: "Message" })).toBeHidden();
});

test("mail is read below the list, or in its place", async ({ page }) => {
  await setting(page, "Below the list");
  await slides(page).click();
  const list = (await messages(page).boundingBox())!;
  expect((await article(page).boundingBox())!.y).toBeGreaterThan(list.y + list.height - 1);
  await setting(page, "Off");
  await expect(messages(page)).toBeHidden();
  await expect(article(page)).toBeVisible();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(messages(page)).toBeVisible();
  await expect(article(page)).toBeHidden();
  await page.reload();
  await messages(page).focus();
  await page.keyboard.press("ArrowDown");
  await expect(messages(page)).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(reading(page).getByRole("article").last()).toBeVisible();
});

test("single messages are rows of their own where conversations are off", async ({ page }) => {
  const rows = messages(page).getByRole("row", { name: /Reading room: final lighting plan/ });
  await expect(rows).toHaveCount(1);
  await setting(page, "Group by conversation");
  await expect(rows).not.toHaveCount(1);
  await rows.nth(1).click();
  await expect(reading(page).getByRole("article")).toHaveCount(1);
  await expect(page).toHaveURL(/\/message\//);
  await page.reload();
  await expect(reading(page).getByRole("article")).toHaveCount(1);
});

test("a finger draws a row aside: to the end it is read, to the start it is archived", async ({ page }) => {
  const swipe = (name: RegExp, by: number) =>
    messages(page).getByRole("row", { name }).evaluate((row, by) => {
      const box = row.getBoundingClientRect();
      const y = box.top + box.height / 2;
      const send = (type: string, x: number) => {
        const touch = new Touch({ identifier: 1, target: row, clientX: x, clientY: y });
        const touches = type === "touchend" ? [] : [touch];
        row.dispatchEvent(new TouchEvent(type, { touches, changedTouches: [touch], bubbles: true, cancelable: true }));
      };
      const start = box.left + box.width / 2;
      send("touchstart", start);
      for (const part of [0.25, 0.5, 0.75, 1]) send("touchmove", start + by * part);
      send("touchend", start + by);
    }, by);
  const minutes = messages(page).getByRole("row", { name: /Minutes from Monday/ });
  await expect(minutes).toHaveAccessibleName(/^Unread/);
  await swipe(/Minutes from Monday/, 30);
  await expect(minutes).toHaveAccessibleName(/^Unread/);
  await swipe(/Minutes from Monday/, 110);
  await expect(minutes).not.toHaveAccessibleName(/^Unread/);
  await swipe(/Minutes from Monday/, -110);
  await expect(minutes).toHaveCount(0);
  await expect(page.getByText("Moved “Minutes from Monday” to Archive")).toBeVisible();
});
