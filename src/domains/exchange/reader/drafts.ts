import type { CanonicalColumn, Colour } from "./types";

/** A heading above actions: a recommendation, an area for development, an objective or a numbered sub-section. */
export interface Heading {
  reference: string | null;
  /** Text of its rows, in order. */
  pieces: string[];
  /** A sub-section's own short title ("Early Help"), where the heading is one. */
  section: string | null;
  theme: number | null;
  line: number;
  to: number;
  block: number;
  doubts: string[];
  signature: string;
}

/** An action being gathered from its rows; an orphan is one whose number is not in the file. */
export interface Draft {
  reference: string | null;
  fields: Map<CanonicalColumn, string[]>;
  fills: Map<CanonicalColumn, Colour>;
  /** Columns the table has, whether this row fills them or not. */
  columns: ReadonlySet<CanonicalColumn>;
  /** Header of the column that holds the objective or recommendation, where there is one. */
  objectiveHeader: string | null;
  heading: Heading | null;
  theme: number | null;
  sheet: string | null;
  line: number;
  to: number;
  block: number;
  signature: string;
  doubts: string[];
  /** For an orphan: the number above it, and whether a heading stands between. */
  after: string | null;
  headingBetween: boolean;
}

export interface Unplaced {
  line: number;
  text: string;
  why: string;
  /** Worksheet that the line is counted in; absent outside a workbook. */
  sheet?: string;
  signature: string;
}

export function addPiece(draft: Draft, column: CanonicalColumn, text: string): void {
  const pieces = draft.fields.get(column);
  if (pieces) pieces.push(text);
  else draft.fields.set(column, [text]);
}

export function doubt(draft: { doubts: string[] }, text: string): void {
  if (!draft.doubts.includes(text)) draft.doubts.push(text);
}
