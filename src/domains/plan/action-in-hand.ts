import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ConflictError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import type { ActionFacts, Standing, Writer } from "../access/index";
import type { Send } from "../audit/index";
import { actingFor, type Actor, standingsIn } from "../identity/index";
import { Action, ActionStatus, ByWhenKind } from "./action.entity";
import { isClosed } from "./derived";
import { type Named, relationsAmong } from "./plan.loaders";

/** An action as a service that writes about it has it: read in the writing transaction. */
export interface ActionInHand {
  action: Action;
  named: readonly Named[];
}

/**
 * The action of that global id and who is named for it.
 *
 * @throws {NotFoundError} where there is none that the caller may see.
 */
export async function actionInHand(send: Send, { source }: Writer, id: string): Promise<ActionInHand> {
  const key = keyOf("Action", id);
  const [action] = key
    ? await send<Action>(`select ${columnsOf(source, Action, "a")} from action a where a.id = $1`, [key])
    : [];
  if (!action) throw new NotFoundError();
  const named = await send<Named>(
    `select s.agency_id as "agencyId", s.role from assignment s where s.action_id = $1 order by s.position`,
    [action.id],
  );
  return { action, named };
}

/** As much of an action in hand as says what somebody is to it. */
type Standable = { action: Pick<Action, "partnershipId"> } & Pick<ActionInHand, "named">;

const standing = (alone: Actor, { action: { partnershipId }, named }: Standable): Standing => ({
  actor: alone,
  partnershipId,
  relations: relationsAmong(alone, partnershipId, named),
});

/** What the actor is to the action when acting for one of its agencies, or (null) for the partnership. */
export const standingFor = (actor: Actor, inHand: Standable, agencyId: string | null): Standing =>
  standing(actingFor(actor, inHand.action.partnershipId, agencyId), inHand);

/** Each of what the actor may act as, and what that is to the action. */
export const standingsOn = (actor: Actor, inHand: Standable): Standing[] =>
  standingsIn(actor, inHand.action.partnershipId).map((alone) => standing(alone, inHand));

/** What an action's state leaves to be done with it. */
export const factsOf = ({ status, byWhenKind }: Pick<Action, "status" | "byWhenKind">): ActionFacts => ({
  closed: isClosed(status),
  dated: byWhenKind === ByWhenKind.DUE || byWhenKind === ByWhenKind.RANGE,
});

/** Refuses what would be said of an action that is over. */
export function requireOpen({ action: { status, reference, version } }: ActionInHand): void {
  if (isClosed(status))
    throw new ConflictError(
      `Action ${reference} is ${status === ActionStatus.SIGNED_OFF ? "signed off" : "superseded"}: nothing more is written of it.`,
      ["input", "action"],
      version,
    );
}

/** Longest text that is kept, in characters; a title is a line. */
const MOST = { text: 10_000, title: 1_000 };

/** A character that is seen: no blank, no control or format character, nothing that is shown as nothing. */
const SEEN = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Refuses text that is blank, since nothing of it is seen, or too long; null clears, and undefined is not there. */
export function requireText(
  name: string,
  text: string | null | undefined,
  kind: keyof typeof MOST = "text",
  field: readonly string[] = ["input", name],
): void {
  if (text == null) return;
  if (!SEEN.test(text)) throw new BadInputError(`${name} is blank. Send null to clear it.`, field);
  const { length } = Array.from(text);
  if (length > MOST[kind])
    throw new BadInputError(`${name} may hold ${MOST[kind]} characters; there were ${length}.`, field);
}

/** Text that must be there, within the length that is kept. */
export function requiredText(
  name: string,
  text: string,
  kind: keyof typeof MOST = "text",
  field: readonly string[] = ["input", name],
): string {
  if (!SEEN.test(text)) throw new BadInputError(`${name} is blank. Say something.`, field);
  requireText(name, text, kind, field);
  return text.trim();
}
