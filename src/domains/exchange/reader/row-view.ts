import { readByWhen } from "./by-when";
import type { GridCell, GridRow } from "./grid";
import { splitLeads } from "./leads";
import type { TableColumns } from "./table";
import { hasWord, letters, plain } from "./text";
import type { CanonicalColumn, Colour } from "./types";
import type { Vocabulary } from "./vocabulary";
import { COLOUR_WORDS, STATUS_WORDS } from "./words";

/** What stands in one column of a row, several cells joined. */
export interface Field {
  text: string;
  plain: string;
  fill: Colour | null;
  doubts: string[];
  /** The value belongs to a merged cell that began further up. */
  merged: boolean;
}

const NONE: Field = { text: "", plain: "", fill: null, doubts: [], merged: false };

/** A row seen through its table's columns. */
export class RowView {
  private readonly fields = new Map<CanonicalColumn, Field>();
  /** Cells with text of their own, left to right. */
  readonly filled: { index: number; text: string; cell: GridCell }[] = [];
  /** Columns a horizontally merged cell of this row covers. */
  readonly acrossCount: number;

  constructor(
    readonly row: GridRow,
    table: TableColumns,
  ) {
    for (const [index, cell] of row.cells.entries()) {
      const text = plain(cell.text);
      if (text !== "" && cell.covered === null) this.filled.push({ index, text, cell });
      const column = table.columns[index];
      if (
        column === undefined ||
        column === null ||
        (cell.text === "" && cell.fill === null && cell.doubts.length === 0)
      )
        continue;
      const before = this.fields.get(column);
      this.fields.set(
        column,
        before === undefined
          ? { text: cell.text, plain: text, fill: cell.fill, doubts: cell.doubts, merged: cell.covered !== null }
          : joined(before, cell, text, table.headers[index] === "" ? " " : "\n"),
      );
    }
    this.acrossCount = row.cells.filter((cell) => cell.covered === "ACROSS").length;
  }

  field(column: CanonicalColumn): Field {
    return this.fields.get(column) ?? NONE;
  }

  /** The row's own text in a column: nothing when it is a merged cell's from further up. */
  own(column: CanonicalColumn): string {
    const field = this.field(column);
    return field.merged ? "" : field.plain;
  }

  columns(): IterableIterator<[CanonicalColumn, Field]> {
    return this.fields.entries();
  }

  allText(): string {
    return this.filled.map(({ text }) => text).join(" ");
  }

  /** Cells that hold more than a stray letter or sign. */
  significant(): { index: number; text: string; cell: GridCell }[] {
    return this.filled.filter(({ text }) => /[\p{L}\p{N}]{3}/u.test(text));
  }

  hasDate(dayFirst: boolean): boolean {
    const text = this.field("byWhen");
    return !text.merged && text.plain !== "" && readByWhen(text.text, { dayFirst }).byWhen.kind !== "UNKNOWN";
  }

  /** Whether the by-when holds a date of the calendar, not only a cadence. */
  hasDay(dayFirst: boolean): boolean {
    const { text, merged } = this.field("byWhen");
    return !merged && text !== "" && readByWhen(text, { dayFirst }).byWhen.end !== null;
  }

  hasKnownLead(vocabulary: Vocabulary): boolean {
    const field = this.field("leads");
    return (
      !field.merged &&
      splitLeads(field.text, vocabulary).some(
        (lead) => lead.agencyKey !== null || lead.postKey !== null || lead.postTitle !== null,
      )
    );
  }

  /**
   * Whether the row is one long text that the conversion cut through the columns: where a colour, a date and a name belong stand
   * other words.
   */
  isCutThrough(dayFirst: boolean, vocabulary: Vocabulary): boolean {
    let wrong = 0;
    for (const column of ["reportedDelivery", "reportedImpact"] as const) {
      const text = this.own(column);
      if (
        /\p{L}{3}/u.test(text) &&
        COLOUR_WORDS[letters(text)] === undefined &&
        STATUS_WORDS[letters(text)] === undefined
      )
        wrong++;
    }
    const byWhen = this.own("byWhen");
    if (/\p{L}{3}/u.test(byWhen) && (/^[^\p{L}]*\p{Ll}/u.test(byWhen) || byWhen.length > 60) && !this.hasDate(dayFirst))
      wrong++;
    const leads = this.own("leads");
    if (hasWord(leads) && /^[^\p{L}]*\p{Ll}/u.test(leads) && !this.hasKnownLead(vocabulary)) wrong++;
    return wrong >= 2;
  }
}

/** A column in two parts as one: a space where the conversion cut it, a line end between two columns of the same kind. */
function joined(before: Field, cell: GridCell, text: string, joint: string): Field {
  if (cell.covered !== null || cell.text === "") return before;
  return {
    text: before.text === "" ? cell.text : `${before.text}${joint}${cell.text}`,
    plain: before.plain === "" ? text : `${before.plain}${joint}${text}`,
    fill: before.fill ?? cell.fill,
    doubts: [...before.doubts, ...cell.doubts],
    merged: before.merged && before.text !== "",
  };
}
