import { columnsOf } from "../../../platform/database/rows";
import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from "../../../platform/errors/index";
import { keyOf } from "../../../platform/graphql/ids";
import { RecordOpening, type Writer } from "../../access/index";
import { record, type Send } from "../../audit/index";
import { holdsRole, leadsAgency, Role } from "../../identity/index";
import { actionInHand } from "../../plan/index";
import type { OpenRestrictedRecordInput, ReviewRecordOpeningInput } from "./opening.types";

/** Text between two lengths, in characters, without the white space around it. */
function textOf(text: string, [least, most]: [number, number], name: string): string {
  const trimmed = text.trim();
  const { length } = Array.from(trimmed);
  if (length < least || length > most)
    throw new BadInputError(`${name} must have ${least} to ${most} characters; it has ${length}.`, ["input", name]);
  return trimmed;
}

/**
 * Opens an agency's drafts on an action to the officer who asks, alone, for three hours. Gives the opening's key.
 *
 * @throws {NotFoundError} where the officer's partnership has no such action or agency.
 * @throws {ConflictError} where an opening of the same by the same officer is in force.
 */
export async function openRestrictedRecord(
  send: Send,
  writer: Writer,
  input: OpenRestrictedRecordInput,
): Promise<string> {
  const { action } = await actionInHand(send, writer, input.action);
  const { id: actionId, partnershipId } = action;
  if (!holdsRole(writer.actor, partnershipId, Role.PARTNERSHIP_OFFICER)) throw new NotFoundError();
  const agencyId = keyOf("Agency", input.agency);
  const agencies = await send("select 1 from agency where id = $1 and partnership_id = $2", [agencyId, partnershipId]);
  if (!agencyId || agencies.length === 0) throw new NotFoundError();
  const reason = textOf(input.reason, [20, 1000], "reason");

  // one officer's two requests at once wait for each other here
  await send("select 1 from action where id = $1 for update", [actionId]);
  const [inForce] = await send<{ until: Date }>(
    `select opened_until as until from record_opening
     where action_id = $1 and agency_id = $2 and opened_by = $3 and opened_until > app.now()`,
    [actionId, agencyId, writer.actor.person],
  );
  if (inForce)
    throw new ConflictError(`You have opened these drafts already, until ${inForce.until.toISOString()}.`, [
      "input",
      "action",
    ]);
  const [opened] = await send<{ id: string }>(
    `insert into record_opening (partnership_id, action_id, agency_id, opened_by, reason, opened_at, opened_until)
     values ($1, $2, $3, $4, $5, app.now(), app.now() + interval '3 hours') returning id`,
    [partnershipId, actionId, agencyId, writer.actor.person, reason],
  );
  if (!opened) throw new Error("an opening was not added");
  await record(send, writer, {
    kind: "recordOpening.opened",
    partnershipId,
    subjectType: "RecordOpening",
    subjectId: opened.id,
    detail: { action: actionId, agency: agencyId },
  });
  return opened.id;
}

/**
 * The agency's lead says that the agency knows of the opening.
 *
 * @throws {NotFoundError} where there is no such opening for the caller.
 * @throws {ForbiddenError} where the caller does not lead the agency.
 * @throws {ConflictError} where it was acknowledged already.
 */
export async function acknowledgeRecordOpening(send: Send, writer: Writer, id: string): Promise<string> {
  const opening = await openingInHand(send, writer, id);
  if (!leadsAgency(writer.actor, opening.agencyId))
    throw new ForbiddenError("Only the lead of the agency whose drafts were opened acknowledges it.", AT);
  await close(send, writer, opening, "acknowledged");
  return opening.id;
}

/**
 * The chair reviews an opening; never whoever opened it, which the database holds too.
 *
 * @throws {NotFoundError} where there is no such opening for the caller.
 * @throws {ForbiddenError} where the caller is not the partnership's chair, or opened it.
 * @throws {ConflictError} where it was reviewed already.
 */
export async function reviewRecordOpening(
  send: Send,
  writer: Writer,
  input: ReviewRecordOpeningInput,
): Promise<string> {
  const opening = await openingInHand(send, writer, input.opening);
  if (!holdsRole(writer.actor, opening.partnershipId, Role.PARTNERSHIP_CHAIR))
    throw new ForbiddenError("Only the chair of the partnership reviews what was opened.", AT);
  if (opening.openedBy === writer.actor.person)
    throw new ForbiddenError("You opened it yourself: somebody else must review it.", AT);
  await close(send, writer, opening, "reviewed", textOf(input.note, [1, 1000], "note"));
  return opening.id;
}

const AT = ["input", "opening"];

async function openingInHand(send: Send, { source }: Writer, id: string): Promise<RecordOpening> {
  const key = keyOf("RecordOpening", id);
  const [opening] = key
    ? await send<RecordOpening>(
        `select ${columnsOf(source, RecordOpening, "o")} from record_opening o where o.id = $1`,
        [key],
      )
    : [];
  if (!opening) throw new NotFoundError();
  return opening;
}

/** Says once that it was acknowledged or reviewed, by whom and when, and writes so. */
async function close(
  send: Send,
  writer: Writer,
  opening: RecordOpening,
  what: "acknowledged" | "reviewed",
  note?: string,
): Promise<void> {
  const noted = note === undefined ? [] : [note];
  const closed = await send(
    `update record_opening set ${what}_by = $2, ${what}_at = app.now() ${noted.length > 0 ? ", review_note = $3" : ""}
     where id = $1 and ${what}_at is null returning id`,
    [opening.id, writer.actor.person, ...noted],
  );
  if (closed.length === 0) throw new ConflictError(`This opening was ${what} already. Read it again.`, AT);
  await record(send, writer, {
    kind: `recordOpening.${what}`,
    partnershipId: opening.partnershipId,
    subjectType: "RecordOpening",
    subjectId: opening.id,
  });
}
