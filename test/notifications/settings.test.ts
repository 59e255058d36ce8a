import { NotificationKind } from "../../src/domains/notifications/index";
import { globalId } from "../../src/platform/graphql/ids";
import { addPerson } from "../people/world";
import { NOW, serve } from "../support/service";
import { entries, refusalsOf, state } from "../support/writes";
import { type Catcher, startCatcher } from "./catcher";
import { demonstrationOfNotifications, type NotificationsWorld } from "./world";

/** How somebody says how and where they are told, and what those see who look after the mail. */
let world: NotificationsWorld;
let catcher: Catcher;
beforeAll(async () => {
  world = await demonstrationOfNotifications();
  catcher = await startCatcher();
});
afterAll(async () => {
  await catcher.stop();
  await world.close();
});
beforeEach(async () => {
  await world.clear();
  await world.database.owner.query("delete from notification_address");
  await world.database.owner.query("delete from notification_preference");
  world.clock.set(NOW);
  world.logged.length = 0;
  world.service.logged.length = 0;
  catcher.caught.length = 0;
  catcher.manners = {};
});

const SETTINGS = "address newAddress codeExpiresAt problem preferences { about how }";
const mutation = (name: string) =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { outcome: ${name}(input: $input) { settings { ${SETTINGS} } userErrors { code field message } } }`;
const PREFER = mutation("setNotificationPreferences");
const ADDRESS = mutation("setNotificationAddress");
const CONFIRM = mutation("confirmNotificationAddress");

interface Settings {
  address: string | null;
  newAddress: string | null;
  codeExpiresAt: string | null;
  problem: string | null;
  preferences: { about: string; how: string }[];
}
interface Outcome {
  outcome: { settings: Settings | null; userErrors: { code: string; field: string[]; message: string }[] };
}

/** Asks as the lead of the police, at the moment that the world's clock stands at. */
async function ask(text: string, input: object, actor = "police-lead"): Promise<Outcome["outcome"]> {
  const then = await serve(world.database, { now: world.clock.now() });
  try {
    const { outcome } = await then.as(actor).data<Outcome>(text, { input });
    world.logged.push(...then.logged);
    return outcome;
  } finally {
    await then.stop();
  }
}
const settings = async () =>
  (
    await world.service
      .as("police-lead")
      .data<{ viewer: { notificationSettings: Settings } }>(`{ viewer { notificationSettings { ${SETTINGS} } } }`)
  ).viewer.notificationSettings;
const mailedCode = () => /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(catcher.caught.at(-1)?.text ?? "")?.[0] ?? "none";

test("each says for each group how they are told; what is not named stays, and the trail has it", async () => {
  const usual = [
    { about: "CHALLENGES", how: "AT_ONCE" },
    { about: "REMINDERS", how: "DIGEST" },
    { about: "WARNINGS", how: "DIGEST" },
  ];
  expect((await settings()).preferences).toEqual(usual);
  const { settings: chosen } = await ask(PREFER, { preferences: [{ about: "CHALLENGES", how: "NEVER" }] });
  expect(chosen?.preferences).toEqual([{ about: "CHALLENGES", how: "NEVER" }, ...usual.slice(1)]);
  await ask(PREFER, {
    preferences: [
      { about: "CHALLENGES", how: "DIGEST" },
      { about: "WARNINGS", how: "AT_ONCE" },
    ],
  });
  expect((await settings()).preferences.map(({ how }) => how)).toEqual(["DIGEST", "DIGEST", "AT_ONCE"]);
  const [entry] = (await entries(world.database))
    .filter(({ kind }) => kind === "notificationPreferences.set")
    .slice(-1);
  expect(entry?.detail).toEqual({ CHALLENGES: "DIGEST", WARNINGS: "AT_ONCE" });
  const before = await state(world.database, "notification_preference");
  for (const preferences of [
    [],
    [
      { about: "WARNINGS", how: "NEVER" },
      { about: "WARNINGS", how: "DIGEST" },
    ],
  ])
    expect(await refusalsOf(world.service, "police-lead", PREFER, { preferences })).toEqual([
      "BAD_USER_INPUT input.preferences",
    ]);
  expect(await state(world.database, "notification_preference")).toEqual(before);
});

test("what somebody wants no messages of is told here all the same", async () => {
  await world.addressed("police-lead");
  await ask(PREFER, { preferences: [{ about: "CHALLENGES", how: "NEVER" }] });
  await world.tell({
    cause: "quiet",
    detail: { by: "2019-02-20T17:00:00Z", byDay: "2019-02-20" },
    to: { personIds: [await world.personOf("police-lead")] },
  });
  expect(await world.round(catcher.port)).toMatchObject({ messages: 0 });
  expect(await world.fates("police-lead")).toMatchObject([{ state: "DROPPED", problem: "NOT_WANTED" }]);
  const TOLD =
    "{ viewer { notifications(first: 1) { totalCount nodes { kind at sentAt by byDay subject partnership { slug } } } } }";
  expect(await world.service.as("police-lead").data(TOLD)).toEqual({
    viewer: {
      notifications: {
        totalCount: 1,
        nodes: [
          {
            kind: "CHALLENGE_RAISED",
            at: "2019-02-14T09:00:00.000Z",
            sentAt: null,
            by: "2019-02-20T17:00:00.000Z",
            byDay: "2019-02-20",
            subject: globalId("Action", world.actions["6.3"] ?? ""),
            partnership: { slug: "wrenford" },
          },
        ],
      },
    },
  });
  expect(await world.service.as("police-second").data("{ viewer { notifications { totalCount } } }")).toEqual({
    viewer: { notifications: { totalCount: 0 } },
  });
});

test("notifications are read page by page, newest first", async () => {
  const to = { personIds: [await world.personOf("police-lead")] };
  for (const cause of ["a", "b", "c"]) {
    await world.tell({ cause, kind: NotificationKind.DUE, to });
    world.clock.passMinutes(1);
  }
  const page = (after: string | null) =>
    world.service.as("police-lead").data<{
      viewer: { notifications: { nodes: { at: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
    }>("query ($after: String) { viewer { notifications(first: 2, after: $after) { nodes { at } pageInfo { endCursor hasNextPage } } } }", { after });
  const { notifications: first } = (await page(null)).viewer;
  const { notifications: second } = (await page(first.pageInfo.endCursor)).viewer;
  expect([...first.nodes, ...second.nodes].map(({ at }) => at)).toEqual(
    [2, 1, 0].map((minute) => `2019-02-14T09:0${minute}:00.000Z`),
  );
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
});

test("an address is confirmed by the code mailed to it; the code is kept as a hash and logged nowhere", async () => {
  expect(await ask(ADDRESS, { address: " Lead@Police.example " })).toMatchObject({
    settings: { address: null, newAddress: "Lead@Police.example", codeExpiresAt: null },
    userErrors: [],
  });
  expect(await ask(CONFIRM, { code: "0000" })).toMatchObject({
    userErrors: [{ code: "BAD_USER_INPUT", field: ["input", "code"] }],
  });
  expect(await world.round(catcher.port)).toMatchObject({ codes: 1 });
  expect(await world.round(catcher.port)).toMatchObject({ codes: 0 });
  const code = mailedCode();
  expect(catcher.caught[0]).toMatchObject({
    to: "Lead@police.example",
    headers: { subject: "Confirm your address for notifications" },
  });
  expect(catcher.caught[0]?.text).toContain("10:00 on Thursday 14 February 2019, London time");
  expect(await settings()).toMatchObject({ codeExpiresAt: "2019-02-14T10:00:00.000Z" });

  // typed as people type: small letters, no hyphens, an O for a nought
  const typed = code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o");
  expect(await ask(CONFIRM, { code: typed })).toMatchObject({
    settings: { address: "Lead@Police.example", newAddress: null, codeExpiresAt: null },
    userErrors: [],
  });
  expect(await ask(CONFIRM, { code })).toMatchObject({ userErrors: [{ code: "BAD_USER_INPUT" }] });

  const kinds = (await entries(world.database))
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith("notificationAddress"));
  expect(kinds.slice(-2)).toEqual(["notificationAddress.set", "notificationAddress.confirmed"]);
  const [kept] = await world.database.owner.query<{ all: string }[]>(
    "select (select json_agg(a)::text from notification_address a) || (select json_agg(e)::text from audit_entry e) || coalesce((select json_agg(r)::text from idempotent_request r), '') as all",
  );
  for (const text of [kept?.all ?? "", world.logged.join(), world.service.logged.join()]) {
    expect(text).not.toContain(code);
    expect(text).not.toContain(code.replaceAll("-", ""));
  }
  expect(world.logged.join()).not.toMatch(/police\.example/i);
});

test("a wrong code is counted though it is refused, and after five the right one is worth nothing", async () => {
  await ask(ADDRESS, { address: "lead@police.example" });
  await world.round(catcher.port);
  const code = mailedCode();
  for (let wrong = 0; wrong < 5; wrong += 1)
    expect(await ask(CONFIRM, { code: "ZZZZ-ZZZZ-ZZZZ" })).toMatchObject({
      userErrors: [{ code: "BAD_USER_INPUT", field: ["input", "code"] }],
    });
  expect(await ask(CONFIRM, { code })).toMatchObject({ settings: null, userErrors: [{ code: "CONFLICT" }] });

  // another is asked for in five minutes, not before; and it holds for an hour
  expect(await ask(ADDRESS, { address: "lead@police.example" })).toMatchObject({
    userErrors: [{ code: "CONFLICT", field: ["input", "address"] }],
  });
  world.clock.passMinutes(5);
  await ask(ADDRESS, { address: "lead@police.example" });
  await world.round(catcher.port);
  world.clock.passMinutes(60);
  expect(await ask(CONFIRM, { code: mailedCode() })).toMatchObject({ userErrors: [{ code: "CONFLICT" }] });
});

test("messages go to the address before until the new one is confirmed; without one there are none", async () => {
  await world.addressed("police-lead", "old@police.example");
  await ask(ADDRESS, { address: "new@police.example" });
  const to = { personIds: [await world.personOf("police-lead")] };
  await world.tell({ cause: "1", to });
  await world.round(catcher.port);
  expect(catcher.caught.map((mail) => mail.to)).toEqual(["new@police.example", "old@police.example"]);
  expect(await ask(ADDRESS, { address: null })).toMatchObject({ settings: { address: null, newAddress: null } });
  world.clock.passMinutes(20);
  await world.tell({ cause: "2", to });
  expect(await world.round(catcher.port)).toMatchObject({ messages: 0 });
});

test("a code that cannot be mailed is tried again, and its owner sees what keeps it", async () => {
  await ask(ADDRESS, { address: "lead@police.example" });
  await world.round(null);
  expect(await settings()).toMatchObject({ problem: "NO_SERVER" });
  catcher.manners = { message: () => 451 };
  expect(await world.round(catcher.port)).toMatchObject({ codes: 0, failed: 1 });
  expect(await settings()).toMatchObject({ problem: "DEFERRED" });
  catcher.manners = {};
  world.clock.passMinutes(2);
  expect(await world.round(catcher.port)).toMatchObject({ codes: 1 });
  expect((await ask(CONFIRM, { code: mailedCode() })).userErrors).toEqual([]);
});

test.each([
  "no address",
  "two@police.example, three@police.example",
  "lead@police.example\r\nBcc: x@y.example",
  "<lead@police.example>",
  `${"x".repeat(65)}@police.example`,
  "",
])("%j is no address", async (address) => {
  const before = await state(world.database, "notification_address");
  expect(await refusalsOf(world.service, "police-lead", ADDRESS, { address })).toEqual([
    "BAD_USER_INPUT input.address",
  ]);
  expect(await state(world.database, "notification_address")).toEqual(before);
});

test("programs and the public have no settings", async () => {
  const input = { preferences: [{ about: "WARNINGS", how: "NEVER" }] };
  expect(await refusalsOf(world.service, "wrenford-integrator", PREFER, input)).toEqual(["FORBIDDEN"]);
  expect(await refusalsOf(world.service, null, PREFER, input)).toEqual(["FORBIDDEN"]);
});

test("officers and administrators see what was not sent and why, and nothing of to whom or about what", async () => {
  await addPerson(world.database, "platform", "PLATFORM_ADMIN", {});
  await world.addressed("police-lead");
  catcher.manners = { recipient: () => 550 };
  await world.tell({ cause: "dead", to: { agencyIds: [world.police] } });
  await world.round(catcher.port);
  const HEALTH =
    '{ partnership(slug: "wrenford") { notificationHealth { sent lastSentAt waiting { problem count oldest } dead { problem count } } } }';
  const health = {
    sent: 0,
    lastSentAt: null,
    waiting: [{ problem: "NO_ADDRESS", count: 2, oldest: "2019-02-14T09:00:00.000Z" }],
    dead: [{ problem: "REFUSED", count: 1 }],
  };
  for (const actor of ["wrenford-officer", "wrenford-chair", "platform"])
    expect([actor, await world.service.as(actor).data(HEALTH)]).toEqual([
      actor,
      { partnership: { notificationHealth: health } },
    ]);
  for (const actor of ["police-lead", "wrenford-scrutiny", "coventry-officer", null]) {
    const { data } = await world.service.as(actor).ask<{ partnership: { notificationHealth: unknown } | null }>(HEALTH);
    expect([actor, data?.partnership?.notificationHealth ?? null]).toEqual([actor, null]);
  }
});
