// The form of an event, the line that makes one, answers to an invitation, and what becomes of a series.
import type { Page } from "@playwright/test";
import { anotherPerson, cutOff, expect, expectAccessible, expectToast, signIn, test } from "./owlet";

/** So many days from now. */
function day(from: number): Date {
  const today = new Date();
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + from);
}

/** A day as an address and a date field have it. */
const written = (day: Date) =>
  [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

const form = (page: Page) => page.getByRole("form", { name: "Event" });
const event = (page: Page, name: RegExp) => page.getByRole("button", { name });

/** The calendar at a day. */
async function open(page: Page, date: Date, view = "day"): Promise<void> {
  await page.goto(`/calendar/${view}/${written(date)}`);
  await expect(page.getByRole("radio", { name: "Agenda" })).toBeVisible();
}

/** A new event in the form, of the day that is shown. */
async function begin(page: Page, title: string): Promise<void> {
  await page.getByRole("button", { name: "New event" }).first().click();
  await form(page).getByRole("textbox", { name: "Title" }).fill(title);
}

async function invite(page: Page, name: string): Promise<void> {
  await form(page).getByRole("combobox", { name: "Add people" }).fill(name);
  await page.getByRole("option", { name: new RegExp(name, "i") }).first().click();
}

test("an event is made in the form and is there as it was written", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, day(3));
  await begin(page, "Lighting walk");
  await form(page).getByLabel("Start time").fill("17:15");
  await form(page).getByLabel("End time").fill("18:45");
  await form(page).getByRole("combobox", { name: "Place or room" }).fill("East wing");
  await form(page).getByRole("textbox", { name: "Category" }).fill("Lamps");
  await form(page).getByRole("textbox", { name: "Category" }).press("Enter");
  await form(page).getByRole("combobox", { name: "Reminder" }).selectOption("1 hour before");
  await form(page).getByRole("textbox", { name: "Notes" }).fill("Bring the plan.");
  await expectAccessible(page);
  await form(page).getByRole("button", { name: "Save" }).click();
  await expectToast(page, "Made “Lighting walk”");
  await expect(form(page)).toBeHidden();

  await page.reload();
  await event(page, /^Lighting walk, .*17:15 – 18:45/).click();
  await expect(form(page).getByLabel("First day")).toHaveValue(written(day(3)));
  await expect(form(page).getByLabel("Start time")).toHaveValue("17:15");
  await expect(form(page).getByLabel("End time")).toHaveValue("18:45");
  await expect(form(page).getByRole("combobox", { name: "Place or room" })).toHaveValue("East wing");
  await expect(form(page).getByText("Lamps")).toBeVisible();
  await expect(form(page).getByRole("combobox", { name: "Reminder" }).locator("option:checked")).toHaveText("1 hour before");
  await expect(form(page).getByRole("textbox", { name: "Notes" })).toHaveValue("Bring the plan.");
});

test("an event is made by a line, with the keyboard alone", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, day(3), "week");
  await page.getByRole("grid", { name: / to / }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Title" })).toBeFocused();
  await page.keyboard.type("Tea with Emi tomorrow 16:30 for 45 min at the Crow");
  const line = page.getByRole("dialog", { name: "New event" });
  await expect(line.getByText(/16:30 – 17:15/)).toBeVisible();
  await expect(line.getByText("the Crow", { exact: true })).toBeVisible();
  await expect(line.getByText("Emi Tanaka")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expectToast(page, "Sent “Tea with Emi”");
  await open(page, day(1));
  await expect(event(page, /^Tea with Emi, the Crow, 16:30 – 17:15/)).toBeVisible();
});

test("of a series one is changed, or all", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, day(3));
  await begin(page, "Bins");
  await form(page).getByRole("combobox", { name: "Repeat" }).selectOption("Every day");
  await form(page).getByRole("combobox", { name: "Ends" }).selectOption("After");
  await form(page).getByRole("textbox", { name: "Times" }).fill("4");
  await form(page).getByRole("button", { name: "Save" }).click();
  await expectToast(page, "Made “Bins”");

  const change = async (on: number, from: RegExp, to: string, which: string) => {
    await open(page, day(on));
    await event(page, from).click();
    await form(page).getByRole("textbox", { name: "Title" }).fill(to);
    await page.keyboard.press("Control+Enter");
    const ask = page.getByRole("dialog", { name: "Change which?" });
    await ask.getByRole("radio", { name: which }).check();
    await expectAccessible(page);
    await ask.getByRole("button", { name: "Save" }).click();
    await expectToast(page, `Saved “${to}”`);
  };
  const shows = async (on: number, name: RegExp) => {
    await open(page, day(on));
    await expect(event(page, name)).toBeVisible();
  };
  await change(4, /^Bins,/, "Glass", "Only this one");
  await shows(3, /^Bins,/);
  await shows(5, /^Bins,/);
  await change(3, /^Bins,/, "Paper", "All of them");
  await shows(5, /^Paper,/);
  await shows(4, /^Glass,/);
  await change(5, /^Paper,/, "Ashes", "This and all that follow");
  await shows(3, /^Paper,/);
  await shows(6, /^Ashes,/);
  await open(page, day(7));
  await expect(page.getByRole("radio", { name: "Agenda" })).toBeVisible();
  await expect(event(page, /^(Ashes|Paper|Bins),/)).toHaveCount(0);
});

test("a guest is invited, answers, and hears of the end", async ({ page, browser, gateway }) => {
  await signIn(page, "alice");
  await open(page, day(3));
  await begin(page, "Shelf marks");
  await form(page).getByLabel("Start time").fill("17:00");
  await invite(page, "Bob");
  await expect(form(page).getByRole("list", { name: "People" }).getByText(/Free|Busy/)).toBeVisible();
  await form(page).getByRole("button", { name: "Send to 1" }).click();
  await expectToast(page, "Sent “Shelf marks”");

  const bob = await anotherPerson(browser, gateway, "bob");
  await open(bob, day(3));
  await event(bob, /^Shelf marks,/).click();
  await expect(form(bob).getByRole("heading", { name: "Shelf marks" })).toBeVisible();
  await form(bob).getByRole("textbox", { name: "Add a note" }).fill("With the cards");
  await form(bob).getByRole("button", { name: "Yes" }).click();
  await expectToast(bob, "“Shelf marks”: Yes");
  await expect(form(bob).getByRole("button", { name: "Yes" })).toHaveAttribute("aria-pressed", "true");
  await expectAccessible(bob);

  await event(page, /^Shelf marks,/).click();
  const people = form(page).getByRole("list", { name: "People" });
  await expect(people.getByText("Yes", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(people.getByText("With the cards")).toBeVisible();

  await form(page).getByRole("button", { name: "Delete" }).click();
  const ask = page.getByRole("dialog", { name: "Delete “Shelf marks”?" });
  await expect(ask.getByRole("checkbox", { name: "Tell 1 guest" })).toBeChecked();
  await ask.getByRole("textbox", { name: "Add a note" }).fill("Another time");
  await ask.getByRole("button", { name: "Cancel event" }).click();
  await expect(event(page, /^Shelf marks,/)).toHaveCount(0);
  await expect(form(bob).getByRole("button", { name: "Yes" }).or(bob.getByText("This event was cancelled."))).toBeVisible();
  await expect(event(bob, /^Shelf marks,(?!.*cancelled)/i)).toHaveCount(0, { timeout: 20_000 });
  await bob.context().close();
});

test("nothing typed is lost when saving fails or the form goes", async ({ page, gateway }) => {
  await signIn(page, "alice");
  await open(page, day(3));
  await begin(page, "Owl count");
  await cutOff(page, gateway);
  await form(page).getByRole("button", { name: "Save" }).click();
  await expect(form(page).getByRole("alert")).toHaveText(/Not saved\..*What you typed is still here\./);
  await expect(form(page).getByRole("textbox", { name: "Title" })).toHaveValue("Owl count");
  await gateway.start();
  await form(page).getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(form(page).getByRole("textbox", { name: "Title" })).toHaveValue("Owl count");
  await expect(async () => {
    await form(page).getByRole("button", { name: "Save" }).click();
    await expect(form(page)).toBeHidden({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await expect(event(page, /^Owl count,/)).toBeVisible();
});

test("everything that a rule can say is said while it is made", async ({ page }) => {
  await signIn(page, "alice");
  await open(page, day(3));
  await begin(page, "Stock");
  await form(page).getByRole("combobox", { name: "Repeat" }).selectOption("Something else…");
  await form(page).getByRole("textbox", { name: "Every" }).fill("2");
  await form(page).getByRole("combobox", { name: "Unit" }).selectOption("months");
  await form(page).getByRole("combobox", { name: "Days", exact: true }).selectOption("By day of the week");
  await form(page).getByRole("combobox", { name: "Which" }).first().selectOption("last");
  await form(page).getByRole("combobox", { name: "Day", exact: true }).selectOption("weekday");
  await expect(form(page).locator("p", { hasText: /^Every 2 months on the last weekday$/ })).toBeVisible();
  await form(page).getByRole("button", { name: "More exactly" }).click();
  await form(page).getByRole("textbox", { name: "Hours" }).fill("25");
  await expect(form(page).getByText("“25” does not fit here")).toBeVisible();
  await expectAccessible(page);
});
