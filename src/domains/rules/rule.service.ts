import { londonDay } from "../../platform/clock";
import { BadInputError, ConflictError } from "../../platform/errors/index";
import { requiredKey } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { requireLadder } from "../challenges/index";
import { requiredText } from "../plan/index";
import { add, change, inHand, partnershipKept, requireRole, requireVersion } from "../writing/index";
import { Role } from "../identity/index";
import type { ChangeRuleInput, CreateRuleInput, RetireRuleInput, SwitchRuleInput } from "./rule.inputs";
import { fewestWorkingDays, MOST_WORKING_DAYS, Rule, RuleEffect, RuleKind } from "./rule.entity";

const TAKEN = () =>
  new ConflictError("The partnership has a rule of that name already, or had one. Choose another.", ["input", "name"]);

function requireWorkingDays(kind: RuleKind, workingDays: number): void {
  const fewest = fewestWorkingDays(kind);
  if (workingDays < fewest || workingDays > MOST_WORKING_DAYS)
    throw new BadInputError(`A rule of this kind waits from ${fewest} to ${MOST_WORKING_DAYS} working days.`, [
      "input",
      "workingDays",
    ]);
}

/**
 * Makes a rule, which is off. Gives its key.
 *
 * @throws {NotFoundError} where there is no such partnership for the writer.
 * @throws {ForbiddenError} where the writer is no officer of it.
 * @throws {BadInputError} where an input makes no sense; it is named.
 * @throws {ConflictError} where the partnership has a rule of that name, or nothing can be raised on the ladder.
 */
export async function createRule(send: Send, writer: Writer, input: CreateRuleInput): Promise<string> {
  const { kind, effect, workingDays } = input;
  const partnershipId = await partnershipKept(send, writer, input.partnership);
  requireWorkingDays(kind, workingDays);
  const ladder_id = await ladderNamed(send, writer, partnershipId, input.ladder);
  requireRaising(effect, ladder_id);
  const id = await add(send, "rule", {
    partnership_id: partnershipId,
    kind,
    name: requiredText("name", input.name, "title"),
    working_days: workingDays,
    effect,
    indicator_id: await indicatorNamed(send, partnershipId, input),
    ladder_id,
  });
  if (id === null) throw TAKEN();
  await record(send, writer, {
    kind: "rule.created",
    partnershipId,
    subjectType: "Rule",
    subjectId: id,
    detail: { kind, workingDays, effect, ladder_id },
  });
  return id;
}

async function indicatorNamed(send: Send, partnershipId: string, { kind, indicator }: CreateRuleInput) {
  const field = ["input", "indicator"];
  if ((kind === RuleKind.ATTENDANCE_BELOW_TARGET) !== (indicator != null))
    throw new BadInputError("An indicator is named for ATTENDANCE_BELOW_TARGET, and for no other kind.", field);
  if (indicator == null) return null;
  const id = requiredKey("Indicator", indicator, field);
  const found = await send("select 1 from indicator i where i.id = $1 and i.partnership_id = $2", [id, partnershipId]);
  if (found.length === 0) throw new BadInputError("indicator names no indicator of this partnership.", field);
  return id;
}

/** The ladder that an input names, as one that something can be raised on; null where it names none. */
async function ladderNamed(send: Send, writer: Writer, partnershipId: string, ladder: string | null | undefined) {
  if (ladder == null) return null;
  const key = requiredKey("Ladder", ladder, ["input", "ladder"]);
  await requireLadder(send, writer, partnershipId, key);
  return key;
}

/** Refuses a ladder for a rule that raises nothing. */
function requireRaising(effect: RuleEffect, ladderId: string | null): void {
  if (effect === RuleEffect.WARN && ladderId !== null)
    throw new BadInputError("A rule that only warns raises nothing on a ladder: let ladder be null.", [
      "input",
      "ladder",
    ]);
}

/** A rule that its officer may change, at the version that was read. */
async function ruleInHand(
  send: Send,
  writer: Writer,
  { rule: id, expectedVersion }: { rule: string; expectedVersion?: number | null },
): Promise<Rule> {
  const rule = await inHand(send, writer, Rule, id);
  requireRole(writer, rule.partnershipId, "rule", Role.PARTNERSHIP_OFFICER);
  requireVersion(rule, expectedVersion);
  if (rule.retiredAt !== null)
    throw new ConflictError("The rule was retired: make another one.", ["input", "rule"], rule.version);
  return rule;
}

/** Changes columns of a rule, and says so in the trail. Gives its key. */
async function changed(
  send: Send,
  writer: Writer,
  rule: Rule,
  kind: string,
  set: Readonly<Record<string, unknown>>,
): Promise<string> {
  await change(send, "rule", rule, set);
  await record(send, writer, {
    kind,
    partnershipId: rule.partnershipId,
    subjectType: "Rule",
    subjectId: rule.id,
    detail: { ...set },
  });
  return rule.id;
}

/**
 * Changes the name, the working days, the effect or the ladder of a rule. Gives its key.
 *
 * @throws {NotFoundError} where there is no such rule for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where an input makes no sense; it is named.
 * @throws {ConflictError} where it was retired, its version has moved on, the name is taken, or nothing can be raised on the ladder.
 */
export async function changeRule(send: Send, writer: Writer, input: ChangeRuleInput): Promise<string> {
  const rule = await ruleInHand(send, writer, input);
  const name = input.name == null ? rule.name : requiredText("name", input.name, "title");
  const workingDays = input.workingDays ?? rule.workingDays;
  requireWorkingDays(rule.kind, workingDays);
  const taken = await send("select 1 from rule r where r.partnership_id = $1 and r.name = $2 and r.id <> $3", [
    rule.partnershipId,
    name,
    rule.id,
  ]);
  if (taken.length > 0) throw TAKEN();
  const effect = input.effect ?? rule.effect;
  const ladder_id =
    input.ladder === undefined ? rule.ladderId : await ladderNamed(send, writer, rule.partnershipId, input.ladder);
  requireRaising(effect, ladder_id);
  const set = { name, working_days: workingDays, effect, ladder_id };
  return changed(send, writer, rule, "rule.changed", set);
}

/**
 * Switches a rule on from an instant on, or off. Gives its key.
 *
 * @throws {NotFoundError} where there is no such rule for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {BadInputError} where the instant is on a day that is over.
 * @throws {ConflictError} where it was retired, or its version has moved on.
 */
export async function switchRule(send: Send, writer: Writer, input: SwitchRuleInput): Promise<string> {
  const rule = await ruleInHand(send, writer, input);
  const onFrom = input.onFrom ?? null;
  if (onFrom !== null && londonDay(onFrom) < londonDay(writer.now))
    throw new BadInputError(
      "A rule is switched on from today or later: nothing is raised of what is past. Ask dryRun what it would have been.",
      ["input", "onFrom"],
    );
  return changed(send, writer, rule, onFrom === null ? "rule.switchedOff" : "rule.switchedOn", { on_from: onFrom });
}

/**
 * Retires a rule for good: it is off, and stays to be read with what it found. Gives its key.
 *
 * @throws {NotFoundError} where there is no such rule for the writer.
 * @throws {ForbiddenError} where the writer is no officer of its partnership.
 * @throws {ConflictError} where it was retired already, or its version has moved on.
 */
export async function retireRule(send: Send, writer: Writer, input: RetireRuleInput): Promise<string> {
  const rule = await ruleInHand(send, writer, input);
  return changed(send, writer, rule, "rule.retired", { on_from: null, retired_at: writer.now });
}
