// The first slice through the whole house: a message imported from a file is read in the browser.
import { expect, expectAccessible, signIn, test } from "./owlet";

test("a message imported from an .eml file is read in the browser", async ({ gateway, page }) => {
  gateway.run("import", "alice@owlery.example", "tests/mail/hello.eml");
  await signIn(page, "alice");
  await page.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /A letter by hand/ }).click();
  await expect(page.getByRole("heading", { name: "A letter by hand" })).toBeVisible();
  await expect(page.frameLocator("iframe").getByText("this came as a file.")).toBeVisible();
  await expectAccessible(page);
});

test("a wrong password is said under its field", async ({ page }) => {
  await page.goto("/");
  await page.getByLabel("Address").fill("alice@owlery.example");
  await page.getByLabel("Password", { exact: true }).fill("hoot");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleErrorMessage(/password/i);
  await expect(page.getByLabel("Address")).toHaveValue("alice@owlery.example");
  await expectAccessible(page);
});
