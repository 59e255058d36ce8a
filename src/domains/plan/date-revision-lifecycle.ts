import { ConflictError } from "../../platform/errors/index";

/** Where a revision of a by-when stands. */
export enum DateRevisionState {
  REQUESTED = "REQUESTED",
  APPROVED = "APPROVED",
  REFUSED = "REFUSED",
  WITHDRAWN = "WITHDRAWN",
  IMPORTED = "IMPORTED",
}

export const DATE_REVISION_EVENTS = ["APPROVE", "REFUSE", "WITHDRAW"] as const;
export type DateRevisionEvent = (typeof DATE_REVISION_EVENTS)[number];

/** A request is decided once. What was decided, or came with a file, stays; the date is moved again by another revision. */
const transitions: Readonly<Record<DateRevisionState, Partial<Record<DateRevisionEvent, DateRevisionState>>>> = {
  REQUESTED: {
    APPROVE: DateRevisionState.APPROVED,
    REFUSE: DateRevisionState.REFUSED,
    WITHDRAW: DateRevisionState.WITHDRAWN,
  },
  APPROVED: {},
  REFUSED: {},
  WITHDRAWN: {},
  IMPORTED: {},
};

/**
 * Where `event` takes a revision that stands at `from`.
 *
 * @throws {ConflictError} where it was decided before.
 */
export function nextRevisionState(from: DateRevisionState, event: DateRevisionEvent): DateRevisionState {
  const to = transitions[from][event];
  if (!to)
    throw new ConflictError(`This was ${from.toLowerCase()} already. Read it again; a new one may be made.`, [
      "input",
      "dateRevision",
    ]);
  return to;
}
