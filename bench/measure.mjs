// What the benchmarks share: a gateway on a big mailbox, medians, and a table of ratios.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { messages } from "./mailbox.mjs";

export const program = process.env.OWLETD ?? "target/owletd";
export const count = Number(process.env.BENCH_MESSAGES ?? 100_000);
export const address = "bench@owlery.example";
export const password = "owlet";

const folder = `target/bench/${count}`;

/** The data directory with the big mailbox; made once for a program, with what its import took. */
export async function bigMailbox() {
  const data = `${folder}/data`;
  const figures = `${folder}/import.json`;
  const made = createHash("sha256").update(readFileSync(program)).update(readFileSync("bench/mailbox.mjs")).digest("hex");
  if (existsSync(figures)) {
    const kept = JSON.parse(readFileSync(figures, "utf8"));
    if (kept.made === made || process.env.BENCH_KEEP) return { data, imported: kept };
  }
  rmSync(data, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const mbox = `${folder}/mail.mbox`;
  if (!existsSync(mbox)) {
    const out = createWriteStream(mbox);
    for (const message of messages(count)) if (!out.write(message)) await once(out, "drain");
    out.end();
    await once(out, "finish");
  }
  for (const name of [address, "other@owlery.example"]) {
    execFileSync(program, ["account", "add", "--data", data, name, "--name", name.split("@")[0]], { input: `${password}\n` });
  }
  const start = performance.now();
  execFileSync(program, ["import", "--data", data, address, mbox], { stdio: ["ignore", "inherit", "inherit"] });
  const kept = { made, seconds: (performance.now() - start) / 1000, count };
  writeFileSync(figures, JSON.stringify(kept));
  return { data, imported: kept };
}

/** A running gateway. */
export async function serve(data) {
  const port = await freePort();
  const child = spawn(program, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, RUST_LOG: "error" },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const up = await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
    if (up) break;
    if (tries > 400) throw new Error("owletd does not answer");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    url,
    pid: child.pid,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** The median of some runs of a thing, in milliseconds; the first is not counted. */
export async function median(runs, work) {
  const times = [];
  for (let run = 0; run <= runs; run += 1) {
    const taken = await work(run);
    if (run > 0) times.push(taken);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

/** How long a thing takes, in milliseconds. */
export async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Prints figures beside the floor. Rows are [what, milliseconds, limit or undefined]. */
export function table(floor, rows) {
  console.log(`${"".padEnd(46)}${"median ms".padStart(10)}${"× floor".padStart(9)}   to reach`);
  console.log(`${"floor".padEnd(46)}${floor.toFixed(1).padStart(10)}${"1.0".padStart(9)}`);
  for (const [what, value, limit] of rows) {
    const verdict = limit === undefined ? "" : `≤ ${limit} ms${value <= limit ? "" : "  MISSED"}`;
    console.log(`${what.padEnd(46)}${value.toFixed(1).padStart(10)}${(value / floor).toFixed(1).padStart(9)}   ${verdict}`);
  }
}
