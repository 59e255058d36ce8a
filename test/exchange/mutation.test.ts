import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

const IMPORT = `mutation ($input: ImportPlanInput!) {
  importPlan(input: $input) {
    plan { slug }
    report { declared recovered references missing { reference } unknownAgencies { text } doubtful { reference } text }
    changes { inserted updated unchanged notInFile alreadyApplied }
    userErrors { code field message }
  }
}`;

interface Imported {
  importPlan: {
    plan: { slug: string } | null;
    report: { recovered: number; references: string[]; unknownAgencies: { text: string }[]; text: string } | null;
    changes: { inserted: number; updated: number; unchanged: number; alreadyApplied: boolean } | null;
    userErrors: { code: string; field: string[] | null; message: string }[];
  };
}

const FILE =
  "Ref,Action,Lead,Target date\n90.1,Check the list,Housing,31/03/2020\n90.2,Check it again,Lighthouse,Ongoing\n";
const base64 = (text: string) => Buffer.from(text).toString("base64");

let database: TestDatabase;
let service: Service;
const plans: Record<string, string> = {};

beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await serve(database);
  const { partnership } = await service
    .as("wrenford-officer")
    .data<{ partnership: { plans: { id: string; slug: string }[] } }>(
      '{ partnership(slug: "wrenford") { plans { id slug } } }',
    );
  for (const { slug, id } of partnership.plans) plans[slug] = id;
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const counts = () =>
  database.owner.query<object[]>(
    "select (select count(*) from action) as actions, (select count(*) from import_batch) as batches, (select count(*) from assignment) as assignments",
  );
const send = (actor: string | null, input: object) => service.as(actor).ask<Imported>(IMPORT, { input });

test("a dry run reports and writes nothing; applying adds; the same again changes nothing", async () => {
  const input = { plan: plans["neglect-2019"], fileName: "plan.csv", content: base64(FILE), asAt: "2019-02-01" };
  const before = await counts();
  const dry = await send("wrenford-officer", { ...input, dryRun: true });
  expect(dry.data?.importPlan).toMatchObject({
    report: { recovered: 2, references: ["90.1", "90.2"], unknownAgencies: [{ text: "Lighthouse" }] },
    changes: { inserted: 2, alreadyApplied: false },
    userErrors: [],
  });
  expect(await counts()).toEqual(before);

  const applied = await send("wrenford-officer", input);
  expect(applied.data?.importPlan.changes).toMatchObject({ inserted: 2, updated: 0, alreadyApplied: false });
  const after = await counts();
  const again = await send("wrenford-officer", input);
  expect(again.data?.importPlan.changes).toMatchObject({ inserted: 0, updated: 0, alreadyApplied: true });
  expect(await counts()).toEqual(after);
});

test("provenance is oversight's alone", async () => {
  const query = `{ partnership(slug: "wrenford") { plan(slug: "neglect-2019") { actions(filter: { reference: ["90.1"] }) { nodes { status leadAgency { name } imports { fileName lineFrom outcome } } } } } }`;
  const seen = async (actor: string) => {
    const { data, redactions } = await service
      .as(actor)
      .ask<{ partnership: { plan: { actions: { nodes: object[] } } } }>(query);
    return { node: data?.partnership.plan.actions.nodes[0], redactions };
  };
  expect(await seen("wrenford-inspector")).toEqual({
    node: {
      status: "NOT_STARTED",
      leadAgency: { name: "Wrenford Homes" },
      imports: [{ fileName: "plan.csv", lineFrom: 2, outcome: "INSERTED" }],
    },
    redactions: [],
  });
  expect(await seen("wrenford-housing-contributor")).toMatchObject({
    node: { imports: null },
    redactions: [{ type: "Action", field: "imports", requires: "OVERSIGHT" }],
  });
});

test.each([
  ["a viewer", "wrenford-police-viewer", "safeguarding-2018-2020", "FORBIDDEN"],
  ["the chair", "wrenford-chair", "safeguarding-2018-2020", "FORBIDDEN"],
  ["an inspector", "wrenford-inspector", "safeguarding-2018-2020", "FORBIDDEN"],
  ["nobody", null, "safeguarding-2018-2020", "FORBIDDEN"],
])("%s may not import, and nothing moves", async (_who, actor, slug, code) => {
  const before = await counts();
  const { errors, data } = await send(actor, { plan: plans[slug], fileName: "plan.csv", content: base64(FILE) });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(data).toBeNull();
  expect(await counts()).toEqual(before);
});

test.each([
  [
    "a published plan of another partnership",
    { plan: "safeguarding-2018-2020" },
    "coventry-officer",
    "FORBIDDEN",
    ["input", "plan"],
  ],
  ["an unpublished plan of another partnership", { plan: "neglect-2019" }, "coventry-officer", "NOT_FOUND", null],
  ["an id of nothing", { plan: "nothing" }, "wrenford-officer", "NOT_FOUND", null],
  ["content that is not Base64", { content: "%%%" }, "wrenford-officer", "BAD_USER_INPUT", ["input", "content"]],
  ["an empty file", { content: "" }, "wrenford-officer", "UNREADABLE_FILE", ["input", "content"]],
  [
    "a file that is no plan",
    { content: base64("hello, world\n1,2\n") },
    "wrenford-officer",
    "UNREADABLE_FILE",
    ["input", "content"],
  ],
  ["a mapping that is not JSON", { mapping: "{" }, "wrenford-officer", "BAD_USER_INPUT", ["input", "mapping"]],
])("%s is answered as a user error, and nothing moves", async (_what, given, actor, code, field) => {
  const before = await counts();
  const { plan = "neglect-2019", ...rest } = given as { plan?: string };
  const { data, errors } = await send(actor, {
    plan: plans[plan] ?? plan,
    fileName: "plan.csv",
    content: base64(FILE),
    ...rest,
  });
  expect(errors).toEqual([]);
  expect(data?.importPlan).toMatchObject({ plan: null, report: null, changes: null, userErrors: [{ code, field }] });
  expect(await counts()).toEqual(before);
});
