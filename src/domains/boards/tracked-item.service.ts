import { londonDay } from "../../platform/clock";
import { BadInputError, ForbiddenError } from "../../platform/errors/index";
import { agencyWriting, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { actingFor, agenciesOf, holdsRole, Role } from "../identity/index";
import { requiredText } from "../plan/index";
import { added, change, dayThatHasCome, inHand, nextNumber, requireRole, requireVersion } from "../writing/index";
import { linkActions } from "./decision.service";
import { nextTrackedItemStatus, TrackedItemStatus } from "./tracked-item-lifecycle";
import { TrackedItem } from "./tracked-item.entity";
import type { LinkTrackedItemInput, RespondToTrackedItemInput, TrackedItemInput } from "./tracked-item.inputs";

const { PARTNERSHIP_OFFICER } = Role;

/** Who answers: an officer records the answer of whoever was asked, an agency answers what it was asked itself. */
function answering(writer: Writer, item: TrackedItem, input: RespondToTrackedItemInput) {
  const { actor } = writer;
  if (input.agency == null && holdsRole(actor, item.partnershipId, PARTNERSHIP_OFFICER))
    return {
      agencyId: item.agencyId,
      postId: item.postId,
      respondedOn: dayThatHasCome(writer, "respondedOn", input.respondedOn),
    };
  const agencyId = agencyWriting(actor, item.partnershipId, input.agency);
  const names = agenciesOf(actingFor(actor, item.partnershipId, agencyId), item.partnershipId);
  if (item.agencyId === null || !names.has(item.agencyId))
    throw new ForbiddenError("Your agency was not asked. Whoever was, or an officer, answers.", [
      "input",
      "trackedItem",
    ]);
  if (input.respondedOn != null)
    throw new ForbiddenError("An agency's answer is of today. Leave respondedOn out.", ["input", "respondedOn"]);
  return { agencyId, postId: null, respondedOn: londonDay(writer.now) };
}

/**
 * Answers what a board asked. Gives the tracked item's key.
 *
 * @throws {NotFoundError} where there is no such item for the writer.
 * @throws {ForbiddenError} where the writer's agency was not asked, and the writer is no officer.
 * @throws {ConflictError} where the item is closed, or its version has moved on.
 */
export async function respondToTrackedItem(
  send: Send,
  writer: Writer,
  input: RespondToTrackedItemInput,
): Promise<string> {
  const item = await inHand(send, writer, TrackedItem, input.trackedItem);
  const { agencyId, postId, respondedOn } = answering(writer, item, input);
  requireVersion(item, input.expectedVersion);
  const status = nextTrackedItemStatus(item.status, "RESPOND");
  const text = requiredText("text", input.text);
  if (respondedOn < item.raisedOn)
    throw new BadInputError("It would be answered before it was asked.", ["input", "respondedOn"]);
  const number = await nextNumber(send, "tracked_item_response", "tracked_item_id", item.id);
  await added(send, "tracked_item_response", {
    partnership_id: item.partnershipId,
    tracked_item_id: item.id,
    number,
    agency_id: agencyId,
    post_id: postId,
    responded_on: respondedOn,
    text,
    progress: input.progress ?? null,
  });
  await change(send, "tracked_item", item, { status });
  await record(send, writer, {
    kind: "trackedItem.answered",
    partnershipId: item.partnershipId,
    subjectType: "TrackedItem",
    subjectId: item.id,
    detail: { from: item.status, to: status, response: number, agency: agencyId, progress: input.progress ?? null },
  });
  return item.id;
}

async function itemToChange(send: Send, writer: Writer, input: TrackedItemInput): Promise<TrackedItem> {
  const item = await inHand(send, writer, TrackedItem, input.trackedItem);
  requireRole(writer, item.partnershipId, "trackedItem", PARTNERSHIP_OFFICER);
  requireVersion(item, input.expectedVersion);
  return item;
}

async function move(
  send: Send,
  writer: Writer,
  item: TrackedItem,
  event: "CLOSE" | "REOPEN",
  kind: string,
): Promise<string> {
  const status = nextTrackedItemStatus(item.status, event);
  const closed_on = status === TrackedItemStatus.CLOSED ? londonDay(writer.now) : null;
  await change(send, "tracked_item", item, { status, closed_on });
  await record(send, writer, {
    kind,
    partnershipId: item.partnershipId,
    subjectType: "TrackedItem",
    subjectId: item.id,
    detail: { from: item.status, to: status },
  });
  return item.id;
}

/**
 * Closes a tracked item: the board is content. Gives its key.
 *
 * @throws {NotFoundError} where there is no such item for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {ConflictError} where it is closed, or its version has moved on.
 */
export const closeTrackedItem = async (send: Send, writer: Writer, input: TrackedItemInput): Promise<string> =>
  move(send, writer, await itemToChange(send, writer, input), "CLOSE", "trackedItem.closed");

/** Opens a closed item again; the same errors as `closeTrackedItem`. */
export const reopenTrackedItem = async (send: Send, writer: Writer, input: TrackedItemInput): Promise<string> =>
  move(send, writer, await itemToChange(send, writer, input), "REOPEN", "trackedItem.reopened");

/**
 * Says which actions a tracked item led to, or is about. Gives the item's key.
 *
 * @throws {NotFoundError} where there is no such item for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where an action is not of its partnership.
 * @throws {ConflictError} where its version has moved on.
 */
export async function linkTrackedItem(send: Send, writer: Writer, input: LinkTrackedItemInput): Promise<string> {
  const item = await itemToChange(send, writer, input);
  if (input.actions.length === 0) throw new BadInputError("Say at least one action.", ["input", "actions"]);
  await linkActions(send, item.partnershipId, item.id, input.actions, ["input", "actions"]);
  await change(send, "tracked_item", item, {});
  await record(send, writer, {
    kind: "trackedItem.linked",
    partnershipId: item.partnershipId,
    subjectType: "TrackedItem",
    subjectId: item.id,
    detail: { actions: input.actions.length },
  });
  return item.id;
}
