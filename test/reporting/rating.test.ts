import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol, grant } from "../support/enrol";
import type { Service } from "../support/service";
import { below, demonstrationOfWriters, entries, POLICE, refusalsOf, state } from "../support/writes";

const ADD = `mutation ($input: AddRatingInput!) {
  addRating(input: $input) {
    action { reference ratings { delivery { value asAt basis rationale label } } }
    userErrors { code field message currentVersion }
  }
}`;

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "lead-and-officer", [{ role: "AGENCY_LEAD", agency: POLICE }, { role: "PARTNERSHIP_OFFICER" }]);
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const about = (reference = "5.2", rest: object = {}) => ({
  action: globalId("Action", actions[reference] ?? ""),
  dimension: "DELIVERY",
  value: "RED",
  asAt: "2019-02-14",
  ...rest,
});
const moving = () => state(database, "rating", "action");
const newest = async (reference: string) => {
  const [row] = await database.owner.query<{ basis: string; agency: string | null; value: string | null }[]>(
    `select r.basis, g.name as agency, r.value from rating r left join agency g on g.id = r.agency_id
     where r.action_id = $1 and r.dimension = 'DELIVERY' order by r.as_at desc, r.recorded_at desc limit 1`,
    [actions[reference]],
  );
  return row;
};

// the police lead 5.2 and contribute to 2.2
test.each([
  ["police-lead", "5.2", { basis: "REPORTED", agency: POLICE, value: "RED" }],
  ["wrenford-officer", "5.2", { basis: "MODERATED", agency: null, value: "RED" }],
  ["lead-and-officer", "5.2", { basis: "MODERATED", agency: null, value: "RED" }],
  ["wrenford-council-lead", "2.2", { basis: "REPORTED", agency: "Wrenford Borough Council", value: "RED" }],
  ["police-lead", "2.2", ["FORBIDDEN input.value"]],
  ["police-contributor", "5.2", ["FORBIDDEN input.value"]],
  ["wrenford-council-lead", "5.2", ["FORBIDDEN input.value"]],
  ["wrenford-police-viewer", "5.2", ["FORBIDDEN"]],
  ["wrenford-chair", "5.2", ["FORBIDDEN"]],
  ["wrenford-inspector", "5.2", ["FORBIDDEN"]],
  ["wrenford-scrutiny", "5.2", ["FORBIDDEN"]],
  ["wrenford-integrator", "5.2", ["FORBIDDEN"]],
  ["coventry-officer", "5.2", ["FORBIDDEN input.action"]],
  ["coventry-officer", "wrenford neglect-2019 1.1", ["NOT_FOUND"]],
  [null, "5.2", ["FORBIDDEN"]],
])("%s rates %s: %j", async (actor, reference, expected) => {
  const [before, trail] = [await moving(), await entries(database)];
  const refused = await refusalsOf(service, actor, ADD, about(reference));
  if (Array.isArray(expected)) {
    expect([refused, await moving()]).toEqual([expected, before]);
    return;
  }
  expect([refused, await newest(reference)]).toEqual([[], expected]);
  const added = (await entries(database)).filter(
    (one) => !trail.some((old) => JSON.stringify(old) === JSON.stringify(one)),
  );
  expect(added.map(({ kind, detail }) => [kind, detail])).toEqual([
    ["rating.added", { fields: ["value"], basis: expected.basis, dimension: "DELIVERY" }],
  ]);
});

test("the newest entry of a day is the current one, also in a clock that stands still; history stays", async () => {
  const count = async () =>
    (await database.owner.query<object[]>("select 1 from rating where action_id = $1", [actions["6.1"]])).length;
  const before = await count();
  for (const value of ["RED", "GREEN", null, "AMBER"]) {
    const { addRating } = await service.as("police-lead").data<{ addRating: { action: object } }>(ADD, {
      input: about("6.1", { value, rationale: "Because" }),
    });
    expect(addRating.action).toMatchObject({
      ratings: { delivery: { value, asAt: "2019-02-14", basis: "REPORTED", rationale: "Because" } },
    });
  }
  expect(await count()).toBe(before + 4);
});

test("an agency is never an input but as one of the caller's own", async () => {
  const of = async (name: string) =>
    globalId(
      "Agency",
      (await database.owner.query<{ id: string }[]>("select id from agency where name = $1", [name]))[0]?.id ?? "",
    );
  const before = await moving();
  for (const actor of ["police-lead", "wrenford-officer", "lead-and-officer"])
    expect(await refusalsOf(service, actor, ADD, about("5.2", { agency: await of("Wrenford Homes") }))).toEqual([
      "FORBIDDEN input.agency",
    ]);
  expect(await moving()).toEqual(before);
  expect(
    await refusalsOf(service, "lead-and-officer", ADD, about("5.2", { agency: await of(POLICE), value: "GREEN" })),
  ).toEqual([]);
  expect(await newest("5.2")).toEqual({ basis: "REPORTED", agency: POLICE, value: "GREEN" });
});

test("a grant lets a contributor report, and a denial takes the rationale from its lead", async () => {
  await grant(database, { agency: POLICE, field: "Rating.value", relation: "LEAD" });
  await grant(database, { agency: POLICE, field: "Rating.rationale", effect: "DENY" });
  expect(await refusalsOf(service, "police-contributor", ADD, about("5.2"))).toEqual([]);
  const before = await moving();
  expect(await refusalsOf(service, "police-contributor", ADD, about("2.2"))).toEqual(["FORBIDDEN input.value"]);
  expect(await refusalsOf(service, "police-lead", ADD, about("5.2", { rationale: "Why" }))).toEqual([
    "FORBIDDEN input.rationale",
  ]);
  expect(await refusalsOf(service, "wrenford-police-viewer", ADD, about("5.2"))).toEqual(["FORBIDDEN"]);
  expect(await moving()).toEqual(before);
  await database.owner.query("delete from field_grant");
});

test.each([
  ["a day to come", { asAt: "2019-02-15" }, "BAD_USER_INPUT input.asAt"],
  ["blank reasons", { rationale: " " }, "BAD_USER_INPUT input.rationale"],
  ["an action that is signed off", { reference: "5.1" }, "CONFLICT input.action"],
  ["an id of nothing", { action: "nothing" }, "NOT_FOUND"],
])("%s is refused, and nothing moves", async (_what, given, code) => {
  const { reference = "5.2", ...rest } = given as { reference?: string };
  const before = await moving();
  expect(await refusalsOf(service, "police-lead", ADD, about(reference, rest))).toEqual([code]);
  expect(await moving()).toEqual(before);
});

test("a colour that the plan's scheme has not is refused with those that it has", async () => {
  await database.owner.query(
    "insert into rating_scheme (partnership_id, plan_id, version) select partnership_id, id, 9 from plan where slug = 'safeguarding-2018-2020'",
  );
  await database.owner.query(
    `insert into rating_scheme_entry (partnership_id, plan_id, scheme_id, dimension, value, label)
     select partnership_id, plan_id, id, 'DELIVERY', 'GREEN', 'Done' from rating_scheme where version = 9`,
  );
  const before = await moving();
  expect(await refusalsOf(service, "police-lead", ADD, about("5.2"))).toEqual(["BAD_USER_INPUT input.value"]);
  expect(await moving()).toEqual(before);
  const { addRating } = await service
    .as("police-lead")
    .data<{ addRating: { action: object } }>(ADD, { input: about("5.2", { value: "GREEN" }) });
  expect(addRating.action).toMatchObject({ ratings: { delivery: { value: "GREEN", label: "Done" } } });
});

test("below the service a rating is reported in no other agency's name, and never changed", async () => {
  const insert = (agency: string, basis = "REPORTED", reference = "5.2") =>
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, agency_id)
     select g.partnership_id, '${actions[reference] ?? ""}', s.id, 'DELIVERY', 'GREEN', '${basis}', '2019-02-14', g.id
     from agency g, rating_scheme s where g.name = '${agency}' and s.partnership_id = g.partnership_id and exists (
       select 1 from rating_scheme_entry e where e.scheme_id = s.id and e.dimension = 'DELIVERY' and e.value = 'GREEN') limit 1`;
  const refused = "new row violates row-level security policy";
  expect(await below(database, "police-lead", insert(POLICE))).toBe(1);
  expect(await below(database, "police-lead", insert("Wrenford Homes"))).toBe(refused);
  expect(await below(database, "police-lead", insert(POLICE, "MODERATED"))).toBe(refused);
  expect(await below(database, "wrenford-police-viewer", insert(POLICE))).toBe(refused);
  expect(await below(database, "wrenford-chair", insert(POLICE))).toBe(refused);
  const foreign = Object.keys(actions).find((reference) => reference.startsWith("coventry")) ?? "";
  expect(await below(database, "police-lead", insert(POLICE, "REPORTED", foreign))).toBe(refused);
  for (const actor of ["police-lead", "wrenford-officer"])
    for (const text of ["update rating set value = 'GREEN'", "delete from rating"])
      expect(await below(database, actor, text)).toBe("permission denied");
});
