// Folders as a person keeps them: made, named, moved, emptied, and mail carried into them.
import type { Page } from "@playwright/test";
import { expect, expectToast, signIn, test } from "./owlet";

const messages = (page: Page) => page.getByRole("grid", { name: "Messages" });
const folders = (page: Page) => page.getByRole("tree", { name: "Folders" });
const folder = (page: Page, name: string | RegExp) => folders(page).getByRole("treeitem", { name });

async function choose(page: Page, name: string | RegExp, item: string): Promise<void> {
  await folder(page, name).click({ button: "right" });
  await page.getByRole("menuitem", { name: item }).click();
}

async function make(page: Page, name: string): Promise<void> {
  await choose(page, /^Drafts/, "New folder…");
  await page.getByRole("dialog", { name: "New folder" }).getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  await expect(folder(page, name)).toBeVisible();
}

test.beforeEach(async ({ page }) => {
  await signIn(page, "alice");
});

test("a folder is renamed, and Undo gives the old name back", async ({ page }) => {
  await make(page, "Lamps");
  await choose(page, "Lamps", "Rename…");
  const dialog = page.getByRole("dialog", { name: "Rename folder" });
  await dialog.getByLabel("Name").fill("Lanterns");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(folder(page, "Lanterns")).toBeVisible();
  await expectToast(page, "Renamed to “Lanterns”");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(folder(page, "Lamps")).toBeVisible();
  await page.reload();
  await expect(folder(page, "Lamps")).toBeVisible();
});

test("a name that is taken is said under its field", async ({ page }) => {
  await make(page, "Lamps");
  await choose(page, /^Drafts/, "New folder…");
  const dialog = page.getByRole("dialog", { name: "New folder" });
  await dialog.getByLabel("Name").fill("Lamps");
  await dialog.getByRole("button", { name: "Make folder" }).click();
  await expect(dialog.getByText("There is a folder of this name already.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("a folder is moved into another and back to the top", async ({ page }) => {
  await make(page, "Lamps");
  await make(page, "Brass");
  await choose(page, "Brass", "Move folder…");
  await page.getByRole("dialog", { name: "Move the folder into" }).getByRole("button", { name: "Lamps" }).click();
  await expect(folder(page, "Brass")).toHaveAttribute("aria-level", "2");
  await expect(folder(page, "Lamps")).toHaveAttribute("aria-expanded", "true");
  await choose(page, "Lamps", "Delete folder…");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expectToast(page, "There are folders in it.");
  await choose(page, "Brass", "Move to the top");
  await expect(folder(page, "Brass")).toHaveAttribute("aria-level", "1");
});

test("a folder that is open when it is deleted gives way to the inbox", async ({ page }) => {
  await make(page, "Lamps");
  await folder(page, "Lamps").click();
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
  await choose(page, "Lamps", "Delete folder…");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(folder(page, "Lamps")).toHaveCount(0);
  await expect(page).toHaveURL(/\/mail\/inbox/);
  await expect(messages(page)).toBeVisible();
});

test("all mail of a folder is marked read, and its count goes", async ({ page }) => {
  await expect(folder(page, /^Inbox/)).toHaveAccessibleName(/unread/);
  await choose(page, /^Inbox/, "Mark all as read");
  await expect(folder(page, /^Inbox/)).toHaveAccessibleName("Inbox");
  await expect(page).toHaveTitle("Inbox · Owlet");
  await expect(messages(page).getByRole("row", { name: /^Unread/ })).toHaveCount(0);
});

test("the trash is emptied after a question whose safe answer has the focus", async ({ page }) => {
  await messages(page).getByRole("row", { name: /The van tomorrow/ }).click();
  await page.getByRole("toolbar", { name: "Message" }).getByRole("button", { name: "Delete" }).click();
  await expectToast(page, /Moved “The van tomorrow/);
  await folder(page, /^Deleted/).click();
  await expect(messages(page).getByRole("row", { name: /The van tomorrow/ })).toBeVisible();
  await choose(page, /^Deleted/, "Empty folder…");
  const dialog = page.getByRole("dialog", { name: "Empty “Deleted”?" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
});

test("rows are dragged to a folder, several at once, with counts that follow", async ({ page }) => {
  await make(page, "Lamps");
  const read = messages(page).getByRole("row", { name: /^(?!Unread)/ });
  const unread = messages(page).getByRole("row", { name: /^Unread/ });
  const name = (await unread.first().getAttribute("aria-label"))!.split(", ")[2];
  const before = parseInt((await folder(page, /^Inbox/).getByText(/^\d+ unread$/).textContent())!, 10);
  await unread.first().click({ modifiers: ["Control"] });
  await read.nth(1).click({ modifiers: ["Control"] });
  const from = (await unread.first().boundingBox())!;
  const to = (await folder(page, "Lamps").boundingBox())!;
  await page.mouse.move(from.x + 150, from.y + 20);
  await page.mouse.down();
  await page.mouse.move(from.x + 140, from.y + 60, { steps: 4 });
  await page.mouse.move(to.x + 60, to.y + to.height / 2, { steps: 8 });
  await expect(folder(page, "Lamps")).toHaveAttribute("data-drop", "");
  await page.mouse.up();
  await expectToast(page, "Moved 2 to Lamps");
  await expect(messages(page).getByRole("row", { name })).toHaveCount(0);
  await expect(folder(page, /^Lamps/)).toHaveAccessibleName("Lamps 1 unread");
  await expect(folder(page, /^Inbox/)).toHaveAccessibleName(before > 1 ? `Inbox ${before - 1} unread` : "Inbox");
  await page.keyboard.press("z");
  await expect(folder(page, /^Inbox/)).toHaveAccessibleName(`Inbox ${before} unread`);
});
