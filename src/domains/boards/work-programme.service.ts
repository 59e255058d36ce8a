import { BadInputError, ConflictError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import { requiredText } from "../plan/index";
import { added, change, inHand, nextNumber, requireRole, requireVersion } from "../writing/index";
import { Board } from "./board.entity";
import { MeetingState } from "./meeting-lifecycle";
import { Meeting } from "./meeting.entity";
import { WorkProgrammeBasis, WorkProgrammeItem } from "./work-programme.entity";
import type {
  AddWorkProgrammeItemInput,
  RecordWorkProgrammeOutcomeInput,
  ScheduleWorkProgrammeItemInput,
} from "./work-programme.inputs";

const { PARTNERSHIP_OFFICER } = Role;

interface Place {
  basis: WorkProgrammeBasis;
  meeting?: string | null;
  scheduledOn?: string | null;
}

/** The meeting and the day that an input names, as the footing asks for them. */
async function placeOf(send: Send, writer: Writer, boardId: string, { basis, meeting, scheduledOn }: Place) {
  const found = meeting == null ? null : await inHand(send, writer, Meeting, meeting);
  if (found && found.boardId !== boardId)
    throw new BadInputError("meeting is one of another board.", ["input", "meeting"]);
  if (found?.state === MeetingState.CANCELLED)
    throw new ConflictError("The meeting was cancelled.", ["input", "meeting"]);
  if (found && scheduledOn != null && scheduledOn !== found.day)
    throw new BadInputError(`The meeting is on ${found.day}: leave scheduledOn out.`, ["input", "scheduledOn"]);
  const day = found?.day ?? scheduledOn ?? null;
  if (basis === WorkProgrammeBasis.SCHEDULED && day === null)
    throw new BadInputError("Say for which meeting or day it is scheduled.", ["input", "meeting"]);
  if (basis === WorkProgrammeBasis.PROPOSED && day !== null)
    throw new BadInputError("What is only proposed has no day. Leave it out, or say SCHEDULED.", ["input", "basis"]);
  return { meeting_id: found?.id ?? null, scheduled_on: day };
}

/**
 * Puts something on a board's work programme. Gives its key.
 *
 * @throws {NotFoundError} where there is no such board or meeting for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where footing, meeting and day do not go together.
 */
export async function addWorkProgrammeItem(
  send: Send,
  writer: Writer,
  input: AddWorkProgrammeItemInput,
): Promise<string> {
  const board = await inHand(send, writer, Board, input.board);
  const { partnershipId } = board;
  requireRole(writer, partnershipId, "board", PARTNERSHIP_OFFICER);
  const place = await placeOf(send, writer, board.id, input);
  const id = await added(send, "work_programme_item", {
    partnership_id: partnershipId,
    board_id: board.id,
    number: await nextNumber(send, "work_programme_item", "board_id", board.id),
    year_label: requiredText("yearLabel", input.yearLabel, "title"),
    title: requiredText("title", input.title, "title"),
    basis: input.basis,
    ...place,
    published_at: input.publish ? writer.now : null,
  });
  await record(send, writer, {
    kind: "workProgrammeItem.added",
    partnershipId,
    subjectType: "WorkProgrammeItem",
    subjectId: id,
    detail: { board: board.id, basis: input.basis, meeting: place.meeting_id, published: input.publish },
  });
  return id;
}

async function itemToChange(
  send: Send,
  writer: Writer,
  input: { workProgrammeItem: string; expectedVersion?: number | null },
): Promise<WorkProgrammeItem> {
  const item = await inHand(send, writer, WorkProgrammeItem, input.workProgrammeItem);
  requireRole(writer, item.partnershipId, "workProgrammeItem", PARTNERSHIP_OFFICER);
  requireVersion(item, input.expectedVersion);
  if (item.outcome !== null)
    throw new ConflictError("What came of it is recorded: it is done with. Add another item.", [
      "input",
      "workProgrammeItem",
    ]);
  return item;
}

/**
 * Says when something on a work programme is looked at. Gives its key.
 *
 * @throws {NotFoundError} where there is no such item or meeting for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where footing, meeting and day do not go together.
 * @throws {ConflictError} where it has an outcome, or its version has moved on.
 */
export async function scheduleWorkProgrammeItem(
  send: Send,
  writer: Writer,
  input: ScheduleWorkProgrammeItemInput,
): Promise<string> {
  const item = await itemToChange(send, writer, input);
  const place = await placeOf(send, writer, item.boardId, input);
  await change(send, "work_programme_item", item, { basis: input.basis, ...place });
  await record(send, writer, {
    kind: "workProgrammeItem.scheduled",
    partnershipId: item.partnershipId,
    subjectType: "WorkProgrammeItem",
    subjectId: item.id,
    detail: { from: item.basis, to: input.basis, meeting: place.meeting_id, scheduledOn: place.scheduled_on },
  });
  return item.id;
}

/**
 * Says once what came of something on a work programme. Gives its key.
 *
 * @throws {NotFoundError} where there is no such item for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {ConflictError} where it has an outcome, or its version has moved on.
 */
export async function recordWorkProgrammeOutcome(
  send: Send,
  writer: Writer,
  input: RecordWorkProgrammeOutcomeInput,
): Promise<string> {
  const item = await itemToChange(send, writer, input);
  await change(send, "work_programme_item", item, { outcome: requiredText("outcome", input.outcome, "title") });
  await record(send, writer, {
    kind: "workProgrammeItem.concluded",
    partnershipId: item.partnershipId,
    subjectType: "WorkProgrammeItem",
    subjectId: item.id,
  });
  return item.id;
}
