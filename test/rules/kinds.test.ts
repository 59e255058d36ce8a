import { randomUUID } from "node:crypto";
import { sweep } from "../../src/domains/rules/index";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { World } from "./world";

/* Each kind of rule on rows made by hand, with every day counted by hand: working days of England and Wales, London days. */

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const START = "2018-12-03T09:00:00Z";
const looks = async (...days: string[]) => {
  for (const day of days) await sweep(database.app, new Date(`${day}T06:00:00Z`));
};

test("OVERDUE over Christmas: five working days after Friday 21 December come on 2 January", async () => {
  const world = await World.made(database, "ashby", START);
  await world.action(START, "1.1", "2018-12-21");
  await world.action(START, "1.2", "2018-12-21", { status: "COMPLETED" });
  await world.action(START, "1.3", null);
  await world.action(START, "1.4", "2018-12-21", { lead: "Old council" });
  await world.action(START, "1.5", "2018-12-21", { lead: "" });
  await world.rule(START, "OVERDUE", 5);
  // 24, 27, 28 and 31 December are four; New Year's Day is none; 2 January is the fifth
  await looks("2018-12-31", "2019-01-01");
  expect(await world.found()).toEqual([]);
  await looks("2019-01-02", "2019-01-03", "2019-01-10");
  const once = { since: "2018-12-21", foundOn: "2019-01-02" };
  expect(await world.found()).toEqual([
    { what: "OVERDUE 1.1", against: "Police", ...once },
    { what: "OVERDUE 1.4", against: "New council", ...once },
    { what: "OVERDUE 1.5", against: null, ...once },
  ]);
});

test("OVERDUE in Scotland: 2 January is closed as well, and the fifth working day is the 3rd", async () => {
  const world = await World.made(database, "ashby", START);
  await world.at(START, "update partnership set division = 'SCOTLAND' where id = $1", [world.partnership]);
  await world.action(START, "1.1", "2018-12-21");
  await world.rule(START, "OVERDUE", 5);
  await looks("2019-01-02");
  expect(await world.found()).toEqual([]);
  await looks("2019-01-03");
  expect(await world.found()).toMatchObject([{ what: "OVERDUE 1.1", foundOn: "2019-01-03" }]);
});

test("what would have been found before the day on which a rule is on is never raised; what moves and passes again is", async () => {
  const world = await World.made(database, "ashby", START);
  for (const [reference, byWhen] of [
    ["1.1", "2018-11-30"],
    ["1.2", "2018-12-07"],
    ["1.3", "2018-12-10"],
  ] as const)
    await world.action(START, reference, byWhen);
  // on Friday 14 December 1.2 has been overdue for five working days, and on Thursday for four
  await world.rule(START, "OVERDUE", 5, { onFrom: "2018-12-14T10:00:00Z" });
  await looks("2018-12-13", "2018-12-14");
  expect(await world.found()).toEqual([]);
  await sweep(database.app, new Date("2018-12-14T11:00:00Z"));
  await looks("2018-12-17");
  const found = [
    { what: "OVERDUE 1.2", against: "Police", since: "2018-12-07", foundOn: "2018-12-14" },
    { what: "OVERDUE 1.3", against: "Police", since: "2018-12-10", foundOn: "2018-12-17" },
  ];
  expect(await world.found()).toEqual(found);
  await world.set("2018-12-17T09:00:00Z", "1.2", "by_when_end = '2018-12-18', by_when_text = '18 December 2018'");
  await looks("2018-12-27", "2018-12-28");
  expect(await world.found()).toEqual([
    ...found,
    { what: "OVERDUE 1.2", against: "Police", since: "2018-12-18", foundOn: "2018-12-27" },
  ]);
});

test("NO_UPDATE and RETURN_NOT_RECEIVED: what was due ten working days after the quarter, action by action and by agency", async () => {
  const world = await World.made(database, "ashby", START);
  for (const reference of ["1.1", "1.2", "1.3"]) await world.action(START, reference, "2019-06-30");
  await world.action(START, "2.1", "2019-06-30", { lead: "New council" });
  await world.action(START, "2.2", "2019-06-30", { lead: "New council", status: "COMPLETED" });
  // known only after the quarter was over
  await world.action("2019-01-07T09:00:00Z", "2.3", "2019-06-30", { lead: "New council" });
  await world.update("2019-01-08T09:00:00Z", "1.1", "2018-12-31");
  await world.update("2019-01-08T09:00:00Z", "1.2", "2018-12-31", "Police", "DRAFT");
  await world.update("2019-01-08T09:05:00Z", "1.3", "2018-09-30");
  await world.rule(START, "NO_UPDATE", 2);
  await world.rule(START, "RETURN_NOT_RECEIVED", 3);
  // due on 15 January: 2 to 4, 7 to 11, 14 and 15 are the ten
  await looks("2019-01-15", "2019-01-16");
  expect(await world.found()).toEqual([]);
  await looks("2019-01-17", "2019-01-18", "2019-01-21");
  expect(await world.found()).toEqual([
    { what: "NO_UPDATE 1.2", against: "Police", since: "2019-01-15", foundOn: "2019-01-17" },
    { what: "NO_UPDATE 1.3", against: "Police", since: "2019-01-15", foundOn: "2019-01-17" },
    { what: "NO_UPDATE 2.1", against: "New council", since: "2019-01-15", foundOn: "2019-01-17" },
    { what: "RETURN_NOT_RECEIVED New council", against: "New council", since: "2019-01-15", foundOn: "2019-01-18" },
  ]);
});

test("RETURN_NOT_RECEIVED: whoever took over from an agency has one return to make, and it is made by any of them", async () => {
  const world = await World.made(database, "ashby", START);
  await world.action(START, "1.1", "2019-06-30", { lead: "Old council" });
  await world.action(START, "1.2", "2019-06-30", { lead: "New council" });
  await world.rule(START, "RETURN_NOT_RECEIVED", 2, { effect: "RAISE" });
  await world.at(START, "insert into ladder (id, partnership_id, name) values ($1, $1, 'A ladder')", [
    world.partnership,
  ]);
  await world.at(
    START,
    "insert into ladder_version (id, partnership_id, ladder_id, number, from_at) values ($1, $1, $1, 1, $2)",
    [world.partnership, START],
  );
  await world.at(
    START,
    "insert into ladder_stage (partnership_id, ladder_version_id, number, name, decider_kind, decider) values ($1, $1, 1, 'First', 'PARTIES', 'Both')",
    [world.partnership],
  );
  // the quarter that ended on 31 December is due on 15 January, and the second working day after that is the 17th
  await looks("2019-01-17", "2019-01-18");
  expect((await world.found()).filter(({ since }) => since === "2019-01-15")).toEqual([
    { what: "RETURN_NOT_RECEIVED New council", against: "New council", since: "2019-01-15", foundOn: "2019-01-17" },
  ]);
  expect(
    await database.owner.query("select period_end::text as period from challenge where detail like '%2019-01-15%'"),
  ).toEqual([{ period: "2018-12-31" }]);
  await world.update("2019-02-01T09:00:00Z", "1.2", "2019-03-31", "New council");
  await looks("2019-04-16", "2019-04-17", "2019-04-18");
  expect((await world.found()).filter(({ foundOn }) => foundOn > "2019-02-01")).toEqual([]);
});

test("a rule that raises challenges nobody who has ended, and tells the officers instead", async () => {
  const world = await World.made(database, "ashby", START);
  await world.action(START, "1.1", "2018-12-21");
  await world.rule(START, "OVERDUE", 5, { effect: "RAISE" });
  await world.at(START, "update agency set valid_to = '2018-12-10' where id = $1", [world.agencies.Police]);
  await world.enrol(START, "an-officer", "PARTNERSHIP_OFFICER");
  const swept = await sweep(database.app, new Date("2019-01-02T06:00:00Z"));
  expect(swept).toMatchObject({ found: 1, raised: 0, warned: 1 });
  expect(await world.found()).toMatchObject([{ what: "OVERDUE 1.1", against: null }]);
});

test("IMPACT_RED_TWICE: a run of reds is found once however long, and another run again", async () => {
  const world = await World.made(database, "ashby", START);
  for (const reference of ["1.1", "1.2", "1.3"]) await world.action(START, reference, "2019-12-31");
  await world.rule(START, "IMPACT_RED_TWICE", 0);
  const rate = (day: string, reference: string, value: string | null, asAt: string, time = "12:00") =>
    world.rate(`${day}T${time}:00Z`, reference, "IMPACT", value, asAt);
  await rate("2018-12-04", "1.1", "RED", "2018-09-30");
  await rate("2018-12-04", "1.2", "RED", "2018-09-30");
  await rate("2018-12-04", "1.3", "RED", "2018-09-30");
  // moderated upwards for the same day: the first of the run was not red after all
  await rate("2018-12-05", "1.3", "AMBER", "2018-09-30");
  await rate("2018-12-10", "1.1", "RED", "2018-12-10");
  await rate("2018-12-10", "1.2", null, "2018-12-10");
  await rate("2018-12-10", "1.3", "RED", "2018-12-10");
  await looks("2018-12-10", "2018-12-11");
  const first = { what: "IMPACT_RED_TWICE 1.1", against: "Police", since: "2018-12-10", foundOn: "2018-12-10" };
  expect((await world.found()).map(({ what }) => what)).toEqual([first.what]);
  await rate("2019-01-10", "1.1", "RED", "2019-01-10", "05:00");
  await looks("2019-01-11");
  expect((await world.found()).map(({ what }) => what)).toEqual([first.what]);
  for (const [day, value] of [
    ["2019-02-01", "GREEN"],
    ["2019-03-01", "RED"],
    ["2019-04-01", "RED"],
  ] as const)
    await rate(day, "1.1", value, day);
  await looks("2019-04-02");
  expect((await world.found()).at(-1)).toEqual({
    what: "IMPACT_RED_TWICE 1.1",
    against: "Police",
    since: "2019-04-01",
    foundOn: "2019-04-02",
  });
  expect(await world.found()).toHaveLength(2);
});

test("IMPACT_RED_TWICE: a day said to be red again is red since it was first said, and what is only submitted is no red", async () => {
  const world = await World.made(database, "ashby", START);
  for (const reference of ["1.1", "1.2"]) await world.action(START, reference, "2019-06-30");
  for (const asAt of ["2018-09-30", "2018-12-05"])
    await world.rate("2018-12-05T09:00:00Z", "1.1", "IMPACT", "RED", asAt);
  await world.rule("2018-12-10T09:00:00Z", "IMPACT_RED_TWICE", 0);
  await world.rate("2018-12-12T09:00:00Z", "1.1", "IMPACT", "RED", "2018-12-05");
  // two reds that nobody has accepted
  for (const asAt of ["2018-12-11", "2018-12-12"]) {
    await world.rate("2018-12-12T09:00:00Z", "1.2", "IMPACT", "RED", asAt);
    await world.update("2018-12-12T09:00:00Z", "1.2", asAt);
  }
  await world.at(
    "2018-12-12T09:00:00Z",
    "update rating r set standing = 'SUBMITTED', update_id = (select u.id from progress_update u where u.action_id = r.action_id and u.period_end = r.as_at) where r.action_id = $1",
    [world.actions["1.2"]],
  );
  await looks("2018-12-13", "2018-12-14");
  expect(await world.found()).toEqual([]);
  await world.at("2018-12-14T09:00:00Z", "update rating set standing = 'SHARED' where action_id = $1", [
    world.actions["1.2"],
  ]);
  await looks("2018-12-17");
  expect(await world.found()).toEqual([
    { what: "IMPACT_RED_TWICE 1.2", against: "Police", since: "2018-12-12", foundOn: "2018-12-17" },
  ]);
});

test("STALE: the oldest rating past the cadence, found once, and again when what took its place grows old", async () => {
  const world = await World.made(database, "ashby", START);
  await world.action(START, "1.1", "2019-12-31");
  await world.rule(START, "STALE", 0);
  await world.rate(START, "1.1", "DELIVERY", "GREEN", "2018-10-15");
  await world.rate(START, "1.1", "IMPACT", "GREEN", "2018-11-20");
  // three months after 15 October is 15 January: on the 16th it is older
  await looks("2019-01-15", "2019-01-16", "2019-02-25");
  const first = { what: "STALE 1.1", against: "Police", since: "2019-01-16", foundOn: "2019-01-16" };
  expect(await world.found()).toEqual([first]);
  await world.rate("2019-02-26T09:00:00Z", "1.1", "DELIVERY", "AMBER", "2019-02-26");
  await looks("2019-02-27");
  expect(await world.found()).toEqual([
    first,
    { what: "STALE 1.1", against: "Police", since: "2019-02-21", foundOn: "2019-02-27" },
  ]);
});

test("ATTENDANCE_BELOW_TARGET: each newest observation that misses the target of its day", async () => {
  const world = await World.made(database, "ashby", START);
  const [indicator, other] = [randomUUID(), randomUUID()];
  for (const [id, code] of [
    [indicator, "ATT"],
    [other, "OTHER"],
  ]) {
    await world.at(
      START,
      `insert into indicator (id, partnership_id, owner_agency_id, code, title, unit, polarity, headline_measure, position)
       values ($1, $2, $3, $4, 'Attendance at conferences', 'PERCENT', 'HIGHER_IS_BETTER', 'PERIOD', 1)`,
      [id, world.partnership, world.agencies.Police, code],
    );
    await world.at(
      START,
      "insert into indicator_target (partnership_id, indicator_id, text, comparator, value) values ($1, $2, '90%', 'AT_LEAST', 90)",
      [world.partnership, id],
    );
  }
  const observe = (now: string, id: string, asAt: string, value: number, status = "FINAL") =>
    world.at(
      now,
      `insert into observation (partnership_id, indicator_id, measure, as_at, value, status, source) values ($1, $2, 'PERIOD', $3, $4, $5, 'invented')`,
      [world.partnership, id, asAt, value, status],
    );
  await world.rule(START, "ATTENDANCE_BELOW_TARGET", 1, { indicator });
  await observe(START, indicator, "2018-11-30", 50);
  await observe("2019-01-03T09:00:00Z", indicator, "2018-12-31", 89.5);
  await observe("2019-01-03T09:00:00Z", other, "2018-12-31", 10);
  await looks("2019-01-04", "2019-01-07");
  const first = { what: "ATTENDANCE_BELOW_TARGET ATT", against: "Police", since: "2018-12-31", foundOn: "2019-01-04" };
  expect((await world.found()).slice(-1)).toEqual([first]);
  const before = (await world.found()).length;
  await observe("2019-02-01T09:00:00Z", indicator, "2019-01-31", 90);
  await looks("2019-02-04");
  await observe("2019-03-01T09:00:00Z", indicator, "2019-02-28", 20);
  await looks("2019-03-04");
  expect((await world.found()).slice(before)).toEqual([
    { what: "ATTENDANCE_BELOW_TARGET ATT", against: "Police", since: "2019-02-28", foundOn: "2019-03-04" },
  ]);
  // a figure that is not out yet is told to nobody by what is raised of it
  await observe("2019-04-01T09:00:00Z", indicator, "2019-03-31", 10, "EMBARGOED");
  await looks("2019-04-02");
  expect((await world.found()).slice(before)).toHaveLength(1);
});
