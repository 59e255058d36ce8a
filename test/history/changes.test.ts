import { globalId } from "../../src/platform/graphql/ids";
import { operatorTransaction, type TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let now = new Date("2019-02-14T10:00:00Z");
let database: TestDatabase;
let service: Service;
let wrenford: string;
beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database, { parts: { clock: { now: () => now, fixed: false } } });
  const [found] = await database.owner.query<{ id: string }[]>("select id from partnership where slug = 'wrenford'");
  wrenford = found?.id ?? "";
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const CHANGES = `query ($from: DateTime!, $to: DateTime) {
  partnership(slug: "wrenford") { plan(slug: "safeguarding-2018-2020") {
    changes(between: { from: $from, to: $to }) { kind reference dimension before after basis asAt because action { reference } agency { name } }
  } }
}`;
interface Change {
  kind: string;
  reference: string;
  dimension: string | null;
  before: string | null;
  after: string | null;
  basis: string | null;
  because: string;
  action: { reference: string } | null;
}
interface Changes {
  partnership: { plan: { changes: Change[] | null } };
}
const changes = async (actor: string | null, from: string, to: string | null = null) =>
  (await service.as(actor).data<Changes>(CHANGES, { from, to })).partnership.plan.changes;
const told = async (from: string, to: string | null = null) =>
  (await changes("wrenford-officer", from, to))?.map(
    ({ kind, reference, before, after }) => `${kind} ${reference} ${before ?? "-"} > ${after ?? "-"}`,
  );

const action = (reference: string) =>
  `(select a.id from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and a.reference = '${reference}')`;

/** An hour later something happens; gives the instant before it. */
async function after(text: string): Promise<string> {
  const before = now.toISOString();
  now = new Date(now.getTime() + 3_600_000);
  await operatorTransaction(database.owner, wrenford, (runner) => runner.query(text), now);
  return before;
}

test("each kind of change is told with what it was, what it is and why", async () => {
  const start = now.toISOString();
  await after(`update action set status = 'COMPLETED' where id = ${action("5.2")}`);
  await after(
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at)
     select r.partnership_id, r.action_id, r.scheme_id, 'DELIVERY', 'RED', 'MODERATED', '2019-02-14', app.now() from rating r where r.action_id = ${action("6.3")} limit 1`,
  );
  await after(
    `update action set by_when_text = '31 May 2021', by_when_start = null, by_when_end = '2021-05-31', by_when_precision = 'DAY', by_when_kind = 'DUE' where id = ${action("4.2")}`,
  );
  await after(`update action set status = 'SUPERSEDED' where id = ${action("1.2")}`);
  await after(
    `insert into action (partnership_id, plan_id, reference, reference_order, title, status, by_when_text, by_when_kind)
     select partnership_id, plan_id, '99.1', '000099.000001', 'New in the plan', 'NOT_STARTED', 'Ongoing', 'ONGOING' from action where id = ${action("5.2")}`,
  );
  const list = await changes("wrenford-officer", start);
  const one = (kind: string) => list?.find((change) => change.kind === kind);
  expect(one("STATUS_CHANGED")).toMatchObject({ reference: "5.2", after: "COMPLETED" });
  expect(one("RE_RATED")).toMatchObject({
    reference: "6.3",
    dimension: "DELIVERY",
    after: "RED",
    basis: "MODERATED",
    because: "It was moderated by the business unit as at 2019-02-14.",
  });
  expect(one("RE_DATED")).toMatchObject({ reference: "4.2", after: "31 May 2021" });
  expect(one("LEFT")).toMatchObject({
    reference: "1.2",
    after: "SUPERSEDED",
    because: "It was merged or carried forward.",
  });
  expect(one("ENTERED")).toMatchObject({
    reference: "99.1",
    before: null,
    after: "NOT_STARTED",
    action: { reference: "99.1" },
  });
  expect(list?.length).toBe(5);
});

test("what passes its date between the two is newly overdue, with nobody writing", async () => {
  const start = now.toISOString();
  now = new Date("2019-04-02T09:00:00Z");
  const [due] = await database.owner.query<{ n: number }[]>(
    `select count(*)::int as n from action a join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020'
       and a.by_when_end >= '2019-02-14' and a.by_when_end < '2019-04-02' and a.status in ('NOT_STARTED', 'IN_PROGRESS')`,
  );
  const list = await changes("wrenford-officer", start);
  expect(due?.n).toBeGreaterThan(0);
  expect(list?.map(({ kind }) => kind)).toEqual(Array.from({ length: due?.n ?? 0 }, () => "NEWLY_OVERDUE"));
  expect(list?.[0]?.because).toMatch(
    /^The by-when ended on 2019-0[234]-\d\d and the action is (not started|in progress)\.$/,
  );
});

test("nothing changes between an instant and itself later where nothing happened; ends are in order, and not to come", async () => {
  const [one, other] = ["2019-02-14T09:00:00Z", "2019-02-14T09:30:00Z"];
  expect(await told(one, other)).toEqual([]);
  const officer = service.as("wrenford-officer");
  expect(await officer.refusals(CHANGES, { from: other, to: one })).toEqual(["BAD_USER_INPUT between.from"]);
  expect(await officer.refusals(CHANGES, { from: one, to: one })).toEqual(["BAD_USER_INPUT between.from"]);
  expect(await officer.refusals(CHANGES, { from: one, to: "2030-01-01T00:00:00Z" })).toEqual([
    "BAD_USER_INPUT between",
  ]);
});

test("changes of two spans put together are those of the whole, but for what went there and back", async () => {
  const start = now.toISOString();
  await after(`update action set title = 'Only the words' where id = ${action("5.2")}`);
  await after(`update action set status = 'IN_PROGRESS' where id = ${action("5.2")}`);
  const middle = now.toISOString();
  await after(`update action set status = 'COMPLETED' where id = ${action("5.2")}`);
  expect([await told(start, middle), await told(middle), await told(start)]).toEqual([
    // its date passed in March, when it was completed
    ["STATUS_CHANGED 5.2 COMPLETED > IN_PROGRESS", "NEWLY_OVERDUE 5.2 - > 28 February 2019"],
    ["STATUS_CHANGED 5.2 IN_PROGRESS > COMPLETED"],
    [],
  ]);
});

test("what came into the plan and left it between the two is in it at neither, and told only of a span that ends between", async () => {
  const start = now.toISOString();
  await after(
    `insert into action (partnership_id, plan_id, reference, reference_order, title, status, by_when_text, by_when_kind)
     select partnership_id, plan_id, '99.2', '000099.000002', 'Come and gone', 'NOT_STARTED', 'Ongoing', 'ONGOING' from action where id = ${action("5.2")}`,
  );
  const middle = now.toISOString();
  await after(`update action set status = 'SUPERSEDED' where id = ${action("99.2")}`);
  const end = now.toISOString();
  await after(`delete from action where id = ${action("99.2")}`);
  expect([await told(start, middle), await told(middle, end), await told(start, end)]).toEqual([
    ["ENTERED 99.2 - > NOT_STARTED"],
    ["LEFT 99.2 NOT_STARTED > SUPERSEDED"],
    [],
  ]);
  // it had left before it was removed
  expect([await told(end), await told(start), await told(middle)]).toEqual([[], [], ["LEFT 99.2 NOT_STARTED > -"]]);
});

test("agencies read them, the public does not, and who is denied a rating is denied all", async () => {
  expect((await changes("wrenford-police-viewer", "2019-02-14T09:30:00Z"))?.length).toBeGreaterThan(3);
  for (const other of [null, "wrenford-scrutiny"]) expect(await changes(other, "2019-02-14T09:30:00Z")).toBeNull();
  const { grantFieldAccess } = await service
    .as("wrenford-officer")
    .data<{ grantFieldAccess: { userErrors: object[] } }>(
      `mutation ($input: GrantFieldAccessInput!) { grantFieldAccess(input: $input) { userErrors { code } } }`,
      {
        input: {
          partnership: "wrenford",
          sector: "POLICE",
          field: "Rating.value",
          operation: "READ",
          effect: "DENY",
          reason: "For the tests of changes",
        },
      },
    );
  expect(grantFieldAccess.userErrors).toEqual([]);
  expect(await changes("wrenford-police-viewer", "2019-02-14T09:30:00Z")).toBeNull();
});

test("two meetings are ends as well as two instants are; one that is not there is not found, and an end is given once", async () => {
  const meetings = await database.owner.query<{ id: string; day: string; published: boolean }[]>(
    "select m.id, m.day::text, m.published_at is not null as published from meeting m join board b on b.id = m.board_id where b.name = 'Wrenford Partnership Board' order by m.day",
  );
  const [first, , planned] = meetings.map(({ id }) => globalId("Meeting", id));
  const between = (text: string) =>
    `{ partnership(slug: "wrenford") { plan(slug: "safeguarding-2018-2020") { changes(between: { ${text} }) { kind } } } }`;
  const officer = service.as("wrenford-officer");
  now = new Date("2019-05-10T09:00:00Z");
  const list = async (text: string) =>
    (await officer.data<Changes>(between(text))).partnership.plan.changes?.map(({ kind }) => kind) ?? null;
  // the board met in May at ten, London time
  expect(await list(`from: "2019-02-14T09:30:00Z", toMeeting: "${planned ?? ""}"`)).toEqual(
    await list(`from: "2019-02-14T09:30:00Z", to: "2019-05-09T09:00:00Z"`),
  );
  // before anything was known everything had yet to enter
  const sinceFirst = await list(`fromMeeting: "${first ?? ""}", toMeeting: "${planned ?? ""}"`);
  expect(sinceFirst?.filter((kind) => kind === "ENTERED").length).toBeGreaterThan(30);
  expect(
    await officer.refusals(between(`from: "2019-02-14T09:30:00Z", toMeeting: "${globalId("Meeting", wrenford)}"`)),
  ).toEqual(["NOT_FOUND"]);
  expect(await officer.refusals(between(`from: "2019-02-14T09:30:00Z", fromMeeting: "${first ?? ""}"`))).toEqual([
    "BAD_USER_INPUT between.fromMeeting",
  ]);
  expect(await officer.refusals(between(`to: "2019-02-14T09:30:00Z"`))).toEqual(["BAD_USER_INPUT between.from"]);
});

test("what a board decided is told as its decision's, and what became of an action before it was carried on is told too", async () => {
  now = new Date("2019-06-01T09:00:00Z");
  const start = now.toISOString();
  await after(`update action set status = 'COMPLETED' where id = ${action("5.1")}`);
  await after(`update action set by_when_text = 'Later' where id = ${action("7.1b")}`);
  await after(
    `with decided as (
       insert into decision (partnership_id, board_id, meeting_id, business, number, kind, text, decided_on)
       select m.partnership_id, m.board_id, m.id, 'PUBLIC', '95', 'HAND_OVER', 'Handed on', m.day
       from meeting m join board b on b.id = m.board_id where b.name = 'Wrenford Partnership Board' and m.day = '2019-02-07'
       returning id, partnership_id, decided_on
     ), handed as (
       insert into plan_hand_over (partnership_id, plan_id, number, decision_id, to_plan_id, decided_on)
       select d.partnership_id, o.id, 9, d.id, n.id, d.decided_on from decided d
       join plan o on o.slug = 'safeguarding-2018-2020' join plan n on n.slug = 'neglect-2019'
       returning id, partnership_id, to_plan_id
     )
     insert into carried_action (partnership_id, hand_over_id, from_action_id, action_id)
     select h.partnership_id, h.id, ${action("7.1b")}, (select a.id from action a where a.plan_id = h.to_plan_id order by a.reference_order limit 1) from handed h`,
  );
  await after(`update action set status = 'SUPERSEDED' where id = ${action("7.1b")}`);
  const because = (await changes("wrenford-officer", start))
    ?.filter(({ reference }) => ["5.1", "7.1b"].includes(reference))
    .map(({ kind, because: why }) => `${kind} ${why}`);
  expect(because).toEqual([
    "STATUS_CHANGED It was signed off and is completed, by a board's decision of 7 February 2019.",
    "LEFT It was carried into another plan by a board's decision of 7 February 2019.",
    expect.stringMatching(/^RE_DATED The by-when was ".*" and is "Later"\.$/),
  ]);
});
