// The calendar's views: what stands where, and that keys, pointer and finger do the same in them.
import type { Page } from "@playwright/test";
import { expect, expectAccessible, expectToast, signIn, test } from "./owlet";

/** Days of the week that the sample's library works in: 0 is Monday. */
function dayOfThisWeek(at: number): Date {
  const today = new Date();
  const monday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - ((today.getDay() + 6) % 7));
  return new Date(monday.getFullYear(), monday.getMonth(), monday.getDate() + at);
}

/** A day as an address has it. */
const address = (day: Date) =>
  [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

/** A day as a cell and an event say it: "Wednesday, 25 November 2026", with or without the comma. */
function said(day: Date): string {
  const part = (options: Intl.DateTimeFormatOptions) => day.toLocaleDateString("en-GB", options);
  return `${part({ weekday: "long" })},? ${part({ day: "numeric", month: "long", year: "numeric" })}`;
}

const days = (page: Page) => page.getByRole("grid", { name: / to / });
const event = (page: Page, name: RegExp | string) => page.getByRole("button", { name });

/** Opens a view of the calendar at a day. */
async function open(page: Page, view: string, day = dayOfThisWeek(2)): Promise<void> {
  await signIn(page, "alice");
  await page.goto(`/calendar/${view}/${address(day)}`);
}

/** Where something is drawn; an event is drawn anew when the server has it. */
async function boxOf(locator: ReturnType<typeof event>) {
  let box: { x: number; y: number; width: number; height: number } | null = null;
  await expect.poll(async () => (box = await locator.boundingBox())).not.toBeNull();
  return box!;
}

/** What the keyboard is on in a grid. */
async function under(page: Page, grid: ReturnType<typeof days>): Promise<string> {
  const id = (await grid.getAttribute("aria-activedescendant")) ?? "";
  return page.evaluate((id) => document.getElementById(id)?.getAttribute("aria-label") ?? "", id);
}

/** Presses a key until the keyboard is on something. */
async function pressUntil(page: Page, grid: ReturnType<typeof days>, key: string, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (name.test(await under(page, grid))) return;
    await page.keyboard.press(key);
  }
  expect(await under(page, grid)).toMatch(name);
}

test("an event stands in the column of its day, as long as it lasts", async ({ page }) => {
  await open(page, "week");
  const opening = event(page, new RegExp(`^Opening hours: what we offer, Hugo's room, 14:00 – 15:00, ${said(dayOfThisWeek(2))}`));
  await expect(opening).toBeVisible();
  const column = page.getByRole("gridcell", { name: new RegExp(`^${said(dayOfThisWeek(2))}, \\d+ events`) });
  const [block, day] = [await opening.boundingBox(), await column.boundingBox()];
  expect(block!.x).toBeGreaterThanOrEqual(day!.x);
  expect(block!.x + block!.width).toBeLessThanOrEqual(day!.x + day!.width + 1);
  expect(Math.abs((block!.y - day!.y) / day!.height - 14 / 24)).toBeLessThan(0.004);
  expect(Math.abs(block!.height / day!.height - 1 / 24)).toBeLessThan(0.004);
});

test("no two events of a day cover each other", async ({ page }) => {
  await open(page, "week");
  await expect(event(page, /^Opening hours/)).toBeVisible();
  const covered = await days(page).evaluate((grid) => {
    const boxes = [...grid.querySelectorAll("[data-look='block']")].map((it) => it.getBoundingClientRect());
    return boxes.filter((one, at) =>
      boxes.slice(at + 1).some((other) => {
        const beside = one.right <= other.left + 0.5 || other.right <= one.left + 0.5;
        return !beside && one.bottom > other.top + 0.5 && other.bottom > one.top + 0.5;
      }),
    ).length;
  });
  expect(covered).toBe(0);
});

test("arrows go through half hours and events, Enter opens an event", async ({ page }) => {
  await open(page, "week");
  await expect(event(page, /^Opening hours/)).toBeVisible();
  await days(page).focus();
  await page.keyboard.press("Home");
  await pressUntil(page, days(page), "Control+ArrowDown", /^Opening hours: what we offer/);
  await page.keyboard.press("ArrowUp");
  expect(await under(page, days(page))).toMatch(/^New event, 14:00 – 14:30/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(event(page, /^Opening hours: what we offer/)).toHaveAttribute("aria-current", "true");
});

test("past the edge of a week is the next one", async ({ page }) => {
  await open(page, "week");
  await days(page).focus();
  await page.keyboard.press("End");
  expect(await under(page, days(page))).toMatch(new RegExp(said(dayOfThisWeek(6))));
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => under(page, days(page))).toMatch(new RegExp(said(dayOfThisWeek(7))));
  await page.keyboard.press("PageUp");
  await expect.poll(() => under(page, days(page))).toMatch(new RegExp(said(dayOfThisWeek(0))));
});

test("an event is moved and lengthened by keys, and that is taken back", async ({ page }) => {
  await open(page, "day");
  const grid = page.getByRole("grid", { name: new RegExp(`^${said(dayOfThisWeek(2))}`) });
  const made = await makeAt(page, grid, "11:00", "Globe repair");
  await grid.focus();
  await pressUntil(page, grid, "ArrowDown", /^Globe repair/);
  await page.keyboard.press("Alt+ArrowDown");
  await expect(made).toHaveAccessibleName(/^Globe repair, 11:15 – 11:45/);
  await expectToast(page, /Globe repair/);
  await page.keyboard.press("Shift+ArrowDown");
  await expect(made).toHaveAccessibleName(/^Globe repair, 11:15 – 12:00/);
  await page.keyboard.press("Control+z");
  await expect(made).toHaveAccessibleName(/^Globe repair, 11:15 – 11:45/);
  await page.reload();
  await expect(made).toHaveAccessibleName(/^Globe repair, 11:15 – 11:45/);
});

/** Makes an event of half an hour by keys, in an empty half hour. */
async function makeAt(page: Page, grid: ReturnType<typeof days>, time: string, title: string) {
  await expect(grid).toHaveAttribute("aria-busy", "false");
  await grid.focus();
  await page.keyboard.press("Home");
  for (const key of ["ArrowUp", "ArrowDown"]) {
    for (let presses = 0; presses < 70; presses += 1) {
      if ((await under(page, grid)).startsWith(`New event, ${time}`)) break;
      await page.keyboard.press(key);
    }
  }
  expect(await under(page, grid)).toMatch(new RegExp(`^New event, ${time}`));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "New event" }).getByRole("textbox").first().fill(title);
  await page.keyboard.press("Enter");
  const made = event(page, new RegExp(`^${title}, ${time}`));
  await expect(made).toBeVisible();
  return event(page, new RegExp(`^${title},`));
}

test("an event is dragged to another day and lengthened by its edge", async ({ page }) => {
  await open(page, "week");
  const grid = days(page);
  await makeAt(page, grid, "11:30", "Ladder check");
  const made = event(page, /^Ladder check,/);
  const start = await boxOf(made);
  const next = (await page.getByRole("gridcell", { name: new RegExp(`^${said(dayOfThisWeek(1))}`) }).last().boundingBox())!;
  const hour = next.height / 24;
  await page.mouse.move(start.x + 20, start.y + 8);
  await page.mouse.down();
  await page.mouse.move(next.x + 30, start.y + 8 + hour, { steps: 6 });
  await page.mouse.up();
  await expect(made).toHaveAccessibleName(new RegExp(`^Ladder check, 12:30 – 13:00, ${said(dayOfThisWeek(1))}`));
  const moved = await boxOf(made);
  await page.mouse.move(moved.x + 20, moved.y + moved.height - 3);
  await page.mouse.down();
  await page.mouse.move(moved.x + 20, moved.y + moved.height + hour / 2, { steps: 6 });
  await page.mouse.up();
  await expect(made).toHaveAccessibleName(/^Ladder check, 12:30 – 13:30/);
});

test("Escape lets go of what is dragged", async ({ page }) => {
  await open(page, "week");
  const opening = event(page, /^Opening hours: what we offer/);
  await opening.scrollIntoViewIfNeeded();
  const column = (await page.getByRole("gridcell", { name: new RegExp(`^${said(dayOfThisWeek(4))}`) }).last().boundingBox())!;
  await page.mouse.move(column.x + 30, column.y + (column.height * 16) / 24);
  await page.mouse.down();
  await page.mouse.move(column.x + 30, column.y + (column.height * 17) / 24, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(page.getByRole("dialog", { name: "New event" })).toHaveCount(0);
});

test("the next week is shown at once, and comes with its events", async ({ page }) => {
  await open(page, "week");
  await expect(event(page, /^Morning round/).first()).toBeVisible();
  await page.getByRole("button", { name: "Later" }).click();
  await expect(page).toHaveURL(new RegExp(address(dayOfThisWeek(9))));
  await expect(event(page, new RegExp(`^Morning round.*${said(dayOfThisWeek(9))}`))).toBeVisible();
});

test("a month has every day of it, and keys go from event to event", async ({ page }) => {
  await open(page, "month");
  const wednesday = dayOfThisWeek(2);
  const name = wednesday.toLocaleDateString("en-GB", { month: "long", year: "numeric" });
  const month = page.getByRole("grid", { name, exact: true }).last();
  const length = new Date(wednesday.getFullYear(), wednesday.getMonth() + 1, 0).getDate();
  await expect(month.getByRole("gridcell", { name: new RegExp(`\\b${length} ${name}, `) })).toHaveCount(1);
  await expect(event(page, /^Opening hours/)).toBeVisible();
  await month.focus();
  expect(await under(page, month)).toMatch(new RegExp(`^${said(wednesday)}`));
  await page.keyboard.press("ArrowRight");
  expect(await under(page, month)).toMatch(new RegExp(`^${said(dayOfThisWeek(3))}`));
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+ArrowDown");
  expect(await under(page, month)).toMatch(new RegExp(`^\\D.*:\\d\\d, ${said(wednesday)}`));
  await page.keyboard.press("Enter");
  await expect(month.locator(".event[aria-current='true']").first()).toBeVisible();
});

test("a press on +n lists what has no room, and opens one of them", async ({ page }) => {
  await page.setViewportSize({ width: 1366, height: 620 });
  await open(page, "month");
  await page.getByRole("button", { name: /^\d+ more events?$/ }).first().click();
  const list = page.getByRole("dialog", { name: /^More on / });
  await expect(list.getByRole("button").first()).toBeFocused();
  const name = await list.getByRole("button").first().getAttribute("aria-label");
  await page.keyboard.press("Enter");
  await expect(list).toHaveCount(0);
  expect(name).toBeTruthy();
});

test("the agenda is one stop for Tab, and arrows go through it", async ({ page }) => {
  await open(page, "agenda", dayOfThisWeek(0));
  const monday = page.getByRole("region", { name: new RegExp(`^${said(dayOfThisWeek(0))}`) });
  await expect(monday.getByRole("button", { name: /^Morning round/ })).toBeVisible();
  const all = page.locator(".agenda").getByRole("button");
  await all.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(all.nth(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(all.last()).toBeFocused();
  await expect(page.locator(".agenda button[tabindex='0']")).toHaveCount(1);
});

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the views, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open(page, "week");
    await expect(event(page, /^Morning round/).first()).toBeVisible();
    await expectAccessible(page);
    for (const view of ["month", "agenda", "day"]) {
      await page.goto(`/calendar/${view}/${address(dayOfThisWeek(2))}`);
      await expect(event(page, /^Opening hours/).first()).toBeVisible();
      await expectAccessible(page);
    }
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("a week is three days, and a tap twice makes an event", async ({ page }) => {
    await open(page, "week");
    await expect(days(page).getByRole("columnheader")).toHaveCount(4);
    const column = page.getByRole("gridcell", { name: new RegExp(`^${said(dayOfThisWeek(2))}, `) });
    const box = (await column.boundingBox())!;
    const at = { x: box.x + 20, y: box.y + (box.height * 16.2) / 24 };
    await page.touchscreen.tap(at.x, Math.min(at.y, 700));
    await expect(page.getByRole("button", { name: /^New event, / })).toBeVisible();
    await page.getByRole("button", { name: /^New event, / }).tap();
    await expect(page.getByRole("dialog", { name: "New event" })).toBeVisible();
  });
});
