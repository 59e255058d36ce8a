import fc from "fast-check";
import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import type { Service } from "../support/service";
import { demonstrationOfWriters, POLICE, refusalsOf } from "../support/writes";

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

const ENTRY =
  "dimension value label basis standing asAt recordedAt rationale agency { name } schemeVersion update { periodEnd }";
const HISTORY = `query ($id: ID!, $first: Int, $after: String) {
  action(id: $id) {
    ratings { delivery {
      history(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { ${ENTRY} } }
      explanation { rule sentence schemeVersion entries { value basis asAt } }
    } }
  }
}`;
interface Entry {
  value: string | null;
  basis: string;
  asAt: string;
  rationale: string | null;
}
interface Told {
  history: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Entry[] };
  explanation: { rule: string; sentence: string; schemeVersion: number | null; entries: Entry[] };
}
const told = async (actor: string, reference: string, rest: object = {}): Promise<Told> => {
  const { action } = await service.as(actor).data<{ action: { ratings: { delivery: Told } } }>(HISTORY, {
    id: globalId("Action", actions[reference] ?? ""),
    ...rest,
  });
  return action.ratings.delivery;
};

test("a history is read page by page, newest first, and the current rating says which entries it follows from", async () => {
  const { history, explanation } = await told("wrenford-officer", "1.1", { first: 2 });
  const [newest] = history.nodes;
  expect(history.totalCount).toBeGreaterThan(2);
  expect(history.pageInfo.hasNextPage).toBe(true);
  expect(newest).toMatchObject({ dimension: "DELIVERY", schemeVersion: 1, standing: "SHARED", update: null });
  const rest = await told("wrenford-officer", "1.1", { first: 100, after: history.pageInfo.endCursor });
  const all = [...history.nodes, ...rest.history.nodes];
  expect(all).toHaveLength(history.totalCount);
  expect(all.at(-1)).toEqual({
    dimension: "DELIVERY",
    value: "AMBER",
    label: "Under way",
    basis: "REPORTED",
    standing: "SHARED",
    asAt: "2018-06-30",
    recordedAt: "2018-07-09T09:00:00.000Z",
    rationale: "Proposed with the quarter's update",
    agency: { name: "Wrenford Borough Council" },
    schemeVersion: 1,
    update: null,
  });
  expect(all.map(({ asAt }) => asAt)).toEqual(
    all
      .map(({ asAt }) => asAt)
      .sort()
      .reverse(),
  );
  expect(explanation.entries[0]).toEqual({ value: newest?.value, basis: newest?.basis, asAt: newest?.asAt });
  // a cursor of one history means nothing in another
  const impact = HISTORY.replace("delivery {", "impact {");
  expect(
    await service.as("wrenford-officer").refusals(impact, {
      id: globalId("Action", actions["1.1"] ?? ""),
      after: history.pageInfo.endCursor,
    }),
  ).toEqual(["BAD_USER_INPUT after"]);
});

test("rationale is for the parties; nobody outside the partnership is told of ratings", async () => {
  const { history } = await told("wrenford-probation-viewer", "1.1", { first: 1 });
  expect(history.nodes[0]).toMatchObject({ rationale: null, basis: expect.any(String) as string });
  const { data, redactions } = await service
    .as(null)
    .ask<{ action: { ratings: null } }>(HISTORY, { id: globalId("Action", actions["1.1"] ?? "") });
  expect(data?.action.ratings).toBeNull();
  expect(redactions).toEqual([{ type: "Action", field: "ratings", requires: "PARTNERSHIP" }]);
});

test("one who moderates another colour than was reported says why", async () => {
  const add = `mutation ($input: AddRatingInput!) { addRating(input: $input) { action { id } userErrors { code field message } } }`;
  const input = { action: globalId("Action", actions["6.3"] ?? ""), dimension: "DELIVERY", asAt: "2019-02-14" };
  expect(await refusalsOf(service, "police-lead", add, { ...input, value: "GREEN" })).toEqual([]);
  const { history } = await told("wrenford-officer", "6.3");
  for (const value of ["RED", null])
    expect(await refusalsOf(service, "wrenford-officer", add, { ...input, value })).toEqual([
      "BAD_USER_INPUT input.rationale",
    ]);
  expect((await told("wrenford-officer", "6.3")).history.totalCount).toBe(history.totalCount);
  expect(await refusalsOf(service, "wrenford-officer", add, { ...input, value: "GREEN" })).toEqual([]);
  expect(await refusalsOf(service, "wrenford-officer", add, { ...input, value: "RED", rationale: "Not yet" })).toEqual(
    [],
  );
  const { explanation } = await told("wrenford-officer", "6.3");
  expect(explanation).toEqual({
    rule: "MODERATED_AFTER_REPORT",
    sentence: "The newest moderated rating stands: it came after the newest report.",
    schemeVersion: 1,
    entries: [
      { value: "RED", basis: "MODERATED", asAt: "2019-02-14" },
      { value: "GREEN", basis: "REPORTED", asAt: "2019-02-14" },
    ],
  });
});

/** An entry as it is drawn: its place in time is its day and then its turn. */
const drawn = fc.record({
  basis: fc.constantFrom("REPORTED", "MODERATED"),
  day: fc.integer({ min: 1, max: 5 }),
  value: fc.constantFrom("RED", "AMBER", "GREEN", null),
  withdrawn: fc.boolean(),
});

test("the current rating of any history is the newest moderated one after the newest report, else the report", async () => {
  const reference = "10.1";
  const [update] = await database.owner.query<{ id: string }[]>(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state)
     select a.partnership_id, a.id, g.id, '2030-01-01', 'DRAFT' from action a join agency g on g.name = $2 and g.partnership_id = a.partnership_id where a.id = $1 returning id`,
    [actions[reference], POLICE],
  );
  const updates = await database.owner.query<{ id: string }[]>(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, version, returned_reason)
     select u.partnership_id, u.action_id, u.author_agency_id, u.period_end, 'RETURNED', n + 1, 'x' from progress_update u, generate_series(1, 8) n where u.id = $1 returning id`,
    [update?.id],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { maxLength: 8 }), async (entries) => {
      await database.owner.query("delete from rating where action_id = $1", [actions[reference]]);
      for (const [turn, { basis, day, value, withdrawn }] of entries.entries())
        await database.owner.query(
          `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at, standing, update_id)
           select a.partnership_id, a.id, s.id, 'DELIVERY', $2, $3, $4::date, $5::timestamptz, $6, $7 from action a join rating_scheme s on s.plan_id = a.plan_id where a.id = $1`,
          [
            actions[reference],
            value,
            basis,
            `2019-01-0${day}`,
            `2019-02-01T10:00:0${turn}Z`,
            withdrawn ? "WITHDRAWN" : "SHARED",
            withdrawn ? updates[turn]?.id : null,
          ],
        );
      const counting = entries.map((one, turn) => ({ ...one, turn })).filter(({ withdrawn }) => !withdrawn);
      const later = (a: { day: number; turn: number }, b: { day: number; turn: number }) =>
        a.day - b.day || a.turn - b.turn;
      const newest = (some: typeof counting) => [...some].sort(later).at(-1);
      const report = newest(counting.filter(({ basis }) => basis === "REPORTED"));
      const moderated = newest(
        counting.filter((one) => one.basis === "MODERATED" && (!report || later(one, report) > 0)),
      );
      const current = moderated ?? report;
      const { action } = await service.as("wrenford-officer").data<{
        action: {
          ratings: {
            delivery: {
              value: string | null;
              basis: string | null;
              asAt: string | null;
              explanation: Told["explanation"];
            };
          };
        };
      }>("query ($id: ID!) { action(id: $id) { ratings { delivery { value basis asAt explanation { rule entries { value basis } } } } } }", {
        id: globalId("Action", actions[reference] ?? ""),
      });
      const rule = !current
        ? "NOT_RATED"
        : !moderated
          ? "NEWEST_REPORT"
          : report
            ? "MODERATED_AFTER_REPORT"
            : "MODERATED_WITHOUT_REPORT";
      const of = ({ value, basis }: { value: string | null; basis: string }) => ({ value, basis });
      expect(action.ratings.delivery).toEqual({
        value: current?.value ?? null,
        basis: current?.basis ?? null,
        asAt: current ? `2019-01-0${current.day}` : null,
        explanation: { rule, entries: [...(moderated ? [of(moderated)] : []), ...(report ? [of(report)] : [])] },
      });
    }),
    { numRuns: 40 },
  );
});
