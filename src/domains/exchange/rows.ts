/** Something that runs statements, one at a time, in a transaction that somebody else began: a QueryRunner, or a request's own. */
export interface Statements {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** Column name to its PostgreSQL type, in the order in which they are written. */
export type Columns = Readonly<Record<string, string>>;
/** A row to write: its properties are named as the columns are. */
export type Row = object;

const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** JSON that PostgreSQL takes: it holds neither the character of code 0 nor half a surrogate pair. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) => (typeof held === "string" ? held.replace(UNSTORABLE, "") : held));
}

const quoted = (names: string[], of = "") => names.map((name) => `${of}"${name}"`).join(", ");
const recordOf = (columns: Columns) =>
  Object.entries(columns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(", ");

/** Adds rows to a tenant table in one statement, however many. A column that a row lacks becomes null. */
export async function insertRows(
  sql: Statements,
  table: string,
  partnershipId: string,
  columns: Columns,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  await sql.query(
    `insert into ${table} (partnership_id, ${quoted(names)})
     select $1, ${quoted(names)} from jsonb_to_recordset($2::jsonb) as r(${recordOf(columns)})`,
    [partnershipId, toJson(rows)],
  );
}

/** Writes every column but `id` of the rows with these ids, in one statement. */
export async function updateRows(
  sql: Statements,
  table: string,
  columns: Columns,
  rows: readonly Row[],
  alsoSet: readonly string[] = [],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).filter((name) => name !== "id");
  await sql.query(
    `update ${table} as t set ${[...names.map((name) => `"${name}" = r."${name}"`), ...alsoSet].join(", ")}
     from jsonb_to_recordset($1::jsonb) as r(${recordOf(columns)}) where t.id = r.id`,
    [toJson(rows)],
  );
}

/**
 * Adds rows, or brings those already there (found by the columns `by`, a unique key of the table) up to date, in one
 * statement. A row that already says the same is not touched.
 */
export async function upsertRows(
  sql: Statements,
  table: string,
  partnershipId: string,
  columns: Columns,
  rows: readonly Row[],
  by: string[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const others = names.filter((name) => !by.includes(name));
  const change =
    others.length === 0
      ? "do nothing"
      : `do update set ${others.map((name) => `"${name}" = excluded."${name}"`).join(", ")}
         where (${quoted(others, "t.")}) is distinct from (${quoted(others, "excluded.")})`;
  await sql.query(
    `insert into ${table} as t (partnership_id, ${quoted(names)})
     select $1, ${quoted(names)} from jsonb_to_recordset($2::jsonb) as r(${recordOf(columns)})
     on conflict (${quoted(by)}) ${change}`,
    [partnershipId, toJson(rows)],
  );
}

/** Adds those rows whose columns `by` no row of the table has yet, null counting as a value; what is there stays as it is. */
export async function addMissingRows(
  sql: Statements,
  table: string,
  partnershipId: string,
  columns: Columns,
  rows: readonly Row[],
  by: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  await sql.query(
    `insert into ${table} (partnership_id, ${quoted(names)})
     select distinct $1::uuid, ${quoted(names)} from jsonb_to_recordset($2::jsonb) as r(${recordOf(columns)})
     where not exists (select 1 from ${table} t where t.partnership_id = $1
       and (${quoted([...by], "t.")}) is not distinct from (${quoted([...by], "r.")}))`,
    [partnershipId, toJson(rows)],
  );
}

/**
 * Brings the last day (`valid_to`) of rows that are there, found as `addMissingRows` finds them, forward to the one given: what
 * has ended does not begin again. `ended` is SQL for the day on which a row `t` was ended apart from that. Gives the lines of
 * those that end sooner than is given, which were left.
 */
export async function endRowsSooner(
  sql: Statements,
  table: string,
  partnershipId: string,
  columns: Columns,
  rows: readonly (Row & { line: number })[],
  by: readonly string[],
  ended = "null::date",
): Promise<{ line: number; last: string }[]> {
  if (rows.length === 0) return [];
  const given = `jsonb_to_recordset($2::jsonb) as r(line int, ${recordOf(columns)})`;
  const same = `t.partnership_id = $1 and (${quoted([...by], "t.")}) is not distinct from (${quoted([...by], "r.")})`;
  const values = [partnershipId, toJson(rows)];
  await sql.query(
    `update ${table} as t set valid_to = r.valid_to from ${given}
     where ${same} and r.valid_to < coalesce(t.valid_to, 'infinity') and ${ended} is null`,
    values,
  );
  return (await sql.query(
    `select r.line, max(least(t.valid_to, ${ended}))::text as last from ${given} join ${table} t on ${same}
     group by r.line, r.valid_to having max(coalesce(least(t.valid_to, ${ended}), 'infinity')) < coalesce(r.valid_to, 'infinity') order by r.line`,
    values,
  )) as { line: number; last: string }[];
}
