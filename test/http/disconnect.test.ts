import type { DataSource, QueryRunner } from "typeorm";
import { entities } from "../../src/domains/entities";
import { dataSourceFor } from "../../src/platform/database/data-source";
import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let database: TestDatabase;
let app: DataSource;
let service: Service;
let blocker: QueryRunner;
/** Each request is to reach the database: no answer is given again. */
const COMPUTING = { parts: { keptAnswers: 0 } };
beforeAll(async () => {
  database = await demonstrationDatabase();
  app = await dataSourceFor(database.connection, {
    asAppRole: true,
    entities,
    poolSize: 4,
    applicationName: "the service under test",
  }).initialize();
  service = await serve({ ...database, app }, COMPUTING);
});
afterAll(async () => {
  await service.stop();
  await app.destroy();
  await database.drop();
});
beforeEach(async () => {
  blocker = database.owner.createQueryRunner();
  await blocker.startTransaction();
});
afterEach(async () => {
  if (blocker.isTransactionActive) await blocker.rollbackTransaction();
  await blocker.release();
});

interface Backend {
  pid: number;
  state: string;
  waiting: boolean;
}
/** Connections of the service: what each does, and whether it waits for a lock. */
const backends = () =>
  database.owner.query<Backend[]>(
    `select pid, state, wait_event_type is not distinct from 'Lock' as waiting from pg_stat_activity
     where datname = current_database() and application_name = 'the service under test' order by pid`,
  );
const until = async (what: string, holds: (all: Backend[]) => boolean): Promise<Backend[]> => {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const all = await backends();
    if (holds(all)) return all;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never: ${what}; ${JSON.stringify(await backends())}`);
};
const pool = () => (app.driver as unknown as { master: { totalCount: number; idleCount: number } }).master;
const settled = (all: Backend[]) =>
  all.every(({ state, waiting }) => state === "idle" && !waiting) && pool().idleCount === pool().totalCount;

async function ask(query: string, variables: object = {}, actor: string | null = "wrenford-officer") {
  const abort = new AbortController();
  const { url } = service.as(actor);
  const answered = fetch(url, {
    method: "POST",
    signal: abort.signal,
    headers: { "content-type": "application/json", ...(await service.as(actor).authorization()) },
    body: JSON.stringify({ query, variables }),
  }).then(
    (response) => response.status,
    () => "gone",
  );
  return { answered, leave: () => abort.abort() };
}
const LIST = "{ actions(first: 3) { nodes { id } } }";

describe("case 24: a caller who leaves takes the SQL along", () => {
  test("the statement that a request waits for is cancelled, and its connection serves the next request", async () => {
    await service.as("wrenford-officer").data(LIST);
    const before = (await backends()).map(({ pid }) => pid);
    await blocker.query("lock table action in access exclusive mode");
    const request = await ask(LIST);
    await until("the statement waits", (all) => all.some(({ waiting }) => waiting));
    request.leave();
    expect(await request.answered).toBe("gone");
    const after = await until("nothing is active, though the lock is held", settled);
    await blocker.rollbackTransaction();
    expect(after.map(({ pid }) => pid)).toEqual(before);
    await service.as("wrenford-officer").data(LIST);
    expect((await backends()).map(({ pid }) => pid)).toEqual(before);
    expect(service.logged).toEqual([]);
  });

  test("fifty who leave, most of them while they wait for a connection, leak none", async () => {
    await blocker.query("lock table action in access exclusive mode");
    const requests = await Promise.all(
      Array.from({ length: 50 }, (_, i) => ask(LIST, {}, i % 2 ? "wrenford-officer" : null)),
    );
    await until("all connections wait", (all) => all.filter(({ waiting }) => waiting).length === 4);
    for (const { leave } of requests) leave();
    expect(new Set(await Promise.all(requests.map(({ answered }) => answered)))).toEqual(new Set(["gone"]));
    await until("nothing is active", settled);
    await blocker.rollbackTransaction();
    expect(pool().totalCount).toBeLessThanOrEqual(4);
    const answers = await Promise.all(Array.from({ length: 12 }, () => service.as("wrenford-officer").ask(LIST)));
    expect(answers.map(({ errors }) => errors)).toEqual(answers.map(() => []));
    await until("all connections are idle", settled);
  });

  const IMPORT = "mutation ($input: ImportPlanInput!) { importPlan(input: $input) { userErrors { code message } } }";
  const importing = async (reference: string) => {
    const [plan] = await database.owner.query<{ id: string }[]>(
      "select id from plan where slug = 'safeguarding-2018-2020'",
    );
    const text = `Ref,Action,Lead,By when\n${reference},Tried while leaving,Wrenshire Constabulary,31 March 2020\n`;
    return {
      input: {
        plan: globalId("Plan", plan?.id ?? ""),
        fileName: "a.csv",
        content: Buffer.from(text).toString("base64"),
      },
    };
  };
  const written = async (reference: string) =>
    (
      await database.owner.query<{ count: number }[]>("select count(*) as count from action where reference = $1", [
        reference,
      ])
    )[0]?.count;

  test("a mutation in the midst of its statements is undone as a whole", async () => {
    // the import's last statements are held up, so that rows of it are written before the caller leaves
    await blocker.query("lock table import_row in access exclusive mode");
    const request = await ask(IMPORT, await importing("X.1"));
    await until("the mutation waits", (all) => all.some(({ waiting }) => waiting));
    request.leave();
    await until("nothing is active", settled);
    await blocker.rollbackTransaction();
    expect(await written("X.1")).toBe(0);
  });

  test("a mutation that is committing is committed as a whole", async () => {
    await database.owner.query(
      `create function slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$`,
    );
    await database.owner.query(
      `create constraint trigger slow_commit after insert on action deferrable initially deferred for each row execute function slow_commit()`,
    );
    try {
      const request = await ask(IMPORT, await importing("X.2"));
      for (let waiting = true; waiting;) {
        const [row] = await database.owner.query<{ committing: boolean }[]>(
          "select exists (select from pg_stat_activity where datname = current_database() and query = 'commit' and state = 'active' and wait_event = 'PgSleep') as committing",
        );
        waiting = !row?.committing;
      }
      request.leave();
      await until("nothing is active", settled);
      expect(await written("X.2")).toBe(1);
    } finally {
      await database.owner.query("drop function slow_commit cascade");
    }
  });
});

test("case 24: a statement that takes longer than STATEMENT_TIMEOUT_MS is given up with a typed error", async () => {
  const hurried = await dataSourceFor(database.connection, {
    asAppRole: true,
    entities,
    poolSize: 2,
    statementTimeoutMs: 200,
  }).initialize();
  const own = await serve({ ...database, app: hurried }, COMPUTING);
  try {
    await blocker.query("lock table action in access exclusive mode");
    const { status, errors, headers } = await own.as("wrenford-officer").ask(LIST);
    expect([status, headers.get("retry-after")]).toEqual([503, "10"]);
    expect(errors[0]).toMatchObject({
      message: "This took too long and was given up. Nothing was changed; ask for less at once.",
      extensions: { code: "UNAVAILABLE" },
    });
    await blocker.rollbackTransaction();
    expect((await own.as("wrenford-officer").ask(LIST)).errors).toEqual([]);
  } finally {
    await own.stop();
    await hurried.destroy();
  }
});
