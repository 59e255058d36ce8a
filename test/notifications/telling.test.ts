import { NotificationKind, notify } from "../../src/domains/notifications/index";
import { Role } from "../../src/domains/identity/index";
import { DEMONSTRATION_ISSUER, NOW } from "../support/service";
import { below } from "../support/writes";
import { demonstrationOfNotifications, type NotificationsWorld } from "./world";

/** Who is told, and that whoever tells reads nothing of them. */
let world: NotificationsWorld;
beforeAll(async () => {
  world = await demonstrationOfNotifications();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const told = async () =>
  (
    await world.database.owner.query<{ subject: string }[]>(
      "select p.subject from notification n join person p on p.id = n.person_id order by 1",
    )
  ).map(({ subject }) => subject);

test("leads and contributors of an agency are told, once for each cause", async () => {
  expect(await world.tell({ cause: "once", to: { agencyIds: [world.police] } })).toBe(3);
  expect(await told()).toEqual(["police-contributor", "police-lead", "police-second"]);
  expect(await world.tell({ cause: "once", to: { agencyIds: [world.police] } })).toBe(0);
  expect(await world.tell({ cause: "again", to: { agencyIds: [world.police] } })).toBe(3);
});

test("of a collective, the people of its members; of a role, its holders; of persons, those who belong here", async () => {
  const health = await world.key("select id from agency where name = 'Health' and partnership_id = $1", [
    world.partnershipId,
  ]);
  await world.tell({ cause: "collective", to: { agencyIds: [health] } });
  expect(await told()).toContain("wrenford-health-contributor");
  await world.clear();
  await world.tell({ cause: "roles", to: { roles: [Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR] } });
  expect(await told()).toEqual(["wrenford-chair", "wrenford-officer"]);
  await world.clear();
  const persons = [await world.personOf("coventry-officer"), await world.personOf("wrenford-inspector")];
  await world.tell({ cause: "persons", to: { personIds: persons } });
  expect(await told()).toEqual(["wrenford-inspector"]);
  await world.clear();
  // nobody after the end of their membership, which is the last day of 2019
  world.clock.set("2020-01-02T09:00:00Z");
  expect(await world.tell({ cause: "later", to: { personIds: persons } })).toBe(0);
  world.clock.set(NOW);
});

/** Something done by somebody in a transaction of theirs. */
async function as<T>(subject: string, work: (send: never) => Promise<T>): Promise<T> {
  const runner = world.database.app.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("select app.enter($1, $2, $3)", [DEMONSTRATION_ISSUER, subject, NOW.toISOString()]);
    const result = await work(((text: string, values: unknown[]) => runner.query(text, values)) as never);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}
const telling = (more: object = {}) => ({
  partnershipId: world.partnershipId,
  kind: NotificationKind.CHALLENGE_RAISED,
  subjectType: "Action",
  subjectId: world.actions["6.3"] ?? "",
  cause: "by somebody",
  to: { agencyIds: [world.police] },
  by: null,
  ...more,
});

test("whoever does it is not told, and reads nothing of who is: not then, and not afterwards", async () => {
  const by = await world.personOf("police-lead");
  const seen = await as("police-lead", async (send: (text: string, values?: unknown[]) => Promise<unknown[]>) => {
    expect(await notify(send as never, telling({ by }), NOW)).toBe(2);
    return [
      await send("select 1 from notification"),
      await send("select distinct m.agency_id from membership m"),
      await send("select app.setting('oversight') as setting"),
    ];
  });
  expect(seen[0]).toEqual([]);
  expect(seen[1]).toHaveLength(1);
  expect(seen[2]).toEqual([{ setting: "{}" }]);
  expect(await told()).toEqual(["police-contributor", "police-second"]);
  // another agency's people are told by a neighbour, who may not list them
  expect(await as("wrenford-housing-contributor", (send) => notify(send, telling({ cause: "neighbour" }), NOW))).toBe(
    3,
  );
  expect(
    await as("wrenford-housing-contributor", (send: never) =>
      (send as (text: string) => Promise<unknown[]>)("select 1 from notification"),
    ),
  ).toEqual([]);
});

test("nobody is told of another partnership's, by whatever way in", async () => {
  await expect(as("coventry-officer", (send) => notify(send, telling(), NOW))).rejects.toThrow(/partnership of others/);
  await expect(as("wrenford-scrutiny", (send) => notify(send, telling(), NOW))).rejects.toThrow(
    /partnership of others/,
  );
  expect(
    await below(
      world.database,
      "coventry-officer",
      `insert into notification (partnership_id, person_id, kind, subject_type, subject_id, cause, at, next_try_at)
       select $1, app.person(), 'DUE', 'Action', $1, 'x', app.now(), app.now()`,
      [world.partnershipId],
    ),
  ).toMatch(/row-level security/);
  expect(await told()).toEqual([]);
});

test("a change that is undone tells nobody", async () => {
  await expect(
    as("police-lead", async (send) => {
      await notify(send, telling(), NOW);
      throw new Error("undone on purpose");
    }),
  ).rejects.toThrow("undone on purpose");
  expect(await told()).toEqual([]);
});

test("words do not get into the outbox: a detail is a key, a day or a number", async () => {
  const detail = (one: object) => world.tell({ cause: "detail", detail: one, to: { agencyIds: [world.police] } });
  const then = { asked: "RESPOND", by: "next week" } as const;
  for (const bad of [{ by: "next week" }, { agency: "Health" }, { byDay: "Jane Doe" }, { stage: 1.5 }, { then }])
    await expect(detail(bad)).rejects.toThrow(/no text/);
  await expect(world.tell({ cause: "type", subjectType: "Rating", to: { agencyIds: [world.police] } })).rejects.toThrow(
    /no domain describes/,
  );
  expect(await detail({ by: "2019-02-20T17:00:00Z", byDay: "2019-02-20", stage: 1, provisional: false })).toBe(3);
});
