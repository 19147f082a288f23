// A mailbox of any size as an mbox: seeded, so that two runs measure the same mail. Not kept in git.
//
//   node bench/mailbox.mjs 100000 > target/bench/mail.mbox
import { once } from "node:events";
import { pathToFileURL } from "node:url";

/** The word that stands in one body of ten thousand: what the search benchmark looks for. */
export const rareWord = "quillwort";

const people = [
  "Alice Moreau", "Bob Okafor", "Carol Lindqvist", "Dmitri Sokolov", "Emi Tanaka", "Farid Haddad", "Greta Olsen",
  "Hugo Barros", "Ines Duarte", "Jonas Weber", "Kirsi Laine", "Liam Byrne", "Northlight Press", "Facilities",
  "City Library Board", "Ledger Weekly", "Harbour Cafe", "Map Room", "Volunteers", "Post Office",
];
const topics = [
  "Reading room lighting", "Catalogue move", "Opening hours in winter", "Poster proofs", "Parking permit",
  "Lift out of service", "Minutes from Monday", "Van for Tuesday", "Donation of atlases", "Shelf labels",
  "Late returns", "Budget for the annex", "Children's corner", "Roof inspection", "Interlibrary loan",
];
const words = (
  "the a of to and in for is on that by this with you it not or be are from at as your all have new more an was we " +
  "shelf lamp book table room window plan week list card key map door desk page note cover glass oak paper hall " +
  "morning evening opening catalogue reader volume drawing architect order delivery invoice meeting question answer " +
  "please thanks tomorrow monday tuesday friday before after between under above near quiet bright warm narrow long " +
  "copper linen varnish ledger lantern ladder index archive binding folio margin chapter shelfmark loan return desk"
).split(" ");

/** mulberry32: small, seeded, good enough for text. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Yields each message as an mbox entry, oldest first. */
export function* messages(count, seed = 1) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  // Common words are common: the square of a uniform draw leans to the list's start.
  const word = () => words[Math.floor(next() * next() * words.length)];
  const newest = Date.UTC(2026, 10, 24, 9, 0, 0);
  const threads = [];
  for (let index = 0; index < count; index += 1) {
    const from = pick(people);
    const address = `${from.toLowerCase().replace(/[^a-z]+/g, ".")}@owlery.example`;
    const isReply = threads.length > 0 && next() < 0.6;
    const thread = isReply ? threads[Math.floor(next() * threads.length)] : { subject: `${pick(topics)} ${index}`, ids: [] };
    if (!isReply) {
      threads.push(thread);
      if (threads.length > 200) threads.shift();
    }
    const id = `${index}.${seed}@owlery.example`;
    const date = new Date(newest - (count - index) * 180_000);
    const sentences = Array.from({ length: 3 + Math.floor(next() * 12) }, () => {
      const sentence = Array.from({ length: 5 + Math.floor(next() * 14) }, word).join(" ");
      return `${sentence[0].toUpperCase()}${sentence.slice(1)}.`;
    });
    if (index % 10_000 === 4_321) sentences.push(`There was ${rareWord} in the pond.`);
    const text = sentences.join(next() < 0.3 ? "\n\n" : " ").replace(/(.{60,76}) /g, "$1\n");
    const headers = [
      `From: ${from} <${address}>`,
      "To: Bench <bench@owlery.example>",
      `Subject: ${isReply ? "Re: " : ""}${thread.subject}`,
      `Date: ${date.toUTCString().replace("GMT", "+0000")}`,
      `Message-ID: <${id}>`,
      ...(thread.ids.length ? [`In-Reply-To: <${thread.ids.at(-1)}>`, `References: ${thread.ids.slice(-6).map((one) => `<${one}>`).join(" ")}`] : []),
      "MIME-Version: 1.0",
      `Status: ${next() < 0.85 ? "RO" : "O"}`,
      ...(next() < 0.03 ? ["X-Status: F"] : []),
    ];
    thread.ids.push(id);
    yield `From bench@owlery.example ${date.toUTCString()}\n${headers.join("\n")}\n${body(next, text, index)}\n\n`;
  }
}

function body(next, text, index) {
  const kind = next();
  if (kind < 0.45) return `Content-Type: text/plain; charset=utf-8\n\n${text}`;
  const html = `<html><body><p>${text.replaceAll("\n\n", "</p><p>")}</p></body></html>`;
  const both =
    `Content-Type: multipart/alternative; boundary=a${index}\n\n--a${index}\nContent-Type: text/plain; charset=utf-8\n\n${text}\n` +
    `--a${index}\nContent-Type: text/html; charset=utf-8\n\n${html}\n--a${index}--`;
  if (kind < 0.9) return both;
  const file = Buffer.from(`${text}\n`.repeat(4)).toString("base64").replace(/(.{76})/g, "$1\n");
  return (
    `Content-Type: multipart/mixed; boundary=m${index}\n\n--m${index}\n${both}\n--m${index}\n` +
    `Content-Type: application/pdf; name="Plan ${index}.pdf"\nContent-Disposition: attachment; filename="Plan ${index}.pdf"\n` +
    `Content-Transfer-Encoding: base64\n\n${file}\n--m${index}--`
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const message of messages(Number(process.argv[2] ?? 100_000))) {
    if (!process.stdout.write(message)) await once(process.stdout, "drain");
  }
}
