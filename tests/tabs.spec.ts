// Ten tabs of one person hold one push connection, and closing the one that has it hands it over.
import { expect, expectUnanswered, signIn, test } from "./owlet";

test("ten tabs hold one push connection and hand it over", async ({ context, gateway, page }) => {
  const open = new Map<object, number>();
  context.on("page", (tab) => watch(tab));
  const watch = (tab: typeof page) => {
    open.set(tab, 0);
    tab.on("websocket", (socket) => {
      open.set(tab, (open.get(tab) ?? 0) + 1);
      socket.on("close", () => open.set(tab, (open.get(tab) ?? 0) - 1));
    });
    tab.on("close", () => open.delete(tab));
  };
  watch(page);
  await signIn(page, "alice");
  const sum = () => [...open.values()].reduce((all, one) => all + one, 0);
  await expect.poll(sum).toBe(1);
  const tabs = [];
  for (let tab = 1; tab < 10; tab += 1) {
    const another = await context.newPage();
    await another.goto("/");
    await expect(another.getByRole("grid", { name: "Messages" }).getByRole("row").first()).toBeVisible();
    tabs.push(another);
  }
  expect(sum()).toBe(1);
  await page.close();
  await expect.poll(sum).toBe(1);

  gateway.run("import", "alice@owlery.example", "tests/mail/hello.eml");
  for (const tab of tabs) {
    await expect(tab.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /A letter by hand/ })).toBeVisible({ timeout: 30_000 });
  }
});

test("where no WebSocket gets through, new mail comes by EventSource", async ({ gateway, page }) => {
  await page.addInitScript(() => {
    const Socket = globalThis.WebSocket;
    // A proxy that does not know the upgrade.
    globalThis.WebSocket = class extends Socket {
      constructor(url: string, protocol: string) {
        super(url.replace("/jmap/ws", "/jmap/nothing"), protocol);
      }
    };
  });
  expectUnanswered(page);
  const source = page.waitForRequest("**/jmap/eventsource*", { timeout: 45_000 });
  await signIn(page, "alice");
  await source;
  gateway.run("import", "alice@owlery.example", "tests/mail/hello.eml");
  const row = page.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /A letter by hand/ });
  await expect(row).toBeVisible({ timeout: 30_000 });
});
