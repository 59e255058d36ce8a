import { BusyError, RequestDatabase, UnknownOutcomeError } from "../../src/platform/database/request-database";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { NOW } from "../support/service";
import { until } from "../support/until";

/** Changes that get in each other's way, as PostgreSQL itself tells of them. */
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.owner.query(
    "create table tally (name text primary key, count int not null); grant select, insert, update on tally to golden_thread_app",
  );
});
afterAll(() => database.drop());
beforeEach(() => database.owner.query("truncate tally; insert into tally values ('one', 0), ('other', 0)"));

const opened = (onStatement?: (text: string) => void) => new RequestDatabase(database.app, null, NOW, onStatement);
const counts = async () => {
  const rows = await database.owner.query<{ name: string; count: number }[]>("select * from tally order by name");
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
};
const ADD = "update tally set count = count + 1 where name = $1";

test("two that deadlock are both done: the one that PostgreSQL gives up is tried anew", async () => {
  let begun = 0;
  let held = 0;
  let met: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (met = resolve));
  const crosswise = (first: string, then: string) =>
    opened().write(async (send) => {
      begun += 1;
      await send(ADD, [first]);
      held += 1;
      if (held === 2) met();
      await both;
      await send(ADD, [then]);
      return `${first} ${then}`;
    });
  expect(await Promise.all([crosswise("one", "other"), crosswise("other", "one")])).toEqual(["one other", "other one"]);
  expect(await counts()).toEqual({ one: 2, other: 2 });
  expect(begun).toBe(3);
});

const fail = (code: string) => `do $$ begin raise exception 'in the way' using errcode = '${code}'; end $$`;

test.each(["40001", "40P01", "55P03"])(
  "after %s it is tried four times in all, each time whole, and then told as busy",
  async (code) => {
    const sent: string[] = [];
    let tries = 0;
    const asked = opened((text) => sent.push(text)).write(async (send) => {
      tries += 1;
      await send(ADD, ["one"]);
      await send(fail(code));
    });
    await expect(asked).rejects.toThrow(BusyError);
    await expect(asked).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect([tries, await counts()]).toEqual([4, { one: 0, other: 0 }]);
    expect(sent.filter((text) => text === "begin")).toHaveLength(4);
    expect(sent).not.toContain("commit");
  },
);

test("what gets through at the last try counts once", async () => {
  let tries = 0;
  const given = await opened().write(async (send) => {
    await send(ADD, ["one"]);
    if (++tries < 4) await send(fail("40001"));
    return tries;
  });
  expect([given, await counts()]).toEqual([4, { one: 1, other: 0 }]);
});

test("what stands around a mutation's write is asked anew at each try, stands for one write, and ends with the mutation", async () => {
  const asked: string[] = [];
  const db = opened((text) => asked.push(text));
  const about = (instead: { result: unknown } | null) => ({
    before: (send: RequestDatabase["query"]) => send("select 'before'").then(() => instead),
    after: (result: unknown) => `select 'after ${String(result)}'`,
  });
  db.beginMutation(about(null));
  let tries = 0;
  const work = async (send: RequestDatabase["query"]) => {
    await send(ADD, ["one"]);
    if (++tries < 2) await send(fail("40001"));
    return tries;
  };
  expect(await db.write(work)).toBe(2);
  expect(asked.filter((text) => /^(select '|commit)/.test(text))).toEqual([
    "select 'before'",
    "select 'before'",
    "select 'after 2'",
    "commit",
  ]);
  await expect(db.write(work)).rejects.toThrow("writes once");
  db.endMutation();
  await db.write(work);
  expect(await counts()).toEqual({ one: 2, other: 0 });

  // what was done before is given in the place of the work
  db.beginMutation(about({ result: "done before" }));
  expect(await db.write(work)).toBe("done before");
  expect(await counts()).toEqual({ one: 2, other: 0 });
});

test("any other failure is not tried again", async () => {
  let tries = 0;
  const asked = opened().write(async (send) => {
    tries += 1;
    await send(fail("23505"));
  });
  await expect(asked).rejects.toMatchObject({ code: "23505" });
  expect(tries).toBe(1);
});

test("a failure that the work swallows is no success", async () => {
  const asked = opened().write(async (send) => {
    await send(ADD, ["one"]);
    await send(fail("23505")).catch(() => undefined);
  });
  await expect(asked).rejects.toThrow("a statement had failed");
  expect(await counts()).toEqual({ one: 0, other: 0 });
});

test("a connection lost before the commit says that nothing was changed; one lost in it, that nobody knows", async () => {
  const lose = "select pg_terminate_backend($1)";
  const before = opened().write(async (send) => {
    await send(ADD, ["one"]);
    const [row] = await send<{ pid: number }>("select pg_backend_pid() as pid");
    await database.owner.query(lose, [row?.pid]);
    await send(ADD, ["other"]);
  });
  await expect(before).rejects.toMatchObject({
    name: "Error",
    message: expect.stringContaining("Nothing was changed") as string,
  });
  expect(await counts()).toEqual({ one: 0, other: 0 });

  // the commit waits in a trigger that is deferred to it
  await database.owner.query(
    `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return null; end $$;
     create constraint trigger slow after update on tally deferrable initially deferred for each row execute function slow()`,
  );
  let pid = 0;
  const within = opened().write(async (send) => {
    const [row] = await send<{ pid: number }>("select pg_backend_pid() as pid");
    pid = row?.pid ?? 0;
    await send(ADD, ["one"]);
  });
  const lost = expect(within).rejects.toThrow(UnknownOutcomeError);
  await until("its commit sleeping", async () => {
    const [row] = await database.owner.query<{ event: string | null }[]>(
      "select wait_event as event from pg_stat_activity where pid = $1",
      [pid],
    );
    return row?.event === "PgSleep";
  });
  await database.owner.query(lose, [pid]);
  await lost;
});
