import type { Send } from "../../platform/database/surrounding";
import type { DataSource } from "typeorm";
import type { Calendar, Division } from "../../clocks/index";
import type { Clock } from "../../platform/clock";
import { asOperator } from "../../platform/database/as-operator";
import { rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { Place, RequestContext } from "../access/index";
import { BankHolidayCalendar } from "./bank-holiday.entity";

export const calendarLoaders = ({ db, source }: RequestContext) => ({
  calendarById: rowLoader(
    (ids) =>
      db.query<BankHolidayCalendar>(
        `select ${columnsOf(source, BankHolidayCalendar, "c")} from bank_holiday_calendar c where c.id = any ($1::uuid[])`,
        [ids],
      ),
    ({ id }) => id,
  ),
});

export type Calendars = ReadonlyMap<Division, Calendar>;

/** How the calendars stand in a statement's own snapshot: another text after each change, and in each database. */
const STANDING = `(select md5(current_database() || string_agg(concat_ws(' ', c.division, c.version, c.changed_at, c.published_to, c.source), ';' order by c.division))
  from bank_holiday_calendar c)`;

/** Names, in SQL, the calendar of a division as it stands in the statement's snapshot; `namedCalendar` gives it. */
export const calendarName = (division: string): string => `(${division} || ' ' || ${STANDING})`;

/** The division of a row's partnership; the limit keeps the planner from scanning the tenants' table. */
export const divisionOf = (row: string | Place): string =>
  `(select p.division from partnership p where p.id = ${row}.partnership_id limit 1)`;

/** Names the calendar by which the partnership of a row counts. */
export const CALENDAR_OF = (row: string | Place): string => calendarName(divisionOf(row));

/** The calendars as they stood, by what `STANDING` says of them: nothing in one changes. Of other snapshots few are under way. */
const kept = new Map<string, Calendars>();
const MOST_KEPT = 16;

/** The calendars of all divisions as they stand in the snapshot of `query`; days are read only where this process does not know them. */
export async function readCalendars(query: Send): Promise<Calendars> {
  const [now] = await query<{ standing: string }>(`select ${STANDING} as standing`);
  const known = kept.get(now?.standing ?? "");
  if (known) return known;
  // in one statement: whoever reads what is committed meanwhile takes no days of one version for another's
  const rows = await query<Omit<Calendar, "closed"> & { standing: string; days: string[] }>(
    `select ${STANDING} as standing, c.division, c.version, c.source, c.published_from as "from", c.published_to as "to",
       array(select d.day::text from bank_holiday d where d.division = c.division order by d.day) as days
     from bank_holiday_calendar c`,
  );
  const read: Calendars = new Map(
    rows.map(({ standing: _, days, ...calendar }) => [calendar.division, { ...calendar, closed: new Set(days) }]),
  );
  const [first] = rows;
  if (first) kept.set(first.standing, read);
  for (const [oldest] of kept) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return read;
}

/** Reads the calendars before anybody asks, so that the first who does waits for nothing. */
export const knowCalendars = (db: DataSource, clock: Pick<Clock, "now">): Promise<Calendars> =>
  asOperator(db, clock, null, (runner) => readCalendars((text, values) => runner.query(text, values)));

/**
 * The calendar that a statement named, in the snapshot of `query`. At once where this process knows it, which is always but
 * for the first time after a change.
 */
export function namedCalendar(query: Send, name: string): Calendar | Promise<Calendar> {
  const [division, standing] = name.split(" ") as [Division, string];
  const given = (calendars: Calendars): Calendar => {
    const calendar = calendars.get(division);
    if (!calendar) throw new Error(`no calendar of ${division}`);
    return calendar;
  };
  const known = kept.get(standing);
  return known ? given(known) : readCalendars(query).then(given);
}

/** What `work` makes of the calendar that a row of a request names: at once, or (as `namedCalendar`) when it was read. */
export function byCalendar<T>({ db }: RequestContext, name: string, work: (calendar: Calendar) => T): T | Promise<T> {
  const calendar = namedCalendar((text, values) => db.query(text, values), name);
  return calendar instanceof Promise ? calendar.then(work) : work(calendar);
}

/** The calendar by which a partnership counts, as it stands in the transaction. */
export async function calendarOf(send: Send, partnershipId: string): Promise<Calendar> {
  const [own] = await send<{ name: string }>(
    `select ${CALENDAR_OF("own")} as name from (select $1::uuid as partnership_id) own`,
    [partnershipId],
  );
  if (!own) throw new Error("a partnership has a calendar");
  return namedCalendar(send, own.name);
}
