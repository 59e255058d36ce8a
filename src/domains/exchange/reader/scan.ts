import { Gathering, type ScanRules } from "./gathering";
import type { Grid, GridRow } from "./grid";
import { numberParts, inlineReference, referenceOf } from "./references";
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
import { hasWord, letters, plain } from "./text";
import { FURNITURE, SECTION_WORDS, TITLE_WORDS } from "./words";

/** Walks the rows of a grid and decides of each what it is: header, banner, heading, action, or the rest of the row above. */
export class PlanScan extends Gathering {
  readonly tables: TableColumns[] = [];
  private sheet: string | null = null;
  private headerRow = -2;
  private readonly strongOnly: boolean;
  private readonly headers: (TableColumns | null)[];
  /** Lines of the front page that name the document: printed again, they are a page's head or foot. */
  private readonly runningTitles: ReadonlySet<string>;

  constructor(grid: Grid, rules: ScanRules) {
    super(grid, rules);
    this.headers = grid.rows.map((row) => asHeader(row, rules.names));
    this.strongOnly = this.headers.some((header) => header?.strong === true);
    this.runningTitles = titlesBefore(grid.rows, Math.max(0, this.headers.findIndex((header) => header !== null) - 1));
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
    if (this.isRunningTitle(row)) return;
    const header = this.acceptedHeader(index);
    const second =
      this.headerRow === index - 1 && this.table ? completedHeader(this.table, row, this.rules.names) : null;
    if (this.headerRow === index - 1 && (header ?? second)) {
      // The second part of a header in two rows; the first part's columns stand.
      if (second && !(header && this.grid.format === "TEXT")) this.completeTable(second);
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

  private isRunningTitle(row: GridRow): boolean {
    return (
      this.table !== null &&
      row.cells.length <= 2 &&
      this.runningTitles.has(letters(row.cells.map((cell) => plain(cell.text)).join(" ")))
    );
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

  /** The second row of a header names what the first left open: the table has the columns of both. */
  private completeTable(whole: TableColumns): void {
    const at = this.tables.findIndex((table) => table === this.base && table === this.table);
    if (at >= 0) this.tables[at] = this.base = whole;
    this.table = whole;
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
    if (isFurniture(joined)) return true;
    const titleOfPlan = this.tables.length === 0 && TITLE_WORDS.test(joined) && !SECTION_WORDS.theme.test(joined);
    const cut = !/^[^\p{L}]*\p{Lu}/u.test(joined) && !this.themes.knows(joined);
    if (titleOfPlan) return true;
    this.setTheme(joined, filled.length === 1, !cut);
    return true;
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
    if (this.readsLikeHeading(view) && !(reference && this.standsAsAction(reference.reference, view, index))) {
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
    return { reference: `${parent}.${(this.numberedUnder.get(parent) ?? 0) + 1}`, rest: null };
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

  /** Whether a numbered row is an action though it begins like a heading: it has a date, or a lead and no second row of its number. */
  private standsAsAction(reference: string, view: RowView, index: number): boolean {
    const { dayFirst, vocabulary } = this.rules;
    if (/\.0$/.test(reference) || view.isCutThrough(dayFirst, vocabulary)) return false;
    return view.hasDate(dayFirst) || (view.hasKnownLead(vocabulary) && this.nextReference(index) !== reference);
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
}

/** Titles of a document among the lines in front of its first table, in the form `letters()` gives. */
function titlesBefore(rows: readonly GridRow[], end: number): Set<string> {
  const texts = rows.slice(0, end).map((row) =>
    row.cells
      .map((cell) => plain(cell.text))
      .join(" ")
      .trim(),
  );
  return new Set(
    texts.filter((text) => text.length < 160 && TITLE_WORDS.test(text) && !SECTION_WORDS.theme.test(text)).map(letters),
  );
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
