import { nextState, UPDATE_EVENTS, UpdateState } from "../../src/domains/reporting/index";
import { ConflictError } from "../../src/platform/errors/index";

/** Every pair that leads somewhere; whatever is not here is refused. */
const LEADS: Record<string, UpdateState> = {
  "DRAFT SUBMIT": UpdateState.SUBMITTED,
  "SUBMITTED ACCEPT": UpdateState.ACCEPTED,
  "SUBMITTED RETURN": UpdateState.RETURNED,
};

const pairs = Object.values(UpdateState).flatMap((from) => UPDATE_EVENTS.map((event) => ({ from, event })));

test.each(pairs)("$from, $event", ({ from, event }) => {
  const to = LEADS[`${from} ${event}`];
  if (to) expect(nextState(from, event)).toBe(to);
  else expect(() => nextState(from, event)).toThrow(ConflictError);
});

test("every pair was walked, and every one that leads somewhere is among them", () => {
  expect(pairs).toHaveLength(4 * 3);
  const walked = pairs.map(({ from, event }) => `${from} ${event}`);
  expect(Object.keys(LEADS).filter((pair) => !walked.includes(pair))).toEqual([]);
});
