import { snake } from "../../platform/database/naming";
import { BadInputError, ConflictError } from "../../platform/errors/index";
import { requireWritable, type Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { actionInHand, requireOpen, requireText, standingsOn } from "./action-in-hand";
import type { EditActionTextInput } from "./action-text.inputs";

const TEXTS = ["title", "description", "desiredOutcome", "measure", "successCriteria"] as const;

/**
 * Edits what an action says: each field by whoever may write it, an officer or an agency by grant. Its version moves on
 * where something changed. Gives the action's key.
 *
 * @throws {NotFoundError} where there is no such action for the writer.
 * @throws {ForbiddenError} naming the fields that the writer may not write.
 * @throws {ConflictError} where the action is over, or its version has moved on.
 */
export async function editActionText(send: Send, writer: Writer, input: EditActionTextInput): Promise<string> {
  const inHand = await actionInHand(send, writer, input.action);
  const { action } = inHand;
  const given = TEXTS.filter((name) => input[name] !== undefined);
  requireWritable(
    standingsOn(writer.actor, inHand),
    Object.fromEntries((given.length > 0 ? given : TEXTS.slice(0, 1)).map((name) => [name, `Action.${name}`])),
  );
  requireOpen(inHand);
  if (given.length === 0) throw new BadInputError("Say what is to change: give at least one text.", ["input"]);
  if (input.title === null) throw new BadInputError("An action has a title: it cannot be cleared.", ["input", "title"]);
  for (const name of given) requireText(name, input[name], name === "title" ? "title" : "text");

  const changed = given.filter((name) => input[name] !== action[name]);
  const columns = changed.map((name, index) => `${snake(name)} = $${index + 3}`);
  const moved = changed.length > 0 ? ["version = version + 1", "updated_at = app.now()"] : ["version = version"];
  const written = await send(
    `update action set ${[...columns, ...moved].join(", ")} where id = $1 and version = $2 returning id`,
    [action.id, input.expectedVersion, ...changed.map((name) => input[name])],
  );
  if (written.length === 0) throw await movedOn(send, action.id);
  await record(send, writer, {
    kind: "action.textEdited",
    partnershipId: action.partnershipId,
    subjectType: "Action",
    subjectId: action.id,
    detail: { fields: changed },
  });
  return action.id;
}

/** That an action is not at the version that was expected, and which it is at. */
export async function movedOn(send: Send, id: string): Promise<ConflictError> {
  const [now] = await send<{ version: number }>("select version from action where id = $1", [id]);
  return new ConflictError(
    `The action was changed meanwhile: it is at version ${now?.version ?? "unknown"}. Read it again.`,
    ["input", "expectedVersion"],
    now?.version,
  );
}
