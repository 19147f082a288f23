// The app in Chromium on a mailbox of 100,000 messages. The floor is a static page of fifty rows from the same
// gateway, loaded the same way in the same run. Times are taken in the page, from the deed to the frame that shows it.
import { chromium } from "@playwright/test";
import { rareWord } from "./mailbox.mjs";
import { address, bigMailbox, median, password, serve, table } from "./measure.mjs";

const runs = Number(process.env.BENCH_RUNS ?? 7);
const { data, imported } = await bigMailbox();
const gateway = await serve(data);
const browser = await chromium.launch({
  executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const signedIn = await fetch(`${gateway.url}/owlet/session`, {
  method: "POST",
  headers: { "content-type": "application/json", origin: gateway.url },
  body: JSON.stringify({ username: address, password }),
});
const cookie = signedIn.headers.get("set-cookie").split(";")[0];
const [name, ...value] = cookie.split("=");

async function person() {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  await context.addCookies([{ name, value: value.join("="), url: gateway.url }]);
  return context;
}

/** The floor: fifty rows of HTML without a script, a letter in the archive. */
async function staticPage() {
  const send = (url, type, body) =>
    fetch(url, { method: "POST", headers: { cookie, "content-type": type, origin: gateway.url }, body }).then((answer) => answer.json());
  const session = await (await fetch(`${gateway.url}/jmap/session`, { headers: { cookie } })).json();
  const accountId = session.primaryAccounts["urn:ietf:params:jmap:mail"];
  const rows = Array.from({ length: 50 }, (_, row) => `<tr><td>Bob Okafor<td>Reading room ${row}<td>10:${row}</tr>`);
  const letter = ["From: bob@owlery.example", "Subject: Floor", "MIME-Version: 1.0", "Content-Type: text/html", "", `<table>${rows.join("\r\n")}</table>`];
  const { blobId } = await send(session.uploadUrl.replace("{accountId}", accountId), "message/rfc822", letter.join("\r\n"));
  const { methodResponses } = await send(session.apiUrl, "application/json", JSON.stringify({
    using: ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"],
    methodCalls: [["Mailbox/query", { accountId, filter: { role: "archive" } }, "0"]],
  }));
  const archive = methodResponses[0][1].ids[0];
  const imported = await send(session.apiUrl, "application/json", JSON.stringify({
    using: ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"],
    methodCalls: [["Email/import", { accountId, emails: { floor: { blobId, mailboxIds: { [archive]: true } } } }, "0"]],
  }));
  const { created, notCreated } = imported.methodResponses[0][1];
  // Of a letter that an earlier run put there, the answer names the one that is.
  const id = created?.floor?.id ?? notCreated.floor.existingId;
  return `${gateway.url}/owlet/messages/${id}/body`;
}

/** Goes to a page and says after how many milliseconds its rows stand. */
async function load(page, url, rows) {
  const start = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction((selector) => document.querySelectorAll(selector).length >= 8, rows, { polling: "raf" });
  return performance.now() - start;
}

const ready = "[role=grid] [role=row] [role=gridcell] .email-row__subject";

/**
 * Does something in the page and waits, frame by frame, until a test of the page holds.
 * Both are sources of functions, so that they run in the page without a round trip between them.
 */
function inPage(page, deed, until, argument) {
  return page.evaluate(
    async ([deed, until, argument]) => {
      const doIt = new Function("argument", `return (${deed})(argument)`);
      const holds = new Function("argument", `return (${until})(argument)`);
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      await frame();
      const start = performance.now();
      doIt(argument);
      while (!holds(argument)) {
        if (performance.now() - start > 20_000) throw new Error(`never came true: ${until}`);
        await frame();
      }
      return performance.now() - start;
    },
    [deed.toString(), until.toString(), argument],
  );
}

const floorUrl = await staticPage();
const floorContext = await person();
const floorPage = await floorContext.newPage();
const floor = await median(runs, () => load(floorPage, floorUrl, "tr"));
await floorContext.close();

const cold = await median(runs, async () => {
  const context = await person();
  const page = await context.newPage();
  const taken = await load(page, gateway.url, ready);
  await context.close();
  return taken;
});

const context = await person();
const page = await context.newPage();
await page.addInitScript(() => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((task) => task.duration))).observe({
    type: "longtask",
    buffered: true,
  });
});
await load(page, gateway.url, ready);
await page.waitForLoadState("networkidle");
const visit = await page.evaluate(() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return { requests: all.length, kilobytes: all.reduce((sum, entry) => sum + entry.transferSize, 0) / 1000 };
});
const warm = await median(runs, () => load(page, gateway.url, ready));
const longAtLoad = await page.evaluate(() => Math.max(0, ...globalThis.longTasks));

const rows = [
  ["cold load to rows", cold, 230],
  ["warm load to rows", warm, 150],
];

await page.getByRole("grid", { name: "Messages" }).getByRole("row").first().click();
await page.waitForTimeout(500);
rows.push([
  "open the next message",
  await median(runs, async () => {
    const taken = await inPage(
      page,
      () => {
        globalThis.before = document.querySelector(".email--open");
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
      },
      () => {
        const now = document.querySelector(".email--open");
        return now && now !== globalThis.before && now.querySelector(".email__body, .email__frame:not([data-waiting])");
      },
    );
    await page.waitForTimeout(300);
    return taken;
  }),
  40,
]);

const middle = Math.floor(Number(await page.getByRole("grid", { name: "Messages" }).getAttribute("aria-rowcount")) / 2);
rows.push([
  "jump to the middle",
  await median(runs, async (run) => {
    const taken = await inPage(
      page,
      ({ share }) => {
        const scroller = document.querySelector("[role=grid][aria-label=Messages]");
        scroller.scrollTop = scroller.scrollHeight * share;
      },
      ({ past }) => {
        const scroller = document.querySelector("[role=grid][aria-label=Messages]");
        const box = scroller.getBoundingClientRect();
        const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)?.closest("[role=row]");
        return seen && Number(seen.getAttribute("aria-rowindex")) > past && seen.querySelector(".email-row__subject")?.textContent;
      },
      { share: 0.5 + run / 100, past: middle / 2 },
    );
    await page.evaluate(() => {
      document.querySelector("[role=grid][aria-label=Messages]").scrollTop = 0;
    });
    await page.waitForTimeout(300);
    return taken;
  }),
  50,
]);
if (!(middle > imported.count / 20)) throw new Error("the list is not as long as it should be");

await page.evaluate(() => (globalThis.longTasks.length = 0));
for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, 600);
await page.waitForTimeout(500);
const longAtScroll = await page.evaluate(() => Math.max(0, ...globalThis.longTasks));

rows.push([
  "search a rare word in bodies",
  await median(runs, async () => {
    await page.goto(gateway.url);
    await page.waitForFunction((selector) => document.querySelectorAll(selector).length >= 8, ready, { polling: "raf" });
    await page.keyboard.press("/");
    await page.keyboard.type(rareWord);
    return inPage(
      page,
      () => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })),
      () => document.querySelector("[role=grid][aria-label=Messages] mark")?.textContent,
    );
  }),
  60,
]);

/** Until the server has confirmed so many changed mails. */
function confirmed(mails) {
  return new Promise((resolve, reject) => {
    let seen = 0;
    const late = setTimeout(() => reject(new Error(`${seen} of ${mails} changes confirmed after a minute`)), 60_000);
    const listen = async (answer) => {
      if (!answer.url().endsWith("/jmap/api")) return;
      const { methodResponses } = await answer.json().catch(() => ({ methodResponses: [] }));
      const sets = methodResponses.filter(([method]) => method === "Email/set");
      seen += sets.reduce((sum, [, { updated }]) => sum + Object.keys(updated ?? {}).length, 0);
      if (seen < mails) return;
      page.off("response", listen);
      clearTimeout(late);
      resolve();
    };
    page.on("response", listen);
  });
}

console.log(`\nThe app on ${imported.count.toLocaleString("en")} messages`);
table(floor, rows);
function figure(what, value, limit, unit) {
  console.log(`${what.padEnd(46)}${value.toFixed(0).padStart(10)}${"".padEnd(9)}   ≤ ${limit} ${unit}${value <= limit ? "" : "  MISSED"}`);
}
figure("requests of a first visit", visit.requests, 10, "");
figure("kilobytes of a first visit", visit.kilobytes, 480, "KB");
figure("longest task at load", longAtLoad, 50, "ms");
figure("longest task while scrolling", longAtScroll, 50, "ms");

// Last, since it changes the mailbox.
const flagged = await median(3, async () => {
  await load(page, gateway.url, ready);
  const grid = page.getByRole("grid", { name: "Messages" });
  await grid.getByRole("row").first().click();
  await page.evaluate(() => {
    document.querySelector("[role=grid][aria-label=Messages]").scrollTop = 0;
  });
  const height = await grid.getByRole("row").first().evaluate((row) => row.getBoundingClientRect().height);
  await page.evaluate((top) => {
    document.querySelector("[role=grid][aria-label=Messages]").scrollTop = top;
  }, height * 995);
  await grid.locator('[role=row][aria-rowindex="1000"]').click({ modifiers: ["Shift"] });
  await page.getByText(/1,?000 chosen/).first().waitFor();
  const start = performance.now();
  const done = confirmed(1000);
  await page.keyboard.press("s");
  await done;
  return performance.now() - start;
});
table(floor, [["flag 1,000", flagged]]);
await browser.close();
await gateway.stop();
