import { demonstrationDatabase, serve, type Service } from "../support/service";
import { operatorTransaction } from "../support/database";

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

interface Page {
  totalCount?: number;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  edges: { cursor: string; node: { id: string } }[];
}
type Ask = (args: string) => Promise<Page>;

const FIELDS = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }";

/** Every list of actions and of updates, by name: asks for a page of it with these arguments. */
function lists(): [string, Ask][] {
  const health = service.as("wrenford-health-contributor");
  const partnership = 'partnership(slug: "wrenford")';
  const plan = `${partnership} { plan(slug: "safeguarding-2018-2020")`;
  const at =
    (open: string, path: string[], close: string): Ask =>
    async (args) => {
      const answer = await health.data<object>(`{ ${open}(${args}) { ${FIELDS} } ${close} }`);
      return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], answer) as Page;
    };
  return [
    ["everywhere", at("actions", ["actions"], "")],
    ["partnership", at(`${partnership} { actions`, ["partnership", "actions"], "}")],
    ["plan", at(`${plan} { actions`, ["partnership", "plan", "actions"], "} }")],
    ["agency", at("viewer { agency { actions", ["viewer", "agency", "actions"], "} }")],
  ];
}

/** All pages of a list joined, walked from one end. */
async function walked(ask: Ask, order: string, size: number, backwards: boolean): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 200; pages += 1) {
    const from: string = cursor === null ? "" : `${backwards ? "before" : "after"}: "${cursor}"`;
    const page = await ask(`${backwards ? "last" : "first"}: ${size} ${from} ${order}`);
    const found = page.edges.map(({ node }) => node.id);
    if (backwards) ids.unshift(...found);
    else ids.push(...found);
    expect([page.pageInfo.startCursor, page.pageInfo.endCursor]).toEqual([
      page.edges[0]?.cursor ?? null,
      page.edges.at(-1)?.cursor ?? null,
    ]);
    expect(backwards ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage).toBe(cursor !== null);
    const more = backwards ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage;
    if (!more) return ids;
    expect(found).toHaveLength(size);
    cursor = backwards ? page.pageInfo.startCursor : page.pageInfo.endCursor;
  }
  throw new Error("the walk does not end");
}

const orders = ["BY_WHEN", "REFERENCE"].flatMap((field) =>
  ["ASC", "DESC"].map((direction) => [field, direction] as const),
);

describe.each(orders)("in order of %s %s", (field, direction) => {
  const order = `orderBy: { field: ${field}, direction: ${direction} }`;
  test("pages joined are the whole list, forwards and backwards, in every list", async () => {
    for (const [name, ask] of lists()) {
      const whole = await walked(ask, order, 100, false);
      expect([name, (await ask(`first: 1 ${order}`)).totalCount]).toEqual([name, whole.length]);
      expect(new Set(whole).size).toBe(whole.length);
      expect(await walked(ask, order, 7, false)).toEqual(whole);
      expect(await walked(ask, order, 7, true)).toEqual(whole);
      const reverse = order.includes("ASC") ? order.replace("ASC", "DESC") : order.replace("DESC", "ASC");
      expect(await walked(ask, reverse, 100, false)).toEqual([...whole].reverse());
    }
  });

  test("a window between two cursors holds what lies between them", async () => {
    for (const [, ask] of lists()) {
      const whole = await ask(`first: 20 ${order}`);
      const [after, before] = [whole.edges[3]?.cursor, whole.edges[9]?.cursor];
      const between = whole.edges.slice(4, 9).map(({ node }) => node.id);
      const window = `after: "${after}" before: "${before}" ${order}`;
      expect((await ask(`first: 50 ${window}`)).edges.map(({ node }) => node.id)).toEqual(between);
      expect((await ask(`last: 50 ${window}`)).edges.map(({ node }) => node.id)).toEqual(between);
      expect((await ask(`first: 2 ${window}`)).edges.map(({ node }) => node.id)).toEqual(between.slice(0, 2));
      expect((await ask(`last: 2 ${window}`)).edges.map(({ node }) => node.id)).toEqual(between.slice(-2));
    }
  });
});

test("an action whose agency is named twice, or also by its collective, comes once and pages stay full", async () => {
  const { owner } = service.database;
  await owner.query(
    `insert into assignment (partnership_id, plan_id, action_id, agency_id, position, role)
     select s.partnership_id, s.plan_id, s.action_id, g.id, 50 + row_number() over (partition by s.action_id), 'CONTRIBUTOR'
     from assignment s join agency h on h.id = s.agency_id and h.name = 'Health' and h.partnership_id = (select id from partnership where slug = 'wrenford')
     join agency g on g.partnership_id = s.partnership_id and g.name = 'Wrenford Community Health Trust'
     cross join generate_series(1, 3)`,
  );
  for (const [field, direction] of orders) {
    const order = `orderBy: { field: ${field}, direction: ${direction} }`;
    const [, ask] = lists()[3] ?? ["", () => Promise.reject(new Error("no list"))];
    const whole = await walked(ask, order, 100, false);
    expect(new Set(whole).size).toBe(whole.length);
    expect((await ask(`first: 1 ${order}`)).totalCount).toBe(whole.length);
    for (const size of [1, 2, 5]) expect(await walked(ask, order, size, false)).toEqual(whole);
  }
});

test("rows that come between two pages neither repeat nor skip what was there", async () => {
  const [, ask] = lists()[2] ?? ["", () => Promise.reject(new Error("no list"))];
  const before = await walked(ask, "", 100, false);
  const first = await ask("first: 10");
  const [plan] = await service.database.owner.query<{ id: string; partnership_id: string }[]>(
    "select id, partnership_id from plan where slug = 'safeguarding-2018-2020'",
  );
  await operatorTransaction(service.database.app, plan?.partnership_id ?? null, async (runner) => {
    for (const reference of ["0.1", "5.1x", "99.1"]) {
      await runner.query(
        `insert into action (partnership_id, plan_id, reference, reference_order, title, by_when_text, by_when_kind)
         values ($1, $2, $3, lpad(split_part($3, '.', 1), 6, '0') || '.' || split_part($3, '.', 2), 'Came later', 'Ongoing', 'ONGOING')`,
        [plan?.partnership_id, plan?.id, reference],
      );
    }
  });
  const seen = first.edges.map(({ node }) => node.id);
  let cursor = first.pageInfo.endCursor;
  for (let more = true; more;) {
    const page = await ask(`first: 10 after: "${cursor}"`);
    seen.push(...page.edges.map(({ node }) => node.id));
    cursor = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => before.includes(id))).toEqual(before);
});

test("pages of updates and of an objective's actions keep to both cursors too", async () => {
  const officer = service.as("wrenford-officer");
  const updates = async (args: string) => {
    const found = await officer.data<{ actions: { nodes: { updates: Page }[] } }>(
      `{ actions(filter: { partnership: "wrenford", reference: ["3.1"] }, orderBy: { field: REFERENCE }) { nodes { updates(${args}) { ${FIELDS} } } } }`,
    );
    const longest = found.actions.nodes
      .map((node) => node.updates)
      .sort((a, b) => (b.totalCount ?? 0) - (a.totalCount ?? 0));
    if (!longest[0]) throw new Error("no updates");
    return longest[0];
  };
  const whole = await updates("first: 100");
  const ids = whole.edges.map(({ node }) => node.id);
  expect(ids.length).toBe(4);
  const cursor = (index: number) => whole.edges[index]?.cursor;
  const idsOf = async (args: string) => (await updates(args)).edges.map(({ node }) => node.id);
  expect(await idsOf(`first: 10 after: "${cursor(0)}" before: "${cursor(3)}"`)).toEqual(ids.slice(1, 3));
  expect(await idsOf(`last: 1 before: "${cursor(3)}" after: "${cursor(0)}"`)).toEqual(ids.slice(2, 3));
  expect(await idsOf(`first: 10 before: "${cursor(1)}"`)).toEqual(ids.slice(0, 1));
  expect(await idsOf("last: 2")).toEqual(ids.slice(-2));
  expect((await updates(`first: 1 after: "${cursor(0)}"`)).totalCount).toBe(4);
});

test("cursors of another list, another order, garbage and tampered ones are refused by the argument's name", async () => {
  const all = new Map(lists());
  const cursorOf = async (name: string, order: string) =>
    (await all.get(name)?.(`first: 3 ${order}`))?.pageInfo.endCursor ?? "";
  const good = await cursorOf("partnership", "");
  const swapped = `${good.slice(0, 20)}${good[20] === "A" ? "B" : "A"}${good.slice(21)}`;
  const bad = [
    await cursorOf("everywhere", ""),
    await cursorOf("agency", ""),
    await cursorOf("plan", "orderBy: { field: BY_WHEN }"),
    await cursorOf("partnership", "orderBy: { field: REFERENCE }"),
    await cursorOf("partnership", "orderBy: { field: BY_WHEN, direction: DESC }"),
    swapped,
    good.slice(0, -1),
    `${good}=`,
    `${good.slice(0, 10)} ${good.slice(10)}`,
    "",
    "0",
    "YWN0aW9uOjE=",
    "x".repeat(50_000),
    "\u0000",
  ];
  const officer = service.as("wrenford-officer");
  const query =
    'query ($after: String, $before: String) { partnership(slug: "wrenford") { actions(first: 3, after: $after, before: $before) { edges { cursor } } } }';
  for (const cursor of bad) {
    expect([cursor.slice(0, 60), await officer.refusals(query, { after: cursor })]).toEqual([
      cursor.slice(0, 60),
      ["BAD_USER_INPUT after"],
    ]);
    expect(await officer.refusals(query, { before: cursor })).toEqual(["BAD_USER_INPUT before"]);
  }
  expect((await officer.ask(query, { after: good })).errors).toEqual([]);
  // opaque: nothing of the position can be read from it, in any usual encoding
  expect(Buffer.from(good, "base64url").toString("latin1")).not.toMatch(/201\d|000|actions/);
});

test("page sizes out of bounds are refused by name", async () => {
  const query = "query ($first: Int, $last: Int) { actions(first: $first, last: $last) { edges { cursor } } }";
  const officer = service.as("wrenford-officer");
  for (const size of [0, -1, 101, 2_147_483_647]) {
    expect(await officer.refusals(query, { first: size })).toEqual(["BAD_USER_INPUT first"]);
    expect(await officer.refusals(query, { last: size })).toEqual(["BAD_USER_INPUT last"]);
  }
  expect(await officer.refusals(query, { first: 1, last: 1 })).toEqual(["BAD_USER_INPUT last"]);
  for (const size of [1.5, "3", 2_147_483_648])
    expect(await officer.refusals(query, { first: size })).toEqual(["BAD_USER_INPUT"]);
  for (const size of [1, 100]) expect((await officer.ask(query, { first: size })).errors).toEqual([]);
});
