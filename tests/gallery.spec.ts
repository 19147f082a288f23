// The design system at /gallery: every named example passes axe in both schemes and fits a narrow window, and the
// components that move the focus do it as their patterns say.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./owlet";

const example = (name: string) => `[data-example="${name}"]`;

test.beforeEach(async ({ page }) => {
  await page.goto("/gallery");
  await expect(page.getByRole("heading", { name: "Components" })).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the ${colorScheme} scheme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  });
}

test("nothing scrolls two ways at 320 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBe(0);
});

test("a menu moves by arrows and letters, and gives the focus back", async ({ page }) => {
  const more = page.locator(example("menu")).getByRole("button", { name: "More" });
  await more.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Reply" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Delete for good" })).toBeFocused();
  await page.keyboard.press("m");
  await expect(page.getByRole("menuitem", { name: "Move to…" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Delete for good" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(more).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("f");
  await page.keyboard.press("Enter");
  await expect(page.locator(example("menu"))).toContainText("Last: Forward");
  await expect(more).toBeFocused();
});

test("a menu closes by a press outside and by its own button", async ({ page }) => {
  const more = page.locator(example("menu")).getByRole("button", { name: "More" });
  await more.click();
  await expect(page.getByRole("menu", { name: "More" })).toBeVisible();
  await more.click();
  await expect(page.getByRole("menu")).toHaveCount(0);
  await more.click();
  await page.getByRole("heading", { name: "Components" }).click();
  await expect(page.getByRole("menu")).toHaveCount(0);
});

test("a context menu opens at the pointer and stays", async ({ page }) => {
  await page.getByRole("button", { name: "Right click here" }).click({ button: "right" });
  await expect(page.getByRole("menu", { name: "Row" })).toBeVisible();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await expect(page.locator(example("menu"))).toContainText("Last: Archive");
});

test("a dialog starts on the safe button, cancels by Escape and gives the focus back", async ({ page }) => {
  const opener = page.getByRole("button", { name: "Delete for good…" });
  await opener.click();
  const dialog = page.getByRole("dialog", { name: "Delete 3 for good?" });
  await expect(dialog.getByRole("button", { name: "Keep" })).toBeFocused();
  const { violations } = await new AxeBuilder({ page }).include("dialog").analyze();
  expect(violations).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test("a form in a dialog takes the focus in its field and Enter sends it", async ({ page }) => {
  await page.getByRole("button", { name: "Rename…" }).click();
  const field = page.getByRole("dialog").getByRole("textbox", { name: "Name" });
  await expect(field).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a toast is read as a status, and its act is done once", async ({ page }) => {
  await page.locator(example("toast")).getByRole("button", { name: "Archive" }).click();
  const toast = page.getByRole("status").filter({ hasText: "Moved “Parking permit” to Archive" });
  await page.keyboard.press("Tab");
  await toast.getByRole("button", { name: "Undo" }).focus();
  await page.keyboard.press("Enter");
  await expect(toast).toHaveCount(0);
  await expect(page.locator(example("toast"))).toContainText("Undone 1");
  await expect(page.locator("body")).not.toBeFocused();
});

test("a combobox offers, moves and takes without losing the field", async ({ page }) => {
  const field = page.getByRole("combobox", { name: "To" });
  await field.fill("a");
  const list = page.getByRole("listbox", { name: "To" });
  await expect(list.getByRole("option")).toHaveCount(5);
  await expect(field).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option", { name: "Bob Okafor" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.locator(example("combobox"))).toContainText("Picked: Bob Okafor");
  await expect(field).toBeFocused();
  await field.fill("em");
  await page.getByRole("option", { name: "Emi Tanaka" }).click();
  await expect(page.locator(example("combobox"))).toContainText("Picked: Emi Tanaka");
  await expect(field).toBeFocused();
  await field.fill("xyz");
  await expect(page.getByRole("status").filter({ hasText: "Nobody found" })).toHaveCount(1);
});

test("a tree is one tab stop and moves by arrows and letters", async ({ page }) => {
  const tree = page.getByRole("tree", { name: "Folders" });
  await tree.getByRole("treeitem", { name: "Inbox" }).focus();
  await page.keyboard.press("d");
  await expect(tree.getByRole("treeitem", { name: "Drafts" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  const branch = tree.getByRole("treeitem", { name: "Opening week" });
  await expect(branch).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowRight");
  await expect(tree.getByRole("treeitem", { name: "Building" })).toBeFocused();
  await expect(tree.getByRole("treeitem", { name: "Building" })).toHaveAttribute("aria-level", "2");
  await page.keyboard.press("ArrowLeft");
  await expect(branch).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(branch).toHaveAttribute("aria-expanded", "false");
  await expect(tree.getByRole("treeitem", { name: "Building" })).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(branch).toHaveAttribute("aria-selected", "true");
  await expect(tree.locator('[tabindex="0"]')).toHaveCount(1);
});

test("a toolbar moves by arrows, and its ends join", async ({ page }) => {
  const bar = page.getByRole("toolbar", { name: "Message" });
  await bar.getByRole("button", { name: "Reply", exact: true }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(bar.getByRole("button", { name: "Forward" })).toBeFocused();
  await expect(bar.getByRole("button", { name: "Forward" })).toHaveAttribute("aria-keyshortcuts", "F");
  await page.keyboard.press("ArrowRight");
  await expect(bar.getByRole("button", { name: "Reply", exact: true })).toBeFocused();
});

test("a splitter moves by keys and by the pointer, within its bounds", async ({ page }) => {
  const splitter = page.getByRole("separator", { name: "Folders" });
  await splitter.focus();
  await page.keyboard.press("ArrowRight");
  await expect(splitter).toHaveAttribute("aria-valuenow", "9.0");
  await page.keyboard.press("End");
  await expect(splitter).toHaveAttribute("aria-valuenow", "14.0");
  const box = (await splitter.boundingBox())!;
  await page.mouse.move(box.x, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x - 64, box.y + 20);
  await page.mouse.up();
  await expect(splitter).toHaveAttribute("aria-valuenow", "10.0");
});

test("an icon's name and key show at once on focus by key, and Escape hides them", async ({ page }) => {
  const archive = page.locator(example("icon-button")).getByRole("button", { name: "Archive" });
  await archive.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await expect(page.locator(".tooltip")).toHaveText("ArchiveE");
  await page.keyboard.press("Escape");
  await expect(page.locator(".tooltip")).toBeHidden();
});
