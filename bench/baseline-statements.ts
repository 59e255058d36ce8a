/**
 * The two operations as somebody would write them who needs nothing else: one statement each, which builds the answer's
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
export const MY_AGENCY_ACTIONS = `
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

const COUNTS = (alias: string) => `json_build_array(
  ${["RED", "AMBER", "GREEN"].map((value) => `json_build_object('value', '${value}', 'count', count(*) filter (where ${alias}.value = '${value}'))`).join(", ")},
  json_build_object('value', null, 'count', count(*) filter (where ${alias}.value is null)))`;

/** $1 slug of the partnership, $2 slug of the plan, $3 today. */
export const PLAN_OVERVIEW = `
select json_build_object('data', json_build_object('partnership', json_build_object(
  'id', p.id, 'name', p.name,
  'plan', json_build_object(
    'id', l.id, 'title', l.title,
    'period', json_build_object('start', l.period_start, 'end', l.period_end),
    'ratingScheme', (select coalesce(json_agg(json_build_object('dimension', e.dimension, 'value', e.value, 'label', e.label, 'definition', e.definition)
        order by e.dimension, array_position(array['RED', 'AMBER', 'GREEN'], e.value)), '[]'::json)
      from rating_scheme_entry e
      where e.scheme_id = (select c.id from rating_scheme c where c.plan_id = l.id order by c.version desc limit 1)),
    'totals', (select json_build_object('actions', count(*),
        'byDeliveryRating', ${COUNTS("d")}, 'byImpactRating', ${COUNTS("i")},
        'overdue', count(*) filter (where ${OVERDUE}),
        'stale', count(*) filter (where ${STALE("d")} or ${STALE("i")}))
      from (select a.*, p.cadence_months from action a where a.plan_id = l.id and a.status is distinct from 'SUPERSEDED') a
      ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}),
    'publishedTotals', (select coalesce(json_agg(json_build_object('source', x.source, 'dimension', x.dimension, 'value', x.value, 'count', x.count)
        order by x.dimension, x.position), '[]'::json)
      from published_total x where x.plan_id = l.id),
    'themes', (select coalesce(json_agg(json_build_object('id', t.id, 'title', t.title,
        'objectives', (select coalesce(json_agg(json_build_object('id', o.id, 'reference', o.reference, 'title', o.title, 'kind', o.kind,
            'findings', ${FINDINGS("'source', f.source, 'reference', f.reference")},
            'actions', (select json_build_object('totalCount', count(*),
                'nodes', coalesce(json_agg(json_build_object('id', a.id, 'reference', a.reference) order by a.reference_order, a.id), '[]'::json))
              from action a where a.objective_id = o.id)) order by o.reference_order), '[]'::json)
          from objective o where o.theme_id = t.id)) order by t.position), '[]'::json)
      from theme t where t.plan_id = l.id)
  ))))::text as answer
from partnership p join plan l on l.partnership_id = p.id and l.slug = $2
where p.slug = $1`;
