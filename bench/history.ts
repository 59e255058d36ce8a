import { Client } from "pg";
import { tracked } from "../migrations/history/tracked";
import { vacuum } from "./database";

const [PUBLIC, THEN] = ["public", "history"];

/** Columns of a table, in their order. */
async function columnsOf(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [`${PUBLIC}.${table}`],
  );
  return rows.map(({ name }) => name);
}

/** Since when a table's rows are known, as SQL over a row `t`: what is reported ten days after its period, all else from the start. */
const SINCE: Readonly<Record<string, string>> = {
  progress_update: "(t.period_end + 10)::timestamptz",
  rating: "(t.as_at + 10)::timestamptz",
};
const START = "timestamptz '2013-01-01'";

/**
 * Five years of quarterly history for what `generate` made, as the service's own triggers would have left it: each quarter every
 * action is touched once, every update is submitted and then accepted, and ratings are given. The newest versions are the rows.
 */
export async function remember(url: string, quarters: number, say: (text: string) => void): Promise<void> {
  const client = new Client({ connectionString: url, options: "-c timezone=UTC" });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("set local session_replication_role = replica");
    for (const table of tracked) {
      const columns = (await columnsOf(client, table)).map((name) => `t.${name}`).join(", ");
      say(`remembering ${table}`);
      const insert = (from: string, to: string, rows = `${PUBLIC}.${table} t`) =>
        client.query(
          `insert into ${THEN}.${table} select ${columns}, ${from}, ${to}, 1, null, false, 'salt', sha256(convert_to(t.id || ' ' || (${from}), 'UTF8')) from ${rows}`,
        );
      if (table === "action") {
        const version = `(${START} + make_interval(months => 3 * q))`;
        const next = `case when q = ${quarters} then 'infinity' else ${START} + make_interval(months => 3 * (q + 1)) end`;
        await insert(version, next, `${PUBLIC}.${table} t, generate_series(0, ${quarters}) q`);
      } else if (table === "progress_update") {
        const since = SINCE[table] ?? START;
        await insert(since, `${since} + interval '4 days'`);
        await client.query(`update ${THEN}.${table} set state = 'SUBMITTED', accepted_at = null`);
        await insert(`${since} + interval '4 days'`, "'infinity'");
      } else await insert(SINCE[table] ?? START, "'infinity'");
    }
    await client.query("commit");
    await vacuum(client);
  } finally {
    await client.end();
  }
}
