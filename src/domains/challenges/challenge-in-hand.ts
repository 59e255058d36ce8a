import type { DataSource } from "typeorm";
import { londonDay } from "../../platform/clock";
import { columnsOf } from "../../platform/database/rows";
import { ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import { record, recordAsOperator, type Send } from "../audit/index";
import { namedCalendar } from "../calendars/index";
import { Role } from "../identity/index";
import { added, change, requireVersion } from "../writing/index";
import { type ChallengeEventName, ChallengeState, nextChallengeState } from "./challenge-lifecycle";
import { ActedAs, Challenge, ChallengeEventKind, ChallengeSide } from "./challenge.entity";
import { LADDER_CALENDAR, SIDES, SIDES_OF, speaksFor } from "./challenges.sql";
import { clockFrom, type Running, type TimeLimitColumns, type WorkingHours } from "./deadline";
import type { DeciderKind } from "./ladder.entity";
import { type ChallengeNotice, type Clocks, notifyOf } from "./notices";
import { type By, decidersOf, type Sides } from "./standing";

/** A stage as a clock and a decider need it. */
export interface StageInHand {
  number: number;
  mayBeSkipped: boolean;
  decider: string;
  limit: TimeLimitColumns;
  acknowledge: TimeLimitColumns;
  deciderKind: DeciderKind;
  deciderRole: Role | null;
  /** The agency of its post, or that chairs its board; null where there is none. */
  deciderAgency: string | null;
  deciderSpeaksFor: readonly string[];
}

/** A challenge as what happens to it is decided on: its sides, its stages, and how its ladder counts days. */
export interface ChallengeInHand extends Sides {
  challenge: Challenge;
  stages: readonly StageInHand[];
  hours: WorkingHours;
}

/** Whoever writes: somebody by a request, or (no actor) the service itself as the operator. */
export type Hand = Pick<Writer, "now"> & Partial<Pick<Writer, "actor" | "requestId">>;

/** The stages of a ladder's version, in order. */
export const stagesOf = (send: Send, ladderVersionId: string): Promise<StageInHand[]> =>
  send<StageInHand>(
    `select s.number, s.may_be_skipped as "mayBeSkipped", s.decider, s.decider_kind as "deciderKind", s.decider_role as "deciderRole",
       ${SIDES.deciderAgency("s")} as "deciderAgency", ${speaksFor(SIDES.deciderAgency("s"))} as "deciderSpeaksFor",
       jsonb_build_object('unit', s.limit_unit, 'count', s.limit_count) as "limit",
       jsonb_build_object('unit', s.acknowledge_unit, 'count', s.acknowledge_count) as acknowledge
     from ladder_stage s where s.ladder_version_id = $1 order by s.number`,
    [ladderVersionId],
  );

async function read(send: Send, source: DataSource, id: string): Promise<ChallengeInHand> {
  const [challenge] = await send<Challenge>(
    `select ${columnsOf(source, Challenge, "c")} from challenge c where c.id = $1`,
    [id],
  );
  if (!challenge) throw new NotFoundError();
  const [sides] = await send<Sides & { calendar: string; cutOff: string | null }>(
    `select ${SIDES_OF.columns}, ${LADDER_CALENDAR} as calendar, v.cut_off as "cutOff"
     from ${SIDES_OF.rows} join ladder_version v on v.id = c.ladder_version_id join ladder l on l.id = v.ladder_id where c.id = $1`,
    [id],
  );
  if (!sides) throw new NotFoundError();
  const { calendar, cutOff } = sides;
  const stages = await stagesOf(send, challenge.ladderVersionId);
  return { ...sides, challenge, stages, hours: { calendar: await namedCalendar(send, calendar), cutOff } };
}

/**
 * The challenge of that global id, held until the transaction ends. Where a clock has run out that nobody has noticed yet, it
 * is where the clock has it: what is said now is said at that stage.
 *
 * @throws {NotFoundError} where there is none that the caller may see.
 * @throws {ForbiddenError} where the caller sees it and takes no part.
 * @throws {ConflictError} where its version has moved on.
 */
export async function challengeInHand(
  send: Send,
  writer: Writer,
  id: string,
  expected: number | null | undefined,
): Promise<ChallengeInHand> {
  const key = keyOf("Challenge", id);
  if (key === null) throw new NotFoundError();
  const held = await send("select 1 from challenge c where c.id = $1 for update", [key]);
  let found = await read(send, writer.source, key);
  if (held.length === 0) throw new ForbiddenError("You take no part in this challenge.", ["input", "challenge"]);
  requireVersion(found.challenge, expected);
  while (hasRunOut(found, writer.now)) {
    await expire(send, writer, found);
    found = await read(send, writer.source, key);
  }
  return found;
}

/** The challenge of that key, if its clock has run out and nobody else is about to say so. */
export const runOutInHand = (send: Send, source: DataSource, id: string, now: Date): Promise<ChallengeInHand | null> =>
  held(send, source, id, "c.respond_by <= $2", [now]);

/** The challenge of that key, if it runs and nobody else has it in hand. */
export const runningInHand = (send: Send, source: DataSource, id: string): Promise<ChallengeInHand | null> =>
  held(send, source, id, "c.ended_at is null", []);

/** The challenge of that key, if its clock is provisional and nobody else is about to count it again. */
export const provisionalInHand = (send: Send, source: DataSource, id: string): Promise<ChallengeInHand | null> =>
  held(send, source, id, "c.provisional", []);

async function held(send: Send, source: DataSource, id: string, where: string, values: unknown[]) {
  const found = await send(`select 1 from challenge c where c.id = $1 and ${where} for update skip locked`, [
    id,
    ...values,
  ]);
  return found.length === 0 ? null : read(send, source, id);
}

const hasRunOut = ({ challenge: { respondBy } }: ChallengeInHand, now: Date) => respondBy !== null && respondBy <= now;

/**
 * When the next stage begins where a clock has run out: at that very moment if it is noticed on the same London day, however
 * late in it; else when it is noticed, since until then nobody could know that it was theirs.
 */
const beginsAfter = (ranOut: Date, now: Date): Date => (londonDay(ranOut) === londonDay(now) ? ranOut : now);

/** The clock has run out: the next stage begins, or, at the last one, it is deadlocked. */
export function expire(send: Send, hand: Hand, inHand: ChallengeInHand): Promise<void> {
  const by: By = { as: ActedAs.CLOCK, agencyId: null };
  if (inHand.stageNumber === inHand.lastStage)
    return take(send, hand, inHand, { event: "DEADLOCK", kind: ChallengeEventKind.DEADLOCKED, by, ...ended(hand) });
  return toStage(send, hand, inHand, inHand.stageNumber + 1, {
    event: "EXPIRE",
    kind: ChallengeEventKind.EXPIRED,
    by,
    from: beginsAfter(inHand.challenge.respondBy ?? hand.now, hand.now),
  });
}

/** What is set where a challenge ends. */
export const ended = ({ now }: Hand, outcome: string | null = null) => ({
  set: {
    outcome,
    ended_at: now,
    waiting_on: null,
    acknowledge_by: null,
    respond_by: null,
    respond_day: null,
    provisional: false,
  },
});

/** What is set where a stage begins at `from`: the agency that is challenged has the stage's limit. */
export function entered(stage: StageInHand, from: Date, hours: WorkingHours) {
  const acknowledge = clockFrom(stage.acknowledge, from, hours);
  const respond = clockFrom(stage.limit, from, hours);
  return {
    stage_number: stage.number,
    stage_from: from,
    waiting_on: ChallengeSide.ANSWERER,
    acknowledge_by: acknowledge.respond_by,
    ...respond,
    provisional: respond.provisional || acknowledge.provisional,
  };
}

/**
 * Counts the clock again that runs, from where it began, by the calendar as it stands now: what was provisional is settled
 * once its holidays are published. Where a day moves, that is said in its history, in the trail and to whom it concerns; where
 * none does, it is no longer said to be provisional. Gives whether anything has changed.
 */
export async function recount(send: Send, hand: Hand, inHand: ChallengeInHand): Promise<boolean> {
  const { challenge, stages, hours } = inHand;
  const stage = stages.find(({ number }) => number === challenge.stageNumber);
  if (!stage) throw new Error(`the ladder has no stage ${challenge.stageNumber}`);
  const from = await clockBegan(send, challenge);
  const respond = clockFrom(stage.limit, from, hours);
  const acknowledge = clockFrom(stage.acknowledge, challenge.stageFrom, hours);
  const waitsFor = challenge.acknowledgeBy !== null;
  const set = {
    ...respond,
    acknowledge_by: waitsFor ? acknowledge.respond_by : null,
    provisional: respond.provisional || (waitsFor && acknowledge.provisional),
  };
  const moved =
    set.respond_by?.getTime() !== challenge.respondBy?.getTime() ||
    set.acknowledge_by?.getTime() !== challenge.acknowledgeBy?.getTime();
  if (moved) {
    const by: By = { as: ActedAs.CLOCK, agencyId: null };
    await take(send, hand, inHand, { event: "RECOUNT", kind: ChallengeEventKind.RECOUNTED, by, set });
    return true;
  }
  if (set.provisional) return false;
  await change(send, "challenge", challenge, { provisional: false });
  await recordAsOperator(send, {
    kind: "challenge.settled",
    partnershipId: challenge.partnershipId,
    subjectType: "Challenge",
    subjectId: challenge.id,
    detail: { stage: challenge.stageNumber, respondDay: challenge.respondDay },
  });
  return true;
}

/**
 * Lets the agency take part that has come to decide the stage at which a challenge is, as where a board has another chair or
 * a post has moved since. Gives whether there was one.
 */
export async function admitDecider(send: Send, _hand: Hand, inHand: ChallengeInHand): Promise<boolean> {
  const { challenge, deciderAgency, stageNumber } = inHand;
  const { id, partnershipId, decidingAgencyIds } = challenge;
  if (deciderAgency === null || decidingAgencyIds.includes(deciderAgency)) return false;
  await change(send, "challenge", challenge, { deciding_agency_ids: [...decidingAgencyIds, deciderAgency] });
  await recordAsOperator(send, {
    kind: "challenge.decider",
    partnershipId,
    subjectType: "Challenge",
    subjectId: id,
    detail: { stage: stageNumber, agency: deciderAgency },
  });
  return true;
}

/** When the clock that runs began: with the stage, or with the last turn at it that had the limit anew (`passed`). */
async function clockBegan(send: Send, { id, stageNumber, stageFrom }: Challenge): Promise<Date> {
  const turns = await send<{ at: Date }>(
    "select min(e.at) as at from challenge_event e where e.challenge_id = $1 and e.stage_number = $2 and e.kind in ('RESPONDED', 'PROPOSED') group by e.kind",
    [id, stageNumber],
  );
  return new Date(Math.max(stageFrom.getTime(), ...turns.map(({ at }) => at.getTime())));
}

function stageAt({ stages }: ChallengeInHand, number: number): StageInHand {
  const stage = stages.find((one) => one.number === number);
  if (!stage) throw new Error(`the ladder has no stage ${number}`);
  return stage;
}

/** Takes it to a stage. */
export function toStage(
  send: Send,
  hand: Hand,
  inHand: ChallengeInHand,
  number: number,
  { from = hand.now, set, ...step }: Omit<Step, "to"> & { from?: Date },
): Promise<void> {
  const stage = stageAt(inHand, number);
  const { decidingAgencyIds } = inHand.challenge;
  const { deciderAgency } = stage;
  return take(send, hand, inHand, {
    ...step,
    to: number,
    set: {
      ...set,
      ...entered(stage, from, inHand.hours),
      proposed_by: null,
      ...(deciderAgency !== null && { deciding_agency_ids: [...new Set([...decidingAgencyIds, deciderAgency])] }),
    },
  });
}

/** Passes the turn to the other side; the first time at a stage that this happens, with the stage's limit anew. */
export async function passed(
  send: Send,
  { now }: Hand,
  { challenge, stages, hours }: ChallengeInHand,
  kind: ChallengeEventKind,
  to: ChallengeSide,
): Promise<Record<string, unknown>> {
  const before = await send(
    "select 1 from challenge_event e where e.challenge_id = $1 and e.stage_number = $2 and e.kind = $3 limit 1",
    [challenge.id, challenge.stageNumber, kind],
  );
  const stage = stages.find(({ number }) => number === challenge.stageNumber);
  const clock: Partial<Running> = before.length === 0 && stage ? clockFrom(stage.limit, now, hours) : {};
  return { waiting_on: to, acknowledge_by: null, ...clock };
}

/** One thing that happens to a challenge. */
export interface Step {
  event: ChallengeEventName;
  kind: ChallengeEventKind;
  by: By;
  note?: string | null;
  /** The stage that it leads to, where it leads to another. */
  to?: number;
  set?: Readonly<Record<string, unknown>>;
}

/** States in which it is still known whose proposal it is. */
const WITH_PROPOSAL: readonly ChallengeState[] = [ChallengeState.RESOLUTION_PROPOSED, ChallengeState.AGREED];

/**
 * Does one thing: decides what it comes to, writes the event, changes the challenge, and tells the trail and whom it concerns.
 *
 * @throws {ConflictError} where it cannot happen as things stand.
 */
export async function take(
  send: Send,
  hand: Hand,
  inHand: ChallengeInHand,
  { event, kind, by, note = null, to, set = {} }: Step,
): Promise<void> {
  const { challenge } = inHand;
  const state = nextChallengeState(challenge.state, event);
  const after = {
    state,
    ...(state !== challenge.state && !WITH_PROPOSAL.includes(state) && { proposed_by: null }),
    ...set,
  };
  const clocks: Clocks = {
    waiting_on: challenge.waitingOn,
    acknowledge_by: challenge.acknowledgeBy,
    respond_by: challenge.respondBy,
    respond_day: challenge.respondDay,
    ...(set as Partial<Clocks>),
  };
  // whoever writes holds the challenge: nobody numbers beside them
  const [last] = await send<{ number: number }>(
    "select coalesce(max(e.number), 0) as number from challenge_event e where e.challenge_id = $1",
    [challenge.id],
  );
  const number = (last?.number ?? 0) + 1;
  await tell(send, hand, challenge, {
    number,
    kind,
    by,
    note,
    stage: challenge.stageNumber,
    to: to ?? null,
    respond_by: clocks.respond_by,
    respond_day: clocks.respond_day,
    from: challenge.state,
    state,
  });
  await change(send, "challenge", challenge, after);
  const notice = NOTICES[kind];
  if (notice === null) return;
  await notifyOf(
    send,
    {
      partnershipId: challenge.partnershipId,
      kind: notice,
      subjectId: challenge.id,
      cause: `Challenge ${challenge.id} ${number}`,
      stage: stageAt(inHand, to ?? challenge.stageNumber),
      clocks,
      hours: inHand.hours,
      to: {
        agencyIds: [
          ...new Set([
            ...inHand.raiser,
            ...inHand.answerer,
            ...inHand.involved,
            ...inHand.deciding,
            ...((after as { deciding_agency_ids?: string[] }).deciding_agency_ids ?? []),
          ]),
        ],
        roles: rolesTold(inHand, inHand.stages, to ?? challenge.stageNumber),
      },
      by: doneBy(hand, by),
    },
    hand.now,
  );
}

/** Officers hear of everything; the chair of what is the chair's to decide at the stage. */
export function rolesTold(sides: Sides, stages: readonly StageInHand[], number: number): Role[] {
  const stage = stages.find((one) => one.number === number);
  const chair = stage && decidersOf({ ...sides, ...stage, stageNumber: number })?.chair;
  return chair ? [Role.PARTNERSHIP_OFFICER, Role.PARTNERSHIP_CHAIR] : [Role.PARTNERSHIP_OFFICER];
}

/** What people are told of by each kind of event; of what was learned, which asks nothing of anybody, they are not. */
const NOTICES: Readonly<Record<ChallengeEventKind, ChallengeNotice | null>> = {
  RAISED: "CHALLENGE_RAISED",
  ACKNOWLEDGED: "CHALLENGE_ACKNOWLEDGED",
  RESPONDED: "CHALLENGE_ANSWERED",
  PROPOSED: "CHALLENGE_ANSWERED",
  DECLINED: "CHALLENGE_ANSWERED",
  ESCALATED: "CHALLENGE_ESCALATED",
  EXPIRED: "CHALLENGE_ESCALATED",
  RECOUNTED: "CHALLENGE_MOVED",
  AGREED: "CHALLENGE_ENDED",
  DECIDED: "CHALLENGE_ENDED",
  DEADLOCKED: "CHALLENGE_ENDED",
  WITHDRAWN: "CHALLENGE_ENDED",
  LEARNED: null,
};

/** What is told of an event, in the challenge's own history and in the trail. */
export interface Told {
  /** Its place among the challenge's events. */
  number: number;
  kind: ChallengeEventKind;
  by: By;
  note: string | null;
  stage: number;
  to: number | null;
  respond_by: Date | null;
  respond_day: string | null;
  from: string | null;
  state: string;
}

/** The person whose doing it is; null for the clock's, though a person's request be the first to notice it, and for a rule's. */
export const doneBy = ({ actor }: Hand, { as }: By): string | null =>
  as === ActedAs.CLOCK || as === ActedAs.RULE ? null : (actor?.person ?? null);

/** Writes an event and its entry in the trail, which holds no words. */
export async function tell(
  send: Send,
  hand: Hand,
  { id, partnershipId }: Pick<Challenge, "id" | "partnershipId">,
  { number, kind, by, note, stage, to, respond_by, respond_day, from, state }: Told,
): Promise<void> {
  const person = doneBy(hand, by);
  await added(send, "challenge_event", {
    partnership_id: partnershipId,
    challenge_id: id,
    number,
    kind,
    at: hand.now,
    stage_number: stage,
    to_stage: to,
    acted_as: by.as,
    agency_id: by.agencyId,
    person_id: person,
    note,
    respond_by,
    respond_day,
  });
  const happened = {
    kind: `challenge.${kind.toLowerCase()}`,
    partnershipId,
    subjectId: id,
    detail: { event: number, as: by.as, agency: by.agencyId, from, to: state, stage, toStage: to },
  };
  const { actor, requestId } = hand;
  if (person !== null && actor && requestId !== undefined)
    await record(send, { actor, requestId, now: hand.now }, happened);
  else await recordAsOperator(send, happened);
}
