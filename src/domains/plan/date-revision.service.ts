import { DateTime } from "luxon";
import { londonDay } from "../../platform/clock";
import { columnsOf } from "../../platform/database/rows";
import { dayInWords, lastDayOf } from "../../platform/days-in-words";
import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { globalId, keyOf } from "../../platform/graphql/ids";
import { actionAbilities, agencyWriting, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { holdsRole, leadsAgency, Role } from "../identity/index";
import { type ActionInHand, actionInHand, factsOf, requireOpen, requiredText, standingFor } from "./action-in-hand";
import { type Action, ByWhenKind, Precision } from "./action.entity";
import { DateRevision } from "./date-revision.entity";
import { DateRevisionState, nextRevisionState } from "./date-revision-lifecycle";
import type {
  DecideDateRevisionInput,
  MoveByWhenInput,
  RequestDateRevisionInput,
  SetReviewDateInput,
  WithdrawDateRevisionInput,
} from "./date-revision.inputs";
import { DECIDED_AT } from "./redating";

/**
 * Asks, in the name of the agency that leads an action, for its by-when to be moved. Nothing moves until an officer
 * approves. Gives the revision's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer is not the lead of an agency that leads it.
 * @throws {ConflictError} where the action is over or names no day, has moved on, or a request is open.
 * @throws {BadInputError} where the day is no move, has passed or comes before the range begins, or the reason is blank.
 */
export async function requestDateRevision(
  send: Send,
  writer: Writer,
  input: RequestDateRevisionInput,
): Promise<string> {
  const inHand = await datesInHand(send, writer, input.action);
  const { action } = inHand;
  const agencyId = agencyWriting(writer.actor, action.partnershipId, input.agency);
  // what the action's state leaves is told after who may ask at all
  const leads = actionAbilities(standingFor(writer.actor, inHand, agencyId), { closed: false, dated: true });
  if (!leads.requestDateRevision)
    throw new ForbiddenError("Only the lead of an agency that leads the action asks for its by-when to be moved.", [
      "input",
      "action",
    ]);
  const to = requireMove(inHand, input, writer.now);
  if (to.end < londonDay(writer.now))
    throw new BadInputError("A by-when is asked to be moved to a day that is to come. to is before today.", [
      "input",
      "to",
    ]);
  requiredText("reason", input.reason);
  const [asked] = await send<{ id: string }>(
    `insert into date_revision (${COLUMNS}, state, reason, asked_by_agency_id, asked_by, asked_at)
     values (${PLACES}, 'REQUESTED', $13, $14, $15, app.now()) on conflict do nothing returning id`,
    [...valuesOf(action, to), input.reason, agencyId, writer.actor.person],
  );
  if (!asked) throw await alreadyAsked(send, action);
  return recorded(send, writer, "requested", action.partnershipId, asked.id, { agency: agencyId });
}

/**
 * Approves a request: the by-when is moved, and its version moves on. The original stays what it was. Gives the revision's key.
 *
 * @throws {NotFoundError} where there is no such request for the writer.
 * @throws {ForbiddenError} where the writer is no officer there, or asked for it.
 * @throws {ConflictError} where it was decided before, the action is over or has moved on, or the by-when is no longer
 *   what was to be moved.
 */
export async function approveDateRevision(send: Send, writer: Writer, input: DecideDateRevisionInput): Promise<string> {
  const { revision, state } = await requestToDecide(send, writer, input, "APPROVE");
  const inHand = await datesInHand(send, writer, globalId("Action", revision.actionId));
  const { action } = inHand;
  requireOpen(inHand);
  requireVersion(action, input);
  if (!standsAt(action, revision))
    throw new ConflictError(
      `The by-when of action ${action.reference} is no longer what the agency asked to move. Refuse the request; it may ask again.`,
      ["input", "dateRevision"],
    );
  await decided(send, writer, revision, state, input.reason);
  await moved(send, action, {
    text: revision.toText,
    kind: revision.toKind,
    start: revision.toStart,
    end: revision.toEnd,
    precision: revision.toPrecision,
  });
  return recorded(send, writer, "approved", action.partnershipId, revision.id);
}

/**
 * Refuses a request: nothing moves. Gives the revision's key.
 *
 * @throws {NotFoundError} where there is no such request for the writer.
 * @throws {ForbiddenError} where the writer is no officer there, or asked for it.
 * @throws {ConflictError} where it was decided before.
 */
export async function refuseDateRevision(send: Send, writer: Writer, input: DecideDateRevisionInput): Promise<string> {
  const { revision, state } = await requestToDecide(send, writer, input, "REFUSE");
  if (input.expectedVersion != null) {
    const { action } = await actionInHand(send, writer, globalId("Action", revision.actionId));
    requireVersion(action, input);
  }
  await decided(send, writer, revision, state, input.reason);
  return recorded(send, writer, "refused", revision.partnershipId, revision.id);
}

/**
 * Takes a request back, in the name of the agency that asked. Gives the revision's key.
 *
 * @throws {NotFoundError} where there is no such request for the writer.
 * @throws {ForbiddenError} where the writer is not the lead of the agency that asked.
 * @throws {ConflictError} where it was decided before.
 */
export async function withdrawDateRevision(
  send: Send,
  writer: Writer,
  input: WithdrawDateRevisionInput,
): Promise<string> {
  const revision = await revisionNamed(send, writer, input.dateRevision);
  if (revision.askedByAgencyId === null || !leadsAgency(writer.actor, revision.askedByAgencyId))
    throw new ForbiddenError("A request is taken back by the lead of the agency that asked.", [
      "input",
      "dateRevision",
    ]);
  await decided(send, writer, revision, nextRevisionState(revision.state, "WITHDRAW"), null);
  return recorded(send, writer, "withdrawn", revision.partnershipId, revision.id);
}

/**
 * Moves a by-when without being asked: a revision approved at once. Gives the revision's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer is no officer of the partnership.
 * @throws {ConflictError} where the action is over or names no day, has moved on, or a request is open.
 * @throws {BadInputError} where the day is no move or comes before the range begins, or the reason is blank.
 */
export async function moveByWhen(send: Send, writer: Writer, input: MoveByWhenInput): Promise<string> {
  const inHand = await datesInHand(send, writer, input.action);
  const { action } = inHand;
  requireOfficer(writer, action.partnershipId, "action");
  const to = requireMove(inHand, input, writer.now);
  requiredText("reason", input.reason);
  const [open] = await send("select 1 from date_revision v where v.action_id = $1 and v.state = 'REQUESTED'", [
    action.id,
  ]);
  if (open) throw await alreadyAsked(send, action);
  const [made] = await send<{ id: string }>(
    `insert into date_revision (${COLUMNS}, state, asked_at, decided_by, decided_at, decision_reason)
     values (${PLACES}, 'APPROVED', app.now(), $13, ${DECIDED_AT("$2")}, $14) returning id`,
    [...valuesOf(action, to), writer.actor.person, input.reason],
  );
  if (!made) throw new Error("a revision was not added");
  await moved(send, action, to);
  return recorded(send, writer, "made", action.partnershipId, made.id);
}

/**
 * Says when an action that names no day to be done by is next looked at. Gives the action's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer is no officer of the partnership.
 * @throws {ConflictError} where the action is over, has a date of its own, or has moved on.
 * @throws {BadInputError} where the day has passed.
 */
export async function setReviewDate(send: Send, writer: Writer, input: SetReviewDateInput): Promise<string> {
  const inHand = await actionInHand(send, writer, input.action);
  const { action } = inHand;
  requireOfficer(writer, action.partnershipId, "action");
  requireOpen(inHand);
  requireVersion(action, input);
  if (factsOf(action).dated)
    throw new ConflictError(
      `Action ${action.reference} is to be done by ${action.byWhenText}: it has no review date. Move its by-when instead.`,
      ["input", "action"],
    );
  const { reviewOn = null } = input;
  if (reviewOn !== null && reviewOn < londonDay(writer.now))
    throw new BadInputError("An action is looked at on a day that is to come. reviewOn is before today.", [
      "input",
      "reviewOn",
    ]);
  const written = await send(
    "update action set review_on = $3, version = version + 1, updated_at = app.now() where id = $1 and version = $2 returning id",
    [action.id, action.version, reviewOn],
  );
  if (written.length === 0) throw await movedOn(send, action.id);
  await record(send, writer, {
    kind: "action.reviewDateSet",
    partnershipId: action.partnershipId,
    subjectType: "Action",
    subjectId: action.id,
    detail: { reviewOn },
  });
  return action.id;
}

/** A by-when further off than any plan is a slip of the pen. */
const MOST_YEARS = 25;

/** A by-when as it is to be. */
interface ToBe {
  text: string;
  kind: ByWhenKind;
  start: string | null;
  end: string | null;
  precision: Precision | null;
}

/** The action, with nobody else asking for its date or moving it until this transaction ends. */
async function datesInHand(send: Send, writer: Writer, id: string): Promise<ActionInHand> {
  const key = keyOf("Action", id);
  if (key) await send("select pg_advisory_xact_lock(hashtextextended('date_revision ' || $1::text, 0))", [key]);
  return actionInHand(send, writer, id);
}

/** Where a by-when is to be moved, of an action that can be moved. A range keeps its beginning. */
function requireMove(inHand: ActionInHand, input: MoveByWhenInput, now: Date): ToBe & { end: string } {
  const { action } = inHand;
  requireOpen(inHand);
  requireVersion(action, input);
  if (!factsOf(action).dated)
    throw new ConflictError(
      `Action ${action.reference} names no day to be done by ("${action.byWhenText}"), so there is none to move. An officer sets its review date.`,
      ["input", "action"],
    );
  const precision = input.precision ?? Precision.DAY;
  const end = lastDayOf(input.to, precision);
  const latest = londonDay(DateTime.fromJSDate(now).plus({ years: MOST_YEARS }).toJSDate());
  const { byWhenStart: start, byWhenKind: kind } = action;
  if (end > latest)
    throw new BadInputError(`to is more than ${MOST_YEARS} years from now. Give the day by which it is to be done.`, [
      "input",
      "to",
    ]);
  if (end === action.byWhenEnd)
    throw new BadInputError(`Action ${action.reference} is to be done by that day already.`, ["input", "to"]);
  if (start !== null && end < start)
    throw new BadInputError(`Action ${action.reference} begins on ${dayInWords(start)}: to is before that.`, [
      "input",
      "to",
    ]);
  const words = dayInWords(end, precision);
  return { text: start === null ? words : `${dayInWords(start)} to ${words}`, kind, start, end, precision };
}

const COLUMNS =
  "partnership_id, action_id, from_text, from_kind, from_start, from_end, from_precision, to_text, to_kind, to_start, to_end, to_precision";
const PLACES = COLUMNS.split(", ")
  .map((_, index) => `$${index + 1}`)
  .join(", ");
const valuesOf = (action: Action, to: ToBe) => [
  action.partnershipId,
  action.id,
  action.byWhenText,
  action.byWhenKind,
  action.byWhenStart,
  action.byWhenEnd,
  action.byWhenPrecision,
  to.text,
  to.kind,
  to.start,
  to.end,
  to.precision,
];

const standsAt = (action: Action, revision: DateRevision) =>
  action.byWhenText === revision.fromText &&
  action.byWhenKind === revision.fromKind &&
  action.byWhenStart === revision.fromStart &&
  action.byWhenEnd === revision.fromEnd &&
  action.byWhenPrecision === revision.fromPrecision;

function requireOfficer({ actor }: Writer, partnershipId: string, field: string): void {
  if (!holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER))
    throw new ForbiddenError("Only an officer of the partnership does this.", ["input", field]);
}

function requireVersion(
  { version, reference }: Action,
  { expectedVersion }: { expectedVersion?: number | null },
): void {
  if (expectedVersion != null && expectedVersion !== version)
    throw new ConflictError(
      `Action ${reference} was changed meanwhile: it is at version ${version}. Read it again.`,
      ["input", "expectedVersion"],
      version,
    );
}

async function revisionNamed(send: Send, { source }: Writer, id: string): Promise<DateRevision> {
  const key = keyOf("DateRevision", id);
  const [revision] = key
    ? await send<DateRevision>(`select ${columnsOf(source, DateRevision, "v")} from date_revision v where v.id = $1`, [
        key,
      ])
    : [];
  if (!revision) throw new NotFoundError();
  return revision;
}

/** A request that the writer may decide, and where that takes it. Nobody decides what they asked for. */
async function requestToDecide(
  send: Send,
  writer: Writer,
  input: DecideDateRevisionInput,
  event: "APPROVE" | "REFUSE",
): Promise<{ revision: DateRevision; state: DateRevisionState }> {
  const revision = await revisionNamed(send, writer, input.dateRevision);
  requireOfficer(writer, revision.partnershipId, "dateRevision");
  if (revision.askedBy === writer.actor.person)
    throw new ForbiddenError("Nobody decides on what they asked for. Leave it to another officer.", [
      "input",
      "dateRevision",
    ]);
  const state = nextRevisionState(revision.state, event);
  requiredText("reason", input.reason);
  return { revision, state };
}

/** Writes the decision on a request that is still open. */
async function decided(
  send: Send,
  { actor }: Writer,
  { id }: DateRevision,
  state: DateRevisionState,
  reason: string | null,
): Promise<void> {
  const written = await send(
    `update date_revision v set state = $2, decided_by = $3, decided_at = ${DECIDED_AT("v.action_id")}, decision_reason = $4
     where id = $1 and state = 'REQUESTED' returning id`,
    [id, state, actor.person, reason],
  );
  if (written.length === 0)
    throw new ConflictError("Somebody else decided on this request at the same moment. Read it again.", [
      "input",
      "dateRevision",
    ]);
}

/** Moves the by-when of an action that is still as it was read. */
async function moved(send: Send, { id, version }: Action, to: ToBe): Promise<void> {
  const written = await send(
    `update action set by_when_text = $3, by_when_kind = $4, by_when_start = $5, by_when_end = $6, by_when_precision = $7,
       version = version + 1, updated_at = app.now() where id = $1 and version = $2 returning id`,
    [id, version, to.text, to.kind, to.start, to.end, to.precision],
  );
  if (written.length === 0) throw await movedOn(send, id);
}

async function movedOn(send: Send, id: string): Promise<ConflictError> {
  const [now] = await send<{ version: number }>("select a.version from action a where a.id = $1", [id]);
  return new ConflictError(
    `The action was changed meanwhile: it is at version ${now?.version ?? "unknown"}. Read it again.`,
    ["input", "expectedVersion"],
    now?.version,
  );
}

async function alreadyAsked(send: Send, { id, reference, version }: Action): Promise<ConflictError> {
  const [open] = await send<{ to: string }>(
    `select v.to_text as "to" from date_revision v where v.action_id = $1 and v.state = 'REQUESTED'`,
    [id],
  );
  return new ConflictError(
    `A move of the by-when of action ${reference}${open ? ` to ${open.to}` : ""} has been asked for and not decided. Decide on that first, or have it withdrawn.`,
    ["input", "action"],
    version,
  );
}

async function recorded(
  send: Send,
  writer: Writer,
  verb: string,
  partnershipId: string,
  id: string,
  detail: Record<string, unknown> = {},
): Promise<string> {
  await record(send, writer, {
    kind: `dateRevision.${verb}`,
    partnershipId,
    subjectType: "DateRevision",
    subjectId: id,
    detail,
  });
  return id;
}
