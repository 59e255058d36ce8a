/** Largest file that is read, in bytes. Callers check the size before they read the content. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Most that a workbook may unpack to, in bytes, over all its parts. */
export const MAX_UNPACKED_BYTES = 200 * 1024 * 1024;
/** Most that one part of a workbook (a sheet, the strings) may unpack to, in bytes. */
export const MAX_PART_BYTES = 48 * 1024 * 1024;
/** Most parts in a workbook. */
export const MAX_PARTS = 1000;
export const MAX_ROWS = 50_000;
export const MAX_COLUMNS = 200;
/** Longest text of one cell, in characters; Excel's own limit is 32,767. */
export const MAX_CELL_CHARS = 50_000;

export type UnreadablePlanCode =
  "EMPTY" | "TOO_LARGE" | "NOT_READABLE" | "NOT_A_PLAN" | "UNBALANCED_QUOTES" | "BAD_MAPPING";

/** The file cannot be read as a plan. The message says in plain words what to do; it names no path. */
export class UnreadablePlanError extends Error {
  constructor(
    readonly code: UnreadablePlanCode,
    message: string,
  ) {
    super(message);
    this.name = "UnreadablePlanError";
  }
}

export function tooManyColumns(count: number | string, line: number): UnreadablePlanError {
  return new UnreadablePlanError(
    "TOO_LARGE",
    `Row ${line} reaches ${count} columns; at most ${MAX_COLUMNS} are read. Delete the unused columns and save the file again.`,
  );
}

export function tooManyRows(): UnreadablePlanError {
  return new UnreadablePlanError(
    "TOO_LARGE",
    `The file has more than ${MAX_ROWS} rows. Delete the unused rows, or split the plan into several files.`,
  );
}
