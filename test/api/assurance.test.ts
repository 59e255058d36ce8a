import { deny } from "../permissions/non-interference";
import { demonstrationDatabase, NOW, serve, type Service } from "../support/service";

const OFFICER = "wrenford-officer";
const PLAN = { partnership: "wrenford", plan: "safeguarding-2018-2020" };
const MATRIX = `query ($partnership: String!, $plan: String!, $asOf: DateTime, $by: AssuranceGrouping!) {
  partnership(slug: $partnership) { plan(slug: $plan, asOf: $asOf) {
    totals { actions overdue overdueUnknown stale byDeliveryRating { value count } byImpactRating { value count } }
    assurance(groupBy: $by) {
      group { __typename ... on Agency { id name sector } ... on SectorGroup { sector } ... on Theme { title } ... on Objective { reference } }
      actions overdue overdueUnknown stale unrated divergent matrix { delivery impact count }
    } } } }`;
const GROUPINGS = ["LEAD_AGENCY", "SECTOR", "THEME", "OBJECTIVE"];

interface Group {
  group: Record<string, string> | null;
  actions: number;
  overdue: number;
  overdueUnknown: number;
  stale: number;
  unrated: number;
  divergent: number;
  matrix: { delivery: string | null; impact: string | null; count: number }[];
}
interface Counts {
  value: string | null;
  count: number;
}
interface Answer {
  partnership: {
    plan: {
      totals: Omit<Group, "group" | "matrix"> & { byDeliveryRating: Counts[]; byImpactRating: Counts[] };
      assurance: Group[];
    };
  };
}

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const matrix = async (by: string, actor = OFFICER, variables: object = PLAN) =>
  (await service.as(actor).data<Answer>(MATRIX, { ...variables, by })).partnership.plan;
const sum = (groups: Group[], of: (group: Group) => number) => groups.reduce((all, group) => all + of(group), 0);

describe.each([PLAN, { partnership: "coventry", plan: "improvement-2017-2019" }])("$partnership", (plan) => {
  test.each(GROUPINGS)("by %s, groups sum to the plan's totals, and a matrix to its group", async (by) => {
    const { totals, assurance } = await matrix(by, `${plan.partnership}-officer`, plan);
    const counted = ["actions", "overdue", "overdueUnknown", "stale"] as const;
    for (const field of counted) expect([field, sum(assurance, (one) => one[field])]).toEqual([field, totals[field]]);
    for (const { matrix: cells, actions } of assurance)
      expect(cells.reduce((all, { count }) => all + count, 0)).toBe(actions);
    for (const { value, count } of totals.byDeliveryRating)
      expect(
        sum(assurance, ({ matrix: cells }) =>
          cells.filter(({ delivery }) => delivery === value).reduce((all, cell) => all + cell.count, 0),
        ),
      ).toBe(count);
  });
});

test("a rating that was lost is null in the matrix, never a colour", async () => {
  const { assurance } = await matrix("SECTOR", "coventry-officer", {
    partnership: "coventry",
    plan: "improvement-2017-2019",
  });
  const cells = assurance.flatMap(({ matrix: all }) => all.map(({ delivery, impact }) => [delivery, impact]));
  expect([cells.length, new Set(cells.flat())]).toEqual([assurance.length, new Set([null])]);
  expect(assurance.every(({ actions, unrated }) => unrated === actions)).toBe(true);
});

test("each group is named by what groups it, in its own order, and what nothing names comes last", async () => {
  const named = async (by: string, name: string) =>
    (await matrix(by)).assurance.map(({ group }) => group && [group.__typename, group[name]]);
  const agencies = await named("LEAD_AGENCY", "name");
  expect(agencies.every((one) => one?.[0] === "Agency" || one === null)).toBe(true);
  expect(agencies).toContainEqual(["Agency", "Wrenford Homes"]);
  expect((await named("OBJECTIVE", "reference")).slice(0, 3)).toEqual([
    ["Objective", "1"],
    ["Objective", "2"],
    ["Objective", "3"],
  ]);
  await service.database.owner.query(
    "update action set theme_id = null where reference = '1.1' and plan_id = (select id from plan where slug = 'safeguarding-2018-2020')",
  );
  const themes = await named("THEME", "title");
  expect([themes[0]?.[0], themes.at(-1), themes.filter((one) => one === null)]).toEqual(["Theme", null, [null]]);
});

test("divergent and overdue are those of the actions themselves", async () => {
  interface Listed {
    partnership: { plan: { actions: { nodes: { divergent: boolean; overdue: boolean; stale: boolean }[] } } };
  }
  const { partnership } = await service
    .as(OFFICER)
    .data<Listed>(
      '{ partnership(slug: "wrenford") { plan(slug: "safeguarding-2018-2020") { actions(first: 100, filter: { status: { in: [NOT_STARTED, IN_PROGRESS, COMPLETED, SIGNED_OFF] } }) { nodes { divergent overdue stale } } } } }',
    );
  const { nodes } = partnership.plan.actions;
  const { assurance } = await matrix("LEAD_AGENCY");
  for (const field of ["divergent", "overdue", "stale"] as const)
    expect([field, sum(assurance, (one) => one[field])]).toEqual([field, nodes.filter((one) => one[field]).length]);
  expect(sum(assurance, ({ divergent }) => divergent)).toBeGreaterThan(0);
});

test("an instant before anything was known finds nothing, and one since finds what stood; null is now", async () => {
  for (const plan of ["safeguarding-2018-2020", "nothing-here"])
    expect(
      await service.as(OFFICER).refusals(MATRIX, { ...PLAN, plan, by: "THEME", asOf: "2018-12-31T12:00:00Z" }),
    ).toEqual(["NOT_FOUND"]);
  const { assurance } = await matrix("THEME", OFFICER, { ...PLAN, asOf: null });
  expect(assurance.length).toBeGreaterThan(2);
  const then = await matrix("THEME", OFFICER, { ...PLAN, asOf: NOW.toISOString() });
  // what other tests here have changed since was not so then
  expect(sum(then.assurance, ({ actions }) => actions)).toBe(35);
});

test("what is said of ratings is withheld from the public, and from whoever is denied a rating", async () => {
  const { data, redactions } = await service.as(null).ask<Answer>(MATRIX, { ...PLAN, by: "LEAD_AGENCY" });
  const hidden = { stale: null, unrated: null, divergent: null, matrix: null };
  for (const group of data?.partnership.plan.assurance ?? []) expect(group).toMatchObject(hidden);
  expect(redactions.flatMap(({ type, field }) => (type === "AssuranceGroup" ? [field] : []))).toEqual(
    Object.keys(hidden).sort(),
  );
  const LEAD = "wrenford-council-lead";
  await deny(service, LEAD, "ActionRatings.impact");
  const [first] = (await matrix("SECTOR", LEAD)).assurance;
  expect(first).toMatchObject(hidden);
  expect(typeof first?.overdue).toBe("number");
  await service.database.owner.query("delete from field_grant where reason = 'a trial'");
});

test("all plans of a partnership are counted in one statement", async () => {
  service.statements();
  await service
    .as(OFFICER)
    .data('{ partnership(slug: "wrenford") { plans { assurance(groupBy: OBJECTIVE) { actions } } } }', {});
  expect(service.statements().filter(({ text }) => text.includes("with told as"))).toHaveLength(1);
});
