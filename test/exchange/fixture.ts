import { randomUUID } from "node:crypto";
import type { QueryRunner } from "typeorm";
import type { TestDatabase } from "../support/database";
import { operatorTransaction } from "../support/database";

export interface Place {
  partnershipId: string;
  planId: string;
  council: string;
  police: string;
  health: string;
}

/** A partnership of three agencies with one empty plan. */
export async function place(db: TestDatabase, slug: string): Promise<Place> {
  const ids = {
    partnershipId: randomUUID(),
    planId: randomUUID(),
    council: randomUUID(),
    police: randomUUID(),
    health: randomUUID(),
  };
  await operatorTransaction(db.app, null, (runner) =>
    runner.query("insert into partnership (id, slug, name, label) values ($1, $2, $2, 'LSCP')", [
      ids.partnershipId,
      slug,
    ]),
  );
  await operatorTransaction(db.app, ids.partnershipId, async (runner) => {
    await runner.query(
      `insert into agency (id, partnership_id, name, short_name, sector, kind) values
         ($2, $1, 'Borough Council', 'BC', 'COUNCIL', 'ORGANISATION'),
         ($3, $1, 'County Police', 'Police', 'POLICE', 'ORGANISATION'),
         ($4, $1, 'Health', null, 'HEALTH', 'COLLECTIVE')`,
      [ids.partnershipId, ids.council, ids.police, ids.health],
    );
    await runner.query("insert into plan (id, partnership_id, slug, title) values ($2, $1, 'plan', 'The plan')", [
      ids.partnershipId,
      ids.planId,
    ]);
  });
  return ids;
}

const TABLES = [
  "theme",
  "objective",
  "finding",
  "objective_finding",
  "action",
  "action_finding",
  "milestone",
  "assignment",
  "post",
  "rating_scheme",
  "rating_scheme_entry",
  "rating",
  "progress_update",
  "import_batch",
  "import_row",
];

/** Every row of every table that an import writes, counted and hashed, as the owner sees it with row security off. */
export async function fingerprint(
  db: TestDatabase,
  tables: readonly string[] = TABLES,
): Promise<Record<string, string>> {
  const prints: Record<string, string> = {};
  for (const table of tables) {
    const [found] = (await asTheServer(db, (runner) =>
      runner.query(
        `select count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as print from ${table} t`,
      ),
    )) as { print: string }[];
    prints[table] = found?.print ?? "";
  }
  return prints;
}

/** Reads behind the policies: the tests' login is a superuser, which no policy binds. */
export async function asTheServer<T>(db: TestDatabase, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = db.owner.createQueryRunner();
  try {
    return await work(runner);
  } finally {
    await runner.release();
  }
}
