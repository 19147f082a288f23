// A mailbox that nobody here made: mail-parser's test messages, many of them broken on purpose.
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, signIn, test } from "./owlet";

const root = process.env.TEST_FOREIGN_MAIL;

for (const folder of root ? readdirSync(root) : []) {
  test(`every message of mail-parser's ${folder} opens with nothing in the console`, async ({ gateway, page }) => {
    test.setTimeout(240_000);
    const messages = join(gateway.data, "foreign");
    // Beside the messages stand notes on how they should be read, which are no mail.
    cpSync(join(root!, folder), messages, { recursive: true, filter: (file) => !/\.json$|COPYING$/.test(file) });
    gateway.run("import", "alice@owlery.example", messages, "--into", "Foreign");
    await signIn(page, "alice");
    await page.getByRole("tree", { name: "Folders" }).getByRole("treeitem", { name: /^Foreign/ }).click();
    const list = page.getByRole("grid", { name: "Messages" });
    const reading = page.getByRole("region", { name: "Reading pane" });
    await list.getByRole("row").first().click();
    const rows = Number(await list.getAttribute("aria-rowcount"));
    expect(rows).toBeGreaterThan(5);
    for (let row = 1; row <= rows; row += 1) {
      const chosen = list.locator(`[role=row][aria-rowindex="${row}"]`);
      await expect(chosen).toHaveAttribute("aria-selected", "true");
      await expect(reading.getByRole("alert")).toHaveCount(0);
      await expect(reading.getByRole("heading").first()).toBeVisible();
      if (row < rows) await page.keyboard.press("ArrowDown");
    }
  });
}
