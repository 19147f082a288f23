// Parts of the app that are fetched when they are first wanted, and the page that says that the app stopped.
import { expect, expectToast, signIn, test } from "./owlet";

const composer = /\/snippets\/split\/composer-[0-9a-f]{16}\.wasm$/;

test("the form comes when somebody does something, not with the list", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await signIn(page, "alice");
  await page.reload();
  await expect(page.getByRole("grid", { name: "Messages" }).getByRole("row").first()).toBeVisible();
  // Signing in was something, so what counts is the visit after it.
  fetched.length = 0;
  await page.reload();
  await expect(page.getByRole("grid", { name: "Messages" }).getByRole("row").first()).toBeVisible();
  expect(fetched.filter((path) => path.includes("/split/") && path.endsWith(".wasm"))).toEqual([]);
  await page.getByRole("button", { name: "New mail" }).click();
  await expect(page.getByRole("region", { name: "New mail" })).toBeVisible();
  expect(fetched.filter((path) => composer.test(path))).toHaveLength(1);
});

test("a part that does not arrive is fetched again when that is asked for", async ({ browser, gateway }) => {
  // A page whose console may say what could not be fetched.
  const page = await browser.newPage({ baseURL: gateway.url });
  await signIn(page, "alice");
  await page.reload();
  const row = page.getByRole("grid", { name: "Messages" }).getByRole("row").first();
  await expect(row).toBeVisible();
  await page.route(composer, (route) => route.abort());
  await page.getByRole("button", { name: "New mail" }).click();
  await expectToast(page, "Part of Owlet did not arrive");
  await page.unroute(composer);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "New mail" })).toBeVisible();
  await page.close();
});

test("without the part that draws what is read, a phone has a way back, and it is fetched when that is next wanted", async ({ browser, gateway }) => {
  const page = await browser.newPage({ baseURL: gateway.url, viewport: { width: 390, height: 844 } });
  await signIn(page, "alice");
  await page.reload();
  const rows = page.getByRole("grid", { name: "Messages" }).getByRole("row");
  await expect(rows.first()).toBeVisible();
  const reading = /\/snippets\/split\/reading-[0-9a-f]{16}\.wasm$/;
  await page.route(reading, (route) => route.abort());
  await rows.first().click();
  await expectToast(page, "Part of Owlet did not arrive");
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.unroute(reading);
  await rows.first().click();
  await expect(page.getByRole("article").first()).toBeVisible();
  await page.close();
});

test("when the app's wasm stops, the page says so and how to go on", async ({ browser, gateway }) => {
  const page = await browser.newPage({ baseURL: gateway.url });
  await signIn(page, "alice");
  // What a panic is for the browser.
  await page.evaluate(() => setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); }));
  const alert = page.getByRole("alert").filter({ hasText: "Owlet stopped" });
  await expect(alert).toBeVisible();
  await expect(alert.getByRole("button", { name: "Load again" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("grid", { name: "Messages" })).toBeVisible();
  await page.close();
});
