import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import { requireText, requiredText } from "../plan/index";
import { add, added, change, inHand, requireLink, requireRole, requireVersion } from "../writing/index";
import { Board } from "./board.entity";
import { type MeetingEvent, MeetingState, nextMeetingState } from "./meeting-lifecycle";
import { Business, Meeting } from "./meeting.entity";
import type { AddAgendaItemInput, CancelMeetingInput, MeetingInput, ScheduleMeetingInput } from "./meeting.inputs";

const { PARTNERSHIP_OFFICER } = Role;
const MOST_PAPERS = 20;

/**
 * Plans a meeting of a board. Gives its key.
 *
 * @throws {NotFoundError} where there is no such board for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where the time is no time, or the board does not exist on that day.
 * @throws {ConflictError} where the board meets on that day already.
 */
export async function scheduleMeeting(send: Send, writer: Writer, input: ScheduleMeetingInput): Promise<string> {
  const board = await inHand(send, writer, Board, input.board);
  const { partnershipId } = board;
  requireRole(writer, partnershipId, "board", PARTNERSHIP_OFFICER);
  const { day, startTime = null, place = null } = input;
  if (startTime !== null && !/^([01]\d|2[0-3]):[0-5]\d$/.test(startTime))
    throw new BadInputError("startTime is no time of day: write it such as 14:00.", ["input", "startTime"]);
  requireText("place", place, "title");
  if ((board.validTo !== null && day > board.validTo) || (board.validFrom !== null && day < board.validFrom))
    throw new BadInputError("The board does not exist on that day. See its validFrom, validTo and successor.", [
      "input",
      "day",
    ]);
  const id = await add(send, "meeting", {
    partnership_id: partnershipId,
    board_id: board.id,
    day,
    start_time: startTime,
    place,
  });
  if (id === null) throw new ConflictError("The board meets on that day already.", ["input", "day"]);
  await record(send, writer, {
    kind: "meeting.scheduled",
    partnershipId,
    subjectType: "Meeting",
    subjectId: id,
    detail: { board: board.id, day },
  });
  return id;
}

async function meetingToChange(send: Send, writer: Writer, input: MeetingInput): Promise<Meeting> {
  const meeting = await inHand(send, writer, Meeting, input.meeting);
  requireRole(writer, meeting.partnershipId, "meeting", PARTNERSHIP_OFFICER);
  requireVersion(meeting, input.expectedVersion);
  return meeting;
}

async function move(
  send: Send,
  writer: Writer,
  meeting: Meeting,
  event: MeetingEvent,
  kind: string,
  set: Record<string, unknown> = {},
): Promise<string> {
  const state = nextMeetingState(meeting.state, event, meeting.version);
  await change(send, "meeting", meeting, { ...set, state });
  await record(send, writer, {
    kind,
    partnershipId: meeting.partnershipId,
    subjectType: "Meeting",
    subjectId: meeting.id,
    detail: { from: meeting.state, to: state },
  });
  return meeting.id;
}

/**
 * Records that a meeting was held. Gives its key.
 *
 * @throws {NotFoundError} where there is no such meeting for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where its day is to come.
 * @throws {ConflictError} where it was held or cancelled already, or its version has moved on.
 */
export async function holdMeeting(send: Send, writer: Writer, input: MeetingInput): Promise<string> {
  const meeting = await meetingToChange(send, writer, input);
  if (meeting.day > londonDay(writer.now))
    throw new BadInputError(`The meeting is on ${meeting.day}: it cannot have been held.`, ["input", "meeting"]);
  return move(send, writer, meeting, "HOLD", "meeting.held");
}

/**
 * Calls a meeting off. Gives its key.
 *
 * @throws {NotFoundError} where there is no such meeting for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {ConflictError} where it was held or cancelled already, or its version has moved on.
 */
export async function cancelMeeting(send: Send, writer: Writer, input: CancelMeetingInput): Promise<string> {
  const meeting = await meetingToChange(send, writer, input);
  const cancelled_reason = requiredText("reason", input.reason, "title");
  return move(send, writer, meeting, "CANCEL", "meeting.cancelled", { cancelled_reason });
}

/** What of a meeting's public business is published with it, by what leads from the row to the meeting. */
const WITH_IT = {
  agenda_item: "meeting_id = $1",
  decision: "meeting_id = $1",
  tracked_item: "decision_id in (select d.id from decision d where d.meeting_id = $1)",
};

/**
 * Publishes a meeting with its public business: agenda, decisions and what they ask for. What comes later is published by
 * doing so again. Gives its key.
 *
 * @throws {NotFoundError} where there is no such meeting for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {ConflictError} where its version has moved on.
 */
export async function publishMeeting(send: Send, writer: Writer, input: MeetingInput): Promise<string> {
  const meeting = await meetingToChange(send, writer, input);
  await change(send, "meeting", meeting, { published_at: meeting.publishedAt ?? writer.now });
  const published: Record<string, number> = {};
  for (const [table, ofMeeting] of Object.entries(WITH_IT)) {
    const rows = await send(
      `update ${table} set published_at = app.now() where ${ofMeeting} and business = $2 and published_at is null returning id`,
      [meeting.id, Business.PUBLIC],
    );
    published[table] = rows.length;
  }
  await record(send, writer, {
    kind: "meeting.published",
    partnershipId: meeting.partnershipId,
    subjectType: "Meeting",
    subjectId: meeting.id,
    detail: { published },
  });
  return meeting.id;
}

/**
 * Puts an item on a meeting's agenda, with its papers. Gives the item's key.
 *
 * @throws {NotFoundError} where there is no such meeting for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where a text is blank or too long, or a link is no web address.
 * @throws {ConflictError} where the meeting was cancelled.
 */
export async function addAgendaItem(send: Send, writer: Writer, input: AddAgendaItemInput): Promise<string> {
  const meeting = await inHand(send, writer, Meeting, input.meeting);
  const { partnershipId } = meeting;
  requireRole(writer, partnershipId, "meeting", PARTNERSHIP_OFFICER);
  if (meeting.state === MeetingState.CANCELLED)
    throw new ConflictError("The meeting was cancelled. Schedule another one.", ["input", "meeting"]);
  const { business, kind, notes = null, papers } = input;
  const title = requiredText("title", input.title, "title");
  requireText("notes", notes);
  if (papers.length > MOST_PAPERS)
    throw new BadInputError(`An item has ${MOST_PAPERS} papers at most; there were ${papers.length}.`, [
      "input",
      "papers",
    ]);
  for (const paper of papers) {
    requiredText("papers", paper.title, "title");
    requireLink("papers", paper.link);
  }
  await send("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`agenda_item of ${meeting.id}`]);
  const [last] = await send<{ next: number }>(
    "select coalesce(max(i.position), 0) + 1 as next from agenda_item i where i.meeting_id = $1",
    [meeting.id],
  );
  const id = await added(send, "agenda_item", {
    partnership_id: partnershipId,
    board_id: meeting.boardId,
    meeting_id: meeting.id,
    position: last?.next ?? 1,
    title,
    business,
    kind,
    notes,
  });
  for (const [index, paper] of papers.entries())
    await added(send, "agenda_paper", {
      partnership_id: partnershipId,
      agenda_item_id: id,
      position: index + 1,
      title: paper.title.trim(),
      link: paper.link ?? null,
    });
  await record(send, writer, {
    kind: "agendaItem.added",
    partnershipId,
    subjectType: "AgendaItem",
    subjectId: id,
    detail: { meeting: meeting.id, business, kind, papers: papers.length },
  });
  return id;
}
