import { remind } from "../../src/domains/rules/index";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { World } from "./world";

/* The old council ended in March 2018, and the new one took over from it. */

const START = "2018-12-03T09:00:00Z";

let database: TestDatabase;
let world: World;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await World.made(database, "ashby", START);
  await world.enrol(START, "council-lead", "AGENCY_LEAD", "New council");
});
afterEach(() => database.drop());

const told = () =>
  database.owner.query<object[]>(
    `select n.kind, coalesce(a.reference, n.subject_type) as about, p.subject as who, g.name as asked
     from notification n join person p on p.id = n.person_id left join action a on a.id = n.subject_id
     left join agency g on g.id = (n.detail ->> 'agency')::uuid order by 2, 1`,
  );

test("what an agency leads that has ended is reminded of to whoever took over from it, who is named as the one asked", async () => {
  await world.action(START, "1.1", "2018-12-20", { lead: "Old council" });
  await world.action(START, "1.2", "2018-12-20", { lead: "New council" });
  const now = new Date("2018-12-20T07:00:00Z");
  expect(await remind(database.app, now)).toEqual({ things: 2, told: 2 });
  const due = { kind: "DUE", who: "council-lead", asked: "New council" };
  expect(await told()).toEqual([
    { about: "1.1", ...due },
    { about: "1.2", ...due },
  ]);
  expect(await remind(database.app, now)).toEqual({ things: 2, told: 0 });
});

test("of a plan's updates they are told once, for what they lead and what they took over", async () => {
  await world.action(START, "1.1", null, { lead: "Old council" });
  await world.action(START, "1.2", null, { lead: "New council" });
  // due on 15 January: one thing, of two agencies that are one today
  expect(await remind(database.app, new Date("2019-01-15T07:00:00Z"))).toEqual({ things: 1, told: 1 });
  expect(await told()).toEqual([{ kind: "DUE", about: "Plan", who: "council-lead", asked: "New council" }]);
});
