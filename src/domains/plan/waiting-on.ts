import { type Place, readRows } from "../access/index";
import { MEMBER_TODAY } from "../partnership/index";
import { BLOCKS, CADENCE_OF, CURRENT_RATING, NEXT_UPDATE_DUE, overdueOf, UNFINISHED } from "./derived";

type Alias = string | Place;

/** A day in London, from an instant. */
const day = (instant: string) => `(${instant} at time zone 'Europe/London')::date`;
const nameOf = (agency: string) => `(select g.name from agency g where g.id = ${agency})`;

/** Who leads an action of the alias, or is presumed to: an assignment, `leadAgencyOf` with the post beside it. */
export const leading = (
  a: Alias,
  it: string,
) => `left join lateral (select l.id, l.agency_id, l.post_id from assignment l
  where l.action_id = ${a}.id and l.role in ('LEAD', 'UNCONFIRMED') order by l.role = 'LEAD' desc, l.position limit 1) ${it} on true`;

/**
 * The last period of which an action of the alias has an update: accepted, or (for whoever is told of it) submitted by whoever
 * leads, a member of a collective that leads among them.
 */
export const lastSaid = (a: Alias, lead: string, it: string, told = "true") => `left join lateral (
  select max(u.period_end) as period_end from progress_update u
  where u.action_id = ${a}.id and (u.state = 'ACCEPTED' or (u.state = 'SUBMITTED' and ${told}
    and (${lead}.agency_id is null or u.author_agency_id = ${lead}.agency_id or exists (select 1 from collective_member c
      where c.collective_id = ${lead}.agency_id and c.member_id = u.author_agency_id and ${MEMBER_TODAY}))))) ${it} on true`;

/** Whoever leads, as the one who is waited for; the business unit where nobody does. */
const onLead = (lead: string) =>
  `case when ${lead}.agency_id is not null then 'AGENCY' when ${lead}.post_id is not null then 'POST' else 'BUSINESS_UNIT' end,
   ${lead}.agency_id, case when ${lead}.agency_id is null then ${lead}.post_id end`;
const ON_BUSINESS_UNIT = "'BUSINESS_UNIT', null::uuid, null::uuid";

/** An update that nothing later of the same author and period has taken the place of. A draft is nobody's business. */
const newest = (states: string) => `not exists (select 1 from progress_update n
  where n.action_id = u.action_id and n.author_agency_id is not distinct from u.author_agency_id and n.period_end = u.period_end
    and n.version > u.version and n.state in (${states}))`;

/**
 * Whom an action of the alias `a` waits for, a row for each thing: what, who (an agency, a post, the business unit, or not
 * to be told), since which day, and the facts that say so. Rows, totals and filters use these same words.
 *
 * What one caller may not see must not show in what it is told: a submitted update and a request to move a date are found
 * only where row-level security shows them. Whether an update is *due* hangs on submitted ones too, so only oversight and
 * the people of the agency that leads are told that it is; anybody else is told, of the very same actions whatever was
 * submitted, that none has been accepted, and not whose turn it is.
 *
 * An update is due by the cadence, not by the plan's periods: a plan whose first day is lost has none, updates may be of other
 * days, and what is unfinished when the plan is over is still waited for. Where the last update is of a period the two agree.
 */
export const waitsOf = (a: Alias, it: Alias) => `(
  select x.what, x.who, x.agency_id, x.post_id, x.since, x.about_id, x.fact, x.named, ${a}.id as action_id, ${a}.partnership_id as partnership_id
  from (select (select app.today()) as today, ${CADENCE_OF(a)} as cadence) now
  ${leading(a, "lead")}
  cross join lateral (select (${a}.partnership_id = any ((select app.oversight())::uuid[])
    or coalesce(lead.agency_id = any ((select app.own_agencies())::uuid[]), false)) as told) asking
  ${lastSaid(a, "lead", "said", "asking.told")}
  cross join lateral (
    select 1 as place, 'LEAD_UNCONFIRMED' as what, ${ON_BUSINESS_UNIT}, null::date, null::uuid, null::text, ${nameOf("lead.agency_id")}
    where ${UNFINISHED(a)} and not exists (select 1 from assignment s where s.action_id = ${a}.id and s.role = 'LEAD')
    union all
    select 2, 'UPDATE_DUE', case when not asking.told then 'UNTOLD' when lead.agency_id is not null then 'AGENCY' else 'POST' end,
      case when asking.told then lead.agency_id end, case when asking.told and lead.agency_id is null then lead.post_id end,
      ${NEXT_UPDATE_DUE("said.period_end", "now.cadence")}, null, said.period_end::text, null
    where ${UNFINISHED(a)} and (lead.agency_id is not null or lead.post_id is not null)
      and (said.period_end is null or ${NEXT_UPDATE_DUE("said.period_end", "now.cadence")} <= now.today)
    union all
    select 3, 'UPDATE_RETURNED', 'AGENCY', u.author_agency_id, null, ${day("u.returned_at")}, null, u.period_end::text, null
    from progress_update u where u.action_id = ${a}.id and u.state = 'RETURNED' and u.author_agency_id is not null
      and ${UNFINISHED(a)} and ${newest("'SUBMITTED', 'RETURNED', 'ACCEPTED'")}
    union all
    select 4, 'UPDATE_TO_ACCEPT', ${ON_BUSINESS_UNIT}, ${day("u.submitted_at")}, null, u.period_end::text, ${nameOf("u.author_agency_id")}
    from progress_update u where u.action_id = ${a}.id and u.state = 'SUBMITTED' and ${newest("'SUBMITTED', 'RETURNED', 'ACCEPTED'")}
    union all
    select 5, 'DATE_DECISION', ${ON_BUSINESS_UNIT}, ${day("v.asked_at")}, null, v.to_text, ${nameOf("v.asked_by_agency_id")}
    from date_revision v where v.action_id = ${a}.id and v.state = 'REQUESTED' and coalesce(${a}.status, '') not in ('SIGNED_OFF', 'SUPERSEDED')
    union all
    select 6, 'CONTRIBUTION', 'AGENCY', s.agency_id, null, case when part.state = 'CANNOT' then ${day("part.since")} else ${a}.by_when_end end, null,
      part.state, ${nameOf("s.agency_id")}
    from assignment s left join lateral (select c.state, c.since from contribution c
        where c.action_id = s.action_id and c.agency_id = s.agency_id order by c.version desc limit 1) part on true
    where s.action_id = ${a}.id and s.agency_id is not null and s.id is distinct from lead.id and s.agency_id is distinct from lead.agency_id
      and ${UNFINISHED(a)} and part.state is distinct from 'DONE' and (part.state = 'CANNOT' or (${overdueOf(a)}))
    union all
    select 7, 'BLOCKED_BY_ACTION', ${onLead("other")}, ${day("b.since")}, o.id, o.reference, null
    from action_blocker b join action o on o.id = b.blocking_action_id ${leading("o", "other")}
    where b.action_id = ${a}.id and ${UNFINISHED(a)} and ${BLOCKS("b", "o")}
    union all
    select 8, 'IMPACT_RATING', ${onLead("lead")}, ${a}.impact_judged_on, null, null, null
    from (select 1) as once ${CURRENT_RATING("IMPACT", "impact", a)} where ${a}.status = 'COMPLETED' and impact.value is null
      and coalesce(${a}.impact_judged_on <= now.today, true)
    union all
    select 9, 'REVIEW_DUE', ${ON_BUSINESS_UNIT}, ${a}.review_on, null, null, null
    where ${UNFINISHED(a)} and ${a}.by_when_kind in ('ONGOING', 'RECURRING') and ${a}.review_on <= now.today
  ) x (place, what, who, agency_id, post_id, since, about_id, fact, named)
  order by x.place, x.since, x.named, x.agency_id
) ${it}`;

/** Whether a row of `waitsOf` is of an agency, itself or a collective that it is in today. */
export const waitsFor = (wait: Alias, agency: string) => `(${wait}.agency_id = ${agency}
  or ${wait}.agency_id in (select c.collective_id from collective_member c where c.member_id = ${agency} and ${MEMBER_TODAY}))`;

/** The kinds of waiting in a group `w`, each with its number of actions, in the order in which they are declared. */
const KINDS = `(select json_agg(json_build_object('what', k.what, 'actions', k.actions) order by k.actions desc, k.what)`;

/** Who holds up how many actions of a partnership, those who hold up the most first. */
export const awaitedIn = (partnership: Place, it: Place) => ({
  from: `(with wait as (
      select w.who, w.agency_id, w.post_id, w.what, w.action_id, w.since
      from action a cross join lateral ${waitsOf("a", "w")} where a.partnership_id = ${partnership}.id
    ), kind as (
      select wait.who, wait.agency_id, wait.post_id, wait.what, count(distinct wait.action_id)::int as actions
      from wait group by wait.who, wait.agency_id, wait.post_id, wait.what
    ), party as (
      select wait.who, wait.agency_id, wait.post_id, count(distinct wait.action_id)::int as actions, min(wait.since) as since
      from wait group by wait.who, wait.agency_id, wait.post_id
    )
    select ${partnership}.id as partnership_id, party.who, party.agency_id, party.post_id, party.actions, party.since,
      ${KINDS} from kind k where k.who = party.who and k.agency_id is not distinct from party.agency_id
        and k.post_id is not distinct from party.post_id) as by_what,
      (select g.name from agency g where g.id = party.agency_id) as name
    from party) ${it}`,
  where: "true",
  order: `${it}.actions desc, ${it}.who, ${it}.name, ${it}.post_id`,
});

/** What an agency holds up, itself or as one of a collective: one row, even where that is nothing. */
export const owedBy = (agency: Place, it: Place) => ({
  from: `(with wait as (
      select w.what, w.action_id, w.since from action a cross join lateral ${waitsOf("a", "w")}
      where a.partnership_id = ${agency}.partnership_id and ${waitsFor("w", `${agency}.id`)}
    ), kind as (
      select wait.what, count(distinct wait.action_id)::int as actions from wait group by wait.what
    )
    select ${agency}.partnership_id as partnership_id, 'AGENCY' as who, ${agency}.id as agency_id, null::uuid as post_id,
      (select count(distinct wait.action_id)::int from wait) as actions, (select min(wait.since) from wait) as since,
      coalesce(${KINDS} from kind k), '[]') as by_what) ${it}`,
  where: "true",
});

const read = (column: string) => (row: Place) => `${row}.${column}`;
readRows("Wait", {
  columns: {
    partnershipId: read("partnership_id"),
    what: read("what"),
    who: read("who"),
    since: read("since"),
    fact: read("fact"),
    named: read("named"),
  },
  always: ["partnershipId"],
});
readRows("Awaited", {
  columns: {
    partnershipId: read("partnership_id"),
    who: read("who"),
    actions: read("actions"),
    since: read("since"),
    byWhat: read("by_what"),
  },
  always: ["partnershipId"],
});
