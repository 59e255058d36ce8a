import { BadInputError, ConflictError, ForbiddenError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import type { Send } from "../audit/index";
import { requireText, requiredText } from "../plan/index";

import { sideOf } from "./answer.service";
import { type ChallengeInHand, challengeInHand, ended, take, toStage } from "./challenge-in-hand";
import { nextChallengeState } from "./challenge-lifecycle";
import { ChallengeEventKind, ChallengeSide } from "./challenge.entity";
import type { ChallengeTextInput, EscalateChallengeInput } from "./challenge.inputs";
import { clockFrom } from "./deadline";
import { LimitUnit } from "./ladder.entity";
import { requireGroundToSkip } from "./raise.service";
import { type By, deciding, LEADS, overseeing, type Sides, overseeingAsNoParty, speakingFor } from "./standing";

const FIELD = ["input", "challenge"];

const stageNow = ({ stages, stageNumber }: ChallengeInHand) => stages.find(({ number }) => number === stageNumber);

/** What the agency that is challenged has at the least, where the ladder sets it no limit: the rest of the working day. */
const AT_LEAST = { unit: LimitUnit.SAME_WORKING_DAY, count: null };

/**
 * The day until which the agency that is challenged still has its time to say something at this stage, where it is its turn
 * and it has said nothing there yet; null else. What it has said is an answer, or something that was declined by either side.
 */
async function hasTimeUntil(send: Send, writer: Writer, found: ChallengeInHand): Promise<string | null> {
  const { id, waitingOn, stageNumber, stageFrom, respondDay } = found.challenge;
  if (waitingOn !== ChallengeSide.ANSWERER) return null;
  const answers = await send(
    "select 1 from challenge_event e where e.challenge_id = $1 and e.stage_number = $2 and e.kind in ('RESPONDED', 'DECLINED') limit 1",
    [id, stageNumber],
  );
  if (answers.length > 0) return null;
  if (respondDay !== null) return respondDay;
  const least = clockFrom(AT_LEAST, stageFrom, found.hours);
  return least.respond_by !== null && least.respond_by > writer.now ? least.respond_day : null;
}

/** As what somebody takes it to a higher stage: whoever raised it, and officers and the chair in any case. */
export const escalatingAs = (actor: Writer["actor"], sides: Sides): By | null =>
  speakingFor(actor, sides, ChallengeSide.RAISER, LEADS) ?? overseeing(actor, sides.partnershipId);

/**
 * Takes a challenge to the next stage or, for a child at immediate risk, past stages that may be left out. Gives its key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer did not raise it and is neither officer nor chair.
 * @throws {BadInputError} where there is no such stage above, or no ground to leave one out.
 * @throws {ConflictError} where it is at the last stage, the other side has still its time, it has ended, or its version moved on.
 */
export async function escalateChallenge(send: Send, writer: Writer, input: EscalateChallengeInput): Promise<string> {
  const note = requiredText("reason", input.reason);
  requireText("immediateRisk", input.immediateRisk, "title");
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const { challenge, stages, stageNumber, lastStage } = found;
  const by = escalatingAs(writer.actor, found);
  if (!by) throw new ForbiddenError("Whoever raised it, an officer or the chair takes it to a higher stage.", FIELD);
  nextChallengeState(challenge.state, "ESCALATE");
  if (stageNumber === lastStage)
    throw new ConflictError("It is at the last stage: it is agreed, decided, or said to be deadlocked there.", FIELD);
  const to = input.toStage ?? stageNumber + 1;
  if (to <= stageNumber || to > lastStage)
    throw new BadInputError(`It is at stage ${stageNumber} of ${lastStage}: it can be taken to a higher one alone.`, [
      "input",
      "toStage",
    ]);
  requireGroundToSkip(
    stages.filter(({ number }) => number > stageNumber && number < to),
    input.immediateRisk,
    ["input", "toStage"],
  );
  const stage = stageNow(found);
  const cutShort = stage?.mayBeSkipped === true || stage?.limit.unit == null;
  const until = input.immediateRisk != null && cutShort ? null : await hasTimeUntil(send, writer, found);
  if (until !== null)
    throw new ConflictError(
      `The other side has until ${until} to answer at this stage${cutShort ? ". Say in immediateRisk why it cannot wait, if a child is at immediate risk." : ", which this ladder lets nobody cut short."}`,
      ["input", cutShort ? "immediateRisk" : "challenge"],
    );
  await toStage(send, writer, found, to, {
    event: "ESCALATE",
    kind: ChallengeEventKind.ESCALATED,
    by,
    note,
    set: input.immediateRisk == null ? {} : { risk_reason: input.immediateRisk },
  });
  return challenge.id;
}

/** Ends a challenge with what is said, as what `as` says that the writer does; it refuses whoever does not. Gives its key. */
async function end(
  send: Send,
  writer: Writer,
  input: ChallengeTextInput,
  event: "DECIDE" | "DEADLOCK" | "WITHDRAW",
  as: (found: ChallengeInHand) => By,
): Promise<string> {
  const note = requiredText("text", input.text);
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  nextChallengeState(found.challenge.state, event);
  await take(send, writer, found, { event, kind: ENDED_BY[event], by: as(found), note, ...ended(writer, note) });
  return found.challenge.id;
}

const ENDED_BY = {
  DECIDE: ChallengeEventKind.DECIDED,
  DEADLOCK: ChallengeEventKind.DEADLOCKED,
  WITHDRAW: ChallengeEventKind.WITHDRAWN,
} as const;

/**
 * Decides a challenge: it ends. Gives its key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where somebody else decides at the stage, or the writer's agency is party: naming who does.
 * @throws {ConflictError} where it has ended, or its version has moved on.
 */
export const decideChallenge = (send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> =>
  end(send, writer, input, "DECIDE", (found) => {
    const { by, refused } = deciding(writer.actor, found);
    if (!by) throw new ForbiddenError(refused, FIELD);
    return by;
  });

/**
 * Says that a challenge is deadlocked at the last stage: it ends with nothing agreed. Gives its key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer is neither officer nor chair, or of the agency that is challenged.
 * @throws {ConflictError} where there is a stage above, it has ended, or its version has moved on.
 */
export const deadlockChallenge = (send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> =>
  end(send, writer, input, "DEADLOCK", (found) => {
    const by = overseeingAsNoParty(writer.actor, found);
    if (!by)
      throw new ForbiddenError(
        "An officer or the chair whose agency is not challenged says that it is deadlocked.",
        FIELD,
      );
    if (found.stageNumber < found.lastStage)
      throw new ConflictError(`There is a stage above stage ${found.stageNumber}: take it there first.`, FIELD);
    return by;
  });

/**
 * Takes a challenge back: it ends. Gives its key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer's side did not raise it.
 * @throws {ConflictError} where it has ended, or its version has moved on.
 */
export const withdrawChallenge = (send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> =>
  end(
    send,
    writer,
    input,
    "WITHDRAW",
    (found) => sideOf(writer, found, [ChallengeSide.RAISER], "Whoever raised it takes it back.").by,
  );

/** As what somebody says what was learned: officer, chair, or lead of either side. */
export const learningAs = (actor: Writer["actor"], sides: Sides): By | null =>
  overseeing(actor, sides.partnershipId) ??
  speakingFor(actor, sides, ChallengeSide.RAISER, LEADS) ??
  speakingFor(actor, sides, ChallengeSide.ANSWERER, LEADS);

/**
 * Records what was learned, once it has ended; said anew, it stands in the place of what was said before. Gives its key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer leads neither side and is neither officer nor chair.
 * @throws {ConflictError} where it has not ended, or its version has moved on.
 */
export async function recordLearning(send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> {
  const note = requiredText("text", input.text);
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const by = learningAs(writer.actor, found);
  if (!by) throw new ForbiddenError("Leads of the two sides, an officer or the chair say what was learned.", FIELD);
  await take(send, writer, found, {
    event: "LEARN",
    kind: ChallengeEventKind.LEARNED,
    by,
    note,
    set: { learning: note },
  });
  return found.challenge.id;
}
