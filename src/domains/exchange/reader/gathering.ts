import { addPiece, doubt, type Draft, type Heading, type Unplaced } from "./drafts";
import type { Grid, GridRow } from "./grid";
import type { HeaderNames } from "./headers";
import { splitLeads } from "./leads";
import { parentOf } from "./references";
import type { RowView } from "./row-view";
import type { TableColumns } from "./table";
import { letters, plain, shorten } from "./text";
import { Themes } from "./themes";
import type { CanonicalColumn } from "./types";
import type { Vocabulary } from "./vocabulary";
import { SECTION_WORDS } from "./words";

/** How references are had: printed, or numbered by position because the mapping file asks for it. */
export type ReferenceMode = "PRINTED" | "BY_ROW" | "BY_OBJECTIVE";

export interface ScanRules {
  names: HeaderNames;
  vocabulary: Vocabulary;
  dayFirst: boolean;
  references: ReferenceMode;
}

/** Columns whose value holds for the rows below until another is printed. */
const CARRIED: CanonicalColumn[] = ["theme", "objectiveReference", "objectiveTitle"];
const NARRATIVE: CanonicalColumn[] = ["overallProgress", "impactNarrative"];

/** What has been gathered so far, and what a row of each kind adds to it. Which kind a row is, `PlanScan` decides. */
export abstract class Gathering {
  readonly drafts: Draft[] = [];
  readonly headings: Heading[] = [];
  readonly themes = new Themes();
  readonly unplaced: Unplaced[] = [];
  protected table: TableColumns | null = null;
  protected base: TableColumns | null = null;
  protected theme: number | null = null;
  protected heading: Heading | null = null;
  /** What the last row belonged to: an action, a heading, or nothing that can go on. */
  protected current: Draft | Heading | null = null;
  /** How many actions have a number under each parent: "7" for 7.1, 7.2. */
  protected readonly numberedUnder = new Map<string, number>();
  protected lastReference: string | null = null;
  protected headingSince = false;
  protected sectionSince = false;
  protected headerBlock = -1;
  protected carried = new Map<CanonicalColumn, string>();
  /** Leads that stood in a heading's row together with the number of the action below it. */
  protected pending: { reference: string; leads: string } | null = null;

  constructor(
    protected readonly grid: Grid,
    protected readonly rules: ScanRules,
  ) {}

  protected setTheme(text: string, whole: boolean, sound = true): void {
    if (!sound && this.theme !== null) return;
    const theme = this.themes.of(text, whole);
    if (theme === this.theme) return;
    this.theme = theme;
    this.current = this.heading = null;
    this.headingSince = this.sectionSince = true;
  }

  protected known(): TableColumns {
    return this.table ?? { line: 0, headers: [], columns: [], signature: "", strong: false };
  }

  protected beginHeading(row: GridRow, reference: string | null, text: string, section: string | null): Heading {
    const heading: Heading = {
      reference: reference?.replace(/\.0$/, "") ?? null,
      pieces: text === "" ? [] : [text],
      section,
      theme: this.theme,
      line: row.line,
      to: row.line,
      block: row.block,
      doubts: [],
      signature: this.known().signature,
    };
    this.headings.push(heading);
    this.heading = this.current = heading;
    this.headingSince = true;
    this.carried = new Map();
    return heading;
  }

  /** A row of a heading: the first begins it; an "Objective:" row under a recommendation without actions yet belongs to it. */
  protected readHeading(row: GridRow, view: RowView, reference: string | null): void {
    const narrative = view.filled.filter(
      ({ index, text }) =>
        !row.prose &&
        NARRATIVE.includes(this.columnAt(index)) &&
        (text.length > 60 || /^(?:overall progress|impact)\b.{20}/i.test(text)),
    );
    const texts = view.filled
      .filter((cell) => !narrative.includes(cell) && (row.prose || this.columnAt(cell.index) !== "reference"))
      .map(({ cell }) => plain(cell.text))
      .filter((text) => /[\p{L}\p{N}]/u.test(text) && !/^[\p{L}\p{N}]$/u.test(text));
    let text = texts.join(" ");
    const finding = SECTION_WORDS.finding.exec(text);
    const aim = SECTION_WORDS.aim.exec(text);
    const startsNew = finding !== null || this.heading === null || this.current !== this.heading;
    const at = Math.min(finding?.index ?? Infinity, aim?.index ?? Infinity);
    if (at > 30 && finding !== null) {
      const before = text.slice(0, at).trim();
      this.unplaced.push({
        line: row.line,
        ...sheetOf(row),
        text: shorten(before),
        why: "it stands in front of a heading and may be the end of the row above",
        signature: this.known().signature,
      });
      text = text.slice(at).trim();
    }
    // "2.1 Assessments Objectives: …" is a numbered sub-section with its objectives in one row.
    const section =
      aim !== null && finding === null
        ? /^\W{0,3}(\d{1,3}(?:\.\d{1,3})*)[.:)]?\s{1,3}(\p{L}.{2,200})$/su.exec(text.slice(0, aim.index))
        : null;
    const printed = reference ?? /^\W{0,3}(\d{1,3})\.0\b/.exec(text)?.[1] ?? null;
    const number =
      section?.[1] ?? (printed === null || /\.0$/.test(printed) || !printed.includes(".") ? printed : null);
    if (startsNew || section) {
      const heading = this.beginHeading(
        row,
        number,
        section && aim ? text.slice(aim.index) : text,
        section?.[2]?.trim() ?? null,
      );
      if (texts.length > 2) doubt(heading, "its text was cut through the columns");
    } else if (this.heading) {
      this.heading.pieces.push(text);
      this.heading.to = row.line;
      this.heading.block = row.block;
      this.current = this.heading;
    }
    if (view.hasDay(this.rules.dayFirst)) {
      this.setAside(view, "an action's date stands in a heading's row; the action's number is not there", false);
      this.drafts.push(this.newDraft(row, null));
    }
    for (const cell of narrative) {
      this.unplaced.push({
        line: row.line,
        ...sheetOf(row),
        text: shorten(cell.text),
        why: "it stands in a heading's row and belongs to no action for certain",
        signature: this.known().signature,
      });
    }
    const leads = view.field("leads").text;
    if (reference !== null && number === null && leads !== "") this.pending = { reference, leads };
  }

  protected columnAt(index: number): CanonicalColumn {
    return this.known().columns[index] ?? "ignored";
  }

  protected newDraft(row: GridRow, reference: string | null): Draft {
    return {
      reference,
      fields: new Map(),
      fills: new Map(),
      columns: new Set((this.base ?? this.known()).columns.filter((column) => column !== null)),
      objectiveHeader: this.known().headers[this.known().columns.indexOf("objectiveTitle")] ?? null,
      heading: this.heading,
      theme: this.theme,
      sheet: row.sheet,
      line: row.line,
      to: row.line,
      block: row.block,
      signature: this.known().signature,
      doubts: [],
      after: this.lastReference,
      headingBetween: this.headingSince,
    };
  }

  protected beginAction(
    row: GridRow,
    view: RowView,
    { reference, rest }: { reference: string; rest: string | null },
  ): void {
    const draft = this.newDraft(row, reference);
    if (this.rules.references !== "PRINTED")
      doubt(draft, "numbered by its position, as the mapping asks; the plan prints no number");
    this.fill(draft, view, rest);
    if (this.pending?.reference === reference && !draft.fields.has("leads")) {
      const known = splitLeads(this.pending.leads, this.rules.vocabulary).filter(
        (lead) => lead.agencyKey !== null || lead.postKey !== null,
      );
      for (const lead of known) addPiece(draft, "leads", lead.bold ? `\uE000${lead.text}\uE001` : lead.text);
      if (known.length > 0) doubt(draft, "its lead stands in the heading's row above it");
      doubt(draft, "the first line of the row is mixed with the heading above it");
    }
    this.pending = null;
    this.drafts.push(draft);
    const parent = parentOf(reference) ?? "";
    this.numberedUnder.set(parent, (this.numberedUnder.get(parent) ?? 0) + 1);
    this.current = draft;
    this.lastReference = reference;
    this.headingSince = this.sectionSince = false;
  }

  protected beginOrphan(row: GridRow, view: RowView): void {
    const draft = this.newDraft(row, null);
    this.fill(draft, view, null);
    this.drafts.push(draft);
    this.current = draft;
    const cell = view.own("reference");
    const number = this.known().columns.includes("reference")
      ? cell === ""
        ? "its number cell is empty"
        : `its number cell holds "${shorten(cell, 30)}"`
      : "no number is printed in it";
    this.unplaced.push({
      line: row.line,
      ...sheetOf(row),
      text: shorten(view.own("title") || view.allText()),
      why: `the row reads like an action, but ${number}`,
      signature: draft.signature,
    });
  }

  private fill(draft: Draft, view: RowView, title: string | null): void {
    for (const [column, field] of view.columns()) {
      if (column === "reference" || column === "ignored") continue;
      if (field.fill !== null) draft.fills.set(column, field.fill);
      if (this.isHeaderPiece(column, field.plain)) continue;
      for (const text of field.doubts) doubt(draft, text);
      const text = column === "title" && title !== null ? title : field.text;
      if (text !== "") addPiece(draft, column, text);
      if (CARRIED.includes(column) && field.plain !== "") this.carried.set(column, field.text);
    }
    for (const column of CARRIED) {
      const text = this.carried.get(column);
      if (!draft.fields.has(column) && text !== undefined) addPiece(draft, column, text);
    }
    this.listHeaderless(view);
    const pieces = view.row.cells.filter((cell, index) => this.columnAt(index) === "title" && cell.text !== "").length;
    if (pieces > 1) doubt(draft, "its text is cut over several columns");
  }

  /** Lists what stands under no header at all: the file's own notes name only columns that have one. */
  private listHeaderless(view: RowView): void {
    const { headers, columns } = this.known();
    const stray = view
      .significant()
      .filter(({ index }) => (columns[index] ?? null) === null && letters(headers[index] ?? "") === "");
    if (stray.length === 0) return;
    this.unplaced.push({
      line: view.row.line,
      ...sheetOf(view.row),
      text: shorten(stray.map(({ text }) => text).join(" ")),
      why: "it stands in a column that has no header",
      signature: this.known().signature,
    });
  }

  /** A row without a number that goes on with the action, or the heading, above it. */
  protected goOn(row: GridRow, view: RowView): void {
    const { current } = this;
    if (current === null) {
      this.setAside(view, "it has no number, and what it goes on with is not there", false);
      return;
    }
    if (!("fields" in current)) {
      const onlyText = view
        .significant()
        .every(({ index }) => this.columnAt(index) === "title" || this.columnAt(index) === "desiredOutcome");
      if (onlyText && row.block === current.block) {
        current.pieces.push(
          view
            .significant()
            .map(({ text }) => text)
            .join(" "),
        );
        current.to = row.line;
      } else
        this.setAside(view, "it follows a heading but has no number; the action it goes on with is not there", true);
      return;
    }
    if (this.grid.format !== "TEXT" && row.block !== current.block && row.block !== this.headerBlock) {
      this.setAside(view, "it stands apart, behind an empty row, and has no number", true);
      return;
    }
    if (!this.leadsFit(current, view)) {
      this.setAside(view, "a piece of text in the lead's column that goes with nothing above it", false);
      return;
    }
    if (current.reference === null)
      this.setAside(view, `it goes on with the row at line ${current.line}, which has no number`, false);
    else if (
      view.own("title") !== "" &&
      (view.own("leads") !== "" || view.own("byWhen") !== "") &&
      this.grid.format !== "TEXT"
    ) {
      doubt(current, `the row at line ${row.line}, without a number of its own, was joined to it`);
    }
    this.join(current, row, view);
  }

  private join(current: Draft, row: GridRow, view: RowView): void {
    for (const { index, cell } of view.filled) {
      const column = this.columnAt(index);
      if (column === "reference" || column === "ignored") continue;
      if (this.isHeaderPiece(column, plain(cell.text)) || !/[\p{L}\p{N}]/u.test(plain(cell.text))) continue;
      addPiece(current, column, cell.text);
      for (const text of cell.doubts) doubt(current, text);
    }
    this.listHeaderless(view);
    current.to = Math.max(current.to, row.line);
    current.block = row.block;
  }

  /** A piece of the header, cut off onto a row's rating: "impact" under "RAG Performance measure and impact". */
  private isHeaderPiece(column: CanonicalColumn, text: string): boolean {
    if (column !== "reportedDelivery" && column !== "reportedImpact") return false;
    const piece = letters(text);
    return (
      piece.length > 3 &&
      [...(this.base?.headers ?? []), ...this.known().headers].some((header) => letters(header).includes(piece))
    );
  }

  /** Refuses a stray piece of a heading in the lead's column: alone in its row, and no name with what stands above it. */
  private leadsFit(current: Draft, view: RowView): boolean {
    const extra = view.own("leads");
    if (extra === "" || view.significant().some(({ index }) => this.columnAt(index) !== "leads")) return true;
    const unknown = (text: string): number =>
      splitLeads(text, this.rules.vocabulary).filter(
        (lead) => lead.agencyKey === null && lead.postKey === null && lead.postTitle === null,
      ).length;
    const before = (current.fields.get("leads") ?? []).join(" ");
    return unknown(`${before} ${extra}`) <= unknown(before);
  }

  protected setAside(view: RowView, why: string, ends: boolean): void {
    const text = shorten(view.allText());
    if (/\p{L}{2}/u.test(text))
      this.unplaced.push({ line: view.row.line, ...sheetOf(view.row), text, why, signature: this.known().signature });
    if (ends) this.current = null;
  }
}

const sheetOf = ({ sheet }: GridRow): { sheet?: string } => (sheet === null ? {} : { sheet });
