// What every browser test stands on: a gateway of its own with the sample organisation, people who sign in,
// and a page that fails the test when anything stands in its console.
import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Browser, type Page } from "@playwright/test";

const program = process.env.OWLETD ?? "target/debug/owletd";

/** A gateway that a test may stop and start again. */
export class Gateway {
  private child?: ChildProcess;

  private constructor(
    readonly data: string,
    readonly port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(sample: string): Promise<Gateway> {
    const data = mkdtempSync(join(tmpdir(), "owlet-"));
    cpSync(sample, data, { recursive: true });
    const gateway = new Gateway(data, await freePort());
    await gateway.start();
    return gateway;
  }

  async start(): Promise<void> {
    const child = spawn(program, ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, RUST_LOG: process.env.RUST_LOG ?? "error" },
    });
    this.child = child;
    await expect
      .poll(() => fetch(`${this.url}/healthz`).then((answer) => answer.status, () => 0), { timeout: 20_000 })
      .toBe(200);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Runs an admin command beside the running gateway. */
  run(command: string, ...args: string[]): string {
    return execFileSync(program, [...command.split(" "), "--data", this.data, ...args], { encoding: "utf8" });
  }

  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

type Fixtures = { gateway: Gateway };
type WorkerFixtures = { sample: string };

export const test = base.extend<Fixtures, WorkerFixtures>({
  sample: [
    async ({}, use, worker) => {
      const data = join(tmpdir(), `owlet-sample-${process.ppid}-${worker.workerIndex}`);
      rmSync(data, { recursive: true, force: true });
      mkdirSync(data, { recursive: true });
      execFileSync(program, ["sample", "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
      await use(data);
      if (existsSync(data)) rmSync(data, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  gateway: async ({ sample }, use) => {
    const gateway = await Gateway.start(sample);
    await use(gateway);
    await gateway.remove();
  },
  baseURL: async ({ gateway }, use) => use(gateway.url),
  page: async ({ page }, use) => {
    const complaints = watchConsole(page);
    await use(page);
    expect(complaints.filter((text) => !probed.has(page) || !probe.test(text)), "the console stays empty").toEqual([]);
  },
});

export { expect };

/** Collects what a page writes to its console, and errors that nobody caught. */
export function watchConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    const isExpected = nobodyYet.test(text) || (cutOffPages.has(page) && unanswered.test(text));
    if (["error", "warning"].includes(message.type()) && !isExpected) complaints.push(text);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** The app asks who is signed in, and is told that nobody is; the browser writes that down. */
const nobodyYet = /^Failed to load resource: the server responded with a status of 401 /;

/** The browser's own lines on what got no answer; the last is of a part of the app that was fetched beforehand. */
const unanswered =
  /^Failed to load resource: net::ERR_|^WebSocket connection to |Failed to fetch\s+at \S+\/snippets\/split\/parts-/;
const cutOffPages = new WeakSet<Page>();

/** From now on what a page asks for may get no answer: its console may say so. */
export function expectUnanswered(page: Page): void {
  cutOffPages.add(page);
}

/** Stops the gateway under a page. */
export async function cutOff(page: Page, gateway: Gateway, signal?: NodeJS.Signals): Promise<void> {
  expectUnanswered(page);
  await gateway.stop(signal);
}

/** axe tries to run in every frame; in a mail's frame nothing runs, and the browser says so. */
const probe = /^Blocked script execution in '.*\/owlet\/messages\//;
const probed = new WeakSet<Page>();

/** Signs in as one of the sample's people and waits for the inbox. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Address").fill(`${name}@owlery.example`);
  await page.getByLabel("Password", { exact: true }).fill("owlet");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("grid", { name: "Messages" })).toBeVisible();
}

/** A second person in a browser of their own. */
export async function anotherPerson(browser: Browser, gateway: Gateway, name: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: gateway.url });
  const page = await context.newPage();
  await signIn(page, name);
  return page;
}

/** axe finds nothing wrong with what is on the screen. Mail of others in its frame is theirs. */
export async function expectAccessible(page: Page): Promise<void> {
  probed.add(page);
  const { violations } = await new AxeBuilder({ page }).exclude("iframe").analyze();
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}

/** The toast says something. */
export async function expectToast(page: Page, words: string | RegExp): Promise<void> {
  await expect(page.getByRole("status").filter({ hasText: words }).first()).toBeVisible({ timeout: 30_000 });
}
