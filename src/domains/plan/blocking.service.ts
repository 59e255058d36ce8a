import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import { agencyWriting, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { holdsRole, leadsAgency, Role } from "../identity/index";
import { type ActionInHand, actionInHand, requireOpen, requiredText, standingFor } from "./action-in-hand";
import type { Action } from "./action.entity";
import type { BlockActionInput, UnblockActionInput } from "./blocking.inputs";

/**
 * Says that an action cannot go on before another of the partnership is done. Gives the key of the one that is blocked.
 *
 * @throws {NotFoundError} where there is no such action for the writer, either of the two.
 * @throws {ForbiddenError} where the writer is neither an officer nor the lead of an agency that leads the action.
 * @throws {ConflictError} where the action is over, it is said already, or the other is blocked by this one in turn.
 * @throws {BadInputError} where the two are one or of two partnerships, or the reason is blank.
 */
export async function blockAction(send: Send, writer: Writer, input: BlockActionInput): Promise<string> {
  const { inHand, blocking, saidBy } = await both(send, writer, input);
  const { action } = inHand;
  requireOpen(inHand);
  requiredText("reason", input.reason);
  if (action.id === blocking.id)
    throw new BadInputError("An action cannot be blocked by itself.", ["input", "blockedBy"]);
  await oneAtATime(send, action);
  const circle = await send(
    `with recursive blocking as (
       select $2::uuid as id
       union
       select b.blocking_action_id from blocking join action_blocker b on b.action_id = blocking.id and b.ended_at is null)
     select 1 from blocking where blocking.id = $1`,
    [action.id, blocking.id],
  );
  if (circle.length > 0)
    throw new ConflictError(
      `Action ${blocking.reference} is blocked by action ${action.reference} itself, at once or through others. End that first.`,
      ["input", "blockedBy"],
    );
  const [said] = await send<{ id: string }>(
    `insert into action_blocker (partnership_id, action_id, blocking_action_id, reason, said_by_agency_id, said_by, since)
     values ($1, $2, $3, $4, $5, $6, app.now()) on conflict do nothing returning id`,
    [action.partnershipId, action.id, blocking.id, input.reason, saidBy, writer.actor.person],
  );
  if (!said)
    throw new ConflictError(`It is said already that action ${blocking.reference} blocks this one.`, [
      "input",
      "blockedBy",
    ]);
  await recorded(send, writer, "action.blocked", action, blocking);
  return action.id;
}

/**
 * Says that an action can go on again as far as another is concerned. Gives the key of the one that was blocked.
 *
 * @throws {NotFoundError} where there is no such action for the writer, either of the two.
 * @throws {ForbiddenError} where the writer is neither an officer nor the lead of an agency that leads the action.
 * @throws {ConflictError} where the one does not block the other, or no more.
 */
export async function unblockAction(send: Send, writer: Writer, input: UnblockActionInput): Promise<string> {
  const { inHand, blocking } = await both(send, writer, input);
  const { action } = inHand;
  const ended = await send(
    `update action_blocker set ended_by = $3, ended_at = app.now()
     where action_id = $1 and blocking_action_id = $2 and ended_at is null returning id`,
    [action.id, blocking.id, writer.actor.person],
  );
  if (ended.length === 0)
    throw new ConflictError(`Action ${blocking.reference} does not block this one, or no more.`, [
      "input",
      "blockedBy",
    ]);
  await recorded(send, writer, "action.unblocked", action, blocking);
  return action.id;
}

/** The two actions, and in whose name the writer speaks of the blocked one: an agency that leads it, or (null) an officer. */
async function both(send: Send, writer: Writer, input: UnblockActionInput) {
  const inHand = await actionInHand(send, writer, input.action);
  const { action: blocking } = await actionInHand(send, writer, input.blockedBy);
  const saidBy = speaking(writer, inHand, input);
  if (blocking.partnershipId !== inHand.action.partnershipId)
    throw new BadInputError("An action is blocked by one of its own partnership.", ["input", "blockedBy"]);
  return { inHand, blocking, saidBy };
}

function speaking(writer: Writer, inHand: ActionInHand, { agency }: UnblockActionInput): string | null {
  const { partnershipId } = inHand.action;
  if (agency == null && holdsRole(writer.actor, partnershipId, Role.PARTNERSHIP_OFFICER)) return null;
  const own = agencyWriting(writer.actor, partnershipId, agency);
  if (!leadsAgency(writer.actor, own) || !standingFor(writer.actor, inHand, own).relations.includes("LEAD"))
    throw new ForbiddenError(
      "Only an officer, or the lead of an agency that leads the action, says what it is blocked by.",
      ["input", "action"],
    );
  return own;
}

/** Waits for whoever else says of this partnership what blocks what: two that together would close a circle see each other. */
const oneAtATime = (send: Send, { partnershipId }: Action) =>
  send("select pg_advisory_xact_lock(hashtextextended('action_blocker ' || $1::text, 0))", [partnershipId]);

const recorded = (send: Send, writer: Writer, kind: string, action: Action, blocking: Action) =>
  record(send, writer, {
    kind,
    partnershipId: action.partnershipId,
    subjectType: "Action",
    subjectId: action.id,
    detail: { blockedBy: blocking.id },
  });
