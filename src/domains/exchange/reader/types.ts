/** What the reader takes and gives. Nothing here knows a database or GraphQL. */

/** The partnership's own names: how a lead cell is split, and which look-alike words are folded. */
export interface AgencyVocabulary {
  agencies: { key: string; name: string; aliases: string[]; kind: "ORGANISATION" | "COLLECTIVE" }[];
  posts: { key: string; title: string; agencyKey: string | null; aliases: string[] }[];
}

/** The columns a plan can have, under the names a mapping file uses. */
export const CANONICAL_COLUMNS = [
  "reference",
  "title",
  "description",
  "theme",
  "objectiveReference",
  "objectiveTitle",
  "leads",
  "contributors",
  "byWhen",
  "originalByWhen",
  "revisedByWhen",
  "measure",
  "successCriteria",
  "desiredOutcome",
  "reportedDelivery",
  "reportedImpact",
  "status",
  "overallProgress",
  "impactNarrative",
  "findings",
  "doubts",
  "ignored",
] as const;
export type CanonicalColumn = (typeof CANONICAL_COLUMNS)[number];

/** What a mapping file may say about the file itself. */
export interface FileOptions {
  delimiter?: "," | ";" | "\t" | "|";
  /** Name of the only worksheet to read. */
  sheet?: string;
  /** Order of day and month in dates such as 03/04/2026; day first unless said otherwise. */
  dateOrder?: "DMY" | "MDY";
  /** Number of actions the document says it has, where it says so elsewhere. */
  declared?: number;
  /** Day the plan stood like this, as YYYY-MM-DD; carried for the importer. */
  asAt?: string;
}

/** Canonical column name to header text or texts, and options of the file. `reference` may also be `#row` or `#objective`. */
export type ColumnMapping = Partial<Record<CanonicalColumn, string | string[]>> & FileOptions;

export type ByWhenKind = "DUE" | "ONGOING" | "RECURRING" | "RANGE" | "UNKNOWN";
export type Precision = "DAY" | "MONTH" | "QUARTER" | "YEAR";

/** A by-when as printed and as understood. Days are YYYY-MM-DD; `end` is set for DUE and RANGE only. */
export interface ReadByWhen {
  text: string;
  kind: ByWhenKind;
  start: string | null;
  end: string | null;
  precision: Precision | null;
  label: string | null;
  /** Printed as a revised date. */
  revised: boolean;
}

/** One name of a lead cell, in the order printed. */
export interface ReadLead {
  text: string;
  agencyKey: string | null;
  postKey: string | null;
  /** Reads like a post, but is not in the vocabulary. */
  postTitle: string | null;
  bold: boolean;
  /** Stands in a column of partners or supporters, apart from the leads. */
  contributor?: true;
}

export type Colour = "RED" | "AMBER" | "GREEN";
export type ReadStatusValue = "NOT_STARTED" | "IN_PROGRESS" | "COMPLETED";

/** A coded column: whether the plan has it, what it means, what it says. */
export interface ReadCode<V extends string> {
  columnPresent: boolean;
  value: V | null;
  text: string | null;
}

export interface ReadFinding {
  source: string;
  reference: string;
}

export interface LineSpan {
  from: number;
  to: number;
}

export interface ReadAction {
  reference: string;
  title: string;
  description: string | null;
  desiredOutcome: string | null;
  objectiveReference: string | null;
  themeTitle: string | null;
  byWhen: ReadByWhen;
  /** The date before it was revised, where the plan prints both. */
  originalByWhen: ReadByWhen | null;
  /** Every date of a cell that has several; empty otherwise. */
  milestones: ReadByWhen[];
  leads: ReadLead[];
  measure: string | null;
  successCriteria: string | null;
  overallProgress: string | null;
  impactNarrative: string | null;
  delivery: ReadCode<Colour>;
  impact: ReadCode<Colour>;
  status: ReadCode<ReadStatusValue>;
  findings: ReadFinding[];
  /** Worksheet the row stands on; null outside a workbook. */
  sheet: string | null;
  lines: LineSpan;
  doubts: string[];
}

export type ObjectiveKind = "RECOMMENDATION" | "AREA_FOR_DEVELOPMENT" | "AREA_FOR_IMPROVEMENT" | "OBJECTIVE";

export interface ReadObjective {
  reference: string;
  title: string;
  kind: ObjectiveKind;
  finding: string | null;
  aim: string | null;
  findings: ReadFinding[];
  themeTitle: string | null;
  lines: LineSpan;
  doubts: string[];
}

/** What was recovered and what was not. The first seven keys are a promise to other programs. */
export interface ImportReport {
  declared: number | null;
  recovered: number;
  references: string[];
  doubtful: { reference: string; line: number; doubts: string[] }[];
  /** `line` counts within `sheet`, which a workbook alone has. */
  unplaced: { line: number; text: string; why: string; sheet?: string }[];
  missing: { reference: string | null; count: number; why: string; near?: number }[];
  unknownAgencies: { text: string; references: string[]; lines: number[] }[];
  columns: { canonical: string; header: string }[];
  objectives: number;
  themes: string[];
  /** Remarks on the file as a whole: its encoding, sheets and tables that were not read. */
  notes: string[];
}

export interface PlanReading {
  format: "CSV" | "XLSX" | "TEXT";
  themes: string[];
  objectives: ReadObjective[];
  actions: ReadAction[];
  report: ImportReport;
}

export interface ReadingProgress {
  stage: string;
  done: number;
  total: number;
}

export interface ReadPlanOptions {
  fileName: string;
  vocabulary: AgencyVocabulary;
  mapping?: ColumnMapping;
  /** Number of actions the plan is said to have; stands before the mapping's and the document's own. */
  declared?: number;
  /** The count that the partnership published elsewhere; stands where neither caller, mapping nor document says one. */
  publishedCount?: number;
  onProgress?: (progress: ReadingProgress) => void;
}
