import { ForbiddenError } from "../../platform/errors/index";
import type { Writer } from "../access/index";
import { record, type Send } from "../audit/index";
import { requiredText } from "../plan/index";
import { added } from "../writing/index";
import { type ChallengeInHand, challengeInHand, ended, passed, take } from "./challenge-in-hand";
import { ChallengeState } from "./challenge-lifecycle";
import { ChallengeEventKind, ChallengeSide } from "./challenge.entity";
import type { ChallengeInput, ChallengeTextInput } from "./challenge.inputs";
import { DeciderKind } from "./ladder.entity";
import { type By, LEADS, type Sides, speakingFor, takingPart, WRITERS } from "./standing";

const { ANSWERER, DECIDER, RAISER } = ChallengeSide;
type Side = ChallengeSide.RAISER | ChallengeSide.ANSWERER;

const FIELD = ["input", "challenge"];

/** As what the writer answers; refused to everybody but the agency that is challenged. */
function answering({ actor }: Writer, inHand: Sides, roles: typeof WRITERS = WRITERS): By {
  const by = speakingFor(actor, inHand, ANSWERER, roles);
  if (!by)
    throw new ForbiddenError("Only the agency that is challenged, or whoever took over from it, answers.", FIELD);
  return by;
}

/** The side that the writer speaks for, of those allowed, and as what: of both, the one whose turn it is. */
export function sideOf({ actor }: Writer, inHand: ChallengeInHand, allowed: readonly Side[], why: string) {
  const found = allowed.flatMap((side) => {
    const by = speakingFor(actor, inHand, side, LEADS);
    return by ? [{ side, by }] : [];
  });
  const { waitingOn } = inHand.challenge;
  const one = found.find(({ side }) => side === waitingOn) ?? found[0];
  if (!one) throw new ForbiddenError(why, FIELD);
  return one;
}

const other = (side: Side): Side => (side === RAISER ? ANSWERER : RAISER);

/** Whose turn it is once it was answered: the stage's decider, where it has one, else whoever raised it. */
const afterAnswer = ({ deciderKind }: Sides) => (deciderKind === DeciderKind.PARTIES ? RAISER : DECIDER);

/**
 * Says that the agency that is challenged has it. Gives the challenge's key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer's agency is not the one that is challenged.
 * @throws {ConflictError} where it was acknowledged or answered, has ended, or its version has moved on.
 */
export async function acknowledgeChallenge(send: Send, writer: Writer, input: ChallengeInput): Promise<string> {
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const by = answering(writer, found);
  await take(send, writer, found, {
    event: "ACKNOWLEDGE",
    kind: ChallengeEventKind.ACKNOWLEDGED,
    by,
    set: { acknowledge_by: null },
  });
  return found.challenge.id;
}

/** Answers a challenge; the same errors as `acknowledgeChallenge`. */
export async function respondToChallenge(send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> {
  const note = requiredText("text", input.text);
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const by = answering(writer, found);
  const kind = ChallengeEventKind.RESPONDED;
  const set = await passed(send, writer, found, kind, afterAnswer(found));
  await take(send, writer, found, { event: "RESPOND", kind, by, note, set });
  return found.challenge.id;
}

/**
 * Proposes a resolution to the other side. Gives the challenge's key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer binds neither side.
 * @throws {ConflictError} where it has ended, or its version has moved on.
 */
export async function proposeResolution(send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> {
  const note = requiredText("text", input.text);
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const { side, by } = sideOf(writer, found, [RAISER, ANSWERER], "Only leads of the two sides propose a resolution.");
  const kind = ChallengeEventKind.PROPOSED;
  const set = await passed(send, writer, found, kind, other(side));
  await take(send, writer, found, { event: "PROPOSE", kind, by, note, set: { ...set, proposed_by: side } });
  return found.challenge.id;
}

/** The side that has to say whether it agrees: the one that did not propose; without a proposal, whoever raised it. */
function agreeing(writer: Writer, found: ChallengeInHand) {
  const { proposedBy } = found.challenge;
  return sideOf(
    writer,
    found,
    [proposedBy === null ? RAISER : other(proposedBy)],
    proposedBy === null
      ? "Whoever raised it says whether the answer will do."
      : "The side that did not propose it says whether it agrees.",
  );
}

/**
 * Agrees to the proposed resolution or, where none is proposed, to the answer: the challenge ends. Gives its key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where it is not the writer's side that agrees.
 * @throws {ConflictError} where there is nothing to agree to, it has ended, or its version has moved on.
 */
export async function agreeResolution(send: Send, writer: Writer, input: ChallengeInput): Promise<string> {
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const { by } = agreeing(writer, found);
  const { id, state } = found.challenge;
  const { PROPOSED, RESPONDED } = ChallengeEventKind;
  const said = await saidLast(send, found, state === ChallengeState.RESOLUTION_PROPOSED ? PROPOSED : RESPONDED);
  await take(send, writer, found, {
    event: "AGREE",
    kind: ChallengeEventKind.AGREED,
    by,
    ...ended(writer, said?.note ?? null),
  });
  return id;
}

/** What was last said of a kind at the stage; null where nothing was. */
async function saidLast(send: Send, { challenge: { id, stageNumber } }: ChallengeInHand, kind: ChallengeEventKind) {
  const [said] = await send<{ note: string | null }>(
    "select e.note from challenge_event e where e.challenge_id = $1 and e.stage_number = $2 and e.kind = $3 order by e.number desc limit 1",
    [id, stageNumber, kind],
  );
  return said ?? null;
}

/** Declines the proposed resolution, and says why: the clock runs on. The same errors as `agreeResolution`. */
export async function declineResolution(send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> {
  const note = requiredText("text", input.text);
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const { by } = agreeing(writer, found);
  const waiting_on = found.deciderKind === DeciderKind.PARTIES ? (found.challenge.proposedBy ?? RAISER) : DECIDER;
  const answered = (await saidLast(send, found, ChallengeEventKind.RESPONDED)) !== null;
  await take(send, writer, found, {
    event: answered ? "DECLINE" : "DECLINE_UNANSWERED",
    kind: ChallengeEventKind.DECLINED,
    by,
    note,
    set: { waiting_on },
  });
  return found.challenge.id;
}

/**
 * Keeps a note of a party's own, which nobody but that agency reads. Gives the challenge's key.
 *
 * @throws {NotFoundError} where there is no such challenge for the writer.
 * @throws {ForbiddenError} where the writer writes for no agency that takes part.
 */
export async function noteOnChallenge(send: Send, writer: Writer, input: ChallengeTextInput): Promise<string> {
  const text = requiredText("text", input.text);
  const found = await challengeInHand(send, writer, input.challenge, input.expectedVersion);
  const by = takingPart(writer.actor, found);
  if (by?.agencyId == null) throw new ForbiddenError("Only an agency that takes part keeps notes on it.", FIELD);
  const { id, partnershipId } = found.challenge;
  await added(send, "challenge_note", {
    partnership_id: partnershipId,
    challenge_id: id,
    agency_id: by.agencyId,
    text,
    person_id: writer.actor.person,
    at: writer.now,
  });
  await record(send, writer, {
    kind: "challenge.noted",
    partnershipId,
    onlyFor: by.agencyId,
    subjectType: "Challenge",
    subjectId: id,
  });
  return id;
}
