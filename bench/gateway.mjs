// The gateway alone, on a mailbox of 100,000 messages. The floor is the smallest request that the same gateway
// answers in the same run, so that the machine's own pace divides out.
import { readFileSync } from "node:fs";
import { rareWord } from "./mailbox.mjs";
import { address, bigMailbox, median, password, serve, table, time } from "./measure.mjs";

const { data, imported } = await bigMailbox();
const gateway = await serve(data);
const authorization = `Basic ${Buffer.from(`${address}:${password}`).toString("base64")}`;
const session = await (await fetch(`${gateway.url}/jmap/session`, { headers: { authorization } })).json();
const accountId = session.primaryAccounts["urn:ietf:params:jmap:mail"];
const using = Object.keys(session.capabilities);

async function call(methodCalls, by = authorization) {
  const answer = await fetch(session.apiUrl, {
    method: "POST",
    headers: { authorization: by, "content-type": "application/json" },
    body: JSON.stringify({ using, methodCalls }),
  });
  const { methodResponses } = await answer.json();
  const failed = methodResponses.find(([name]) => name === "error");
  if (failed) throw new Error(JSON.stringify(failed));
  return methodResponses;
}

const listed = [
  "threadId", "mailboxIds", "keywords", "from", "to", "subject", "receivedAt", "preview", "hasAttachment", "size", "threadSummary",
];
function window(query) {
  return call([
    ["Email/query", { accountId, limit: 50, sort: [{ property: "receivedAt", isAscending: false }], ...query }, "q"],
    ["Email/get", { accountId, "#ids": { resultOf: "q", name: "Email/query", path: "/ids" }, properties: listed }, "g"],
  ]);
}

const [[, { list: mailboxes }]] = await call([["Mailbox/get", { accountId }, "0"]]);
const inbox = mailboxes.find((mailbox) => mailbox.role === "inbox");
const inMailbox = inbox.id;
const runs = 15;
const floor = await median(runs, () => time(() => fetch(`${gateway.url}/healthz`).then((answer) => answer.text())));
const rows = [];
for (const collapseThreads of [true, false]) {
  const total = collapseThreads ? inbox.totalThreads : inbox.totalEmails;
  for (const [place, position] of [["top", 0], ["middle", Math.floor(total / 2)], ["end", Math.max(0, total - 50)]]) {
    const what = `50 rows at the ${place}, ${collapseThreads ? "conversations" : "single messages"}`;
    const limit = collapseThreads ? 10 : undefined;
    rows.push([what, await median(runs, () => time(() => window({ filter: { inMailbox }, position, collapseThreads }))), limit]);
  }
}
for (const [what, more] of [
  ["unread conversations, with their number", { notKeyword: "$seen" }],
  ["flagged conversations, with their number", { hasKeyword: "$flagged" }],
]) {
  const query = { filter: { inMailbox, ...more }, collapseThreads: true, calculateTotal: true };
  rows.push([what, await median(runs, () => time(() => window(query))), 10]);
}
for (const [what, filter, limit, collapseThreads] of [
  ["search a rare word in bodies", { text: rareWord }, 10],
  ["search a word of subjects", { subject: "catalogue" }],
  ["search a common word", { text: "catalogue" }],
  ["search a common word, conversations", { text: "catalogue" }, undefined, true],
  ["search a common word in a folder", { inMailbox, text: "catalogue" }],
  ["search a sender's unread mail", { operator: "AND", conditions: [{ from: "Emi" }, { notKeyword: "$seen" }] }],
  ["all mail, whatever folder", {}],
]) {
  let total = 0;
  const taken = await median(runs, () => time(async () => {
    [[, { total }]] = await window({ filter, calculateTotal: true, collapseThreads });
  }));
  rows.push([`${what} (${total.toLocaleString("en")})`, taken, limit]);
}
for (const property of ["subject", "from", "size"]) {
  const query = { filter: { inMailbox }, sort: [{ property }], calculateTotal: true };
  rows.push([`single messages by ${property}`, await median(runs, () => time(() => window(query)))]);
}
const [, [, { list: newest }]] = await window({ filter: { inMailbox } });
rows.push(["one message with its body", await median(runs, (run) => time(() => call([
  ["Email/get", { accountId, ids: [newest[run].id], fetchAllBodyValues: true, properties: ["bodyStructure", "bodyValues", "textBody", "htmlBody", "attachments"] }, "0"],
])))]);
const thousand = [];
for (let position = 0; position < 1000; position += 250) {
  const [[, { ids }]] = await call([["Email/query", { accountId, filter: { inMailbox }, position, limit: 250 }, "0"]]);
  thousand.push(...ids);
}
rows.push(["flag 1,000 messages", await median(5, (run) => time(async () => {
  for (let from = 0; from < thousand.length; from += 500) {
    const update = Object.fromEntries(thousand.slice(from, from + 500).map((id) => [id, { "keywords/$flagged": run % 2 ? true : null }]));
    await call([["Email/set", { accountId, update }, "0"]]);
  }
})), 150]);

console.log(`\nThe gateway on ${imported.count.toLocaleString("en")} messages`);
table(floor, rows);

// Deliveries: another account sends to this one; counted when they stand in the inbox.
const other = `Basic ${Buffer.from(`other@owlery.example:${password}`).toString("base64")}`;
const otherSession = await (await fetch(`${gateway.url}/jmap/session`, { headers: { authorization: other } })).json();
const otherId = otherSession.primaryAccounts["urn:ietf:params:jmap:mail"];
const [[, { list: folders }], [, { list: identities }]] = await call(
  [["Mailbox/get", { accountId: otherId }, "0"], ["Identity/get", { accountId: otherId }, "1"]],
  other,
);
const drafts = folders.find((mailbox) => mailbox.role === "drafts").id;
const deliveries = 400;
const arrived = async () => {
  const query = { accountId, filter: { from: "other@owlery.example" }, limit: 1, calculateTotal: true };
  const [[, { total }]] = await call([["Email/query", query, "0"]]);
  return total;
};
// The mailbox may be of an earlier run.
const before = await arrived();
const taken = await time(async () => {
  for (let sent = 0; sent < deliveries; sent += 20) {
    const create = {};
    const submit = {};
    for (let one = sent; one < sent + 20; one += 1) {
      create[`e${one}`] = {
        mailboxIds: { [drafts]: true },
        from: [{ email: "other@owlery.example" }],
        to: [{ email: address }],
        subject: `Delivery ${one}`,
        bodyValues: { t: { value: "On its way." } },
        textBody: [{ partId: "t", type: "text/plain" }],
      };
      submit[`s${one}`] = { emailId: `#e${one}`, identityId: identities[0].id };
    }
    await call([["Email/set", { accountId: otherId, create }, "0"], ["EmailSubmission/set", { accountId: otherId, create: submit }, "1"]], other);
  }
  while (await arrived() < before + deliveries);
});

// A hundred sessions, each with its push connection.
const sockets = [];
for (let one = 0; one < 100; one += 1) {
  const answer = await fetch(`${gateway.url}/owlet/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: gateway.url },
    body: JSON.stringify({ username: address, password }),
  });
  if (!answer.ok) throw new Error(`sign-in ${one}: ${answer.status}`);
  const cookie = answer.headers.get("set-cookie").split(";")[0];
  const stream = await fetch(`${gateway.url}/jmap/eventsource?types=*&closeafter=no&ping=30`, { headers: { cookie } });
  sockets.push(stream);
}
await window({ filter: { inMailbox }, collapseThreads: true });
const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, "utf8"))[1]) / 1024;

console.log(`${"messages imported per second".padEnd(46)}${Math.round(imported.count / imported.seconds).toString().padStart(10)}`);
console.log(`${"deliveries per second".padEnd(46)}${Math.round((deliveries / taken) * 1000).toString().padStart(10)}${"".padStart(9)}   ≥ 400`);
console.log(`${"resident memory with 100 sessions, MB".padEnd(46)}${resident.toFixed(0).padStart(10)}${"".padStart(9)}   ≤ 100 MB${resident <= 100 ? "" : "  MISSED"}`);
for (const stream of sockets) await stream.body.cancel();
await gateway.stop();
