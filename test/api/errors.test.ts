import { isObjectType } from "graphql";
import { createTestDatabase } from "../support/database";
import { Client } from "../support/client";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { globalId } from "../../src/platform/graphql/ids";
import { RequestDatabase } from "../../src/platform/database/request-database";
import { asAdmin, testServer } from "../support/server";
import { untilIdle } from "../support/until";

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase(), {
    alter: (schema) => {
      const partnership = schema.getType("Partnership");
      if (!isObjectType(partnership)) throw new Error("no Partnership");
      const { label } = partnership.getFields();
      // a resolver that breaks as a driver would, for Coventry alone
      if (label)
        label.resolve = (row: { label: string }) => {
          if (row.label === "LSCB") throw new Error('select secret from "person" failed at /srv/app/src/x.ts:12');
          return row.label;
        };
    },
  });
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

test("foreign, absent, wrong-type, malformed and very long ids answer byte for byte alike", async () => {
  const hidden = await service.database.owner.query<{ kind: string; id: string }[]>(
    `select 'Action' as kind, a.id from action a join plan p on p.id = a.plan_id where p.slug = 'neglect-2019'
     union all select 'Plan', id from plan where slug = 'neglect-2019'
     union all select 'ProgressUpdate', id from progress_update where state = 'DRAFT'`,
  );
  const ids = [
    ...hidden.map(({ kind, id }) => globalId(kind, id)),
    globalId("Action", "00000000-0000-4000-8000-000000000000"),
    globalId("Theme", "00000000-0000-4000-8000-000000000000"),
    "",
    "1",
    "../../etc/passwd",
    "CA\u0000",
    "' or 1=1 --",
    "é".repeat(23),
    "A".repeat(23),
    "x".repeat(100_000),
  ];
  for (const actor of [null, "police-viewer", "wrenford-scrutiny"]) {
    const client = service.as(actor);
    for (const root of ["node", "action", "plan", "agency"]) {
      const texts = new Set<string>();
      for (const id of ids) texts.add((await client.ask(`query ($id: ID!) { ${root}(id: $id) { id } }`, { id })).text);
      expect([...texts]).toHaveLength(1);
      expect([...texts][0]).toContain('"NOT_FOUND"');
    }
    const texts = new Set<string>();
    for (const id of ids)
      texts.add((await client.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids: [id] })).text);
    expect([...texts]).toHaveLength(1);
  }
});

test("a partnership or plan that is unknown, hidden or impossible is not found, each alike", async () => {
  const anybody = service.as(null);
  const plan = 'query ($slug: String!) { partnership(slug: "wrenford") { plan(slug: $slug) { id } } }';
  const answers = await Promise.all(
    ["neglect-2019", "no-such-plan", "", "%", "x".repeat(5000)].map((slug) => anybody.ask(plan, { slug })),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers[0]?.errors[0]?.extensions.code).toBe("NOT_FOUND");
  expect(await anybody.refusals('{ partnership(slug: "nowhere") { id } }')).toEqual(["NOT_FOUND"]);
  expect(
    await anybody.refusals("query ($slug: String!) { partnership(slug: $slug) { id } }", { slug: "a\u0000b" }),
  ).toEqual(["BAD_USER_INPUT"]);
});

test("what breaks inside is masked, and logged once under the request's id", async () => {
  service.logged.length = 0;
  const answer = await service.as(null).ask('{ partnership(slug: "coventry") { label } }');
  expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(["INTERNAL"]);
  expect(answer.text).not.toMatch(/secret|person|srv|\.ts|stack/);
  const requestId = answer.errors[0]?.extensions.requestId ?? "none";
  expect(answer.headers.get("x-request-id")).toBe(requestId);
  expect(service.logged.filter((line) => line.includes(requestId) && line.includes("secret from"))).toHaveLength(1);
});

test("mistakes in the operation are told without names of the schema", async () => {
  const ask = async (query: string, variables?: object) => {
    const { errors, text } = await service.as(null).ask(query, variables);
    expect(text).not.toMatch(/did you mean/i);
    return errors[0]?.extensions.code;
  };
  expect(await ask('{ partnership(slug: "coventry" {')).toBe("GRAPHQL_PARSE_FAILED");
  expect(await ask('{ partnershp(slug: "coventry") { id } }')).toBe("GRAPHQL_VALIDATION_FAILED");
  expect(await ask("{ actions(filtr: {}) { totalCount } }")).toBe("GRAPHQL_VALIDATION_FAILED");
  expect(await ask("{ actions(filter: { statu: {} }) { totalCount } }")).toBe("GRAPHQL_VALIDATION_FAILED");
  const variable = "query ($filter: ActionFilter) { actions(filter: $filter) { totalCount } }";
  expect(await ask(variable, { filter: { deliveryRatng: {} } })).toBe("BAD_USER_INPUT");
  expect(await ask(variable, { filter: { byWhenKind: ["ONGOIN"] } })).toBe("BAD_USER_INPUT");
  expect(await ask("query A { viewer { label } } query B { viewer { label } }")).toBe("OPERATION_RESOLUTION_FAILURE");
  expect(await ask(`{ ${"a ".repeat(20_000)} }`)).toBe("COST_LIMIT_EXCEEDED");
  expect(await ask("fragment A on Query { ...B } fragment B on Query { ...A } { ...A }")).toBe(
    "GRAPHQL_VALIDATION_FAILED",
  );
});

test("two hundred failing and abandoned requests leave every connection free", async () => {
  const officer = service.as("wrenford-officer");
  const { authorization } = (await officer.authorization()) as { authorization: string };
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      if (index % 4 === 0)
        return officer.ask(
          '{ partnership(slug: "coventry") { label agencies { actions(first: 100) { nodes { updates { nodes { id } } } } } } }',
        );
      if (index % 4 === 1)
        return officer.ask(
          '{ actions(first: 0) { totalCount } partnership(slug: "wrenford") { agencies { actions { totalCount } } } }',
        );
      if (index % 4 === 2) return officer.ask("{ nothing }");
      const abort = new AbortController();
      const asked = fetch(officer.url, {
        method: "POST",
        signal: abort.signal,
        headers: { "content-type": "application/json", authorization },
        body: JSON.stringify({ query: "{ actions(first: 100) { nodes { id updates { nodes { id } } } } }" }),
      });
      setTimeout(() => abort.abort(), index % 13);
      return asked.catch(() => undefined);
    }),
  );
  const answers = await Promise.all(Array.from({ length: 12 }, () => officer.ask("{ viewer { label } }")));
  expect(answers.every(({ errors }) => errors.length === 0)).toBe(true);
  await untilIdle(service.database.app);
});

test("a request that has ended opens nothing more, and tells nobody: who would hear it is gone", async () => {
  const sent: string[] = [];
  const request = new RequestDatabase(service.database.app, null, new Date(), (text) => sent.push(text));
  await request.query("select 1");
  const ended = request.end();
  const late: Promise<unknown>[] = [request.query("select 2")];
  await ended;
  late.push(request.query("select 3"), request.enter());
  const heard = late.map((one) => one.finally(() => sent.push("heard")));
  await Promise.race([...heard, new Promise((resolve) => setTimeout(resolve, 100))]);
  expect(sent.slice(2)).toEqual(["select 1", "commit"]);
});

test("the database goes away and comes back: 503, the process alive, and then answers again", async () => {
  const database = await createTestDatabase();
  const own = await serve(database);
  const { admin } = testServer();
  const name =
    "url" in database.connection ? new URL(database.connection.url).pathname.slice(1) : database.connection.database;
  try {
    const anybody = new Client(`${own.address}/graphql`, null);
    const query = "{ actions(first: 1) { totalCount } }";
    expect((await anybody.ask(query)).status).toBe(200);
    // lost between two statements of a request
    const held = new RequestDatabase(database.app, null, new Date());
    await held.query("select 1");
    await asAdmin(admin, (db) => db.query(`alter database ${name} with allow_connections false`));
    await asAdmin(admin, (db) =>
      db.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(held.query("select 1")).rejects.toThrow("cannot reach its database");
    await held.end();
    for (let index = 0; index < 5; index += 1) {
      const { status, errors, headers, text } = await anybody.ask(query);
      expect([status, errors[0]?.extensions.code, headers.get("retry-after")]).toEqual([503, "UNAVAILABLE", "10"]);
      expect(text).not.toContain(name);
    }
    expect([(await fetch(`${own.address}/healthz`)).status, (await fetch(`${own.address}/readyz`)).status]).toEqual([
      200, 503,
    ]);
    await asAdmin(admin, (db) => db.query(`alter database ${name} with allow_connections true`));
    expect((await anybody.ask(query)).status).toBe(200);
    expect((await fetch(`${own.address}/readyz`)).status).toBe(200);
  } finally {
    await own.stop();
    await asAdmin(admin, (db) => db.query(`alter database ${name} with allow_connections true`));
    await database.drop();
  }
});
