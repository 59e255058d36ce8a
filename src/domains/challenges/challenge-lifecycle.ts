import { ConflictError } from "../../platform/errors/index";

export enum ChallengeState {
  RAISED = "RAISED",
  ACKNOWLEDGED = "ACKNOWLEDGED",
  RESPONDED = "RESPONDED",
  RESOLUTION_PROPOSED = "RESOLUTION_PROPOSED",
  AGREED = "AGREED",
  DECIDED = "DECIDED",
  DEADLOCKED = "DEADLOCKED",
  WITHDRAWN = "WITHDRAWN",
}

/** States in which a challenge is still being answered. */
export const RUNNING: readonly ChallengeState[] = [
  ChallengeState.RAISED,
  ChallengeState.ACKNOWLEDGED,
  ChallengeState.RESPONDED,
  ChallengeState.RESOLUTION_PROPOSED,
];

export const CHALLENGE_EVENTS = [
  "ACKNOWLEDGE",
  "RESPOND",
  "PROPOSE",
  "AGREE",
  "DECLINE",
  "DECLINE_UNANSWERED",
  "ESCALATE",
  "EXPIRE",
  "RECOUNT",
  "DECIDE",
  "DEADLOCK",
  "WITHDRAW",
  "LEARN",
] as const;
export type ChallengeEventName = (typeof CHALLENGE_EVENTS)[number];

type Moves = Partial<Record<ChallengeEventName, ChallengeState>>;

const { RAISED, ACKNOWLEDGED, RESPONDED, RESOLUTION_PROPOSED, AGREED, DECIDED, DEADLOCKED, WITHDRAWN } = ChallengeState;

/** What can happen while it runs, whatever was said last. Each stage begins as if it were raised there. */
const running: Moves = {
  PROPOSE: RESOLUTION_PROPOSED,
  ESCALATE: RAISED,
  EXPIRE: RAISED,
  DECIDE: DECIDED,
  DEADLOCK: DEADLOCKED,
  WITHDRAW: WITHDRAWN,
};
/** What it came to is the end of it; what was learned may be said at any time after. */
const over = (state: ChallengeState): Moves => ({ LEARN: state });

const transitions: Readonly<Record<ChallengeState, Moves>> = {
  RAISED: { ...running, RECOUNT: RAISED, ACKNOWLEDGE: ACKNOWLEDGED, RESPOND: RESPONDED },
  ACKNOWLEDGED: { ...running, RECOUNT: ACKNOWLEDGED, RESPOND: RESPONDED },
  RESPONDED: { ...running, RECOUNT: RESPONDED, RESPOND: RESPONDED, AGREE: AGREED },
  // where nothing was answered at the stage, what was declined leaves nothing to agree to
  RESOLUTION_PROPOSED: {
    ...running,
    RECOUNT: RESOLUTION_PROPOSED,
    AGREE: AGREED,
    DECLINE: RESPONDED,
    DECLINE_UNANSWERED: ACKNOWLEDGED,
  },
  AGREED: over(AGREED),
  DECIDED: over(DECIDED),
  DEADLOCKED: over(DEADLOCKED),
  WITHDRAWN: over(WITHDRAWN),
};

const REFUSED: Partial<Record<ChallengeEventName, string>> = {
  ACKNOWLEDGE:
    "There is nothing to acknowledge any more: it was acknowledged or answered, or a resolution is proposed.",
  RESPOND: "A resolution is proposed: agree to it or decline it.",
  AGREE: "Nothing is there to be agreed to: it has not been answered.",
  DECLINE: "No resolution is proposed: there is nothing to decline.",
  DECLINE_UNANSWERED: "No resolution is proposed: there is nothing to decline.",
  LEARN: "It is not over: say what was learned once it is.",
};

/**
 * Where `event` takes a challenge that stands at `from`.
 *
 * @throws {ConflictError} where it leads nowhere.
 */
export function nextChallengeState(from: ChallengeState, event: ChallengeEventName): ChallengeState {
  const to = transitions[from][event];
  if (to) return to;
  const ended = !RUNNING.includes(from);
  throw new ConflictError(
    (ended ? undefined : REFUSED[event]) ??
      `The challenge has ended (${from}): nothing more happens to it but that learning is recorded.`,
    ["input", "challenge"],
  );
}

/** Whether `event` leads somewhere from there. */
export const canHappen = (from: ChallengeState, event: ChallengeEventName): boolean =>
  transitions[from][event] !== undefined;
