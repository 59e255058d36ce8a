import { snake } from "../../platform/database/naming";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import { ABILITY_POLICY, agencyWriting, asAuthor, requireWritable, type Standing, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { type Actor, DRAFTING_SCOPES } from "../identity/index";
import { type ActionInHand, actionInHand, requireOpen, requireText, standingFor } from "../plan/index";
import { ProgressUpdate } from "./reporting.entity";
import type { SaveProgressDraftInput } from "./writing.inputs";

const TEXTS = ["overallProgress", "impactNarrative", "riskNote", "draftingNote"] as const;
const WRITTEN = ["periodStart", ...TEXTS, "proposedDelivery", "proposedImpact"] as const;

/** The field whose verdict stands for the whole: who may not write it may not begin a draft with no words. */
const WHOLE = "ProgressUpdate.overallProgress";

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

/**
 * Creates or changes the one open draft of the writer's own agency for an action and a period. A draft after a submitted
 * version is the next version. Gives the draft's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer drafts for no agency here, or may not write a field: it is named.
 * @throws {ConflictError} where the action is over, or the open draft is of another version than expected.
 */
export async function saveProgressDraft(send: Send, writer: Writer, input: SaveProgressDraftInput): Promise<string> {
  requireReading(writer);
  const inHand = await actionInHand(send, writer, input.action);
  const { action } = inHand;
  const agencyId = agencyWriting(writer.actor, action.partnershipId, input.agency);
  const given = WRITTEN.filter((name) => input[name] !== undefined);
  const decided = given.length > 0 ? given : ["action"];
  requireWritable(
    [draftingFor(writer.actor, inHand, agencyId)],
    Object.fromEntries(decided.map((name) => [name, decidedBy(name)])),
  );
  requireOpen(inHand);
  for (const name of TEXTS) requireText(name, input[name]);

  const key = [action.id, agencyId, input.periodEnd];
  const [draft] = await send<ProgressUpdate>(
    `select ${columnsOf(writer.source, ProgressUpdate, "u")} from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3 and u.state = 'DRAFT' for update`,
    key,
  );
  const version = draft?.version ?? (await nextVersion(send, key));
  requireExpected(input, version);
  requireOrder(input, draft);
  const changed = given.filter((name) => (input[name] ?? null) !== (draft?.[name] ?? null));
  const id = draft
    ? await change(send, draft.id, changed, input)
    : await create(send, [action.partnershipId, ...key, version], changed, input);
  await record(send, writer, {
    kind: draft ? "progressUpdate.draftChanged" : "progressUpdate.drafted",
    partnershipId: action.partnershipId,
    subjectType: "ProgressUpdate",
    subjectId: id,
    detail: { fields: changed },
  });
  return id;
}

/** Row-level security shows a token nothing outside its scopes, and a draft is about an action and answered as it stands. */
function requireReading({ actor: { scopes } }: Writer): void {
  const missing = DRAFTING_SCOPES.filter((scope) => scopes && !scopes.includes(scope));
  if (missing.length > 0)
    throw new ForbiddenError(
      `saveProgressDraft also needs ${missing.join(" and ")}, which this token has not. Ask the agency's lead for a token with it.`,
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

function requireExpected({ expectedVersion }: SaveProgressDraftInput, version: number): void {
  if (expectedVersion != null && expectedVersion !== version)
    throw new ConflictError(
      `The version that can be written for this period is ${version}: another was submitted meanwhile, or none was. Read it again.`,
      ["input", "expectedVersion"],
      version,
    );
}

function requireOrder({ periodStart, periodEnd }: SaveProgressDraftInput, draft: ProgressUpdate | undefined): void {
  const start = periodStart === undefined ? draft?.periodStart : periodStart;
  if (start != null && start > periodEnd)
    throw new BadInputError("The period ends before it starts. Mend periodStart or periodEnd.", [
      "input",
      "periodStart",
    ]);
}

type Written = (typeof WRITTEN)[number];

async function change(send: Send, id: string, changed: Written[], input: SaveProgressDraftInput): Promise<string> {
  if (changed.length > 0)
    await send(
      `update progress_update set ${changed.map((name, index) => `${snake(name)} = $${index + 2}`).join(", ")} where id = $1`,
      [id, ...changed.map((name) => input[name])],
    );
  return id;
}

async function create(send: Send, key: unknown[], changed: Written[], input: SaveProgressDraftInput): Promise<string> {
  const columns = ["partnership_id", "action_id", "author_agency_id", "period_end", "version", ...changed.map(snake)];
  const [created] = await send<{ id: string }>(
    `insert into progress_update (state, ${columns.join(", ")})
     values ('DRAFT', ${columns.map((_, index) => `$${index + 1}`).join(", ")}) on conflict do nothing returning id`,
    [...key, ...changed.map((name) => input[name])],
  );
  if (!created)
    throw new ConflictError("A colleague began a draft for this period at the same moment. Read it again.", [
      "input",
      "periodEnd",
    ]);
  return created.id;
}
