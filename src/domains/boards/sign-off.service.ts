import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import { agencyWriting, requireReadable, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import {
  type Action,
  type ActionInHand,
  actionInHand,
  ActionStatus,
  CURRENT_RATING,
  nextStatus,
  RatingValue,
  requireOpen,
  requireText,
  standingFor,
  requiredText,
} from "../plan/index";
import { added, inHand, nextNumber, requireLink, requireRole, requireVersion } from "../writing/index";
import { decisionThat } from "./decision.service";
import { type Decision, DecisionKind } from "./meeting.entity";
import { HighlightReport, SignOffEvent } from "./sign-off.entity";
import type { FileHighlightReportInput, RevertSignOffInput, SignOffActionInput } from "./sign-off.inputs";
import { reportCounts } from "./sign-off.sql";

const AT_ACTION = ["input", "action"];
const AT_DECISION = ["input", "decision"];
const MOST_LINKS = 20;

/** The two current ratings beside the action `a`. */
const RATINGS = `${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}`;

/** Refuses what takes two green ratings, saying which are not. */
async function requireGreen(send: Send, { id }: Action): Promise<void> {
  const [now] = await send<Record<"delivery" | "impact", RatingValue | null>>(
    `select d.value as delivery, i.value as impact from action a ${RATINGS} where a.id = $1`,
    [id],
  );
  const [delivery, impact] = [now?.delivery ?? null, now?.impact ?? null];
  if (delivery === RatingValue.GREEN && impact === RatingValue.GREEN) return;
  const inWords = (value: RatingValue | null) => value?.toLowerCase() ?? "not rated";
  throw new ConflictError(
    `Both ratings must be green. Delivery is ${inWords(delivery)}, impact is ${inWords(impact)}.`,
    AT_ACTION,
  );
}

/**
 * Files the lead agency's highlight report on an action whose ratings are both green. Gives the report's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer's agency does not lead it, or may not read its ratings.
 * @throws {BadInputError} where a text is blank or too long, or nothing shows what is said.
 * @throws {ConflictError} where the action is over, or a rating is not green.
 */
export async function fileHighlightReport(
  send: Send,
  writer: Writer,
  input: FileHighlightReportInput,
): Promise<string> {
  const held = await actionInHand(send, writer, input.action);
  const { action } = held;
  const { partnershipId } = action;
  const agencyId = agencyWriting(writer.actor, partnershipId, input.agency);
  requireLead(writer, held, agencyId);
  requireReadable(writer.actor, partnershipId, AT_ACTION, [
    { type: "Action", field: "highlightReportDue", tier: "PARTNERSHIP" },
  ]);
  requireOpen(held);
  const { evidence = null, links } = input;
  const targetMet = requiredText("targetMet", input.targetMet);
  const embedded = requiredText("embedded", input.embedded);
  requireText("evidence", evidence);
  if (evidence === null && links.length === 0)
    throw new BadInputError("Say what shows it: evidence, or links.", ["input", "evidence"]);
  if (links.length > MOST_LINKS)
    throw new BadInputError(`${MOST_LINKS} links at most; there were ${links.length}.`, ["input", "links"]);
  for (const link of links) requireLink("links", link);
  await requireGreen(send, action);

  const number = await nextNumber(send, "highlight_report", "action_id", action.id);
  const id = await filed(send, [partnershipId, action.id, agencyId, number, targetMet, embedded, evidence, links]);
  await record(send, writer, {
    kind: "highlightReport.filed",
    partnershipId,
    subjectType: "HighlightReport",
    subjectId: id,
    detail: { action: action.id, agency: agencyId, number, links: links.length },
  });
  return id;
}

function requireLead(writer: Writer, held: ActionInHand, agencyId: string): void {
  if (!standingFor(writer.actor, held, agencyId).relations.includes("LEAD"))
    throw new ForbiddenError("Only the agency that leads the action files its highlight report.", AT_ACTION);
}

/** Filed after every rating that is there, whatever the clock says: a report is about the ratings that it follows. */
async function filed(send: Send, values: unknown[]): Promise<string> {
  const [row] = await send<{ id: string }>(
    `insert into highlight_report (partnership_id, action_id, agency_id, number, target_met, embedded, evidence, links, filed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, greatest(app.now(), (select max(r.recorded_at) from rating r where r.action_id = $2)))
     returning id`,
    values,
  );
  if (!row) throw new Error("a highlight report was not filed");
  return row.id;
}

/**
 * Signs an action off by a board's decision, on the decision's day. Gives the action's key.
 *
 * @throws {NotFoundError} where there is no such action, decision or report for the writer.
 * @throws {ForbiddenError} where the writer does not chair the partnership (access design: the chair signs off).
 * @throws {BadInputError} where the decision is none that signs off or is older than the report; or where the report is another
 *   action's.
 * @throws {ConflictError} where the action is not completed, a rating is not green, no report counts, its version has moved on, or
 *   the decision has been carried out for it, or is older than a revert.
 */
export async function signOffAction(send: Send, writer: Writer, input: SignOffActionInput): Promise<string> {
  const { action } = await actionInHand(send, writer, input.action);
  const { partnershipId } = action;
  requireRole(writer, partnershipId, "action", Role.PARTNERSHIP_CHAIR);
  requireVersion(action, input.expectedVersion);
  const decision = await decisionThat(send, writer, input.decision, partnershipId, DecisionKind.SIGN_OFF);
  const status = nextStatus(action.status, "SIGN_OFF", action.version);
  if (action.status !== ActionStatus.COMPLETED)
    throw new ConflictError("The action is not recorded as completed. Its lead agency says so first.", AT_ACTION);
  await requireStillToDo(send, action, decision);
  await requireGreen(send, action);
  const report = await reportThatCounts(send, writer, action, input.highlightReport);
  requireHad(decision, report);

  await added(send, "sign_off", {
    partnership_id: partnershipId,
    action_id: action.id,
    decision_id: decision.id,
    highlight_report_id: report.id,
    number: await nextNumber(send, "sign_off", "action_id", action.id),
    event: SignOffEvent.SIGNED_OFF,
    decided_on: decision.decidedOn,
  });
  // green at the very moment that it is signed off
  const green = `(select d.value = 'GREEN' and i.value = 'GREEN' from (select 1) as always ${RATINGS})`;
  await moveStatus(send, action, status, `and ${green}`);
  await record(send, writer, {
    kind: "action.signedOff",
    partnershipId,
    subjectType: "Action",
    subjectId: action.id,
    detail: {
      from: action.status,
      to: status,
      decision: decision.id,
      board: decision.boardId,
      highlightReport: report.id,
    },
  });
  return action.id;
}

/** The report that is accepted: the one named, or the newest; it must still count. */
async function reportThatCounts(
  send: Send,
  writer: Writer,
  { id }: Action,
  named: string | null | undefined,
): Promise<{ id: string; filedAt: Date }> {
  const report = named == null ? null : await inHand(send, writer, HighlightReport, named);
  if (report && report.actionId !== id)
    throw new BadInputError("highlightReport is about another action.", ["input", "highlightReport"]);
  const [found] = await send<{ id: string; filedAt: Date }>(
    `select h.id, h.filed_at as "filedAt" from highlight_report h where h.action_id = $1 and ($2::uuid is null or h.id = $2) and ${reportCounts("h")}
     order by h.number desc limit 1`,
    [id, report?.id ?? null],
  );
  if (!found)
    throw new ConflictError(
      "No highlight report counts: the lead agency files one when both ratings are green, and anew after one that was not.",
      ["input", "highlightReport"],
    );
  return found;
}

/**
 * Refuses a decision of a day before the report was filed. A report is filed when both ratings are green and counts while they
 * stay so: a board that had it decided about green ratings.
 */
function requireHad({ decidedOn }: Decision, { filedAt }: { filedAt: Date }): void {
  const day = londonDay(filedAt);
  if (day > decidedOn)
    throw new BadInputError(
      `The board decided on ${decidedOn} and the highlight report was filed on ${day}: it accepts what it has before it. Give a decision of that day or later.`,
      AT_DECISION,
    );
}

/** Refuses a decision that was carried out for the action already, or is older than what was carried out last. */
async function requireStillToDo(send: Send, { id }: Action, decision: Decision): Promise<void> {
  const [last] = await send<{ event: SignOffEvent; on: string; done: boolean }>(
    `select s.event, s.decided_on as on,
       exists (select from sign_off e where e.action_id = s.action_id and e.decision_id = $2) as done
     from sign_off s where s.action_id = $1 order by s.number desc limit 1`,
    [id, decision.id],
  );
  if (!last) return;
  if (last.done)
    throw new ConflictError(
      "That decision was carried out for this action before, and is carried out once. It takes another decision of a board.",
      AT_DECISION,
    );
  if (last.on > decision.decidedOn)
    throw new ConflictError(
      `The action${last.event === SignOffEvent.SIGNED_OFF ? " was signed off" : "'s sign-off was taken back"} on ${last.on}, after that decision. It takes a later one.`,
      AT_DECISION,
    );
}

/**
 * Takes a sign-off back by a board's decision: the action is completed, and no longer signed off. Gives its key.
 *
 * @throws {NotFoundError} where there is no such action or decision for the writer.
 * @throws {ForbiddenError} where the writer does not chair the partnership: nobody else has the authority.
 * @throws {BadInputError} where no reason is given, or the decision is none that reverts.
 * @throws {ConflictError} where the action is not signed off, its version has moved on, or the decision has been carried out for it,
 *   or is older than the sign-off.
 */
export async function revertSignOff(send: Send, writer: Writer, input: RevertSignOffInput): Promise<string> {
  const { action } = await actionInHand(send, writer, input.action);
  const { partnershipId } = action;
  requireRole(writer, partnershipId, "action", Role.PARTNERSHIP_CHAIR);
  requireVersion(action, input.expectedVersion);
  const decision = await decisionThat(send, writer, input.decision, partnershipId, DecisionKind.REVERT_SIGN_OFF);
  const reason = requiredText("reason", input.reason, "title");
  const status = nextStatus(action.status, "REVERT_SIGN_OFF", action.version);
  await requireStillToDo(send, action, decision);

  await added(send, "sign_off", {
    partnership_id: partnershipId,
    action_id: action.id,
    decision_id: decision.id,
    number: await nextNumber(send, "sign_off", "action_id", action.id),
    event: SignOffEvent.REVERTED,
    decided_on: decision.decidedOn,
    reason,
  });
  await moveStatus(send, action, status);
  await record(send, writer, {
    kind: "action.signOffReverted",
    partnershipId,
    subjectType: "Action",
    subjectId: action.id,
    detail: { from: action.status, to: status, decision: decision.id, board: decision.boardId },
  });
  return action.id;
}

/** Moves the status of an action that stands as it was read; `more` is what must hold besides. */
async function moveStatus(send: Send, action: Action, status: ActionStatus, more = ""): Promise<void> {
  const moved = await send(
    `update action a set status = $3, version = a.version + 1, updated_at = app.now()
     where a.id = $1 and a.version = $2 and a.status = $4 ${more} returning a.id`,
    [action.id, action.version, status, action.status],
  );
  if (moved.length > 0) return;
  const [now] = await send<{ version: number }>("select a.version from action a where a.id = $1", [action.id]);
  throw new ConflictError(
    `The action was changed meanwhile: it is at version ${now?.version ?? "unknown"}. Read it again.`,
    ["input", "expectedVersion"],
    now?.version,
  );
}
