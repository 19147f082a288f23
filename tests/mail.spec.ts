// Lists, folders and reading, as a person uses them: by role and name.
import { anotherPerson, cutOff, expect, expectAccessible, expectToast, signIn, test } from "./owlet";

const messages = (page: import("@playwright/test").Page) => page.getByRole("grid", { name: "Messages" });
const folders = (page: import("@playwright/test").Page) => page.getByRole("tree", { name: "Folders" });

test.beforeEach(async ({ page }) => {
  await signIn(page, "alice");
});

test("a conversation is read with one's own replies from other folders", async ({ page }) => {
  await messages(page).getByRole("row", { name: /Reading room/ }).click();
  const reading = page.getByRole("region", { name: "Reading pane" });
  await expect(reading.getByRole("heading", { name: "Reading room: final lighting plan" })).toBeVisible();
  await expect(reading.getByText("4 messages")).toBeVisible();
  await expect(reading.getByRole("button", { name: /^You/ })).toBeVisible();
  await expect(reading.getByRole("article", { name: "Message from Bob Okafor" })).toBeVisible();
  await expect(reading.getByRole("button", { name: "Reply", exact: true })).toBeVisible();
});

test("an unread mail that is opened is read, and counts say so", async ({ page }) => {
  const row = messages(page).getByRole("row", { name: /Minutes from Monday/ });
  await expect(row).toHaveAccessibleName(/^Unread/);
  const inbox = folders(page).getByRole("treeitem", { name: /^Inbox/ });
  await expect(inbox).toHaveAccessibleName(/\d unread/);
  const before = parseInt((await inbox.getByText(/^\d+ unread$/).textContent())!, 10);
  await row.click();
  await expect(row).not.toHaveAccessibleName(/^Unread/);
  await expect(inbox).toHaveAccessibleName(`Inbox ${before - 1} unread`);
});

test("what is archived leaves at once, and Undo brings it back", async ({ page }) => {
  const row = messages(page).getByRole("row", { name: /Winter opening hours/ });
  await row.click();
  await page.getByRole("toolbar", { name: "Message" }).getByRole("button", { name: "Archive" }).click();
  await expect(row).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: "Moved “Winter opening hours” to Archive" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toBeVisible();
});

test("a keyboard alone reads, flags, deletes and undoes", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("Home");
  const first = messages(page).getByRole("row").first();
  await expect(first).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  const second = messages(page).getByRole("row", { name: /Minutes from Monday/ });
  await expect(second).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("heading", { name: "Minutes from Monday" })).toBeVisible();
  await page.keyboard.press("s");
  await expect(second).toHaveAccessibleName(/Flagged/);
  await page.keyboard.press("Delete");
  await expect(second).toBeHidden();
  await expect(messages(page)).toBeFocused();
  await page.keyboard.press("z");
  await expect(second).toBeVisible();
});

test("several rows are chosen with Shift and acted on together", async ({ page }) => {
  const rows = messages(page).getByRole("row");
  await rows.nth(1).click();
  await rows.nth(3).click({ modifiers: ["Shift"] });
  await expect(page.getByRole("region", { name: "Reading pane" }).getByRole("heading", { name: "3 chosen" })).toBeVisible();
  await page.getByRole("region", { name: "Reading pane" }).getByRole("button", { name: "Archive" }).click();
  await expect(page.getByText("Moved 3 to Archive")).toBeVisible();
});

test("a folder is made, filled by the menu and deleted", async ({ page }) => {
  await folders(page).getByRole("treeitem", { name: /^Drafts/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "New folder…" }).click();
  await page.getByRole("dialog", { name: "New folder" }).getByLabel("Name").fill("Lamps");
  await page.keyboard.press("Enter");
  const lamps = folders(page).getByRole("treeitem", { name: "Lamps" });
  await expect(lamps).toBeVisible();

  await messages(page).getByRole("row", { name: /Minutes from Monday/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Move to…" }).click();
  await page.getByRole("dialog", { name: "Move to" }).getByRole("button", { name: "Lamps" }).click();
  await lamps.click();
  await expect(messages(page).getByRole("row", { name: /Minutes from Monday/ })).toBeVisible();

  await lamps.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Delete folder…" }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(lamps).toBeHidden();
});

test("rows are dragged to a folder", async ({ page }) => {
  const row = messages(page).getByRole("row", { name: /The van tomorrow/ });
  await row.dragTo(folders(page).getByRole("treeitem", { name: /^Archive/ }));
  await expect(row).toBeHidden();
});

test("a row of all that are chosen carries them all", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("Control+a");
  const rows = messages(page).getByRole("row");
  await rows.first().dragTo(folders(page).getByRole("treeitem", { name: /^Archive/ }));
  await expect(rows).toHaveCount(0);
  await page.keyboard.press("z");
  await expect(rows).not.toHaveCount(0);
});

test("mail that comes shows without a reload, and the title counts it", async ({ page, browser, gateway }) => {
  await expect(page).toHaveTitle(/^\(\d+\) Inbox · Owlet$/);
  const bob = await anotherPerson(browser, gateway, "bob");
  await bob.getByRole("button", { name: "New mail" }).click();
  await bob.getByRole("combobox", { name: "To" }).fill("alice@owlery.example");
  await bob.keyboard.press("Enter");
  await bob.getByRole("textbox", { name: "Subject" }).fill("The dimmer has come");
  await bob.getByRole("button", { name: "Send", exact: true }).click();
  await expect(messages(page).getByRole("row", { name: /The dimmer has come/ })).toBeVisible({ timeout: 20_000 });
  await bob.context().close();
});

test("the page, the menus and a mail are accessible", async ({ page }) => {
  await expectAccessible(page);
  await messages(page).getByRole("row", { name: /Reading room/ }).click();
  await expect(page.getByRole("heading", { name: "Reading room: final lighting plan" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await expectAccessible(page);
});

test("on a phone one pane is there at a time", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await messages(page).getByRole("row", { name: /Reading room/ }).click();
  await expect(page.getByRole("heading", { name: "Reading room: final lighting plan" })).toBeVisible();
  await expect(messages(page)).toBeHidden();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(messages(page)).toBeVisible();
  await page.getByRole("button", { name: "Folders" }).click();
  await folders(page).getByRole("treeitem", { name: /^Sent/ }).click();
  await expect(page).toHaveURL(/\/mail\/folder\//);
});

test("F6 goes round the panes", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("Shift+F6");
  await expect(page.getByRole("button", { name: "Search or do" })).toBeFocused();
  await page.keyboard.press("F6");
  await expect(messages(page)).toBeFocused();
});

test("a change without a connection holds, is said to wait, and goes out", async ({ page, gateway }) => {
  const row = messages(page).getByRole("row", { name: /Minutes from Monday/ });
  await cutOff(page, gateway);
  await row.hover();
  await row.getByRole("button", { name: "Flag" }).click();
  await expect(row).toHaveAccessibleName(/Flagged/);
  const notice = page.getByText(/^Offline since \d\d:\d\d\. 1 change goes out when the connection is back\.$/);
  await expect(notice).toBeVisible({ timeout: 30_000 });
  await gateway.start();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(notice).toBeHidden({ timeout: 30_000 });
  await page.evaluate(() => indexedDB.deleteDatabase("owlet"));
  await page.reload();
  await expect(row).toHaveAccessibleName(/Flagged/);
});

test("new mail is told by the system while the page is hidden, once that is wished", async ({ page, browser, gateway }) => {
  await page.addInitScript(() => {
    const told: string[] = [];
    class Told extends EventTarget {
      static permission = "default";
      static async requestPermission() {
        Told.permission = "granted";
        return "granted";
      }
      constructor(title: string, options?: NotificationOptions) {
        super();
        told.push(`${title}: ${options?.body}`);
      }
      close() {}
    }
    Object.assign(window, { Notification: Told, told });
  });
  await page.reload();
  await expect(messages(page)).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or do" }).fill("notify");
  await page.keyboard.press("Enter");
  await expectToast(page, "You’ll be told of new mail");
  await page.evaluate(() => Object.defineProperty(document, "visibilityState", { get: () => "hidden" }));
  const bob = await anotherPerson(browser, gateway, "bob");
  await bob.getByRole("button", { name: "New mail" }).click();
  await bob.getByRole("combobox", { name: "To" }).fill("alice@owlery.example,");
  await bob.getByRole("textbox", { name: "Subject" }).fill("The dimmer has come");
  await bob.getByRole("button", { name: "Send", exact: true }).click();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { told: string[] }).told), { timeout: 30_000 })
    .toEqual(["Bob Okafor: The dimmer has come"]);
  await bob.context().close();
});

test("a folder that is gone says so, and leads on", async ({ page }) => {
  await page.goto("/mail/folder/m9999");
  await expect(page.getByText("This folder is gone")).toBeVisible();
  await page.getByRole("button", { name: "Go to Inbox" }).click();
  await expect(messages(page)).toBeVisible();
});

test("on a phone what did not load leaves a way back", async ({ page, gateway }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await messages(page).getByRole("row", { name: /Reading room/ }).click();
  await expect(page.getByRole("article").first()).toBeVisible();
  await page.getByRole("button", { name: "Back to the list" }).click();
  await cutOff(page, gateway);
  await messages(page).getByRole("row", { name: /Catalogue move/ }).click();
  await expect(page.getByText("This conversation didn’t load")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(messages(page)).toBeVisible();
});
