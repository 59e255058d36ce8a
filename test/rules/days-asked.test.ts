import { randomUUID } from "node:crypto";
import { RuleKind } from "../../src/domains/rules/index";
import { globalId } from "../../src/platform/graphql/ids";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { serve, type Service } from "../support/service";
import { World } from "./world";

/** Days and instants at the ends of what can be written: answered or refused, and never a fault of the service. */
const NOW = "2019-02-14T09:00:00Z";

let database: TestDatabase;
let service: Service;
let world: World;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await World.made(database, "days", "2018-12-01T09:00:00Z");
  await world.enrol("2018-12-01T09:00:00Z", "days-officer", "PARTNERSHIP_OFFICER");
  service = await serve(database, { now: new Date(NOW) });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const asked = async (text: string, variables: object): Promise<string> => {
  const { errors } = await service.as("days-officer").ask(text, variables);
  return errors.map(({ extensions, message }) => `${extensions.code}: ${message}`).join() || "answered";
};
const INDICATOR = `insert into indicator (id, partnership_id, owner_agency_id, code, title, unit, polarity, headline_measure, position)
  values ($1, $2, $3, 'ATT', 'Attendance at conferences', 'PERCENT', 'HIGHER_IS_BETTER', 'PERIOD', 1)`;
const EARLY = "BAD_USER_INPUT: A rule is tried from 1900-01-01 on.";

test.each(Object.values(RuleKind))("a rule %s is tried on no day before 1900", async (kind) => {
  const indicator = kind === RuleKind.ATTENDANCE_BELOW_TARGET ? randomUUID() : null;
  if (indicator !== null) await world.at(NOW, INDICATOR, [indicator, world.partnership, world.agencies.Police]);
  const id = globalId("Rule", await world.rule("2018-12-01T09:00:00Z", kind, 20, { indicator }));
  const tried = (from: string, to: string) =>
    asked(
      "query ($id: ID!, $between: DaysBetweenInput!) { node(id: $id) { ... on Rule { dryRun(between: $between) { days total } } } }",
      { id, between: { from, to } },
    );
  for (const from of ["0001-01-01", "0099-01-01", "0100-01-01", "1899-12-31"])
    expect(await tried(from, from)).toBe(EARLY);
  expect(await tried("1900-01-01", "1900-01-02")).toBe("answered");
  expect(await tried("2019-02-01", "9999-12-31")).toBe("answered");
  expect(await tried("9999-12-31", "9999-12-31")).toBe("answered");
});

const INSTANTS = [
  "0000-01-01T00:00:00Z",
  "0001-01-01T00:00:00Z",
  "0001-01-01T00:00:00+14:00",
  "0100-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "9999-12-31T23:59:59-05:00",
];
test.each(INSTANTS)("the instant %s is answered or refused, wherever it is asked for", async (at) => {
  for (const text of [
    'query ($at: DateTime!) { partnership(slug: "days") { escalations(filter: { dueBefore: $at }) { totalCount } } }',
    'query ($at: DateTime!) { partnership(slug: "days") { challenges(filter: { dueBefore: $at }) { totalCount } } }',
    'query ($at: DateTime!) { partnership(slug: "days", asOf: $at) { name } }',
  ])
    expect(await asked(text, { at })).toMatch(/^(answered|BAD_USER_INPUT|NOT_FOUND)/);
});

test.each([-2147483648, -1, 0, 99, 1999, 2019, 9999, 2147483647])("the year %s has no figures", async (year) => {
  expect(
    await asked('query ($year: Int!) { partnership(slug: "days") { ladderStatistics(year: $year) { from } } }', {
      year,
    }),
  ).toContain("BAD_USER_INPUT");
});
