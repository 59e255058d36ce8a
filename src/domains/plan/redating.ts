import type { Place } from "../access/index";

/** Colours from worst to best; not rated is none of them. */
const rank = (value: string) => `array_position(array['RED', 'AMBER', 'GREEN'], ${value})`;

/**
 * Green by re-dating, as a row beside the action `a` and its current delivery rating `c`: the revision that the rating rose
 * with, if it rose with nothing else. The rule ("re-dating never raises a rating without a marked revision"):
 *
 * 1. A revision, approved or imported, moved the by-when to a later day or to none, before the current rating was recorded.
 * 2. The current rating is better than the one that stood when the by-when was moved. Not rated is neither better nor worse, and what was
 *    withdrawn, or only submitted, stood for nobody.
 * 3. Nothing that would explain the rise came between the two: no progress update with words, submitted after the earlier
 *    rating was recorded and no later than the current one, that the business unit has accepted.
 * 4. The action is not completed, signed off or superseded: what is done is green for having been done.
 *
 * Before and after go by when things were recorded, since a rating's as-at day is whoever rates' to choose: an order that
 * `RECORDED_AT` and `DECIDED_AT` keep where the clock stands or steps back. Only what every
 * member of the partnership may read is looked at, so that the answer is the same to all of them. Where several revisions
 * qualify, the newest is told.
 */
export const REDATING = (c: string | Place, a: string | Place, it: string | Place) => `left join lateral (
  select v.id as revision_id, v.from_text, v.to_text, v.decided_at, b.value as was
  from date_revision v cross join lateral (
    select o.value, o.recorded_at from rating o
    where o.action_id = v.action_id and o.dimension = 'DELIVERY' and o.standing = 'SHARED' and o.recorded_at < v.decided_at
    order by o.as_at desc, o.recorded_at desc limit 1) b
  where v.action_id = ${a}.id and v.state in ('APPROVED', 'IMPORTED') and coalesce(v.to_end, 'infinity') > v.from_end and v.decided_at <= ${c}.recorded_at
    and ${rank(`${c}.value`)} > ${rank("b.value")}
    and coalesce(${a}.status, '') not in ('COMPLETED', 'SIGNED_OFF', 'SUPERSEDED')
    and not exists (select 1 from progress_update u
      where u.action_id = v.action_id and u.state = 'ACCEPTED' and btrim(coalesce(u.overall_progress, '')) <> ''
        and coalesce(u.submitted_at, u.accepted_at) > b.recorded_at and coalesce(u.submitted_at, u.accepted_at) <= ${c}.recorded_at)
  order by v.decided_at desc, v.id limit 1
) ${it} on true`;

/**
 * When a rating of the action `a` is recorded: after every one of its dimension, and not before a decision to move the by-when
 * that is there, whatever the clock says. Whether a colour rose after the by-when was moved goes by that order.
 */
export const RECORDED_AT = (action: string, dimension: string, now = "app.now()") => `greatest(${now},
  (select max(r.recorded_at) + interval '1 microsecond' from rating r where r.action_id = ${action} and r.dimension = ${dimension}),
  (select max(v.decided_at) from date_revision v where v.action_id = ${action}))`;

/** When a move of the by-when is decided: after every rating that is there, whatever the clock says. */
export const DECIDED_AT = (action: string, now = "app.now()") => `greatest(${now},
  (select max(r.recorded_at) + interval '1 microsecond' from rating r where r.action_id = ${action}))`;
