import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol, grant } from "../support/enrol";
import type { Service } from "../support/service";
import { demonstrationOfWriters, entries, type Outcome, POLICE, refusalsOf, state } from "../support/writes";

const START = `mutation ($input: StartProgressDraftsInput!) {
  startProgressDrafts(input: $input) {
    started skipped
    progressUpdates { state version periodStart periodEnd overallProgress riskNote proposedDelivery action { reference } }
    userErrors { code field message currentVersion }
  }
}`;
interface Started extends Outcome {
  started: number;
  skipped: number;
  progressUpdates: { overallProgress: string | null; riskNote: string | null; action: { reference: string } }[];
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;
let plan: string;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "homes-lead", [{ role: "AGENCY_LEAD", agency: "Wrenford Homes" }]);
  const [row] = await database.owner.query<{ id: string }[]>(
    "select id from plan where slug = 'safeguarding-2018-2020'",
  );
  plan = globalId("Plan", row?.id ?? "");
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const start = async (actor: string, rest: object) => {
  const { startProgressDrafts } = await service
    .as(actor)
    .data<{ startProgressDrafts: Started }>(START, { input: { plan, ...rest } });
  expect(startProgressDrafts.userErrors).toEqual([]);
  return startProgressDrafts;
};

test("a plan's reporting periods, and the one that today is in", async () => {
  const query = "query ($id: ID!) { plan(id: $id) { reportingPeriods { start end dueOn provisional current } } }";
  const { plan: told } = await service.as(null).data<{ plan: { reportingPeriods: object[] } }>(query, { id: plan });
  expect(told.reportingPeriods).toHaveLength(8);
  expect(told.reportingPeriods[3]).toEqual({
    start: "2019-01-01",
    end: "2019-03-31",
    dueOn: "2019-04-12",
    provisional: false,
    current: true,
  });
  expect(told.reportingPeriods.filter((one) => (one as { current: boolean }).current)).toHaveLength(1);
});

test("one draft for each open action that the agency leads, with its last words and no rating; again, none", async () => {
  const trail = await entries(database);
  service.statements();
  const first = await start("police-contributor", { periodEnd: "2019-03-31" });
  const sent = service.statements().map(({ text }) => text.trim());
  const from = sent.indexOf("begin");
  expect(sent.indexOf("commit", from) - from + 1).toBe(6);
  // 5.2 has a draft for the quarter already, and 5.1 is signed off
  const led = await database.owner.query<{ reference: string; last: string | null }[]>(
    `select a.reference, (select u.overall_progress from progress_update u where u.action_id = a.id and u.author_agency_id = s.agency_id
       and u.state <> 'DRAFT' and u.period_end < '2019-03-31' order by u.period_end desc, u.version desc limit 1) as last
     from action a join plan p on p.id = a.plan_id
     join lateral (select s.agency_id from assignment s where s.action_id = a.id and s.role in ('LEAD', 'UNCONFIRMED') order by s.role = 'LEAD' desc, s.position limit 1) s on true
     where p.slug = 'safeguarding-2018-2020' and s.agency_id = (select id from agency where name = $1)
       and coalesce(a.status, '') not in ('SIGNED_OFF', 'SUPERSEDED') order by a.reference_order`,
    [POLICE],
  );
  expect(led.map(({ reference }) => reference)).toContain("5.2");
  expect([first.started, first.skipped]).toEqual([led.length - 1, 1]);
  expect(first.progressUpdates.map(({ action, overallProgress }) => [action.reference, overallProgress])).toEqual(
    led.filter(({ reference }) => reference !== "5.2").map(({ reference, last }) => [reference, last]),
  );
  expect(first.progressUpdates.some(({ overallProgress }) => overallProgress !== null)).toBe(true);
  expect(first.progressUpdates[0]).toMatchObject({
    state: "DRAFT",
    version: 1,
    periodStart: "2019-01-01",
    periodEnd: "2019-03-31",
    proposedDelivery: null,
  });
  const known = new Set(trail.map((one) => JSON.stringify(one)));
  expect((await entries(database)).filter((one) => !known.has(JSON.stringify(one))).map(({ kind }) => kind)).toEqual([
    "progressUpdate.draftsStarted",
  ]);
  expect(await start("police-lead", { periodEnd: "2019-03-31" })).toMatchObject({
    started: 0,
    skipped: led.length,
    progressUpdates: [],
  });
  // what an agency does with its drafts is its own: the entry is, too
  const [entry] = await database.owner.query<{ agency: string | null }[]>(
    "select g.name as agency from audit_entry e left join agency g on g.id = e.agency_id where e.kind = 'progressUpdate.draftsStarted' limit 1",
  );
  expect(entry?.agency).toBe(POLICE);
});

test("a field that a grant denies the agency is not carried into its drafts", async () => {
  const id = await grant(database, { agency: "Wrenford Homes", field: "ProgressUpdate.riskNote", effect: "DENY" });
  const said = await database.owner.query<object[]>(
    "select 1 from progress_update u where u.action_id = $1 and u.risk_note is not null and u.state <> 'DRAFT'",
    [actions["8.1"]],
  );
  expect(said.length).toBeGreaterThan(0);
  const { progressUpdates } = await start("homes-lead", { periodEnd: "2019-06-30" });
  expect(progressUpdates.find(({ action }) => action.reference === "8.1")).toMatchObject({
    overallProgress: expect.any(String) as string,
    riskNote: null,
  });
  await database.owner.query("delete from field_grant where id = $1", [id]);
});

test.each([
  ["wrenford-police-viewer", {}, "FORBIDDEN"],
  ["wrenford-officer", {}, "FORBIDDEN"],
  ["wrenford-chair", {}, "FORBIDDEN"],
  [null, {}, "FORBIDDEN"],
  ["police-lead", { periodEnd: "2019-03-30" }, "BAD_USER_INPUT input.periodEnd"],
  ["police-lead", { plan: "nothing" }, "NOT_FOUND"],
])("%s with %j is refused, and nothing moves", async (actor, rest, code) => {
  const before = await state(database, "progress_update");
  expect(await refusalsOf(service, actor, START, { plan, periodEnd: "2019-09-30", ...rest })).toEqual([code]);
  expect(await state(database, "progress_update")).toEqual(before);
});
