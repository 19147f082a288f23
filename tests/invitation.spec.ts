import { anotherPerson, expect, expectAccessible, type Gateway, signIn, test } from "./owlet";

/** Makes an event over JMAP, as another client of Alice's would, and invites Bob. */
async function invite(gateway: Gateway, event: Record<string, unknown>) {
  const headers = { authorization: `Basic ${btoa("alice@owlery.example:owlet")}`, "content-type": "application/json" };
  const session = await (await fetch(`${gateway.url}/jmap/session`, { headers })).json();
  const accountId = session.primaryAccounts["urn:ietf:params:jmap:calendars"];
  const call = async (methodCalls: unknown[]) => {
    const using = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:calendars"];
    const answer = await fetch(`${gateway.url}/jmap/api`, { method: "POST", headers, body: JSON.stringify({ using, methodCalls }) });
    return (await answer.json()).methodResponses;
  };
  const [[, { list }]] = await call([["Calendar/get", { accountId }, "0"]]);
  const calendar = list.find((one: { isDefault: boolean }) => one.isDefault);
  const guest = (name: string, roles: Record<string, boolean>, participationStatus: string) => ({
    "@type": "Participant", name, calendarAddress: `mailto:${name.toLowerCase()}@owlery.example`, roles, participationStatus, expectReply: true,
  });
  const create = {
    new: {
      "@type": "Event", calendarIds: { [calendar.id]: true }, duration: "PT1H", timeZone: "Europe/London",
      organizerCalendarAddress: "mailto:alice@owlery.example",
      participants: { a: guest("Alice", { owner: true, attendee: true }, "accepted"), b: guest("Bob", { attendee: true }, "needs-action") },
      ...event,
    },
  };
  const [[, made]] = await call([["CalendarEvent/set", { accountId, sendSchedulingMessages: true, create }, "0"]]);
  expect(made.created?.new?.id, JSON.stringify(made)).toBeTruthy();
}

/** The local time so many days from now at an hour. */
function at(days: number, hour: number): string {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return `${day}T${String(hour).padStart(2, "0")}:00:00`;
}

test("an invitation is answered in the mail, and who invited reads the answer there", async ({ page, gateway, browser }) => {
  await invite(gateway, { title: "Lantern check", start: at(30, 10), locations: { l: { "@type": "Location", name: "East wing" } } });
  const bob = await anotherPerson(browser, gateway, "bob");
  await bob.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /Lantern check/ }).click();
  const about = bob.getByRole("region", { name: "Event: Lantern check" });
  await expect(about).toContainText("East wing");
  await expect(about).toContainText("Nothing else is in your calendar then.");
  await expectAccessible(bob);
  await about.getByRole("button", { name: "Yes" }).click();
  await expect(about.getByRole("button", { name: "Yes" })).toHaveAttribute("aria-pressed", "true");

  await signIn(page, "alice");
  await page.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /Lantern check/ }).first().click();
  await expect(page.getByRole("region", { name: "Event: Lantern check" })).toContainText("Bob comes.");
});

test("an invitation says what else is at that time", async ({ gateway, browser }) => {
  await invite(gateway, { title: "First of two", start: at(40, 9) });
  await invite(gateway, { title: "Second of two", start: at(40, 9) });
  const bob = await anotherPerson(browser, gateway, "bob");
  await bob.getByRole("grid", { name: "Messages" }).getByRole("row", { name: /Second of two/ }).click();
  const about = bob.getByRole("region", { name: "Event: Second of two" });
  await expect(about).toContainText("At the same time: First of two");
});
