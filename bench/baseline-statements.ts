/**
 * The operations as somebody would write them who needs nothing else: one statement each, which builds the answer's
 * JSON in the order of the fields asked for. Cursors are made up, of about the service's length; ids are plain keys.
 */

const STALE = (rating: string) => `coalesce(${rating}.value is not null
  and ${rating}.as_at + make_interval(months => a.cadence_months) < $3::date
  and a.status is distinct from 'SIGNED_OFF' and a.status is distinct from 'SUPERSEDED', false)`;

const CURRENT_RATING = (dimension: string, alias: string) => `left join lateral (
  select r.value, r.as_at, r.basis, e.label
  from rating r left join rating_scheme_entry e on e.scheme_id = r.scheme_id and e.dimension = r.dimension and e.value = r.value
  where r.action_id = a.id and r.dimension = '${dimension}' order by r.as_at desc, r.recorded_at desc limit 1
) ${alias} on true`;

const RATING = (alias: string) =>
  `json_build_object('value', ${alias}.value, 'label', ${alias}.label, 'asAt', ${alias}.as_at, 'basis', ${alias}.basis, 'stale', ${STALE(alias)})`;

const OVERDUE = `case when a.by_when_end is null or a.by_when_end >= $3::date then false
  when a.status is null then null
  else a.status not in ('COMPLETED', 'SIGNED_OFF', 'SUPERSEDED') end`;

const CURSOR = (row: string) => `encode(convert_to(${row}.sort_key || ' ' || ${row}.id, 'UTF8'), 'hex')`;

const FINDINGS = (fields: string) => `coalesce((
  select json_agg(json_build_object(${fields}) order by f.source, f.reference)
  from objective_finding x join finding f on f.id = x.finding_id where x.objective_id = o.id), '[]'::json)`;

/** $1 agency, $2 first, $3 today. The data has no by-when that was moved: slippage is nought days, or unknown. */
const MY_AGENCY_ACTIONS = `
with page as materialized (
  select a.*, p.cadence_months
  from assignment s join action a on a.id = s.action_id join partnership p on p.id = a.partnership_id
  where s.agency_id = $1::uuid order by s.action_sort_key, s.action_id limit $2::int + 1
), listed as materialized (
  select * from page order by sort_key, id limit $2::int
)
select json_build_object('data', json_build_object('viewer', json_build_object('agency', json_build_object(
  'id', g.id, 'name', g.name,
  'actions', json_build_object(
    'totalCount', (select count(distinct s.action_id) from assignment s where s.agency_id = g.id),
    'pageInfo', json_build_object(
      'hasNextPage', (select count(*) from page) > $2::int,
      'endCursor', (select ${CURSOR("l")} from listed l order by l.sort_key desc, l.id desc limit 1)),
    'edges', (select coalesce(json_agg(json_build_object('cursor', ${CURSOR("a")}, 'node', json_build_object(
      'id', a.id, 'reference', a.reference, 'title', a.title, 'status', a.status,
      'overdue', ${OVERDUE},
      'stale', ${STALE("d")} or ${STALE("i")},
      'objective', (select json_build_object('id', o.id, 'reference', o.reference, 'title', o.title,
          'findings', ${FINDINGS("'id', f.id, 'source', f.source, 'reference', f.reference")})
        from objective o where o.id = a.objective_id),
      'leadAgency', (select json_build_object('id', h.id, 'name', h.name, 'sector', h.sector)
        from assignment s join agency h on h.id = s.agency_id
        where s.action_id = a.id and s.role in ('LEAD', 'UNCONFIRMED') order by s.role, s.position limit 1),
      'assignments', (select coalesce(json_agg(json_build_object('role', s.role, 'agency',
            case when h.id is not null then json_build_object('id', h.id, 'name', h.name) end) order by s.position), '[]'::json)
        from assignment s left join agency h on h.id = s.agency_id where s.action_id = a.id),
      'byWhen', json_build_object('text', a.by_when_text, 'kind', a.by_when_kind, 'precision', a.by_when_precision, 'end', a.by_when_end,
        'original', case when a.original_text is not null then json_build_object('text', a.original_text, 'end', a.original_end) end,
        'slippageWorkingDays', case when a.original_end = a.by_when_end then 0 end),
      'ratings', json_build_object('delivery', ${RATING("d")}, 'impact', ${RATING("i")}),
      'latestUpdate', (select json_build_object('id', u.id, 'periodEnd', u.period_end, 'overallProgress', u.overall_progress,
            'impactNarrative', u.impact_narrative,
            'submittedAt', to_char(u.submitted_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'author', case when h.id is not null then json_build_object('id', h.id, 'name', h.name) end)
        from (select * from progress_update u where u.action_id = a.id and u.state in ('SUBMITTED', 'ACCEPTED')
              order by u.period_end desc, u.version desc, u.submitted_at desc nulls last, u.id limit 1) u
        left join agency h on h.id = u.author_agency_id),
      'indicators', (select coalesce(json_agg(json_build_object('id', n.id, 'code', n.code, 'title', n.title,
            'latestObservation', (select json_build_object('value', v.value, 'asAt', v.as_at) from observation v
              where v.indicator_id = n.id and v.measure = n.headline_measure order by v.as_at desc limit 1),
            'target', (select json_build_object('text', t.text, 'value', t.value) from indicator_target t
              where t.indicator_id = n.id order by t.period_end desc nulls first limit 1)) order by n.position), '[]'::json)
        from action_indicator x join indicator n on n.id = x.indicator_id where x.action_id = a.id),
      'viewerCan', json_build_object(
        'submitProgressUpdate', a.status is distinct from 'SIGNED_OFF' and a.status is distinct from 'SUPERSEDED',
        'requestDateRevision', false, 'raiseChallenge', false)
    )) order by a.sort_key, a.id), '[]'::json)
    from listed a ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")})
  )))))::text as answer
from agency g where g.id = $1::uuid`;

const COLOUR = (value: string) => `array_position(array['RED', 'AMBER', 'GREEN'], ${value})`;

/** $1 slug of the partnership, $2 slug of the plan, $3 today. */
const ASSURANCE_MATRIX = `
with cell as (
  select a.lead, d.value as delivery, i.value as impact, count(*) as count, count(*) filter (where ${OVERDUE}) as overdue,
    count(*) filter (where ${STALE("d")} or ${STALE("i")}) as stale
  from (
    select a.*, p.cadence_months, (select s.agency_id from assignment s
      where s.action_id = a.id and s.role in ('LEAD', 'UNCONFIRMED') order by s.role, s.position limit 1) as lead
    from partnership p join plan l on l.partnership_id = p.id join action a on a.plan_id = l.id
    where p.slug = $1 and l.slug = $2 and a.status is distinct from 'SUPERSEDED'
  ) a ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
  group by a.lead, d.value, i.value
), told as (
  select lead, sum(count) as actions, sum(overdue) as overdue, sum(stale) as stale,
    coalesce(sum(count) filter (where delivery is null or impact is null), 0) as unrated,
    coalesce(sum(count) filter (where delivery = 'GREEN' and impact = 'RED'), 0) as divergent,
    json_agg(json_build_object('delivery', delivery, 'impact', impact, 'count', count)
      order by ${COLOUR("delivery")}, ${COLOUR("impact")}) as matrix
  from cell group by lead
)
select json_build_object('data', json_build_object('partnership', json_build_object('plan', json_build_object(
  'assurance', coalesce(json_agg(json_build_object(
    'group', case when g.id is not null then json_build_object('id', g.id, 'name', g.name, 'sector', g.sector) end,
    'actions', t.actions, 'overdue', t.overdue, 'stale', t.stale, 'unrated', t.unrated, 'divergent', t.divergent,
    'matrix', t.matrix) order by g.name nulls last), '[]'::json)))))::text as answer
from told t left join agency g on g.id = t.lead`;

/** $1 slug of the partnership. Every target of the data is one to reach or pass, as the verdict takes it. */
const INDICATOR_DASHBOARD = `
select json_build_object('data', json_build_object('partnership', json_build_object('indicators', json_build_object(
  'nodes', (select coalesce(json_agg(json_build_object(
      'id', n.id, 'code', n.code, 'title', n.title, 'unit', n.unit, 'polarity', n.polarity,
      'owner', case when g.id is not null then json_build_object('id', g.id, 'name', g.name) end,
      'target', (select json_build_object('text', t.text, 'comparator', t.comparator, 'value', t.value, 'upperValue', t.upper_value)
        from indicator_target t where t.indicator_id = n.id order by t.period_end desc nulls first limit 1),
      'observations', (select coalesce(json_agg(json_build_object('periodStart', v.period_start, 'periodEnd', v.period_end,
            'value', v.value, 'qualifier', v.qualifier, 'numerator', v.numerator, 'denominator', v.denominator,
            'status', v.status, 'measure', v.measure) order by v.as_at), '[]'::json)
        from observation v where v.indicator_id = n.id and v.comparator_id is null),
      'comparators', (select coalesce(json_agg(json_build_object('kind', c.kind, 'label', c.label,
            'observations', (select coalesce(json_agg(json_build_object('periodEnd', v.period_end, 'value', v.value) order by v.as_at), '[]'::json)
              from observation v where v.comparator_id = c.id)) order by c.position), '[]'::json)
        from comparator c where c.indicator_id = n.id),
      'trajectory', (select coalesce(json_agg(json_build_object('periodEnd', y.period_end, 'value', y.value) order by y.period_end), '[]'::json)
        from trajectory_point y where y.indicator_id = n.id),
      'verdict', json_build_object(
        'rating', case when h.value >= h.target then 'GREEN' when h.value < h.target then 'RED' end,
        'variation', 'INSUFFICIENT_DATA', 'assurance', 'INSUFFICIENT_DATA',
        'reason', format('%s on %s, against a target of %s.', h.value, to_char(h.as_at, 'FMDD FMMonth YYYY'), h.text))
    ) order by n.position), '[]'::json)
    from indicator n left join agency g on g.id = n.owner_agency_id
    left join lateral (select v.value, v.as_at from observation v where v.indicator_id = n.id and v.comparator_id is null
      and v.measure = n.headline_measure order by v.as_at desc limit 1) v on true
    left join lateral (select v.value, v.as_at, t.value as target, t.text from indicator_target t where t.indicator_id = n.id
      and coalesce(t.period_start <= v.as_at, true) and coalesce(t.period_end >= v.as_at, true)
      order by t.period_start desc nulls last, t.period_end nulls last limit 1) h on true
    where n.partnership_id = p.id)
))))::text as answer
from partnership p where p.slug = $1`;

/** Each workload's statement, and what its placeholders stand for. */
export const STATEMENTS: Readonly<Record<string, { text: string; names: readonly string[] } | undefined>> = {
  W1: { text: MY_AGENCY_ACTIONS, names: ["agency", "first", "today"] },
  W2: { text: ASSURANCE_MATRIX, names: ["partnership", "plan", "today"] },
  W3: { text: INDICATOR_DASHBOARD, names: ["partnership"] },
};
