import type { Place } from "../access/index";
import { calendarName, divisionOf } from "../calendars/index";

type Alias = string | Place;

const RUNS_TODAY = (row: string) =>
  `(${row}.valid_from is null or ${row}.valid_from <= (select app.today())) and (${row}.valid_to is null or ${row}.valid_to >= (select app.today()))`;

/** Each of these agencies with whichever took over from it. */
const todayAs = (agencies: string) =>
  `(select coalesce(array_agg(distinct x.id), '{}') from unnest(${agencies}) as a (id) cross join lateral unnest(app.today_as(a.id)) as x (id))`;

/** What `Sides` says of a challenge or of a stage, as SQL: services and reading use the same words. */
export const SIDES = {
  raiser: (c: Alias) => `app.today_as(${c}.raised_by_agency_id)`,
  answerer: (c: Alias) => `app.today_as(${c}.against_agency_id)`,
  involved: (c: Alias) => todayAs(`${c}.involved_agency_ids`),
  deciding: (c: Alias) => todayAs(`${c}.deciding_agency_ids`),
  lastStage: (c: Alias) =>
    `(select max(n.number) from ladder_stage n where n.ladder_version_id = ${c}.ladder_version_id)`,
  /** The agency of the post that decides, or that chairs the board that does, as it is today; null where it has ended. */
  deciderAgency: (s: Alias) => `(select x.id from (select case ${s}.decider_kind
      when 'POST' then (select p.agency_id from post p where p.id = ${s}.decider_post_id)
      when 'BOARD' then (select m.agency_id from board_member m where m.board_id = ${s}.decider_board_id and m.role = 'CHAIR' and m.agency_id is not null
        and ${RUNS_TODAY("m")} order by m.agency_id limit 1) end as id) named
    cross join lateral unnest(app.today_as(named.id)) as x (id) join agency g on g.id = x.id
    where named.id is not null and coalesce(g.valid_to >= (select app.today()), true) limit 1)`,
} as const;

/** Whichever an agency speaks for: itself, its collectives, those that it took over from; nobody where there is none. */
export const speaksFor = (agency: string) => `coalesce(app.speaking_for(array_remove(array[${agency}], null)), '{}')`;

/** Names the calendar by which a ladder `l` counts: of its own division, or of its partnership's. */
export const LADDER_CALENDAR = calendarName(`coalesce(l.division, ${divisionOf("l")})`);

/** `Sides` of a challenge `c` that is at the stage `s`, and the rows that they are read from. */
export const SIDES_OF = {
  columns: `c.partnership_id as "partnershipId", c.raised_as as "raisedAs", ${SIDES.raiser("c")} as raiser, ${SIDES.answerer("c")} as answerer,
    ${SIDES.involved("c")} as involved, ${SIDES.deciding("c")} as deciding, c.stage_number as "stageNumber", ${SIDES.lastStage("c")} as "lastStage",
    s.decider_kind as "deciderKind", s.decider_role as "deciderRole", ${SIDES.deciderAgency("s")} as "deciderAgency", ${speaksFor(SIDES.deciderAgency("s"))} as "deciderSpeaksFor", s.decider`,
  rows: "challenge c join ladder_stage s on s.ladder_version_id = c.ladder_version_id and s.number = c.stage_number",
} as const;
