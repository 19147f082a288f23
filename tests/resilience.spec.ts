// Nothing that a person writes or sees is lost when the gateway restarts or the session ends.
import { cutOff, expect, expectToast, signIn, test } from "./owlet";

test("a restart of the gateway is survived while writing", async ({ gateway, page }) => {
  await signIn(page, "alice");
  await page.getByRole("button", { name: "New mail" }).first().click();
  await page.getByRole("combobox", { name: "To" }).fill("bob@owlery.example,");
  await page.getByRole("textbox", { name: "Subject" }).fill("Through the storm");
  const message = page.getByRole("textbox", { name: "Message" });
  await message.pressSequentially("Written before, ");
  await cutOff(page, gateway, "SIGKILL");
  await message.pressSequentially("written during, ");
  await gateway.start();
  await message.pressSequentially("written after.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expectToast(page, "Sent");
  await expect(message).toHaveCount(0);
});

test("the end of a session asks for the password over the page and keeps what was being written", async ({ context, page }) => {
  await signIn(page, "alice");
  await page.getByRole("button", { name: "New mail" }).first().click();
  await page.getByRole("textbox", { name: "Subject" }).fill("Half a thought");
  const message = page.getByRole("textbox", { name: "Message" });
  await message.pressSequentially("Do not lose this.");
  await context.clearCookies();
  await message.pressSequentially(" Nor this.");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Password", { exact: true })).toBeVisible({ timeout: 30_000 });
  await dialog.getByLabel("Password", { exact: true }).fill("owlet");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(message).toContainText("Do not lose this. Nor this.");
  await expect(page.getByText(/^Draft kept/)).toBeVisible({ timeout: 30_000 });
});

test("a reload shows the inbox before the network answers", async ({ gateway, page }) => {
  await signIn(page, "alice");
  const first = page.getByRole("grid", { name: "Messages" }).getByRole("row").first();
  const subject = await first.innerText();
  // It is written while the browser rests.
  await expect.poll(() => page.evaluate(keptKeys)).toContainEqual(expect.stringMatching(/\/snapshot$/));
  await page.route("**/jmap/**", () => {});
  await page.reload();
  await expect(first).toContainText(subject.split("\n")[0]);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  expect(gateway.url).toBeTruthy();
});

/** The names of everything that the app keeps in this browser's databases. */
async function keptKeys(): Promise<string[]> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const keys: string[] = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name ?? ""));
    for (const store of database.objectStoreNames) {
      keys.push(...(await done(database.transaction(store).objectStore(store).getAllKeys())).map(String));
    }
    database.close();
  }
  return keys;
}
