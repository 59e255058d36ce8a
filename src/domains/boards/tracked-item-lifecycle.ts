import { ConflictError } from "../../platform/errors/index";

export enum TrackedItemStatus {
  OPEN = "OPEN",
  ANSWERED = "ANSWERED",
  CLOSED = "CLOSED",
}

export type TrackedItemEvent = "RESPOND" | "CLOSE" | "REOPEN";

const transitions: Readonly<Record<TrackedItemStatus, Partial<Record<TrackedItemEvent, TrackedItemStatus>>>> = {
  OPEN: { RESPOND: TrackedItemStatus.ANSWERED, CLOSE: TrackedItemStatus.CLOSED },
  ANSWERED: { RESPOND: TrackedItemStatus.ANSWERED, CLOSE: TrackedItemStatus.CLOSED },
  CLOSED: { REOPEN: TrackedItemStatus.OPEN },
};

const REFUSED: Readonly<Record<TrackedItemEvent, string>> = {
  RESPOND: "It is closed: nothing more is answered. Ask an officer to reopen it.",
  CLOSE: "It is closed already.",
  REOPEN: "It is not closed: there is nothing to reopen.",
};

/**
 * Where `event` takes a tracked item that stands at `from`.
 *
 * @throws {ConflictError} where it leads nowhere.
 */
export function nextTrackedItemStatus(from: TrackedItemStatus, event: TrackedItemEvent): TrackedItemStatus {
  const to = transitions[from][event];
  if (!to) throw new ConflictError(REFUSED[event], ["input", "trackedItem"]);
  return to;
}
