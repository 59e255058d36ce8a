import { type Calendar, countWorkingDays, type Deadline, deadlineOf, type Limit } from "../../clocks/index";
import { londonDay } from "../../platform/clock";
import { LimitUnit } from "./ladder.entity";

/** How long something may take; no unit: as long as it takes. */
export interface TimeLimitColumns {
  unit: LimitUnit | null;
  count: number | null;
}

/** How the working days of a ladder are counted. */
export interface WorkingHours {
  calendar: Calendar;
  cutOff: string | null;
}

/** A clock as a challenge has it: until when, and the London day that it is the end of. */
export interface Running {
  respond_by: Date | null;
  respond_day: string | null;
  provisional: boolean;
}

const NO_CLOCK: Running = { respond_by: null, respond_day: null, provisional: false };

const limitOf = ({ unit, count }: TimeLimitColumns): Limit | null => (unit === null ? null : { unit, count });

/**
 * Where a limit that begins at `from` ends; no clock where there is no limit. What begins as a day ends, as a stage does when
 * the one before it has run out, counts as of that day: at the cut-off hour, or at midnight where there is none. A limit of
 * that same working day has the next one: no time would be left of that one.
 */
export function clockFrom(limit: TimeLimitColumns, from: Date, { calendar, cutOff }: WorkingHours): Running {
  const until = (begins: Date) => deadlineOf(limitOf(limit), begins, calendar, cutOff ?? undefined);
  const dayEnds = cutOff === null && limit.unit !== LimitUnit.HOURS && isMidnight(from);
  const atOnce = until(dayEnds ? new Date(from.getTime() - 1) : from);
  const found = atOnce && atOnce.at <= from ? until(new Date(from.getTime() + 1)) : atOnce;
  return found ? { respond_by: found.at, respond_day: found.day, provisional: found.provisional } : NO_CLOCK;
}

const isMidnight = (at: Date) => londonDay(at) !== londonDay(new Date(at.getTime() - 1));

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What is counted from one moment to another in a unit of limits: whole hours, or days after the London day of the one up to
 * and with that of the other, as limits count them. "The same working day" is counted in working days.
 */
export function countIn(unit: LimitUnit, from: Date, to: { at: Date; day: string }, calendar: Calendar): number {
  const today = londonDay(from);
  switch (unit) {
    case LimitUnit.HOURS:
      return Math.floor((to.at.getTime() - from.getTime()) / HOUR_MS);
    case LimitUnit.CALENDAR_DAYS:
      return Math.round((Date.parse(to.day) - Date.parse(today)) / DAY_MS);
    default:
      return countWorkingDays(today, to.day, calendar).days;
  }
}

/** How long there is at `now` until a deadline; less than nothing where it is over. */
export const timeLeft = (
  deadline: Pick<Deadline, "at" | "day">,
  unit: LimitUnit,
  now: Date,
  calendar: Calendar,
): { unit: LimitUnit; count: number } => ({ unit: unitOf(unit), count: countIn(unit, now, deadline, calendar) });

/** What is counted of a limit of that unit. */
export const unitOf = (unit: LimitUnit): LimitUnit =>
  unit === LimitUnit.SAME_WORKING_DAY ? LimitUnit.WORKING_DAYS : unit;

const WORKING: readonly (LimitUnit | null)[] = [LimitUnit.WORKING_DAYS, LimitUnit.SAME_WORKING_DAY];

/** Whether a limit that ends on a day was counted past the bank holidays that are published; `turn.sql.ts` says it in SQL. */
export const mayMove = ({ unit }: TimeLimitColumns, day: string, { from, to }: Calendar): boolean =>
  WORKING.includes(unit) && (day < from || day > to);
