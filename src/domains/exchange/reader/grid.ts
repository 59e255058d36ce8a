import { MAX_ROWS, tooManyRows } from "./limits";
import { cleanText } from "./markup";
import type { Colour } from "./types";

/** One cell: cleaned text with its bold and struck-out marks, and what a worksheet knows besides. */
export interface GridCell {
  text: string;
  /** What is unsure about the cell itself. */
  doubts: string[];
  /** Colour of the cell's fill, where it is plainly red, amber or green. */
  fill: Colour | null;
  /** Covered by a merged cell: the value stands further left, or further up. */
  covered: "ACROSS" | "DOWN" | null;
  /** A calendar day the cell holds as a date, not as text. */
  typed: boolean;
}

export interface GridRow {
  /** Line of the file, or row of the sheet, counted from 1. */
  line: number;
  sheet: string | null;
  cells: GridCell[];
  /** A line of running text between tables; only in tab-separated text. */
  prose: boolean;
  /** A markdown heading: it ends the table before it. */
  heading: boolean;
  /** Number of the run of rows without a blank line between them. */
  block: number;
}

export interface Grid {
  format: "CSV" | "XLSX" | "TEXT";
  rows: GridRow[];
  notes: string[];
}

export interface RawRow {
  line: number;
  cells: string[];
}

export function gridCell(raw: string, knownWords: ReadonlySet<string>): GridCell {
  const { text, doubts } = cleanText(raw, knownWords);
  return { text, doubts, fill: null, covered: null, typed: false };
}

/** Rows of text as a grid. A row whose cells are all empty ends a block and is left out. */
export function gridOf(format: "CSV" | "TEXT", raw: RawRow[], knownWords: ReadonlySet<string>, notes: string[]): Grid {
  const rows: GridRow[] = [];
  let block = 0;
  let wasBlank = true;
  for (const { line, cells } of raw) {
    if (cells.every((cell) => cell.trim() === "")) {
      wasBlank = true;
      continue;
    }
    if (wasBlank) block++;
    wasBlank = false;
    const prose = format === "TEXT" && cells.length === 1;
    const first = cells[0] ?? "";
    rows.push({
      line,
      sheet: null,
      prose,
      heading: prose && /^#{1,6}\s/.test(first),
      block,
      cells: cells.map((cell) => gridCell(cell, knownWords)),
    });
    if (rows.length > MAX_ROWS) throw tooManyRows();
  }
  return { format, rows, notes };
}
