import { londonDay } from "../../platform/clock";
import { snake } from "../../platform/database/naming";
import { BadInputError } from "../../platform/errors/index";
import { requireWritable, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import type { CompleteActionInput, ReopenActionInput, SetImpactDateInput } from "./action-completion.inputs";
import { actionInHand, requireOpen, requiredText, standingsOn } from "./action-in-hand";
import { nextStatus } from "./action-lifecycle";
import { movedOn } from "./action-text.service";
import type { Action } from "./action.entity";

/**
 * Says that an action is done. Done is not yet a difference made: its impact must be rated, or a day be set on which it is
 * judged (issue 5, "Ratings"). Gives the action's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} where the writer may not say so: the lead agency's lead and officers may.
 * @throws {BadInputError} where its impact is neither rated nor to be judged on a day to come.
 * @throws {ConflictError} where it is done or over already, or its version has moved on.
 */
export async function completeAction(send: Send, writer: Writer, input: CompleteActionInput): Promise<string> {
  const action = await toClose(send, writer, input);
  const status = nextStatus(action.status, "COMPLETE", action.version);
  const day = dayToCome(writer, input.judgeImpactOn);
  if (day === null && !(await willBeJudged(send, writer, action)))
    throw new BadInputError("Its impact is not rated. Rate it first, or say in judgeImpactOn when it will be judged.", [
      "input",
      "judgeImpactOn",
    ]);
  return moved(send, writer, action, input, "action.completed", {
    status,
    ...(day !== null && { impactJudgedOn: day }),
  });
}

/**
 * Takes up an action again that was said to be done. Gives the action's key.
 *
 * @throws what `completeAction` throws, and {BadInputError} where the reason is blank or too long.
 */
export async function reopenAction(send: Send, writer: Writer, input: ReopenActionInput): Promise<string> {
  const action = await toClose(send, writer, input);
  const status = nextStatus(action.status, "REOPEN", action.version);
  requiredText("reason", input.reason);
  return moved(send, writer, action, input, "action.reopened", { status, reopenedReason: input.reason });
}

/**
 * Sets the day on which an action's impact is to be judged, or another one. Gives the action's key.
 *
 * @throws what `completeAction` throws.
 */
export async function setImpactDate(send: Send, writer: Writer, input: SetImpactDateInput): Promise<string> {
  const action = await toClose(send, writer, input);
  const impactJudgedOn = dayToCome(writer, input.judgeImpactOn);
  return moved(send, writer, action, input, "action.impactDateSet", { impactJudgedOn });
}

/** The action, where the writer may say whether it is done. */
async function toClose(send: Send, writer: Writer, { action: id }: { action: string }): Promise<Action> {
  const inHand = await actionInHand(send, writer, id);
  requireWritable(standingsOn(writer.actor, inHand), { action: "Action.status" });
  requireOpen(inHand);
  return inHand.action;
}

function dayToCome({ now }: Writer, day: string | null | undefined): string | null {
  if (day != null && day < londonDay(now))
    throw new BadInputError("Impact is judged on a day that has not passed. judgeImpactOn is before today.", [
      "input",
      "judgeImpactOn",
    ]);
  return day ?? null;
}

/** Whether its impact is rated, or is to be judged on the day that was set before. */
async function willBeJudged(send: Send, { now }: Writer, { id, impactJudgedOn }: Action): Promise<boolean> {
  if (impactJudgedOn !== null && impactJudgedOn >= londonDay(now)) return true;
  const [found] = await send<{ rated: boolean }>("select app.impact_rated($1) as rated", [id]);
  return found?.rated ?? false;
}

type Moves = Partial<Pick<Action, "status" | "impactJudgedOn" | "reopenedReason">>;

async function moved(
  send: Send,
  writer: Writer,
  { id, partnershipId, status: from, version }: Action,
  { expectedVersion }: { expectedVersion?: number | null },
  kind: string,
  moves: Moves,
): Promise<string> {
  const columns = Object.keys(moves).map((name, index) => `${snake(name)} = $${index + 3}, `);
  const written = await send(
    `update action set ${columns.join("")}version = version + 1, updated_at = app.now() where id = $1 and version = $2 returning id`,
    [id, expectedVersion ?? version, ...Object.values(moves)],
  );
  if (written.length === 0) throw await movedOn(send, id);
  await record(send, writer, {
    kind,
    partnershipId,
    subjectType: "Action",
    subjectId: id,
    detail: { fields: Object.keys(moves), ...(moves.status && { from, to: moves.status }) },
  });
  return id;
}
