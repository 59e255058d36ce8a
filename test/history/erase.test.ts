import { asAuditor, erasePerson, eraseWords, NO_PARTNERSHIP, verifyTrail } from "../../src/domains/history/index";
import { letSubmittedChange, operatorTransaction, type TestDatabase } from "../support/database";
import { demonstrationOfChallenges, done, raised } from "../challenges/world";
import { demonstrationDatabase, NOW } from "../support/service";

let database: TestDatabase;
let wrenford: string;
let update: string;
beforeEach(async () => {
  database = await demonstrationDatabase();
  const [found] = await database.owner.query<{ id: string; update: string }[]>(
    `select p.id, u.id as update from partnership p join progress_update u on u.partnership_id = p.id
     where p.slug = 'wrenford' and u.state = 'ACCEPTED' and u.risk_note is not null order by u.id limit 1`,
  );
  [wrenford, update] = [found?.id ?? "", found?.update ?? ""];
});
afterEach(() => database.drop());

const problemsOf = async ({ app }: TestDatabase, part: string) =>
  (await asAuditor(app, part, NOW, (ask) => verifyTrail(ask, part))).problems;
const problems = (part = wrenford) => problemsOf(database, part);
const everywhere = async (words: string) => {
  const tables = await database.owner.query<{ name: string }[]>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'history') and c.relkind = 'r'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await database.owner.query<{ n: number }[]>(
      `select count(*)::int as n from ${name} t where position($1 in t::text) > 0`,
      [words],
    );
    if (row?.n) found.push(name);
  }
  return found;
};

test("words are gone from the row, from every version and from every digest's reach, and the trail is valid", async () => {
  const words = "Mrs Example of 1 Any Street told us";
  const write = (text: string) =>
    operatorTransaction(database.app, wrenford, async (runner) => {
      await runner.query("update progress_update set risk_note = $1 where id = $2", [text, update]);
      await runner.query(
        "insert into audit_entry (partnership_id, at, kind, outcome) values ($1, app.now(), 'tried', 'DONE')",
        [wrenford],
      );
    });
  await letSubmittedChange(database);
  await write(words);
  await write("Something else");
  expect(await everywhere(words)).toEqual(["history.progress_update"]);
  expect(await problems()).toEqual([]);
  const salts = (
    await database.owner.query<{ salt: string }[]>("select salt from history.progress_update where id = $1", [update])
  ).map(({ salt }) => salt);
  const versions = await eraseWords(
    database.owner,
    { table: "progress_update", id: update, columns: ["risk_note"] },
    NOW,
  );
  expect(versions).toBe(3);
  expect(await everywhere(words)).toEqual([]);
  expect(await problems()).toEqual([]);
  const rows = await database.owner.query<{ risk_note: string | null; salt: string; overall: boolean }[]>(
    "select risk_note, salt, overall_progress is not null as overall from history.progress_update where id = $1 and erased_seq is not null",
    [update],
  );
  expect(rows).toEqual(
    Array.from({ length: 3 }, () => ({ risk_note: null, salt: expect.any(String) as string, overall: true })),
  );
  for (const { salt } of rows) expect(salts).not.toContain(salt);
  const [entry] = await database.owner.query<object[]>(
    "select kind, subject_type, subject_id, detail from audit_entry where kind = 'record.erased'",
  );
  expect(entry).toEqual({
    kind: "record.erased",
    subject_type: "ProgressUpdate",
    subject_id: update,
    detail: { table: "progress_update", columns: ["risk_note"] },
  });
});

test("words that may not be empty say that they were erased; other columns, rows and tables are refused, and nothing moves", async () => {
  const [row] = await database.owner.query<{ id: string }[]>("select id from post where partnership_id = $1 limit 1", [
    wrenford,
  ]);
  await eraseWords(database.owner, { table: "post", id: row?.id ?? "", columns: ["title"] }, NOW);
  expect(await database.owner.query("select title from post where id = $1", [row?.id])).toEqual([
    { title: "[erased]" },
  ]);
  const refused = (erasure: Parameters<typeof eraseWords>[1]) =>
    expect(eraseWords(database.owner, erasure, NOW)).rejects.toThrow(/There is no row|columns of text/);
  await refused({ table: "progress_update", id: update, columns: ["period_end"] });
  await refused({ table: "progress_update", id: update, columns: ["risk_note", "nothing"] });
  await refused({ table: "progress_update", id: wrenford, columns: ["risk_note"] });
  await refused({ table: "nothing", id: update, columns: ["risk_note"] });
  await refused({ table: "person; drop table rating", id: update, columns: ["label"] });
  expect(await problems()).toEqual([]);
  await expect(
    operatorTransaction(database.app, wrenford, (runner) =>
      runner.query("select history.erase('post', $1, array['title'], now())", [row?.id]),
    ),
  ).rejects.toThrow("permission denied");
});

/** Somebody with every privilege, whom no trigger keeps from anything. */
async function tamper(text: string, values: unknown[]): Promise<void> {
  const runner = database.owner.createQueryRunner();
  await runner.startTransaction();
  await runner.query("set local session_replication_role = replica");
  await runner.query(text, values);
  await runner.commitTransaction();
  await runner.release();
}

test("what is left of each version is held as before: no other column of it, and no earlier erasure, is put in its place unseen", async () => {
  const erase = (...columns: string[]) =>
    eraseWords(database.owner, { table: "progress_update", id: update, columns }, NOW);
  await erase("risk_note");
  const [between] = await database.owner.query<
    { salt: string; digest: Buffer; erased_seq: string; overall_progress: string }[]
  >("select salt, digest, erased_seq, overall_progress from history.progress_update where id = $1 and from_seq = 1", [
    update,
  ]);
  await erase("overall_progress");
  expect(await problems()).toEqual([]);
  const wrong = [
    { kind: "ALTERED", seq: 1, what: `progress_update ${update}: the version does not say what was recorded` },
  ];
  const version = "where id = $1 and from_seq = 1";
  const restore = async (work: () => Promise<void>) => {
    const [kept] = await database.owner.query<{ row: string }[]>(
      `select h::text as row from history.progress_update h ${version}`,
      [update],
    );
    await work();
    expect(await problems()).toEqual(wrong);
    await tamper(`delete from history.progress_update ${version}`, [update]);
    await tamper("insert into history.progress_update select ($1::history.progress_update).*", [kept?.row]);
    expect(await problems()).toEqual([]);
  };
  await restore(() =>
    tamper(`update history.progress_update set state = 'RETURNED', impact_narrative = 'Invented' ${version}`, [update]),
  );
  // with a digest to match, and with what the earlier erasure had left
  await restore(() =>
    tamper(
      `with other as (select h.id, sha256(convert_to(h.salt || jsonb_strip_nulls(to_jsonb(h) - array['known_from', 'known_to', 'from_seq', 'to_seq', 'gone', 'salt', 'digest', 'erased_seq']
           || '{"impact_narrative": "Invented"}')::text, 'UTF8')) as digest from history.progress_update h ${version})
       update history.progress_update h set impact_narrative = 'Invented', digest = o.digest from other o where h.id = $1 and h.from_seq = 1`,
      [update],
    ),
  );
  await restore(() =>
    tamper(
      `update history.progress_update set salt = $2, digest = $3, erased_seq = $4, overall_progress = $5 ${version}`,
      [update, between?.salt, between?.digest, between?.erased_seq, between?.overall_progress],
    ),
  );
  await restore(() => tamper(`update history.progress_update set erased_seq = null ${version}`, [update]));
});

test("a draft's words are erased too, and the entry of it is its agency's alone", async () => {
  const [draft] = await database.owner.query<{ id: string; agency: string }[]>(
    `insert into progress_update (state, revision, partnership_id, action_id, author_agency_id, period_start, period_end, version, overall_progress)
     select 'DRAFT', 1, u.partnership_id, u.action_id, u.author_agency_id, '2030-01-01', '2030-03-31', 1, 'Words of a draft' from progress_update u where u.id = $1
     returning id, author_agency_id as agency`,
    [update],
  );
  await eraseWords(
    database.owner,
    { table: "progress_update", id: draft?.id ?? "", columns: ["overall_progress"] },
    NOW,
  );
  expect(await everywhere("Words of a draft")).toEqual([]);
  const [entry] = await database.owner.query<object[]>(
    "select agency_id as agency, subject_id as subject from audit_entry where kind = 'record.erased'",
  );
  expect(entry).toEqual({ agency: draft?.agency, subject: draft?.id });
  expect((await problems()).filter(({ what }) => !what.includes("past the service"))).toEqual([]);
});

test("a version that is only said to be erased is found out", async () => {
  const runner = database.owner.createQueryRunner();
  await runner.startTransaction();
  await runner.query("set local session_replication_role = replica");
  await runner.query("update history.progress_update set risk_note = null, salt = null, erased_seq = 1 where id = $1", [
    update,
  ]);
  await runner.query("update progress_update set risk_note = null where id = $1", [update]);
  await runner.commitTransaction();
  await runner.release();
  expect((await problems()).map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(["ALTERED 1"]);
});

test("somebody is forgotten once they hold nothing; what they did stays, by a key that stands for nobody", async () => {
  const [person] = await database.owner.query<{ id: string }[]>(
    "select id from person where subject = 'wrenford-probation-viewer'",
  );
  await expect(erasePerson(database.owner, person?.id ?? "", NOW)).rejects.toThrow("still hold a membership");
  await operatorTransaction(database.owner, wrenford, async (runner) => {
    await runner.query("update membership set ended_at = app.now() where person_id = $1", [person?.id]);
  });
  await database.owner.query(
    "insert into notification_address (person_id, address) values ($1, 'told@agency.example')",
    [person?.id],
  );
  await erasePerson(database.owner, person?.id ?? "", NOW);
  expect(await everywhere("told@agency.example")).toEqual([]);
  expect(await database.owner.query("select label, issuer, subject from person where id = $1", [person?.id])).toEqual([
    { label: "Erased", issuer: "erased", subject: person?.id },
  ]);
  await expect(erasePerson(database.owner, wrenford, NOW)).rejects.toThrow("nobody of the key");
  expect(await problems(NO_PARTNERSHIP)).toEqual([]);
  const [bound] = await database.owner.query<object[]>(
    "select bool_and(relforcerowsecurity) as forced from pg_class where relname in ('person', 'notification_address')",
  );
  expect(bound).toEqual({ forced: true });
});

/** Columns of text that the service makes of others, or that hold codes. */
const NO_WORDS =
  /\.((action_)?sort_key|reference|reference_order|action_reference|storage_name|media_type|slug|scope|scopes|issuer|subject_type)$/;

test("words of any table whose versions are kept are erased, whoever wrote them and however it stands, and the trail is valid", async () => {
  const world = await demonstrationOfChallenges();
  try {
    const { owner } = world.database;
    const challenge = await raised(world, { detail: "What was said of a child", immediateRisk: "A child at risk" });
    await done(world, "noteOnChallenge", "police-lead", { challenge: challenge.id, text: "Our own view" });
    await done(world, "withdrawChallenge", "police-lead", { challenge: challenge.id, text: "It was settled" });
    await done(world, "recordLearning", "police-lead", { challenge: challenge.id, text: "Ask sooner" });
    // members whom the test enrolled past the service
    const part = await world.key("select id from partnership where slug = 'wrenford'");
    const before = await problemsOf(world.database, part);
    const columns = await owner.query<{ table: string; column: string }[]>(
      `select c.relname as "table", a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'history'::regnamespace and c.relkind = 'r' and a.atttypid = 'text'::regtype and a.attnum > 0 and not a.attisdropped
         and a.attname <> 'salt' and exists (select from pg_class p where p.relnamespace = 'public'::regnamespace and p.relname = c.relname and not exists (
           select from pg_constraint k join pg_attribute b on b.attrelid = p.oid and b.attnum = any (k.conkey)
           where k.conrelid = p.oid and b.attname = a.attname
             and (k.contype in ('u', 'f') or (k.contype = 'c' and pg_get_constraintdef(k.oid) ~ ('\\m' || a.attname || '"? (=|~) ')))))
       order by 1, 2`,
    );
    const erased: string[] = [];
    for (const { table, column } of columns) {
      const name = `${table}.${column}`;
      if (NO_WORDS.test(name)) continue;
      const [row] = await owner.query<{ id: string }[]>(
        `select t.id from ${table} t where t.${column} <> '' order by t.id desc limit 1`,
      );
      if (!row) continue;
      await eraseWords(world.database.owner, { table, id: row.id, columns: [column] }, NOW);
      const left = await owner.query<{ said: string | null }[]>(
        `select t.${column} as said from ${table} t where t.id = $1 union select h.${column} from history.${table} h where h.id = $1`,
        [row.id],
      );
      expect([name, left.filter(({ said }) => said !== null && said !== "[erased]")]).toEqual([name, []]);
      erased.push(name);
    }
    expect(erased).toEqual(
      expect.arrayContaining([
        ...["subject", "detail", "risk_reason", "outcome", "learning"].map((column) => `challenge.${column}`),
        ...["challenge_event.note", "challenge_note.text", "decision.text", "tracked_item_response.text"],
        ...["highlight_report.evidence", "action.original_text", "progress_update.returned_reason", "rating.rationale"],
      ]),
    );
    expect(await problemsOf(world.database, part)).toEqual(before);
  } finally {
    await world.stop();
  }
});
