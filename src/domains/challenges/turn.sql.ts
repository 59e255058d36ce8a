import { type Division, DIVISIONS, expectedHolidays } from "../../clocks/index";
import type { Place } from "../access/index";
import { SIDES, speaksFor } from "./challenges.sql";

type Alias = string | Place;

/** Until when whoever's turn it is in a challenge has time, as SQL: what comes first of the two that may be set. */
export const UNTIL = (c: Alias) => `least(${c}.acknowledge_by, ${c}.respond_by)`;

const STANDS = "coalesce(g.valid_to >= (select app.today()), true)";

/** Whoever the agency is today: itself, mostly; else the one that took over from it and has not ended. */
const standing = (agency: string) => `coalesce((select g.id from agency g where g.id = ${agency} and ${STANDS}),
  (select x.id from unnest(app.today_as(${agency})) as x (id) join agency g on g.id = x.id order by ${STANDS} desc limit 1))`;

/** Whether a limit of a unit that ends on a day was counted past the bank holidays of its division that are published. */
export const mayMove = (
  unit: string,
  day: string,
  division: string,
) => `(${unit} in ('WORKING_DAYS', 'SAME_WORKING_DAY')
  and not exists (select 1 from bank_holiday_calendar b where b.division = ${division} and ${day} >= b.published_from and ${day} <= b.published_to))`;

/**
 * Whose turn it is in the challenge of an alias, a row while it runs and none once it has ended: who, what for, and until
 * when. Who decides is as `deciding` has it: the chair in the place of a post of no agency and of an agency that is party,
 * officers for a board that no agency chairs.
 */
export const turnOf = (c: Alias, it: Alias) => `(
  select x.who, x.agency_id, x.until, x.unit, x.day, x.division,
    case when x.acknowledges then 'ACKNOWLEDGE' when ${c}.waiting_on = 'DECIDER' then 'DECIDE'
      when ${c}.waiting_on = 'RAISER' or ${c}.state = 'RESOLUTION_PROPOSED' then 'AGREE' else 'RESPOND' end as what,
    case when not x.acknowledges then ${c}.provisional else ${mayMove("x.unit", "x.day", "x.division")} end as provisional,
    case x.who when 'AGENCY' then (select g.name from agency g where g.id = x.agency_id)
      when 'CHAIR' then 'The chair' else 'The business unit' end as name
  from (
    select y.who, y.acknowledges, y.until, y.division,
      case when y.who = 'AGENCY' then ${standing("y.agency_id")} end as agency_id,
      case when y.acknowledges then s.acknowledge_unit else s.limit_unit end as unit,
      case when y.acknowledges then ((${c}.acknowledge_by - interval '1 millisecond') at time zone 'Europe/London')::date
        else ${c}.respond_day end as day
    from ladder_stage s cross join lateral (
      select ${c}.acknowledge_by is not null and ${c}.acknowledge_by = ${UNTIL(c)} as acknowledges, ${UNTIL(c)} as until,
        (select coalesce(l.division, p.division) from ladder_version v join ladder l on l.id = v.ladder_id
          join partnership p on p.id = l.partnership_id where v.id = s.ladder_version_id) as division,
        case when ${c}.waiting_on = 'ANSWERER' or (${c}.waiting_on = 'RAISER' and ${c}.raised_by_agency_id is not null) then 'AGENCY'
          when ${c}.waiting_on = 'RAISER' then case ${c}.raised_as when 'CHAIR' then 'CHAIR' else 'BUSINESS_UNIT' end
          when ${c}.raised_as <> 'OFFICER' and (s.decider_role = 'PARTNERSHIP_OFFICER' or (s.decider_kind = 'BOARD' and d.agency_id is null)) then 'BUSINESS_UNIT'
          when d.agency_id is null or ${speaksFor("d.agency_id")} && (${SIDES.raiser(c)} || ${SIDES.answerer(c)} || ${SIDES.involved(c)})
            then case ${c}.raised_as when 'CHAIR' then 'BUSINESS_UNIT' else 'CHAIR' end
          else 'AGENCY' end as who,
        case ${c}.waiting_on when 'ANSWERER' then ${c}.against_agency_id when 'RAISER' then ${c}.raised_by_agency_id
          else d.agency_id end as agency_id
      from (select ${SIDES.deciderAgency("s")} as agency_id) d) y
    where ${c}.ended_at is null and s.ladder_version_id = ${c}.ladder_version_id and s.number = ${c}.stage_number) x) ${it}`;

/** Whether the day by which a turn is due has passed; never where there is no limit. */
export const OVERDUE_TURN = (turn: Alias) => `coalesce(${turn}.day < (select app.today()), false)`;

/** Whether a turn is one of these agencies', themselves or as a collective that they are in today or one that they took over from. */
export const turnIsOf = (turn: Alias, agencies: string) =>
  `${turn}.agency_id = any ((select app.speaking_for(${agencies}))::uuid[])`;

/** Years, this one among them, that hold every day so many working days ahead as a filter may ask for; a statement is kept for long. */
const YEARS_AHEAD = [0, 1, 2, 3];

/**
 * The first day, in a division, that lies more than so many working days ahead: the day itself does not count. Past the
 * published years the days are closed that the standing rules expect, as limits are counted.
 */
const firstBeyond = (division: Division, days: string, now: Date) => `(select d.day
  from generate_series((select app.today()) + 1, (select app.today()) + 30 + 2 * ${days}, interval '1 day') as n (at)
  cross join lateral (select n.at::date as day) d
  where extract(isodow from d.day) < 6 and not exists (select 1 from bank_holiday h where h.division = '${division}' and h.day = d.day)
    and not (d.day = any ('{${YEARS_AHEAD.flatMap((ahead) => expectedHolidays(now.getUTCFullYear() + ahead, division)).join()}}'::date[])
      and d.day > (select b.published_to from bank_holiday_calendar b where b.division = '${division}'))
  order by d.day offset ${days} limit 1)`;

/** Whether a turn is due within so many working days from today, what is overdue included; of one division each is worked out once. */
export const dueWithin = (turn: Alias, days: string, now: Date) =>
  `${turn}.day < case ${turn}.division ${DIVISIONS.map((division) => `when '${division}' then ${firstBeyond(division, days, now)}`).join(" ")} end`;
