import { ConflictError } from "../../platform/errors/index";

export enum MeetingState {
  PLANNED = "PLANNED",
  HELD = "HELD",
  CANCELLED = "CANCELLED",
}

export type MeetingEvent = "HOLD" | "CANCEL";

const transitions: Readonly<Record<MeetingState, Partial<Record<MeetingEvent, MeetingState>>>> = {
  PLANNED: { HOLD: MeetingState.HELD, CANCEL: MeetingState.CANCELLED },
  HELD: {},
  CANCELLED: {},
};

/**
 * Where `event` takes a meeting that stands at `from`.
 *
 * @throws {ConflictError} where it leads nowhere: what was held was held, and what was cancelled is planned anew.
 */
export function nextMeetingState(from: MeetingState, event: MeetingEvent, version?: number): MeetingState {
  const to = transitions[from][event];
  if (!to)
    throw new ConflictError(
      `The meeting is ${from.toLowerCase()} already. ${from === MeetingState.HELD ? "What was held stays held." : "Schedule another one."}`,
      ["input", "meeting"],
      version,
    );
  return to;
}
