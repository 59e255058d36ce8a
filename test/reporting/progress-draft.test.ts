import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol, grant, serviceAccount } from "../support/enrol";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, POLICE, refusalsOf, state } from "../support/writes";

const SAVE = `mutation ($input: SaveProgressDraftInput!) {
  saveProgressDraft(input: $input) {
    progressUpdate { id state version periodStart periodEnd overallProgress impactNarrative riskNote draftingNote proposedDelivery proposedImpact author { name } viewerCan { edit } }
    userErrors { code field message currentVersion }
  }
}`;

interface Saved {
  saveProgressDraft: {
    progressUpdate: Record<string, unknown> | null;
    userErrors: { code: string; currentVersion: number | null }[];
  };
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "probation-lead-here", [{ role: "AGENCY_LEAD", agency: "Wrenshire Probation" }]);
  await enrol(database, "of-two", [
    { role: "AGENCY_CONTRIBUTOR", agency: POLICE },
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenford Homes" },
  ]);
  await enrol(database, "reads-for-police", [
    { role: "AGENCY_VIEWER", agency: POLICE },
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenford Homes" },
  ]);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const about = (reference: string, rest: object = {}) => ({
  action: globalId("Action", actions[reference] ?? ""),
  periodEnd: "2019-06-30",
  ...rest,
});
const moving = () => state(database, "progress_update");
const save = async (actor: string, input: object) => {
  const { saveProgressDraft } = await service.as(actor).data<Saved>(SAVE, { input });
  expect(saveProgressDraft.userErrors).toEqual([]);
  return saveProgressDraft.progressUpdate ?? {};
};

// the police lead 5.2, contribute to 2.2, are in no way named for 11.2 (probation's) and 11.3 (schools')
test.each([
  ["police-contributor", "5.2", []],
  ["police-lead", "5.2", []],
  ["police-contributor", "2.2", []],
  ["police-contributor", "11.2", ["FORBIDDEN input.overallProgress"]],
  ["probation-lead-here", "11.2", []],
  ["wrenford-health-contributor", "3.1", []],
  ["wrenford-police-viewer", "5.2", ["FORBIDDEN"]],
  ["wrenford-officer", "5.2", ["FORBIDDEN"]],
  ["wrenford-chair", "5.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "5.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "5.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "5.2", ["FORBIDDEN"]],
  ["council-lead", "5.2", ["FORBIDDEN input.action"]],
  ["council-lead", "wrenford neglect-2019 1.1", ["NOT_FOUND"]],
  [null, "5.2", ["FORBIDDEN"]],
])("%s drafts on %s: %j", async (actor, reference, expected) => {
  const [before, trail] = [await moving(), await entries(database)];
  const input = about(reference, { periodEnd: "2019-09-30", overallProgress: `As ${String(actor)}` });
  expect(await refusalsOf(service, actor, SAVE, input)).toEqual(expected);
  if (expected.length > 0) {
    expect(await moving()).toEqual(before);
    return;
  }
  const added = (await entries(database)).slice(trail.length);
  expect(added.map(({ kind, detail }) => [kind, detail])).toEqual([
    [expect.stringMatching(/^progressUpdate\.draft/), { fields: ["overallProgress"] }],
  ]);
});

test("a draft is created and then changed: what is left out stays, null clears, and nobody else sees it", async () => {
  const first = await save(
    "police-contributor",
    about("5.2", { overallProgress: "Begun", riskNote: "A risk", draftingNote: "Ask Ann" }),
  );
  expect(first).toMatchObject({
    state: "DRAFT",
    version: 1,
    periodStart: null,
    overallProgress: "Begun",
    impactNarrative: null,
    riskNote: "A risk",
    draftingNote: "Ask Ann",
    author: { name: POLICE },
    viewerCan: { edit: true },
  });
  const trail = await entries(database);
  const second = await save(
    "police-lead",
    about("5.2", {
      periodStart: "2019-04-01",
      riskNote: null,
      proposedDelivery: "GREEN",
      overallProgress: "Begun",
      expectedVersion: 1,
    }),
  );
  expect(second).toEqual({ ...first, periodStart: "2019-04-01", riskNote: null, proposedDelivery: "GREEN" });
  expect(
    (await entries(database)).filter((one) => !trail.some((old) => JSON.stringify(old) === JSON.stringify(one))),
  ).toEqual([
    {
      kind: "progressUpdate.draftChanged",
      subjectId: expect.any(String) as string,
      detail: { fields: ["periodStart", "riskNote", "proposedDelivery"] },
    },
  ]);
  const node = "query ($id: ID!) { node(id: $id) { ... on ProgressUpdate { draftingNote viewerCan { edit } } } }";
  expect(await service.as("wrenford-police-viewer").data(node, { id: first.id })).toEqual({
    node: { draftingNote: "Ask Ann", viewerCan: { edit: false } },
  });
  for (const actor of ["wrenford-officer", "wrenford-council-lead", "wrenford-chair"])
    expect(await service.as(actor).refusals(node, { id: first.id })).toEqual(["NOT_FOUND"]);
});

test("after a submitted version the draft is the next one, and an expectation of the old is a conflict that tells the new", async () => {
  // the police submitted version 1 for the last quarter of 2018
  const input = about("5.2", { periodEnd: "2018-12-31", overallProgress: "A correction", expectedVersion: 1 });
  const before = await moving();
  const { saveProgressDraft } = await service.as("police-lead").data<Saved>(SAVE, { input });
  expect(saveProgressDraft).toMatchObject({
    progressUpdate: null,
    userErrors: [{ code: "CONFLICT", field: ["input", "expectedVersion"], currentVersion: 2 }],
  });
  expect(await moving()).toEqual(before);
  expect(await save("police-lead", { ...input, expectedVersion: 2 })).toMatchObject({ version: 2, state: "DRAFT" });
  const [row] = await database.owner.query<{ text: string }[]>(
    "select string_agg(state || version, ' ' order by version) as text from progress_update where action_id = $1 and period_end = '2018-12-31'",
    [actions["5.2"]],
  );
  expect(row?.text).toBe("SUBMITTED1 DRAFT2");
});

test("two colleagues who begin one draft at once make one", async () => {
  const input = about("6.3", { overallProgress: "At once" });
  const answers = await Promise.all(
    ["police-lead", "police-contributor"].map((actor) => refusalsOf(service, actor, SAVE, input)),
  );
  for (const answer of answers) expect([[], ["CONFLICT input.periodEnd"]]).toContainEqual(answer);
  const rows = await database.owner.query<object[]>(
    "select 1 from progress_update where action_id = $1 and period_end = '2019-06-30'",
    [actions["6.3"]],
  );
  expect(rows).toHaveLength(1);
});

test("the author is the caller's own agency: one of two must be named, and nobody else's may be", async () => {
  const [police, homes, council] = await Promise.all(
    [POLICE, "Wrenford Homes", "Wrenford Borough Council"].map(async (name) => {
      const [row] = await database.owner.query<{ id: string }[]>("select id from agency where name = $1", [name]);
      return globalId("Agency", row?.id ?? "");
    }),
  );
  const input = about("6.3", { periodEnd: "2019-12-31", overallProgress: "Whose" });
  const before = await moving();
  expect(await refusalsOf(service, "of-two", SAVE, input)).toEqual(["BAD_USER_INPUT input.agency"]);
  expect(await refusalsOf(service, "of-two", SAVE, { ...input, agency: council })).toEqual(["FORBIDDEN input.agency"]);
  expect(await refusalsOf(service, "police-lead", SAVE, { ...input, agency: homes })).toEqual([
    "FORBIDDEN input.agency",
  ]);
  expect(await refusalsOf(service, "police-lead", SAVE, { ...input, agency: "nothing" })).toEqual([
    "FORBIDDEN input.agency",
  ]);
  expect(await moving()).toEqual(before);
  expect(await save("of-two", { ...input, agency: homes })).toMatchObject({ author: { name: "Wrenford Homes" } });
  expect(await save("of-two", { ...input, agency: police })).toMatchObject({ author: { name: POLICE } });
});

test("one agency's role and another's part in an action do not add up", async () => {
  // reads for the police, who lead 5.2, and writes for housing, which is not named for it
  const input = about("5.2", { periodEnd: "2019-12-31", overallProgress: "Both" });
  const before = await moving();
  expect(await refusalsOf(service, "reads-for-police", SAVE, input)).toEqual(["FORBIDDEN input.overallProgress"]);
  expect(await moving()).toEqual(before);
  const can = "query ($id: ID!) { action(id: $id) { viewerCan { updateProgress setRating } } }";
  expect(await service.as("reads-for-police").data(can, { id: input.action })).toEqual({
    action: { viewerCan: { updateProgress: false, setRating: false } },
  });
});

test("a grant opens one field of another agency's action, and a denial shuts one: each by name", async () => {
  const allowed = await grant(database, { agency: POLICE, field: "ProgressUpdate.riskNote", relation: "PARTNER" });
  const denied = await grant(database, {
    agency: POLICE,
    field: "ProgressUpdate.proposedImpact",
    effect: "DENY",
    relation: "AUTHOR",
  });
  const input = (reference: string, rest: object) => about(reference, { periodEnd: "2020-03-31", ...rest });
  const tries = [
    ["11.2", { riskNote: "Seen from here" }, []],
    [
      "11.2",
      { riskNote: "Seen", overallProgress: "Done", proposedDelivery: "RED" },
      ["FORBIDDEN input.overallProgress"],
    ],
    ["11.2", { draftingNote: "Mine" }, ["FORBIDDEN input.draftingNote"]],
    ["11.2", {}, ["FORBIDDEN input.action"]],
    ["5.2", { overallProgress: "Done", proposedImpact: "RED" }, ["FORBIDDEN input.proposedImpact"]],
    ["5.2", { overallProgress: "Done", proposedImpact: null }, ["FORBIDDEN input.proposedImpact"]],
    ["5.2", { overallProgress: "Done", proposedDelivery: "RED" }, []],
  ] as const;
  for (const [reference, rest, expected] of tries) {
    const before = await moving();
    const refused = await refusalsOf(service, "police-contributor", SAVE, input(reference, rest));
    expect([reference, rest, refused]).toEqual([reference, rest, expected]);
    if (expected.length > 0) expect(await moving()).toEqual(before);
  }
  const viewer = await refusalsOf(service, "wrenford-police-viewer", SAVE, input("11.2", { riskNote: "A reader's" }));
  expect(viewer).toEqual(["FORBIDDEN"]);
  await database.owner.query("delete from field_grant where id = any ($1)", [[allowed, denied]]);
});

test.each([
  ["an action that is signed off", { reference: "5.1", overallProgress: "More" }, "CONFLICT input.action"],
  [
    "an action that is superseded",
    { reference: "10.3", as: "wrenford-council-lead", overallProgress: "More" },
    "CONFLICT input.action",
  ],
  ["blank words", { overallProgress: " \n" }, "BAD_USER_INPUT input.overallProgress"],
  ["too many words", { riskNote: "x".repeat(10_001) }, "BAD_USER_INPUT input.riskNote"],
  ["a period that ends before it starts", { periodStart: "2019-07-01" }, "BAD_USER_INPUT input.periodStart"],
  ["a NUL", { overallProgress: "a\0b" }, "BAD_USER_INPUT"],
  ["an id of nothing", { action: "nothing" }, "NOT_FOUND"],
])("%s is refused, and nothing moves", async (_what, given, code) => {
  const { reference = "5.2", as = "police-lead", ...rest } = given as { reference?: string; as?: string };
  const before = await moving();
  expect(await refusalsOf(service, as, SAVE, about(reference, rest))).toEqual([code]);
  expect(await moving()).toEqual(before);
});

test("a service account drafts within its scopes for the agency it acts for, and below the service no further", async () => {
  const input = about("7.1b", { overallProgress: "By the feed" });
  const reading = ["READ_PLAN", "READ_REPORTING"];
  const as = (scopes: string[], actsFor = "AGENCY_CONTRIBUTOR") =>
    serviceAccount(service, `feed of ${actsFor} ${scopes.join(" ")}`, { agency: POLICE, actsFor, scopes });
  const before = await moving();
  expect(await (await as(reading)).refusals(SAVE, { input })).toEqual(["FORBIDDEN"]);
  expect(await (await as([...reading, "WRITE_REPORTING"], "AGENCY_VIEWER")).refusals(SAVE, { input })).toEqual([
    "FORBIDDEN",
  ]);
  const bare = await (
    await as(["WRITE_REPORTING"])
  ).ask<Saved>(
    "mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { userErrors { code message } } }",
    { input },
  );
  expect(bare.data?.saveProgressDraft.userErrors).toMatchObject([
    { code: "FORBIDDEN", message: expect.stringContaining("READ_PLAN and READ_REPORTING") as string },
  ]);
  expect(await moving()).toEqual(before);
  const feed = await as([...reading, "WRITE_REPORTING"]);
  const { saveProgressDraft } = await feed.data<Saved>(SAVE, { input });
  expect(saveProgressDraft).toMatchObject({
    progressUpdate: { author: { name: POLICE }, overallProgress: "By the feed" },
    userErrors: [],
  });
  expect(
    await feed.refusals(
      'mutation { addRating(input: { action: "x", dimension: DELIVERY, asAt: "2019-01-01" }) { userErrors { code } } }',
    ),
  ).toEqual(["FORBIDDEN"]);
});

test("below the service a draft is written by its own agency's writers alone, and into no other partnership", async () => {
  const insert = (agency: string, reference = "5.2", period = "2021-03-31", drafted = "DRAFT") =>
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state)
     select g.partnership_id, '${actions[reference] ?? ""}', g.id, '${period}', '${drafted}' from agency g where g.name = '${agency}'`;
  const refused = "new row violates row-level security policy";
  expect(await below(database, "police-contributor", insert(POLICE))).toBe(1);
  expect(await below(database, "police-contributor", insert("Wrenford Homes"))).toBe(refused);
  expect(await below(database, "police-contributor", insert(POLICE, "5.2", "2021-03-31", "ACCEPTED"))).toBe(refused);
  expect(await below(database, "wrenford-police-viewer", insert(POLICE))).toBe(refused);
  expect(await below(database, "wrenford-officer", insert(POLICE))).toBe(refused);
  const foreign = Object.keys(actions).find((reference) => reference.startsWith("coventry")) ?? "";
  expect(await below(database, "police-contributor", insert(POLICE, foreign))).toMatch(
    /violates foreign key constraint/,
  );
  const change = (agency: string, set: string) =>
    `update progress_update set ${set} where state = 'DRAFT' and author_agency_id = (select id from agency where name = '${agency}')`;
  expect(await below(database, "police-contributor", change(POLICE, "risk_note = 'x'"))).toBeGreaterThan(0);
  expect(await below(database, "police-contributor", change(POLICE, "state = 'ACCEPTED'"))).toBe(refused);
  expect(await below(database, "police-contributor", change("Wrenford Homes", "risk_note = 'x'"))).toBe(0);
  expect(
    await below(
      database,
      "police-contributor",
      change(POLICE, "author_agency_id = (select id from agency where name = 'Wrenford Homes')"),
    ),
  ).toBe(refused);
  expect(await below(database, "wrenford-police-viewer", change(POLICE, "risk_note = 'x'"))).toBe(0);
  expect(await below(database, "wrenford-officer", change(POLICE, "risk_note = 'x'"))).toBe(0);
});
