import { readFileSync } from "node:fs";
import type { DataSource } from "typeorm";
import {
  asAuditor,
  type Checkpoint,
  checkpointOf,
  newSigningKey,
  NO_PARTNERSHIP,
  publicKeyOf,
  readCheckpoint,
  verifyTrail,
} from "../../src/domains/history/index";
import { globalId } from "../../src/platform/graphql/ids";
import { operatorTransaction, type TestDatabase } from "../support/database";
import { demonstrationDatabase, NOW, serve, type Service } from "../support/service";

let database: TestDatabase;
let service: Service;
let wrenford: string;
let actionId: string;
beforeEach(async () => {
  database = await demonstrationDatabase();
  service = await serve(database);
  const [found] = await database.owner.query<{ id: string; action: string }[]>(
    "select p.id, a.id as action from partnership p join action a on a.partnership_id = p.id and a.reference = '5.2' where p.slug = 'wrenford'",
  );
  [wrenford, actionId] = [found?.id ?? "", found?.action ?? ""];
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});

const verified = (checkpoint: Checkpoint | null = null, part = wrenford) =>
  asAuditor(database.app, part, NOW, (ask) => verifyTrail(ask, part, checkpoint));

async function found(checkpoint: Checkpoint | null = null): Promise<string[]> {
  const { verdict, problems } = await verified(checkpoint);
  expect(verdict).toBe(problems[0]?.kind ?? "VALID");
  return problems.map(({ kind, seq, what }) => `${kind} ${seq} ${what.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…")}`);
}

/** Six ratings by the officer, each a link: two to seven. */
async function sixRatings(): Promise<void> {
  for (const value of ["RED", "AMBER", "GREEN", "AMBER", "RED", "GREEN"]) {
    const { addRating } = await service
      .as("wrenford-officer")
      .data<{ addRating: { userErrors: object[] } }>(
        `mutation ($input: AddRatingInput!) { addRating(input: $input) { userErrors { code message } } }`,
        {
          input: {
            action: globalId("Action", actionId),
            dimension: "DELIVERY",
            value,
            asAt: "2019-02-14",
            rationale: "Seen",
          },
        },
      );
    expect(addRating.userErrors).toEqual([]);
  }
}

/** Somebody with every privilege, whom no trigger keeps from anything. */
async function tamper(...statements: string[]): Promise<void> {
  const runner = database.owner.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("set local session_replication_role = replica");
    for (const statement of statements) await runner.query(statement);
    await runner.commitTransaction();
  } finally {
    await runner.release();
  }
}

const link = (seq: number) => `partnership_id = '${wrenford}' and seq = ${seq}`;
const rowIn = (seq: number, table: string) =>
  `(select row_id from history.audit_row where ${link(seq)} and table_name = '${table}')`;

test("the demonstration is valid, before and after it is worked with, in every chain", async () => {
  expect(await verified()).toMatchObject({ verdict: "VALID", links: 1, problems: [] });
  await sixRatings();
  // an entry and a rating each
  const { verdict, links, rows, head } = await verified();
  const [before] = await database.owner.query<{ rows: number }[]>(
    "select rows from history.audit_link where partnership_id = $1 and seq = 1",
    [wrenford],
  );
  expect([verdict, links, rows]).toEqual(["VALID", 7, (before?.rows ?? 0) + 12]);
  expect(head).toMatch(/^[0-9a-f]{64}$/);
  expect(await verified(null, NO_PARTNERSHIP)).toMatchObject({ verdict: "VALID" });
});

test.each<[string, (d: DataSource) => string[], string[]]>([
  [
    "a rating's colour",
    () => [`update rating set value = 'GREEN' where id = ${rowIn(2, "rating")}`],
    ["ALTERED 2 rating …: the row does not say what was recorded of it last"],
  ],
  [
    "a rating's colour, in its version too",
    () => [
      `update rating set value = 'GREEN' where id = ${rowIn(2, "rating")}`,
      `update history.rating set value = 'GREEN' where id = ${rowIn(2, "rating")}`,
    ],
    ["ALTERED 2 rating …: the version does not say what was recorded"],
  ],
  [
    "a rating, its version and the digest of it",
    () => [
      `update rating set value = 'GREEN' where id = ${rowIn(2, "rating")}`,
      `update history.rating h set value = 'GREEN', digest = sha256('x') where id = ${rowIn(2, "rating")}`,
      `update history.audit_row set digest = sha256('x') where ${link(2)} and table_name = 'rating'`,
    ],
    [
      "ALTERED 2 the rows noted in it are not those it was sealed with",
      "ALTERED 2 rating …: the version does not say what was recorded",
    ],
  ],
  [
    "a rating, gone",
    () => [`delete from rating where id = ${rowIn(3, "rating")}`],
    ["ALTERED 3 rating …: the row is gone, and nobody recorded that"],
  ],
  [
    "a rating that nobody gave",
    () => [
      `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at)
       select partnership_id, action_id, scheme_id, dimension, 'GREEN', basis, as_at, recorded_at from rating where id = ${rowIn(3, "rating")}`,
    ],
    ["ALTERED 0 rating …: the row stands there, and nobody recorded it"],
  ],
  [
    "when a version was known",
    () => [`update history.rating set known_from = known_from - interval '1 day' where id = ${rowIn(4, "rating")}`],
    ["ALTERED 4 rating …: the time from or to which it was known was changed"],
  ],
  [
    "who did something",
    () => [`update audit_entry set actor_id = null where id = ${rowIn(5, "audit_entry")}`],
    ["ALTERED 5 audit_entry …: the entry (rating.added) does not say what was recorded"],
  ],
  [
    "an entry, gone",
    () => [`delete from audit_entry where id = ${rowIn(5, "audit_entry")}`],
    ["ALTERED 5 audit_entry …: the entry is gone"],
  ],
  [
    "an entry that nobody made",
    () => [
      `insert into audit_entry (partnership_id, at, kind, outcome) values ('${wrenford}', '2019-02-14T09:00:00Z', 'made.up', 'DONE')`,
    ],
    ["ALTERED 0 audit_entry …: the entry stands there, and is in no link"],
  ],
  [
    "when a link was made",
    () => [`update history.audit_link set at = at - interval '1 millisecond' where ${link(4)}`],
    [
      "ALTERED 4 the link does not say what it was sealed with",
      "ALTERED 4 rating …: the time from or to which it was known was changed",
    ],
  ],
  [
    "a link, out of the middle",
    () => [
      `delete from history.audit_link where ${link(4)}`,
      `delete from history.audit_row where ${link(4)}`,
      `delete from history.rating where from_seq = 4`,
      `delete from rating r where not exists (select 1 from history.rating h where h.id = r.id)`,
      `delete from audit_entry e where partnership_id = '${wrenford}' and not exists (select 1 from history.audit_row r where r.row_id = e.id)`,
    ],
    ["ALTERED 4 link 4 is missing: 5 follows 3"],
  ],
  [
    "the rows of two links, exchanged",
    () => [
      `update history.audit_row set seq = case seq when 3 then 5 else 3 end where ${link(3).replace("= 3", "in (3, 5)")}`,
    ],
    ["REORDERED 3 the rows noted in it are those of link 5", "REORDERED 5 the rows noted in it are those of link 3"],
  ],
  [
    "two links, exchanged with all that is in them",
    () => [
      `update history.audit_link set seq = -seq where ${link(3).replace("= 3", "in (3, 5)")}`,
      `update history.audit_link set seq = case seq when -3 then 5 else 3 end where seq < 0`,
    ],
    [
      "REORDERED 3 the links follow each other in another order than their numbers",
      "REORDERED 4 the links follow each other in another order than their numbers",
      "REORDERED 5 the links follow each other in another order than their numbers",
      "REORDERED 6 the links follow each other in another order than their numbers",
    ],
  ],
  [
    "where the trail stood at the end of a day that is not over",
    () => [
      `insert into history.daily_head select partnership_id, '2019-02-14', seq, hash from history.audit_link where ${link(4)}`,
    ],
    ["ALTERED 4 daily_head 2019-02-14: where the trail stood that day is not where it stood"],
  ],
  [
    "the last link",
    () => [`delete from history.audit_link where ${link(7)}`],
    ["CUT_SHORT 6 rows are noted in link 7, and no link follows 6"],
  ],
])("altered: %s", async (_what, statements, expected) => {
  await sixRatings();
  await tamper(...statements(database.owner));
  const problems = await found();
  expect(problems).toEqual(expect.arrayContaining(expected));
  expect(problems[0]).toBe(expected[0]);
});

/** What a tail consists of, and what stands there because of it. */
const TAIL: Record<string, (from: number) => string> = {
  links: (from) => `delete from history.audit_link where partnership_id = '${wrenford}' and seq >= ${from}`,
  "what is noted in them": (from) =>
    `delete from history.audit_row where partnership_id = '${wrenford}' and seq >= ${from}`,
  versions: (from) => `delete from history.rating where partnership_id = '${wrenford}' and from_seq >= ${from}`,
};

test.each([1, 2, 3])("a tail is told as cut short, whatever of it is left: %s parts of it gone", async (parts) => {
  await sixRatings();
  const { head } = await verified();
  // rows that were there before have later versions in the tail
  for (const title of ["One", "Two"])
    await operatorTransaction(database.app, wrenford, async (runner) => {
      await runner.query("update action set title = $1 where id = $2", [title, actionId]);
      await runner.query(
        "insert into audit_entry (partnership_id, at, kind, outcome) values ($1, app.now(), 'tried', 'DONE')",
        [wrenford],
      );
    });
  const { problems, head: last } = await verified();
  expect(problems).toEqual([]);
  await tamper(
    ...Object.values(TAIL)
      .slice(0, parts)
      .map((cut) => cut(6)),
  );
  const lodged = (sequence: number, hash: string | null) =>
    checkpointOf(
      { partnership: "wrenford", sequence, hash: hash ?? "", issuedAt: "2019-02-14T10:00:00.000Z" },
      newSigningKey(),
    );
  for (const checkpoint of [null, lodged(7, head), lodged(9, last)])
    expect((await found(checkpoint))[0]).toMatch(/^CUT_SHORT 5 /);
  // what was altered before the cut is told first
  await tamper(`update history.rating set value = 'RED', rationale = 'Other' where id = ${rowIn(3, "rating")}`);
  expect((await found())[0]).toBe("ALTERED 3 rating …: the version does not say what was recorded");
});

test("where the trail stood at the end of each day is held against the chain", async () => {
  await sixRatings();
  for (const day of ["2019-02-15", "2019-02-16"])
    await operatorTransaction(
      database.app,
      wrenford,
      (runner) =>
        runner.query(
          "insert into audit_entry (partnership_id, at, kind, outcome) values ($1, app.now(), 'tried', 'DONE')",
          [wrenford],
        ),
      new Date(`${day}T09:00:00Z`),
    );
  expect(await found()).toEqual([]);
  await tamper("update history.daily_head set hash = sha256('x') where day = '2019-02-14'");
  expect(await found()).toEqual([
    "ALTERED 7 daily_head 2019-02-14: where the trail stood that day is not where it stood",
  ]);
  await tamper("delete from history.daily_head where day = '2019-02-14'");
  expect(await found()).toEqual([
    "ALTERED 7 daily_head 2019-02-14: where the trail stood that day is not there any more",
  ]);
});

test("what is changed by hand with the triggers in place is recorded, and told as past the service", async () => {
  await database.owner.query("update action set title = 'By hand' where id = $1", [actionId]);
  expect(await found()).toEqual([
    expect.stringMatching(/^ALTERED 2 action …: changed at 2019-02-14T09:00:00.001Z past the service, with no entry/),
  ]);
});

test("a tail cut off with everything that hung on it shows against a checkpoint, and so does a chain made anew", async () => {
  await sixRatings();
  const { head } = await verified();
  const key = newSigningKey();
  const lodged = checkpointOf(
    { partnership: "wrenford", sequence: 7, hash: head ?? "", issuedAt: "2019-02-14T10:00:00.000Z" },
    key,
  );
  expect(readCheckpoint(JSON.stringify(lodged), publicKeyOf(key))).toEqual(lodged);
  expect(await found(lodged)).toEqual([]);
  await sixRatings();
  expect(await found(lodged)).toEqual([]);
  const cut = (from: number) => [
    `delete from history.audit_link where seq >= ${from} and partnership_id = '${wrenford}'`,
    `delete from rating r using history.rating h where h.id = r.id and h.from_seq >= ${from} and h.partnership_id = '${wrenford}'`,
    `delete from history.rating where from_seq >= ${from} and partnership_id = '${wrenford}'`,
    `delete from audit_entry e using history.audit_row r where r.row_id = e.id and r.seq >= ${from} and r.partnership_id = '${wrenford}'`,
    `delete from history.audit_row where seq >= ${from} and partnership_id = '${wrenford}'`,
  ];
  await tamper(...cut(6));
  expect(await found()).toEqual([]);
  expect(await found(lodged)).toEqual([
    "CUT_SHORT 5 the checkpoint of 2019-02-14T10:00:00.000Z has 7 links, and there are 5",
  ]);
  await sixRatings();
  expect(await found()).toEqual([]);
  expect(await found(lodged)).toEqual([
    "ALTERED 7 the chain up to here is not the one that the checkpoint of 2019-02-14T10:00:00.000Z was signed for",
  ]);
  for (const other of [
    { ...lodged, sequence: 5 },
    { ...lodged, hash: "0".repeat(64) },
  ])
    expect(() => readCheckpoint(JSON.stringify(other), lodged.key)).toThrow("its signature does not hold");
  const another = checkpointOf(lodged, newSigningKey());
  for (const other of [another, { ...lodged, key: another.key }])
    for (const expected of [lodged.key, null])
      expect(() => readCheckpoint(JSON.stringify(other), expected)).toThrow("signed with another key");
  expect(() => readCheckpoint(JSON.stringify({ ...lodged, key: another.key }), another.key)).toThrow(
    "its signature does not hold",
  );
  for (const text of ["", "{}", "[]", '{"format":"golden-thread audit checkpoint 1"}'])
    expect(() => readCheckpoint(text, lodged.key)).toThrow("no checkpoint");
});

test("nobody changes the trail or a version: the service has no privilege to, and the owner is kept from it by triggers", async () => {
  await sixRatings();
  const tables = ["audit_link", "audit_row", "rating", "action"];
  for (const table of tables) {
    for (const statement of [`delete from history.${table}`, `truncate history.${table}`]) {
      await expect(operatorTransaction(database.app, wrenford, (runner) => runner.query(statement))).rejects.toThrow(
        "permission denied",
      );
      await expect(database.owner.query(statement)).rejects.toThrow(/never/);
    }
  }
  for (const statement of [
    "update history.audit_link set at = now()",
    "update history.audit_row set digest = sha256('')",
    "update history.rating set value = 'GREEN'",
    "update history.rating set known_from = known_from - interval '1 day'",
    "update history.action set known_to = now() where known_to <> 'infinity' or true",
  ]) {
    await expect(operatorTransaction(database.app, wrenford, (runner) => runner.query(statement))).rejects.toThrow(
      "permission denied",
    );
  }
  for (const statement of [
    "update history.audit_link set at = now()",
    "update history.audit_row set digest = sha256('')",
    "update history.rating set value = 'GREEN'",
    "update history.rating set known_from = known_from - interval '1 day'",
  ])
    await expect(database.owner.query(statement)).rejects.toThrow(/never changed/);
  for (const call of ["history.turn('00000000-0000-0000-0000-000000000000')", "history.row_digest('', '{}')"])
    await expect(
      operatorTransaction(database.app, wrenford, (runner) => runner.query(`select ${call}`)),
    ).rejects.toThrow("permission denied");
  expect(await found()).toEqual([]);
});

test("concurrent writers never fork the chain, and each transaction has its own place in it", async () => {
  const writers = Array.from({ length: 12 }, (_, index) =>
    operatorTransaction(
      database.app,
      wrenford,
      async (runner) => {
        await runner.query(
          "update action set title = title || $1 where id = (select id from action where partnership_id = $2 order by id limit 1 offset $3)",
          [` ${index}`, wrenford, index % 5],
        );
        await runner.query(
          "insert into audit_entry (partnership_id, at, kind, outcome) values ($1, app.now(), 'tried', 'DONE')",
          [wrenford],
        );
      },
      // clocks that differ, and step back
      new Date(NOW.getTime() - index * 60_000),
    ),
  );
  await Promise.all(writers);
  expect(await verified()).toMatchObject({ verdict: "VALID", links: 13 });
  const rows = await database.owner.query<{ at: Date }[]>(
    "select at from history.audit_link where partnership_id = $1 order by seq",
    [wrenford],
  );
  const times = rows.map(({ at }) => at.getTime());
  expect(new Set(times).size).toBe(13);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
});

test("docs/audit.md names every table that no version is kept of", async () => {
  const text = readFileSync("docs/audit.md", "utf8");
  const tables = await database.owner.query<{ name: string }[]>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'audit_entry' and not exists (select 1 from pg_class h where h.relnamespace = 'history'::regnamespace and h.relname = c.relname) order by 1`,
  );
  const section = /### What is held, and what is not[^]*?\n## /.exec(text)?.[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.toSorted()).toEqual(tables.map(({ name }) => name));
});

test("what runs as the tables' owner is reached by no request", async () => {
  const reached = await database.owner.query<object[]>(
    `select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema') and has_function_privilege('golden_thread_app', p.oid, 'execute')`,
  );
  expect(reached).toEqual([]);
  const [kept] = await database.owner.query<{ n: number }[]>(
    "select count(*)::int as n from pg_proc where prosecdef and pronamespace = 'history'::regnamespace",
  );
  expect(kept?.n).toBeGreaterThan(30);
});
