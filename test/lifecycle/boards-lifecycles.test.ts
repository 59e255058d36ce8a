import { MeetingState, nextMeetingState } from "../../src/domains/boards/meeting-lifecycle";
import { nextTrackedItemStatus, TrackedItemStatus } from "../../src/domains/boards/tracked-item-lifecycle";

/** Every pair of a state and an event; what is not named here leads nowhere. */
const MEETING: Record<string, string> = { "PLANNED HOLD": "HELD", "PLANNED CANCEL": "CANCELLED" };
const TRACKED: Record<string, string> = {
  "OPEN RESPOND": "ANSWERED",
  "OPEN CLOSE": "CLOSED",
  "ANSWERED RESPOND": "ANSWERED",
  "ANSWERED CLOSE": "CLOSED",
  "CLOSED REOPEN": "OPEN",
};

const pairs = <S, E>(states: S[], events: E[]): [S, E][] =>
  states.flatMap((state) => events.map((event): [S, E] => [state, event]));
const outcome = (work: () => string) => {
  try {
    return work();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test.each(pairs(Object.values(MeetingState), ["HOLD", "CANCEL"] as const))("a meeting %s: %s", (from, event) => {
  expect(outcome(() => nextMeetingState(from, event))).toBe(MEETING[`${from} ${event}`] ?? "CONFLICT");
});

test.each(pairs(Object.values(TrackedItemStatus), ["RESPOND", "CLOSE", "REOPEN"] as const))(
  "a tracked item %s: %s",
  (from, event) => {
    expect(outcome(() => nextTrackedItemStatus(from, event))).toBe(TRACKED[`${from} ${event}`] ?? "CONFLICT");
  },
);
