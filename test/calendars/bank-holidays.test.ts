import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addWorkingDays, type Division, DIVISIONS, PUBLISHED } from "../../src/clocks/index";
import { readCalendars } from "../../src/domains/calendars/index";
import { run } from "../support/program";
import type { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { DEMONSTRATION_ISSUER, demonstrationDatabase, serve, type Service } from "../support/service";
import { refusalsOf, state } from "../support/writes";

let database: TestDatabase;
let service: Service;
let administrator: Client;

beforeEach(async () => {
  database = await demonstrationDatabase();
  service = await serve(database);
  await database.owner.query(
    `with made as (insert into person (issuer, subject, label) values ($1, 'administrator', 'Service manager') returning id)
     insert into membership (person_id, role, valid_from) select id, 'PLATFORM_ADMIN', '2018-04-01' from made`,
    [DEMONSTRATION_ISSUER],
  );
  administrator = service.as("administrator");
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});

const CALENDAR = "calendar { division version source publishedFrom publishedTo days { day name } }";
const EXTEND = `mutation ($input: ExtendBankHolidaysInput!) { extendBankHolidays(input: $input) { ${CALENDAR} userErrors { code field message } } }`;
const READ =
  "query ($division: Division!) { bankHolidays(division: $division) { version source publishedFrom publishedTo days { day name } } }";

interface Told {
  version: number;
  source: string;
  publishedFrom: string;
  publishedTo: string;
  days: { day: string; name: string }[];
}
const read = async (division: Division, by: string | null = null) =>
  (await service.as(by).data<{ bankHolidays: Told }>(READ, { division })).bankHolidays;
const extend = async (input: object) =>
  (await administrator.data<{ extendBankHolidays: { calendar: Told | null; userErrors: object[] } }>(EXTEND, { input }))
    .extendBankHolidays;

/** As GOV.UK is to publish them: Christmas Day 2028 is a Monday. */
const of2028 = [
  ["2028-01-03", "New Year's Day (substitute day)"],
  ["2028-04-14", "Good Friday"],
  ["2028-04-17", "Easter Monday"],
  ["2028-05-01", "Early May bank holiday"],
  ["2028-05-29", "Spring bank holiday"],
  ["2028-08-28", "Summer bank holiday"],
  ["2028-12-25", "Christmas Day"],
  ["2028-12-26", "Boxing Day"],
].map(([day, name]) => ({ day, name }));
const year2028 = { division: "ENGLAND_AND_WALES", source: "GOV.UK", publishedTo: "2028-12-31", days: of2028 };
const stands = () => state(database, "bank_holiday", "bank_holiday_calendar");

test("everybody reads what is published, and nobody who says not who asks", async () => {
  const asked = DIVISIONS.flatMap((division) =>
    [null, "wrenford-housing-contributor", "administrator"].map((by) => ({ division, by })),
  );
  for (const { division, by } of asked) {
    const { source, from, to, closed } = PUBLISHED[division];
    const told = await read(division, by);
    expect(told).toMatchObject({ version: 1, source, publishedFrom: from, publishedTo: to });
    expect(told.days.map(({ day }) => day)).toEqual([...closed]);
  }
  expect(await database.app.query("select 1 from bank_holiday")).toEqual([]);
});

test("a year more is told once: the version moves, deadlines are settled, and the trail says so", async () => {
  const query = <R extends object>(text: string, values?: unknown[]) =>
    database.owner.query<R[]>(text, values as unknown[]);
  const calendar = async () => (await readCalendars(query)).get("ENGLAND_AND_WALES")!;
  const before = await calendar();
  expect(addWorkingDays("2027-12-20", 10, before)).toEqual({ day: "2028-01-06", provisional: true });
  expect(await calendar()).toBe(before);

  expect(await extend(year2028)).toMatchObject({ calendar: { version: 2, publishedTo: "2028-12-31" }, userErrors: [] });
  const after = await read("ENGLAND_AND_WALES");
  expect(after.days).toHaveLength(before.closed.size + 8);
  expect(after.source).toBe(`${before.source}; from 2028-01-01: GOV.UK`);
  expect(addWorkingDays("2027-12-20", 10, await calendar())).toEqual({ day: "2028-01-06", provisional: false });

  const once = await stands();
  expect(await extend(year2028)).toMatchObject({ calendar: { version: 2 }, userErrors: [] });
  expect(await stands()).toEqual(once);
  expect((await read("SCOTLAND")).version).toBe(1);
  expect(
    await query("select kind, detail from audit_entry where kind = 'extendBankHolidays' and partnership_id is null"),
  ).toEqual([
    {
      kind: "extendBankHolidays",
      detail: { division: "ENGLAND_AND_WALES", version: 2, from: "2028-01-01", to: "2028-12-31" },
    },
  ]);
});

test("a holiday that is proclaimed in a published year restates the days from then on", async () => {
  const { days } = await read("ENGLAND_AND_WALES");
  const input = {
    ...year2028,
    source: "Invented proclamation",
    publishedFrom: "2027-06-01",
    publishedTo: "2027-12-31",
    days: [{ day: "2027-06-18", name: "Invented bank holiday" }, ...days.filter(({ day }) => day >= "2027-06-01")],
  };
  expect(await extend(input)).toMatchObject({ calendar: { version: 2, publishedTo: "2027-12-31" }, userErrors: [] });
  expect((await read("ENGLAND_AND_WALES")).days).toHaveLength(days.length + 1);
  const once = await stands();
  expect(await extend(input)).toMatchObject({ calendar: { version: 2 }, userErrors: [] });
  expect(await stands()).toEqual(once);
});

test("what makes no sense is refused, says which input, and changes nothing", async () => {
  const before = await stands();
  const without = (day: string) => of2028.filter((one) => one.day !== day);
  const cases: [object, string][] = [
    [{ publishedTo: "2027-12-31", days: [] }, "BAD_USER_INPUT input.publishedTo"],
    [{ publishedTo: "2026-12-31", days: [] }, "BAD_USER_INPUT input.publishedTo"],
    [{ publishedFrom: "2027-01-01", publishedTo: "2027-06-30", days: [] }, "BAD_USER_INPUT input.publishedTo"],
    [{ publishedTo: "2028-12-30", days: [] }, "BAD_USER_INPUT input.publishedTo"],
    [{ publishedFrom: "2027-01-02", publishedTo: "2027-12-31", days: [] }, "BAD_USER_INPUT input.days"],
    [{ publishedFrom: "2028-02-01" }, "BAD_USER_INPUT input.publishedFrom"],
    [{ publishedFrom: "1990-01-01" }, "BAD_USER_INPUT input.publishedFrom"],
    [{ days: [{ day: "2027-06-18", name: "Too early" }, ...of2028] }, "BAD_USER_INPUT input.days.0.day"],
    [{ days: [...of2028, { day: "2029-01-01", name: "Too late" }] }, "BAD_USER_INPUT input.days.8.day"],
    [{ days: [...of2028, { day: "2028-01-01", name: "A Saturday" }] }, "BAD_USER_INPUT input.days.8.day"],
    [{ days: [...of2028, of2028[0]] }, "BAD_USER_INPUT input.days.8.day"],
    [{ days: [...without("2028-12-26"), { day: "2028-12-26", name: " " }] }, "BAD_USER_INPUT input.days.7.name"],
    [{ days: [] }, "BAD_USER_INPUT input.days"],
    [{ days: of2028.slice(0, 5) }, "BAD_USER_INPUT input.days"],
    [{ source: "" }, "BAD_USER_INPUT input.source"],
    [{ days: [{ day: "2028-02-30", name: "No day" }] }, "BAD_USER_INPUT"],
    [{ division: "CORNWALL" }, "BAD_USER_INPUT"],
  ];
  for (const [input, refusal] of cases)
    expect([input, await refusalsOf(service, "administrator", EXTEND, { ...year2028, ...input })]).toEqual([
      input,
      [refusal],
    ]);
  for (const by of [null, "wrenford-officer", "wrenford-council-lead"])
    expect([by, await refusalsOf(service, by, EXTEND, year2028)]).toEqual([by, ["FORBIDDEN"]]);
  expect(await stands()).toEqual(before);
});

test("two at once leave one of them, told by both", async () => {
  const both = await Promise.all([extend(year2028), extend(year2028)]);
  expect(both.map(({ calendar }) => calendar?.version)).toEqual([2, 2]);
});

test("a kept answer is not given again once the days have moved", async () => {
  const first = await read("ENGLAND_AND_WALES", "wrenford-officer");
  expect(await read("ENGLAND_AND_WALES", "wrenford-officer")).toEqual(first);
  await extend(year2028);
  expect((await read("ENGLAND_AND_WALES", "wrenford-officer")).version).toBe(2);
});

describe("npm run admin -- bank-holidays", () => {
  const folder = mkdtempSync(join(tmpdir(), "bank-holidays-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const admin = (content: string) => {
    const file = join(folder, "bank-holidays.json");
    writeFileSync(file, content);
    return run("domains/exchange/cli/admin", ["bank-holidays", file], database.url);
  };
  const event = ({ day, name }: { day?: string; name?: string }) => ({
    title: name?.replace(" (substitute day)", ""),
    date: day,
    notes: name?.includes("substitute") ? "Substitute day" : "",
    bunting: true,
  });

  test("brings GOV.UK's own file in, once", async () => {
    const { days } = await read("ENGLAND_AND_WALES");
    const events = [...days.filter(({ day }) => day >= "2022-01-01"), ...of2028].map(event);
    const file = JSON.stringify({ "england-and-wales": { division: "england-and-wales", events } });
    expect(await admin(file)).toMatchObject({
      code: 0,
      out: "ENGLAND_AND_WALES: version 2, published to 2028-12-31.\n",
    });
    const after = await read("ENGLAND_AND_WALES");
    expect(after.days).toEqual([...days, ...of2028]);
    expect(after.source).toMatch(/; from 2022-01-01: GOV\.UK bank-holidays\.json \(Open Government Licence v3\.0\)$/);
    expect(await admin(file)).toMatchObject({ code: 0, out: "ENGLAND_AND_WALES: as it was.\n" });
  });

  test("refuses in plain words what makes no sense, for all divisions", async () => {
    const before = await stands();
    const events = of2028.map(event);
    const file = { scotland: { events }, "england-and-wales": { events: [...events, events[0]] } };
    const { code, out, err } = await admin(JSON.stringify(file));
    expect([code, out, err]).toEqual([1, "", expect.stringMatching(/\n2028-01-03 stands twice\.\n$/)]);
    expect(await stands()).toEqual(before);
  });
});
