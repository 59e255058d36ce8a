import { ACTION_EVENTS, ActionStatus, canFollow, nextStatus } from "../../src/domains/plan/index";
import { ConflictError } from "../../src/platform/errors/index";

const STATUSES = [null, ...Object.values(ActionStatus)];

/** Every pair that leads somewhere; whatever is not here is refused. */
const LEADS: Record<string, ActionStatus> = {
  "null COMPLETE": ActionStatus.COMPLETED,
  "null SIGN_OFF": ActionStatus.SIGNED_OFF,
  "null SUPERSEDE": ActionStatus.SUPERSEDED,
  "NOT_STARTED START": ActionStatus.IN_PROGRESS,
  "NOT_STARTED COMPLETE": ActionStatus.COMPLETED,
  "NOT_STARTED SUPERSEDE": ActionStatus.SUPERSEDED,
  "IN_PROGRESS COMPLETE": ActionStatus.COMPLETED,
  "IN_PROGRESS SUPERSEDE": ActionStatus.SUPERSEDED,
  "COMPLETED REOPEN": ActionStatus.IN_PROGRESS,
  "COMPLETED SIGN_OFF": ActionStatus.SIGNED_OFF,
  "COMPLETED SUPERSEDE": ActionStatus.SUPERSEDED,
  "SIGNED_OFF REVERT_SIGN_OFF": ActionStatus.COMPLETED,
};

const pairs = STATUSES.flatMap((from) => ACTION_EVENTS.map((event) => ({ from, event })));

test.each(pairs)("$from, $event", ({ from, event }) => {
  const to = LEADS[`${String(from)} ${event}`];
  expect(canFollow(from, event)).toBe(to !== undefined);
  if (to) expect(nextStatus(from, event)).toBe(to);
  else expect(() => nextStatus(from, event)).toThrow(ConflictError);
});

test("every pair was walked, and every one that leads somewhere is among them", () => {
  expect(pairs).toHaveLength(6 * 6);
  const walked = pairs.map(({ from, event }) => `${String(from)} ${event}`);
  expect(Object.keys(LEADS).filter((pair) => !walked.includes(pair))).toEqual([]);
});
