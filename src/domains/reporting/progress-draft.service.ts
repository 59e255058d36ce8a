import { snake } from "../../platform/database/naming";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import {
  ABILITY_POLICY,
  agencyWriting,
  asAuthor,
  decideWriteAmong,
  requireWritable,
  type Standing,
  type Writer,
} from "../access/index";
import { record, type Send } from "../audit/index";
import { type Actor, DRAFTING_SCOPES } from "../identity/index";
import { type ActionInHand, actionInHand, requireOpen, requireText, standingFor } from "../plan/index";
import { ProgressUpdate } from "./reporting.entity";
import type { SaveProgressDraftInput } from "./writing.inputs";

const TEXTS = ["overallProgress", "impactNarrative", "riskNote", "draftingNote"] as const;
const PROPOSED = ["proposedDelivery", "proposedImpact"] as const;
const WRITTEN = ["periodStart", ...TEXTS, ...PROPOSED] as const;

/** Carried into a draft from what its agency last said: not a rating, which has to be judged again, nor a private note. */
const CARRIED = ["overallProgress", "impactNarrative", "riskNote"] as const;

export type Written = (typeof WRITTEN)[number];
/** What is drafted. */
type Drafted = Pick<SaveProgressDraftInput, Written | "expectedRevision">;

/** The field whose verdict stands for the whole: who may not write it may not begin a draft with no words. */
export const WHOLE = "ProgressUpdate.overallProgress";

/** Which field's verdict an input needs; the period and the author's own notes go with the whole. */
const decidedBy = (name: string) => {
  const field = `ProgressUpdate.${name}`;
  return ABILITY_POLICY.updateProgress.fields.includes(field) ? field : WHOLE;
};

/** What the actor is to an update that it drafts for one of its agencies: its author, and what the agency is to the action. */
export function draftingFor(actor: Actor, inHand: ActionInHand, agencyId: string): Standing {
  const standing = standingFor(actor, inHand, agencyId);
  return { ...standing, relations: asAuthor(standing.relations) };
}

/** An open draft and whose it is, or the place where one would be: locked, and open to the writer. */
export interface DraftInHand {
  inHand: ActionInHand;
  agencyId: string;
  periodEnd: string;
  standing: Standing;
  draft: ProgressUpdate | undefined;
  /** The draft's, or that a new one would have. */
  version: number;
}

/** What names a draft: the writer's own agency is understood where it has but one. */
export type DraftNamed = Pick<SaveProgressDraftInput, "action" | "agency" | "periodEnd">;

/**
 * The draft of the writer's agency for an action and a period, for writing these fields of it. A draft after a submitted
 * version is the next version.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer drafts for no agency here, or may not write a field: it is named.
 * @throws {ConflictError} where the action is over.
 */
export async function draftInHand(
  send: Send,
  writer: Writer,
  { action: id, agency, periodEnd }: DraftNamed,
  given: readonly Written[],
): Promise<DraftInHand> {
  const inHand = await actionInHand(send, writer, id);
  const { action } = inHand;
  const agencyId = agencyWriting(writer.actor, action.partnershipId, agency);
  const standing = draftingFor(writer.actor, inHand, agencyId);
  const decided = given.length > 0 ? given : ["action"];
  const named = standing.relations.some((one) => one === "LEAD" || one === "CONTRIBUTOR");
  requireWritable(
    [standing],
    Object.fromEntries(decided.map((name) => [name, decidedBy(name)])),
    named ? undefined : "Your agency is not named for the action: ask the business unit to name it.",
  );
  requireOpen(inHand);

  const key = [action.id, agencyId, periodEnd];
  const [draft] = await send<ProgressUpdate>(
    `select ${columnsOf(writer.source, ProgressUpdate, "u")} from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3 and u.state = 'DRAFT' for update`,
    key,
  );
  return { inHand, agencyId, periodEnd, standing, draft, version: draft?.version ?? (await nextVersion(send, key)) };
}

/** The words of a draft that somebody may write: what is carried into a new one on their behalf. */
export const carriedBy = (standing: Standing): (typeof CARRIED)[number][] =>
  CARRIED.filter((name) => decideWriteAmong([standing], decidedBy(name)).allowed);

/** The ratings that somebody may propose. */
export const proposedBy = (standing: Standing): (typeof PROPOSED)[number][] =>
  PROPOSED.filter((name) => decideWriteAmong([standing], decidedBy(name)).allowed);

/** What of an input is written: whatever it holds, null included. */
export const givenIn = (input: Partial<Record<Written, unknown>>): Written[] =>
  WRITTEN.filter((name) => input[name] !== undefined);

/** Refuses words and periods that make no sense beside what is drafted already. */
export function requireSense({ draft, periodEnd }: DraftInHand, input: Drafted): void {
  for (const name of TEXTS) requireText(name, input[name]);
  const start = input.periodStart === undefined ? draft?.periodStart : input.periodStart;
  if (start != null && start > periodEnd)
    throw new BadInputError("The period ends before it starts. Mend periodStart or periodEnd.", [
      "input",
      "periodStart",
    ]);
}

/**
 * Creates or changes the one open draft of the writer's own agency for an action and a period. Gives the draft's key.
 *
 * @throws what `draftInHand` throws.
 * @throws {ConflictError} where the open draft is of another version or revision than expected.
 */
export async function saveProgressDraft(send: Send, writer: Writer, input: SaveProgressDraftInput): Promise<string> {
  requireReading(writer, "saveProgressDraft");
  const given = givenIn(input);
  const hand = await draftInHand(send, writer, input, given);
  requireExpected(input, hand.version);
  requireRevision(input, hand.draft);
  requireSense(hand, input);
  const { id, changed } = await writeDraft(send, hand, given, input);
  await record(send, writer, {
    kind: hand.draft ? "progressUpdate.draftChanged" : "progressUpdate.drafted",
    partnershipId: hand.inHand.action.partnershipId,
    onlyFor: hand.agencyId,
    subjectType: "ProgressUpdate",
    subjectId: id,
    detail: { fields: changed },
  });
  return id;
}

/** Writes what differs of these into the draft, or begins one with them. */
export async function writeDraft(
  send: Send,
  { inHand: { action }, agencyId, periodEnd, draft, version }: DraftInHand,
  given: readonly Written[],
  input: Drafted,
): Promise<{ id: string; changed: Written[] }> {
  const changed = given.filter((name) => (input[name] ?? null) !== (draft?.[name] ?? null));
  const key = [action.partnershipId, action.id, agencyId, periodEnd, version];
  return {
    id: draft ? await change(send, draft.id, changed, input) : await create(send, key, changed, input),
    changed,
  };
}

/** Row-level security shows a token nothing outside its scopes, and a draft is about an action and answered as it stands. */
export function requireReading({ actor: { scopes } }: Writer, mutation: string): void {
  const missing = DRAFTING_SCOPES.filter((scope) => scopes && !scopes.includes(scope));
  if (missing.length > 0)
    throw new ForbiddenError(
      `${mutation} also needs ${missing.join(" and ")}, which this token has not. Ask the agency's lead for a token with it.`,
    );
}

async function nextVersion(send: Send, key: readonly string[]): Promise<number> {
  const [row] = await send<{ version: number }>(
    `select coalesce(max(u.version), 0) + 1 as version from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3`,
    [...key],
  );
  return row?.version ?? 1;
}

/** Refuses what was meant for another version than the one that can be written. */
export function requireExpected({ expectedVersion }: { expectedVersion?: number | null }, version: number): void {
  if (expectedVersion != null && expectedVersion !== version)
    throw new ConflictError(
      `The version that can be written for this period is ${version}: another was submitted meanwhile, or none was. Read it again.`,
      ["input", "expectedVersion"],
      version,
    );
}

/** Refuses what was meant for a draft as it stood before it was saved by somebody else; 0 is for one that was not there. */
export function requireRevision(
  { expectedRevision }: { expectedRevision?: number | null },
  draft: Pick<ProgressUpdate, "revision"> | undefined,
): void {
  const revision = draft?.revision ?? 0;
  if (expectedRevision != null && expectedRevision !== revision)
    throw new ConflictError(
      draft
        ? `It was saved meanwhile: it is at revision ${revision}. Read it again, so that no words are lost.`
        : "There is no draft of this period: it was submitted or thrown away meanwhile, or never begun. Read it again.",
      ["input", "expectedRevision"],
      revision,
    );
}

/** The revision of a new draft, as SQL: the next after all that its agency has drafted of the action and the period. */
export const firstRevision = (action: string, agency: string, periodEnd: string): string =>
  `(select coalesce(max(h.revision), 0) + 1 from history.progress_update h
    where h.action_id = ${action} and h.author_agency_id = ${agency} and h.period_end = ${periodEnd})`;

async function change(send: Send, id: string, changed: Written[], input: Drafted): Promise<string> {
  if (changed.length > 0)
    await send(
      `update progress_update set revision = revision + 1, ${changed.map((name, index) => `${snake(name)} = $${index + 2}`).join(", ")} where id = $1`,
      [id, ...changed.map((name) => input[name])],
    );
  return id;
}

async function create(send: Send, key: unknown[], changed: Written[], input: Drafted): Promise<string> {
  const columns = ["partnership_id", "action_id", "author_agency_id", "period_end", "version", ...changed.map(snake)];
  const [created] = await send<{ id: string }>(
    `insert into progress_update (state, revision, ${columns.join(", ")})
     values ('DRAFT', ${firstRevision("$2", "$3", "$4")}, ${columns.map((_, index) => `$${index + 1}`).join(", ")}) on conflict do nothing returning id`,
    [...key, ...changed.map((name) => input[name])],
  );
  if (!created) {
    const [theirs] = await send<Pick<ProgressUpdate, "revision">>(
      `select u.revision from progress_update u
       where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3 and u.state = 'DRAFT'`,
      key.slice(1, 4),
    );
    requireRevision(input, theirs);
    throw new ConflictError("A colleague began a draft for this period at the same moment. Read it again.", [
      "input",
      "periodEnd",
    ]);
  }
  return created.id;
}
