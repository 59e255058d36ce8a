import { randomUUID } from "node:crypto";
import { FindingSource, type RatingDimension, type RatingValue } from "../plan/index";
import { assignmentsOf, type AssignmentValues, type KnownPost, type Who } from "./lead-roles";
import { nameKey } from "./name-key";
import type { ActionValues, ByWhenValues, KnownAction, KnownObjective, MilestoneValues, PlanState } from "./plan-state";
import type {
  LineSpan,
  PlanReading,
  ReadAction,
  ReadByWhen,
  ReadCode,
  ReadFinding,
  ReadObjective,
} from "./reader/index";

/** An action as it is to be applied: a folder may also say that one is signed off or superseded, which no reader says. */
export type ActionToApply = Omit<ReadAction, "status"> & { status: ReadCode<NonNullable<ActionValues["status"]>> };
export type ReadingToApply = Omit<PlanReading, "actions"> & { actions: readonly ActionToApply[] };

export type Outcome = "INSERTED" | "UPDATED" | "UNCHANGED";

/** One action of the file beside what is known of it. */
export interface ActionChange {
  outcome: Outcome;
  id: string;
  reference: string;
  lines: LineSpan;
  values: ActionValues;
  /** What this file could not be sure of, whatever an officer has settled since. */
  doubtsInFile: string[];
  /** For an action that is new: the by-when that will never change; null where the file shows only a revised one. */
  original: ByWhenValues | null;
  /** Null: as they are. */
  assignments: AssignmentValues[] | null;
  milestones: MilestoneValues[] | null;
  findingsToAdd: string[];
  leadAgencyId: string | null;
  colours: { dimension: `${RatingDimension}`; value: `${RatingValue}` }[];
  overallProgress: string | null;
  impactNarrative: string | null;
}

export interface ObjectiveChange {
  outcome: Outcome;
  id: string;
  reference: string;
  lines: LineSpan;
  values: Pick<KnownObjective, "title" | "kind" | "themeId">;
  findingsToAdd: string[];
}

/** What applying a file would do, worked out without writing. */
export interface PlanChanges {
  themes: PlanState["themes"];
  findings: (PlanState["findings"][number] & { title: string | null })[];
  posts: KnownPost[];
  objectives: ObjectiveChange[];
  actions: ActionChange[];
  /** References that the plan has and the file has not; they are left alone. */
  notInFile: string[];
}

/**
 * Holds a reading against what the plan holds. A cell that the file leaves empty never erases what is known; the
 * original by-when is never touched; a lead once confirmed is not overwritten by a cell that cannot say who leads; an
 * action signed off or superseded stays so.
 */
export function planChanges(reading: ReadingToApply, state: PlanState): PlanChanges {
  const themes = new Themes(state);
  const findings = new Findings(state);
  const posts = new Posts(state);
  for (const title of reading.themes) themes.idOf(title);
  const objectives = reading.objectives.map((read) => objectiveChange(read, state, themes, findings));
  const themeIds = new Map([
    ...[...state.objectives.values()].map((one) => [one.id, one.themeId] as const),
    ...objectives.map((one) => [one.id, one.values.themeId] as const),
  ]);
  const objectiveIds = new Map([...state.objectives.values(), ...objectives].map((one) => [one.reference, one.id]));
  const hasProgress = reading.report.columns.some(({ canonical }) => canonical === "overallProgress");
  const actions = reading.actions.map((read) =>
    actionChange(read, state, { objectiveIds, themeIds, themes, findings, posts, hasProgress }),
  );
  const inFile = new Set(reading.actions.map(({ reference }) => reference));
  return {
    themes: themes.added,
    findings: findings.added,
    posts: posts.added,
    objectives,
    actions,
    notInFile: [...state.actions.keys()].filter((reference) => !inFile.has(reference)),
  };
}

function objectiveChange(read: ReadObjective, state: PlanState, themes: Themes, findings: Findings): ObjectiveChange {
  const known = state.objectives.get(read.reference);
  // a file that gives the number alone says nothing of its title or kind
  const bare = read.title === `Objective ${read.reference}`;
  const values = {
    title: bare && known ? known.title : read.title,
    kind: bare && known ? known.kind : read.kind,
    themeId: read.themeTitle === null ? (known?.themeId ?? null) : themes.idOf(read.themeTitle),
  };
  const [only] = read.findings;
  const cited = read.findings.map((finding) =>
    findings.idOf(finding, read.findings.length === 1 && finding === only ? read.finding : null),
  );
  const findingsToAdd = [...new Set(cited)].filter((id) => !known?.findingIds.includes(id));
  const same =
    known &&
    findingsToAdd.length === 0 &&
    equal(values, { title: known.title, kind: known.kind, themeId: known.themeId });
  return {
    outcome: known ? (same ? "UNCHANGED" : "UPDATED") : "INSERTED",
    id: known?.id ?? randomUUID(),
    reference: read.reference,
    lines: read.lines,
    values,
    findingsToAdd,
  };
}

interface Surroundings {
  objectiveIds: Map<string, string>;
  /** Theme of each objective, by the objective's id. */
  themeIds: Map<string, string | null>;
  themes: Themes;
  findings: Findings;
  posts: Posts;
  /** The file has a column of progress. */
  hasProgress: boolean;
}

function actionChange(
  read: ActionToApply,
  state: PlanState,
  { objectiveIds, themeIds, themes, findings, posts, hasProgress }: Surroundings,
): ActionChange {
  const known = state.actions.get(read.reference);
  const { assignments: fromFile, doubts: leadDoubts } = assignmentsOf(read.leads, posts);
  const doubts = [...read.doubts, ...leadDoubts];
  const colours = coloursOf(read, state, doubts);
  const byWhen = byWhenOf(read.byWhen, doubts);
  const objectiveId = read.objectiveReference === null ? null : (objectiveIds.get(read.objectiveReference) ?? null);
  if (read.objectiveReference !== null && objectiveId === null)
    doubts.push(`objective not in the plan: ${read.objectiveReference}`);

  const original = known ? null : originalOf(read, byWhen, doubts);
  const assignments = assignmentsToWrite(fromFile, known);
  const milestones = read.milestones.map((one) => ({ label: one.label, ...byWhenOf(one, doubts) }));
  const newMilestones = milestones.length > 0 && !equal(milestones, known?.milestones) ? milestones : null;
  const doubtsInFile = [...new Set(doubts)];
  const values = valuesOf(read, known, {
    byWhen,
    objectiveId,
    themeId: read.themeTitle === null ? (themeIds.get(objectiveId ?? "") ?? null) : themes.idOf(read.themeTitle),
    status: statusOf(read, known, hasProgress),
    doubts: doubtsToKeep(doubtsInFile, known, state),
  });
  const cited = [...new Set(read.findings.map((finding) => findings.idOf(finding, null)))];
  const findingsToAdd = cited.filter((id) => !known?.findingIds.includes(id));
  const same = known && !assignments && !newMilestones && findingsToAdd.length === 0 && equal(values, valuesIn(known));
  const standing = assignments ?? known?.assignments ?? [];
  return {
    outcome: known ? (same ? "UNCHANGED" : "UPDATED") : "INSERTED",
    id: known?.id ?? randomUUID(),
    reference: read.reference,
    lines: read.lines,
    values,
    doubtsInFile,
    original,
    assignments,
    milestones: newMilestones,
    findingsToAdd,
    leadAgencyId: standing.find(({ role }) => role === "LEAD")?.agencyId ?? null,
    colours,
    overallProgress: read.overallProgress,
    impactNarrative: read.impactNarrative,
  };
}

function valuesOf(
  read: ActionToApply,
  known: KnownAction | undefined,
  { byWhen, ...rest }: Pick<ActionValues, "byWhen" | "objectiveId" | "themeId" | "status" | "doubts">,
): ActionValues {
  const lost = byWhen.kind === "UNKNOWN" && byWhen.text === "";
  return {
    ...rest,
    objectiveId: rest.objectiveId ?? known?.objectiveId ?? null,
    themeId: rest.themeId ?? known?.themeId ?? null,
    title: read.title,
    description: read.description ?? known?.description ?? null,
    desiredOutcome: read.desiredOutcome ?? known?.desiredOutcome ?? null,
    measure: read.measure ?? known?.measure ?? null,
    successCriteria: read.successCriteria ?? known?.successCriteria ?? null,
    byWhen: lost && known ? known.byWhen : byWhen,
  };
}

const valuesIn = (known: KnownAction): ActionValues => ({
  objectiveId: known.objectiveId,
  themeId: known.themeId,
  title: known.title,
  description: known.description,
  desiredOutcome: known.desiredOutcome,
  measure: known.measure,
  successCriteria: known.successCriteria,
  status: known.status,
  byWhen: known.byWhen,
  doubts: known.doubts,
});

/**
 * Delivery asks whether it is done: red and amber say that it is not. Not started is presumed only of a plan that has nowhere
 * to say otherwise: no status, no delivery colour and no progress column. Where it has one whose content is lost, empty or
 * green (which may mean on course), the status is not known. A board's sign-off is not undone.
 */
function statusOf(read: ActionToApply, known: KnownAction | undefined, hasProgress: boolean): ActionValues["status"] {
  if (known?.status === "SIGNED_OFF" || known?.status === "SUPERSEDED") return known.status;
  if (read.status.value !== null) return read.status.value;
  if (known && known.status !== null) return known.status;
  if (read.delivery.value === "RED" || read.delivery.value === "AMBER") return "IN_PROGRESS";
  if (known) return null;
  const couldSay = read.status.columnPresent || read.delivery.columnPresent || hasProgress;
  return couldSay ? null : "NOT_STARTED";
}

/** A by-when that a row can hold: one that ends where its kind says so, in the right order. */
function byWhenOf(read: ReadByWhen, doubts: string[]): ByWhenValues {
  const { text, kind, start, end, precision } = read;
  const ends = kind === "DUE" || kind === "RANGE";
  const ordered = start === null || end === null || start <= end;
  if (ends && (end === null || !ordered)) {
    doubts.push(`date not understood: ${text}`);
    return { text, kind: "UNKNOWN", start: null, end: null, precision: null };
  }
  return { text, kind, start, end: ends ? end : null, precision: ends || start !== null ? precision : null };
}

/** Null where the file shows only a revised date, or where the cell's words are lost: neither is the first promise. */
function originalOf(read: ActionToApply, byWhen: ByWhenValues, doubts: string[]): ByWhenValues | null {
  if (read.originalByWhen) return byWhenOf(read.originalByWhen, doubts);
  return read.byWhen.revised || byWhen.text.trim() === "" ? null : byWhen;
}

/** Colours that the plan's rating scheme has; the others are doubts. A plan without a scheme is given the plain three. */
function coloursOf({ delivery, impact }: ActionToApply, { scheme }: PlanState, doubts: string[]) {
  const printed = [
    { dimension: "DELIVERY" as const, value: delivery.value },
    { dimension: "IMPACT" as const, value: impact.value },
  ];
  return printed.flatMap(({ dimension, value }) => {
    if (value === null) return [];
    if (!scheme || scheme.colours.has(`${dimension}/${value}`)) return [{ dimension, value }];
    doubts.push(`colour not in the plan's rating scheme: ${dimension} ${value}`);
    return [];
  });
}

/** Null: leave them. A list that names nobody changes nothing, and one that cannot say who leads replaces no lead. */
function assignmentsToWrite(fromFile: AssignmentValues[], known: KnownAction | undefined): AssignmentValues[] | null {
  if (fromFile.length === 0) return null;
  if (!known) return fromFile;
  if (equal(fromFile, known.assignments)) return null;
  const says = fromFile.some(({ role }) => role === "LEAD");
  const confirmed = known.assignments.some(({ role }) => role === "LEAD");
  return confirmed && !says ? null : fromFile;
}

/** Doubts that an officer settled stay settled while the file says no other. */
function doubtsToKeep(doubts: string[], known: KnownAction | undefined, state: PlanState): string[] {
  if (!known) return doubts;
  const before = state.lastBatch?.doubts.get(known.reference) ?? [];
  return state.lastBatch && equal(before, doubts) ? known.doubts : doubts;
}

class Themes {
  readonly added: PlanState["themes"] = [];
  private readonly ids: Map<string, string>;
  private position: number;

  constructor(state: PlanState) {
    this.ids = new Map(state.themes.map(({ id, title }) => [nameKey(title), id]));
    this.position = Math.max(0, ...state.themes.map(({ position }) => position));
  }

  idOf(title: string): string {
    const known = this.ids.get(nameKey(title));
    if (known) return known;
    const theme = { id: randomUUID(), position: ++this.position, title };
    this.added.push(theme);
    this.ids.set(nameKey(title), theme.id);
    return theme.id;
  }
}

class Findings {
  readonly added: PlanChanges["findings"] = [];
  private readonly ids: Map<string, string>;

  constructor(state: PlanState) {
    this.ids = new Map(state.findings.map((one) => [`${one.source}/${one.reference}`, one.id]));
  }

  idOf(finding: ReadFinding, title: string | null): string {
    const source = finding.source in FindingSource ? finding.source : FindingSource.OTHER;
    const key = `${source}/${finding.reference}`;
    const known = this.ids.get(key);
    if (known) return known;
    const added = { id: randomUUID(), source, reference: finding.reference, title };
    this.added.push(added);
    this.ids.set(key, added.id);
    return added.id;
  }
}

class Posts implements Who {
  readonly added: KnownPost[] = [];
  private readonly byId: Map<string, KnownPost>;
  private readonly byKey: Map<string, KnownPost>;

  constructor(private readonly state: PlanState) {
    this.byId = new Map(state.posts.map((post) => [post.id, post]));
    this.byKey = new Map(state.posts.map((post) => [post.key, post]));
    for (const [key, id] of state.postAliases) {
      const post = this.byId.get(id);
      if (post && !this.byKey.has(key)) this.byKey.set(key, post);
    }
  }

  agencyName = (id: string) => this.state.agencies.get(id);
  postById = (id: string) => this.byId.get(id);

  postNamed(title: string): KnownPost {
    const key = nameKey(title);
    const known = this.byKey.get(key);
    if (known) return known;
    const post = { id: randomUUID(), title, key, agencyId: null };
    this.added.push(post);
    this.byKey.set(key, post);
    return post;
  }
}

/** Alike in every part, whatever the order of the keys. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const [ones, others] = [Object.entries(a), Object.entries(b)];
  return (
    ones.length === others.length && ones.every(([key, value]) => equal(value, (b as Record<string, unknown>)[key]))
  );
}
