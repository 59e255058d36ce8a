import { ConflictError } from "../../platform/errors/index";
import { UpdateState } from "./reporting.entity";

/** What happens to a progress update: its agency submits it, the business unit accepts it or returns it with a reason. */
export const UPDATE_EVENTS = ["SUBMIT", "ACCEPT", "RETURN"] as const;
export type UpdateEvent = (typeof UPDATE_EVENTS)[number];

const { DRAFT, SUBMITTED, RETURNED, ACCEPTED } = UpdateState;

/** A correction moves nothing: it is a new version, which begins as a draft, and the earlier stays as it was. */
const transitions: Record<UpdateState, Partial<Record<UpdateEvent, UpdateState>>> = {
  DRAFT: { SUBMIT: SUBMITTED },
  SUBMITTED: { ACCEPT: ACCEPTED, RETURN: RETURNED },
  RETURNED: {},
  ACCEPTED: {},
};

const DONE: Record<UpdateEvent, string> = { SUBMIT: "submitted", ACCEPT: "accepted", RETURN: "returned" };

/**
 * Where `event` takes an update that stands at `from`.
 *
 * @throws {ConflictError} where nothing of the kind can follow; it tells the version that was asked about.
 */
export function nextState(from: UpdateState, event: UpdateEvent, version?: number): UpdateState {
  const to = transitions[from][event];
  if (!to)
    throw new ConflictError(
      `An update that is ${from === DRAFT ? "a draft" : from.toLowerCase()} cannot be ${DONE[event]}. Read it again.`,
      ["input", "progressUpdate"],
      version,
    );
  return to;
}
