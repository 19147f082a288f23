// Search or do: commands, people and mail from one field; results with their words marked.
import { expect, expectAccessible, signIn, test } from "./owlet";

test.beforeEach(async ({ page }) => {
  await signIn(page, "alice");
});

const messages = (page: import("@playwright/test").Page) => page.getByRole("grid", { name: "Messages" });

test("words are found in all mail and marked", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or do" }).fill("lamps");
  await page.getByRole("option", { name: /Search all mail for “lamps”/ }).click();
  await expect(page).toHaveURL(/\/mail\/everywhere\?q=lamps/);
  await expect(messages(page).getByRole("row").first()).toBeVisible();
  await expect(messages(page).locator("mark").first()).toHaveText(/lamp/i);
});

test("a command is found by its first letters and run with Enter", async ({ page }) => {
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search or do" }).fill("go to dr");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Drafts", level: 2 })).toBeVisible();
});

test("what is not found is said, with a way on", async ({ page }) => {
  await page.goto("/mail/inbox?q=zyzzyva");
  await expect(page.getByRole("heading", { name: "Nothing found for “zyzzyva”" })).toBeVisible();
  await page.getByRole("button", { name: "Search all folders" }).click();
  await expect(page).toHaveURL(/\/mail\/everywhere\?q=zyzzyva/);
  await page.getByRole("main").getByRole("button", { name: "End the search" }).click();
  await expect(messages(page)).toBeVisible();
});

test("operators and chips narrow what is found", async ({ page }) => {
  await page.goto("/mail/everywhere?q=from%3Abob");
  await expect(messages(page).getByRole("row").first()).toHaveAccessibleName(/Bob Okafor/);
  await page.getByRole("button", { name: "Has a file" }).click();
  await expect(page).toHaveURL(/has%3Aattachment/);
  await expect(messages(page).getByRole("row").first()).toHaveAccessibleName(/with a file/);
});

test("the palette is accessible, and Escape gives the focus back", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or do" }).fill("rep");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(messages(page)).toBeFocused();
});

test("a mail that the palette finds opens among the results", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or do" }).fill("dimmer");
  const found = page.getByRole("group", { name: "Mail" }).getByRole("option").first();
  await expect(found).toBeVisible();
  await found.click();
  await expect(page).toHaveURL(/\/mail\/everywhere\/.+\?q=dimmer/);
  await expect(page.getByRole("region", { name: "Reading pane" }).getByRole("article").first()).toBeVisible();
  await expect(messages(page).locator("[aria-selected='true']")).toHaveCount(1);
});

test("a person that the palette finds is written to", async ({ page }) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or do" }).fill("greta");
  await page.getByRole("option", { name: /Write to Greta/ }).click();
  await expect(page.getByRole("textbox", { name: "Subject" })).toBeVisible();
  await expect(page.getByText("Greta Olsen").first()).toBeVisible();
});
