import { demonstrationOfWriters, refusalsOf } from "../support/writes";
import { operatorTransaction, type TestDatabase } from "../support/database";
import { globalId } from "../../src/platform/graphql/ids";
import { NOW, type Service } from "../support/service";

/* What a partnership counts by its own calendar, as it stands in the database. */

let database: TestDatabase;
let service: Service;
let partnershipId: string;
let actions: Record<string, string>;
beforeEach(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  const [row] = await database.owner.query<{ id: string }[]>("select id from partnership where slug = 'wrenford'");
  partnershipId = row?.id ?? "";
  await database.owner.query(
    `with made as (insert into person (issuer, subject, label) select issuer, 'administrator', 'Service manager' from person where subject = 'police-lead' returning id)
     insert into membership (person_id, role, valid_from) select id, 'PLATFORM_ADMIN', '2018-04-01' from made`,
  );
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});

const write = (text: string, values: unknown[] = []) =>
  operatorTransaction(database.owner, partnershipId, (runner) => runner.query(text, values), new Date(NOW));

interface Counted {
  action: {
    byWhen: { slippageWorkingDays: number | null };
    dateRevisions: { nodes: { workingDaysMoved: number | null }[] };
    plan: { reportingPeriods: { dueOn: string; provisional: boolean }[] };
  };
}
const QUERY = `query ($id: ID!) { action(id: $id) { byWhen { slippageWorkingDays }
  dateRevisions(first: 1) { nodes { workingDaysMoved } } plan { reportingPeriods { dueOn provisional } } } }`;
/** What is counted of an action, asked three times: by GraphQL, written from what was read, and kept. */
async function counted(reference: string) {
  const ask = async () => {
    const { action } = await service
      .as("wrenford-officer")
      .data<Counted>(QUERY, { id: globalId("Action", actions[reference] ?? "") });
    const { dueOn, provisional } = action.plan.reportingPeriods.at(-1) ?? { dueOn: "", provisional: true };
    return [
      action.byWhen.slippageWorkingDays,
      action.dateRevisions.nodes[0]?.workingDaysMoved ?? null,
      `${dueOn}${provisional ? " provisional" : ""}`,
    ];
  };
  const first = await ask();
  expect([await ask(), await ask()]).toEqual([first, first]);
  return first;
}

/** An action that was promised for one day and is moved to another. */
async function moved(reference: string, from: string, to: string) {
  const [made] = (await write(
    `insert into action (partnership_id, plan_id, reference, reference_order, title, status, by_when_text, by_when_kind, by_when_precision, by_when_end,
       original_text, original_kind, original_precision, original_end)
     select partnership_id, plan_id, $2, $2, 'Invented', 'IN_PROGRESS', $3::text, 'DUE', 'DAY', $3::date, $3::text, 'DUE', 'DAY', $3::date from action where id = $1 returning id`,
    [actions["6.3"], reference, from],
  )) as { id: string }[];
  actions[reference] = made?.id ?? "";
  const input = {
    action: globalId("Action", actions[reference] ?? ""),
    to,
    reason: "Recruitment is late",
  };
  const refused = await refusalsOf(
    service,
    "wrenford-officer",
    "mutation ($input: MoveByWhenInput!) { moveByWhen(input: $input) { userErrors { code field message } } }",
    input,
  );
  expect(refused).toEqual([]);
}

/** As GOV.UK is to publish them for England and Wales, with one that nobody could expect. */
const OF_2028 = [
  "2028-01-03",
  "2028-01-04",
  "2028-04-14",
  "2028-04-17",
  "2028-05-01",
  "2028-05-29",
  "2028-08-28",
  "2028-12-25",
  "2028-12-26",
].map((day) => ({ day, name: day === "2028-01-04" ? "Proclaimed once (invented)" : "Bank holiday" }));

const extend = (division = "ENGLAND_AND_WALES", days = OF_2028) =>
  refusalsOf(
    service,
    "administrator",
    "mutation ($input: ExtendBankHolidaysInput!) { extendBankHolidays(input: $input) { userErrors { code field message } } }",
    { division, source: "GOV.UK", publishedTo: "2028-12-31", days },
  );

test("another part of the United Kingdom counts by its own bank holidays", async () => {
  await write("update plan set period_end = '2018-12-31' where id = (select plan_id from action where id = $1)", [
    actions["6.3"],
  ]);
  await moved("x.1", "2019-04-18", "2019-08-06");
  // England and Wales: 78 weekdays, without Good Friday, Easter Monday and two in May
  expect(await counted("x.1")).toEqual([74, 74, "2019-01-15"]);
  await write("update partnership set division = 'SCOTLAND' where id = $1", [partnershipId]);
  // Scotland works on Easter Monday and not on 5 August; it does not work on 2 January
  expect(await counted("x.1")).toEqual([74, 74, "2019-01-16"]);
  await moved("x.2", "2019-04-18", "2019-04-23");
  expect((await counted("x.2")).slice(0, 2)).toEqual([2, 2]);
  await write("update partnership set division = 'NORTHERN_IRELAND' where id = $1", [partnershipId]);
  expect((await counted("x.2")).slice(0, 2)).toEqual([1, 1]);
});

test("what lay past the published years is settled when they are published, by the mutation and at once", async () => {
  await write("update plan set period_end = '2027-12-20' where id = (select plan_id from action where id = $1)", [
    actions["6.3"],
  ]);
  await moved("x.1", "2027-12-20", "2028-01-07");
  expect(await counted("x.1")).toEqual([null, null, "2028-01-06 provisional"]);
  expect(await extend("SCOTLAND")).toEqual([]);
  expect(await counted("x.1")).toEqual([null, null, "2028-01-06 provisional"]);
  expect(await extend()).toEqual([]);
  // 21 to 24, 29 to 31 December; 5, 6 and 7 January: the 4th is closed as well
  expect(await counted("x.1")).toEqual([10, 10, "2028-01-07"]);
});
