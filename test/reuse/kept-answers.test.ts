import { fixedClock } from "../../src/platform/clock";
import type { TestDatabase } from "../support/database";
import { enrol, serviceAccount } from "../support/enrol";
import { demonstrationDatabase, NOW, serve, type Service } from "../support/service";
import { asking, BOARD, EVERYWHERE, get, keeps, MINE, post, reuses } from "./asking";
import { until } from "../support/until";

let database: TestDatabase;
let service: Service;
const started: Service[] = [];
const at = async (parts: Parameters<typeof serve>[1]) => {
  const one = await serve(database, parts);
  started.push(one);
  return one;
};
beforeAll(async () => {
  database = await demonstrationDatabase();
  service = await at({});
});
afterAll(async () => {
  for (const one of started) await one.stop();
  await database.drop();
});

const HEALTH = "wrenford-health-contributor";
const health = () => service.as(HEALTH);
const first = (size: number) => ({ first: size });

describe("an unchanged poll", () => {
  test.each([
    ["the caller's own", HEALTH, MINE, first(10)],
    ["a partnership by its default", HEALTH, BOARD, {}],
    ["a partnership by variable", "wrenford-officer", BOARD, { slug: "coventry" }],
    ["anything", "wrenford-scrutiny", EVERYWHERE, {}],
    ["the public's", null, BOARD, { slug: "coventry" }],
  ])("of %s is one round trip of three statements, and the same text", async (_what, actor, query, variables) => {
    expect(await keeps(service, service.as(actor), query, variables)).toBe(true);
  });

  test("by a service account too, whose token's use is noted", async () => {
    const feed = await serviceAccount(service, "feed", {
      agency: "Wrenshire Constabulary",
      actsFor: "AGENCY_VIEWER",
      scopes: ["READ_PLAN", "READ_REPORTING", "READ_INDICATORS"],
    });
    const lastUse = async () =>
      (await database.owner.query<{ at: Date | null }[]>("select max(last_used_at) as at from service_token"))[0]?.at;
    await feed.ask(BOARD);
    await until("a last use", lastUse);
    expect(await lastUse()).toEqual(NOW);
    await database.owner.query("update service_token set last_used_at = null");
    expect(await reuses(service, feed, BOARD)).toBe(true);
    await until("a last use", lastUse);
    expect(await lastUse()).toEqual(NOW);
  });

  test("keeps a request id of its own, and what was withheld is told again", async () => {
    const one = await health().ask(MINE, first(9));
    const two = await health().ask(MINE, first(9));
    expect(two.headers.get("x-request-id")).not.toBe(one.headers.get("x-request-id"));
    expect([two.text, two.redactions.length > 0]).toEqual([one.text, true]);
  });
});

describe("the same question", () => {
  const variables = { first: 7, filter: { overdue: true, status: { isNull: false } } };
  test("is the same whatever the order of the variables' keys, and with nothing said of extensions", async () => {
    await health().ask(MINE, variables);
    const turned = { filter: { status: { isNull: false }, overdue: true }, first: 7 };
    expect(await reuses(service, health(), MINE, turned)).toBe(true);
    const bare = asking(service, () => post(health(), { variables, extensions: {}, operationName: null, query: MINE }));
    expect((await bare).reused).toBe(true);
  });

  test.each<[string, object]>([
    ["other variables", { query: MINE, variables: { ...variables, first: 8 } }],
    ["a list in another order", { query: MINE, variables: { first: 7, filter: { reference: ["5.2", "3.1"] } } }],
    ["another text", { query: `${MINE} `, variables }],
    ["an operation's name", { query: MINE, variables, operationName: "Mine" }],
  ])("is another with %s", async (_what, body) => {
    await health().ask(MINE, variables);
    await health().ask(MINE, { first: 7, filter: { reference: ["3.1", "5.2"] } });
    expect((await asking(service, () => post(health(), body))).reused).toBe(false);
  });

  test("is another for another media type, and each has its own", async () => {
    const ask = (accept: string) => asking(service, () => post(health(), { query: BOARD }, { accept }));
    const [json, graphql] = ["application/json", "application/graphql-response+json"] as const;
    await ask(json);
    expect((await ask(graphql)).reused).toBe(false);
    for (const accept of [json, graphql]) {
      const { answer, reused } = await ask(accept);
      expect([reused, answer.headers.get("content-type")]).toEqual([true, `${accept}; charset=utf-8`]);
    }
  });

  test("two operations in one document are two questions", async () => {
    const both =
      'query A { partnership(slug: "wrenford") { name } } query B { partnership(slug: "coventry") { name } }';
    const ask = (operationName?: string) => post(health(), { query: both, operationName });
    const [a, b] = [await ask("A"), await ask("B")];
    expect([a.text === b.text, (await ask("A")).text, (await ask("B")).text]).toEqual([false, a.text, b.text]);
    expect((await ask()).errors).toHaveLength(1);
  });

  test("asked by somebody else is answered for them", async () => {
    const query = `{ partnership(slug: "wrenford") { actions(first: 50) { nodes { reference latestUpdate { impactNarrative riskNote } } } } }`;
    const actors = [HEALTH, "wrenford-police-viewer", "wrenford-schools-lead", "wrenford-officer", null];
    const fresh = await at({ parts: { keptAnswers: 0 } });
    const texts = new Set<string>();
    for (const round of [1, 2])
      for (const actor of actors) {
        const { answer, reused } = await asking(service, () => service.as(actor).ask(query));
        expect([round, actor, reused]).toEqual([round, actor, round === 2]);
        expect(answer.text).toBe((await fresh.as(actor).ask(query)).text);
        texts.add(answer.text);
      }
    expect(texts.size).toBe(actors.length);
  });
});

describe("what is never kept", () => {
  test.each([
    ["a mutation", HEALTH, `mutation { withdrawInvitation(input: { invitation: "x" }) { userErrors { code } } }`],
    ["an answer with errors", HEALTH, `{ viewer { agency { name } } node(id: "none") { id } }`],
    ["a mistake", HEALTH, "{ nothing }"],
    ["the schema", HEALTH, "{ __schema { queryType { name } } viewer { agency { name } } }"],
    ["memberships", HEALTH, "{ viewer { agency { name } memberships { role validTo } } }"],
    ["grants", "wrenford-officer", `{ partnership(slug: "wrenford") { fieldGrants(first: 5) { nodes { inForce } } } }`],
    [
      "tokens",
      "wrenford-officer",
      `{ partnership(slug: "wrenford") { name serviceAccounts { tokens { lastUsedAt } } } }`,
    ],
    [
      "what is behind a fragment",
      "wrenford-officer",
      `query { ...q } fragment q on Query { partnership(slug: "wrenford") { ...p } } fragment p on Partnership { fieldGrants(first: 5) { nodes { id } } }`,
    ],
    [
      "an invitation by its id",
      "wrenford-officer",
      `{ partnership(slug: "wrenford") { name } nodes(ids: []) { id ... on Invitation { state } } }`,
    ],
  ])("%s", async (_what, actor, query) => {
    await service.as(actor).ask(query);
    expect(await reuses(service, service.as(actor), query)).toBe(false);
  });

  test("anything while a restricted record is open to the caller; once that is over, answers are kept again", async () => {
    await enrol(database, "opening-officer", [{ role: "PARTNERSHIP_OFFICER" }]);
    const officer = service.as("opening-officer");
    expect(await keeps(service, officer, BOARD)).toBe(true);
    await database.owner.query(
      `insert into record_opening (partnership_id, action_id, agency_id, opened_by, reason, opened_at, opened_until)
       select a.partnership_id, a.id, g.id, p.id, 'a reason that is long enough to be one', $1::timestamptz, $1::timestamptz + interval '3 hours'
       from action a join agency g on g.partnership_id = a.partnership_id, person p where a.reference = '5.2' and g.name = 'Wrenshire Constabulary' and p.subject = 'opening-officer' limit 1`,
      [NOW.toISOString()],
    );
    expect(await keeps(service, officer, BOARD)).toBe(false);
    expect(await keeps(service, service.as("wrenford-officer"), BOARD)).toBe(true);
    const later = await at({ now: new Date(NOW.getTime() + 3 * 3_600_000) });
    expect(await keeps(later, later.as("opening-officer"), BOARD)).toBe(true);
  });

  test("anything where it is switched off", async () => {
    const off = await at({ parts: { keptAnswers: 0 } });
    expect(await keeps(off, off.as(HEALTH), BOARD)).toBe(false);
    expect((await off.as(HEALTH).ask(BOARD)).headers.get("cache-control")).toBe("private, no-store");
  });
});

describe("by GET", () => {
  const search = { query: BOARD, variables: JSON.stringify({ slug: "wrenford" }) };
  test("an answer has a tag, is the caller's own to keep, and 304 says that it still holds", async () => {
    const whole = await get(health(), search);
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect([whole.status, whole.headers.get("cache-control")]).toEqual([200, "private, no-cache"]);
    expect(whole.headers.get("vary")?.toLowerCase()).toContain("authorization, accept");
    const again = {
      "apollo-require-preflight": "1",
      "if-none-match": `"other", ${etag}`,
      "cache-control": "max-age=0", // otherwise this client says that it wants the whole
    };
    const { answer, reused } = await asking(service, () => get(health(), search, again));
    expect([answer.status, answer.text, reused, answer.headers.get("etag")]).toEqual([304, "", true, etag]);
    // computed anew, it is still the same
    const fresh = await at({});
    expect((await get(fresh.as(HEALTH), search, again)).status).toBe(304);
    expect((await get(health(), search, { ...again, "if-none-match": '"other"' })).text).toBe(whole.text);
    await database.owner.query("update partnership set label = label || '!' where slug = 'wrenford'");
    expect((await get(health(), search, again)).status).toBe(304); // changed, and nothing of this answer
    await database.owner.query("update partnership set cadence_months = 2 where slug = 'wrenford'");
    const changed = await get(health(), search, again);
    expect([changed.status, changed.headers.get("etag") === etag]).toEqual([200, false]);
  });

  test("what keeps forged requests out still does, with an answer kept", async () => {
    expect((await get(health(), search)).status).toBe(200);
    expect((await asking(service, () => get(health(), search))).reused).toBe(true);
    expect((await get(health(), search, {})).status).toBe(400);
    const odd = { "apollo-require-preflight": "1", "content-type": "text/plain" };
    expect((await get(health(), search, odd)).status).toBe(415);
    const twice = `${health().url}?${new URLSearchParams(search).toString()}&query=%7B__typename%7D`;
    const headers = { "apollo-require-preflight": "1", ...(await health().authorization()) };
    expect((await fetch(twice, { headers })).status).toBe(400);
    expect((await get(health(), { ...search, variables: "{" })).status).toBe(400);
    expect((await get(health(), { query: BOARD })).status).toBe(200);
    expect((await get(health(), { query: BOARD, variables: "null" })).status).toBe(400);
  });

  test("a token that does not hold gets nothing that was kept, and no limit is passed by", async () => {
    await health().ask(BOARD);
    const refused = await fetch(health().url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer a.b.c" },
      body: JSON.stringify({ query: BOARD }),
    });
    expect(refused.status).toBe(401);
    expect((await service.as("nobody-here").ask(BOARD)).status).toBe(401);
  });
});

test("an answer does not outlive the London day", async () => {
  let now = new Date("2019-07-10T22:59:59Z");
  const clock = { ...fixedClock(now), now: () => now };
  const late = await at({ parts: { clock } });
  const query = `{ partnership(slug: "wrenford") { plans { totals { overdue stale } } } }`;
  expect(await keeps(late, late.as(HEALTH), query)).toBe(true);
  now = new Date("2019-07-10T23:00:00Z"); // midnight, by summer time
  expect(await reuses(late, late.as(HEALTH), query)).toBe(false);
  expect(await reuses(late, late.as(HEALTH), query)).toBe(true);
});

test("a change in another partnership leaves the caller's own answers as they are", async () => {
  for (const [query, kept] of [
    [MINE, true],
    [BOARD, true],
    [EVERYWHERE, false],
  ] as const) {
    const variables = query === MINE ? first(6) : {};
    await health().ask(query, variables);
    await database.owner.query(
      "update plan set title = title where partnership_id = (select id from partnership where slug = 'coventry')",
    );
    expect([query.slice(0, 20), await reuses(service, health(), query, variables)]).toEqual([query.slice(0, 20), kept]);
  }
});

test("while the database is away, the answer says so; afterwards it is answered again", async () => {
  const lost = await at({});
  await lost.as(HEALTH).ask(BOARD);
  await database.owner.query("alter function app.stamp(jsonb, text[], boolean, timestamptz) rename to stamped");
  try {
    expect((await lost.as(HEALTH).ask(BOARD)).errors[0]?.extensions.code).toBe("INTERNAL");
  } finally {
    await database.owner.query("alter function app.stamped(jsonb, text[], boolean, timestamptz) rename to stamp");
  }
  expect(await keeps(lost, lost.as(HEALTH), BOARD)).toBe(true);
});
