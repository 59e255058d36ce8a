import { CHALLENGE_EVENTS, ChallengeState, nextChallengeState } from "../../src/domains/challenges/challenge-lifecycle";

const RUNNING = ["RAISED", "ACKNOWLEDGED", "RESPONDED", "RESOLUTION_PROPOSED"];
const ENDED = ["AGREED", "DECIDED", "DEADLOCKED", "WITHDRAWN"];

/** Every pair of a state and an event; what is not named here leads nowhere. */
const LEADS: Record<string, string> = {
  "RAISED ACKNOWLEDGE": "ACKNOWLEDGED",
  "RAISED RESPOND": "RESPONDED",
  "ACKNOWLEDGED RESPOND": "RESPONDED",
  "RESPONDED RESPOND": "RESPONDED",
  "RESPONDED AGREE": "AGREED",
  "RESOLUTION_PROPOSED AGREE": "AGREED",
  "RESOLUTION_PROPOSED DECLINE": "RESPONDED",
  "RESOLUTION_PROPOSED DECLINE_UNANSWERED": "ACKNOWLEDGED",
  ...Object.fromEntries(
    RUNNING.flatMap((state) => [
      [`${state} PROPOSE`, "RESOLUTION_PROPOSED"],
      // each stage begins as if it were raised there
      [`${state} ESCALATE`, "RAISED"],
      [`${state} EXPIRE`, "RAISED"],
      // another day by which it is to be answered, and nothing else
      [`${state} RECOUNT`, state],
      [`${state} DECIDE`, "DECIDED"],
      [`${state} DEADLOCK`, "DEADLOCKED"],
      [`${state} WITHDRAW`, "WITHDRAWN"],
    ]),
  ),
  // of what has ended something is learned, and nothing else happens to it
  ...Object.fromEntries(ENDED.map((state) => [`${state} LEARN`, state])),
};

const pairs = Object.values(ChallengeState).flatMap((state) =>
  CHALLENGE_EVENTS.map((event) => [state, event] as const),
);

test("every state runs or has ended", () => {
  expect(Object.values(ChallengeState)).toEqual([...RUNNING, ...ENDED]);
});

test.each(pairs)("a challenge %s: %s", (from, event) => {
  const outcome = () => {
    try {
      return nextChallengeState(from, event);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(outcome()).toBe(LEADS[`${from} ${event}`] ?? "CONFLICT");
});
