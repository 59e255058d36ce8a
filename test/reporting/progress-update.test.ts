import { contractText } from "../support/contract";
import type { TestDatabase } from "../support/database";
import { enrol, serviceAccount } from "../support/enrol";
import { globalId } from "../../src/platform/graphql/ids";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, type Outcome, POLICE, refusalsOf, state } from "../support/writes";

/** The contract's own text; the test holds it to the file where that lies beside the repository. */
const SUBMIT = `mutation SubmitProgressUpdate($input: SubmitProgressUpdateInput!) {
  submitProgressUpdate(input: $input) {
    progressUpdate { id state version periodEnd overallProgress impactNarrative proposedDelivery proposedImpact submittedAt }
    action { id status ratings { delivery { value basis } impact { value basis } } }
    userErrors { code field message }
  }
}
`;
const settle = (verb: string, type: string) => `mutation ($input: ${type}!) {
  ${verb}(input: $input) {
    progressUpdate { id state version acceptedAt returnedAt returnedReason overallProgress }
    action { id status }
    userErrors { code field message currentVersion }
  }
}`;
const ACCEPT = settle("acceptProgressUpdate", "SettleProgressUpdateInput");
const RETURN = settle("returnProgressUpdate", "ReturnProgressUpdateInput");
const CORRECT = settle("correctProgressUpdate", "NameProgressUpdateInput");
const DISCARD =
  "mutation ($input: NameProgressUpdateInput!) { discardProgressDraft(input: $input) { progressUpdate { id } action { reference } userErrors { code field message currentVersion } } }";

interface Done extends Outcome {
  progressUpdate: Record<string, unknown> | null;
  action: Record<string, unknown> | null;
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "second-officer", [{ role: "PARTNERSHIP_OFFICER" }]);
  await enrol(database, "lead-and-officer", [{ role: "AGENCY_LEAD", agency: POLICE }, { role: "PARTNERSHIP_OFFICER" }]);
  await enrol(database, "homes-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: "Wrenford Homes" }]);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const TABLES = ["progress_update", "rating", "action"];
const moving = () => state(database, ...TABLES);
const about = (reference: string, rest: object = {}) => ({
  action: globalId("Action", actions[reference] ?? ""),
  ...rest,
});
/** Does it, and gives what it answered; an answer that says why not fails. */
async function done(actor: string, mutation: string, input: object): Promise<Done> {
  const answer = await service.as(actor).data<Record<string, Done>>(mutation, { input });
  const [payload] = Object.values(answer);
  if (!payload) throw new Error("a mutation answered nothing");
  expect(payload.userErrors).toEqual([]);
  return payload;
}
/** Entries of the trail that were not there before. */
const since = async (trail: object[]) => {
  const known = new Set(trail.map((one) => JSON.stringify(one)));
  return (await entries(database)).filter((one) => !known.has(JSON.stringify(one)));
};
const idOf = ({ progressUpdate }: Done) => String(progressUpdate?.id);
/** Everything that refuses it, with proof that nothing moved. */
async function refused(actor: string | null, mutation: string, input: object): Promise<string[]> {
  const before = await moving();
  const codes = await refusalsOf(service, actor, mutation, input);
  expect(await moving()).toEqual(before);
  return codes;
}
const updateId = async (reference: string, periodEnd: string, version = 1) => {
  const [row] = await database.owner.query<{ id: string }[]>(
    "select id from progress_update where action_id = $1 and period_end = $2 and version = $3",
    [actions[reference], periodEnd, version],
  );
  return globalId("ProgressUpdate", row?.id ?? "");
};
const ratingsOf = async (id: string) =>
  database.owner.query<object[]>(
    "select dimension, value, basis, standing, as_at::text as on from rating where update_id = $1 order by dimension",
    [Buffer.from(id, "base64url").length > 0 ? await keyOf(id) : id],
  );
const keyOf = async (id: string) => {
  const rows = await database.owner.query<{ id: string }[]>("select id from progress_update");
  return rows.find((row) => globalId("ProgressUpdate", row.id) === id)?.id;
};
const current = (reference: string) => ({
  query: "query ($id: ID!) { action(id: $id) { ratings { delivery { value basis asAt standing } } } }",
  variables: { id: globalId("Action", actions[reference] ?? "") },
});
const deliveryFor = async (actor: string, reference: string) => {
  const { query, variables } = current(reference);
  const { action } = await service
    .as(actor)
    .data<{ action: { ratings: { delivery: Record<string, unknown> } } }>(query, variables);
  return action.ratings.delivery;
};

test("the operation is the contract's own text", () => {
  const text = contractText("submit-progress-update");
  if (text === null) {
    console.warn("skipped: ../shared is absent");
    return;
  }
  expect(SUBMIT).toBe(text);
});

test("a draft is submitted by its id: its ratings count for its agency and oversight until it is accepted, then for all", async () => {
  const before = await deliveryFor("wrenford-council-lead", "5.2");
  const draft = await updateId("5.2", "2019-03-31");
  const trail = await entries(database);
  const submitted = await done("police-contributor", SUBMIT, {
    progressUpdate: draft,
    proposedDelivery: "GREEN",
    proposedImpact: "AMBER",
    overallProgress: "Both surgeries opened.",
  });
  expect(submitted.progressUpdate).toMatchObject({
    id: draft,
    state: "SUBMITTED",
    version: 1,
    periodEnd: "2019-03-31",
    overallProgress: "Both surgeries opened.",
    proposedDelivery: "GREEN",
    submittedAt: "2019-02-14T09:00:00.000Z",
  });
  expect(submitted.action).toMatchObject({
    ratings: { delivery: { value: "GREEN", basis: "REPORTED" }, impact: { value: "AMBER", basis: "REPORTED" } },
  });
  // the period is not over: the ratings are as at the day on which they were given
  const proposed = (standing: string) => [
    { dimension: "DELIVERY", value: "GREEN", basis: "REPORTED", standing, on: "2019-02-14" },
    { dimension: "IMPACT", value: "AMBER", basis: "REPORTED", standing, on: "2019-02-14" },
  ];
  expect(await ratingsOf(draft)).toEqual(proposed("SUBMITTED"));
  expect((await since(trail)).map(({ kind }) => kind)).toEqual(["progressUpdate.submitted"]);

  const now = { value: "GREEN", basis: "REPORTED", asAt: "2019-02-14", standing: "SUBMITTED" };
  for (const actor of ["wrenford-police-viewer", "wrenford-officer", "wrenford-chair", "wrenford-inspector"])
    expect([actor, await deliveryFor(actor, "5.2")]).toEqual([actor, now]);
  for (const actor of ["wrenford-council-lead", "wrenford-probation-viewer"])
    expect([actor, await deliveryFor(actor, "5.2")]).toEqual([actor, before]);

  const accepted = await done("wrenford-officer", ACCEPT, { progressUpdate: draft, expectedVersion: 1 });
  expect(accepted.progressUpdate).toMatchObject({ state: "ACCEPTED", acceptedAt: "2019-02-14T09:00:00.000Z" });
  expect(await ratingsOf(draft)).toEqual(proposed("SHARED"));
  expect(await deliveryFor("wrenford-probation-viewer", "5.2")).toEqual({ ...now, standing: "SHARED" });
});

test("what is returned keeps its words, and its ratings stay in the history and count for nobody", async () => {
  const before = await deliveryFor("wrenford-officer", "6.3");
  const submitted = await done("police-lead", SUBMIT, {
    ...about("6.3", { periodEnd: "2018-12-31" }),
    overallProgress: "Said too soon.",
    proposedDelivery: "RED",
    expectedVersion: 2,
  });
  const id = idOf(submitted);
  expect(await ratingsOf(id)).toEqual([
    { dimension: "DELIVERY", value: "RED", basis: "REPORTED", standing: "SUBMITTED", on: "2018-12-31" },
  ]);
  expect(await refused("wrenford-officer", RETURN, { progressUpdate: id, reason: " " })).toEqual([
    "BAD_USER_INPUT input.reason",
  ]);
  const trail = await entries(database);
  const returned = await done("wrenford-officer", RETURN, { progressUpdate: id, reason: "Say since when." });
  expect(returned.progressUpdate).toEqual({
    id,
    state: "RETURNED",
    version: 2,
    acceptedAt: null,
    returnedAt: "2019-02-14T09:00:00.000Z",
    returnedReason: "Say since when.",
    overallProgress: "Said too soon.",
  });
  expect((await ratingsOf(id)).map((one) => (one as { standing: string }).standing)).toEqual(["WITHDRAWN"]);
  expect(await deliveryFor("wrenford-officer", "6.3")).toEqual(before);
  expect(await deliveryFor("police-lead", "6.3")).toEqual(before);
  // the reason is in the update, and in no entry of the trail
  expect((await since(trail)).map(({ kind, detail }) => [kind, detail])).toEqual([
    ["progressUpdate.returned", { from: "SUBMITTED", to: "RETURNED", version: 2 }],
  ]);
  const node = "query ($id: ID!) { node(id: $id) { ... on ProgressUpdate { returnedReason } } }";
  expect(await service.as("wrenford-police-viewer").data(node, { id })).toEqual({
    node: { returnedReason: "Say since when." },
  });
  expect(await service.as("wrenford-council-lead").refusals(node, { id })).toEqual(["NOT_FOUND"]);

  const corrected = await done("police-contributor", CORRECT, { progressUpdate: id, expectedVersion: 2 });
  expect(corrected.progressUpdate).toMatchObject({ state: "DRAFT", version: 3, overallProgress: "Said too soon." });
  expect(await refused("police-contributor", CORRECT, { progressUpdate: id })).toEqual([
    "CONFLICT input.progressUpdate",
  ]);
  expect(await refused("police-contributor", CORRECT, { progressUpdate: idOf(corrected) })).toEqual([
    "CONFLICT input.progressUpdate",
  ]);
  expect(await service.as("wrenford-officer").refusals(node, { id: idOf(corrected) })).toEqual(["NOT_FOUND"]);
});

// the police lead 5.2 and contribute to 2.2; 11.2 is probation's
test.each([
  ["police-contributor", "5.2", []],
  ["police-lead", "2.2", []],
  ["police-contributor", "11.2", ["FORBIDDEN input.overallProgress"]],
  ["wrenford-police-viewer", "5.2", ["FORBIDDEN"]],
  ["wrenford-officer", "5.2", ["FORBIDDEN"]],
  ["wrenford-chair", "5.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "5.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "5.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "5.2", ["FORBIDDEN"]],
  [null, "5.2", ["FORBIDDEN"]],
])("%s submits at once on %s: %j", async (actor, reference, expected) => {
  const input = about(reference, {
    periodEnd: "2016-06-30",
    overallProgress: "Done at once",
    proposedDelivery: "AMBER",
  });
  if (expected.length > 0) {
    expect(await refused(actor, SUBMIT, input)).toEqual(expected);
    return;
  }
  const submitted = await done(String(actor), SUBMIT, input);
  // a contributor proposes, and only the lead's proposal is entered as reported
  expect((await ratingsOf(idOf(submitted))).length).toBe(reference === "5.2" ? 1 : 0);
  expect(await refused(actor, SUBMIT, input)).toEqual(["CONFLICT input.periodEnd"]);
});

test("an agency that is not named for an action is told what can be done", async () => {
  const { submitProgressUpdate } = await service.as("police-contributor").data<{ submitProgressUpdate: Done }>(SUBMIT, {
    input: about("11.2", { periodEnd: "2018-12-31", overallProgress: "Ours" }),
  });
  expect(submitProgressUpdate.userErrors).toMatchObject([
    {
      message:
        "You may not write ProgressUpdate.overallProgress here. Your agency is not named for the action: ask the business unit to name it.",
    },
  ]);
});

test("who settles: an officer of the partnership, and never what they submitted themselves", async () => {
  const submitted = await done("lead-and-officer", SUBMIT, {
    ...about("5.2", { periodEnd: "2016-09-30" }),
    overallProgress: "By one who holds both",
  });
  const input = { progressUpdate: idOf(submitted) };
  for (const [mutation, more] of [
    [ACCEPT, {}],
    [RETURN, { reason: "Why" }],
  ] as const) {
    for (const actor of ["police-lead", "wrenford-chair", "wrenford-inspector", "wrenford-scrutiny", null])
      expect([actor, await refused(actor, mutation, { ...input, ...more })]).toEqual([actor, ["FORBIDDEN"]]);
    expect(await refused("coventry-officer", mutation, { ...input, ...more })).toEqual(["NOT_FOUND"]);
    expect(await refused("lead-and-officer", mutation, { ...input, ...more })).toEqual([
      "FORBIDDEN input.progressUpdate",
    ]);
    expect(await refused("second-officer", mutation, { ...input, ...more, expectedVersion: 7 })).toEqual([
      "CONFLICT input.expectedVersion",
    ]);
  }
  await done("second-officer", ACCEPT, input);
  for (const [mutation, more] of [
    [ACCEPT, {}],
    [RETURN, { reason: "Why" }],
  ] as const)
    expect(await refused("second-officer", mutation, { ...input, ...more })).toEqual(["CONFLICT input.progressUpdate"]);
  // a draft is not there for an officer
  expect(await refused("second-officer", ACCEPT, { progressUpdate: await updateId("8.1", "2019-03-31") })).toEqual([
    "NOT_FOUND",
  ]);
});

test("a version that another was submitted in place of is not accepted", async () => {
  const first = await done("police-lead", SUBMIT, about("5.2", { periodEnd: "2016-12-31", overallProgress: "One" }));
  const second = await done("police-lead", CORRECT, { progressUpdate: idOf(first) });
  // while the correction is drafted, nobody else knows of it
  await done("police-lead", SUBMIT, { progressUpdate: idOf(second), overallProgress: "Two" });
  expect(await refused("wrenford-officer", ACCEPT, { progressUpdate: idOf(first) })).toEqual([
    "CONFLICT input.progressUpdate",
  ]);
  expect((await done("wrenford-officer", ACCEPT, { progressUpdate: idOf(second) })).progressUpdate).toMatchObject({
    version: 2,
    overallProgress: "Two",
  });
  const accepted = await done("police-contributor", CORRECT, { progressUpdate: idOf(second) });
  expect(accepted.progressUpdate).toMatchObject({ version: 3, state: "DRAFT", overallProgress: "Two" });
  const rows = await database.owner.query<{ text: string }[]>(
    "select string_agg(state || version || overall_progress, ' ' order by version) as text from progress_update where action_id = $1 and period_end = '2016-12-31'",
    [actions["5.2"]],
  );
  expect(rows[0]?.text).toBe("SUBMITTED1One ACCEPTED2Two DRAFT3Two");
});

test("two who submit one draft at once: one wins, the other is told the version that can be", async () => {
  const save = `mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { progressUpdate { id } userErrors { code } } }`;
  const drafted = await service.as("police-lead").data<{ saveProgressDraft: Done }>(save, {
    input: about("5.2", { periodEnd: "2017-03-31", overallProgress: "Ours" }),
  });
  const input = { progressUpdate: idOf(drafted.saveProgressDraft), expectedVersion: 1 };
  const answers = await Promise.all(
    ["police-lead", "police-contributor"].map(async (actor) => {
      const { submitProgressUpdate } = await service
        .as(actor)
        .data<{ submitProgressUpdate: Done }>(SUBMIT.replace("message }", "message currentVersion }"), { input });
      return submitProgressUpdate.userErrors.map(({ code, currentVersion }) => [code, currentVersion]);
    }),
  );
  expect(answers.filter((one) => one.length === 0)).toHaveLength(1);
  const [[conflict] = []] = answers.filter((one) => one.length > 0);
  expect(["CONFLICT 2", "CONFLICT 1"]).toContain(conflict?.join(" "));
  const rows = await database.owner.query<object[]>(
    "select 1 from progress_update where action_id = $1 and period_end = '2017-03-31'",
    [actions["5.2"]],
  );
  expect(rows).toHaveLength(1);
});

test("a first report starts an action that was not started once it is accepted, and a lost status stays lost", async () => {
  await database.owner.query("update action set status = 'NOT_STARTED' where id = $1", [actions["5.2"]]);
  const [{ version } = { version: 0 }] = await database.owner.query<{ version: number }[]>(
    "select version from action where id = $1",
    [actions["5.2"]],
  );
  const input = (periodEnd: string) => about("5.2", { periodEnd, overallProgress: "We began" });
  const first = await done("police-contributor", SUBMIT, input("2015-03-31"));
  // neither the status nor the version tells anybody that something was submitted
  const now = async () =>
    (await database.owner.query<object[]>("select status, version from action where id = $1", [actions["5.2"]]))[0];
  expect(await now()).toEqual({ status: "NOT_STARTED", version });
  const trail = await entries(database);
  expect((await done("wrenford-officer", ACCEPT, { progressUpdate: idOf(first) })).action).toMatchObject({
    status: "IN_PROGRESS",
  });
  expect(await now()).toEqual({ status: "IN_PROGRESS", version: version + 1 });
  expect((await since(trail))[0]?.detail).toMatchObject({ status: { from: "NOT_STARTED", to: "IN_PROGRESS" } });
  await database.owner.query("update action set status = null where id = $1", [actions["5.2"]]);
  const second = await done("police-contributor", SUBMIT, input("2015-06-30"));
  expect((await done("wrenford-officer", ACCEPT, { progressUpdate: idOf(second) })).action).toMatchObject({
    status: null,
  });
  await database.owner.query("update action set status = 'IN_PROGRESS' where id = $1", [actions["5.2"]]);
});

test.each([
  ["nothing named", { overallProgress: "x" }, "BAD_USER_INPUT input"],
  ["a draft and an action", { progressUpdate: "x", action: "y" }, "BAD_USER_INPUT input"],
  ["no words", { about: "6.1", periodEnd: "2015-03-31" }, "BAD_USER_INPUT input.overallProgress"],
  [
    "blank words",
    { about: "6.1", periodEnd: "2015-03-31", overallProgress: " " },
    "BAD_USER_INPUT input.overallProgress",
  ],
  [
    "an action that is signed off",
    { about: "5.1", periodEnd: "2015-03-31", overallProgress: "x" },
    "CONFLICT input.action",
  ],
  ["an update of nothing", { progressUpdate: "nothing" }, "NOT_FOUND"],
  [
    "a version that is not the next",
    { about: "6.1", periodEnd: "2015-03-31", overallProgress: "x", expectedVersion: 2 },
    "CONFLICT input.expectedVersion",
  ],
])("%s is refused, and nothing moves", async (_what, given, code) => {
  const { about: reference, ...rest } = given as { about?: string };
  expect(await refused("police-lead", SUBMIT, reference ? about(reference, rest) : rest)).toEqual([code]);
});

test("a period that has not begun is drafted and not submitted; the open one is both", async () => {
  const told = async (input: object) => {
    const { submitProgressUpdate } = await service
      .as("police-lead")
      .data<{ submitProgressUpdate: Done }>(SUBMIT, { input });
    return submitProgressUpdate.userErrors;
  };
  const message =
    "The period that ends on 2019-06-30 has not begun. The one that is open ends on 2019-03-31: submit for that, or for one before it.";
  const next = about("6.1", { periodEnd: "2019-06-30", overallProgress: "To come" });
  const before = await moving();
  expect(await told(next)).toEqual([{ code: "BAD_USER_INPUT", field: ["input", "periodEnd"], message }]);
  expect(await moving()).toEqual(before);
  const save = `mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { progressUpdate { id } userErrors { code } } }`;
  const { saveProgressDraft } = await service
    .as("police-lead")
    .data<{ saveProgressDraft: Done }>(save, { input: next });
  expect(await told({ progressUpdate: idOf(saveProgressDraft) })).toEqual([
    { code: "BAD_USER_INPUT", field: ["input", "progressUpdate"], message },
  ]);
  expect(await told(about("6.1", { periodEnd: "2019-03-31", overallProgress: "Under way" }))).toEqual([]);
});

test("a colour that the plan's scheme has not takes the whole submission with it", async () => {
  await database.owner.query(
    "insert into rating_scheme (partnership_id, plan_id, version) select partnership_id, id, 9 from plan where slug = 'safeguarding-2018-2020'",
  );
  await database.owner.query(
    `insert into rating_scheme_entry (partnership_id, plan_id, scheme_id, dimension, value, label)
     select partnership_id, plan_id, id, 'DELIVERY', 'GREEN', 'Done' from rating_scheme where version = 9`,
  );
  const input = about("6.1", { periodEnd: "2015-03-31", overallProgress: "x", proposedDelivery: "GREEN" });
  expect(await refused("police-lead", SUBMIT, { ...input, proposedImpact: "RED" })).toEqual([
    "BAD_USER_INPUT input.proposedImpact",
  ]);
  await done("police-lead", SUBMIT, input);
});

test("a draft is thrown away by its own agency's writers, once; what was submitted stays", async () => {
  const draft = await updateId("8.1", "2019-03-31");
  for (const actor of ["police-lead", "wrenford-council-lead"])
    expect([actor, await refused(actor, DISCARD, { progressUpdate: draft })]).toEqual([actor, ["NOT_FOUND"]]);
  for (const actor of ["wrenford-officer", "wrenford-chair", null])
    expect([actor, await refused(actor, DISCARD, { progressUpdate: draft })]).toEqual([actor, ["FORBIDDEN"]]);
  const submitted = await updateId("8.1", "2018-12-31");
  expect(await refused("homes-contributor", DISCARD, { progressUpdate: submitted })).toEqual([
    "CONFLICT input.progressUpdate",
  ]);
  const trail = await entries(database);
  expect((await done("homes-contributor", DISCARD, { progressUpdate: draft })).action).toEqual({ reference: "8.1" });
  expect((await since(trail)).map(({ kind, detail }) => [kind, Object.keys(detail).sort()])).toEqual([
    ["progressUpdate.draftDiscarded", ["action", "periodEnd", "version"]],
  ]);
  expect(await refused("homes-contributor", DISCARD, { progressUpdate: draft })).toEqual(["NOT_FOUND"]);
});

test("submitting is at most twelve statements with its audit entry: eleven of a draft, and of words sent at once", async () => {
  const period = { periodEnd: "2015-09-30" };
  const save = `mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { progressUpdate { id } userErrors { code } } }`;
  const written = () => {
    const sent = service.statements().map(({ text }) => text.trim());
    const from = sent.indexOf("begin");
    return sent.slice(from, sent.indexOf("commit", from) + 1);
  };
  const { saveProgressDraft } = await service
    .as("police-lead")
    .data<{ saveProgressDraft: Done }>(save, { input: about("6.1", { ...period, overallProgress: "Ours" }) });
  service.statements();
  await done("police-lead", SUBMIT, { progressUpdate: idOf(saveProgressDraft), proposedDelivery: "GREEN" });
  const ofDraft = written();
  service.statements();
  await done("police-lead", SUBMIT, about("5.2", { ...period, overallProgress: "At once", proposedDelivery: "GREEN" }));
  const atOnce = written();
  for (const statements of [ofDraft, atOnce]) {
    expect(statements.at(-2)).toMatch(/^insert into audit_entry/);
    expect(statements.at(-1)).toBe("commit");
  }
  expect([ofDraft.length, atOnce.length]).toEqual([11, 11]);
});

test("a service account submits for the agency it acts for, within its scopes, and settles nothing", async () => {
  const scopes = ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"];
  const feed = await serviceAccount(service, "feed", { agency: POLICE, actsFor: "AGENCY_CONTRIBUTOR", scopes });
  const { submitProgressUpdate } = await feed.data<{ submitProgressUpdate: Done }>(SUBMIT, {
    input: about("7.1b", { periodEnd: "2015-03-31", overallProgress: "By the feed", proposedDelivery: "GREEN" }),
  });
  expect([submitProgressUpdate.userErrors, submitProgressUpdate.progressUpdate?.state]).toEqual([[], "SUBMITTED"]);
  expect(await feed.refusals(ACCEPT, { input: { progressUpdate: submitProgressUpdate.progressUpdate?.id } })).toEqual([
    "FORBIDDEN",
  ]);
  const reader = await serviceAccount(service, "reader", {
    agency: POLICE,
    actsFor: "AGENCY_CONTRIBUTOR",
    scopes: scopes.slice(0, 2),
  });
  expect(await reader.refusals(SUBMIT, { input: about("7.1b", { periodEnd: "2015-06-30" }) })).toEqual(["FORBIDDEN"]);
});

test("submitted words are never changed, by whatever path: not by officers, not by the tables' owner", async () => {
  const id = `(select id from progress_update where state = 'SUBMITTED' and author_agency_id = (select id from agency where name = '${POLICE}') limit 1)`;
  const keeps = "an update that was submitted is never changed: a correction is a new version";
  for (const set of [
    "overall_progress = 'x'",
    "risk_note = 'x'",
    "proposed_delivery = 'RED'",
    "version = 9",
    "state = 'DRAFT', submitted_at = null",
    "submitted_at = null",
  ]) {
    expect([
      set,
      await below(database, "wrenford-officer", `update progress_update set ${set} where id = ${id}`),
    ]).toEqual([set, keeps]);
    await expect(database.owner.query(`update progress_update set ${set} where id = ${id}`)).rejects.toThrow(keeps);
  }
  const returned = "(select id from progress_update where state = 'RETURNED' limit 1)";
  await expect(
    database.owner.query(`update progress_update set returned_reason = 'Another' where id = ${returned}`),
  ).rejects.toThrow(keeps);
});

test("below the service an update goes only where its life leads, and by whoever signs for it", async () => {
  const draft = "state = 'DRAFT' and author_agency_id = (select id from agency where name = 'Wrenshire Constabulary')";
  const refusedRow = "new row violates row-level security policy";
  const me = "submitted_by = app.person(), submitted_at = app.now()";
  const set = (actor: string, what: string, where: string) =>
    below(
      database,
      actor,
      `update progress_update set ${what} where id = (select id from progress_update where ${where} limit 1)`,
    );
  expect(await set("police-lead", `state = 'SUBMITTED', ${me}`, draft)).toBe(1);
  expect(await set("police-lead", "state = 'SUBMITTED', submitted_at = app.now()", draft)).toBe(refusedRow);
  expect(await set("police-lead", `state = 'SUBMITTED', ${me}, published_at = app.now()`, draft)).toBe(refusedRow);
  expect(await set("lead-and-officer", "state = 'ACCEPTED'", draft)).toBe(
    "an update that is DRAFT does not become ACCEPTED",
  );
  expect(await set("lead-and-officer", "state = 'SUBMITTED'", draft)).toBe("whoever submits an update signs for it");
  expect(await set("wrenford-police-viewer", `state = 'SUBMITTED', ${me}`, draft)).toBe(0);
  expect(await set("wrenford-officer", "state = 'ACCEPTED'", "state = 'SUBMITTED'")).toBe(1);
  expect(await set("wrenford-officer", "state = 'SUBMITTED'", "state = 'ACCEPTED'")).toBe(
    "an update that is ACCEPTED does not become SUBMITTED",
  );
  expect(await set("wrenford-chair", "state = 'ACCEPTED'", "state = 'SUBMITTED'")).toBe(0);
  const remove = (where: string) => `delete from progress_update where ${where}`;
  expect(await below(database, "police-lead", remove(draft))).toBeGreaterThan(0);
  expect(await below(database, "police-lead", remove("state <> 'DRAFT'"))).toBe(0);
  expect(await below(database, "wrenford-officer", remove("true"))).toBe(0);
});

test("below the service ratings are proposed with no update but one's own of this moment, and settled as it is", async () => {
  const refusedRow = "new row violates row-level security policy";
  const propose = (standing: string, value = "GREEN") =>
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, agency_id, update_id, standing)
     select u.partnership_id, u.action_id, s.id, 'DELIVERY', '${value}', 'REPORTED', '2019-02-14', u.author_agency_id, u.id, '${standing}'
     from progress_update u join action a on a.id = u.action_id join rating_scheme s on s.plan_id = a.plan_id and s.version = 1
     where u.state = 'SUBMITTED' and u.submitted_at < '2019-02-01' and u.author_agency_id = (select id from agency where name = '${POLICE}') limit 1`;
  for (const standing of ["SUBMITTED", "SHARED", "WITHDRAWN"])
    for (const actor of ["police-lead", "lead-and-officer"])
      expect([standing, actor, await below(database, actor, propose(standing))]).toEqual([
        standing,
        actor,
        // an officer adds what counts for everybody, as ever
        actor === "lead-and-officer" && standing === "SHARED" ? 1 : refusedRow,
      ]);
  const submitted = "standing = 'SUBMITTED'";
  expect(await below(database, "wrenford-officer", `update rating set standing = 'SHARED' where ${submitted}`)).toBe(
    refusedRow,
  );
  expect(await below(database, "police-lead", `update rating set standing = 'SHARED' where ${submitted}`)).toBe(0);
  expect(
    await below(database, "wrenford-officer", "update rating set standing = 'WITHDRAWN' where standing = 'SHARED'"),
  ).toBe(0);
});
