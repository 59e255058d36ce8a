import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol, serviceAccount } from "../support/enrol";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, type Outcome, POLICE, refusalsOf, state } from "../support/writes";

const SET = `mutation ($input: SetContributionInput!) { setContribution(input: $input) {
  action { assignments { agency { name } contribution { version state note since by { name } } } }
  userErrors { code field message currentVersion } } }`;

interface Part {
  agency: { name: string } | null;
  contribution: Record<string, unknown> | null;
}

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "school-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: "Old Quay Academy" }]);
  await enrol(database, "other-school", [{ role: "AGENCY_CONTRIBUTOR", agency: "Marlpit Special School" }]);
  await enrol(database, "of-two", [
    { role: "AGENCY_CONTRIBUTOR", agency: POLICE },
    { role: "AGENCY_CONTRIBUTOR", agency: "Wrenford Homes" },
  ]);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const about = (reference: string, rest: object = {}) => ({
  action: globalId("Action", actions[reference] ?? ""),
  state: "UNDER_WAY",
  ...rest,
});
const moving = () => state(database, "contribution");
async function said(actor: string, reference: string, rest: object): Promise<Part[]> {
  const { setContribution } = await service
    .as(actor)
    .data<{ setContribution: Outcome & { action: { assignments: Part[] } } }>(SET, { input: about(reference, rest) });
  expect(setContribution.userErrors).toEqual([]);
  return setContribution.action.assignments;
}
const partOf = (parts: Part[], name: string) => parts.find(({ agency }) => agency?.name === name)?.contribution;
async function nothingMoves(actor: string | null, input: object, expected: string[]): Promise<void> {
  const before = await moving();
  expect([actor, await refusalsOf(service, actor, SET, input)]).toEqual([actor, expected]);
  expect(await moving()).toEqual(before);
}

// 2.2: the council leads; police, health and schools contribute
test.each([
  ["police-contributor", "2.2", []],
  ["police-lead", "5.2", []],
  ["wrenford-council-lead", "2.2", []],
  ["wrenford-schools-lead", "2.2", []],
  ["wrenford-health-contributor", "2.2", []],
  ["wrenford-housing-contributor", "2.2", ["FORBIDDEN input.action"]],
  ["wrenford-police-viewer", "2.2", ["FORBIDDEN"]],
  ["wrenford-officer", "2.2", ["FORBIDDEN"]],
  ["wrenford-chair", "2.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "2.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "2.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "2.2", ["FORBIDDEN"]],
  ["council-lead", "2.2", ["FORBIDDEN input.action"]],
  ["council-lead", "wrenford neglect-2019 1.1", ["NOT_FOUND"]],
  [null, "2.2", ["FORBIDDEN"]],
])("%s says how its part of %s stands: %j", async (actor, reference, expected) => {
  if (expected.length > 0) {
    await nothingMoves(actor, about(reference), expected);
    return;
  }
  const trail = (await entries(database)).length;
  await said(actor ?? "", reference, {});
  expect((await entries(database)).length).toBe(trail + 1);
});

test("what was said before is kept, the newest is what stands, and one who had not read it is told", async () => {
  expect(partOf(await said("police-contributor", "6.3", { state: "NOT_STARTED" }), POLICE)).toEqual({
    version: 1,
    state: "NOT_STARTED",
    note: null,
    since: "2019-02-14T09:00:00.000Z",
    by: { name: POLICE },
  });
  const input = about("6.3", { state: "CANNOT", note: "The analyst has left", expectedVersion: 0 });
  await nothingMoves("police-lead", input, ["CONFLICT input.expectedVersion"]);
  const { setContribution } = await service.as("police-lead").data<{ setContribution: Outcome }>(SET, { input });
  expect(setContribution.userErrors).toMatchObject([{ currentVersion: 1 }]);
  expect(partOf(await said("police-lead", "6.3", { ...input, expectedVersion: 1 }), POLICE)).toMatchObject({
    version: 2,
    state: "CANNOT",
    note: "The analyst has left",
  });
  const rows = await database.owner.query<object[]>(
    "select version, state, note from contribution where action_id = $1 order by version",
    [actions["6.3"]],
  );
  expect(rows).toEqual([
    { version: 1, state: "NOT_STARTED", note: null },
    { version: 2, state: "CANNOT", note: "The analyst has left" },
  ]);
});

test.each([
  ["the same again", { state: "CANNOT", note: "The analyst has left" }, "CONFLICT input.state"],
  ["a CANNOT without why", { state: "CANNOT" }, "BAD_USER_INPUT input.note"],
  ["a blank note", { state: "DONE", note: " " }, "BAD_USER_INPUT input.note"],
  ["too long a note", { state: "DONE", note: "x".repeat(10_001) }, "BAD_USER_INPUT input.note"],
])("%s is refused", async (_what, rest, code) => {
  await nothingMoves("police-lead", about("6.3", rest), [code]);
});

test("nothing is said of an action that is over", async () => {
  await nothingMoves("police-lead", about("5.1"), ["CONFLICT input.action"]);
  await nothingMoves("wrenford-council-lead", about("10.3"), ["CONFLICT input.action"]);
});

test("a member of a collective speaks for its part, in its own name, and any other member after it", async () => {
  const parts = await said("school-contributor", "9.3", { state: "UNDER_WAY" });
  expect(partOf(parts, "Schools")).toMatchObject({ version: 1, by: { name: "Old Quay Academy" } });
  expect(partOf(parts, POLICE)).toBeNull();
  expect(partOf(await said("other-school", "9.3", { state: "DONE" }), "Schools")).toMatchObject({
    version: 2,
    state: "DONE",
    by: { name: "Marlpit Special School" },
  });
});

test("a list of names printed anew keeps what was said", async () => {
  const before = partOf(await said("school-contributor", "11.3", {}), "Schools");
  await database.owner.transaction(async (manager) => {
    await manager.query(
      "create temporary table printed on commit drop as select * from assignment where action_id = $1",
      [actions["11.3"]],
    );
    await manager.query("delete from assignment where action_id = $1", [actions["11.3"]]);
    await manager.query("update printed set id = gen_random_uuid()");
    await manager.query("insert into assignment select * from printed");
  });
  const { action } = await service
    .as("wrenford-officer")
    .data<{ action: { assignments: Part[] } }>(
      "query ($id: ID!) { action(id: $id) { assignments { agency { name } contribution { version state note since by { name } } } } }",
      { id: about("11.3").action },
    );
  expect(partOf(action.assignments, "Schools")).toEqual(before);
});

test("for which agency, and as which of the names, is asked where it is not plain", async () => {
  const [homes, police, schools] = await Promise.all(
    ["Wrenford Homes", POLICE, "Schools"].map(async (name) => {
      const [row] = await database.owner.query<{ id: string }[]>("select id from agency where name = $1", [name]);
      return globalId("Agency", row?.id ?? "");
    }),
  );
  await nothingMoves("of-two", about("6.3"), ["BAD_USER_INPUT input.agency"]);
  await nothingMoves("of-two", about("6.3", { agency: schools }), ["FORBIDDEN input.agency"]);
  await nothingMoves("of-two", about("6.3", { agency: homes, namedAs: police }), ["FORBIDDEN input.namedAs"]);
  expect(partOf(await said("of-two", "6.3", { agency: homes, namedAs: homes }), "Wrenford Homes")).toMatchObject({
    version: 1,
  });
});

test("how it stands is the partnership's, the note is for those named; the public learns neither", async () => {
  await said("police-lead", "7.1b", { state: "CANNOT", note: "A candid note" });
  const query = "query ($id: ID!) { action(id: $id) { assignments { agency { name } contribution { state note } } } }";
  const look = async (actor: string | null) => {
    const { action } = await service
      .as(actor)
      .data<{ action: { assignments: Part[] } }>(query, { id: about("7.1b").action });
    return partOf(action.assignments, POLICE);
  };
  for (const actor of ["police-contributor", "wrenford-schools-lead", "wrenford-officer", "wrenford-inspector"])
    expect([actor, await look(actor)]).toEqual([actor, { state: "CANNOT", note: "A candid note" }]);
  for (const actor of ["wrenford-housing-contributor", "wrenford-council-lead"])
    expect([actor, await look(actor)]).toEqual([actor, { state: "CANNOT", note: null }]);
  for (const actor of ["wrenford-scrutiny", "council-lead", null])
    expect([actor, await look(actor)]).toEqual([actor, null]);
});

test("two colleagues who say it at once: one does, the other is told", async () => {
  const input = about("6.2", { expectedVersion: 0 });
  const answers = await Promise.all(
    ["police-lead", "police-contributor"].map((actor) => refusalsOf(service, actor, SET, input)),
  );
  expect(answers.flat()).toEqual(["CONFLICT input.expectedVersion"]);
});

test("below the service people of the agency add to it, and nobody changes or removes", async () => {
  const refused = "new row violates row-level security policy";
  const insert = (agency: string, by: string, reference = "2.2", more = "") =>
    `insert into contribution (partnership_id, action_id, agency_id, version, state, said_by_agency_id, said_by, since)
     select g.partnership_id, '${actions[reference] ?? ""}', g.id, 50, 'DONE', o.id, ${more === "" ? "app.person()" : more}, app.now()
     from agency g join agency o on o.partnership_id = g.partnership_id where g.name = '${agency}' and o.name = '${by}'`;
  expect(await below(database, "police-contributor", insert(POLICE, POLICE))).toBe(1);
  expect(await below(database, "school-contributor", insert("Schools", "Old Quay Academy"))).toBe(1);
  expect(await below(database, "police-contributor", insert("Schools", POLICE))).toBe(refused);
  expect(await below(database, "police-contributor", insert("Schools", "Schools"))).toBe(refused);
  expect(await below(database, "police-contributor", insert(POLICE, POLICE, "11.2"))).toBe(refused);
  expect(await below(database, "police-contributor", insert(POLICE, POLICE, "5.1"))).toBe(refused);
  expect(await below(database, "wrenford-officer", insert(POLICE, POLICE))).toBe(refused);
  expect(await below(database, "wrenford-police-viewer", insert(POLICE, POLICE))).toBe(refused);
  const other = "(select p.id from person p where p.subject = 'police-lead')";
  expect(await below(database, "wrenford-officer", insert(POLICE, POLICE, "2.2", other))).toBe(refused);
  expect(await below(database, "police-lead", "update contribution set state = 'DONE'")).toMatch(/permission denied/);
  expect(await below(database, "police-lead", "delete from contribution")).toMatch(/permission denied/);
});

test("a service account says nothing of its agency's part, and reads what it says within its scopes", async () => {
  const feed = await serviceAccount(service, "feed", {
    agency: POLICE,
    actsFor: "AGENCY_CONTRIBUTOR",
    scopes: ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"],
  });
  const before = await moving();
  expect(await feed.refusals(SET, { input: about("2.2", { state: "DONE" }) })).toEqual(["FORBIDDEN"]);
  expect(await moving()).toEqual(before);
  const plain = await serviceAccount(service, "plan feed", {
    agency: POLICE,
    actsFor: "AGENCY_VIEWER",
    scopes: ["READ_PLAN"],
  });
  const query = "query ($id: ID!) { action(id: $id) { assignments { contribution { state } } } }";
  expect(await plain.refusals(query, { id: about("2.2").action })).toEqual(["FORBIDDEN"]);
  await feed.data(query, { id: about("2.2").action });
});
