import type { GridRow } from "./grid";
import { HeaderNames, headerLetters, isPieceOf } from "./headers";
import { referenceOf } from "./references";
import { letters, plain } from "./text";
import type { CanonicalColumn } from "./types";

/** The columns of a table as its header row gives them, by position. */
export interface TableColumns {
  line: number;
  headers: string[];
  columns: (CanonicalColumn | null)[];
  /** The header texts in one string: tables with the same are one table. */
  signature: string;
  strong: boolean;
}

const WITNESSES: CanonicalColumn[] = [
  "reference",
  "leads",
  "byWhen",
  "measure",
  "successCriteria",
  "reportedDelivery",
  "reportedImpact",
  "status",
  "overallProgress",
  "impactNarrative",
  "desiredOutcome",
  "objectiveTitle",
  "contributors",
  "description",
];

/** A row as the header of an action table; null when it is not one. */
export function asHeader(row: GridRow, names: HeaderNames): TableColumns | null {
  if (row.prose) return null;
  const headers = row.cells.map((cell) => plain(cell.text).split("\n").join(" "));
  const columns = headers.map((header) => names.columnOf(header));
  const printed = headers.filter((header) => letters(header) !== "" || header === "#").length;
  const known = columns.filter((column) => column !== null).length;
  if (known < 2 || known * 2 < printed) return null;
  settleTitle(columns);
  settleReference(columns, headers);
  settleTarget(columns, headers);
  const has = (column: CanonicalColumn): boolean => columns.includes(column);
  const distinct = new Set(columns.filter((column) => column !== null && WITNESSES.includes(column))).size;
  const asked = names.mapped.has("title") && columns.includes("title");
  if (!has("title") || !(has("leads") || has("byWhen") || asked) || distinct < (asked ? 1 : 2)) return null;
  spread(columns, headers);
  return {
    line: row.line,
    headers,
    columns,
    signature: headers.map(headerLetters).join("|"),
    strong: has("leads") && has("byWhen"),
  };
}

/** How many different columns a row of texts names; used to find the delimiter. */
export function headerScore(cells: string[], names: HeaderNames): number {
  return new Set(cells.map((cell) => names.columnOf(cell.trim())).filter((column) => column !== null)).size;
}

/** A plan whose only statement is its recommendation, or its description, has that as the action. */
function settleTitle(columns: (CanonicalColumn | null)[]): void {
  if (columns.includes("title")) return;
  for (const stand of ["objectiveTitle", "description"] as const) {
    const at = columns.indexOf(stand);
    if (at < 0) continue;
    columns[at] = "title";
    return;
  }
}

/** Of two columns of numbers the one nearest to the action is its reference; the other is the recommendation's. */
function settleReference(columns: (CanonicalColumn | null)[], headers: string[]): void {
  const all = columns.flatMap((column, index) => (column === "reference" ? [index] : []));
  if (all.length < 2) return;
  const title = columns.indexOf("title");
  const own = all.reduce((best, index) => (Math.abs(index - title) < Math.abs(best - title) ? index : best));
  for (const index of all) {
    if (index !== own)
      columns[index] = /rec|obj|finding/i.test(headers[index] ?? "") ? "objectiveReference" : "ignored";
  }
}

/** "Target" beside a column of dates is a measure. */
function settleTarget(columns: (CanonicalColumn | null)[], headers: string[]): void {
  if (columns.filter((column) => column === "byWhen").length < 2) return;
  headers.forEach((header, index) => {
    if (columns[index] === "byWhen" && letters(header) === "target") columns[index] = "measure";
  });
}

/** A column without a header, between two that have one, is a part of the column on its left that the conversion cut off. */
function spread(columns: (CanonicalColumn | null)[], headers: string[]): void {
  const last = columns.findLastIndex((column) => column !== null);
  for (let index = 1; index < last; index++) {
    if (columns[index] === null && letters(headers[index] ?? "") === "") columns[index] = columns[index - 1] ?? null;
  }
}

/** Whether a header is that of `table` again, perhaps on another page with a column lost or added. */
export function alike(header: TableColumns, table: TableColumns): boolean {
  const known = new Set(table.headers.map(headerLetters).filter((text) => text !== ""));
  return header.headers.filter((text) => known.has(headerLetters(text))).length >= 3;
}

/** Whether a repeated header stands in the columns of the first, if only in pieces: then the first one's columns hold. */
export function inPlace(header: TableColumns, table: TableColumns): boolean {
  const width = (list: string[]): number => list.findLastIndex((text) => text !== "");
  if (width(header.headers) !== width(table.headers)) return false;
  const printed = header.headers.filter((text) => letters(text) !== "").length;
  return (
    header.headers.filter((text, index) => letters(text) !== "" && isPieceOf(text, table.headers[index] ?? "")).length *
      3 >=
    printed * 2
  );
}

/**
 * Whether a row is a misread or cut-up repeat of the table's header ("NO.", "Denvery Lead", "working when"), and by how many columns it is
 * shifted; null when it is a row of its own.
 */
export function repeatedHeader(
  row: GridRow,
  table: TableColumns,
  first: TableColumns,
  banners: readonly string[],
): { shift: number } | null {
  if (row.prose || referenceOf(row.cells[table.columns.indexOf("reference")]?.text ?? "", false) !== null) return null;
  const cells = row.cells.map((cell) => plain(cell.text).split("\n").join(" "));
  const counted = cells.filter((cell) => letters(cell).replace(/\d/g, "").length >= 3 || letters(cell) === "no");
  if (counted.length < 2 || counted.some((cell) => cell.length > 80)) return null;
  const headers = [...new Set([...table.headers, ...first.headers])];
  const banner = (cell: string): boolean =>
    letters(cell).length > 6 && banners.some((text) => letters(text).includes(letters(cell).slice(0, 24)));
  const fits = counted.filter(
    (cell) => headers.some((header) => isPieceOf(cell, header)) || banner(cell) || holdsHeader(cell, headers),
  ).length;
  const direct = counted.filter((cell) => headers.some((header) => isPieceOf(cell, header))).length;
  if (direct < 2 || fits * 2 < counted.length || (fits * 3 < counted.length * 2 && direct < 3)) return null;
  const shifts = [0, -1, 1, -2, 2].map((shift) => ({
    shift,
    hits: cells.filter((cell, index) => letters(cell) !== "" && isPieceOf(cell, table.headers[index + shift] ?? ""))
      .length,
  }));
  return shifts.reduce((best, next) => (next.hits > best.hits ? next : best));
}

/** "ren Who Need Help and Pro Actions": a header with a piece of the banner above it. */
function holdsHeader(cell: string, headers: string[]): boolean {
  const text = letters(cell);
  return headers.some((header) => letters(header).length >= 6 && text.endsWith(letters(header)));
}

/** The first header's columns at a repeated one's width. */
export function atWidthOf(header: TableColumns, table: TableColumns): TableColumns {
  const { length } = header.columns;
  const fit = <T>(list: T[], blank: T): T[] => Array.from({ length }, (_, index) => list[index] ?? blank);
  return { ...table, line: header.line, headers: fit(table.headers, ""), columns: fit(table.columns, null) };
}

/** The table with its columns moved, for pages on which the conversion lost or added a column. */
export function shifted(table: TableColumns, shift: number, width: number): TableColumns {
  if (shift === 0) return table;
  const move = <T>(list: T[], blank: T): T[] =>
    Array.from({ length: width }, (_, index) => list[index + shift] ?? blank);
  return { ...table, headers: move(table.headers, ""), columns: move(table.columns, null) };
}

/** The two rows of a header in two parts as one: what the first left open, the second names, alone or with what stands above it. */
export function completedHeader(first: TableColumns, row: GridRow, names: HeaderNames): TableColumns | null {
  if (row.prose || row.cells.length > first.columns.length) return null;
  const columns = [...first.columns];
  const headers = [...first.headers];
  let above = "";
  let found = 0;
  for (const [index, cell] of row.cells.entries()) {
    const own = first.headers[index] ?? "";
    if (own !== "") above = own;
    const text = cell.covered === null ? plain(cell.text).split("\n").join(" ") : "";
    if (text === "") continue;
    const open = own === "" || (index + 1 < first.headers.length && first.headers[index + 1] === "");
    const column = (open ? names.columnOf(`${above} ${text}`) : null) ?? names.columnOf(text);
    if (text.length > 60 || column === null) return null;
    found++;
    columns[index] = column;
    headers[index] = `${above} ${text}`.trim();
  }
  return found > 0 ? { ...first, columns, headers } : null;
}
