import { ConflictError } from "../../platform/errors/index";
import { ActionStatus } from "./action.entity";

/**
 * What happens to an action in its life. START: the first report of it is accepted. COMPLETE and REOPEN: the lead agency,
 * or an officer, says that it is done, or not done after all. SIGN_OFF and REVERT_SIGN_OFF: a board decides. SUPERSEDE: it
 * is merged into another action or carried into another plan.
 */
export const ACTION_EVENTS = ["START", "COMPLETE", "REOPEN", "SIGN_OFF", "REVERT_SIGN_OFF", "SUPERSEDE"] as const;
export type ActionEvent = (typeof ACTION_EVENTS)[number];

/** A status, or that the source's record of it was lost: nothing known is invented for it. */
type Standing = ActionStatus | "UNKNOWN";

const { IN_PROGRESS, COMPLETED, SIGNED_OFF, SUPERSEDED } = ActionStatus;

const transitions: Record<Standing, Partial<Record<ActionEvent, ActionStatus>>> = {
  // a report shows that somebody works on it, not that it was never completed
  UNKNOWN: { COMPLETE: COMPLETED, SIGN_OFF: SIGNED_OFF, SUPERSEDE: SUPERSEDED },
  NOT_STARTED: { START: IN_PROGRESS, COMPLETE: COMPLETED, SUPERSEDE: SUPERSEDED },
  IN_PROGRESS: { COMPLETE: COMPLETED, SUPERSEDE: SUPERSEDED },
  COMPLETED: { REOPEN: IN_PROGRESS, SIGN_OFF: SIGNED_OFF, SUPERSEDE: SUPERSEDED },
  SIGNED_OFF: { REVERT_SIGN_OFF: COMPLETED },
  SUPERSEDED: {},
};

/** Whether an action that stands at `from` (null: not known) has a place to go at `event`. */
export const canFollow = (from: ActionStatus | null, event: ActionEvent): boolean =>
  transitions[from ?? "UNKNOWN"][event] !== undefined;

const IN_WORDS: Record<Standing, string> = {
  UNKNOWN: "of a status that is not known",
  NOT_STARTED: "not started",
  IN_PROGRESS: "in progress",
  COMPLETED: "completed",
  SIGNED_OFF: "signed off",
  SUPERSEDED: "superseded",
};

const DONE: Record<ActionEvent, string> = {
  START: "started",
  COMPLETE: "completed",
  REOPEN: "reopened",
  SIGN_OFF: "signed off",
  REVERT_SIGN_OFF: "taken back from sign-off",
  SUPERSEDE: "superseded",
};

/**
 * Where `event` takes an action that stands at `from`; null where the source's record of its status was lost.
 *
 * @throws {ConflictError} where nothing of the kind can follow, with the version that it is at.
 */
export function nextStatus(from: ActionStatus | null, event: ActionEvent, version?: number): ActionStatus {
  const standing = from ?? "UNKNOWN";
  const to = transitions[standing][event];
  if (!to)
    throw new ConflictError(
      `An action that is ${IN_WORDS[standing]} cannot be ${DONE[event]}. Read it again.`,
      ["input", "action"],
      version,
    );
  return to;
}
