import { addWorkingDays, type Calendar } from "../../clocks/index";

/** A time that agencies report on, in London days. */
export interface ReportingPeriod {
  start: string;
  end: string;
  /** Day by which updates are to be submitted. */
  dueOn: string;
  /** Whether `dueOn` lies beyond the bank holidays that are published. */
  provisional: boolean;
}

/** Working days after a period's end within which its updates are to be submitted. */
export const DAYS_TO_REPORT = 10;

/** The first month of the financial year, from 0: periods keep its quarters, as the boards that read them do. */
const APRIL = 3;

/** Most periods of one plan: twenty years by the month. */
const MOST = 240;

/**
 * The periods that a plan is reported on, oldest first: runs of `cadenceMonths` whole months, counted from April where they
 * divide the year, else from the month in which the plan begins; the first is cut to the plan's first day, the last to its
 * last. A plan without a last day has them up to the one that `today` is in; one without a first day has none.
 */
export function reportingPeriods(
  cadenceMonths: number,
  plan: { start: string | null; end: string | null },
  today: string,
  calendar: Calendar,
): ReportingPeriod[] {
  const { start, end } = plan;
  if (start === null) return [];
  const last = end ?? (today > start ? today : start);
  const periods: ReportingPeriod[] = [];
  let month = firstMonth(cadenceMonths, start, start);
  for (; firstDayOf(month) <= last && periods.length < MOST; month += cadenceMonths) {
    const ends = dayBefore(firstDayOf(month + cadenceMonths));
    const days = {
      start: firstDayOf(month) < start ? start : firstDayOf(month),
      end: end !== null && end < ends ? end : ends,
    };
    periods.push({ ...days, ...due(days.end, calendar) });
  }
  return periods;
}

/**
 * Last day of the period that `today` is in, as the periods of a plan that began on `start` run on; a plan that has none, or
 * begins later, has those that would begin today.
 */
export function openPeriodEnd(cadenceMonths: number, start: string | null, today: string): string {
  const since = start !== null && start < today ? start : today;
  return dayBefore(firstDayOf(firstMonth(cadenceMonths, since, today) + cadenceMonths));
}

/** The month in which the period that a day is in begins, uncut. */
function firstMonth(cadenceMonths: number, start: string, day: string): number {
  const anchor = 12 % cadenceMonths === 0 ? APRIL : monthOf(start);
  const month = monthOf(day);
  return month - ((((month - anchor) % cadenceMonths) + cadenceMonths) % cadenceMonths);
}

function due(end: string, calendar: Calendar): Pick<ReportingPeriod, "dueOn" | "provisional"> {
  const { day, provisional } = addWorkingDays(end, DAYS_TO_REPORT, calendar);
  return { dueOn: day, provisional };
}

/** Months since the year 0, so that they can be counted. */
const monthOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
const firstDayOf = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}-01`;

const DAY_MS = 86_400_000;
const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
