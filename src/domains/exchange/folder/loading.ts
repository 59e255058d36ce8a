import { QueryFailedError } from "typeorm";
import { FolderError } from "../folder-error";
import { type FolderRow } from "./csv-table";
import type { Statements } from "../rows";

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
