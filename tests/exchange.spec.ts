// Two people in two browsers write to each other: attachments, replies and threads, without a reload.
import { anotherPerson, expect, expectToast, signIn, test, watchConsole } from "./owlet";

test("two people exchange mail with an attachment and a reply in one thread", async ({ browser, gateway, page }) => {
  await signIn(page, "alice");
  const bob = await anotherPerson(browser, gateway, "bob");
  const complaints = watchConsole(bob);

  await page.getByRole("button", { name: "New mail" }).first().click();
  await page.getByRole("combobox", { name: "To" }).fill("bob@owlery.example,");
  await page.getByRole("textbox", { name: "Subject" }).fill("Keys for the map room");
  await page.getByRole("textbox", { name: "Message" }).fill("Two keys, one for you.");
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /^Attach/ }).click();
  await (await choosing).setFiles({ name: "keys.txt", mimeType: "text/plain", buffer: Buffer.from("brass, 2") });
  await expect(page.getByText("keys.txt")).toBeVisible();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expectToast(page, "Sent");

  const row = bob.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /Keys for the map room/ });
  await expect(row).toBeVisible({ timeout: 30_000 });
  await row.click();
  await expect(bob.getByText("keys.txt")).toBeVisible();
  const download = bob.waitForEvent("download");
  await bob.getByRole("button", { name: "Save keys.txt" }).first().click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe("brass, 2");

  await bob.getByRole("button", { name: "Reply", exact: true }).first().click();
  await bob.getByRole("textbox", { name: "Message" }).pressSequentially("Thank you, Alice.");
  await bob.getByRole("button", { name: "Send", exact: true }).click();

  const answered = page.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /Bob Okafor.*Keys for the map room/ });
  await expect(answered).toBeVisible({ timeout: 30_000 });
  await answered.click();
  const reading = page.getByRole("region", { name: "Reading pane" });
  await expect(reading.getByText("2 messages")).toBeVisible();
  await expect(reading.frameLocator("iframe").last().getByText("Thank you, Alice.")).toBeVisible();
  expect(complaints).toEqual([]);
});
