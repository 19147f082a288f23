// Coming and going: what a visit asks for, what it leaves behind, and what is said when the server will not give.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, expectUnanswered, signIn, test } from "./owlet";

test("the sign-in page says whose mail it is", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Sign in to owlery.example" })).toBeVisible();
});

test("who signs in has the focus on the page, and goes on from there", async ({ page }) => {
  await signIn(page, "alice");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Choose several" })).toBeFocused();
});

test("a first visit has its rows after one JMAP request", async ({ context, page }) => {
  await signIn(page, "alice");
  // Another tab of the same browser that has kept nothing: only the cookie is there.
  await page.evaluate(() => {
    localStorage.clear();
    return new Promise((resolve) => (indexedDB.deleteDatabase("owlet").onblocked = resolve));
  });
  const cookies = await context.cookies();
  await page.close();
  await context.clearCookies();
  await context.addCookies(cookies);
  const visit = await context.newPage();
  const asked: string[] = [];
  visit.on("request", (request) => asked.push(new URL(request.url()).pathname));
  // Only the first is answered.
  let count = 0;
  await visit.route("**/jmap/api", (route) => {
    count += 1;
    if (count === 1) return route.continue();
  });
  await visit.goto("/");
  await expect(visit.getByRole("grid", { name: "Messages" }).getByRole("row").first()).toContainText(/\w/);
  await expect(visit.getByRole("tree", { name: "Folders" }).getByText("Inbox")).toBeVisible();
  expect(asked.filter((path) => path === "/owlet/session")).toHaveLength(1);
  expect(asked).not.toContain("/jmap/session");
  await visit.unrouteAll({ behavior: "ignoreErrors" });
});

test("signing out leaves nothing of the person in the browser", async ({ page }) => {
  await signIn(page, "alice");
  await page.getByRole("grid", { name: "Messages" }).getByRole("row").first().click();
  await expect(page.getByRole("article").first()).toBeVisible();
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<string[]>((resolve, reject) => {
          const open = indexedDB.open("owlet");
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            const keys = open.result.transaction("kept").objectStore("kept").getAllKeys();
            keys.onsuccess = () => {
              open.result.close();
              resolve(keys.result.map(String));
            };
          };
        }),
    );
  await expect.poll(kept).not.toEqual([]);
  await signOut(page);
  await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
  await expect.poll(kept).toEqual([]);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("owlery.example");
  await page.goBack();
  await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
});

/** Signs out by the menu. */
async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Alice Moreau", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}

/** Begins a mail; the server has nothing of it yet. */
async function write(page: Page, subject: string): Promise<void> {
  await page.getByRole("button", { name: "New mail" }).first().click();
  await page.getByRole("textbox", { name: "Subject" }).fill(subject);
}

test("what was being written when one signs out is in Drafts", async ({ page, context }) => {
  await signIn(page, "alice");
  const second = await context.newPage();
  await second.goto("/");
  await expect(second.getByRole("grid", { name: "Messages" }).getByRole("row").first()).toBeVisible();
  await write(second, "Begun in the other tab");
  await write(page, "Begun a moment ago");
  await signOut(page);
  await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
  await expect(second.getByLabel("Password", { exact: true })).toBeVisible();
  await second.close();
  await signIn(page, "alice");
  await page.getByRole("tree", { name: "Folders" }).getByRole("treeitem", { name: /^Drafts/ }).click();
  const rows = page.getByRole("grid", { name: "Messages" }).getByRole("row");
  await expect(rows.filter({ hasText: "Begun a moment ago" })).toBeVisible();
  await expect(rows.filter({ hasText: "Begun in the other tab" })).toBeVisible();
});

test("who signs out while the server can't be reached is asked first, and loses nothing by staying", async ({ page }) => {
  await signIn(page, "alice");
  expectUnanswered(page);
  await page.route("**/jmap/api", (route) => route.abort());
  await write(page, "Not there yet");
  await signOut(page);
  const dialog = page.getByRole("dialog", { name: "Sign out and lose what isn’t saved?" });
  await expect(dialog).toContainText("One thing that you wrote", { timeout: 15_000 });
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Stay signed in" }).last().click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Subject" })).toHaveValue("Not there yet");

  await signOut(page);
  await dialog.getByRole("button", { name: "Sign out anyway" }).click({ timeout: 15_000 });
  await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
});

test("what the server will not give is said, and can be asked again", async ({ page }) => {
  let refuses = true;
  await page.route("**/jmap/api", async (route) => {
    const { methodCalls } = route.request().postDataJSON() as { methodCalls: [string, object, string][] };
    if (!refuses || !methodCalls.some(([method]) => method === "Email/get")) return route.continue();
    const answer = await route.fetch();
    const body = await answer.json();
    body.methodResponses = body.methodResponses.map(([method, result, id]: [string, object, string]) =>
      method === "Email/get" ? ["error", { type: "serverFail" }, id] : [method, result, id],
    );
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto("/");
  await page.getByLabel("Address").fill("alice@owlery.example");
  await page.getByLabel("Password", { exact: true }).fill("owlet");
  await page.getByRole("button", { name: "Sign in" }).click();
  const again = page.getByRole("region", { name: "Inbox" }).getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  refuses = false;
  await again.click();
  await expect(page.getByRole("grid", { name: "Messages" }).getByRole("row").first()).toContainText(/\w/);
});
