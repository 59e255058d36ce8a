import { DATE_REVISION_EVENTS, DateRevisionState, nextRevisionState } from "../../src/domains/plan/index";
import { ConflictError } from "../../src/platform/errors/index";

const REACHED: Readonly<Record<string, DateRevisionState>> = {
  "REQUESTED APPROVE": DateRevisionState.APPROVED,
  "REQUESTED REFUSE": DateRevisionState.REFUSED,
  "REQUESTED WITHDRAW": DateRevisionState.WITHDRAWN,
};

const pairs = Object.values(DateRevisionState).flatMap((from) =>
  DATE_REVISION_EVENTS.map((event) => [from, event] as const),
);

test.each(pairs)("%s, %s", (from, event) => {
  const to = REACHED[`${from} ${event}`];
  if (to) expect(nextRevisionState(from, event)).toBe(to);
  else expect(() => nextRevisionState(from, event)).toThrow(ConflictError);
});

test("every pair was walked", () => {
  expect(pairs).toHaveLength(15);
});
