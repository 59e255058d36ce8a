import { londonDay } from "../../platform/clock";
import type { Send } from "../audit/index";
import type { Role } from "../identity/index";
import { type AskedBy, type Asked, NotificationKind, notify } from "../notifications/index";
import type { StageInHand } from "./challenge-in-hand";
import { ChallengeSide } from "./challenge.entity";
import { mayMove, type Running, type WorkingHours } from "./deadline";

/** Kinds of notices about a challenge. */
export type ChallengeNotice = `${Extract<NotificationKind, `CHALLENGE_${string}`>}`;

/** What is told of a challenge: keys, days and instants alone, never words. */
export interface Notice {
  partnershipId: string;
  kind: ChallengeNotice;
  subjectId: string;
  /** Names the event: told twice of it is told once. */
  cause: string;
  /** The stage that it is at now, and its clocks. */
  stage: Pick<StageInHand, "number" | "acknowledge" | "limit">;
  clocks: Clocks;
  hours: WorkingHours;
  to: { agencyIds: string[]; roles: Role[] };
  by: string | null;
}

/** Whose turn it is in a challenge, and its clocks, as its columns have them. */
export interface Clocks extends Pick<Running, "respond_by" | "respond_day"> {
  waiting_on: ChallengeSide | null;
  acknowledge_by: Date | null;
}

/** A clock as people are told of it: what is asked for, until which instant or, where it is the end of a day, until which day. */
export const askedBy = (asked: Asked, at: Date, day: string, provisional: boolean): AskedBy => ({
  asked,
  provisional,
  ...(londonDay(at) === day ? { by: at.toISOString() } : { byDay: day }),
});

/** What the side whose turn it is has to do, where it does not acknowledge. */
export const askedOfSide = (side: ChallengeSide | null): Asked =>
  side === ChallengeSide.DECIDER ? "DECIDE" : "RESPOND";

/** The clocks that run, the earlier first. */
function running({ stage, clocks, hours: { calendar } }: Pick<Notice, "stage" | "clocks" | "hours">): AskedBy[] {
  const { waiting_on, acknowledge_by, respond_by, respond_day } = clocks;
  const found: { at: Date; asks: AskedBy }[] = [];
  if (acknowledge_by) {
    const day = londonDay(new Date(acknowledge_by.getTime() - 1));
    const provisional = mayMove(stage.acknowledge, day, calendar);
    found.push({ at: acknowledge_by, asks: askedBy("ACKNOWLEDGE", acknowledge_by, day, provisional) });
  }
  if (respond_by && respond_day !== null) {
    const provisional = mayMove(stage.limit, respond_day, calendar);
    found.push({ at: respond_by, asks: askedBy(askedOfSide(waiting_on), respond_by, respond_day, provisional) });
  }
  return found.sort((one, other) => one.at.getTime() - other.at.getTime()).map(({ asks }) => asks);
}

/** Has those whom it concerns told, in the change's own transaction: what happened, and what is asked for next until when. */
export async function notifyOf(send: Send, { kind, stage, clocks, hours, ...notice }: Notice, at: Date): Promise<void> {
  const [first, then] = running({ stage, clocks, hours });
  await notify(
    send,
    {
      ...notice,
      kind: NotificationKind[kind],
      subjectType: "Challenge",
      detail: { stage: stage.number, ...first, then },
    },
    at,
  );
}
