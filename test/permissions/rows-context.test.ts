import type { QueryRunner } from "typeorm";
import { createTestDatabase } from "../support/database";
import { contextsOf } from "./proof/contexts";
import { asService, prepareWorld, type Proven } from "./proof/database";
import { probeEnter } from "./proof/enter";
import { giveToOwner, probeForce, probePrivileges } from "./proof/privileges";
import { tablesOf } from "./proof/rows";
import { Tally } from "./proof/tally";
import { NOW, tokenHash } from "./proof/world";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";

/** What a request finds that comes after another on the same connection, and what holds below every policy. */
let proven: Proven;
beforeAll(async () => {
  proven = await prepareWorld(await createTestDatabase());
});
afterAll(() => proven.database.drop());

/** Tables of which something is seen, on this connection as it stands. */
async function visible(runner: QueryRunner): Promise<string[]> {
  const counts = tablesOf(proven.facts).read.map(
    (table) => `select '${table}' as table, count(*)::int as seen from "${table}"`,
  );
  const rows = (await runner.query(counts.join(" union all "))) as { table: string; seen: number }[];
  return rows.filter(({ seen }) => seen > 0).map(({ table }) => table);
}

/** Transactions on one connection of the service's, in turn; gives what each returns. */
async function onOneConnection<T>(...transactions: ((runner: QueryRunner) => Promise<T>)[]): Promise<T[]> {
  const runner = proven.database.app.createQueryRunner();
  const found: T[] = [];
  try {
    for (const work of transactions) {
      await runner.startTransaction();
      try {
        found.push(await work(runner));
        await runner.commitTransaction();
      } catch (error) {
        await runner.rollbackTransaction();
        if (!(error instanceof Error) || !/on purpose|division by zero/.test(error.message)) throw error;
      }
    }
  } finally {
    await runner.release();
  }
  return found;
}

const asOfficer = (runner: QueryRunner) =>
  runner.query("select app.enter($1, 'ashby-officer', $2)", [DEMONSTRATION_ISSUER, NOW.toISOString()]);

test("nothing is left of a token's request for the next on its connection", async () => {
  const hash = tokenHash("token-police-nothing-said").toString("hex");
  const [before, during, after] = await onOneConnection(
    visible,
    async (runner) => {
      await runner.query("select app.enter_with_token($1, $2)", [hash, NOW.toISOString()]);
      return visible(runner);
    },
    visible,
  );
  expect(before).toEqual([]);
  expect(during?.length).toBeGreaterThan(15);
  expect(after).toEqual([]);
});

test("nothing is left of a request that failed half-way", async () => {
  const [after] = await onOneConnection(async (runner) => {
    await asOfficer(runner);
    await runner.query("select 1/0");
    return ["never reached"];
  }, visible);
  expect(after).toEqual([]);
});

test("nothing is left of what a request set for itself", async () => {
  const { ashby } = proven.world.partnerships;
  const [during, after] = await onOneConnection(async (runner) => {
    await runner.query(
      "select set_config('app.' || name, $1, true) from unnest(array['partnerships', 'oversight', 'keeper']) as name",
      [`{${ashby}}`],
    );
    return visible(runner);
  }, visible);
  expect(during?.length).toBeGreaterThan(20);
  expect(after).toEqual([]);
});

test("what was set for the whole connection gives the next request nothing: entering forgets it first", async () => {
  const { ashby } = proven.world.partnerships;
  const hash = tokenHash("token-police-nothing-said").toString("hex");
  const seenBy = async (enter: string, values: string[]) =>
    (
      await onOneConnection(async (runner) => {
        await runner.query(enter, values);
        return visible(runner);
      })
    )[0];
  const publicSees = await seenBy("select app.enter(null, null, $1)", [NOW.toISOString()]);
  const runner = proven.database.app.createQueryRunner();
  try {
    const names = ["partnerships", "oversight", "keeper", "own_agencies", "led", "drafting", "chaired"];
    await runner.query("select set_config('app.' || name, $1, false) from unnest($2::text[]) as name", [
      `{${ashby}}`,
      names,
    ]);
    await runner.query("select set_config('app.token', $1, false), set_config('app.admin', 'on', false)", [hash]);
    await runner.query("select set_config('app.granted', '[]', false)");
    await runner.startTransaction();
    await runner.query("select app.enter(null, null, $1)", [NOW.toISOString()]);
    expect(await visible(runner)).toEqual(publicSees);
    await runner.rollbackTransaction();
    await runner.query("reset all");
  } finally {
    await runner.release();
  }
});

test("entering gives each what the reading says: memberships, agencies, grants and openings", async () => {
  const { database, world, facts } = proven;
  const tally = new Tally();
  await asService(database, (send) => probeEnter(send, facts, contextsOf(world, facts), tally));
  expect(tally.failures).toEqual([]);
  expect(tally.counted("what entering gives")).toBeGreaterThan(60);
});

test("the service's role may change the listed columns alone, and remove only what a newer file replaces", async () => {
  const tally = new Tally();
  await asService(proven.database, (send) => probePrivileges(send, proven.facts, tally));
  expect(tally.failures).toEqual([]);
  expect(tally.counted("column privilege")).toBeGreaterThan(200);
});

test("an owner of the tables who is no superuser sees nothing without a context, and is gone afterwards", async () => {
  const { database, facts } = proven;
  const tally = new Tally();
  await asService(
    database,
    (send) => probeForce(send, facts, tally),
    async (send) => {
      for (const statement of giveToOwner(tablesOf(facts).read)) await send(statement);
    },
    "golden_thread_proof_owner",
  );
  expect(tally.failures).toEqual([]);
  expect(tally.passed).toBe(tablesOf(facts).read.length);
  expect(await database.owner.query("select 1 from pg_roles where rolname = 'golden_thread_proof_owner'")).toEqual([]);
});

/**
 * Unique keys that hold across partnerships, each judged: what would somebody learn from its being refused? Whoever may try
 * at all is named in rows-writes' reading; the service never takes these values from a caller of another partnership.
 */
const ACROSS: Readonly<Record<string, string>> = {
  bank_holiday_calendar_division_key: "bank holidays are of no partnership, and everybody reads all of them",
  bank_holiday_division_day_key: "bank holidays are of no partnership, and everybody reads all of them",
  partnership_slug_key:
    "slugs are names in addresses; only the operator and administrators add partnerships, who see them all",
  person_issuer_subject_key:
    "one person is one row in every partnership; the pair is what the caller's own token says, or what an administrator types",
  membership_service_account_idx:
    "a service account is one membership; its id is random, and whoever adds one sees that account's person already",
  idempotent_request_person_id_key_response_name_key:
    "begins with the person, and nobody adds a row for another: that is refused before the key is looked at",
  notification_address_person_id_key:
    "begins with the person, and nobody adds a row for another: that is refused before the key is looked at",
  notification_preference_person_id_about_key: "the same",
  invitation_code_hash_key: "a hash of 256 random bits made by the service: nobody can choose one to try",
  service_token_secret_hash_key: "a hash of 256 random bits made by the service: nobody can choose one to try",
};

test("unique keys are scoped by partnership, or by a row of one; those that hold across partnerships are these", async () => {
  const keys = await proven.database.owner.query<{ name: string; columns: string[]; table: string }[]>(
    `select i.relname as name, c.relname as table, array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any (x.indkey)) as columns
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
     where x.indisunique and not x.indisprimary and c.relnamespace = 'public'::regnamespace and c.relname not in ('migration', 'service_secret') order by 1`,
  );
  const parents = await proven.database.owner.query<{ table: string; column: string }[]>(
    `select c.relname as table, a.attname::text as column from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any (f.conkey)
     where f.contype = 'f' and array_length(f.conkey, 1) > 1 and f.confrelid <> 'person'::regclass`,
  );
  const across = keys.filter(
    ({ table, columns }) =>
      !columns.some(
        (name) => name === "partnership_id" || parents.some((one) => one.table === table && one.column === name),
      ),
  );
  expect(across.map(({ name }) => name).sort()).toEqual(Object.keys(ACROSS).sort());
});

/**
 * Keys that are unique under a parent whose own key is random, and that PostgreSQL looks at before it looks for the parent.
 * Told of only to somebody who writes a row of their own partnership under another's parent: the service never does, for
 * every parent is looked up under row-level security first.
 */
const JUDGED = [
  "action.plan_id: action_plan_id_reference_key, not action_partnership_id_plan_id_fkey",
  "agenda_paper.agenda_item_id: agenda_paper_agenda_item_id_position_key, not agenda_paper_partnership_id_agenda_item_id_fkey",
  "finding.plan_id: finding_plan_id_source_reference_key, not finding_partnership_id_plan_id_fkey",
  "milestone.action_id: milestone_action_id_position_key, not milestone_partnership_id_action_id_fkey",
  "objective.plan_id: objective_plan_id_reference_key, not objective_partnership_id_plan_id_fkey",
  "published_total.plan_id: published_total_plan_id_source_dimension_value_key, not published_total_partnership_id_plan_id_fkey",
  // both keys are refused; only which of two constraints is told first differs
  "rating.scheme_id: rating_partnership_id_scheme_id_fkey, not rating_colour_of_scheme_fkey",
  "rating_scheme.plan_id: rating_scheme_plan_id_version_key, not rating_scheme_partnership_id_plan_id_fkey",
  "rating_scheme_entry.scheme_id: rating_scheme_entry_colour_key, not rating_scheme_entry_partnership_id_scheme_id_fkey",
  "theme.plan_id: theme_plan_id_position_key, not theme_partnership_id_plan_id_fkey",
  "tracked_item_response.tracked_item_id: tracked_item_response_tracked_item_id_number_key, not tracked_item_response_partnership_id_tracked_item_id_fkey",
];

/** Foreign keys to a row that is no partnership's: persons, whose ids are random and never leave their partnership, and what all read. */
const TO_NOBODYS = ["bank_holiday_calendar", "person", "partnership"];

test("a key of another partnership and one that nobody has are refused in the same words", async () => {
  const { database, facts, world } = proven;
  const { ashby, bexton } = world.partnerships;
  const references = await database.owner.query<{ table: string; column: string; target: string }[]>(
    `select c.relname as table, t.relname as target,
       (select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any (f.conkey) and a.attname <> 'partnership_id' limit 1) as column
     from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class t on t.oid = f.confrelid
     where f.contype = 'f' and array_length(f.conkey, 1) > 1 and c.relnamespace = 'public'::regnamespace order by 1, 3`,
  );
  const single = await database.owner.query<{ target: string }[]>(
    "select distinct t.relname as target from pg_constraint f join pg_class t on t.oid = f.confrelid where f.contype = 'f' and array_length(f.conkey, 1) = 1",
  );
  expect(single.map(({ target }) => target).sort()).toEqual([...TO_NOBODYS].sort());
  const telling: string[] = [];
  let compared = 0;
  for (const { table, column, target } of references) {
    // rating names its colour by the scheme alone; both keys are then of the scheme
    const row = facts.tables[table]?.find((one) => one.partnership_id === ashby && one[column] !== null);
    const foreign = facts.tables[target]?.find((one) => one.partnership_id === bexton);
    if (!row || !foreign || !(column in row) || column === "dimension") continue;
    const said: string[] = [];
    for (const key of [String(foreign.id), "00000000-0000-4000-8000-999999999999"]) {
      const names = Object.keys(row).filter((name) => name !== "id");
      const values = names.map((name) => (name === column ? key : row[name]));
      const error = await asService(database, async (send) => {
        await send(`select app.enter_as_operator('${ashby}', '${NOW.toISOString()}')`);
        return send(
          `insert into "${table}" (${names.map((name) => `"${name}"`).join(", ")}) values (${names.map((_, index) => `$${index + 1}`).join(", ")})`,
          values,
        ).then(
          () => ({ code: "none", message: "accepted", detail: "" }),
          (thrown: unknown) => {
            const { code, message, driverError } = thrown as {
              code?: string;
              message: string;
              driverError?: { detail?: string };
            };
            return { code, message, detail: driverError?.detail ?? "" };
          },
        );
      });
      said.push(JSON.stringify(error).replaceAll(key, "…"));
    }
    if (said[0] !== said[1]) {
      const told = said.map((one) => /constraint \\"(\w+)/.exec(one)?.[1] ?? one);
      telling.push(`${table}.${column}: ${told.join(", not ")}`);
    }
    expect([table, column, said[0]?.includes("accepted")]).toEqual([table, column, false]);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(40);
  expect(telling.sort()).toEqual(JUDGED);
});
