import { addPiece, doubt, type Draft, type Heading, type Unplaced } from "./drafts";
import type { Grid, GridRow } from "./grid";
import type { HeaderNames } from "./headers";
import { splitLeads } from "./leads";
import { numberParts, inlineReference, parentOf, referenceOf } from "./references";
import { RowView } from "./row-view";
import {
  alike,
  asHeader,
  atWidthOf,
  completedHeader,
  inPlace,
  repeatedHeader,
  shifted,
  type TableColumns,
} from "./table";
import { hasWord, letters, plain, shorten } from "./text";
import { Themes } from "./themes";
import type { CanonicalColumn } from "./types";
import type { Vocabulary } from "./vocabulary";
import { FURNITURE, SECTION_WORDS } from "./words";

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

/** Walks the rows of a grid and gathers actions, headings and themes; lists what belongs to none. */
export class PlanScan {
  readonly drafts: Draft[] = [];
  readonly headings: Heading[] = [];
  readonly themes = new Themes();
  readonly unplaced: Unplaced[] = [];
  readonly tables: TableColumns[] = [];
  private table: TableColumns | null = null;
  private base: TableColumns | null = null;
  private theme: number | null = null;
  private heading: Heading | null = null;
  /** What the last row belonged to: an action, a heading, or nothing that can go on. */
  private current: Draft | Heading | null = null;
  private lastReference: string | null = null;
  private headingSince = false;
  private sectionSince = false;
  private sheet: string | null = null;
  private headerBlock = -1;
  private headerRow = -2;
  private carried = new Map<CanonicalColumn, string>();
  /** Leads that stood in a heading's row together with the number of the action below it. */
  private pending: { reference: string; leads: string } | null = null;
  private readonly strongOnly: boolean;
  private readonly headers: (TableColumns | null)[];

  constructor(
    private readonly grid: Grid,
    private readonly rules: ScanRules,
  ) {
    this.headers = grid.rows.map((row) => asHeader(row, rules.names));
    this.strongOnly = this.headers.some((header) => header?.strong === true);
  }

  get hasHeader(): boolean {
    return this.headers.some((header) => header !== null);
  }

  /** Reads the row at `index`; rows are read in order. */
  read(index: number): void {
    const row = this.grid.rows[index];
    if (!row) return;
    if (row.sheet !== this.sheet) this.beginSheet(row.sheet);
    if (row.heading) {
      this.leaveTable();
      return;
    }
    const header = this.acceptedHeader(index);
    const second =
      this.headerRow === index - 1 && this.table ? completedHeader(this.table, row, this.rules.names) : null;
    if (this.headerRow === index - 1 && (header ?? second)) {
      // The second part of a header in two rows; the first part's columns stand.
      if (second && !(header && this.grid.format === "TEXT")) this.table = second;
      return;
    }
    if (header) {
      this.beginTable(header, row);
      this.headerRow = index;
      return;
    }
    if (this.isBanner(row, index)) return;
    if (!this.table || !this.base) return;
    if (row.prose) {
      this.readProse(row);
      return;
    }
    const repeat = repeatedHeader(row, this.table, this.base, this.themes.banners());
    if (repeat) {
      this.table = shifted(this.table, repeat.shift, row.cells.length);
      this.headerBlock = row.block;
      return;
    }
    this.readRow(row, new RowView(row, this.table), index);
  }

  private acceptedHeader(index: number): TableColumns | null {
    const header = this.headers[index];
    if (!header) return null;
    if (header.strong || !this.strongOnly) return header;
    return this.base && alike(header, this.base) ? header : null;
  }

  private beginSheet(sheet: string | null): void {
    this.sheet = sheet;
    this.leaveTable();
    this.theme = null;
  }

  private leaveTable(): void {
    this.table = this.base = null;
    this.current = this.heading = null;
    this.carried = new Map();
  }

  private beginTable(header: TableColumns, row: GridRow): void {
    const goesOn = this.base !== null && alike(header, this.base);
    if (!goesOn) {
      this.current = this.heading = null;
      this.lastReference = null;
      this.carried = new Map();
      this.tables.push(header);
    }
    if (goesOn && this.base)
      this.table = inPlace(header, this.base)
        ? atWidthOf(header, this.base)
        : { ...header, signature: this.base.signature };
    else this.table = this.base = header;
    this.headerBlock = row.block;
  }

  /** A theme's name on top of a header row, cut through the columns as it may be. */
  private isBanner(row: GridRow, index: number): boolean {
    const next = this.grid.rows[index + 1];
    if (next?.block !== row.block || next.sheet !== row.sheet) return false;
    const filled = row.cells.map((cell) => plain(cell.text)).filter((text) => /\p{L}/u.test(text));
    const first = row.cells.findIndex((cell) => letters(plain(cell.text)) !== "");
    const joined = bannerText(filled);
    if (filled.length === 0 || filled.length > 4 || first > 1 || joined.length > 160 || letters(joined).length < 4)
      return false;
    const overHeader =
      this.acceptedHeader(index + 1) !== null ||
      (this.base !== null && this.table !== null && repeatedHeader(next, this.table, this.base, []) !== null);
    if (!overHeader || SECTION_WORDS.finding.test(joined) || SECTION_WORDS.aim.test(joined)) return false;
    const titleOfPlan =
      this.tables.length === 0 &&
      /\b(?:plan|council|report|update|partnership)\b/i.test(joined) &&
      !SECTION_WORDS.theme.test(joined);
    const cut = !/^[^\p{L}]*\p{Lu}/u.test(joined) && !this.themes.knows(joined);
    if (titleOfPlan) return true;
    this.setTheme(joined, filled.length === 1, !cut);
    return true;
  }

  private setTheme(text: string, whole: boolean, sound = true): void {
    if (!sound && this.theme !== null) return;
    const theme = this.themes.of(text, whole);
    if (theme === this.theme) return;
    this.theme = theme;
    this.current = this.heading = null;
    this.headingSince = this.sectionSince = true;
  }

  private readProse(row: GridRow): void {
    const text = plain(row.cells[0]?.text ?? "");
    if (isFurniture(text)) return;
    if (SECTION_WORDS.theme.test(text) && text.length < 160) {
      this.setTheme(text, true);
      return;
    }
    const view = new RowView(row, { ...this.known(), columns: ["title"], headers: [""] });
    if (SECTION_WORDS.finding.test(text) || SECTION_WORDS.aim.test(text)) this.readHeading(row, view, null);
    else this.setAside(view, "a line of text between tables", true);
  }

  private readRow(row: GridRow, view: RowView, index: number): void {
    const all = view.allText();
    if (isFurniture(all)) return;
    const reference = this.referenceIn(view);
    if (this.readsLikeHeading(view)) {
      this.readHeading(row, view, reference?.reference ?? null);
      return;
    }
    if (reference && this.isSectionNumber(reference.reference, view, index)) {
      this.beginHeading(row, reference.reference, view.own("title") || all, null);
      return;
    }
    if (
      reference &&
      (view.own("title") !== "" || view.own("leads") !== "" || view.own("byWhen") !== "" || view.own("measure") !== "")
    ) {
      this.beginAction(row, view, reference);
      return;
    }
    if (this.isSection(row, view)) return;
    if (
      this.grid.format === "TEXT" &&
      row.block !== this.headerBlock &&
      row.cells.length !== this.known().columns.length &&
      row.cells.length > 1
    ) {
      this.setAside(
        view,
        `the row has ${row.cells.length} columns where its table has ${this.known().columns.length}`,
        true,
      );
      return;
    }
    if (view.isCutThrough(this.rules.dayFirst, this.rules.vocabulary)) {
      this.setAside(view, "a heading, or another text, that the conversion cut through the columns", true);
      this.headingSince = true;
      return;
    }
    if (this.isOrphan(view)) {
      this.beginOrphan(row, view);
      return;
    }
    this.goOn(row, view);
  }

  private known(): TableColumns {
    return this.table ?? { line: 0, headers: [], columns: [], signature: "", strong: false };
  }

  private referenceIn(view: RowView): { reference: string; rest: string | null } | null {
    if (this.rules.references !== "PRINTED") return this.numberByPosition(view);
    if (this.known().columns.includes("reference")) {
      if (view.field("reference").merged) return null;
      const like = view.own("title") !== "" && (view.own("leads") !== "" || view.own("byWhen") !== "");
      const reference = referenceOf(view.field("reference").text, like);
      return reference === null ? null : { reference, rest: null };
    }
    return inlineReference(view.field("title").text);
  }

  private numberByPosition(view: RowView): { reference: string; rest: string | null } | null {
    if (view.own("title") === "" || (view.own("leads") === "" && view.own("byWhen") === "")) return null;
    if (this.rules.references === "BY_ROW") return { reference: String(this.drafts.length + 1), rest: null };
    const parent =
      this.heading?.reference ??
      referenceOf(view.field("objectiveReference").text || (this.carried.get("objectiveReference") ?? ""), false);
    if (parent === null) return null;
    const siblings = this.drafts.filter((draft) => parentOf(draft.reference ?? "") === parent).length;
    return { reference: `${parent}.${siblings + 1}`, rest: null };
  }

  /** A recommendation or objective by its own words, in the first columns of a row. */
  private readsLikeHeading(view: RowView): boolean {
    const head = view.filled
      .filter(({ index }) => index <= Math.max(1, this.known().columns.indexOf("title")))
      .map(({ text }) => text);
    const start = (head.length > 0 ? head : view.filled.slice(0, 1).map(({ text }) => text)).join(" ").slice(0, 600);
    const finding = SECTION_WORDS.finding.exec(start);
    const aim = SECTION_WORDS.aim.exec(start);
    if (finding === null && aim === null) return false;
    const at = Math.min(finding?.index ?? Infinity, aim?.index ?? Infinity);
    // Within an action's own text the words are just words; a heading begins with them, or has no lead and no date.
    return (
      at <= 24 ||
      (view.own("leads") === "" && view.own("byWhen") === "") ||
      view.isCutThrough(this.rules.dayFirst, this.rules.vocabulary) ||
      !/\d/.test(view.own("reference"))
    );
  }

  private isSectionNumber(reference: string, view: RowView, index: number): boolean {
    if (this.rules.references !== "PRINTED") return false;
    const isZero = /\.0$/.test(reference);
    if (view.own("leads") !== "" || view.own("byWhen") !== "" || view.own("measure") !== "") return false;
    if (isZero) return true;
    const below = this.nextReference(index);
    return below !== null && below !== reference && below.startsWith(`${reference}.`) && view.own("title") !== "";
  }

  private nextReference(index: number): string | null {
    for (let at = index + 1; at < Math.min(index + 12, this.grid.rows.length); at++) {
      const row = this.grid.rows[at];
      if (!row || this.headers[at] || row.sheet !== this.sheet) continue;
      const found = this.referenceIn(new RowView(row, this.known()));
      if (found) return found.reference;
    }
    return null;
  }

  private beginHeading(row: GridRow, reference: string | null, text: string, section: string | null): Heading {
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
  private readHeading(row: GridRow, view: RowView, reference: string | null): void {
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
        text: shorten(cell.text),
        why: "it stands in a heading's row and belongs to no action for certain",
        signature: this.known().signature,
      });
    }
    const leads = view.field("leads").text;
    if (reference !== null && number === null && leads !== "") this.pending = { reference, leads };
  }

  private columnAt(index: number): CanonicalColumn {
    return this.known().columns[index] ?? "ignored";
  }

  private newDraft(row: GridRow, reference: string | null): Draft {
    return {
      reference,
      fields: new Map(),
      fills: new Map(),
      columns: new Set((this.base ?? this.known()).columns.filter((column) => column !== null)),
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

  private beginAction(
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
    this.current = draft;
    this.lastReference = reference;
    this.headingSince = this.sectionSince = false;
  }

  private beginOrphan(row: GridRow, view: RowView): void {
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
    const pieces = view.row.cells.filter((cell, index) => this.columnAt(index) === "title" && cell.text !== "").length;
    if (pieces > 1) doubt(draft, "its text is cut over several columns");
  }

  /** A theme or a numbered sub-section standing alone in its row. */
  private isSection(row: GridRow, view: RowView): boolean {
    const [only, second] = view.significant();
    if (!only || second || view.filled.length > 2 || only.text.length > 300) return false;
    const column = this.columnAt(only.index);
    const wide = view.acrossCount >= 2;
    if (only.index > 1 && !wide) return false;
    const text = only.text.split("\n").join(" ");
    if (SECTION_WORDS.theme.test(text) && text.length < 200) {
      this.setTheme(text, true);
      this.current = null;
      return true;
    }
    const numbered = /^(\d{1,3}(?:\.\d{1,3})*)[.):]?\s{1,3}(\p{Lu}.*)$/u.exec(text);
    const bold = /^\uE000[^\uE001]*\uE001\W*$/.test(only.cell.text.trim());
    if (numbered && (wide || bold || (numbered[1] ?? "").includes(".")) && column !== "title") {
      this.beginHeading(row, numbered[1] ?? null, "", numbered[2] ?? "");
      return true;
    }
    if (column === "objectiveTitle" || column === "objectiveReference" || column === "theme") {
      this.carried.set(column, only.cell.text);
      this.current = null;
      return true;
    }
    if (!wide && column !== "reference" && !bold) return false;
    if (!hasWord(text) || (this.grid.format === "TEXT" && !bold)) return false;
    // Two sections in a row: the second is an objective within the theme that the first names.
    if (this.sectionSince) this.beginHeading(row, numbered?.[1] ?? null, "", numbered?.[2] ?? text);
    else {
      this.setTheme(text, true);
      this.current = null;
    }
    this.sectionSince = true;
    return true;
  }

  /** A row that reads like an action of its own but has no number. */
  private isOrphan(view: RowView): boolean {
    const title = view.own("title");
    if (!hasWord(title) || view.field("title").merged) return false;
    const begins = /^[^\p{L}]*[\p{Lu}\p{N}]/u.test(title);
    const dated = view.hasDate(this.rules.dayFirst);
    const led = view.own("leads") !== "";
    const before = this.current && "fields" in this.current ? this.current : null;
    if (before === null) return (dated || led) && begins;
    if (/\p{L}{2}/u.test(view.own("reference")) && begins && led) return true;
    if (!this.known().columns.includes("reference") && this.rules.references === "PRINTED" && begins && dated && led)
      return true;
    const beforeDated = (before.fields.get("byWhen") ?? []).join(" ") !== "";
    if (!dated) return false;
    return beforeDated ? begins || this.ownLead(view) : begins && led && before.fields.has("leads");
  }

  private ownLead(view: RowView): boolean {
    return view.hasKnownLead(this.rules.vocabulary);
  }

  /** A row without a number that goes on with the action, or the heading, above it. */
  private goOn(row: GridRow, view: RowView): void {
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
    else if (view.own("title") !== "" && view.own("leads") !== "" && this.grid.format !== "TEXT") {
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

  private setAside(view: RowView, why: string, ends: boolean): void {
    const text = shorten(view.allText());
    if (/\p{L}{2}/u.test(text))
      this.unplaced.push({ line: view.row.line, text, why, signature: this.known().signature });
    if (ends) this.current = null;
  }
}

function bannerText(pieces: string[]): string {
  return pieces
    .reduce((text, piece) => (text === "" ? piece : /^\p{Ll}/u.test(piece) ? text + piece : `${text} ${piece}`), "")
    .split("\n")
    .join(" ");
}

function isFurniture(text: string): boolean {
  return text.length < 120 && FURNITURE.some((pattern) => pattern.test(text.trim()));
}

/** Whether most references have a dot: then "5" is the objective above "5.1". */
export function isDotted(references: string[]): boolean {
  const dotted = references.filter((reference) => (numberParts(reference)?.parts.length ?? 0) > 1).length;
  return dotted * 2 > references.length;
}
