// A list of thousands of rows: every part of it is reached, and nothing in it moves by itself.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { messages as mail } from "../bench/mailbox.mjs";
import { anotherPerson, expect, expectToast, test as base } from "./owlet";

const program = process.env.OWLETD ?? "target/debug/owletd";
const COUNT = 5_000;

// The organisation has one person more, with a mailbox as the benchmarks generate it.
const test = base.extend<object, { sample: string }>({
  sample: [
    async ({}, use, worker) => {
      const data = join(tmpdir(), `owlet-long-${process.ppid}-${worker.workerIndex}`);
      rmSync(data, { recursive: true, force: true });
      mkdirSync(data, { recursive: true });
      const run = (command: string, args: string[], input = "") =>
        execFileSync(program, [...command.split(" "), "--data", data, ...args], { input, stdio: ["pipe", "ignore", "inherit"] });
      run("sample", []);
      run("account add", ["bench@owlery.example", "--name", "Bench Owl"], "owlet\n");
      const mbox = join(data, "mail.mbox");
      writeFileSync(mbox, [...mail(COUNT)].join(""));
      run("import", ["bench@owlery.example", mbox]);
      rmSync(mbox);
      await use(data);
      rmSync(data, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

const messages = (page: Page) => page.getByRole("grid", { name: "Messages" });
/** The row at an index, from nought, if it is drawn. */
const at = (page: Page, index: number) => messages(page).locator(`[role='row'][aria-rowindex='${index + 1}']`);
const ends = { timeout: 5_000 };

/** Signs in with conversations off, so that every mail is a row. */
async function signInFlat(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem("owlet.conversations", "off"));
  await page.goto("/");
  await page.getByLabel("Address").fill("bench@owlery.example");
  await page.getByLabel("Password", { exact: true }).fill("owlet");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(at(page, 0)).toBeVisible();
  await expect(messages(page)).toHaveAttribute("aria-rowcount", String(COUNT));
}

/** The rows that are wholly in view, by index and place, as they are drawn. */
async function inView(page: Page): Promise<{ index: number; top: number; name: string }[]> {
  return messages(page).evaluate((grid) => {
    const box = grid.getBoundingClientRect();
    return [...grid.querySelectorAll("[role='row']")]
      .map((row) => ({ row, place: row.getBoundingClientRect() }))
      .filter(({ place }) => place.top >= box.top && place.bottom <= box.bottom)
      .map(({ row, place }) => ({
        index: Number(row.getAttribute("aria-rowindex")) - 1,
        top: Math.round(place.top - box.top),
        name: row.getAttribute("aria-label") ?? "",
      }))
      .sort((one, other) => one.top - other.top);
  });
}

/** What is in view is one unbroken stretch of rows, all known. */
async function expectWhole(page: Page): Promise<void> {
  await expect
    .poll(async () => {
      const rows = await inView(page);
      const unbroken = rows.every((row, place) => place === 0 || row.index === rows[place - 1].index + 1);
      return { enough: rows.length >= 5, unbroken, known: rows.every((row) => row.name.length > 0) };
    }, ends)
    .toEqual({ enough: true, unbroken: true, known: true });
  await expect(messages(page).locator(".email-list__bone")).toHaveCount(0);
}

async function scrollTo(page: Page, share: number): Promise<void> {
  await messages(page).evaluate((grid, share) => {
    grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * share;
  }, share);
}

/** The mail that the server has at an index. */
async function idAt(page: Page, index: number): Promise<string> {
  return page.evaluate(async (position) => {
    const session = await (await fetch("/.well-known/jmap")).json();
    const accountId = session.primaryAccounts["urn:ietf:params:jmap:mail"];
    const call = async (methodCalls: unknown[]) => {
      const answer = await fetch(new URL(session.apiUrl, location.href).pathname, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ using: ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"], methodCalls }),
      });
      return (await answer.json()).methodResponses;
    };
    const [[, folders]] = await call([["Mailbox/query", { accountId, filter: { role: "inbox" } }, "0"]]);
    const [[, found]] = await call([
      ["Email/query", { accountId, filter: { inMailbox: folders.ids[0] }, sort: [{ property: "receivedAt", isAscending: false }], position, limit: 1 }, "0"],
    ]);
    return found.ids[0];
  }, index);
}

/** The row at an index is the mail that the server has there. */
async function expectRight(page: Page, index: number): Promise<void> {
  await expect(at(page, index)).toHaveId(`row-${await idAt(page, index)}`);
}

test.beforeEach(async ({ page }) => {
  await signInFlat(page);
});

test("Home, End and the page keys reach every part, and rows are the server's", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("End");
  await expect(at(page, COUNT - 1)).toHaveAttribute("aria-selected", "true");
  await expect(at(page, COUNT - 1)).toBeInViewport({ ratio: 0.99 });
  await expectRight(page, COUNT - 1);
  await expectWhole(page);
  await page.keyboard.press("PageUp");
  await expectWhole(page);
  const [page1] = (await inView(page)).slice(-1);
  expect(page1.index).toBeLessThan(COUNT - 1);
  await page.keyboard.press("Home");
  await expect(at(page, 0)).toHaveAttribute("aria-selected", "true");
  await expectRight(page, 0);
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  await expectWhole(page);
  const selected = messages(page).locator("[role='row'][aria-selected='true']");
  await expect(selected).toHaveCount(1);
  expect(Number(await selected.getAttribute("aria-rowindex"))).toBeGreaterThan(8);
  await expect(selected).toBeInViewport({ ratio: 0.99 });
});

test("a jump by the scrollbar shows the rows that are there", async ({ page }) => {
  await scrollTo(page, 0.5);
  await expectWhole(page);
  const rows = await inView(page);
  expect(Math.abs(rows[0].index - COUNT / 2)).toBeLessThan(30);
  await expectRight(page, rows[1].index);
  await expectRight(page, rows.at(-1)!.index);
  await scrollTo(page, 1);
  await expectWhole(page);
  expect((await inView(page)).at(-1)!.index).toBe(COUNT - 1);
  await scrollTo(page, 0);
  await expectWhole(page);
  expect((await inView(page))[0].index).toBe(0);
});

test("a list longer than a browser can lay out is scrolled to both ends, and by small steps", async ({ page }) => {
  // Rows so high that 5,000 of them are past the limit, as 120,000 ordinary ones would be.
  await page.evaluate(() => document.documentElement.style.setProperty("--email-row", "120rem"));
  await page.setViewportSize({ width: 1366, height: 6_000 });
  const height = () => messages(page).evaluate((grid) => grid.scrollHeight);
  await expect.poll(height).toBe(8_000_000);
  await scrollTo(page, 1);
  await expect(at(page, COUNT - 1)).toBeInViewport();
  await expectRight(page, COUNT - 1);
  await scrollTo(page, 0.5);
  await expect.poll(async () => (await inView(page)).length).toBeGreaterThan(0);
  const [middle] = await inView(page);
  expect(Math.abs(middle.index - COUNT / 2)).toBeLessThan(30);
  await messages(page).evaluate((grid) => grid.scrollBy(0, 300));
  await expect.poll(async () => (await inView(page)).find((row) => row.index === middle.index)?.top ?? -1).not.toBe(middle.top);
  const moved = (await inView(page)).find((row) => row.index === middle.index + 1)!;
  expect(moved.top).toBe(middle.top + 1_920 - 300);
  await messages(page).focus();
  await page.keyboard.press("Home");
  await expect(at(page, 0)).toBeInViewport();
});

test("mail that comes moves nothing that is read, and a pill leads up to it", async ({ page, gateway, browser }) => {
  await scrollTo(page, 0.3);
  await expectWhole(page);
  const rows = await inView(page);
  const chosen = rows[2];
  const row = messages(page).locator(`#${await at(page, chosen.index).getAttribute("id")}`);
  await row.click();
  await expect(page.getByRole("article")).toBeVisible();
  const before = await row.boundingBox();

  const eml = join(gateway.data, "new.eml");
  writeFileSync(
    eml,
    "From: Greta Olsen <greta@owlery.example>\r\nTo: bench@owlery.example\r\nSubject: Fresh from the press\r\n" +
      `Date: ${new Date().toUTCString()}\r\nMessage-ID: <fresh@owlery.example>\r\n\r\nStill warm.\r\n`,
  );
  gateway.run("import", "bench@owlery.example", eml);
  const bob = await anotherPerson(browser, gateway, "bob");
  await bob.getByRole("button", { name: "New mail" }).first().click();
  await bob.getByRole("combobox", { name: "To" }).fill("bench@owlery.example,");
  await bob.getByRole("textbox", { name: "Subject" }).fill("A lamp for bench");
  await bob.getByRole("button", { name: "Send", exact: true }).click();

  const pill = page.getByRole("button", { name: "2 new" });
  await expect(pill).toBeVisible({ timeout: 30_000 });
  await expect(messages(page)).toHaveAttribute("aria-rowcount", String(COUNT + 2));
  await expect(row).toHaveAttribute("aria-rowindex", String(chosen.index + 3));
  await expect(row).toHaveAttribute("aria-selected", "true");
  expect(Math.round((await row.boundingBox())!.y)).toBe(Math.round(before!.y));

  await pill.click();
  await expect(at(page, 0)).toHaveAccessibleName(/A lamp for bench|Fresh from the press/);
  await expect(at(page, 0)).toBeInViewport({ ratio: 0.99 });
  await expect(pill).toBeHidden();
  await bob.context().close();
});

test("a range that was never seen is chosen by Shift End", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await expect(page.getByRole("heading", { name: "5,000 chosen" }).first()).toBeVisible(ends);
});

test("what is pressed before a range is known acts on all of it", async ({ page }) => {
  await messages(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.press("s");
  await expectToast(page, "Flagged 5,000");
});

test("all is chosen, flagged and undone", async ({ page }) => {
  test.slow();
  await messages(page).focus();
  await page.keyboard.press("Control+a");
  const reading = page.getByRole("region", { name: "Reading pane" });
  await expect(reading.getByRole("heading", { name: "5,000 chosen" })).toBeVisible();
  await reading.getByRole("button", { name: "Flag" }).click();
  await expectToast(page, "Flagged 5,000");
  // The count is of conversations; it settles when the last request is answered.
  const flagged = page.getByRole("treeitem", { name: /^Flagged/ });
  await expect(flagged).toHaveAccessibleName(/1,9\d\d messages/, { timeout: 60_000 });
  await expect(at(page, 0)).toHaveAccessibleName(/Flagged/);
  await scrollTo(page, 0.7);
  await expectWhole(page);
  expect((await inView(page)).every((row) => /Flagged/.test(row.name))).toBe(true);
  await page.keyboard.press("z");
  await expect(flagged).toHaveAccessibleName(/^Flagged 1\d\d messages/, { timeout: 60_000 });
  await expect.poll(async () => (await inView(page)).every((row) => /Flagged/.test(row.name))).toBe(false);
});

test("scrolling through thousands of rows never holds the page up", async ({ page }) => {
  const longest = await messages(page).evaluate(async (grid) => {
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
    observer.observe({ type: "longtask" });
    for (let step = 0; step < 120; step += 1) {
      grid.scrollTop += 400;
      await new Promise(requestAnimationFrame);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    observer.disconnect();
    return Math.max(0, ...tasks);
  });
  // The build of the tests is not the fast one: what is measured in earnest is in bench/.
  expect(longest).toBeLessThan(250);
  await expectWhole(page);
});

test("conversations are rows too, and the last is reached", async ({ page }) => {
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Group by conversation" }).click();
  await page.keyboard.press("Escape");
  await expect(messages(page)).not.toHaveAttribute("aria-rowcount", String(COUNT));
  await messages(page).focus();
  await page.keyboard.press("End");
  const count = Number(await messages(page).getAttribute("aria-rowcount"));
  expect(count).toBeGreaterThan(1_000);
  await expect(at(page, count - 1)).toHaveAttribute("aria-selected", "true");
  await expectWhole(page);
});
