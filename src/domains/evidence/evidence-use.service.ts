import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import type { Send } from "../audit/index";
import { actionInHand, requireOpen, standingFor } from "../plan/index";
import { UpdateState } from "../reporting/index";
import { evidenceInHand, mayEnd, recordEvidence } from "./evidence-in-hand";
import {
  EVIDENCE_TRANSITIONS,
  EvidenceReach,
  FileState,
  nextState,
  REACH_TRANSITIONS,
  type ReachEvent,
} from "./evidence-lifecycle";
import type { Evidence } from "./evidence.entity";
import type { EvidenceUseInput } from "./evidence.inputs";

/** What citing evidence in an update does to who may know of it: as much as may know of the update. */
const EVENT_OF: Readonly<Record<string, ReachEvent>> = {
  [UpdateState.DRAFT]: "DRAFT",
  [UpdateState.ACCEPTED]: "SHARE",
};

/**
 * Uses an agency's evidence of an action that it is named for, which shares it with the partnership, or in its own update on
 * that action, which shows it to whoever may read the update. Gives the evidence's key.
 *
 * @throws what `evidenceInHand` throws.
 * @throws {NotFoundError} where there is no such action or update for the writer.
 * @throws {ForbiddenError} where the agency is not named for the action.
 * @throws {BadInputError} where the update is not its own, or is on another action.
 * @throws {ConflictError} where the action is over, the file has not come, or it is in use there already.
 */
export async function attachEvidence(send: Send, writer: Writer, input: EvidenceUseInput): Promise<string> {
  const evidence = await evidenceInHand(send, writer, input);
  nextState(EVIDENCE_TRANSITIONS, evidence.state, "USE");
  const inHand = await actionInHand(send, writer, input.action);
  const { action } = inHand;
  const { ownerAgencyId, partnershipId } = evidence;
  if (action.partnershipId !== partnershipId) throw new NotFoundError();
  const { relations } = standingFor(writer.actor, inHand, ownerAgencyId);
  if (!relations.includes("LEAD") && !relations.includes("CONTRIBUTOR"))
    throw new ForbiddenError("Evidence is attached by an agency that is named for the action. Ask the business unit.", [
      "input",
      "action",
    ]);
  requireOpen(inHand);
  requireThere(evidence);
  const update = await ownUpdate(send, input, evidence, action.id);
  const event = update ? (EVENT_OF[update.state] ?? "SUBMIT") : "SHARE";
  const [added] = await send<{ id: string }>(
    `insert into evidence_use (partnership_id, evidence_id, action_id, progress_update_id, agency_id, reach, attached_by, attached_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
    [
      partnershipId,
      evidence.id,
      action.id,
      update?.id ?? null,
      ownerAgencyId,
      nextState(REACH_TRANSITIONS, EvidenceReach.OWN, event),
      writer.actor.person,
      writer.now,
    ],
  );
  if (!added) throw new ConflictError("The evidence is in use there already.", ["input", "evidence"]);
  const reach = nextState(REACH_TRANSITIONS, evidence.reach, event);
  if (reach !== evidence.reach) await send("update evidence set reach = $2 where id = $1", [evidence.id, reach]);
  const shown = { id: evidence.id, partnershipId, ownerAgencyId, reach };
  await recordEvidence(send, writer, "attached", shown, placeOf(action.id, update?.id, reach));
  return evidence.id;
}

/**
 * Ends a use of evidence; that it was used stays on record. Gives the evidence's key.
 *
 * @throws what `evidenceInHand` throws.
 * @throws {ConflictError} where it is not in use there.
 */
export async function detachEvidence(send: Send, writer: Writer, input: EvidenceUseInput): Promise<string> {
  const evidence = await evidenceInHand(send, writer, input, mayEnd);
  const { action } = await actionInHand(send, writer, input.action);
  const update = input.progressUpdate == null ? null : keyOf("ProgressUpdate", input.progressUpdate);
  if (input.progressUpdate != null && update === null) throw new NotFoundError();
  const ended = await send(
    `update evidence_use set ended_by = $4, ended_at = $5
     where evidence_id = $1 and action_id = $2 and progress_update_id is not distinct from $3::uuid and ended_at is null returning id`,
    [evidence.id, action.id, update, writer.actor.person, writer.now],
  );
  if (ended.length === 0) throw new ConflictError("The evidence is not in use there.", ["input", "evidence"]);
  await recordEvidence(send, writer, "detached", evidence, placeOf(action.id, update));
  return evidence.id;
}

const placeOf = (action: string, progressUpdate?: string | null, reach?: EvidenceReach) => ({
  action,
  ...(progressUpdate && { progressUpdate }),
  ...(reach && { reach }),
});

/** Nothing is shown by a file that is not there. */
function requireThere({ fileState }: Evidence): void {
  if (fileState !== null && fileState !== FileState.CLEAN)
    throw new ConflictError("The file of this evidence has not come yet. Send it first, and attach it then.", [
      "input",
      "evidence",
    ]);
}

/** The agency's own update that the input names, on that action; null where it names none. */
async function ownUpdate(
  send: Send,
  { progressUpdate }: EvidenceUseInput,
  { ownerAgencyId }: Evidence,
  actionId: string,
): Promise<{ id: string; state: UpdateState } | null> {
  if (progressUpdate == null) return null;
  const key = keyOf("ProgressUpdate", progressUpdate);
  if (key) await send("select app.hold_evidence_of($1)", [key]);
  const [found] = key
    ? await send<{ id: string; state: UpdateState; actionId: string; authorAgencyId: string | null }>(
        `select p.id, p.state, p.action_id as "actionId", p.author_agency_id as "authorAgencyId" from progress_update p where p.id = $1`,
        [key],
      )
    : [];
  if (!found) throw new NotFoundError();
  if (found.actionId !== actionId || found.authorAgencyId !== ownerAgencyId)
    throw new BadInputError("progressUpdate is not the agency's own update on this action.", [
      "input",
      "progressUpdate",
    ]);
  return found;
}
