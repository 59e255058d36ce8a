import { refusalsOf, state } from "../support/writes";
import { startCatcher, type Catcher } from "./catcher";
import { demonstrationOfNotifications, type NotificationsWorld } from "./world";
import { globalId } from "../../src/platform/graphql/ids";

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

const SET =
  "mutation ($input: SetNotificationPolicyInput!) { setNotificationPolicy(input: $input) { notificationPolicy { everyMinutes version } userErrors { code field message } } }";
const of = (more: object) => ({ partnership: globalId("Partnership", world.partnershipId), ...more });
const set = async (more: object) =>
  (
    await world.service
      .as("wrenford-officer")
      .data<{ setNotificationPolicy: { notificationPolicy: object; userErrors: object[] } }>(SET, { input: of(more) })
  ).setNotificationPolicy;
afterEach(() => expect(world.service.logged).toEqual([]));
const read = async (actor: string | null = "police-contributor") => {
  const { partnership } = await world.service
    .as(actor)
    .data<{ partnership: { notificationPolicy: object | null } }>(
      '{ partnership(slug: "wrenford") { notificationPolicy { everyMinutes version } } }',
    );
  return partnership.notificationPolicy;
};

test("an officer says how often people are mailed, all of the partnership read it, and the next message waits for so long", async () => {
  await world.addressed("police-lead");
  const one = async (cause: string) => {
    await world.tell({ cause, to: { personIds: [await world.personOf("police-lead")] } });
    return (await world.round(catcher.port)).messages;
  };
  expect(await read()).toEqual({ everyMinutes: null, version: 0 });
  expect(await one("first")).toBe(1);
  expect(await set({ everyMinutes: 60, expectedVersion: 0 })).toEqual({
    notificationPolicy: { everyMinutes: 60, version: 1 },
    userErrors: [],
  });
  expect(await read()).toEqual({ everyMinutes: 60, version: 1 });
  expect(await read(null)).toBeNull();
  world.clock.passMinutes(20);
  expect(await one("second")).toBe(0);
  world.clock.passMinutes(39);
  expect(await one("third")).toBe(0);
  world.clock.passMinutes(1);
  // both in one
  expect((await world.round(catcher.port)).messages).toBe(1);
  expect((await set({})).notificationPolicy).toEqual({ everyMinutes: null, version: 2 });
  world.clock.passMinutes(15);
  expect(await one("fourth")).toBe(1);
});

test("what makes no sense is refused, and nobody but an officer says it", async () => {
  const before = await state(world.database, "notification_policy");
  const cases: [string | null, object, string][] = [
    ["wrenford-officer", { everyMinutes: 4 }, "BAD_USER_INPUT input.everyMinutes"],
    ["wrenford-officer", { everyMinutes: 1441 }, "BAD_USER_INPUT input.everyMinutes"],
    ["wrenford-officer", { everyMinutes: 60, expectedVersion: 7 }, "CONFLICT input.expectedVersion"],
    ["police-lead", { everyMinutes: 60 }, "FORBIDDEN"],
    ["coventry-officer", { everyMinutes: 60 }, "FORBIDDEN input.partnership"],
    [null, { everyMinutes: 60 }, "FORBIDDEN"],
  ];
  for (const [actor, more, refusal] of cases)
    expect([actor, more, await refusalsOf(world.service, actor, SET, of(more))]).toEqual([actor, more, [refusal]]);
  expect(await state(world.database, "notification_policy")).toEqual(before);
});
