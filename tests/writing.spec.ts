// Writing mail: recipients, formatted text, files, drafts that survive, sending that can be taken back.
import type { Locator, Page } from "@playwright/test";
import { cutOff, expect, expectAccessible, expectUnanswered, signIn, test } from "./owlet";

const to = (page: Page) => page.getByRole("combobox", { name: "To" });
const subject = (page: Page) => page.getByRole("textbox", { name: "Subject" });
const message = (page: Page) => page.getByRole("textbox", { name: "Message" });
const send = (page: Page) => page.getByRole("button", { name: "Send", exact: true });
const chosen = (page: Page) => page.getByRole("list", { name: "People in To" }).getByRole("button");
const toast = (page: Page) => page.getByRole("status").filter({ has: page.getByRole("button", { name: "Undo" }) });
const row = (page: Page, name: RegExp) => page.getByRole("grid", { name: "Messages" }).getByRole("row", { name });

async function newMail(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "New mail" }).first().click();
  const form = page.getByRole("region", { name: "New mail" });
  await expect(to(page)).toBeFocused();
  return form;
}

async function openFolder(page: Page, name: string): Promise<void> {
  await page.getByRole("tree", { name: "Folders" }).getByRole("treeitem", { name: new RegExp(`^${name}`) }).click();
}

test.beforeEach(async ({ page }) => signIn(page, "alice"));

test("the form is accessible, also with its tools and an address that can't be used", async ({ page }) => {
  const form = await newMail(page);
  await to(page).pressSequentially("bob@owlery.example,nonsense,");
  await expect(chosen(page)).toHaveCount(2);
  await expect(chosen(page).last()).toHaveAccessibleName(/An address needs an @/);
  await form.getByRole("button", { name: "Letters and lists" }).click();
  await expect(form.getByRole("toolbar", { name: "Formatting" })).toBeVisible();
  await expectAccessible(page);
});

test("a name is completed from the organisation by keys alone", async ({ page }) => {
  await newMail(page);
  await page.keyboard.type("bob");
  await expect(page.getByRole("option", { name: /bob@owlery\.example/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(chosen(page)).toHaveAccessibleName(/bob@owlery\.example/);
  await expect(to(page)).toHaveValue("");
  await page.keyboard.type("carol");
  await expect(page.getByRole("option", { name: /carol@owlery\.example/ })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(chosen(page)).toHaveCount(2);
});

test("tokens are walked, taken away and mended by keys", async ({ page }) => {
  await newMail(page);
  await page.keyboard.type("bob@owlery.example,carol@owlery.example;greta@");
  await page.keyboard.press("Enter");
  await expect(chosen(page)).toHaveCount(3);
  await page.keyboard.press("Backspace");
  await expect(chosen(page).nth(2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(to(page)).toHaveValue("greta@");
  await page.keyboard.press("End");
  await page.keyboard.type("owlery.example,");
  await expect(chosen(page)).toHaveCount(3);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await expect(chosen(page).first()).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(chosen(page)).toHaveCount(2);
  await expect(chosen(page).first()).toHaveAccessibleName(/carol/);
  await page.keyboard.press("End");
  await expect(to(page)).toBeFocused();
});

test("a pasted list becomes tokens", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await newMail(page);
  await page.evaluate(() => navigator.clipboard.writeText("\"Okafor, Bob\" <bob@owlery.example>; carol@owlery.example\nGreta Olsen greta@owlery.example"));
  await page.keyboard.press("Control+v");
  await expect(chosen(page)).toHaveCount(3);
  await expect(chosen(page).first()).toHaveAccessibleName("Okafor, Bob (bob@owlery.example)");
});

test("letters, lists and quotations are made by keys", async ({ page }) => {
  await newMail(page);
  await message(page).click();
  await page.keyboard.press("Control+b");
  await page.keyboard.type("Bold");
  await page.keyboard.press("Control+b");
  await page.keyboard.type(" and plain");
  await page.keyboard.press("Enter");
  await page.keyboard.type("one");
  await page.keyboard.press("Control+Shift+Digit8");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("said");
  await page.keyboard.press("Control+Shift+Digit9");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("after");
  await expect(message(page).locator("b")).toHaveText("Bold");
  await expect(message(page).getByRole("listitem")).toHaveText(["one", "two"]);
  await expect(message(page).locator("blockquote")).toHaveText("said");
  await expect(message(page).locator("blockquote")).not.toContainText("after");
  await page.getByRole("button", { name: "More", exact: true }).last().click();
  await page.getByRole("menuitemcheckbox", { name: "Plain text" }).click();
  await expect(message(page)).toHaveValue("Bold and plain\n\n- one\n- two\n\n> said\n\nafter");
});

test("a link is set by its dialog, and what could run is not pasted", async ({ page }) => {
  await newMail(page);
  await message(page).click();
  await page.keyboard.type("the plan");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Link" }).getByRole("textbox", { name: "Address" }).fill("owlery.example/plan");
  await page.keyboard.press("Enter");
  await expect(message(page).getByRole("link", { name: "the plan" })).toHaveAttribute("href", "https://owlery.example/plan");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await message(page).evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/html", "<p onclick='alert(1)'>on click = <b style='color:red'>safe</b><script>alert(2)</script><img src=x onerror='alert(3)'></p>");
    data.setData("text/plain", "on click = safe");
    text.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(message(page)).toContainText("on click = safe");
  await expect(message(page).locator("b")).toHaveText("safe");
  await expect(message(page).locator("img, script, [onclick], [style]")).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(message(page)).not.toContainText("safe");
});

test("sending is taken back with all that was written", async ({ page }) => {
  await newMail(page);
  await to(page).fill("bob@owlery.example,");
  await subject(page).fill("Lamps for the reading room");
  await message(page).click();
  await page.keyboard.type("Warm white everywhere.");
  await page.keyboard.press("Control+Enter");
  await expect(toast(page)).toContainText("Sent");
  await toast(page).getByRole("button", { name: "Undo" }).click();
  await expect(subject(page)).toHaveValue("Lamps for the reading room");
  await expect(message(page)).toHaveText("Warm white everywhere.");
  await expect(chosen(page)).toHaveAccessibleName(/bob@owlery\.example/);
  await send(page).click();
  await expect(toast(page)).toContainText("Sent");
  await openFolder(page, "Sent");
  await expect(row(page, /Lamps for the reading room/)).toHaveCount(1);
  await openFolder(page, "Drafts");
  await expect(page.getByRole("region", { name: "Drafts" }).getByRole("heading", { name: "Drafts" })).toBeVisible();
  await expect(row(page, /Lamps for the reading room/)).toHaveCount(0);
});

test("a keyboard alone writes, completes, formats and sends", async ({ page }) => {
  await page.getByRole("button", { name: "New mail" }).first().focus();
  await page.keyboard.press("Enter");
  await expect(to(page)).toBeFocused();
  await page.keyboard.type("bob");
  await expect(page.getByRole("option", { name: /bob@owlery\.example/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(subject(page)).toBeFocused();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Tab");
  await expect(message(page)).toBeFocused();
  await page.keyboard.type("No mouse was ");
  await page.keyboard.press("Control+i");
  await page.keyboard.type("harmed");
  await page.keyboard.press("Tab");
  await expect(send(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(toast(page)).toContainText("Sent");
  await expect(page.locator(":focus")).toHaveCount(1);
});

test("a mail to nobody, and one without a subject, say so before they go", async ({ page }) => {
  const form = await newMail(page);
  await message(page).fill("Hello");
  await send(page).click();
  await expect(form.getByRole("alert").filter({ hasText: "Add somebody" })).toBeVisible();
  await to(page).fill("bob@owlery.example,");
  await send(page).click();
  await expect(form.getByText("This mail has no subject.")).toBeVisible();
  await form.getByRole("button", { name: "Add subject" }).click();
  await expect(subject(page)).toBeFocused();
  await subject(page).fill("Hello");
  await message(page).fill("The plan is attached.");
  await send(page).click();
  await expect(form.getByText("none is attached")).toBeVisible();
  await form.getByRole("button", { name: "Send anyway" }).click();
  await expect(toast(page)).toContainText("Sent");
});

test("an address that the server does not know is said at its token, and nothing is lost", async ({ page }) => {
  await newMail(page);
  await to(page).fill("nobody@elsewhere.example,");
  await subject(page).fill("Is there anybody");
  await message(page).fill("Hello?");
  await send(page).click();
  await expect(chosen(page)).toHaveAccessibleName(/Mail can’t be sent to this address/);
  await expect(subject(page)).toHaveValue("Is there anybody");
  await expect(message(page)).toHaveText("Hello?");
});

test("a draft is kept while one writes, once, and is gone on with", async ({ page }) => {
  const form = await newMail(page);
  await subject(page).fill("Half a thought");
  await message(page).fill("It began with");
  await expect(form.getByText(/Draft kept/)).toBeVisible();
  await message(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" a lamp");
  await page.keyboard.press("Escape");
  await expect(form).toHaveCount(0);
  await openFolder(page, "Drafts");
  await expect(row(page, /Half a thought/)).toHaveCount(1);
  await row(page, /Half a thought/).click();
  await expect(subject(page)).toHaveValue("Half a thought");
  await expect(message(page)).toHaveText("It began with a lamp");
});

test("a draft is discarded with a way back", async ({ page }) => {
  const form = await newMail(page);
  await subject(page).fill("Not this");
  await expect(form.getByText(/Draft kept/)).toBeVisible();
  await form.getByRole("button", { name: "Discard" }).click();
  await expect(form).toHaveCount(0);
  await toast(page).getByRole("button", { name: "Undo" }).click();
  await expect(subject(page)).toHaveValue("Not this");
});

test("an address that is not finished keeps no draft from being kept", async ({ page }) => {
  const form = await newMail(page);
  await to(page).fill("nobody at all");
  await page.keyboard.press("Enter");
  await to(page).fill("bob@owlery.example,");
  await subject(page).fill("Half an address");
  await expect(form.getByText(/^Draft kept/)).toBeVisible({ timeout: 30_000 });
  await expect(form.getByRole("alert")).toHaveCount(0);
});

test("what was written before a crash is found again", async ({ page, gateway }) => {
  await newMail(page);
  await subject(page).fill("Written in the dark");
  await cutOff(page, gateway, "SIGKILL");
  await message(page).fill("The lights went out.");
  await expect(page.getByText(/Kept on this device/)).toBeVisible({ timeout: 30_000 });
  await page.goto("about:blank");
  await gateway.start();
  await page.goto("/");
  await expect(page.getByText("You were writing “Written in the dark”.")).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(subject(page)).toHaveValue("Written in the dark");
  await expect(message(page)).toHaveText("The lights went out.");
  await expect(page.getByText(/Draft kept/)).toBeVisible({ timeout: 30_000 });
});

test("a reload right after a letter loses none", async ({ page }) => {
  await newMail(page);
  await subject(page).fill("To the last letter");
  await message(page).click();
  await page.keyboard.type("Not even this one: x");
  await page.reload();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(subject(page)).toHaveValue("To the last letter");
  await expect(message(page)).toHaveText("Not even this one: x");
});

test("what the server had is gone on with after a reload too, and stays one draft", async ({ page }) => {
  await newMail(page);
  await subject(page).fill("Kept twice");
  await expect(page.getByText(/Draft kept/)).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(subject(page)).toHaveValue("Kept twice");
  await message(page).fill("but once");
  await page.getByRole("region", { name: "Draft" }).getByRole("button", { name: "Close" }).click();
  await openFolder(page, "Drafts");
  await expect(row(page, /Kept twice/)).toContainText("but once");
  await expect(row(page, /Kept twice/)).toHaveCount(1);
  await page.reload();
  await expect(row(page, /Kept twice/)).toHaveCount(1);
  await expect(page.getByText(/You were writing/)).toHaveCount(0);
});

test("a person is moved to another field by dragging", async ({ page }) => {
  const form = await newMail(page);
  await page.keyboard.type("bob@owlery.example,carol@owlery.example,");
  await form.getByRole("button", { name: "Cc Bcc" }).click();
  await chosen(page).last().dragTo(page.getByRole("combobox", { name: "Cc", exact: true }));
  const copies = page.getByRole("list", { name: "People in Cc", exact: true }).getByRole("button");
  await expect(copies).toHaveAccessibleName(/carol/);
  await expect(chosen(page)).toHaveCount(1);
});

test("a file on its way shows how far it is, is stopped, fails and is sent again", async ({ page }) => {
  const form = await newMail(page);
  const attach = async (name: string) => {
    const choosing = page.waitForEvent("filechooser");
    await form.getByRole("button", { name: "Attach", exact: true }).click();
    await (await choosing).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from("owls") });
  };
  const upload = "**/jmap/upload/**";
  const files = form.getByRole("list", { name: "Attached files" });
  await page.route(upload, () => {});
  await attach("slow.txt");
  await expect(files.getByRole("progressbar", { name: "Sending slow.txt" })).toBeVisible();
  await files.getByRole("button", { name: "Cancel slow.txt" }).click();
  await expect(files).toHaveCount(0);
  await page.unroute(upload);
  expectUnanswered(page);
  await page.route(upload, (route) => route.abort());
  await attach("plan.txt");
  await expect(files.getByRole("alert")).toBeVisible();
  await page.unroute(upload);
  await files.getByRole("button", { name: "Send plan.txt again" }).click();
  await expect(files.getByText("4 B", { exact: false })).toBeVisible();
  await files.getByRole("button", { name: "Remove plan.txt" }).click();
  await expect(files).toHaveCount(0);
});

test("a file is attached by drop, one in the text shown in place, and both arrive", async ({ page }) => {
  const form = await newMail(page);
  await to(page).fill("alice@owlery.example,");
  await subject(page).fill("A picture and a file");
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const drop = async (target: Locator, name: string, type: string, base64: string) => {
    const transfer = await page.evaluateHandle(([name, type, base64]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
      return transfer;
    }, [name, type, base64] as const);
    await target.dispatchEvent("dragover", { dataTransfer: transfer });
    await target.dispatchEvent("drop", { dataTransfer: transfer });
  };
  await drop(subject(page), "plan.txt", "text/plain", btoa("a plan"));
  await drop(message(page), "lamp.png", "image/png", pixel);
  await expect(form.getByRole("list", { name: "Attached files" }).getByRole("listitem")).toHaveCount(1);
  await expect(message(page).getByRole("img", { name: "lamp.png" })).toBeVisible();
  await send(page).click();
  await expect(toast(page)).toContainText("Sent");
  await row(page, /A picture and a file/).click();
  const reading = page.getByRole("region", { name: "Reading pane" });
  await expect(reading.getByText("plan.txt")).toBeVisible();
  await expect(reading.frameLocator("iframe").last().getByRole("img", { name: "lamp.png" })).toBeVisible();
});

test("an answer goes to the writer, quotes the original and stays in its thread", async ({ page, gateway }) => {
  gateway.run("import", "alice@owlery.example", "tests/mail/hello.eml");
  await row(page, /A letter by hand/).click();
  await page.getByRole("button", { name: "Reply", exact: true }).first().click();
  await expect(message(page)).toBeFocused();
  const form = page.getByRole("region", { name: "Reply" });
  await expect(form.getByRole("list", { name: "People in To" }).getByRole("button")).toHaveCount(1);
  await page.keyboard.type("Thank you.");
  await form.getByRole("button", { name: "Show quoted text" }).click();
  await expect(message(page)).toContainText("this came as a file.");
  await expect(message(page)).toContainText("Thank you.");
  await expectAccessible(page);
});

test("an answer does not stand in its conversation while it is written", async ({ page }) => {
  await page.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /Reading room/ }).click();
  const conversation = page.getByRole("region", { name: "Reading room: final lighting plan" });
  await expect(conversation.getByText("4 messages")).toBeVisible();
  await page.keyboard.press("r");
  await message(page).pressSequentially("Warm white");
  await expect(page.getByText(/^Draft kept/)).toBeVisible({ timeout: 30_000 });
  await expect(conversation.getByText("4 messages")).toBeVisible();
  await expect(conversation.getByRole("article")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(conversation.getByRole("button", { name: /^You.*Draft.*Warm white/ })).toBeVisible();
});

test("an answer to all goes to everybody but oneself", async ({ page, gateway }) => {
  gateway.run("import", "alice@owlery.example", "tests/mail/plans.eml");
  await row(page, /Plans of the alcove/).click();
  await page.getByRole("button", { name: "Reply all", exact: true }).first().click();
  await expect(message(page)).toBeFocused();
  const form = page.getByRole("region", { name: "Reply" });
  const names = (list: string) => form.getByRole("list", { name: list, exact: true }).getByRole("button").allTextContents();
  await expect.poll(async () => (await names("People in To")).join()).toMatch(/bob@.*carol@/);
  await expect.poll(async () => (await names("People in Cc")).join()).toMatch(/greta@/);
  await expect(form).not.toContainText("alice@owlery.example");
  await page.keyboard.type("Two by three it is.");
  await page.keyboard.press("Control+Enter");
  await expect(toast(page)).toContainText("Sent");
  await expect(page.getByRole("region", { name: "Reading pane" }).getByText("2 messages")).toBeVisible();
});

test("a mail is sent on with its files and the pictures in its text", async ({ page, gateway }) => {
  gateway.run("import", "alice@owlery.example", "tests/mail/plans.eml");
  await row(page, /Plans of the alcove/).click();
  await page.getByRole("button", { name: "Forward", exact: true }).first().click();
  const form = page.getByRole("region", { name: "Forward" });
  await expect(to(page)).toBeFocused();
  await page.keyboard.type("alice@owlery.example,");
  await expect(form.getByRole("list", { name: "Attached files" })).toContainText("Measures.txt");
  await form.getByRole("button", { name: "Show quoted text" }).click();
  const picture = message(page).getByRole("img", { name: "A drawing" });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await expect(subject(page)).toHaveValue("Fwd: Plans of the alcove");
  await page.keyboard.press("Control+Enter");
  await expect(toast(page)).toContainText("Sent");
  await openFolder(page, "Inbox");
  await row(page, /Fwd: Plans of the alcove|Plans of the alcove/).first().click();
  const reading = page.getByRole("region", { name: "Reading pane" });
  await expect(reading.getByText("Measures.txt").last()).toBeVisible({ timeout: 30_000 });
  await expect(reading.frameLocator("iframe").last().getByRole("img", { name: "A drawing" })).toBeVisible();
});

test("a mail goes out later when that is asked for", async ({ page }) => {
  const form = await newMail(page);
  await to(page).fill("bob@owlery.example,");
  await subject(page).fill("Read this in the morning");
  await message(page).fill("Good morning.");
  await form.getByRole("button", { name: "Send later" }).click();
  await page.getByRole("menuitem", { name: /^Tomorrow/ }).click();
  await expect(toast(page)).toContainText("Goes out");
  await toast(page).getByRole("button", { name: "Undo" }).click();
  await expect(subject(page)).toHaveValue("Read this in the morning");
});

test("a form that is widened has the whole sheet, and gives it back", async ({ page }) => {
  const form = await newMail(page);
  const list = page.getByRole("grid", { name: "Messages" });
  const before = (await form.boundingBox())!.width;
  await form.getByRole("button", { name: "Widen" }).click();
  await expect(list).toBeHidden();
  expect((await form.boundingBox())!.width).toBeGreaterThan(before);
  await form.getByRole("button", { name: "Narrow" }).click();
  await expect(list).toBeVisible();
});

test("several mails are written at once", async ({ page }) => {
  await newMail(page);
  await subject(page).fill("The first");
  await page.getByRole("button", { name: "Minimise" }).click();
  await newMail(page);
  await subject(page).fill("The second");
  await page.getByRole("list", { name: "Mails being written" }).getByRole("button", { name: "The first", exact: true }).click();
  await expect(subject(page)).toHaveValue("The first");
  await expect(page.getByRole("list", { name: "Mails being written" })).toContainText("The second");
});

test("a phone gives the whole window to writing", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "New mail" }).last().click();
  const box = await page.getByRole("region", { name: "New mail" }).boundingBox();
  expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await page.keyboard.type("bob@owlery.example,nonsense,");
  await subject(page).fill("From the tram");
  await message(page).fill("On my way.");
  await expect(page.getByText(/Draft kept/)).toBeInViewport();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Close" }).click();
  await row(page, /Minutes from Monday/).click();
  await page.getByRole("button", { name: "Reply", exact: true }).first().click();
  await expect(message(page)).toBeFocused();
  await page.keyboard.type("Thank you.");
  expect(await page.getByRole("region", { name: "Reply" }).boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await send(page).click();
  await expect(toast(page)).toContainText("Sent");
});
