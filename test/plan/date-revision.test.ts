import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol, grant } from "../support/enrol";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, type Outcome, POLICE, refusalsOf, state } from "../support/writes";

const REVISION = `dateRevision {
  id state reason askedAt decidedAt decisionReason workingDaysMoved askedByPost decidedByPost
  from { text kind precision start end } to { text kind precision start end }
  askedByAgency { name } viewerCan { decide withdraw }
  action { reference version reviewOn byWhen { text kind precision start end original { text end } slippageWorkingDays } }
}`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${REVISION} userErrors { code field message currentVersion } } }`;
const REQUEST = mutation("requestDateRevision", "RequestDateRevisionInput");
const APPROVE = mutation("approveDateRevision", "DecideDateRevisionInput");
const REFUSE = mutation("refuseDateRevision", "DecideDateRevisionInput");
const WITHDRAW = mutation("withdrawDateRevision", "WithdrawDateRevisionInput");
const MOVE = mutation("moveByWhen", "MoveByWhenInput");
const REVIEW =
  "mutation ($input: SetReviewDateInput!) { setReviewDate(input: $input) { action { version reviewOn } userErrors { code field message currentVersion } } }";

interface Revision {
  id: string;
  state: string;
  action: { version: number; byWhen: Record<string, unknown> };
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "second-officer", [{ role: "PARTNERSHIP_OFFICER" }]);
  await enrol(database, "officer-and-lead", [{ role: "PARTNERSHIP_OFFICER" }, { role: "AGENCY_LEAD", agency: POLICE }]);
  await enrol(database, "school-lead", [{ role: "AGENCY_LEAD", agency: "Kestrel Lane Primary School" }]);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const about = (reference: string, rest: object = {}) => ({
  action: globalId("Action", actions[reference] ?? ""),
  ...rest,
});
const moving = () => state(database, "date_revision", "action");
async function done(actor: string, text: string, input: object): Promise<Revision> {
  const answer = await service.as(actor).data<Record<string, Outcome & { dateRevision: Revision }>>(text, { input });
  const [payload] = Object.values(answer);
  expect(payload?.userErrors).toEqual([]);
  if (!payload) throw new Error("no payload");
  return payload.dateRevision;
}
const asked = (reference: string, rest: object = {}, actor = "police-lead") =>
  done(actor, REQUEST, about(reference, { to: "2019-05-31", reason: "Two posts are empty", ...rest }));
const withdrawn = (id: string, actor = "police-lead") => done(actor, WITHDRAW, { dateRevision: id });

async function nothingMoves(actor: string | null, text: string, input: object, expected: string[]): Promise<void> {
  const before = await moving();
  expect([actor, await refusalsOf(service, actor, text, input)]).toEqual([actor, expected]);
  expect(await moving()).toEqual(before);
}

test("what viewerCan says of dates is what the mutations then say, whoever asks, with grants or without", async () => {
  const CAN = "query ($id: ID!) { action(id: $id) { viewerCan { moveDate requestDateRevision } } }";
  // 5.2 and 2.2 have a day, 5.1 is over, and the last names no day
  const [ongoing] = await database.owner.query<{ id: string }[]>(
    `select a.id from action a join assignment s on s.action_id = a.id and s.role = 'LEAD' join agency g on g.id = s.agency_id
     join plan p on p.id = a.plan_id where p.slug = 'safeguarding-2018-2020' and g.name = $1 and a.by_when_kind = 'ONGOING' and a.status <> 'SIGNED_OFF' limit 1`,
    [POLICE],
  );
  const about = [actions["5.2"], actions["2.2"], actions["5.1"], ongoing?.id].flatMap((id) => id ?? []);
  const allowed = new Set<string>();
  const compare = async (actor: string | null) => {
    for (const key of about) {
      const action = globalId("Action", key);
      const { viewerCan } = (
        await service.as(actor).data<{ action: { viewerCan: Record<string, boolean> } }>(CAN, { id: action })
      ).action;
      const input = { action, to: "2019-05-31", reason: "Two posts are empty" };
      for (const [ability, text, undo] of [
        ["moveDate", MOVE, true],
        ["requestDateRevision", REQUEST, false],
      ] as const) {
        const refused = await refusalsOf(service, actor, text, input);
        expect([actor, key, ability, refused.length === 0]).toEqual([actor, key, ability, viewerCan[ability]]);
        if (refused.length > 0) continue;
        allowed.add(`${String(actor)} ${ability}`);
        await database.owner.query("delete from date_revision where action_id = $1", [key]);
        if (undo)
          await database.owner.query(
            `update action set (by_when_text, by_when_kind, by_when_start, by_when_end, by_when_precision, version) =
               (original_text, original_kind, original_start, original_end, original_precision, 1) where id = $1`,
            [key],
          );
      }
    }
  };
  const everybody = [
    "police-lead",
    "police-contributor",
    "wrenford-police-viewer",
    "wrenford-council-lead",
    "wrenford-officer",
    "officer-and-lead",
    "wrenford-chair",
    "wrenford-inspector",
    null,
  ];
  for (const actor of everybody) await compare(actor);
  for (const effect of ["ALLOW", "DENY"]) {
    const id = await grant(database, { agency: POLICE, field: "ByWhen.end", effect });
    for (const actor of ["police-lead", "police-contributor", "officer-and-lead"]) await compare(actor);
    await database.owner.query("delete from field_grant where id = $1", [id]);
  }
  expect([...allowed].sort()).toEqual([
    "officer-and-lead moveDate",
    "officer-and-lead requestDateRevision",
    "police-lead requestDateRevision",
    "wrenford-council-lead requestDateRevision",
    "wrenford-officer moveDate",
  ]);
});

// the police lead 5.2, and contribute to 2.2 that the council leads
test.each([
  ["police-lead", "5.2", []],
  ["police-lead", "2.2", ["FORBIDDEN input.action"]],
  ["police-contributor", "5.2", ["FORBIDDEN"]],
  ["wrenford-police-viewer", "5.2", ["FORBIDDEN"]],
  ["wrenford-council-lead", "5.2", ["FORBIDDEN input.action"]],
  ["wrenford-schools-lead", "5.2", ["FORBIDDEN input.action"]],
  ["wrenford-officer", "5.2", ["FORBIDDEN"]],
  ["wrenford-chair", "5.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "5.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "5.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "5.2", ["FORBIDDEN"]],
  ["council-lead", "5.2", ["FORBIDDEN input.action"]],
  ["council-lead", "wrenford neglect-2019 1.1", ["NOT_FOUND"]],
  [null, "5.2", ["FORBIDDEN"]],
])("%s asks for the date of %s to be moved: %j", async (actor, reference, expected) => {
  const input = about(reference, { to: "2019-05-31", reason: "Two posts are empty" });
  if (expected.length > 0) await nothingMoves(actor, REQUEST, input, expected);
  else await withdrawn((await done(actor ?? "", REQUEST, input)).id);
});

test("asked for, nothing moves; approved, the by-when does, its version with it, and the original stays", async () => {
  const trail = await entries(database);
  const first = await asked("5.2", { to: "2019-03-01" });
  expect(first).toEqual({
    id: first.id,
    state: "REQUESTED",
    reason: "Two posts are empty",
    askedAt: "2019-02-14T09:00:00.000Z",
    decidedAt: null,
    decisionReason: null,
    workingDaysMoved: 1,
    askedByPost: null,
    decidedByPost: null,
    from: { text: "28 February 2019", kind: "DUE", precision: "DAY", start: null, end: "2019-02-28" },
    to: { text: "1 March 2019", kind: "DUE", precision: "DAY", start: null, end: "2019-03-01" },
    askedByAgency: { name: POLICE },
    viewerCan: { decide: false, withdraw: true },
    action: {
      reference: "5.2",
      version: 1,
      reviewOn: null,
      byWhen: {
        text: "28 February 2019",
        kind: "DUE",
        precision: "DAY",
        start: null,
        end: "2019-02-28",
        original: { text: "28 February 2019", end: "2019-02-28" },
        slippageWorkingDays: 0,
      },
    },
  });
  await nothingMoves("police-lead", REQUEST, about("5.2", { to: "2019-06-30", reason: "More" }), [
    "CONFLICT input.action",
  ]);
  await nothingMoves("wrenford-officer", MOVE, about("5.2", { to: "2019-06-30", reason: "More" }), [
    "CONFLICT input.action",
  ]);
  // it is told which version the action is at, and what to write
  const told = async (input: object) => {
    const { moveByWhen } = await service
      .as("wrenford-officer")
      .data<{ moveByWhen: { userErrors: object[] } }>(
        "mutation ($input: MoveByWhenInput!) { moveByWhen(input: $input) { userErrors { message currentVersion } } }",
        { input },
      );
    return moveByWhen.userErrors;
  };
  expect(await told(about("5.2", { to: "2019-06-30", reason: "More" }))).toMatchObject([{ currentVersion: 1 }]);
  expect(await told(about("6.1", { to: "2044-02-14", reason: " " }))).toMatchObject([
    { message: "reason is blank. Say something." },
  ]);
  expect(await told(about("6.1", { to: "9999-12-31", reason: "More" }))).toMatchObject([
    { message: "to is more than 25 years from now. Give the day by which it is to be done." },
  ]);
  const decision = { dateRevision: first.id, reason: "One day, for the bank holiday" };
  for (const [actor, expected] of [
    ["police-lead", "FORBIDDEN"],
    ["wrenford-chair", "FORBIDDEN"],
    ["wrenford-inspector", "FORBIDDEN"],
    ["coventry-officer", "NOT_FOUND"],
    [null, "FORBIDDEN"],
  ] as const)
    for (const text of [APPROVE, REFUSE]) await nothingMoves(actor, text, decision, [expected]);
  await nothingMoves("wrenford-officer", APPROVE, { ...decision, reason: " " }, ["BAD_USER_INPUT input.reason"]);

  const approved = await done("wrenford-officer", APPROVE, { ...decision, expectedVersion: 1 });
  expect(approved).toMatchObject({
    state: "APPROVED",
    decidedAt: "2019-02-14T09:00:00.000Z",
    decisionReason: decision.reason,
    askedByPost: "Post of police-lead",
    decidedByPost: "Partnership business manager",
    viewerCan: { decide: false, withdraw: false },
    action: {
      version: 2,
      byWhen: {
        text: "1 March 2019",
        end: "2019-03-01",
        original: { text: "28 February 2019", end: "2019-02-28" },
        slippageWorkingDays: 1,
      },
    },
  });
  for (const [actor, text] of [
    ["wrenford-officer", APPROVE],
    ["second-officer", REFUSE],
  ] as const)
    await nothingMoves(actor, text, decision, ["CONFLICT input.dateRevision"]);
  await nothingMoves("police-lead", WITHDRAW, { dateRevision: first.id }, ["CONFLICT input.dateRevision"]);
  const before = new Set(trail.map((one) => JSON.stringify(one)));
  const added = (await entries(database)).filter((one) => !before.has(JSON.stringify(one)));
  expect(added.map(({ kind }) => kind).sort()).toEqual(["dateRevision.approved", "dateRevision.requested"]);
});

test("refused and withdrawn, nothing moves, and another may be asked for", async () => {
  const before = await state(database, "action");
  const refused = await asked("7.1b");
  expect(await done("second-officer", REFUSE, { dateRevision: refused.id, reason: "Nurseries wait" })).toMatchObject({
    state: "REFUSED",
    decisionReason: "Nurseries wait",
    action: { version: 1 },
  });
  const again = await asked("7.1b");
  await nothingMoves("wrenford-council-lead", WITHDRAW, { dateRevision: again.id }, ["NOT_FOUND"]);
  await nothingMoves("wrenford-schools-lead", WITHDRAW, { dateRevision: again.id }, ["FORBIDDEN input.dateRevision"]);
  expect(await withdrawn(again.id)).toMatchObject({ state: "WITHDRAWN", decisionReason: null, action: { version: 1 } });
  const [actionsBefore] = before;
  expect((await state(database, "action"))[0]).toBe(actionsBefore);
});

test("nobody decides on what they asked for, whichever role they decide in", async () => {
  const own = await asked("6.2", { to: "2019-09-30", precision: "QUARTER" }, "officer-and-lead");
  expect(own).toMatchObject({
    to: { text: "July to September 2019", end: "2019-09-30", precision: "QUARTER" },
    viewerCan: { decide: false, withdraw: true },
  });
  const decision = { dateRevision: own.id, reason: "I think so" };
  await nothingMoves("officer-and-lead", APPROVE, decision, ["FORBIDDEN input.dateRevision"]);
  await nothingMoves("officer-and-lead", REFUSE, decision, ["FORBIDDEN input.dateRevision"]);
  const update = (set: string) =>
    `update date_revision set ${set}, decided_at = app.now(), decision_reason = 'x' where id = (select v.id from date_revision v join action a on a.id = v.action_id where a.id = '${actions["6.2"] ?? ""}' and v.state = 'REQUESTED')`;
  const person = "decided_by = app.person()";
  expect(await below(database, "officer-and-lead", update(`state = 'APPROVED', ${person}`))).toBe(
    "new row violates row-level security policy",
  );
  expect(await below(database, "wrenford-officer", update(`state = 'APPROVED', ${person}`))).toBe(1);
  // the original of 6.2 was 31 December 2018, the by-when is 30 June 2019
  expect(await done("second-officer", APPROVE, decision)).toMatchObject({
    workingDaysMoved: 65,
    action: { byWhen: { text: "July to September 2019", original: { end: "2018-12-31" }, slippageWorkingDays: 189 } },
  });
});

test("an officer moves a date at once, forward or back, and a range keeps its beginning", async () => {
  const moved = await done("wrenford-officer", MOVE, about("8.2", { to: "2019-10-15", reason: "The lease is signed" }));
  expect(moved).toMatchObject({
    state: "APPROVED",
    reason: null,
    askedByAgency: null,
    askedByPost: null,
    decisionReason: "The lease is signed",
    decidedByPost: "Partnership business manager",
    from: { text: "May to November 2019", kind: "RANGE", start: "2019-05-01", end: "2019-11-30" },
    to: { text: "1 May 2019 to 15 October 2019", kind: "RANGE", start: "2019-05-01", end: "2019-10-15" },
    workingDaysMoved: -33,
    action: { version: 2, byWhen: { kind: "RANGE", end: "2019-10-15" } },
  });
  const back = (to: string) => about("8.2", { to, reason: "Too far" });
  await nothingMoves("wrenford-officer", MOVE, back("2019-04-30"), ["BAD_USER_INPUT input.to"]);
  await nothingMoves("wrenford-officer", MOVE, back("2019-10-15"), ["BAD_USER_INPUT input.to"]);
  await nothingMoves("police-lead", MOVE, back("2019-12-31"), ["FORBIDDEN"]);
  await nothingMoves("wrenford-chair", MOVE, back("2019-12-31"), ["FORBIDDEN"]);
  await nothingMoves("coventry-officer", MOVE, back("2019-12-31"), ["FORBIDDEN input.action"]);
  const { actions: list } = await service
    .as("wrenford-housing-contributor")
    .data<{ actions: { nodes: { dateRevisions: object }[] } }>(
      `query ($filter: ActionFilter) { actions(filter: $filter) { nodes { dateRevisions { totalCount nodes { state from { end } to { end } } } } } }`,
      { filter: { partnership: "wrenford", reference: ["8.2"] } },
    );
  expect(list.nodes).toEqual([
    {
      dateRevisions: {
        totalCount: 1,
        nodes: [{ state: "APPROVED", from: { end: "2019-11-30" }, to: { end: "2019-10-15" } }],
      },
    },
  ]);
});

test.each([
  ["an action that is signed off", REQUEST, "police-lead", "5.1", { to: "2019-05-31" }, "CONFLICT input.action"],
  ["an ongoing action", MOVE, "wrenford-officer", "1.3", { to: "2019-05-31" }, "CONFLICT input.action"],
  ["an action of no known date", MOVE, "wrenford-officer", "7.2", { to: "2019-05-31" }, "CONFLICT input.action"],
  ["a recurring action", REQUEST, "police-lead", "6.3", { to: "2019-05-31" }, "CONFLICT input.action"],
  ["a day that has passed", REQUEST, "police-lead", "7.1b", { to: "2019-02-13" }, "BAD_USER_INPUT input.to"],
  ["the day that it is", REQUEST, "police-lead", "7.1b", { to: "2019-04-30" }, "BAD_USER_INPUT input.to"],
  ["no reason", REQUEST, "police-lead", "7.1b", { to: "2019-05-31", reason: "  " }, "BAD_USER_INPUT input.reason"],
  [
    "an earlier version",
    REQUEST,
    "police-lead",
    "7.1b",
    { to: "2019-05-31", expectedVersion: 0 },
    "CONFLICT input.expectedVersion",
  ],
  [
    "a later version",
    MOVE,
    "wrenford-officer",
    "7.1b",
    { to: "2019-05-31", expectedVersion: 9 },
    "CONFLICT input.expectedVersion",
  ],
])("%s is refused, and nothing moves", async (_what, text, actor, reference, given, code) => {
  await nothingMoves(actor, text, about(reference, { reason: "Because", ...given }), [code]);
});

test("two officers who decide at once: one does, the other is told, and it is written down once", async () => {
  const { id } = await asked("7.1b", { to: "2019-06-28" });
  const trail = (await entries(database)).length;
  const answers = await Promise.all([
    refusalsOf(service, "wrenford-officer", APPROVE, { dateRevision: id, reason: "Yes" }),
    refusalsOf(service, "second-officer", REFUSE, { dateRevision: id, reason: "No" }),
  ]);
  expect(answers.filter((codes) => codes.length === 0)).toHaveLength(1);
  expect(answers.flat()).toEqual([expect.stringMatching(/^CONFLICT/)]);
  expect((await entries(database)).length).toBe(trail + 1);
});

test("two who move one date from one version at once: one does, the other is told the version", async () => {
  const input = (to: string) => about("8.3", { to, reason: "Moved", expectedVersion: 1 });
  const answers = await Promise.all(
    ["2020-04-30", "2020-05-31"].map((to, index) =>
      service
        .as(index === 0 ? "wrenford-officer" : "second-officer")
        .data<{ moveByWhen: Outcome }>(MOVE, { input: input(to) }),
    ),
  );
  const told = answers.flatMap(({ moveByWhen }) => moveByWhen.userErrors);
  expect(told).toMatchObject([{ code: "CONFLICT", currentVersion: 2 }]);
  const rows = await database.owner.query<object[]>("select 1 from date_revision where action_id = $1", [
    actions["8.3"],
  ]);
  expect(rows).toHaveLength(1);
});

test("a by-when that an import moved meanwhile is not moved by what was asked of the old one", async () => {
  const { id } = await asked("6.1", { to: "2019-05-31" });
  const imported = (end: string, text: string) =>
    database.owner.query("update action set by_when_end = $2, by_when_text = $3 where id = $1", [
      actions["6.1"],
      end,
      text,
    ]);
  await imported("2019-03-31", "31 March 2019");
  const decision = { dateRevision: id, reason: "Yes" };
  await nothingMoves("wrenford-officer", APPROVE, decision, ["CONFLICT input.dateRevision"]);
  const update =
    "update date_revision set state = 'APPROVED', decided_by = app.person(), decided_at = app.now(), decision_reason = 'x' where state = 'REQUESTED'";
  expect(await below(database, "wrenford-officer", update)).toBe("the by-when is not what it is to be moved from");
  await imported("2018-05-31", "31 May 2018");
  expect(await below(database, "wrenford-officer", update)).toBe(1);
  expect(await done("wrenford-officer", REFUSE, decision)).toMatchObject({ state: "REFUSED" });
});

test("the original never changes, by approval, by a move or below the service; where there was none there is none", async () => {
  const originals =
    "select md5(string_agg((a.id, a.original_text, a.original_kind, a.original_start, a.original_end, a.original_precision)::text, '' order by a.id)) as print from action a";
  const [before] = await database.owner.query<{ print: string }[]>(originals);
  const [bare] = await database.owner.query<{ id: string; reference: string }[]>(
    `select a.id, a.reference from action a join partnership p on p.id = a.partnership_id
     where p.slug = 'coventry' and a.original_text is null and a.by_when_kind = 'DUE' and a.status is distinct from 'SIGNED_OFF' limit 1`,
  );
  expect(bare).toBeDefined();
  const moved = await done("coventry-officer", MOVE, {
    action: globalId("Action", bare?.id ?? ""),
    to: "2019-12-20",
    reason: "The board agreed",
  });
  expect(moved).toMatchObject({
    state: "APPROVED",
    action: { byWhen: { end: "2019-12-20", original: null, slippageWorkingDays: null } },
  });
  const [after] = await database.owner.query<{ print: string }[]>(originals);
  expect(after).toEqual(before);
  for (const set of ["original_end = '2030-01-01'", "original_text = null", "original_kind = 'ONGOING'"])
    expect(
      await below(database, "wrenford-officer", `update action set ${set} where id = '${actions["5.2"] ?? ""}'`),
    ).toBe("the original by-when of an action never changes");
});

test("a request is seen by those named for the action and by oversight until it is approved, then by the partnership", async () => {
  // the council leads 2.2; police, health and schools contribute; housing is not named; a school is one of Schools
  const { id } = await asked("2.2", { to: "2019-06-30", reason: "A candid reason" }, "wrenford-council-lead");
  const query = `query ($id: ID!, $action: ID!) {
    node(id: $id) { ... on DateRevision { state reason decisionReason askedByPost } }
    action(id: $action) { version pendingDateRevision { id } dateRevisions { totalCount nodes { id } } }
  }`;
  const look = async (actor: string | null) => {
    const { data, errors } = await service
      .as(actor)
      .ask<{ node: object | null; action: Record<string, unknown> | null }>(query, { id, action: about("2.2").action });
    return { ...data, codes: errors.map(({ extensions }) => extensions.code) };
  };
  const seen = { state: "REQUESTED", reason: "A candid reason", decisionReason: null };
  const list = { totalCount: 1, nodes: [{ id }] };
  const listed = (version: number | null) => ({ version, pendingDateRevision: { id }, dateRevisions: list });
  for (const actor of [
    "wrenford-council-lead",
    "police-contributor",
    "wrenford-police-viewer",
    "wrenford-schools-lead",
    "school-lead",
    "wrenford-health-contributor",
  ])
    expect([actor, await look(actor)]).toEqual([
      actor,
      { node: { ...seen, askedByPost: null }, action: listed(1), codes: [] },
    ]);
  for (const actor of ["wrenford-officer", "wrenford-chair", "wrenford-inspector"])
    expect([actor, await look(actor)]).toEqual([
      actor,
      { node: { ...seen, askedByPost: "Head of quality assurance, council" }, action: listed(1), codes: [] },
    ]);
  const nothing = { version: 1, pendingDateRevision: null, dateRevisions: { totalCount: 0, nodes: [] } };
  for (const actor of ["wrenford-housing-contributor", "wrenford-probation-viewer"])
    expect([actor, await look(actor)]).toEqual([actor, { node: null, action: nothing, codes: ["NOT_FOUND"] }]);
  for (const actor of ["wrenford-scrutiny", "coventry-officer", null])
    expect([actor, await look(actor)]).toEqual([
      actor,
      {
        node: null,
        action: { version: null, pendingDateRevision: null, dateRevisions: null },
        codes: ["NOT_FOUND"],
      },
    ]);

  await done("wrenford-officer", APPROVE, { dateRevision: id, reason: "For all to read" });
  const moved = { version: 2, pendingDateRevision: null, dateRevisions: list };
  // why it was asked for stays with those named for the action
  expect(await look("wrenford-housing-contributor")).toEqual({
    node: { state: "APPROVED", reason: null, decisionReason: "For all to read", askedByPost: null },
    action: moved,
    codes: [],
  });
  expect(await look("police-contributor")).toEqual({
    node: { state: "APPROVED", reason: "A candid reason", decisionReason: "For all to read", askedByPost: null },
    action: moved,
    codes: [],
  });
  expect((await look(null)).codes).toEqual(["NOT_FOUND"]);
});

test("a member of a collective that leads asks in its own name", async () => {
  const first = await asked("11.3", { to: "2019-11-29" }, "school-lead");
  expect(first).toMatchObject({ askedByAgency: { name: "Kestrel Lane Primary School" } });
  await nothingMoves("wrenford-schools-lead", WITHDRAW, { dateRevision: first.id }, ["FORBIDDEN input.dateRevision"]);
  await withdrawn(first.id, "school-lead");
});

test("an action of no date has a review date instead, which an officer sets and clears", async () => {
  const at = async (input: object, actor = "wrenford-officer") => {
    const { setReviewDate } = await service
      .as(actor)
      .data<{ setReviewDate: Outcome & { action: object } }>(REVIEW, { input: about("1.3", input) });
    return [setReviewDate.action, setReviewDate.userErrors.map(({ code, currentVersion }) => [code, currentVersion])];
  };
  expect(await at({ reviewOn: "2019-06-03", expectedVersion: 1 })).toEqual([
    { version: 2, reviewOn: "2019-06-03" },
    [],
  ]);
  expect(await at({ reviewOn: "2019-07-01", expectedVersion: 1 })).toEqual([null, [["CONFLICT", 2]]]);
  expect(await at({ reviewOn: null })).toEqual([{ version: 3, reviewOn: null }, []]);
  await nothingMoves("wrenford-officer", REVIEW, about("1.3", { reviewOn: "2019-02-13" }), [
    "BAD_USER_INPUT input.reviewOn",
  ]);
  await nothingMoves("wrenford-officer", REVIEW, about("5.2", { reviewOn: "2019-06-03" }), ["CONFLICT input.action"]);
  await nothingMoves("police-lead", REVIEW, about("6.3", { reviewOn: "2019-06-03" }), ["FORBIDDEN"]);
  await nothingMoves("coventry-officer", REVIEW, about("1.3", { reviewOn: "2019-06-03" }), ["FORBIDDEN input.action"]);
});

test("below the service nothing is asked, decided or withdrawn but by whom it is for", async () => {
  const { id } = await asked("7.1b", { to: "2019-08-30" });
  expect(id).toBeDefined();
  const refused = "new row violates row-level security policy";
  const key = `(select v.id from date_revision v where v.state = 'REQUESTED' and v.action_id = '${actions["7.1b"] ?? ""}')`;
  const decide = (state: string, more = "") =>
    `update date_revision set state = '${state}', decided_by = app.person(), decided_at = app.now(), decision_reason = 'x' ${more} where id = ${key}`;
  expect(await below(database, "police-lead", decide("APPROVED"))).toBe(refused);
  expect(await below(database, "police-lead", decide("WITHDRAWN"))).toBe(1);
  expect(await below(database, "police-contributor", decide("WITHDRAWN"))).toBe(0);
  expect(await below(database, "wrenford-officer", decide("REFUSED"))).toBe(1);
  expect(await below(database, "wrenford-officer", decide("WITHDRAWN"))).toBe(refused);
  expect(await below(database, "wrenford-chair", decide("REFUSED"))).toBe(0);
  expect(await below(database, "wrenford-officer", decide("REFUSED", ", reason = 'other words'"))).toMatch(
    /permission denied/,
  );
  expect(await below(database, "wrenford-officer", "delete from date_revision")).toMatch(/permission denied/);
  const ask = (reference: string, agency: string, more = "now") =>
    `insert into date_revision (partnership_id, action_id, state, from_text, from_kind, from_start, from_end, from_precision, to_text, to_kind, to_end, to_precision, reason, asked_by_agency_id, asked_by, asked_at)
     select a.partnership_id, a.id, 'REQUESTED', a.by_when_text, a.by_when_kind, a.by_when_start, a.by_when_end, a.by_when_precision, '1 May 2020', 'DUE', '2020-05-01', 'DAY', 'x', g.id, app.person(), app.${more}()
     from action a join agency g on g.partnership_id = a.partnership_id where a.id = '${actions[reference] ?? ""}' and g.name = '${agency}'`;
  expect(await below(database, "police-lead", ask("6.1", POLICE))).toBe(1);
  expect(await below(database, "police-lead", ask("7.1b", POLICE))).toMatch(/date_revision_one_request_idx/);
  expect(await below(database, "police-lead", ask("2.2", POLICE))).toBe(refused);
  expect(await below(database, "police-lead", ask("5.1", POLICE))).toBe(refused);
  expect(await below(database, "police-contributor", ask("6.1", POLICE))).toBe(refused);
  expect(await below(database, "wrenford-council-lead", ask("6.1", POLICE))).toBe(refused);
  expect(await below(database, "wrenford-officer", ask("6.1", POLICE))).toBe(refused);
});
