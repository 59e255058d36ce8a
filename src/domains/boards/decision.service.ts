import { BadInputError, ConflictError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import { requireText, requiredText } from "../plan/index";
import { add, added, inHand, keysOf, nextNumber, requireRole } from "../writing/index";
import { MeetingState } from "./meeting-lifecycle";
import { AgendaItem, Business, Decision, type DecisionKind, Meeting } from "./meeting.entity";
import type { AskedInput, RecordDecisionInput } from "./meeting.inputs";

const MOST_ASKED = 50;

/**
 * Records what a board decided at a meeting that was held, and what it asks for, in one go. Gives the decision's key.
 *
 * @throws {NotFoundError} where there is no such meeting or agenda item for the writer.
 * @throws {ForbiddenError} where the writer is neither officer nor chair of the partnership.
 * @throws {BadInputError} where an input makes no sense; it is named.
 * @throws {ConflictError} where the meeting was not held, or the number is taken.
 */
export async function recordDecision(send: Send, writer: Writer, input: RecordDecisionInput): Promise<string> {
  const meeting = await inHand(send, writer, Meeting, input.meeting);
  const { partnershipId, boardId } = meeting;
  requireRole(writer, partnershipId, "meeting", Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR);
  if (meeting.state !== MeetingState.HELD)
    throw new ConflictError("A board decides at a meeting that was held. Record that with holdMeeting first.", [
      "input",
      "meeting",
    ]);
  const item = await itemDecidedOn(send, writer, meeting, input);
  const business = item?.business ?? input.business ?? Business.PUBLIC;
  const text = requiredText("text", input.text);
  if (input.asks.length > MOST_ASKED)
    throw new BadInputError(`A decision asks for ${MOST_ASKED} things at most; there were ${input.asks.length}.`, [
      "input",
      "asks",
    ]);
  const decision = await add(send, "decision", {
    partnership_id: partnershipId,
    board_id: boardId,
    meeting_id: meeting.id,
    agenda_item_id: item?.id ?? null,
    business,
    number: await numberOf(send, meeting, input.number),
    kind: input.kind,
    text,
    decided_on: meeting.day,
  });
  if (decision === null)
    throw new ConflictError("The meeting has a decision of that number already.", ["input", "number"]);
  const asked: string[] = [];
  for (const [index, ask] of input.asks.entries())
    asked.push(await track(send, meeting, { id: decision, business }, ask, ["input", "asks", String(index)]));
  await record(send, writer, {
    kind: "decision.recorded",
    partnershipId,
    subjectType: "Decision",
    subjectId: decision,
    detail: { board: boardId, meeting: meeting.id, kind: input.kind, business, trackedItems: asked },
  });
  return decision;
}

async function itemDecidedOn(
  send: Send,
  writer: Writer,
  meeting: Meeting,
  { agendaItem, business }: RecordDecisionInput,
): Promise<AgendaItem | null> {
  if (agendaItem == null) return null;
  const item = await inHand(send, writer, AgendaItem, agendaItem);
  if (item.meetingId !== meeting.id)
    throw new BadInputError("agendaItem is on the agenda of another meeting.", ["input", "agendaItem"]);
  if (business != null && business !== item.business)
    throw new BadInputError(`The agenda item is ${item.business.toLowerCase()} business: leave business out.`, [
      "input",
      "business",
    ]);
  return item;
}

/** The number given, or the next whole one: decisions of one meeting are numbered one at a time. */
async function numberOf(send: Send, { id }: Meeting, given: string | null | undefined): Promise<string> {
  if (given != null) return requiredText("number", given, "title");
  await send("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`decision of ${id}`]);
  const [row] = await send<{ next: string }>(
    `select (coalesce(max(d.number::bigint), 0) + 1)::text as next from decision d where d.meeting_id = $1 and d.number ~ '^[0-9]{1,9}$'`,
    [id],
  );
  return row?.next ?? "1";
}

/** Adds what a decision asks for to the board's tracker, with the actions that it is about. */
async function track(
  send: Send,
  { partnershipId, boardId, day }: Meeting,
  { id: decisionId, business }: Pick<Decision, "id" | "business">,
  ask: AskedInput,
  at: string[],
): Promise<string> {
  const title = requiredText("asks", ask.title, "title");
  for (const text of [ask.reference, ask.askedText, ask.dueText]) requireText("asks", text, "title");
  const { agencyId, postId } = await keysOf(send, partnershipId, ask, at);
  if (ask.dueOn != null && ask.dueOn < day)
    throw new BadInputError("It would be expected before it was asked.", [...at, "dueOn"]);
  const item = await added(send, "tracked_item", {
    partnership_id: partnershipId,
    board_id: boardId,
    decision_id: decisionId,
    business,
    number: await nextNumber(send, "tracked_item", "board_id", boardId),
    reference: ask.reference ?? null,
    kind: ask.kind,
    title,
    agency_id: agencyId,
    post_id: postId,
    asked_text: ask.askedText ?? null,
    raised_on: day,
    due_on: ask.dueOn ?? null,
    due_text: ask.dueText ?? null,
  });
  await linkActions(send, partnershipId, item, ask.actions, [...at, "actions"]);
  return item;
}

/**
 * Says which actions a tracked item is about; those that are said already are left.
 *
 * @throws {BadInputError} where the partnership has no such action.
 */
export async function linkActions(
  send: Send,
  partnershipId: string,
  trackedItemId: string,
  actions: readonly string[],
  at: readonly string[],
): Promise<void> {
  if (actions.length === 0) return;
  if (actions.length > MOST_ASKED)
    throw new BadInputError(`${MOST_ASKED} actions at most; there were ${actions.length}.`, at);
  const keys = [...new Set(actions.map((id) => keyOf("Action", id)))];
  const found = await send<{ id: string }>(
    "select a.id from action a where a.id = any ($1::uuid[]) and a.partnership_id = $2",
    [keys.filter((key) => key !== null), partnershipId],
  );
  if (found.length < keys.length) throw new BadInputError("An id is that of no action of this partnership.", at);
  for (const { id } of found)
    await add(send, "tracked_item_action", {
      partnership_id: partnershipId,
      tracked_item_id: trackedItemId,
      action_id: id,
    });
}

/**
 * The decision that carries something out, which must be of the kind that does.
 *
 * @throws {NotFoundError} where there is none for the writer.
 * @throws {BadInputError} where it is of another partnership, or does something else.
 */
export async function decisionThat(
  send: Send,
  writer: Writer,
  id: string,
  partnershipId: string,
  kind: DecisionKind,
): Promise<Decision> {
  const decision = await inHand(send, writer, Decision, id);
  const at = ["input", "decision"];
  if (decision.partnershipId !== partnershipId) throw new BadInputError("decision is one of another partnership.", at);
  if (decision.kind !== kind)
    throw new BadInputError(`decision is a ${decision.kind}: it takes one of the kind ${kind}.`, at);
  return decision;
}
