import { QueryFailedError } from "typeorm";
import { FolderError } from "../folder-error";
import { type FolderRow } from "./csv-table";
import { addMissingRows, type Columns, endRowsSooner, type Row, type Statements } from "../rows";

/** One folder on its way into the database, in the caller's transaction. */
export interface Loading {
  sql: Statements;
  folder: string;
  /** The people are demonstration actors, who sign in with the demonstration's own tokens. */
  demonstration: boolean;
  now: Date;
  partnershipId: string;
  /** What was left as it is, for the operator to read. */
  notes: string[];
}

export interface LoadedPlan {
  id: string;
  slug: string;
  reportedOn: string | null;
}

/** Runs the statements of one file; what the database refuses is told with the file's name. */
export async function inFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    const { constraint, code } = error.driverError as { constraint?: string; code?: string };
    // 22: a value out of range; 23: a constraint
    if (!code?.startsWith("22") && !code?.startsWith("23")) throw error;
    throw new FolderError(`${file}: the database refuses a row (${constraint ?? code}). Nothing was loaded.`);
  }
}

/** Refuses a file in which two rows have the same key. */
export function eachOnce(rows: readonly FolderRow[], keyOf: (row: FolderRow) => string): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    const before = seen.get(key);
    if (before !== undefined) row.fail(`it repeats line ${before}: "${key}" may stand once.`);
    seen.set(key, row.line);
  }
}

/** Id by key, from rows of two columns. */
export async function idsBy(sql: Statements, text: string, values: unknown[]): Promise<Map<string, string>> {
  const rows = (await sql.query(text, values)) as { key: string; id: string }[];
  return new Map(rows.map(({ key, id }) => [key, id]));
}

/**
 * Adds the dated rows of a file that are not there yet and lets those that are end as it says, in so far as that is sooner;
 * what ended before is noted and left.
 */
export async function loadDated(
  { sql, partnershipId, notes }: Pick<Loading, "sql" | "partnershipId" | "notes">,
  file: string,
  table: string,
  columns: Columns,
  rows: readonly (Row & { line: number })[],
  by: readonly string[],
  ended?: string,
): Promise<void> {
  await inFile(file, async () => {
    await addMissingRows(sql, table, partnershipId, columns, rows, by);
    for (const { line, last } of await endRowsSooner(sql, table, partnershipId, columns, rows, by, ended))
      notes.push(`${file}, line ${line}: it is there already and ended on ${last}, which was left as it is.`);
  });
}
