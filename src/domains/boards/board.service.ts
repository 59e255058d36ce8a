import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import { requireText, requiredText } from "../plan/index";
import { add, added, change, inHand, keysOf, requireRole, requireVersion } from "../writing/index";
import type { AddBoardMemberInput, CreateBoardInput, EndBoardInput, EndBoardMembershipInput } from "./board.inputs";
import { Board, BoardMember } from "./board.entity";

const { PARTNERSHIP_OFFICER } = Role;

/** A board of this partnership that an input names; null where it names none. */
async function boardNamed(
  send: Send,
  writer: Writer,
  partnershipId: string,
  name: string,
  id: string | null | undefined,
): Promise<Board | null> {
  if (id == null) return null;
  const board = await inHand(send, writer, Board, id);
  if (board.partnershipId !== partnershipId)
    throw new BadInputError(`${name} names a board of another partnership.`, ["input", name]);
  return board;
}

/**
 * Sets up a board. Gives its key.
 *
 * @throws {NotFoundError} where there is no such partnership or parent for the writer.
 * @throws {ForbiddenError} where the writer is no officer of it.
 * @throws {ConflictError} where the partnership has a board of that name.
 */
export async function createBoard(send: Send, writer: Writer, input: CreateBoardInput): Promise<string> {
  const partnershipId = keyOf("Partnership", input.partnership);
  const seen = await send("select 1 from partnership p where p.id = $1", [partnershipId]);
  if (!partnershipId || seen.length === 0) throw new NotFoundError();
  requireRole(writer, partnershipId, "partnership", PARTNERSHIP_OFFICER);
  const name = requiredText("name", input.name, "title");
  requireText("note", input.note, "title");
  const parent = await boardNamed(send, writer, partnershipId, "parent", input.parent);
  const id = await add(send, "board", {
    partnership_id: partnershipId,
    name,
    kind: input.kind,
    parent_id: parent?.id ?? null,
    valid_from: input.validFrom ?? null,
    note: input.note ?? null,
  });
  if (id === null)
    throw new ConflictError("The partnership has a board of that name already, or had one. Choose another.", [
      "input",
      "name",
    ]);
  await record(send, writer, {
    kind: "board.created",
    partnershipId,
    subjectType: "Board",
    subjectId: id,
    detail: { kind: input.kind, parent: parent?.id ?? null },
  });
  return id;
}

/**
 * Ends a board and says who follows. Gives its key.
 *
 * @throws {NotFoundError} where there is no such board or successor for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where the day is before the board's first.
 * @throws {ConflictError} where it has ended, its version has moved on, or it would follow itself in the end.
 */
export async function endBoard(send: Send, writer: Writer, input: EndBoardInput): Promise<string> {
  const board = await inHand(send, writer, Board, input.board);
  requireRole(writer, board.partnershipId, "board", PARTNERSHIP_OFFICER);
  requireVersion(board, input.expectedVersion);
  if (board.validTo !== null) throw new ConflictError(`The board ended on ${board.validTo}.`, ["input", "board"]);
  if (board.validFrom !== null && input.validTo < board.validFrom)
    throw new BadInputError("The board would end before it began.", ["input", "validTo"]);
  const successor = await boardNamed(send, writer, board.partnershipId, "successor", input.successor);
  if (successor) await requireNoCircle(send, board, successor);
  await change(send, "board", board, { valid_to: input.validTo, successor_id: successor?.id ?? null });
  await record(send, writer, {
    kind: "board.ended",
    partnershipId: board.partnershipId,
    subjectType: "Board",
    subjectId: board.id,
    detail: { validTo: input.validTo, successor: successor?.id ?? null },
  });
  return board.id;
}

/** Successions are settled one at a time, as the trigger `board_no_circle` holds: two at once see each other. */
async function requireNoCircle(send: Send, board: Board, successor: Board): Promise<void> {
  await send("select pg_advisory_xact_lock(hashtextextended('boards of ' || $1, 0))", [board.partnershipId]);
  const [circle] = await send(
    `with recursive later as (
       select $2::uuid as id union select b.successor_id from board b join later l on b.id = l.id)
     select 1 from later l where l.id = $1`,
    [board.id, successor.id],
  );
  if (circle)
    throw new ConflictError("The board would follow itself in the end: its successor was succeeded by it.", [
      "input",
      "successor",
    ]);
}

/**
 * Gives an agency or a post a seat on a board. Gives the seat's key.
 *
 * @throws {NotFoundError} where there is no such board for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where nobody is named.
 * @throws {ConflictError} where the board has ended, or the seat is taken by the very same.
 */
export async function addBoardMember(send: Send, writer: Writer, input: AddBoardMemberInput): Promise<string> {
  const board = await inHand(send, writer, Board, input.board);
  const { partnershipId } = board;
  requireRole(writer, partnershipId, "board", PARTNERSHIP_OFFICER);
  const today = londonDay(writer.now);
  if (board.validTo !== null && board.validTo < today)
    throw new ConflictError(`The board ended on ${board.validTo}: nobody joins it any more.`, ["input", "board"]);
  const { agencyId, postId } = await keysOf(send, partnershipId, input);
  if (agencyId === null && postId === null)
    throw new BadInputError("Say whose seat it is: an agency's, a post's, or both.", ["input", "agency"]);
  const validFrom = input.validFrom ?? today;
  const [same] = await send(
    `select 1 from board_member m where m.board_id = $1 and m.agency_id is not distinct from $2 and m.post_id is not distinct from $3
       and (m.valid_to is null or m.valid_to >= $4)`,
    [board.id, agencyId, postId, validFrom],
  );
  if (same) throw new ConflictError("It has a seat on the board already. End that one first.", ["input", "agency"]);
  const id = await added(send, "board_member", {
    partnership_id: partnershipId,
    board_id: board.id,
    agency_id: agencyId,
    post_id: postId,
    role: input.role,
    valid_from: validFrom,
  });
  await record(send, writer, {
    kind: "boardMember.added",
    partnershipId,
    subjectType: "BoardMember",
    subjectId: id,
    detail: { board: board.id, role: input.role, agency: agencyId, post: postId },
  });
  return id;
}

/**
 * Ends a seat on a board: its agency reads the board's private business no more. Gives the seat's key.
 *
 * @throws {NotFoundError} where there is no such seat for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where the day is before the seat's first.
 * @throws {ConflictError} where it has ended.
 */
export async function endBoardMembership(send: Send, writer: Writer, input: EndBoardMembershipInput): Promise<string> {
  const seat = await inHand(send, writer, BoardMember, input.boardMember);
  requireRole(writer, seat.partnershipId, "boardMember", PARTNERSHIP_OFFICER);
  const validTo = input.validTo ?? londonDay(writer.now);
  if (seat.validFrom !== null && validTo < seat.validFrom)
    throw new BadInputError("The seat would end before it began.", ["input", "validTo"]);
  const ended = await send("update board_member set valid_to = $2 where id = $1 and valid_to is null returning id", [
    seat.id,
    validTo,
  ]);
  if (ended.length === 0) throw new ConflictError("The seat has an end already.", ["input", "boardMember"]);
  await record(send, writer, {
    kind: "boardMember.ended",
    partnershipId: seat.partnershipId,
    subjectType: "BoardMember",
    subjectId: seat.id,
    detail: { board: seat.boardId, validTo },
  });
  return seat.id;
}
