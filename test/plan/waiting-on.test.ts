import { PUBLISHED } from "../../src/clocks/index";
import { NEXT_UPDATE_DUE } from "../../src/domains/plan/index";
import { reportingPeriods } from "../../src/domains/reporting/index";
import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import type { Service } from "../support/service";
import { demonstrationOfWriters, POLICE } from "../support/writes";

const WAITS = "waitingOn { what who since because agency { name } post { title } blockedBy { reference } }";
interface Wait {
  what: string;
  who: string;
  since: string | null;
  because: string;
  agency: { name: string } | null;
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const idOf = (reference: string) => globalId("Action", actions[reference] ?? "");
async function waits(actor: string | null, reference: string): Promise<Wait[] | null> {
  const { action } = await service
    .as(actor)
    .data<{ action: { waitingOn: Wait[] | null } }>(`query ($id: ID!) { action(id: $id) { ${WAITS} } }`, {
      id: idOf(reference),
    });
  return action.waitingOn;
}
const kinds = async (actor: string, reference: string) => (await waits(actor, reference))?.map(({ what }) => what);
const agencyId = async (name: string) => {
  const [row] = await database.owner.query<{ id: string }[]>("select id from agency where name = $1", [name]);
  return globalId("Agency", row?.id ?? "");
};

test("a submitted update waits to be accepted for those who see it; others are told the same with it and without it", async () => {
  // the police submitted the last quarter of 2018 for 5.2
  const submitted = { what: "UPDATE_TO_ACCEPT", who: "BUSINESS_UNIT", agency: null };
  for (const actor of ["wrenford-officer", "wrenford-chair", "police-contributor", "wrenford-police-viewer"])
    expect([actor, await waits(actor, "5.2")]).toMatchObject([actor, [submitted]]);
  const others = ["wrenford-council-lead", "wrenford-schools-lead", "wrenford-housing-contributor"];
  const told = await Promise.all(others.map((actor) => waits(actor, "5.2")));
  await database.owner.query(
    "update progress_update set state = 'RETURNED', returned_at = '2019-02-01', returned_reason = 'x' where action_id = $1 and state = 'SUBMITTED'",
    [actions["5.2"]],
  );
  expect(await Promise.all(others.map((actor) => waits(actor, "5.2")))).toEqual(told);
  expect(await kinds("police-contributor", "5.2")).toContain("UPDATE_RETURNED");
  expect(await kinds("wrenford-officer", "5.2")).toContain("UPDATE_RETURNED");
  await database.owner.query("delete from progress_update where action_id = $1 and state = 'RETURNED'", [
    actions["5.2"],
  ]);
  expect(await Promise.all(others.map((actor) => waits(actor, "5.2")))).toEqual(told);
});

test("what has gone unreported is the lead's to report, to itself and to oversight; to others whose turn it is goes unsaid", async () => {
  await database.owner.query("delete from progress_update where action_id = $1 and period_end > '2018-09-30'", [
    actions["5.2"],
  ]);
  const due = {
    what: "UPDATE_DUE",
    who: "AGENCY",
    since: "2019-01-01",
    because:
      "The last progress update submitted is of the period to 30 September 2018, longer ago than the reporting cadence.",
    agency: { name: POLICE },
    post: null,
    blockedBy: null,
  };
  expect(await waits("wrenford-officer", "5.2")).toEqual([due]);
  expect(await waits("police-contributor", "5.2")).toEqual([due]);
  expect(await waits("wrenford-council-lead", "5.2")).toEqual([
    { ...due, who: "UNTOLD", agency: null, because: due.because.replace("submitted", "accepted") },
  ]);
  for (const actor of [null, "wrenford-scrutiny", "coventry-officer"]) expect(await waits(actor, "5.2")).toBeNull();
});

test("after an update of one of a plan's periods the next is due from the day after the period that follows", async () => {
  for (const cadence of [1, 2, 3, 4, 5, 6, 7, 12]) {
    const periods = reportingPeriods(
      cadence,
      { start: "2012-02-10", end: "2032-01-31" },
      "2019-02-14",
      PUBLISHED.ENGLAND_AND_WALES,
    ).slice(0, -1);
    const due = await database.owner.query<{ due: string }[]>(
      `select ${NEXT_UPDATE_DUE("e.day", "$2::int")}::text as due from unnest($1::date[]) with ordinality e (day, place) order by e.place`,
      [periods.map(({ end }) => end), cadence],
    );
    const next = await database.owner.query<{ day: string }[]>(
      "select (e.day + 1)::text as day from unnest($1::date[]) with ordinality e (day, place) order by e.place",
      [periods.slice(1).map(({ end }) => end)],
    );
    expect([cadence, due.slice(0, -1).map((one) => one.due)]).toEqual([cadence, next.map(({ day }) => day)]);
  }
});

test("a draft changes what nobody is told, its author included", async () => {
  const everybody = ["police-contributor", "wrenford-officer", "wrenford-council-lead", "wrenford-inspector"];
  const before = await Promise.all(everybody.map((actor) => waits(actor, "5.2")));
  await database.owner.query(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, overall_progress)
     select g.partnership_id, $1, g.id, '2018-12-31', 'DRAFT', 'Begun' from agency g where g.name = $2`,
    [actions["5.2"], POLICE],
  );
  expect(await Promise.all(everybody.map((actor) => waits(actor, "5.2")))).toEqual(before);
});

test("a request to move a date waits for the business unit, and is told to those alone who may see it", async () => {
  const before = await waits("wrenford-housing-contributor", "7.1b");
  await service
    .as("police-lead")
    .data(
      "mutation ($input: RequestDateRevisionInput!) { requestDateRevision(input: $input) { userErrors { code } } }",
      { input: { action: idOf("7.1b"), to: "2019-05-31", reason: "Nurseries wait" } },
    );
  expect((await waits("wrenford-officer", "7.1b"))?.find(({ what }) => what === "DATE_DECISION")).toMatchObject({
    who: "BUSINESS_UNIT",
    since: "2019-02-14",
    because: "Wrenshire Constabulary asked on 14 February 2019 for the by-when to be moved to 31 May 2019.",
  });
  expect(await kinds("wrenford-schools-lead", "7.1b")).toContain("DATE_DECISION");
  expect(await waits("wrenford-housing-contributor", "7.1b")).toEqual(before);
});

test("parts not done of what is overdue, what is blocked, what is unrated, unconfirmed or to be reviewed: each with its facts", async () => {
  const [health, council] = ["Health", "Wrenford Borough Council"];
  const of = async (reference: string, what: string) =>
    (await waits("wrenford-officer", reference))?.filter((one) => one.what === what);
  // 3.1 was to be done by 30 November 2018; health leads, council and schools contribute
  expect(await of("3.1", "CONTRIBUTION")).toMatchObject([
    { agency: { name: "Schools" } },
    {
      agency: { name: council },
      since: "2018-11-30",
      because: `The by-when ended on 30 November 2018 and ${council} has not said how its part stands.`,
    },
  ]);
  await service
    .as("wrenford-council-lead")
    .data("mutation ($input: SetContributionInput!) { setContribution(input: $input) { userErrors { code } } }", {
      input: { action: idOf("3.1"), state: "DONE" },
    });
  expect(await of("3.1", "CONTRIBUTION")).toMatchObject([{ agency: { name: "Schools" } }]);
  await service
    .as("police-lead")
    .data("mutation ($input: BlockActionInput!) { blockAction(input: $input) { userErrors { code } } }", {
      input: { action: idOf("7.1b"), blockedBy: idOf("3.1"), reason: "It comes first" },
    });
  expect(await of("7.1b", "BLOCKED_BY_ACTION")).toMatchObject([
    {
      agency: { name: health },
      because: "It was said on 14 February 2019 that action 3.1 is to be done first.",
      blockedBy: { reference: "3.1" },
    },
  ]);
  expect(await of("1.2", "LEAD_UNCONFIRMED")).toMatchObject([
    {
      who: "BUSINESS_UNIT",
      because: "No agency is confirmed as its lead; Schools is presumed, being listed first.",
    },
  ]);
  await database.owner.query("delete from rating where action_id = $1 and dimension = 'IMPACT'", [actions["6.1"]]);
  expect(await of("6.1", "IMPACT_RATING")).toMatchObject([
    { agency: { name: POLICE }, since: null, because: "It is completed, and its impact is not rated." },
  ]);
  const judgedOn = async (day: string) => {
    await database.owner.query("update action set impact_judged_on = $2 where id = $1", [actions["6.1"], day]);
    return of("6.1", "IMPACT_RATING");
  };
  expect(await judgedOn("2019-02-15")).toEqual([]);
  for (const day of ["2019-02-14", "2019-01-31"])
    expect(await judgedOn(day)).toMatchObject([
      {
        agency: { name: POLICE },
        since: day,
        because: `It is completed, and its impact, which was to be judged on ${Number(day.slice(8))} ${day.startsWith("2019-02") ? "February" : "January"} 2019, is not rated.`,
      },
    ]);
  await database.owner.query("update action set review_on = '2019-02-14' where id = $1", [actions["1.3"]]);
  expect(await of("1.3", "REVIEW_DUE")).toMatchObject([
    { who: "BUSINESS_UNIT", because: "It was to be reviewed on 14 February 2019." },
  ]);
  await database.owner.query("update action set review_on = '2019-02-15' where id = $1", [actions["1.3"]]);
  expect(await of("1.3", "REVIEW_DUE")).toEqual([]);
});

test("rows, totals, an agency's own and the filter come to the same, in as many statements however many actions", async () => {
  interface Party {
    who: string;
    agency: { name: string; owes: { actions: number } } | null;
    actions: number;
  }
  const police = await agencyId(POLICE);
  for (const actor of ["wrenford-officer", "police-lead", "wrenford-housing-contributor"]) {
    const { partnership } = await service.as(actor).data<{
      partnership: {
        waitingOn: Party[];
        all: { nodes: { waitingOn: Wait[] }[] };
        rest: { nodes: { waitingOn: Wait[] }[] };
        police: { totalCount: number };
      };
    }>(
      `query ($filter: ActionFilter) { partnership(slug: "wrenford") {
        waitingOn { who agency { name owes { actions } } actions }
        all: actions(first: 100) { nodes { ${WAITS} } } rest: actions(last: 1) { nodes { ${WAITS} } }
        police: actions(first: 1, filter: $filter) { totalCount } } }`,
      { filter: { waitingOn: police } },
    );
    const rows = partnership.all.nodes.map(({ waitingOn }) => waitingOn);
    for (const { who, agency, actions: count } of partnership.waitingOn)
      expect([actor, who, agency?.name, count]).toEqual([
        actor,
        who,
        agency?.name,
        rows.filter((some) => some.some((one) => one.who === who && one.agency?.name === agency?.name)).length,
      ]);
    const owed = partnership.waitingOn.find(({ agency }) => agency?.name === POLICE);
    expect([actor, owed?.agency?.owes.actions ?? 0, partnership.police.totalCount]).toEqual([
      actor,
      owed?.actions ?? 0,
      owed?.actions ?? 0,
    ]);
  }
  const sent = async (first: number) => {
    await database.owner.query("update partnership set label = label where slug = 'wrenford'");
    service.statements();
    await service
      .as("wrenford-officer")
      .data(
        `{ partnership(slug: "wrenford") { waitingOn { actions agency { owes { actions } } } actions(first: ${first}) { nodes { ${WAITS} } } } }`,
      );
    return service.statements().length;
  };
  await sent(3);
  expect(await sent(40)).toBe(await sent(2));
});
