import { actionOf } from "./actions";
import { openBytes } from "./bytes";
import { delimitedRows, likelyDelimiters, type Delimiter } from "./delimited";
import type { Draft, Unplaced } from "./drafts";
import { missingActions } from "./gaps";
import { gridOf, type Grid } from "./grid";
import { HeaderNames } from "./headers";
import { UnreadablePlanError } from "./limits";
import { placeActions } from "./objectives";
import type { ReferenceMode } from "./gathering";
import { PlanScan } from "./scan";
import { headerScore, type TableColumns } from "./table";
import { letters, shorten } from "./text";
import type { ColumnMapping, ImportReport, PlanReading, ReadAction, ReadPlanOptions } from "./types";
import { Vocabulary } from "./vocabulary";
import { workbookGrid } from "./worksheet";
import { DECLARED_COUNTS } from "./words";

const ROWS_A_TURN = 250;

/**
 * Reads a published improvement plan: bytes in, typed actions and a report out. Nothing is guessed and nothing is dropped: a
 * reference is given only when it is printed, and what belongs to no action is listed with its line.
 *
 * Throws `UnreadablePlanError`, and nothing else, when the bytes are no plan.
 */
export async function readPlan(bytes: Buffer, options: ReadPlanOptions): Promise<PlanReading> {
  const vocabulary = new Vocabulary(options.vocabulary);
  const names = new HeaderNames(options.mapping);
  options.onProgress?.({ stage: "opening", done: 0, total: bytes.length });
  const grid = gridFrom(bytes, options, vocabulary, names);
  const dayFirst = options.mapping?.dateOrder !== "MDY";
  const references = referenceMode(options.mapping);
  const scan = new PlanScan(grid, { names, vocabulary, dayFirst, references });
  if (!scan.hasHeader) throw notAPlan(grid, names);
  for (let index = 0; index < grid.rows.length; index++) {
    scan.read(index);
    if (index % ROWS_A_TURN === 0) {
      options.onProgress?.({ stage: "reading rows", done: index, total: grid.rows.length });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  options.onProgress?.({ stage: "reading rows", done: grid.rows.length, total: grid.rows.length });
  if (scan.drafts.length === 0 && scan.unplaced.length === 0)
    throw new UnreadablePlanError(
      "NOT_A_PLAN",
      "The table of actions has its header and no row below it that reads like an action. Save the whole table, not only its first row.",
    );
  return assembled(grid, scan, options, vocabulary, dayFirst);
}

function gridFrom(
  bytes: Buffer,
  { mapping, fileName }: ReadPlanOptions,
  vocabulary: Vocabulary,
  names: HeaderNames,
): Grid {
  const container = openBytes(bytes);
  if (container.kind === "ZIP") return workbookGrid(bytes, vocabulary.words, mapping?.sheet);
  const { text, notes } = container;
  const asked = mapping?.delimiter;
  const delimiters: Delimiter[] =
    asked === undefined ? likelyDelimiters(text, (cells) => headerScore(cells, names)) : [asked];
  const [delimiter] = delimiters;
  if (delimiter === undefined) {
    throw new UnreadablePlanError(
      "NOT_A_PLAN",
      "The file has no columns: no tabs, commas, semicolons or bars. Save the plan's table as .xlsx or .csv, with its header row.",
    );
  }
  const format = delimiter === "\t" && !/\.csv$/i.test(fileName) ? "TEXT" : "CSV";
  return gridOf(format, delimitedRows(text, delimiter), vocabulary.words, notes);
}

function referenceMode(mapping: ColumnMapping | undefined): ReferenceMode {
  if (mapping?.reference === "#row") return "BY_ROW";
  return mapping?.reference === "#objective" ? "BY_OBJECTIVE" : "PRINTED";
}

function notAPlan(grid: Grid, names: HeaderNames): UnreadablePlanError {
  const found = new Set<string>();
  for (const row of grid.rows.slice(0, 2_000)) {
    for (const cell of row.cells)
      if (names.columnOf(cell.text) !== null && found.size < 8) found.add(shorten(cell.text, 40));
  }
  const seen =
    found.size === 0
      ? "None of them was found."
      : `Found, but not together in one row: ${[...found].map((text) => `"${text}"`).join(", ")}.`;
  return new UnreadablePlanError(
    "NOT_A_PLAN",
    `No table of actions was found. Looked for a header row with an action column and a lead or date column, such as ${names.known().join("; ")}. ${seen} If the columns have other names, say so in a mapping file.`,
  );
}

/** Keeps the tables that have numbered rows, when any has; types the actions; writes the report. */
function assembled(
  grid: Grid,
  scan: PlanScan,
  options: ReadPlanOptions,
  vocabulary: Vocabulary,
  dayFirst: boolean,
): PlanReading {
  const numbered = new Set(scan.drafts.filter((draft) => draft.reference !== null).map((draft) => draft.signature));
  const kept = (part: { signature: string }): boolean => numbered.size === 0 || numbered.has(part.signature);
  const notes = [...grid.notes];
  for (const table of scan.tables.filter((entry) => !kept(entry))) {
    const headers = table.headers
      .filter((header) => header !== "")
      .slice(0, 6)
      .join(", ");
    notes.push(
      `The table at line ${table.line} (${shorten(headers, 120)}) was not read as actions: none of its rows has a number.`,
    );
  }
  notes.push(...unreadColumns(scan.tables.filter(kept)), ...restarts(scan.drafts.filter(kept)));
  const drafts = scan.drafts.filter(kept);
  const unplaced = scan.unplaced.filter(kept);
  const firsts = distinct(drafts, unplaced);
  const joint = grid.format === "TEXT" ? " " : "\n";
  const pairs = firsts.map((draft) => ({ draft, action: actionOf(draft, { vocabulary, dayFirst, joint }) }));
  doubtRepeats(pairs, drafts);
  const objectives = placeActions(pairs, scan.headings.filter(kept), scan.themes);
  const actions = pairs.map(({ action }) => action);
  if (actions.length === 0 && drafts.length > 0) {
    notes.push(
      'No row has a printed number, so none was imported. If rows are to be numbered by their position, say "reference": "#row" in a mapping file.',
    );
  }
  const declared = options.declared ?? options.mapping?.declared ?? declaredIn(grid) ?? options.publishedCount ?? null;
  const themes = [...new Set(actions.map((action) => action.themeTitle).filter((theme) => theme !== null))];
  const tables = scan.tables.filter(kept);
  const report: ImportReport = {
    declared,
    recovered: actions.length,
    references: actions.map((action) => action.reference),
    doubtful: actions
      .filter((action) => action.doubts.length > 0)
      .map(({ reference, lines, doubts }) => ({ reference, line: lines.from, doubts })),
    unplaced: unplaced
      .map(({ line, text, why, sheet }) => ({ line, text, why, ...(sheet !== undefined && { sheet }) }))
      .sort((left, right) => left.line - right.line),
    missing: missingActions(drafts, declared, actions.length),
    unknownAgencies: unknownNames(actions),
    columns: columnsOf(tables),
    objectives: objectives.length,
    themes,
    notes,
  };
  return { format: grid.format, themes, objectives, actions, report };
}

type NumberedDraft = Draft & { reference: string };

/** The first action of each number; another with the same number is listed, not merged and not renumbered. */
function distinct(drafts: Draft[], unplaced: Unplaced[]): NumberedDraft[] {
  const byReference = new Map<string, NumberedDraft>();
  for (const draft of drafts) {
    const { reference } = draft;
    if (reference === null) continue;
    const first = byReference.get(reference.toLowerCase());
    if (!first) {
      byReference.set(reference.toLowerCase(), { ...draft, reference });
      continue;
    }
    first.doubts.push(
      `its number is printed again at line ${draft.line}${first.sheet === draft.sheet ? "" : ` of sheet "${draft.sheet ?? ""}"`}, with another action`,
    );
    const text = shorten(
      [...draft.fields.values()]
        .flat()
        .join(" ")
        .replace(/[\uE000-\uE003]/g, ""),
    );
    unplaced.push({
      line: draft.line,
      text,
      ...(draft.sheet !== null && { sheet: draft.sheet }),
      why: `its number ${reference} was already used at line ${first.line}${first.sheet === draft.sheet ? "" : ` of sheet "${first.sheet ?? ""}"`}`,
      signature: draft.signature,
    });
  }
  return [...byReference.values()];
}

/** Notes on an action that its words stand under the number before as well. */
function doubtRepeats(pairs: { draft: Draft; action: ReadAction }[], drafts: Draft[]): void {
  const before = new Map(drafts.map((draft, index) => [draft.line, drafts[index - 1]]));
  const text = (entry: Draft | undefined): string => (entry?.fields.get("title") ?? []).join(" ");
  for (const { draft, action } of pairs) {
    const own = text(draft);
    const above = before.get(draft.line);
    if (own.length > 40 && text(above).includes(own)) {
      action.doubts.push(`the same words stand under ${above?.reference ?? "the row above"}`);
    }
  }
}

function declaredIn(grid: Grid): number | null {
  for (const row of grid.rows) {
    for (const { text } of row.cells) {
      if (!text.includes("ctions")) continue;
      for (const pattern of DECLARED_COUNTS) {
        const count = pattern.exec(text)?.[1];
        if (count !== undefined) return Number(count);
      }
    }
  }
  return null;
}

function unknownNames(actions: ReadAction[]): ImportReport["unknownAgencies"] {
  const unknown = new Map<string, ImportReport["unknownAgencies"][number]>();
  for (const { leads, reference, lines } of actions) {
    for (const lead of leads) {
      if (lead.agencyKey !== null || lead.postKey !== null) continue;
      const entry = unknown.get(letters(lead.text)) ?? { text: lead.text, references: [], lines: [] };
      entry.references.push(reference);
      entry.lines.push(lines.from);
      unknown.set(letters(lead.text), entry);
    }
  }
  return [...unknown.values()];
}

/** A note where the numbers begin again in each section or sheet: taken as printed they would be the same action twice. */
function restarts(drafts: Draft[]): string[] {
  const places = new Map<string, Set<string>>();
  for (const { reference, sheet, theme } of drafts) {
    if (reference === null) continue;
    const key = reference.toLowerCase();
    places.set(key, (places.get(key) ?? new Set()).add(`${sheet ?? ""}/${theme ?? ""}`));
  }
  const again = [...places].filter(([, at]) => at.size > 1).map(([reference]) => reference);
  if (again.length < 2) return [];
  return [
    `The numbers begin again in each section or sheet (${shorten(again.join(", "), 60)}): only the first action of each number was taken, the others are listed. Give each action its own number in the file, or say "reference": "#row" in a mapping file to have them numbered by their position.`,
  ];
}

/** Columns whose text was left out: without a known header, or of no use to a plan. */
function unreadColumns(tables: TableColumns[]): string[] {
  const [ignored, unknown] = [new Set<string>(), new Set<string>()];
  for (const table of tables) {
    for (const [index, header] of table.headers.entries()) {
      if (header !== "" && table.columns[index] === null) unknown.add(`"${shorten(header, 60)}"`);
      if (header !== "" && table.columns[index] === "ignored") ignored.add(`"${shorten(header, 60)}"`);
    }
  }
  const notes: string[] = [];
  if (unknown.size > 0)
    notes.push(
      `These columns were not read, as their headers are not known: ${[...unknown].join(", ")}. A mapping file can name them.`,
    );
  if (ignored.size > 0)
    notes.push(`These columns are not part of a plan's actions and were left out: ${[...ignored].join(", ")}.`);
  return notes;
}

function columnsOf(tables: { headers: string[]; columns: (string | null)[] }[]): ImportReport["columns"] {
  const columns: ImportReport["columns"] = [];
  for (const table of tables) {
    for (const [index, header] of table.headers.entries()) {
      const canonical = table.columns[index];
      if (canonical === undefined || canonical === null || header === "") continue;
      if (!columns.some((entry) => entry.canonical === canonical && entry.header === header))
        columns.push({ canonical, header });
    }
  }
  return columns;
}
