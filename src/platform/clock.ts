import { DateTime } from "luxon";

/** Where the service takes the time from: nothing else asks the machine, so that a demonstration can stand still. */
export interface Clock {
  /** The present instant. */
  now(): Date;
  /** True where the clock stands still. */
  readonly fixed: boolean;
}

export const systemClock: Clock = Object.freeze({ now: () => new Date(), fixed: false });

/**
 * A clock that stands at `instant`.
 *
 * @throws {RangeError} where `instant` is not a moment in time.
 */
export function fixedClock(instant: Date): Clock {
  const moment = instant.getTime();
  if (Number.isNaN(moment)) throw new RangeError("A fixed clock needs a valid instant.");
  return Object.freeze({ now: () => new Date(moment), fixed: true });
}

/**
 * The instant at which a London day, `YYYY-MM-DD`, is over: the midnight after it.
 *
 * @throws {RangeError} where `day` is no day.
 */
export function endOfLondonDay(day: string): Date {
  const start = DateTime.fromISO(day, { zone: "Europe/London" });
  if (!start.isValid) throw new RangeError("The end of a London day needs a day.");
  return start.plus({ days: 1 }).startOf("day").toJSDate();
}

/**
 * The day in Europe/London, `YYYY-MM-DD`, in which `instant` falls; days of plans and deadlines are London days.
 *
 * @throws {RangeError} where `instant` is not a moment in time.
 */
export function londonDay(instant: Date): string {
  const day = DateTime.fromJSDate(instant, { zone: "Europe/London" });
  if (!day.isValid) throw new RangeError("A London day needs a valid instant.");
  return day.toISODate();
}
