import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { grant } from "../support/enrol";
import { NOW, serve, type Service } from "../support/service";
import { below, demonstrationOfWriters, entries, type Outcome, POLICE, refusalsOf, state } from "../support/writes";

const move = (verb: string, type: string) => `mutation ($input: ${type}!) {
  ${verb}(input: $input) {
    action { status version impactJudgedOn impactDue impactDueReason reopenedReason }
    userErrors { code field message currentVersion }
  }
}`;
const COMPLETE = move("completeAction", "CompleteActionInput");
const REOPEN = move("reopenAction", "ReopenActionInput");
const SET = move("setImpactDate", "SetImpactDateInput");

interface Done extends Outcome {
  action: Record<string, unknown> | null;
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
// the police lead 5.2 and contribute to 2.2
beforeEach(async () => {
  await database.owner.query("delete from rating where action_id = $1 and dimension = 'IMPACT'", [actions["5.2"]]);
  await database.owner.query(
    "update action set status = 'IN_PROGRESS', version = 7, impact_judged_on = null, reopened_reason = null where id = $1",
    [actions["5.2"]],
  );
});

const about = (reference = "5.2", rest: object = {}) => ({
  action: globalId("Action", actions[reference] ?? ""),
  ...rest,
});
const moving = () => state(database, "action");
const rateImpact = (value: string | null) =>
  database.owner.query(
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at)
     select a.partnership_id, a.id, s.id, 'IMPACT', $2, 'REPORTED', '2019-01-31' from action a join rating_scheme s on s.plan_id = a.plan_id where a.id = $1`,
    [actions["5.2"], value],
  );
async function done(actor: string, mutation: string, input: object, at = service) {
  const [payload] = Object.values(await at.as(actor).data<Record<string, Done>>(mutation, { input }));
  if (!payload) throw new Error("a mutation answered nothing");
  expect(payload.userErrors).toEqual([]);
  return payload.action;
}
async function refused(actor: string | null, mutation: string, input: object) {
  const before = await moving();
  const codes = await refusalsOf(service, actor, mutation, input);
  expect(await moving()).toEqual(before);
  return codes;
}

test("completion is refused until impact is rated or a day to judge it is set", async () => {
  expect(await refused("police-lead", COMPLETE, about())).toEqual(["BAD_USER_INPUT input.judgeImpactOn"]);
  expect(await refused("police-lead", COMPLETE, about("5.2", { judgeImpactOn: "2019-02-13" }))).toEqual([
    "BAD_USER_INPUT input.judgeImpactOn",
  ]);
  // not rated is an entry of the history, and no rating
  await rateImpact(null);
  expect(await refused("police-lead", COMPLETE, about())).toEqual(["BAD_USER_INPUT input.judgeImpactOn"]);
  const trail = await entries(database);
  expect(
    await done("police-lead", COMPLETE, about("5.2", { judgeImpactOn: "2019-02-14", expectedVersion: 7 })),
  ).toEqual({
    status: "COMPLETED",
    version: 8,
    impactJudgedOn: "2019-02-14",
    impactDue: false,
    impactDueReason: null,
    reopenedReason: null,
  });
  const known = new Set(trail.map((one) => JSON.stringify(one)));
  expect(
    (await entries(database))
      .filter((one) => !known.has(JSON.stringify(one)))
      .map(({ kind, detail }) => [kind, detail]),
  ).toEqual([["action.completed", { fields: ["status", "impactJudgedOn"], from: "IN_PROGRESS", to: "COMPLETED" }]]);
  expect(await refused("police-lead", COMPLETE, about("5.2", { judgeImpactOn: "2019-03-14" }))).toEqual([
    "CONFLICT input.action",
  ]);
});

test("a rated impact is enough; reopening takes a reason that those named for the action and oversight read", async () => {
  await rateImpact("AMBER");
  expect(await done("wrenford-officer", COMPLETE, about())).toMatchObject({
    status: "COMPLETED",
    impactJudgedOn: null,
  });
  expect(await refused("police-lead", REOPEN, about("5.2", { reason: " " }))).toEqual(["BAD_USER_INPUT input.reason"]);
  expect(await done("police-lead", REOPEN, about("5.2", { reason: "One ward was left out" }))).toMatchObject({
    status: "IN_PROGRESS",
    reopenedReason: "One ward was left out",
  });
  expect(await refused("police-lead", REOPEN, about("5.2", { reason: "Again" }))).toEqual(["CONFLICT input.action"]);
  const query = "query ($id: ID!) { action(id: $id) { reopenedReason } }";
  const told = async (actor: string) =>
    (await service.as(actor).data<{ action: object }>(query, { id: about().action })).action;
  expect(await told("wrenford-chair")).toEqual({ reopenedReason: "One ward was left out" });
  expect(await told("wrenford-housing-contributor")).toEqual({ reopenedReason: null });
});

test("once the day has passed without a rating it shows, with the facts, until impact is rated", async () => {
  await done("police-lead", SET, about("5.2", { judgeImpactOn: "2019-03-31" }));
  const query = "query ($id: ID!) { action(id: $id) { impactDue impactDueReason impactJudgedOn } }";
  const on = async (day: string, actor: string | null = "wrenford-council-lead") => {
    const later = await serve(database, { now: new Date(`${day}T09:00:00Z`) });
    try {
      return (await later.as(actor).data<{ action: object }>(query, { id: about().action })).action;
    } finally {
      await later.stop();
    }
  };
  expect(await on("2019-03-31")).toEqual({ impactDue: false, impactDueReason: null, impactJudgedOn: "2019-03-31" });
  expect(await on("2019-04-01")).toEqual({
    impactDue: true,
    impactDueReason: "Its impact was to be judged on 31 March 2019 and is not rated.",
    impactJudgedOn: "2019-03-31",
  });
  // the public sees the day, and nothing that tells of a rating
  expect(await on("2019-04-01", null)).toEqual({
    impactDue: null,
    impactDueReason: null,
    impactJudgedOn: "2019-03-31",
  });
  await rateImpact("RED");
  expect(await on("2019-04-01")).toMatchObject({ impactDue: false });
});

test.each([
  ["police-lead", []],
  ["wrenford-officer", []],
  ["police-contributor", ["FORBIDDEN input.action"]],
  ["wrenford-council-lead", ["FORBIDDEN input.action"]],
  ["wrenford-police-viewer", ["FORBIDDEN"]],
  ["wrenford-chair", ["FORBIDDEN"]],
  ["wrenford-inspector", ["FORBIDDEN"]],
  ["wrenford-scrutiny", ["FORBIDDEN"]],
  ["wrenford-integrator", ["FORBIDDEN"]],
  ["coventry-officer", ["FORBIDDEN input.action"]],
  [null, ["FORBIDDEN"]],
])("%s completes, reopens and sets the day: %j", async (actor, expected) => {
  const steps = [
    [SET, { judgeImpactOn: "2019-04-30" }],
    [COMPLETE, { judgeImpactOn: "2019-05-31" }],
    [REOPEN, { reason: "Tried" }],
  ] as const;
  for (const [mutation, rest] of steps) {
    if (expected.length === 0) await done(String(actor), mutation, about("5.2", rest));
    else expect(await refused(actor, mutation, about("5.2", rest))).toEqual(expected);
  }
});

test("a grant lets a contributor close what its agency does not lead; a stale version is told the present one", async () => {
  const id = await grant(database, { agency: POLICE, field: "Action.status" });
  expect(await done("police-contributor", COMPLETE, about("5.2", { judgeImpactOn: "2019-04-30" }))).toMatchObject({
    status: "COMPLETED",
  });
  await database.owner.query("delete from field_grant where id = $1", [id]);
  const twice = await service
    .as("police-lead")
    .data<{ completeAction: Done }>(COMPLETE, { input: about("5.2", { judgeImpactOn: "2019-04-30" }) });
  expect(twice.completeAction.userErrors).toMatchObject([{ field: ["input", "action"], currentVersion: 8 }]);
  const answer = await service
    .as("police-lead")
    .data<{ reopenAction: Done }>(REOPEN, { input: about("5.2", { reason: "Late", expectedVersion: 7 }) });
  expect(answer.reopenAction).toMatchObject({
    action: null,
    userErrors: [{ code: "CONFLICT", field: ["input", "expectedVersion"], currentVersion: 8 }],
  });
});

test.each([
  ["an action that is signed off", "5.1", "CONFLICT input.action"],
  ["an action of another partnership's draft", "wrenford neglect-2019 1.1", "FORBIDDEN input.action"],
])("%s is refused, and nothing moves", async (_what, reference, code) => {
  expect(await refused("police-lead", COMPLETE, about(reference, { judgeImpactOn: "2019-04-30" }))).toEqual([code]);
});

test("a lost status may become completed; below the service nobody else moves it, and nothing goes with it", async () => {
  await database.owner.query("update action set status = null where id = $1", [actions["5.2"]]);
  expect(await done("police-lead", COMPLETE, about("5.2", { judgeImpactOn: "2019-04-30" }))).toMatchObject({
    status: "COMPLETED",
  });
  await database.owner.query("update action set status = 'IN_PROGRESS', impact_judged_on = null where id = $1", [
    actions["5.2"],
  ]);
  const set = (actor: string, what: string, reference = "5.2") =>
    below(database, actor, `update action set ${what} where id = '${actions[reference] ?? ""}'`);
  const only = "only the text of this action may be changed";
  expect(await set("police-lead", "status = 'COMPLETED', impact_judged_on = '2019-03-01'")).toBe(1);
  expect(await set("police-lead", "status = 'COMPLETED'")).toBe(only);
  expect(await set("police-lead", "status = 'COMPLETED', impact_judged_on = '2019-02-13'")).toBe(only);
  expect(await set("police-lead", "status = 'COMPLETED', impact_judged_on = '2019-03-01', title = 'x'")).toBe(only);
  expect(await set("police-lead", "status = 'NOT_STARTED'")).toBe(only);
  expect(await set("police-lead", "status = 'SIGNED_OFF', impact_judged_on = '2019-03-01'")).toBe(only);
  expect(await set("police-lead", "status = 'COMPLETED', impact_judged_on = '2019-03-01'", "2.2")).toBe(0);
  expect(await set("police-contributor", "status = 'COMPLETED', impact_judged_on = '2019-03-01'")).toBe(0);
  expect(await set("wrenford-chair", "status = 'COMPLETED', impact_judged_on = '2019-03-01'")).toBe(0);
  expect(NOW.toISOString()).toBe("2019-02-14T09:00:00.000Z");
});
