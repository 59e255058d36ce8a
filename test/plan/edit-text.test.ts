import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { grant } from "../support/enrol";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, POLICE, refusalsOf, state } from "../support/writes";

const EDIT = `mutation ($input: EditActionTextInput!) {
  editActionText(input: $input) {
    action { reference version title description measure status viewerCan { editText } }
    userErrors { code field message currentVersion }
  }
}`;
interface Edited {
  editActionText: {
    action: { version: number; title: string } | null;
    userErrors: { code: string; currentVersion: number | null }[];
  };
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

const version = async (reference: string) => {
  const [row] = await database.owner.query<{ version: number }[]>("select version from action where id = $1", [
    actions[reference],
  ]);
  return row?.version ?? 0;
};
const to = async (reference: string, rest: object) => ({
  action: globalId("Action", actions[reference] ?? ""),
  expectedVersion: await version(reference),
  ...rest,
});
const moving = () => state(database, "action");

test.each([
  ["wrenford-officer", "5.2", []],
  ["police-lead", "5.2", ["FORBIDDEN input.measure"]],
  ["police-contributor", "5.2", ["FORBIDDEN input.measure"]],
  ["wrenford-council-lead", "5.2", ["FORBIDDEN input.measure"]],
  ["wrenford-police-viewer", "5.2", ["FORBIDDEN"]],
  ["wrenford-chair", "5.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "5.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "5.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "5.2", ["FORBIDDEN"]],
  ["coventry-officer", "5.2", ["FORBIDDEN input.measure"]],
  ["coventry-officer", "wrenford neglect-2019 1.1", ["NOT_FOUND"]],
  [null, "5.2", ["FORBIDDEN"]],
])("%s edits %s: %j", async (actor, reference, expected) => {
  const [before, trail, from] = [await moving(), await entries(database), await version(reference)];
  expect(
    await refusalsOf(service, actor, EDIT, await to(reference, { measure: `Counted by ${String(actor)}` })),
  ).toEqual(expected);
  if (expected.length > 0) {
    expect(await moving()).toEqual(before);
    return;
  }
  expect(await version(reference)).toBe(from + 1);
  expect((await entries(database)).slice(trail.length).map(({ kind, detail }) => [kind, detail])).toEqual([
    ["action.textEdited", { fields: ["measure"] }],
  ]);
});

test("what is left out stays, null clears, and the version moves on only where something changed", async () => {
  const read = async () =>
    (
      await database.owner.query<object[]>("select title, description, measure, version from action where id = $1", [
        actions["6.1"],
      ])
    )[0];
  const edit = async (rest: object) => {
    const { editActionText } = await service
      .as("wrenford-officer")
      .data<Edited>(EDIT, { input: await to("6.1", rest) });
    expect(editActionText.userErrors).toEqual([]);
    return read();
  };
  expect(await edit({ description: "At length" })).toEqual({
    title: "Appoint an exploitation analyst",
    description: "At length",
    measure: "Post filled",
    version: 2,
  });
  expect(await edit({ description: null, title: "Appoint an analyst" })).toEqual({
    title: "Appoint an analyst",
    description: null,
    measure: "Post filled",
    version: 3,
  });
  expect(await edit({ title: "Appoint an analyst", description: null })).toMatchObject({ version: 3 });
  const trail = await entries(database);
  expect(
    trail
      .filter(({ subjectId }) => subjectId === actions["6.1"])
      .map(({ detail }) => detail.fields)
      .sort(),
  ).toEqual([[], ["description"], ["title", "description"]]);
});

test("two who edit one version: one wins, and the other is told the version that it now is", async () => {
  const input = await to("6.2", {});
  const answers = await Promise.all(
    ["First", "Second"].map(
      async (title) =>
        (await service.as("wrenford-officer").data<Edited>(EDIT, { input: { ...input, title } })).editActionText,
    ),
  );
  const won = answers.find(({ action }) => action !== null);
  expect(answers.find(({ action }) => action === null)).toMatchObject({
    userErrors: [{ code: "CONFLICT", field: ["input", "expectedVersion"], currentVersion: input.expectedVersion + 1 }],
  });
  const [row] = await database.owner.query<object[]>("select title, version from action where id = $1", [
    actions["6.2"],
  ]);
  expect(row).toEqual({ title: won?.action?.title, version: input.expectedVersion + 1 });
});

test("a grant lets an agency's writers edit the fields that it names and no others; a denial beats it", async () => {
  const can = async (actor: string, reference: string) =>
    (
      await service
        .as(actor)
        .data<{ action: { viewerCan: { editText: boolean } } }>(
          "query ($id: ID!) { action(id: $id) { viewerCan { editText } } }",
          {
            id: globalId("Action", actions[reference] ?? ""),
          },
        )
    ).action.viewerCan.editText;
  expect(await can("police-lead", "5.2")).toBe(false);
  await grant(database, { agency: POLICE, field: "Action.measure", relation: "LEAD" });
  expect([
    await can("police-lead", "5.2"),
    await can("police-lead", "2.2"),
    await can("wrenford-police-viewer", "5.2"),
  ]).toEqual([true, false, false]);
  const tries = [
    ["police-lead", "5.2", { measure: "Three in four" }, []],
    ["police-contributor", "5.2", { measure: "Nine in ten" }, []],
    ["police-lead", "5.2", { measure: "Ten", title: "Mine" }, ["FORBIDDEN input.title"]],
    ["police-lead", "5.2", { successCriteria: null }, ["FORBIDDEN input.successCriteria"]],
    ["police-lead", "2.2", { measure: "Not its own" }, ["FORBIDDEN input.measure"]],
    ["wrenford-police-viewer", "5.2", { measure: "A reader's" }, ["FORBIDDEN"]],
    ["wrenford-council-lead", "5.2", { measure: "Another's" }, ["FORBIDDEN input.measure"]],
  ] as const;
  for (const [actor, reference, rest, expected] of tries) {
    const before = await moving();
    expect([actor, rest, await refusalsOf(service, actor, EDIT, await to(reference, rest))]).toEqual([
      actor,
      rest,
      expected,
    ]);
    expect((await moving()).join() === before.join()).toBe(expected.length > 0);
  }
  // below the service the grant lets words be changed, and nothing else of the row, nor another partnership's
  const set = (change: string, reference = "5.2") =>
    `update action set ${change} where id = '${actions[reference] ?? ""}'`;
  expect(await below(database, "police-lead", set("measure = 'x', version = version + 1"))).toBe(1);
  expect(await below(database, "police-lead", set("status = 'SIGNED_OFF'"))).toBe(
    "only the text of this action may be changed",
  );
  expect(await below(database, "police-lead", set("by_when_end = '2030-01-01'"))).toBe(
    "only the text of this action may be changed",
  );
  const foreign = Object.keys(actions).find((reference) => reference.startsWith("coventry")) ?? "";
  expect(await below(database, "police-lead", set("measure = 'x'", foreign))).toBe(0);
  expect(await below(database, "wrenford-council-lead", set("measure = 'x'"))).toBe(0);
  expect(await below(database, "wrenford-officer", set("status = 'COMPLETED'"))).toBe(1);

  await grant(database, { agency: POLICE, field: "Action.measure", effect: "DENY" });
  const before = await moving();
  expect(await refusalsOf(service, "police-lead", EDIT, await to("5.2", { measure: "Denied" }))).toEqual([
    "FORBIDDEN input.measure",
  ]);
  expect([await moving(), await can("police-lead", "5.2")]).toEqual([before, false]);
});

test.each([
  ["no words", {}, "BAD_USER_INPUT input"],
  ["a title of nothing", { title: null }, "BAD_USER_INPUT input.title"],
  ["a blank title", { title: "  " }, "BAD_USER_INPUT input.title"],
  ["a title of 1,001 characters", { title: "x".repeat(1001) }, "BAD_USER_INPUT input.title"],
  ["an action that is signed off", { reference: "5.1", title: "More" }, "CONFLICT input.action"],
  ["a version that is not yet", { expectedVersion: 99, title: "More" }, "CONFLICT input.expectedVersion"],
  ["an id of nothing", { action: "nothing", title: "More" }, "NOT_FOUND"],
])("%s is refused, and nothing moves", async (_what, given, code) => {
  const { reference = "5.2", ...rest } = given as { reference?: string };
  const before = await moving();
  expect(await refusalsOf(service, "wrenford-officer", EDIT, await to(reference, rest))).toEqual([code]);
  expect(await moving()).toEqual(before);
});

test("a plan says who may import into it", async () => {
  const query = '{ partnership(slug: "wrenford") { plan(slug: "safeguarding-2018-2020") { viewerCan { import } } } }';
  for (const [actor, expected] of [
    ["wrenford-officer", true],
    ["wrenford-chair", false],
    ["coventry-officer", false],
    [null, false],
  ] as const)
    expect([actor, await service.as(actor).data(query)]).toEqual([
      actor,
      { partnership: { plan: { viewerCan: { import: expected } } } },
    ]);
});
