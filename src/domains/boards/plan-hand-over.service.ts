import { randomUUID } from "node:crypto";
import { snake } from "../../platform/database/naming";
import { BadInputError, ConflictError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import { Action, ActionStatus, nextStatus, Plan, referenceOrder } from "../plan/index";
import { add, added, inHand, nextNumber, requireRole } from "../writing/index";
import { Board } from "./board.entity";
import { decisionThat } from "./decision.service";
import { type Decision, DecisionKind } from "./meeting.entity";
import type { HandOverPlanInput, SignOffPlanInput } from "./sign-off.inputs";

/** An action is open until it is completed, signed off or superseded; where its status was lost nobody can say that it is not. */
const openIs = (a: string) => `coalesce(${a}.status, '') not in ('COMPLETED', 'SIGNED_OFF', 'SUPERSEDED')`;
const OPEN = openIs("a");
const MOST_NAMED = 20;

/**
 * Signs a plan off as concluded, by a board's decision and on its day. Its open actions must have been completed, or carried
 * forward by `handOverPlan`. Gives the plan's key.
 *
 * @throws {NotFoundError} where there is no such plan or decision for the writer.
 * @throws {ForbiddenError} where the writer does not chair the partnership.
 * @throws {BadInputError} where the decision is none that signs a plan off.
 * @throws {ConflictError} where it is signed off, or has open actions: they are named.
 */
export async function signOffPlan(send: Send, writer: Writer, input: SignOffPlanInput): Promise<string> {
  const plan = await inHand(send, writer, Plan, input.plan);
  const { partnershipId } = plan;
  requireRole(writer, partnershipId, "plan", Role.PARTNERSHIP_CHAIR);
  const decision = await decisionThat(send, writer, input.decision, partnershipId, DecisionKind.SIGN_OFF_PLAN);
  if (plan.signedOffOn !== null)
    throw new ConflictError(`The plan was signed off on ${plan.signedOffOn}.`, ["input", "plan"]);
  const open = await send<{ reference: string }>(
    `select a.reference from action a where a.plan_id = $1 and ${OPEN} order by a.reference_order`,
    [plan.id],
  );
  if (open.length > 0) throw stillOpen(open.map(({ reference }) => reference));
  await add(send, "plan_sign_off", {
    partnership_id: partnershipId,
    plan_id: plan.id,
    decision_id: decision.id,
    decided_on: decision.decidedOn,
  });
  const signed = await send(
    `update plan p set signed_off_on = $2 where p.id = $1 and p.signed_off_on is null
       and not exists (select from action a where a.plan_id = p.id and ${OPEN}) returning p.id`,
    [plan.id, decision.decidedOn],
  );
  if (signed.length === 0) throw new ConflictError("The plan was changed meanwhile. Read it again.", ["input", "plan"]);
  await record(send, writer, {
    kind: "plan.signedOff",
    partnershipId,
    subjectType: "Plan",
    subjectId: plan.id,
    detail: { decision: decision.id, board: decision.boardId, on: decision.decidedOn },
  });
  return plan.id;
}

function stillOpen(references: readonly string[]): ConflictError {
  const named = references.slice(0, MOST_NAMED).join(", ");
  const more = references.length > MOST_NAMED ? ` and ${references.length - MOST_NAMED} more` : "";
  return new ConflictError(
    `${references.length} of the plan's actions are open: ${named}${more}. Complete them, or have handOverPlan carry them into another plan.`,
    ["input", "plan"],
  );
}

/**
 * Hands a plan over, by a board's decision: to a board that oversees it from then on, or to a plan that carries on its open
 * actions. What was handed over so already stays as it is. Gives the plan's key.
 *
 * @throws {NotFoundError} where there is no such plan, decision or successor for the writer.
 * @throws {ForbiddenError} where the writer is no officer of the partnership.
 * @throws {BadInputError} where the decision is none that hands over, or not exactly one successor of the partnership is named.
 * @throws {ConflictError} where another plan follows already, or the one that is to follow is over or followed by this one.
 */
export async function handOverPlan(send: Send, writer: Writer, input: HandOverPlanInput): Promise<string> {
  const plan = await inHand(send, writer, Plan, input.plan);
  const { partnershipId } = plan;
  requireRole(writer, partnershipId, "plan", Role.PARTNERSHIP_OFFICER);
  const decision = await decisionThat(send, writer, input.decision, partnershipId, DecisionKind.HAND_OVER);
  const to = await successorOf(send, writer, plan, input);
  // hand-overs are made one at a time, so that two at once neither carry an action twice nor close a circle
  await send("select pg_advisory_xact_lock(hashtextextended('plans of ' || $1, 0))", [partnershipId]);
  const [same] = await send(
    `select 1 from plan_hand_over h where h.plan_id = $1 and h.decision_id = $2
       and h.to_board_id is not distinct from $3 and h.to_plan_id is not distinct from $4`,
    [plan.id, decision.id, to.board, to.plan?.id ?? null],
  );
  if (same) return plan.id;
  if (to.plan) await requireFollows(send, plan, to.plan);

  const handOver = await added(send, "plan_hand_over", {
    partnership_id: partnershipId,
    plan_id: plan.id,
    number: await nextNumber(send, "plan_hand_over", "plan_id", plan.id),
    decision_id: decision.id,
    to_board_id: to.board,
    to_plan_id: to.plan?.id ?? null,
    decided_on: decision.decidedOn,
  });
  const carried = to.plan ? await carryForward(send, writer, plan, to.plan, handOver) : 0;
  await recordHandOver(send, writer, plan, decision, { board: to.board, plan: to.plan?.id ?? null, carried });
  return plan.id;
}

const recordHandOver = (
  send: Send,
  writer: Writer,
  plan: Plan,
  decision: Decision,
  detail: { board: string | null; plan: string | null; carried: number },
) =>
  record(send, writer, {
    kind: "plan.handedOver",
    partnershipId: plan.partnershipId,
    subjectType: "Plan",
    subjectId: plan.id,
    detail: { decision: decision.id, toBoard: detail.board, toPlan: detail.plan, carried: detail.carried },
  });

/** Who follows: a board or a plan, one of them, of the plan's own partnership. */
async function successorOf(
  send: Send,
  writer: Writer,
  { id, partnershipId }: Plan,
  { toBoard, toPlan }: HandOverPlanInput,
): Promise<{ board: string | null; plan: Plan | null }> {
  if ((toBoard == null) === (toPlan == null))
    throw new BadInputError("Say to whom: toBoard or toPlan, one of them.", ["input", "toBoard"]);
  const found =
    toBoard == null ? await inHand(send, writer, Plan, toPlan ?? "") : await inHand(send, writer, Board, toBoard);
  const at = ["input", toBoard == null ? "toPlan" : "toBoard"];
  if (found.partnershipId !== partnershipId)
    throw new BadInputError("A plan is handed over within its partnership.", at);
  if (found.id === id) throw new BadInputError("A plan does not follow itself.", at);
  return toBoard == null ? { board: null, plan: found as Plan } : { board: found.id, plan: null };
}

async function requireFollows(send: Send, plan: Plan, next: Plan): Promise<void> {
  const at = ["input", "toPlan"];
  const [now] = await send<{ follows: string | null; circle: boolean }>(
    `with recursive later as (
       select $2::uuid as id union select p.superseded_by_id from plan p join later l on p.id = l.id)
     select p.superseded_by_id as follows, exists (select from later l where l.id = p.id) as circle from plan p where p.id = $1`,
    [plan.id, next.id],
  );
  if (now?.follows != null && now.follows !== next.id)
    throw new ConflictError("Another plan follows it already: see supersededBy.", at);
  if (now?.circle) throw new ConflictError("The plan would follow itself in the end.", at);
  if (next.signedOffOn !== null || next.supersededById !== null)
    throw new ConflictError("The plan that is to follow is over itself.", at);
}

/** Columns of an action that it has anew in the plan that follows; every other it brings with it. */
const ANEW = [
  "id",
  "planId",
  "objectiveId",
  "themeId",
  "reference",
  "referenceOrder",
  "version",
  "createdAt",
  "updatedAt",
];

/**
 * Carries the open actions of a plan into the one that follows: each becomes an action there, with who is named for it, its
 * dates, what it cites (its objective's findings among that), its indicators, what boards asked about it, and what still
 * blocks it or is blocked by it, carried as well or not; the old one is superseded, and keeps what was said of it. Gives how
 * many.
 */
async function carryForward(send: Send, { source }: Writer, plan: Plan, next: Plan, handOver: string): Promise<number> {
  const open = await send<{ id: string; reference: string; status: ActionStatus | null }>(
    `select a.id, a.reference, a.status from action a where a.plan_id = $1 and ${OPEN} order by a.reference_order for update`,
    [plan.id],
  );
  const taken = new Set(
    (await send<{ reference: string }>("select a.reference from action a where a.plan_id = $1", [next.id])).map(
      ({ reference }) => reference,
    ),
  );
  const carried = open.map(({ id, reference, status }) => {
    nextStatus(status, "SUPERSEDE");
    const there = taken.has(reference) ? `${reference} (${plan.slug})` : reference;
    return { from: id, id: randomUUID(), reference: there, reference_order: referenceOrder(there) };
  });
  if (carried.length > 0) {
    const columns = source
      .getMetadata(Action)
      .columns.map(({ propertyName }) => propertyName)
      .filter((name) => !ANEW.includes(name))
      .map((name) => `"${snake(name)}"`);
    const steps = [
      `insert into action (id, plan_id, reference, reference_order, ${columns.join(", ")})
       select c.id, $2::uuid, c.reference, c.reference_order, ${columns.map((name) => `a.${name}`).join(", ")}
       from carried c join action a on a.id = c."from"`,
      `insert into carried_action (partnership_id, hand_over_id, from_action_id, action_id)
       select a.partnership_id, $2::uuid, c."from", c.id from carried c join action a on a.id = c."from"`,
      `insert into assignment (partnership_id, plan_id, action_id, agency_id, post_id, position, role, text)
       select s.partnership_id, $2::uuid, c.id, s.agency_id, s.post_id, s.position, s.role, s.text from carried c join assignment s on s.action_id = c."from"`,
      `insert into milestone (partnership_id, plan_id, action_id, position, label, text, kind, start, "end", precision)
       select m.partnership_id, $2::uuid, c.id, m.position, m.label, m.text, m.kind, m.start, m."end", m.precision from carried c join milestone m on m.action_id = c."from"`,
      `insert into action_finding (partnership_id, plan_id, action_id, finding_id)
       select x.partnership_id, $2::uuid, c.id, x.finding_id from carried c join action_finding x on x.action_id = c."from"
       union select x.partnership_id, $2::uuid, c.id, x.finding_id from carried c join action a on a.id = c."from" join objective_finding x on x.objective_id = a.objective_id`,
      `insert into action_indicator (partnership_id, action_id, indicator_id)
       select x.partnership_id, c.id, x.indicator_id from carried c join action_indicator x on x.action_id = c."from"`,
      `insert into tracked_item_action (partnership_id, tracked_item_id, action_id)
       select x.partnership_id, x.tracked_item_id, c.id from carried c join tracked_item_action x on x.action_id = c."from"`,
      // said anew, by whoever hands over: what it was said of before is over
      `insert into action_blocker (partnership_id, action_id, blocking_action_id, reason, said_by, since)
       select b.partnership_id, coalesce(c.id, b.action_id), coalesce(o.id, b.blocking_action_id), b.reason, app.person(), app.now()
       from action_blocker b left join carried c on c."from" = b.action_id left join carried o on o."from" = b.blocking_action_id
       join action x on x.id = b.action_id join action y on y.id = b.blocking_action_id
       where b.ended_at is null and (c.id is not null or o.id is not null) and ${openIs("x")} and ${openIs("y")}`,
      `update action set status = 'SUPERSEDED', version = version + 1, updated_at = app.now() where id in (select c."from" from carried c)`,
    ];
    const rows = JSON.stringify(carried);
    for (const step of steps)
      await send(
        `with carried as (select * from jsonb_to_recordset($1::jsonb) as r ("from" uuid, id uuid, reference text, reference_order text))
         ${step}`,
        step.includes("$2") ? [rows, step.startsWith("insert into carried_action") ? handOver : next.id] : [rows],
      );
  }
  await send("update plan set superseded_by_id = $2 where id = $1", [plan.id, next.id]);
  return carried.length;
}
