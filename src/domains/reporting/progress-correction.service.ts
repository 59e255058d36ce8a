import { snake } from "../../platform/database/naming";
import { ConflictError, ForbiddenError } from "../../platform/errors/index";
import { globalId } from "../../platform/graphql/ids";
import { agencyWriting, requireWritable, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { actionInHand, requireOpen } from "../plan/index";
import {
  carriedBy,
  draftingFor,
  firstRevision,
  proposedBy,
  requireReading,
  requireRevision,
  WHOLE,
} from "./progress-draft.service";
import type { NameProgressUpdateInput } from "./progress-update.inputs";
import { updateOf, type Written } from "./progress-update.service";
import { type ProgressUpdate, UpdateState } from "./reporting.entity";

/**
 * Begins the next version of an update that was submitted, returned or accepted: a draft that holds the same words and
 * proposals, as far as the writer may write them. The earlier version stays as it was, and counts until the next is accepted.
 *
 * @throws {NotFoundError} where there is no such update for the writer.
 * @throws {ForbiddenError} where it is not the writer's own agency's, or the writer may not draft for it.
 * @throws {ConflictError} where it is a draft, there is a newer version, or the action is over.
 */
export async function correctProgressUpdate(
  send: Send,
  writer: Writer,
  input: NameProgressUpdateInput,
): Promise<Written> {
  const { update, standing } = await ownUpdate(send, writer, input, "correctProgressUpdate");
  if (update.state === UpdateState.DRAFT)
    throw new ConflictError("It is a draft: change it with saveProgressDraft.", ["input", "progressUpdate"]);
  const [newest] = await send<{ version: number }>(
    `select max(u.version) as version from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.period_end = $3`,
    [update.actionId, update.authorAgencyId, update.periodEnd],
  );
  if (newest && newest.version !== update.version) throw newerThan(update, newest.version);
  const words = [...carriedBy(standing), ...proposedBy(standing)].map(snake);
  const copied = ["partnership_id", "action_id", "author_agency_id", "period_start", "period_end", ...words];
  const [draft] = await send<{ id: string }>(
    `insert into progress_update (state, version, revision, ${copied.join(", ")})
     select 'DRAFT', u.version + 1, ${firstRevision("u.action_id", "u.author_agency_id", "u.period_end")}, ${copied.map((column) => `u.${column}`).join(", ")} from progress_update u where u.id = $1
     on conflict do nothing returning id`,
    [update.id],
  );
  if (!draft) throw newerThan(update, update.version + 1);
  await record(send, writer, {
    kind: "progressUpdate.correctionBegun",
    partnershipId: update.partnershipId,
    onlyFor: update.authorAgencyId ?? undefined,
    subjectType: "ProgressUpdate",
    subjectId: draft.id,
    detail: { of: update.id, version: update.version + 1, fields: words },
  });
  return { updateId: draft.id, actionId: update.actionId };
}

const newerThan = ({ version }: ProgressUpdate, newest: number) =>
  new ConflictError(
    `Version ${newest} has been begun or submitted since version ${version}. Read that one.`,
    ["input", "progressUpdate"],
    newest,
  );

/**
 * Throws a draft of the writer's own agency away. What was submitted stays, whatever its state.
 *
 * @throws {NotFoundError} where there is no such draft for the writer.
 * @throws {ForbiddenError} where it is not the writer's own agency's, or the writer may not draft for it.
 * @throws {ConflictError} where it was submitted, or is of another version or revision than expected.
 */
export async function discardProgressDraft(
  send: Send,
  writer: Writer,
  input: NameProgressUpdateInput,
): Promise<Written> {
  const { update } = await ownUpdate(send, writer, input, "discardProgressDraft");
  const gone = await send<{ id: string }>(
    "delete from progress_update where id = $1 and state = 'DRAFT' and revision = coalesce($2, revision) returning id",
    [update.id, input.expectedRevision ?? null],
  );
  if (gone.length === 0) {
    const now = await updateOf(send, writer.source, input.progressUpdate);
    if (now.state === UpdateState.DRAFT) requireRevision(input, now);
    throw new ConflictError(
      "It was submitted: it stays. Correct it with correctProgressUpdate.",
      ["input", "progressUpdate"],
      update.version,
    );
  }
  await record(send, writer, {
    kind: "progressUpdate.draftDiscarded",
    partnershipId: update.partnershipId,
    onlyFor: update.authorAgencyId ?? undefined,
    subjectType: "ProgressUpdate",
    subjectId: update.id,
    detail: { action: update.actionId, periodEnd: update.periodEnd, version: update.version },
  });
  return { updateId: update.id, actionId: update.actionId };
}

/** An update of the writer's own agency, on an action that is not over, that the writer drafts for it. */
async function ownUpdate(
  send: Send,
  writer: Writer,
  { progressUpdate, expectedVersion, expectedRevision }: NameProgressUpdateInput,
  mutation: string,
) {
  requireReading(writer, mutation);
  const update = await updateOf(send, writer.source, progressUpdate);
  const inHand = await actionInHand(send, writer, globalId("Action", update.actionId));
  const own = update.authorAgencyId;
  if (own === null)
    throw new ForbiddenError("An imported update names no agency that could do this.", ["input", "progressUpdate"]);
  const agencyId = agencyWriting(writer.actor, update.partnershipId, globalId("Agency", own));
  const standing = draftingFor(writer.actor, inHand, agencyId);
  requireWritable([standing], { progressUpdate: WHOLE });
  requireOpen(inHand);
  if (expectedVersion != null && expectedVersion !== update.version)
    throw new ConflictError(
      `This update is version ${update.version}, not ${expectedVersion}. Read it again.`,
      ["input", "expectedVersion"],
      update.version,
    );
  requireRevision({ expectedRevision }, update);
  return { update, standing };
}
