// Makes sprite.svg: the icons of list.txt out of @fluentui/svg-icons (MIT), and our own drawings of own.svg.
// Trunk puts the sprite into index.html, so that `<use href="#icon-…">` costs no request. Run: npm run icons
import { readFile, writeFile } from "node:fs/promises";

const here = (name) => new URL(name, import.meta.url);
const fluent = (file) => new URL(`../../node_modules/@fluentui/svg-icons/icons/${file}.svg`, import.meta.url);

const lines = (await readFile(here("list.txt"), "utf8")).split("\n").filter((line) => line && !line.startsWith("#"));
const symbols = await Promise.all(
  lines.map(async (line) => {
    const [name, file] = line.split(" ");
    const svg = await readFile(fluent(file), "utf8");
    const viewBox = svg.match(/viewBox="([^"]+)"/)[1];
    const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
    return `<symbol id="icon-${name}" viewBox="${viewBox}">${drawing}</symbol>`;
  }),
);
const own = (await readFile(here("own.svg"), "utf8")).trim();
await writeFile(
  here("sprite.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" class="sprite" width="0" height="0" aria-hidden="true">\n${own}\n${symbols.join("\n")}\n</svg>\n`,
);
