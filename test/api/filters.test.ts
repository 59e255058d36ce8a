import { demonstrationDatabase, serve, type Service } from "../support/service";
import { cell, read } from "../exchange/demonstration-files";

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

interface Found {
  reference: string;
  overdue: boolean | null;
  stale: boolean | null;
  divergent: boolean | null;
  byWhen: { kind: string; slippageWorkingDays: number | null; end: string | null };
  leadAgency: { id: string; name: string } | null;
}
const NODES = "reference overdue stale divergent byWhen { kind end slippageWorkingDays } leadAgency { id name }";
const QUERY = `query ($filter: ActionFilter, $plan: String!) { partnership(slug: "wrenford") { plan(slug: $plan) { actions(first: 100, filter: $filter) { totalCount nodes { ${NODES} } } } } }`;
const PLAN = "safeguarding-2018-2020";
interface Answered {
  partnership: { plan: { actions: { totalCount: number; nodes: Found[] } } };
}
async function found(filter: object, actor: string | null = "wrenford-officer"): Promise<Found[]> {
  const { actions } = (await service.as(actor).data<Answered>(QUERY, { filter, plan: PLAN })).partnership.plan;
  expect(actions.totalCount).toBe(actions.nodes.length);
  return actions.nodes;
}
const references = async (filter: object) => (await found(filter)).map(({ reference }) => reference);
const refused = (filter: object, actor: string | null = "wrenford-officer") =>
  service.as(actor).refusals(QUERY, { filter, plan: PLAN });

/** The rows of the file itself, and the current rating of each as its history has it. */
const rows = read("wrenford/actions/safeguarding-2018-2020.csv");
const ratings = read("wrenford/ratings.csv").filter(({ plan }) => plan === PLAN);
function current(reference: string, dimension: string) {
  return ratings
    .filter((row) => row.reference === reference && row.dimension === dimension)
    .sort((a, b) =>
      `${cell(a, "as_at")}${cell(a, "recorded_at")}` < `${cell(b, "as_at")}${cell(b, "recorded_at")}` ? 1 : -1,
    )[0];
}
const all = () => rows.map((row) => cell(row, "No."));
const where = (holds: (reference: string, row: Record<string, string>) => boolean) =>
  rows.filter((row) => holds(cell(row, "No."), row)).map((row) => cell(row, "No."));
const same = async (filter: object, expected: string[]) =>
  expect((await references(filter)).sort()).toEqual([...expected].sort());

test("ratings, statuses and kinds match what the files say, and null means not rated", async () => {
  await same(
    { status: { in: ["COMPLETED", "SIGNED_OFF"] } },
    where((_, row) => ["COMPLETED", "SIGNED_OFF"].includes(cell(row, "Status"))),
  );
  await same({ status: { isNull: true } }, []);
  await same({ status: { isNull: false } }, all());
  for (const value of ["RED", "AMBER", "GREEN"]) {
    await same(
      { deliveryRating: { in: [value] } },
      where((reference) => current(reference, "DELIVERY")?.value === value),
    );
    await same(
      { impactRating: { in: [value], isNull: false } },
      where((reference) => current(reference, "IMPACT")?.value === value),
    );
  }
  await same(
    { deliveryRating: { isNull: true } },
    where((reference) => !current(reference, "DELIVERY")?.value),
  );
  await same(
    { impactRating: { isNull: false } },
    where((reference) => Boolean(current(reference, "IMPACT")?.value)),
  );
  await same({ byWhenKind: ["ONGOING"] }, ["1.3", "5.3", "11.2"]);
  await same({ reference: ["7.1a", "12.3", "nowhere"] }, ["7.1a", "12.3"]);
});

test("derived facts of Wrenford, at nine in the morning of 14 February 2019", async () => {
  const facts = new Map((await found({})).map((row) => [row.reference, row]));
  const having = (holds: (row: Found) => boolean) =>
    [...facts.values()]
      .filter(holds)
      .map(({ reference }) => reference)
      .sort();
  // by-when passed, and neither completed, signed off nor superseded: read from the file by eye
  expect(having(({ overdue }) => overdue === true)).toEqual(
    ["1.2", "3.1", "4.1", "9.2"].concat(facts.get("8.1")?.overdue ? ["8.1"] : []).sort(),
  );
  await same(
    { overdue: true },
    having(({ overdue }) => overdue === true),
  );
  await same(
    { overdue: false },
    having(({ overdue }) => overdue === false),
  );
  expect(having(({ divergent }) => divergent === true)).toEqual(
    where(
      (reference) => current(reference, "DELIVERY")?.value === "GREEN" && current(reference, "IMPACT")?.value === "RED",
    ).sort(),
  );
  expect(facts.get("6.3")?.divergent).toBe(true);
  // three months after 30 September 2018 is before the clock, after 31 December 2018 is not
  const stale = where((reference, row) =>
    ["DELIVERY", "IMPACT"].some((dimension) => {
      const rating = current(reference, dimension);
      return (
        Boolean(rating?.value) &&
        cell(rating ?? {}, "as_at") <= "2018-11-13" &&
        !["SIGNED_OFF", "SUPERSEDED"].includes(cell(row, "Status"))
      );
    }),
  ).sort();
  expect(having((row) => row.stale === true)).toEqual(stale);
  expect(stale).toContain("1.3");
  await same({ stale: true }, stale);
  // working days counted by hand: October, November and December 2018 hold 23, 22 and 19; 31 July to 30 November 2018, 87
  expect(["1.2", "3.1", "1.1", "1.3"].map((reference) => facts.get(reference)?.byWhen.slippageWorkingDays)).toEqual([
    64,
    87,
    0,
    null,
  ]);
});

test("Coventry lost its record of completion: overdue cannot be told, and neither answer matches", async () => {
  const ask = async (overdue: boolean) =>
    (
      await service.as("coventry-officer").data<{
        actions: { nodes: { overdue: boolean | null; status: string | null; byWhen: { end: string | null } }[] };
      }>('query ($overdue: Boolean) { actions(first: 100, filter: { partnership: "coventry", overdue: $overdue }) { nodes { overdue status byWhen { end } } } }', { overdue })
    ).actions.nodes;
  expect(await ask(true)).toEqual([]);
  const untold = (await ask(false)).filter(
    ({ overdue, status, byWhen }) =>
      overdue !== false || (status === null && byWhen.end !== null && byWhen.end < "2019-02-14"),
  );
  expect(untold).toEqual([]);
});

test("dueBetween takes its days in, and never an ongoing or recurring action", async () => {
  const ends = new Map((await found({})).map(({ reference, byWhen }) => [reference, byWhen.end]));
  const within = (from: string, to: string) =>
    [...ends].filter(([, end]) => end !== null && end >= from && end <= to).map(([reference]) => reference);
  await same({ dueBetween: { from: "2018-12-31", to: "2019-01-31" } }, within("2018-12-31", "2019-01-31"));
  const wide = await found({ dueBetween: {} });
  expect(wide.every(({ byWhen }) => byWhen.kind === "DUE" || byWhen.kind === "RANGE")).toBe(true);
  expect(await refused({ dueBetween: { from: "2019-02-01", to: "2019-01-31" } })).toEqual([
    "BAD_USER_INPUT filter.dueBetween",
  ]);
  for (const day of ["2019-02-30", "2019-2-1", "01/02/2019", "0000-01-01", "", "2019-02-01T00:00:00Z", 20190201])
    expect([day, await refused({ dueBetween: { from: day } })]).toEqual([day, ["BAD_USER_INPUT"]]);
  await same(
    { dueBetween: { from: "0001-01-01", to: "9999-12-31" } },
    wide.map(({ reference }) => reference),
  );
});

test("leadAgency agrees with the field of that name, for every agency; involves follows collectives", async () => {
  const agencies = (
    await service
      .as("wrenford-officer")
      .data<{ partnership: { agencies: { id: string; name: string; actions: { nodes: { id: string }[] } }[] } }>(
        '{ partnership(slug: "wrenford") { agencies { id name actions(first: 100) { nodes { id } } } } }',
      )
  ).partnership.agencies;
  const every = await found({});
  for (const agency of agencies) {
    await same(
      { leadAgency: agency.id },
      every.filter(({ leadAgency }) => leadAgency?.id === agency.id).map(({ reference }) => reference),
    );
    const involved = await service
      .as("wrenford-officer")
      .data<{ actions: { nodes: { id: string }[] } }>(
        "query ($id: ID!) { actions(first: 100, filter: { involves: $id }) { nodes { id } } }",
        { id: agency.id },
      );
    expect([agency.name, involved.actions.nodes.map(({ id }) => id).sort()]).toEqual([
      agency.name,
      agency.actions.nodes.map(({ id }) => id).sort(),
    ]);
  }
});

test("search takes every character as itself", async () => {
  const { owner } = service.database;
  await owner.query(
    `update action set description = 'Ten 100% sure_things \\ "quoted" o''clock' where reference = '12.3'`,
  );
  for (const search of ["100% sure", "sure_t", '\\ "q', "o'clock", "ten 100% SURE"]) await same({ search }, ["12.3"]);
  for (const search of ["%%", "__", "\\\\", "'; drop table action; --", "(*[a-z]"]) await same({ search }, []);
  for (const search of ["", " ", "x", "y".repeat(101), "z".repeat(200_000)])
    expect(await refused({ search })).toEqual(["BAD_USER_INPUT filter.search"]);
  expect(await refused({ search: "ab\u0000cd" })).toEqual(["BAD_USER_INPUT"]);
});

test("impossible filters are refused by name", async () => {
  expect(await refused({ deliveryRating: { in: ["RED"], isNull: true } })).toEqual([
    "BAD_USER_INPUT filter.deliveryRating",
  ]);
  expect(await refused({ impactRating: { in: [] } })).toEqual(["BAD_USER_INPUT filter.impactRating.in"]);
  expect(await refused({ status: { in: ["COMPLETED"], isNull: true } })).toEqual(["BAD_USER_INPUT filter.status"]);
  expect(await refused({ status: { in: [] } })).toEqual(["BAD_USER_INPUT filter.status"]);
  expect(await refused({ reference: [] })).toEqual(["BAD_USER_INPUT filter.reference"]);
  expect(await refused({ reference: Array.from({ length: 201 }, String) })).toEqual([
    "BAD_USER_INPUT filter.reference",
  ]);
  expect(await refused({ partnership: "nowhere" })).toEqual(["BAD_USER_INPUT filter.partnership"]);
  const [agency] = (await found({})).flatMap(({ leadAgency }) => (leadAgency ? [leadAgency.id] : []));
  for (const name of ["plan", "theme", "objective", "finding"]) {
    expect(await refused({ [name]: agency })).toEqual([`BAD_USER_INPUT filter.${name}`]);
    expect(await refused({ [name]: "' or 1=1" })).toEqual([`BAD_USER_INPUT filter.${name}`]);
  }
  for (const filter of [{ deliveryRating: { in: ["BLUE"] } }, { overdue: "yes" }, { nothing: 1 }])
    expect(await refused(filter)).toEqual(["BAD_USER_INPUT"]);
});

test("a filter on what the caller may not read is refused by its name, everywhere", async () => {
  const filters = { deliveryRating: { in: ["RED"] }, impactRating: { isNull: true }, stale: true };
  for (const [name, value] of Object.entries(filters)) {
    for (const actor of [null, "police-viewer", "wrenford-scrutiny"])
      expect([actor, await refused({ [name]: value }, actor)]).toEqual([actor, [`FORBIDDEN filter.${name}`]]);
    expect(
      await service.as(null).refusals("query ($filter: ActionFilter) { actions(filter: $filter) { totalCount } }", {
        filter: { [name]: value },
      }),
    ).toEqual([`FORBIDDEN filter.${name}`]);
  }
  // somebody of another partnership is refused it here, and elsewhere finds its own partnership's actions alone
  const theirs =
    "query ($filter: ActionFilter) { actions(first: 100, filter: $filter) { nodes { plan { partnership { slug } } } } }";
  const rated = { deliveryRating: { isNull: true } };
  expect(await service.as("police-viewer").refusals(theirs, { filter: { ...rated, partnership: "wrenford" } })).toEqual(
    ["FORBIDDEN filter.deliveryRating"],
  );
  const mine = await service
    .as("police-viewer")
    .data<{ actions: { nodes: { plan: { partnership: { slug: string } } }[] } }>(theirs, { filter: rated });
  expect(new Set(mine.actions.nodes.map(({ plan }) => plan.partnership.slug))).toEqual(new Set(["coventry"]));
});
