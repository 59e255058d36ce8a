import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError } from "../../platform/errors/index";
import { requiredKey } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { Role } from "../identity/index";
import { requireText, requiredText } from "../plan/index";
import {
  add,
  added,
  change,
  inHand,
  keysOf,
  nextNumber,
  partnershipKept,
  requireRole,
  requireVersion,
} from "../writing/index";
import { exampleOf } from "./ladder-examples";
import type {
  CreateLadderInput,
  LadderEditionInput,
  LadderStageInput,
  RetireLadderInput,
  ReviseLadderInput,
  TimeLimitInput,
} from "./ladder.inputs";
import { DeciderKind, Ladder, LimitUnit } from "./ladder.entity";

const { PARTNERSHIP_CHAIR, PARTNERSHIP_OFFICER } = Role;
const MOST_STAGES = 20;
const MOST_TRIGGERS = 50;
const MOST_COUNT = 366;

const at = (stage: number, ...more: string[]) => ["input", "stages", String(stage - 1), ...more];

function requireLimit(limit: TimeLimitInput | null | undefined, field: readonly string[]): void {
  if (limit == null) return;
  const counted = limit.unit !== LimitUnit.SAME_WORKING_DAY;
  if (!counted && limit.count != null)
    throw new BadInputError("The same working day has no count. Leave it out.", [...field, "count"]);
  if (counted && (limit.count == null || limit.count < 1 || limit.count > MOST_COUNT))
    throw new BadInputError(`A limit counts from 1 to ${MOST_COUNT}. Leave the limit out where there is none.`, [
      ...field,
      "count",
    ]);
}

/** Refuses a stage that does not say who decides at it: one of the three where its kind is one, and nobody where it is the parties. */
function requireDecider(stage: LadderStageInput): void {
  const { deciderKind, number } = stage;
  for (const [kind, name] of [
    [DeciderKind.ROLE, "role"],
    [DeciderKind.POST, "post"],
    [DeciderKind.BOARD, "board"],
  ] as const)
    if ((deciderKind === kind) !== (stage[name] != null))
      throw new BadInputError(
        deciderKind === kind
          ? `Say which ${name} decides.`
          : `A stage whose decider is ${deciderKind} names no ${name}. Leave it out.`,
        at(number, name),
      );
  if (stage.role != null && stage.role !== PARTNERSHIP_OFFICER && stage.role !== PARTNERSHIP_CHAIR)
    throw new BadInputError("A role that decides is PARTNERSHIP_OFFICER or PARTNERSHIP_CHAIR.", at(number, "role"));
}

/**
 * Refuses what is no ladder: stages that are missing, out of order or lead back, limits that are none, and stages at which
 * nobody or two decide. It is the same for what is sent and for what a folder brings.
 *
 * @throws {BadInputError} naming what is wrong.
 */
export function requireEdition(input: LadderEditionInput): void {
  const stages = input.stages ?? [];
  const triggers = input.triggers ?? [];
  if (input.triggersOnly && stages.length > 0)
    throw new BadInputError("It has stages, and so not triggers only. Leave triggersOnly out.", [
      "input",
      "triggersOnly",
    ]);
  if (input.triggersOnly && triggers.length === 0)
    throw new BadInputError("Say at least one trigger, or give it stages.", ["input", "triggers"]);
  if (!input.triggersOnly && stages.length === 0)
    throw new BadInputError("A ladder has at least one stage. Where there are triggers only, say triggersOnly.", [
      "input",
      "stages",
    ]);
  if (stages.length > MOST_STAGES)
    throw new BadInputError(`A ladder has at most ${MOST_STAGES} stages.`, ["input", "stages"]);
  if (triggers.length > MOST_TRIGGERS)
    throw new BadInputError(`A ladder has at most ${MOST_TRIGGERS} triggers.`, ["input", "triggers"]);
  for (const trigger of triggers) requiredText("triggers", trigger, "title");
  if (input.cutOff != null && (!/^([01]\d|2[0-3]):[0-5]\d$/.test(input.cutOff) || input.cutOff === "00:00"))
    throw new BadInputError("A cut-off is a time of day such as 17:00. Leave it out for midnight.", [
      "input",
      "cutOff",
    ]);
  requireText("outOfScopeNote", input.outOfScopeNote, "title");
  requireText("source", input.source, "title");
  for (const [index, stage] of stages.entries()) {
    const expected = index + 1;
    if (stage.number !== expected)
      throw new BadInputError(
        `Each stage leads to the one with the next number and none leads back: number ${expected} stands here, not ${stage.number}.`,
        at(expected, "number"),
      );
    requiredText("name", stage.name, "title", at(expected, "name"));
    requiredText("decider", stage.decider, "title", at(expected, "decider"));
    requireDecider(stage);
    requireLimit(stage.limit, at(expected, "limit"));
    requireLimit(stage.acknowledgeWithin, at(expected, "acknowledgeWithin"));
  }
}

/** The post and the board that decide at a stage, as its columns. */
async function deciderOf(send: Send, partnershipId: string, stage: LadderStageInput) {
  const { number } = stage;
  const { postId } = await keysOf(send, partnershipId, { post: stage.post }, at(number));
  const board = stage.board == null ? null : requiredKey("Board", stage.board, at(number, "board"));
  if (board !== null) {
    const [found] = await send("select 1 from board b where b.id = $1 and b.partnership_id = $2", [
      board,
      partnershipId,
    ]);
    if (!found) throw new BadInputError("board names no board of this partnership.", at(number, "board"));
  }
  return { decider_post_id: postId, decider_board_id: board };
}

/** What a version says beside its stages, as its columns. */
export const versionColumns = (input: LadderEditionInput) => ({
  source: input.source ?? null,
  cut_off: input.cutOff ?? null,
  out_of_scope: [...new Set(input.outOfScope ?? [])],
  out_of_scope_note: input.outOfScopeNote ?? null,
  triggers: input.triggers ?? [],
  triggers_only: input.triggersOnly ?? false,
});

/** What a stage says, as its columns, but for the post or board that decides. */
export const stageColumns = (stage: LadderStageInput) => ({
  number: stage.number,
  name: stage.name.trim(),
  informal: stage.informal,
  may_be_skipped: stage.mayBeSkipped,
  decider_kind: stage.deciderKind,
  decider_role: stage.role ?? null,
  decider: stage.decider.trim(),
  limit_unit: stage.limit?.unit ?? null,
  limit_count: stage.limit?.count ?? null,
  acknowledge_unit: stage.acknowledgeWithin?.unit ?? null,
  acknowledge_count: stage.acknowledgeWithin?.count ?? null,
});

/** Writes an edition as the next version of a ladder. Gives its number. */
async function addVersion(
  send: Send,
  writer: Writer,
  { id: ladderId, partnershipId }: Pick<Ladder, "id" | "partnershipId">,
  input: LadderEditionInput,
): Promise<number> {
  const number = await nextNumber(send, "ladder_version", "ladder_id", ladderId);
  const version = await added(send, "ladder_version", {
    partnership_id: partnershipId,
    ladder_id: ladderId,
    number,
    ...versionColumns(input),
    from_at: writer.now,
  });
  for (const stage of input.stages ?? [])
    await added(send, "ladder_stage", {
      partnership_id: partnershipId,
      ladder_version_id: version,
      ...stageColumns(stage),
      ...(await deciderOf(send, partnershipId, stage)),
    });
  return number;
}

/** What an edition says: the example's own words, or the input's. */
function editionOf(input: CreateLadderInput): LadderEditionInput & { name: string } {
  if (input.example == null) {
    if (input.name == null) throw new BadInputError("Say what the ladder is called.", ["input", "name"]);
    return Object.assign({}, input, { name: input.name });
  }
  const example = exampleOf(input.example);
  if (!example) throw new BadInputError("No example has this key. `ladderExamples` lists them.", ["input", "example"]);
  const said = ["stages", "cutOff", "outOfScope", "outOfScopeNote", "triggers", "triggersOnly", "source"] as const;
  const [besides] = said.filter((name) => input[name] != null);
  if (besides)
    throw new BadInputError("An example is copied whole. Leave this out, and revise the ladder afterwards.", [
      "input",
      besides,
    ]);
  return Object.assign({}, example, { name: input.name ?? example.name });
}

/**
 * Sets up a ladder with its first version. Gives its key.
 *
 * @throws {NotFoundError} where there is no such partnership for the writer.
 * @throws {ForbiddenError} where the writer is no officer of it.
 * @throws {BadInputError} where it is no ladder: see `requireEdition`.
 * @throws {ConflictError} where the partnership has a ladder of that name.
 */
export async function createLadder(send: Send, writer: Writer, input: CreateLadderInput): Promise<string> {
  const partnershipId = await partnershipKept(send, writer, input.partnership);
  const edition = editionOf(input);
  const name = requiredText("name", edition.name, "title");
  requireEdition(edition);
  const id = await add(send, "ladder", { partnership_id: partnershipId, name, division: input.division ?? null });
  if (id === null)
    throw new ConflictError("The partnership has a ladder of that name already, or had one. Choose another.", [
      "input",
      "name",
    ]);
  await addVersion(send, writer, { id, partnershipId }, edition);
  await record(send, writer, {
    kind: "ladder.created",
    partnershipId,
    subjectType: "Ladder",
    subjectId: id,
    detail: { stages: edition.stages?.length ?? 0, example: input.example ?? null },
  });
  return id;
}

async function ladderToChange(
  send: Send,
  writer: Writer,
  input: { ladder: string; expectedVersion?: number | null },
): Promise<Ladder> {
  const ladder = await inHand(send, writer, Ladder, input.ladder);
  requireRole(writer, ladder.partnershipId, "ladder", PARTNERSHIP_OFFICER);
  requireVersion(ladder, input.expectedVersion);
  // until the day has come it is in use, and may be changed
  if (ladder.retiredOn !== null && ladder.retiredOn <= londonDay(writer.now))
    throw new ConflictError(`The ladder is retired from ${ladder.retiredOn} on: create another.`, ["input", "ladder"]);
  return ladder;
}

/**
 * Makes another version of a ladder, for what is raised from now on; what runs stays on the version that it has. Gives the
 * ladder's key.
 *
 * @throws {NotFoundError} where there is no such ladder for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where it is no ladder: see `requireEdition`.
 * @throws {ConflictError} where it is retired, or its version has moved on.
 */
export async function reviseLadder(send: Send, writer: Writer, input: ReviseLadderInput): Promise<string> {
  const ladder = await ladderToChange(send, writer, input);
  requireEdition(input);
  await change(send, "ladder", ladder, {});
  const number = await addVersion(send, writer, ladder, input);
  await record(send, writer, {
    kind: "ladder.revised",
    partnershipId: ladder.partnershipId,
    subjectType: "Ladder",
    subjectId: ladder.id,
    detail: { version: number, stages: input.stages?.length ?? 0 },
  });
  return ladder.id;
}

/**
 * Retires a ladder from a day on: nothing new is raised on it then. Until that day has come another may be named, or (null)
 * none. Gives its key; the same errors as `reviseLadder`.
 *
 * @throws {BadInputError} where the day is over, or none is to be taken back.
 */
export async function retireLadder(send: Send, writer: Writer, input: RetireLadderInput): Promise<string> {
  const ladder = await ladderToChange(send, writer, input);
  const field = ["input", "retiredOn"];
  const today = londonDay(writer.now);
  const { retiredOn = today } = input;
  if (retiredOn === null && ladder.retiredOn === null)
    throw new BadInputError("The ladder is not to be retired: there is no day to take back.", field);
  if (retiredOn !== null && retiredOn < today)
    throw new BadInputError(
      "What was raised on it since would have been raised on nothing: choose today or later.",
      field,
    );
  await change(send, "ladder", ladder, { retired_on: retiredOn });
  await record(send, writer, {
    kind: "ladder.retired",
    partnershipId: ladder.partnershipId,
    subjectType: "Ladder",
    subjectId: ladder.id,
    detail: { retiredOn },
  });
  return ladder.id;
}
