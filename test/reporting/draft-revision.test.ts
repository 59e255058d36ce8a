import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import type { Service } from "../support/service";
import { demonstrationOfWriters, entries, state } from "../support/writes";

const ANSWER =
  "progressUpdate { id version revision overallProgress } userErrors { code field message currentVersion }";
const mutation = (name: string, type: string) => `mutation ($input: ${type}!) { ${name}(input: $input) { ${ANSWER} } }`;
const DOCUMENTS = {
  saveProgressDraft: mutation("saveProgressDraft", "SaveProgressDraftInput"),
  submitProgressUpdate: mutation("submitProgressUpdate", "SubmitProgressUpdateInput"),
  discardProgressDraft: mutation("discardProgressDraft", "NameProgressUpdateInput"),
  correctProgressUpdate: mutation("correctProgressUpdate", "NameProgressUpdateInput"),
};
interface Done {
  progressUpdate: { id: string; version: number; revision: number | null; overallProgress: string } | null;
  userErrors: { code: string; field: string[] | null; message: string; currentVersion: number | null }[];
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

const drafted = (periodEnd: string, rest: object = {}) => ({
  action: globalId("Action", actions["5.2"] ?? ""),
  periodEnd,
  ...rest,
});
async function done(name: keyof typeof DOCUMENTS, input: object, actor = "police-contributor"): Promise<Done> {
  return (await service.as(actor).data<Record<string, Done>>(DOCUMENTS[name], { input }))[name]!;
}
const update = ({ progressUpdate }: Done) => progressUpdate!;
const refusedFor = (currentVersion: number) => ({
  progressUpdate: null,
  userErrors: [{ code: "CONFLICT", field: ["input", "expectedRevision"], currentVersion }],
});

test("of two colleagues who save one draft one after another, the later is told and nothing is lost", async () => {
  const first = await done(
    "saveProgressDraft",
    drafted("2016-03-31", { overallProgress: "Begun", expectedRevision: 0 }),
  );
  expect(update(first)).toMatchObject({ version: 1, revision: 1 });
  const second = drafted("2016-03-31", { overallProgress: "Ann's", expectedRevision: 1 });
  expect(update(await done("saveProgressDraft", second))).toMatchObject({ revision: 2, overallProgress: "Ann's" });

  const [before, trail] = [await state(database, "progress_update"), (await entries(database)).length];
  for (const expectedRevision of [0, 1, 3])
    expect(
      await done("saveProgressDraft", { ...second, overallProgress: "Bob's", expectedRevision }, "police-lead"),
    ).toMatchObject(refusedFor(2));
  expect(await state(database, "progress_update")).toEqual(before);
  expect((await entries(database)).length).toBe(trail);

  const read = drafted("2016-03-31", { overallProgress: "Ann's and Bob's", expectedRevision: 2 });
  expect(update(await done("saveProgressDraft", read, "police-lead"))).toMatchObject({ revision: 3 });
  // what changes nothing takes nothing from anybody
  expect(update(await done("saveProgressDraft", { ...read, expectedRevision: 3 }))).toMatchObject({ revision: 3 });
  expect(update(await done("saveProgressDraft", drafted("2016-03-31", { riskNote: "A risk" })))).toMatchObject({
    revision: 4,
    overallProgress: "Ann's and Bob's",
  });
});

test("a draft that was saved meanwhile is neither submitted nor thrown away by whoever read it before", async () => {
  const { id } = update(await done("saveProgressDraft", drafted("2016-06-30", { overallProgress: "One" })));
  await done("saveProgressDraft", drafted("2016-06-30", { overallProgress: "Two" }), "police-lead");
  const before = await state(database, "progress_update");
  const stale = { progressUpdate: id, expectedRevision: 1 };
  expect(await done("submitProgressUpdate", { ...stale, riskNote: "Mine" })).toMatchObject(refusedFor(2));
  expect(await done("submitProgressUpdate", drafted("2016-06-30", { expectedRevision: 1 }))).toMatchObject(
    refusedFor(2),
  );
  expect(await done("discardProgressDraft", stale)).toMatchObject(refusedFor(2));
  expect(await state(database, "progress_update")).toEqual(before);

  const submitted = await done("submitProgressUpdate", { progressUpdate: id, riskNote: "Ours", expectedRevision: 2 });
  expect(update(submitted)).toMatchObject({ version: 1, revision: 3, overallProgress: "Two" });
  expect(await done("saveProgressDraft", drafted("2016-06-30", { riskNote: "x", expectedRevision: 3 }))).toMatchObject(
    refusedFor(0),
  );
});

test("a draft begun anew is never taken for the one before: its revision counts on", async () => {
  const begin = drafted("2016-09-30", { overallProgress: "Begun" });
  const { id } = update(await done("saveProgressDraft", begin));
  expect((await done("discardProgressDraft", { progressUpdate: id, expectedRevision: 1 })).userErrors).toEqual([]);
  expect(await done("saveProgressDraft", { ...begin, expectedRevision: 1 })).toMatchObject(refusedFor(0));
  const anew = update(await done("saveProgressDraft", { ...begin, expectedRevision: 0 }));
  expect(anew).toMatchObject({ version: 1, revision: 2 });
  expect(anew.id).not.toBe(id);
  expect(await done("saveProgressDraft", { ...begin, expectedRevision: 1 })).toMatchObject(refusedFor(2));

  await done("submitProgressUpdate", { progressUpdate: anew.id });
  expect(await done("correctProgressUpdate", { progressUpdate: anew.id, expectedRevision: 1 })).toMatchObject(
    refusedFor(2),
  );
  const correction = await done("correctProgressUpdate", { progressUpdate: anew.id, expectedRevision: 2 });
  expect(update(correction)).toMatchObject({ version: 2, revision: 3 });
});

test("how often a draft was saved is its agency's alone, also when it is submitted", async () => {
  const { id } = update(await done("saveProgressDraft", drafted("2016-12-31", { overallProgress: "Begun" })));
  await done("submitProgressUpdate", { progressUpdate: id });
  const query = "query ($id: ID!) { node(id: $id) { ... on ProgressUpdate { state revision } } }";
  const read = async (actor: string) =>
    (await service.as(actor).data<{ node: { revision: number | null } }>(query, { id })).node.revision;
  for (const actor of ["police-lead", "wrenford-police-viewer"]) expect([actor, await read(actor)]).toEqual([actor, 1]);
  for (const actor of ["wrenford-officer", "wrenford-chair", "wrenford-inspector"])
    expect([actor, await read(actor)]).toEqual([actor, null]);
});
