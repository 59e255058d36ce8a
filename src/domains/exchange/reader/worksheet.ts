import { MAX_COLUMNS, MAX_ROWS, UnreadablePlanError, tooManyColumns, tooManyRows } from "./limits";
import { gridCell, type Grid, type GridCell, type GridRow } from "./grid";
import { RichText, marked, readWorkbook, type CellStyle, type Workbook } from "./workbook";
import { attribute, xmlTags, xmlText, type XmlTag } from "./xml";
import { ZipParts } from "./zip";

const MAX_MERGES = 20_000;
const MAX_CELLS = 1_000_000;

interface Merge {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** The visible sheets of an .xlsx or .xlsm file as one grid, in their order. Formulas are never evaluated. */
export function workbookGrid(bytes: Buffer, knownWords: ReadonlySet<string>, onlySheet: string | undefined): Grid {
  const parts = ZipParts.open(bytes);
  const workbook = readWorkbook(parts);
  const notes: string[] = [];
  const rows: GridRow[] = [];
  const wanted = onlySheet?.trim().toLowerCase();
  if (wanted !== undefined && !workbook.sheets.some((sheet) => sheet.name.trim().toLowerCase() === wanted)) {
    const names = workbook.sheets.map((sheet) => `"${sheet.name}"`).join(", ");
    throw new UnreadablePlanError(
      "BAD_MAPPING",
      `The workbook has no sheet named "${onlySheet ?? ""}". Its sheets are ${names}.`,
    );
  }
  for (const sheet of workbook.sheets) {
    if (wanted !== undefined && sheet.name.trim().toLowerCase() !== wanted) continue;
    if (sheet.hidden && wanted === undefined) {
      notes.push(`The hidden sheet "${sheet.name}" was not read.`);
      continue;
    }
    const xml = parts.text(sheet.part);
    if (xml !== null) rows.push(...sheetRows(xml, sheet.name, workbook, knownWords, rows.at(-1)?.block ?? 0));
    if (rows.length > MAX_ROWS) throw tooManyRows();
  }
  if (parts.names().includes("xl/vbaproject.bin")) notes.push("The workbook has macros; they were not looked at.");
  return { format: "XLSX", rows, notes };
}

/** A cell while its tags go by. */
interface OpenCell {
  column: number;
  type: string;
  style: CellStyle | undefined;
  value: string | null;
  formula: boolean;
}

function sheetRows(
  xml: string,
  sheet: string,
  workbook: Workbook,
  knownWords: ReadonlySet<string>,
  lastBlock: number,
): GridRow[] {
  const byRow = new Map<number, Map<number, GridCell>>();
  const merges: Merge[] = [];
  const rich = new RichText();
  let row = 0;
  let column = 0;
  let seen = 0;
  let cell: OpenCell | null = null;
  for (const tag of xmlTags(xml)) {
    if (tag.name === "row" && tag.kind !== "CLOSE") {
      row = Number(attribute(tag, "r") ?? row + 1);
      column = 0;
    } else if (tag.name === "c" && tag.kind !== "CLOSE") {
      if (++seen > MAX_CELLS)
        throw new UnreadablePlanError("TOO_LARGE", "The sheet has over a million cells. Save the plan alone as .csv.");
      column = columnOf(attribute(tag, "r")) ?? column + 1;
      cell = {
        column,
        type: attribute(tag, "t") ?? "n",
        style: workbook.styles[Number(attribute(tag, "s") ?? -1)],
        value: null,
        formula: false,
      };
      if (tag.kind === "EMPTY") cell = place(byRow, row, cell, rich, workbook, knownWords);
    } else if (tag.name === "c" && cell) {
      cell = place(byRow, row, cell, rich, workbook, knownWords);
    } else if (cell && tag.name === "v" && tag.kind === "CLOSE") cell.value = xmlText(tag.before);
    else if (cell && tag.name === "f" && tag.kind !== "CLOSE") cell.formula = true;
    else if (cell) rich.tag(tag.name, tag.kind, tag.before, attribute(tag, "val"));
    else if (tag.name === "mergeCell" && tag.kind !== "CLOSE") merges.push(...mergeOf(tag));
    if (merges.length > MAX_MERGES)
      throw new UnreadablePlanError("TOO_LARGE", "The sheet has too many merged cells. Save it as .csv.");
  }
  return laidOut(byRow, merges, sheet, lastBlock);
}

function place(
  byRow: Map<number, Map<number, GridCell>>,
  row: number,
  cell: OpenCell,
  rich: RichText,
  workbook: Workbook,
  knownWords: ReadonlySet<string>,
): null {
  const built = cellOf(cell, rich.take(), workbook, knownWords);
  if (built === null) return null;
  if (cell.column > MAX_COLUMNS) {
    if (built.text === "") return null;
    throw tooManyColumns(cell.column, row);
  }
  let cells = byRow.get(row);
  if (!cells) {
    cells = new Map<number, GridCell>();
    byRow.set(row, cells);
    if (byRow.size > MAX_ROWS) throw tooManyRows();
  }
  cells.set(cell.column, built);
  return null;
}

/** The shown value of a cell; null when it holds nothing at all. */
function cellOf(cell: OpenCell, inline: string, workbook: Workbook, knownWords: ReadonlySet<string>): GridCell | null {
  const { style } = cell;
  const fill = style?.fill ?? null;
  if (cell.value === null && inline === "") {
    if (!cell.formula) return fill === null ? null : { ...gridCell("", knownWords), fill };
    return { ...gridCell("", knownWords), fill, doubts: ["the cell is a formula without a stored result"] };
  }
  const shown = shownValue(cell, inline, workbook);
  const built = gridCell(shown.text, knownWords);
  const doubts = cell.formula ? [...built.doubts, "the value is a formula's last stored result"] : built.doubts;
  return {
    ...built,
    text: marked(built.text, style),
    fill,
    doubts: shown.doubt === null ? doubts : [...doubts, shown.doubt],
    typed: shown.typed,
  };
}

interface Shown {
  text: string;
  doubt: string | null;
  typed: boolean;
}

function shownValue({ type, value, style }: OpenCell, inline: string, workbook: Workbook): Shown {
  const asText = (text: string): Shown => ({ text, doubt: null, typed: false });
  if (type === "inlineStr" || value === null) return asText(inline);
  if (type === "s") return asText(workbook.strings[Number(value)] ?? "");
  if (type === "str" || type === "d") return asText(value);
  if (type === "b") return asText(value === "1" ? "Yes" : "No");
  if (type === "e") return { text: "", doubt: `the cell shows the error ${value.slice(0, 12)}`, typed: false };
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) return asText(value);
  const format = style?.format ?? "GENERAL";
  if (format === "DAY" || format === "MONTH") {
    const day = dayOf(number, workbook.from1904);
    return day === null ? asText(value) : { text: dateText(day, format), doubt: null, typed: true };
  }
  if (format === "PERCENT") return asText(`${Number((number * 100).toFixed(2))}%`);
  return asText(format === "GENERAL" ? String(number) : number.toFixed(format.decimals));
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A stored day, taken as a calendar day without any time zone; null outside 1905 to 2199. */
function dayOf(serial: number, from1904: boolean): Date | null {
  const date = new Date(Math.floor(serial + (from1904 ? 1462 : 0)) * 86_400_000 + Date.UTC(1899, 11, 30));
  const year = date.getUTCFullYear();
  return year >= 1905 && year < 2200 ? date : null;
}

function dateText(day: Date, format: "DAY" | "MONTH"): string {
  const year = day.getUTCFullYear();
  if (format === "MONTH") return `${MONTHS[day.getUTCMonth()] ?? ""} ${year}`;
  return day.toISOString().slice(0, 10);
}

function columnOf(reference: string | null): number | null {
  const name = /^[A-Z]{1,3}/.exec(reference ?? "")?.[0];
  if (name === undefined) return null;
  return Array.from(name).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function mergeOf(tag: XmlTag): Merge[] {
  const found = /^\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(attribute(tag, "ref") ?? "");
  if (!found) return [];
  return [
    {
      left: columnOf(found[1] ?? "") ?? 1,
      top: Number(found[2]),
      right: columnOf(found[3] ?? "") ?? 1,
      bottom: Number(found[4]),
    },
  ];
}

/** Rows in order, merged cells marked on the rows that are there. A blank row ends a block. */
function laidOut(
  byRow: Map<number, Map<number, GridCell>>,
  merges: Merge[],
  sheet: string,
  lastBlock: number,
): GridRow[] {
  const numbers = [...byRow.keys()].sort((left, right) => left - right);
  const used = Math.max(0, ...[...byRow.values()].map((cells) => Math.max(0, ...cells.keys())));
  const rows: GridRow[] = [];
  let block = lastBlock + 1;
  let previous = 0;
  const byTop = [...merges].sort((left, right) => left.top - right.top);
  let active: Merge[] = [];
  let nextMerge = 0;
  for (const number of numbers) {
    while ((byTop[nextMerge]?.top ?? Infinity) <= number) active.push(...byTop.slice(nextMerge, ++nextMerge));
    active = active.filter((merge) => merge.bottom >= number);
    const cells = byRow.get(number) ?? new Map<number, GridCell>();
    const laid: GridCell[] = Array.from({ length: used }, (_, index) => cells.get(index + 1) ?? emptyCell());
    for (const merge of active) cover(laid, merge, number);
    if (laid.every((cell) => cell.text === "" && cell.fill === null && cell.covered === null)) continue;
    if (previous > 0 && number > previous + 1) block++;
    previous = number;
    rows.push({ line: number, sheet, cells: laid, prose: false, heading: false, block });
  }
  return rows;
}

function cover(laid: GridCell[], merge: Merge, number: number): void {
  for (let column = merge.left; column <= Math.min(merge.right, laid.length); column++) {
    if (number === merge.top && column === merge.left) continue;
    laid[column - 1] = { ...emptyCell(), covered: number === merge.top ? "ACROSS" : "DOWN" };
  }
}

function emptyCell(): GridCell {
  return { text: "", doubts: [], fill: null, covered: null, typed: false };
}
