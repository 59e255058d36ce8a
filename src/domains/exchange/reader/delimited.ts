import { parse } from "csv-parse/sync";
import { MAX_COLUMNS, MAX_ROWS, UnreadablePlanError, tooManyColumns, tooManyRows } from "./limits";
import type { RawRow } from "./grid";

export type Delimiter = "," | ";" | "\t" | "|";
export const DELIMITERS: readonly Delimiter[] = ["\t", ",", ";", "|"];

/**
 * Delimiters in the order in which they are worth trying: by how well the best line, cut at them, reads as a header; then by
 * how often they occur.
 */
export function likelyDelimiters(text: string, headerScore: (cells: string[]) => number): Delimiter[] {
  const score = new Map(DELIMITERS.map((delimiter) => [delimiter, { header: 0, count: 0 }]));
  const sample = text.slice(0, 2_000_000);
  for (const line of sample.split(/\r\n|\r|\n/, MAX_ROWS)) {
    for (const [delimiter, found] of score) {
      if (!line.includes(delimiter)) continue;
      const cells = line.split(delimiter, MAX_COLUMNS);
      found.count += cells.length - 1;
      if (line.length < 4_000)
        found.header = Math.max(found.header, headerScore(cells.map((cell) => cell.replace(/^\s*"|"\s*$/g, ""))));
    }
  }
  return DELIMITERS.filter((delimiter) => (score.get(delimiter)?.count ?? 0) > 0).sort((left, right) => {
    const [a, b] = [score.get(left), score.get(right)];
    return (b?.header ?? 0) - (a?.header ?? 0) || (b?.count ?? 0) - (a?.count ?? 0);
  });
}

/** Rows of delimiter-separated text with the line on which each begins. Quoted cells may run over lines. */
export function delimitedRows(text: string, delimiter: Delimiter): RawRow[] {
  const { opensAt, widest, rows } = measure(text, delimiter);
  if (widest.columns > MAX_COLUMNS) throw tooManyColumns(`more than ${MAX_COLUMNS}`, widest.line);
  if (rows > MAX_ROWS * 4) throw tooManyRows();
  if (opensAt !== null) {
    // Tab-separated text is often a conversion, where a quotation mark is just a quotation mark.
    if (delimiter === "\t") return plainLines(text, delimiter);
    throw new UnreadablePlanError(
      "UNBALANCED_QUOTES",
      `A quotation mark opened on line ${opensAt} is never closed, so rows cannot be told apart. Save the plan from the spreadsheet again, as .xlsx or .csv.`,
    );
  }
  if (!text.includes('"')) return plainLines(text, delimiter);
  const records = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    record_delimiter: ["\r\n", "\n", "\r"],
  }) as unknown as { record: string[]; info: { lines: number } }[];
  let next = 1;
  return records.map(({ record, info }) => {
    const line = next;
    next = info.lines + 1;
    return { line, cells: record };
  });
}

function plainLines(text: string, delimiter: Delimiter): RawRow[] {
  return text.split(/\r\n|\r|\n/).map((line, index) => ({ line: index + 1, cells: line.split(delimiter) }));
}

/** One cheap pass before parsing: the widest row, the number of rows, and a quotation mark that never closes. */
function measure(
  text: string,
  delimiter: Delimiter,
): { opensAt: number | null; widest: { columns: number; line: number }; rows: number } {
  const widest = { columns: 0, line: 1 };
  let line = 1;
  let rowLine = 1;
  let columns = 1;
  let rows = 0;
  let quotedFrom: number | null = null;
  let cellStart = true;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    const lineEnd = char === "\n" || (char === "\r" && text[index + 1] !== "\n");
    if (lineEnd) line++;
    if (quotedFrom !== null) {
      if (char !== '"') continue;
      if (text[index + 1] === '"') index++;
      else quotedFrom = null;
      continue;
    }
    if (lineEnd) {
      if (columns > widest.columns) Object.assign(widest, { columns, line: rowLine });
      rows++;
      columns = 1;
      rowLine = line;
      cellStart = true;
    } else if (char === delimiter) {
      columns++;
      cellStart = true;
      if (columns > MAX_COLUMNS) return { opensAt: null, widest: { columns, line: rowLine }, rows };
    } else if (char === '"' && cellStart) {
      quotedFrom = line;
      cellStart = false;
    } else if (char !== "\r") cellStart = false;
  }
  return { opensAt: quotedFrom, widest, rows: rows + 1 };
}
