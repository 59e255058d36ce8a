import fc from "fast-check";
import type { EntityManager } from "typeorm";
import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { grant } from "../support/enrol";
import { serve, type Service } from "../support/service";
import { demonstrationOfWriters, POLICE } from "../support/writes";

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

/** The police lead it; its by-when is 30 April 2019. */
const ACTION = "7.1b";

type Colour = "RED" | "AMBER" | "GREEN" | null;
/** Something that is known of the action, `at` days after 1 October 2018. */
type Known =
  | { kind: "rating"; at: number; value: Colour; asAt?: number; dimension?: string; standing?: string }
  | { kind: "revision"; at: number; later: boolean; state?: string }
  | { kind: "update"; at: number; state: string; words: boolean; acceptedAfter?: number };

const moment = (days: number) => new Date(Date.UTC(2018, 9, 1, 12) + days * 86_400_000).toISOString();
const dayOf = (days: number) => moment(days).slice(0, 10);

/** An update that says nothing, such as a rating that does not stand was submitted with. */
async function submitted(manager: EntityManager, index: number): Promise<string | undefined> {
  const [update] = await manager.query<{ id: string }[]>(
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, version, state)
     select a.partnership_id, a.id, g.id, $2, 1, 'SUBMITTED' from action a join agency g on g.name = $3 where a.id = $1 returning id`,
    [actions[ACTION], `2016-01-${String(index + 1).padStart(2, "0")}`, POLICE],
  );
  return update?.id;
}

/** Puts these in the place of everything that was known of the action. */
async function know(known: readonly Known[], status: string | null = "IN_PROGRESS"): Promise<void> {
  const id = actions[ACTION];
  await database.owner.transaction(async (manager) => {
    for (const table of ["rating", "date_revision", "progress_update"])
      await manager.query(`delete from ${table} where action_id = $1`, [id]);
    await manager.query("update action set status = $2 where id = $1", [id, status]);
    for (const [index, one] of known.entries()) {
      if (one.kind === "rating")
        await manager.query(
          `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at, standing, update_id)
           select a.partnership_id, a.id, (select s.id from rating_scheme s where s.plan_id = a.plan_id order by s.version desc limit 1), $2, $3, 'MODERATED', $4, $5, $6, $7
           from action a where a.id = $1`,
          [
            id,
            one.dimension ?? "DELIVERY",
            one.value,
            dayOf(one.asAt ?? one.at),
            moment(one.at),
            one.standing ?? "SHARED",
            one.standing === undefined ? null : await submitted(manager, index),
          ],
        );
      else if (one.kind === "revision") {
        const approved = (one.state ?? "APPROVED") === "APPROVED";
        await manager.query(
          `insert into date_revision (partnership_id, action_id, state, from_text, from_kind, from_end, to_text, to_kind, to_end, to_precision, reason, asked_by_agency_id, asked_by, asked_at, decided_by, decided_at, decision_reason)
           select a.partnership_id, a.id, $2, 'January 2019', 'DUE', '2019-01-31', 'moved', 'DUE', $3, 'DAY', 'Asked', g.id, l.id, $4, o.id, $4, 'Decided'
           from action a join agency g on g.name = $5 join person l on l.subject = 'police-lead' join person o on o.subject = 'wrenford-officer' where a.id = $1`,
          [id, approved ? "APPROVED" : "REFUSED", one.later ? "2019-04-30" : "2018-12-31", moment(one.at), POLICE],
        );
      } else
        await manager.query(
          `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, version, state, overall_progress, submitted_at, accepted_at, returned_reason)
           select a.partnership_id, a.id, g.id, $2, 1, $3, $4, $5, $6, 'x' from action a join agency g on g.name = $7 where a.id = $1`,
          [
            id,
            `2017-01-${String(index + 1).padStart(2, "0")}`,
            one.state,
            one.words ? "Done what was to be done" : " ",
            moment(one.at),
            one.state === "ACCEPTED" ? moment(one.at + (one.acceptedAfter ?? 0)) : null,
            POLICE,
          ],
        );
    }
  });
}

const QUERY = `query ($id: ID!) { action(id: $id) { ratings {
  delivery { value greenByRedating greenByRedatingReason redatedBy { state from { text } to { end } } }
  impact { greenByRedating greenByRedatingReason redatedBy { id } } } } }`;
interface Told {
  value: Colour;
  greenByRedating: boolean | null;
  greenByRedatingReason: string | null;
  redatedBy: object | null;
}
async function told(actor = "wrenford-officer"): Promise<{ delivery: Told; impact: Told }> {
  const { action } = await service.as(actor).data<{ action: { ratings: { delivery: Told; impact: Told } } }>(QUERY, {
    id: globalId("Action", actions[ACTION] ?? ""),
  });
  return action.ratings;
}
const flagged = async (known: readonly Known[], status?: string | null) => {
  await know(known, status);
  return (await told()).delivery.greenByRedating;
};
const rating = (at: number, value: Colour, more: object = {}): Known => ({ kind: "rating", at, value, ...more });
const moved = (at: number, later = true, state = "APPROVED"): Known => ({ kind: "revision", at, later, state });
const update = (at: number, state = "ACCEPTED", words = true, acceptedAfter = 0): Known => ({
  kind: "update",
  at,
  state,
  words,
  acceptedAfter,
});

test("it rose after the date moved, and nothing else explains it: flagged, with which move and why", async () => {
  await know([rating(10, "RED"), moved(20), rating(30, "GREEN")]);
  const expected = {
    value: "GREEN",
    greenByRedating: true,
    greenByRedatingReason:
      "It rose from RED to GREEN after the by-when was moved from January 2019 to moved on 21 October 2018, and no progress accepted since the rating before that explains it.",
    redatedBy: { state: "APPROVED", from: { text: "January 2019" }, to: { end: "2019-04-30" } },
  };
  // the same to everybody in the partnership
  for (const actor of ["wrenford-officer", "police-lead", "wrenford-housing-contributor", "wrenford-inspector"])
    expect([actor, await told(actor)]).toEqual([
      actor,
      { delivery: expected, impact: { greenByRedating: false, greenByRedatingReason: null, redatedBy: null } },
    ]);
});

test.each<[string, boolean, Known[]]>([
  ["red to amber is a rise too", true, [rating(10, "RED"), moved(20), rating(30, "AMBER")]],
  ["the same colour is none", false, [rating(10, "GREEN"), moved(20), rating(30, "GREEN")]],
  ["a fall is none", false, [rating(10, "GREEN"), moved(20), rating(30, "AMBER")]],
  ["not rated before is not worse", false, [rating(10, null), moved(20), rating(30, "GREEN")]],
  ["not rated now is not better", false, [rating(10, "RED"), moved(20), rating(30, null)]],
  ["no rating before", false, [moved(20), rating(30, "GREEN")]],
  ["no move", false, [rating(10, "RED"), rating(30, "GREEN")]],
  ["moved to an earlier day", false, [rating(10, "RED"), moved(20, false), rating(30, "GREEN")]],
  ["refused", false, [rating(10, "RED"), moved(20, true, "REFUSED"), rating(30, "GREEN")]],
  ["moved after the rise", false, [rating(10, "RED"), rating(30, "GREEN"), moved(40)]],
  ["moved before both", false, [moved(5), rating(10, "RED"), rating(30, "GREEN")]],
  ["an accepted update explains it", false, [rating(10, "RED"), moved(20), update(25), rating(30, "GREEN")]],
  ["one of before the move, too", false, [rating(10, "RED"), update(15), moved(20), rating(30, "GREEN")]],
  ["one of before the earlier rating does not", true, [update(5), rating(10, "RED"), moved(20), rating(30, "GREEN")]],
  ["one of after the rise does not", true, [rating(10, "RED"), moved(20), rating(30, "GREEN"), update(35)]],
  [
    "one without words does not",
    true,
    [rating(10, "RED"), moved(20), update(25, "ACCEPTED", false), rating(30, "GREEN")],
  ],
  ["one not accepted yet does not", true, [rating(10, "RED"), moved(20), update(25, "SUBMITTED"), rating(30, "GREEN")]],
  ["one returned does not", true, [rating(10, "RED"), moved(20), update(25, "RETURNED"), rating(30, "GREEN")]],
  [
    "one accepted after the rise does: it was submitted with it",
    false,
    [rating(10, "RED"), moved(20), update(30, "ACCEPTED", true, 5), rating(30, "GREEN")],
  ],
  [
    "an as-at day before the move hides nothing",
    true,
    [rating(10, "RED"), moved(20), rating(30, "GREEN", { asAt: 15 })],
  ],
  ["two steps after one move", true, [rating(10, "RED"), moved(20), rating(25, "AMBER"), rating(30, "GREEN")]],
  ["two moves", true, [rating(10, "RED"), moved(20), rating(25, "AMBER"), moved(27), rating(30, "AMBER")]],
  [
    "reaffirmed after progress",
    false,
    [rating(10, "RED"), moved(20), rating(30, "GREEN"), update(35), rating(40, "GREEN")],
  ],
  ["reaffirmed without", true, [rating(10, "RED"), moved(20), rating(30, "GREEN"), rating(40, "GREEN")]],
  [
    "withdrawn before the move: the one before it stood",
    false,
    [rating(5, "GREEN"), rating(10, "RED", { standing: "WITHDRAWN" }), moved(20), rating(30, "GREEN")],
  ],
  [
    "withdrawn before the move, though it was green",
    true,
    [rating(5, "RED"), rating(10, "GREEN", { standing: "WITHDRAWN" }), moved(20), rating(30, "GREEN")],
  ],
  [
    "all withdrawn before the move",
    false,
    [rating(10, "RED", { standing: "WITHDRAWN" }), moved(20), rating(30, "GREEN")],
  ],
  [
    "submitted before the move, and not shared",
    false,
    [rating(10, "RED", { standing: "SUBMITTED" }), moved(20), rating(30, "GREEN")],
  ],
  ["a rise that was withdrawn", false, [rating(10, "RED"), moved(20), rating(30, "GREEN", { standing: "WITHDRAWN" })]],
  [
    "an impact rating is no delivery rating",
    false,
    [rating(10, "RED", { dimension: "IMPACT" }), moved(20), rating(30, "GREEN")],
  ],
])("%s: %s", async (_what, expected, known) => {
  expect(await flagged(known)).toBe(expected);
});

test.each([
  ["COMPLETED", false],
  ["SIGNED_OFF", false],
  ["SUPERSEDED", false],
  ["NOT_STARTED", true],
  [null, true],
])("of an action that is %s: %s", async (status, expected) => {
  expect(await flagged([rating(10, "RED"), moved(20), rating(30, "GREEN")], status)).toBe(expected);
  await know([]);
});

const anything: fc.Arbitrary<Known> = fc.oneof(
  fc.record({
    kind: fc.constant("rating" as const),
    at: fc.integer({ min: 0, max: 90 }),
    value: fc.constantFrom<Colour>("RED", "AMBER", "GREEN", null),
  }),
  fc.record({ kind: fc.constant("revision" as const), at: fc.integer({ min: 0, max: 90 }), later: fc.boolean() }),
  fc.record({
    kind: fc.constant("update" as const),
    at: fc.integer({ min: 0, max: 90 }),
    state: fc.constantFrom("ACCEPTED", "SUBMITTED", "RETURNED"),
    words: fc.boolean(),
  }),
);
/** A rating, a later date and another rating, with anything else about them; no two things at one moment. */
const history = fc
  .tuple(
    fc.constantFrom<Colour>("RED", "AMBER", null),
    fc.constantFrom<Colour>("AMBER", "GREEN", "RED"),
    fc.uniqueArray(anything, { maxLength: 5, selector: ({ at }) => at }),
  )
  .map(([first, last, others]) => [rating(-0.5, first), moved(45.5), ...others, rating(90.5, last)]);

/** The rule read plainly, one rating and one move after the other. */
function plainly(known: readonly Known[]): boolean {
  const ratings = known.filter((one) => one.kind === "rating").sort((a, b) => a.at - b.at);
  const current = ratings.at(-1);
  const rank = (value: Colour) => (value === null ? Number.NaN : ["RED", "AMBER", "GREEN"].indexOf(value));
  return known.some((move) => {
    if (move.kind !== "revision" || !move.later || !current || move.at > current.at) return false;
    const before = ratings.filter(({ at }) => at < move.at).at(-1);
    if (!before || !(rank(current.value) > rank(before.value))) return false;
    return !known.some(
      (one) =>
        one.kind === "update" && one.state === "ACCEPTED" && one.words && one.at > before.at && one.at <= current.at,
    );
  });
}

test("it comes to the plain reading of the rule, and only the moves of a date raise it: any accepted update can only clear it", async () => {
  let raised = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.integer({ min: 91, max: 99 }), async (known, at) => {
      const now = await flagged(known);
      expect([known, now]).toEqual([known, plainly(known)]);
      if (now) raised += 1;
      // without its moves nothing is flagged; and more accepted progress never flags what was not
      expect(await flagged(known.filter(({ kind }) => kind !== "revision"))).toBe(false);
      const explained = await flagged([...known, update(at - 50.25)]);
      if (!now) expect([known, explained]).toEqual([known, false]);
    }),
    { numRuns: 40, endOnFailure: true },
  );
  expect(raised).toBeGreaterThan(3);
});

test("lists are filtered by it, and whoever may not read what it tells of is refused by name", async () => {
  const query = `query ($filter: ActionFilter) { partnership(slug: "wrenford") { actions(first: 100, filter: $filter) { totalCount nodes { reference } } } }`;
  const list = async (actor: string, greenByRedating: boolean) => {
    const { partnership } = await service
      .as(actor)
      .data<{ partnership: { actions: { totalCount: number; nodes: { reference: string }[] } } }>(query, {
        filter: { greenByRedating },
      });
    return partnership.actions;
  };
  await know([rating(10, "RED"), moved(20), rating(30, "GREEN")]);
  expect(await list("wrenford-housing-contributor", true)).toEqual({ totalCount: 1, nodes: [{ reference: ACTION }] });
  const others = await list("wrenford-officer", false);
  expect([others.totalCount, others.nodes.some(({ reference }) => reference === ACTION)]).toEqual([39, false]);
  const filter = { greenByRedating: true };
  expect(await service.as("coventry-officer").refusals(query, { filter })).toEqual([
    "FORBIDDEN filter.greenByRedating",
  ]);
  expect(await service.as(null).refusals(query, { filter })).toEqual(["FORBIDDEN filter.greenByRedating"]);
  for (const field of ["Rating.value", "Rating.greenByRedating", "Action.dateRevisions"]) {
    const id = await grant(database, { agency: POLICE, field, operation: "READ", effect: "DENY" });
    expect([field, await service.as("police-lead").refusals(query, { filter })]).toEqual([
      field,
      ["FORBIDDEN filter.greenByRedating"],
    ]);
    const { data } = await service.as("police-lead").ask<{ action: { ratings: { delivery: Told } } }>(QUERY, {
      id: globalId("Action", actions[ACTION] ?? ""),
    });
    expect([field, data?.action.ratings.delivery]).toMatchObject([
      field,
      { greenByRedating: null, greenByRedatingReason: null, redatedBy: null },
    ]);
    await database.owner.query("delete from field_grant where id = $1", [id]);
  }
  expect((await list("police-lead", true)).totalCount).toBe(1);
});

test("it takes no statement more, however many actions", async () => {
  const query = (first: number) =>
    `{ partnership(slug: "wrenford") { actions(first: ${first}) { nodes { ratings { delivery { greenByRedating redatedBy { id } } } } } } }`;
  const sent = async (first: number) => {
    service.statements();
    await service.as("wrenford-chair").data(query(first));
    return service.statements().length;
  };
  await sent(1);
  expect(await sent(40)).toBe(await sent(2));
});

test.each([
  ["stands", "2019-02-14T09:00:00Z"],
  ["steps back after the first rating", "2019-02-13T08:00:00Z"],
])("it is told where the clock %s", async (_what, then) => {
  await know([]);
  let now = new Date("2019-02-14T09:00:00Z");
  const here = await serve(database, { parts: { clock: { now: () => now, fixed: true } } });
  const does = async (name: string, type: string, input: object) => {
    const data = await here
      .as("wrenford-officer")
      .data<Record<string, { userErrors: object[] }>>(
        `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { message } } }`,
        { input: { action: globalId("Action", actions[ACTION] ?? ""), ...input } },
      );
    expect(data[name]?.userErrors).toEqual([]);
  };
  const rate = (value: string) =>
    does("addRating", "AddRatingInput", {
      dimension: "DELIVERY",
      value,
      asAt: "2019-02-12",
      rationale: "As we see it",
    });
  await rate("RED");
  now = new Date(then);
  await does("moveByWhen", "MoveByWhenInput", {
    to: `2019-0${then.includes("14") ? 8 : 9}-30`,
    reason: "Two posts are empty",
  });
  await rate("GREEN");
  await here.stop();
  expect((await told()).delivery).toMatchObject({
    value: "GREEN",
    greenByRedating: true,
    redatedBy: { state: "APPROVED" },
  });
});
