import { type GraphQLField, isInputObjectType, isObjectType } from "graphql";
import pino from "pino";
import { isDeniable, type PolicyField } from "../../src/domains/access/index";
import { TOLD_BY_GROUPING } from "../../src/domains/assurance/index";
import { TOLD_BY_SPAN } from "../../src/domains/indicators/index";
import { SEARCHED, TOLD_BY_FILTER, TOLD_BY_ORDER } from "../../src/domains/plan/index";
import { tierOf } from "../../src/platform/graphql/exposed";
import { buildSchema } from "../../src/schema";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { DERIVED } from "./hidden-cells";
import { deny } from "./non-interference";

/** Case 4: what may not be read may not be filtered, searched, sorted, counted or totalled by. */
const schema = buildSchema(pino({ level: "silent" }));
const LEAD = "wrenford-council-lead";
let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase(), { parts: { keptAnswers: 0 } }); // statements are counted
});
afterEach(() => service.database.owner.query("delete from field_grant where reason = 'a trial'"));
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

const WHERE = {
  "Query.actions": "query ($filter: ActionFilter) { actions(filter: $filter) { totalCount nodes { id } } }",
  "Partnership.actions":
    'query ($filter: ActionFilter) { partnership(slug: "wrenford") { actions(filter: $filter) { totalCount nodes { id } } } }',
  "Plan.actions":
    'query ($filter: ActionFilter) { partnership(slug: "wrenford") { plans { actions(filter: $filter) { totalCount nodes { id } } } } }',
  "Agency.actions":
    "query ($filter: ActionFilter) { viewer { agency { actions(filter: $filter) { totalCount nodes { id } } } } }",
};
const COLOURED = { deliveryRating: { isNull: false } };

const fieldOf = ({ type, field }: PolicyField): GraphQLField<unknown, unknown> => {
  const found = schema.getType(type);
  const known = isObjectType(found) ? found.getFields()[field] : undefined;
  if (!known) throw new Error(`no field ${type}.${field}`);
  return known;
};

test("each filter, order and grouping says what it tells of, with the tier that the schema has", () => {
  const filter = schema.getType("ActionFilter");
  if (!isInputObjectType(filter)) throw new Error("no ActionFilter");
  expect(Object.keys(filter.getFields()).sort()).toEqual([...Object.keys(TOLD_BY_FILTER), "search"].sort());
  const all = [TOLD_BY_FILTER, TOLD_BY_ORDER, TOLD_BY_GROUPING, { TOLD_BY_SPAN }]
    .flatMap((told) => Object.values(told))
    .flat();
  for (const policy of [...all, ...SEARCHED.map(({ field }) => field)])
    expect([policy, tierOf(fieldOf(policy).extensions)]).toEqual([policy, policy.tier]);
});

test("filters on ratings, staleness, re-dating and waiting apart, no filter, order or grouping tells of what can be denied", () => {
  const deniable = (fields: readonly PolicyField[]) =>
    fields.filter((one) => isDeniable(one.type, fieldOf(one))).map(({ type, field }) => `${type}.${field}`);
  const told = Object.entries(TOLD_BY_FILTER).filter(([, fields]) => deniable(fields).length > 0);
  expect(told.map(([name]) => name)).toEqual([
    "deliveryRating",
    "greenByRedating",
    "impactRating",
    "stale",
    "waitingOn",
  ]);
  expect(deniable(Object.values(TOLD_BY_ORDER).flat())).toEqual([]);
  expect(deniable([...Object.values(TOLD_BY_GROUPING), TOLD_BY_SPAN].flat())).toEqual([]);
  // so a search always has something left to look through
  expect(deniable(SEARCHED.slice(0, 2).map(({ field }) => field))).toEqual([]);
});

test.each(["Action.ratings", "ActionRatings.delivery", "Rating.value", "Rating.label"])(
  "a denial of %s refuses the filter by name on every list, and hides the totals",
  async (name) => {
    for (const query of Object.values(WHERE)) await service.as(LEAD).data(query, { filter: COLOURED });
    await deny(service, LEAD, name);
    for (const [where, query] of Object.entries(WHERE))
      expect([where, new Set(await service.as(LEAD).refusals(query, { filter: COLOURED }))]).toEqual([
        where,
        new Set(["FORBIDDEN filter.deliveryRating"]),
      ]);
    const totals = '{ partnership(slug: "wrenford") { plans { totals { byDeliveryRating { count } overdue } } } }';
    const { data, redactions } = await service
      .as(LEAD)
      .ask<{ partnership: { plans: { totals: { byDeliveryRating: object[] | null; overdue: number } }[] } }>(totals);
    for (const { totals: counted } of data?.partnership.plans ?? [])
      expect([counted.byDeliveryRating, typeof counted.overdue]).toEqual([null, "number"]);
    expect(redactions).toEqual([
      expect.objectContaining({ type: "PlanTotals", field: "byDeliveryRating", requires: "PARTNERSHIP" }),
    ]);
    // another agency's colleague is not concerned
    await service.as("wrenford-police-viewer").data(WHERE["Query.actions"], { filter: COLOURED });
  },
);

test("a denial narrowed by relation refuses the filter whole", async () => {
  await deny(service, LEAD, "Rating.value", "CONTRIBUTOR");
  expect(await service.as(LEAD).refusals(WHERE["Partnership.actions"], { filter: COLOURED })).toEqual([
    "FORBIDDEN filter.deliveryRating",
  ]);
  const { errors } = await service.as(LEAD).ask(WHERE["Partnership.actions"], { filter: COLOURED });
  expect(errors[0]?.message).toBe(
    "filter.deliveryRating needs permission to read Rating.value (which a grant of the partnership denies you).",
  );
});

test("a member of two partnerships filters where it may, is told of the rest, and is refused where there is none", async () => {
  const { owner } = service.database;
  await owner.query(
    `insert into membership (partnership_id, person_id, agency_id, role, valid_from)
     select m.partnership_id, (select id from person where subject = $1), m.agency_id, 'AGENCY_VIEWER', '2018-04-01'
     from membership m join person p on p.id = m.person_id where p.subject = 'police-viewer'`,
    [LEAD],
  );
  const query =
    "query ($filter: ActionFilter) { actions(first: 100, filter: $filter) { ...F } last: actions(last: 100, filter: $filter) { ...F } } fragment F on ActionConnection { nodes { plan { partnership { slug } } } }";
  interface List {
    nodes: { plan: { partnership: { slug: string } } }[];
  }
  interface Found {
    actions: List;
    last: List;
  }
  const slugs = (data: Found | null) => [
    ...new Set(data ? [...data.actions.nodes, ...data.last.nodes].map(({ plan }) => plan.partnership.slug) : []),
  ];
  const rated = { deliveryRating: { isNull: true } };
  const before = await service.as(LEAD).ask<Found>(query, { filter: rated });
  expect(slugs(before.data).sort()).toEqual(["coventry", "wrenford"]);
  expect(before.redactions).toEqual([]);

  await deny(service, LEAD, "Rating.value");
  await owner.query(
    "delete from field_grant where partnership_id <> (select id from partnership where slug = 'wrenford')",
  );
  const after = await service.as(LEAD).ask<Found>(query, { filter: rated });
  expect(slugs(after.data)).toEqual(["coventry"]);
  expect(after.redactions.map(({ type, field }) => `${type}.${field}`)).toEqual(["Rating.value"]);
  expect(new Set(await service.as(LEAD).refusals(query, { filter: { ...rated, partnership: "wrenford" } }))).toEqual(
    new Set(["FORBIDDEN filter.deliveryRating"]),
  );
  await owner.query(
    "delete from membership where role = 'AGENCY_VIEWER' and person_id = (select id from person where subject = $1)",
    [LEAD],
  );
});

test("a search leaves out what may not be read, in list and count, and says so", async () => {
  const { owner } = service.database;
  await owner.query("update action set description = 'Heron pond', measure = null where reference = '12.3'");
  await owner.query(
    "update action set measure = 'Heron weir' where reference = '1.1' and plan_id = (select id from plan where slug = 'safeguarding-2018-2020')",
  );
  const find = async (actor: string) => {
    const { data, redactions } = await service
      .as(actor)
      .ask<{ actions: { totalCount: number; nodes: { reference: string }[] } }>(
        '{ actions(filter: { search: "heron" }) { totalCount nodes { reference } } }',
      );
    const noted = redactions.map(({ type, field }) => `${type}.${field}`);
    return [data?.actions.totalCount, data?.actions.nodes.map(({ reference }) => reference).sort(), noted];
  };
  expect(await find(LEAD)).toEqual([2, ["1.1", "12.3"], []]);
  await deny(service, LEAD, "Action.description");
  expect(await find(LEAD)).toEqual([1, ["1.1"], ["Action.description"]]);
  await deny(service, LEAD, "Action.measure", "PARTNER");
  expect(await find(LEAD)).toEqual([0, [], ["Action.description", "Action.measure"]]);
  expect(await find("wrenford-officer")).toEqual([2, ["1.1", "12.3"], []]);
});

test("a field that is derived is null wherever it is asked, and what it is derived from stays", async () => {
  const query = `{ partnership(slug: "wrenford") { plans { totals { stale byDeliveryRating { count } byImpactRating { count } }
      assurance(groupBy: SECTOR) { divergent stale unrated matrix { count } actions } } indicators(first: 20) { nodes { verdict { rating variation assurance reason } } }
    actions(first: 100) { nodes { stale divergent highlightReportDue ratings { delivery { ...R } impact { ...R } } } } } }
    fragment R on Rating { value stale staleReason greenByRedating greenByRedatingReason }`;
  for (const name of DERIVED) {
    await deny(service, LEAD, name);
    const field = name.split(".")[1] ?? "";
    const { data, redactions } = await service.as(LEAD).ask(query);
    const inside = name.startsWith("Rating.")
      ? /"ratings":\{.*?\}\}/g
      : name.startsWith("Action.")
        ? /"stale":[^,]*,"divergent":[^,]*,"highlightReportDue":[^,]*/g
        : name.startsWith("IndicatorVerdict.")
          ? /"verdict":\{.*?\}/g
          : name.startsWith("AssuranceGroup.")
            ? /"assurance":\[.*?\}\]/g
            : /"totals":\{.*?\]\}/g;
    const found = (JSON.stringify(data).match(inside) ?? []).flatMap(
      (part) => part.match(new RegExp(`"${field}":[^,}]*`, "g")) ?? [],
    );
    expect([name, new Set(found)]).toEqual([name, new Set([`"${field}":null`])]);
    expect(redactions.map((one) => `${one.type}.${one.field}`)).toContain(name);
    expect(JSON.stringify(data)).toMatch(/"value":"(RED|AMBER|GREEN)"/);
    await service.database.owner.query("delete from field_grant where reason = 'a trial'");
  }
});

test("statements: what a filter tells of is weighed in the one statement, but for a denial, which waits for the row", async () => {
  const ask = () => service.as(LEAD).ask(WHERE["Partnership.actions"], { filter: { search: "children" } });
  const count = async () => {
    await ask(); // once what was granted is known
    service.statements();
    await ask();
    return service.statements().length;
  };
  const before = await count();
  await deny(service, LEAD, "Action.description");
  expect([before, await count()]).toEqual([4, 5]);
});
