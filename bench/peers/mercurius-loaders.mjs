// What the mercurius peer reads: one statement a field that is a list or a relation, for all of its parents at once.

const STALE = (rating) => `coalesce(${rating}.value is not null
  and ${rating}.as_at + make_interval(months => a.cadence_months) < $2::date
  and a.status is distinct from 'SIGNED_OFF' and a.status is distinct from 'SUPERSEDED', false)`;

const OVERDUE = `case when a.by_when_end is null or a.by_when_end >= $2::date then false
  when a.status is null then null
  else a.status not in ('COMPLETED', 'SIGNED_OFF', 'SUPERSEDED') end`;

const CURRENT_RATING = (dimension, alias) => `left join lateral (
  select r.value, r.as_at, r.basis, e.label
  from rating r left join rating_scheme_entry e on e.scheme_id = r.scheme_id and e.dimension = r.dimension and e.value = r.value
  where r.action_id = a.id and r.dimension = '${dimension}' order by r.as_at desc, r.recorded_at desc limit 1
) ${alias} on true`;

const ratingColumns = (
  alias,
) => `${alias}.value as ${alias}_value, ${alias}.label as ${alias}_label, ${alias}.as_at as ${alias}_as_at,
  ${alias}.basis as ${alias}_basis, ${STALE(alias)} as ${alias}_stale`;

const COLOUR = (value) => `array_position(array['RED', 'AMBER', 'GREEN'], ${value})`;

export const STATEMENTS = {
  agency: "select id, name from agency where id = $1",
  partnership: "select id, slug, name from partnership where slug = $1",
  plan: "select id from plan where partnership_id = $1 and slug = $2",
  actionCount: "select count(*)::int as count from assignment where agency_id = $1",
  actions: `
    select a.*, ${OVERDUE} as overdue, ${ratingColumns("d")}, ${ratingColumns("i")}
    from (select a.*, p.cadence_months from assignment s join action a on a.id = s.action_id join partnership p on p.id = a.partnership_id
      where s.agency_id = $1 order by s.action_sort_key, s.action_id limit $3) a
    ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
    order by a.sort_key, a.id`,
  objectives: "select id, reference, title from objective where id = any ($1)",
  findings: `select x.objective_id as parent, f.id, f.source, f.reference from objective_finding x join finding f on f.id = x.finding_id
    where x.objective_id = any ($1) order by f.source, f.reference`,
  leadAgencies: `select distinct on (s.action_id) s.action_id as parent, g.id, g.name, g.sector from assignment s join agency g on g.id = s.agency_id
    where s.action_id = any ($1) and s.role in ('LEAD', 'UNCONFIRMED') order by s.action_id, s.role = 'LEAD' desc, s.position`,
  assignments: `select s.action_id as parent, s.role, g.id, g.name from assignment s left join agency g on g.id = s.agency_id
    where s.action_id = any ($1) order by s.position`,
  latestUpdates: `select u.*, g.name as author_name from unnest($1::uuid[]) as asked (id) cross join lateral (
      select u.action_id as parent, u.id, u.period_end, u.overall_progress, u.impact_narrative, u.submitted_at, u.author_agency_id
      from progress_update u where u.action_id = asked.id and u.state in ('SUBMITTED', 'ACCEPTED')
      order by u.period_end desc, u.version desc, u.submitted_at desc nulls last, u.id limit 1
    ) u left join agency g on g.id = u.author_agency_id`,
  indicatorsOfActions: `select x.action_id as parent, n.id, n.code, n.title, o.value, o.as_at, t.text as target_text, t.value as target_value
    from action_indicator x join indicator n on n.id = x.indicator_id
    left join lateral (select v.value, v.as_at from observation v where v.indicator_id = n.id and v.comparator_id is null
      and v.measure = n.headline_measure order by v.as_at desc, v.source limit 1) o on true
    left join lateral (select t.text, t.value from indicator_target t where t.indicator_id = n.id
      order by t.period_end desc nulls first, t.id limit 1) t on true
    where x.action_id = any ($1) order by n.position`,
  indicators: `select n.id, n.code, n.title, n.unit, n.polarity, g.id as owner_id, g.name as owner_name,
      t.text as target_text, t.comparator, t.value as target_value, t.upper_value, o.value, o.as_at, h.value as held_value, h.text as held_text,
      to_char(o.as_at, 'FMDD FMMonth YYYY') as day
    from indicator n left join agency g on g.id = n.owner_agency_id
    left join lateral (select v.value, v.as_at from observation v where v.indicator_id = n.id and v.comparator_id is null
      and v.measure = n.headline_measure order by v.as_at desc, v.source limit 1) o on true
    left join lateral (select t.* from indicator_target t where t.indicator_id = n.id
      order by t.period_end desc nulls first, t.id limit 1) t on true
    left join lateral (select t.value, t.text from indicator_target t where t.indicator_id = n.id
      and coalesce(t.period_start <= o.as_at, true) and coalesce(t.period_end >= o.as_at, true)
      order by t.period_start desc nulls last, t.period_end nulls last, t.id limit 1) h on true
    where n.partnership_id = $1 order by n.position limit $2`,
  observations: `select v.indicator_id as parent, v.period_start as "periodStart", v.period_end as "periodEnd", v.value, v.qualifier,
      v.numerator, v.denominator, v.status, v.measure
    from observation v where v.indicator_id = any ($1) and v.comparator_id is null order by v.as_at`,
  comparators: `select c.indicator_id as parent, c.id, c.kind, c.label from comparator c where c.indicator_id = any ($1) order by c.position`,
  observationsOfComparators: `select v.comparator_id as parent, v.period_end as "periodEnd", v.value
    from observation v where v.comparator_id = any ($1) order by v.as_at`,
  trajectory: `select y.indicator_id as parent, y.period_end as "periodEnd", y.value
    from trajectory_point y where y.indicator_id = any ($1) order by y.period_end`,
  assurance: `
    with told as (
      select s.agency_id as lead, d.value as delivery, i.value as impact, ${OVERDUE} as overdue, ${STALE("d")} or ${STALE("i")} as stale
      from (select a.*, p.cadence_months from action a join partnership p on p.id = a.partnership_id
        where a.plan_id = $1 and a.status is distinct from 'SUPERSEDED') a
      left join lateral (select s.agency_id from assignment s where s.action_id = a.id and s.role in ('LEAD', 'UNCONFIRMED')
        order by s.role = 'LEAD' desc, s.position limit 1) s on true
      ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
    ), cell as (
      select lead, delivery, impact, count(*)::int as count, count(*) filter (where overdue) as overdue, count(*) filter (where stale) as stale
      from told group by lead, delivery, impact
    )
    select g.id, g.name, g.sector, sum(c.count)::int as actions, sum(c.overdue)::int as overdue, sum(c.stale)::int as stale,
      coalesce(sum(c.count) filter (where c.delivery is null or c.impact is null), 0)::int as unrated,
      coalesce(sum(c.count) filter (where c.delivery = 'GREEN' and c.impact = 'RED'), 0)::int as divergent,
      json_agg(json_build_object('delivery', c.delivery, 'impact', c.impact, 'count', c.count)
        order by ${COLOUR("c.delivery")}, ${COLOUR("c.impact")}) as matrix
    from cell c left join agency g on g.id = c.lead group by g.id, g.name, g.sector order by g.name nulls last`,
};

/**
 * What has fields of its own to load. mercurius tells the parents of a loader apart by their JSON, all of it, which costs it
 * two fifths of its time for a page of actions: these say their id alone.
 */
export class Parent {
  constructor(fields) {
    Object.assign(this, fields);
  }
  toJSON() {
    return this.id;
  }
}

/** The rows of each parent, in the order of the parents; with one, the first of them or null. */
const grouped = (parents, rows, shape) => {
  const byParent = new Map(parents.map((id) => [id, []]));
  for (const row of rows) byParent.get(row.parent)?.push(shape(row));
  return parents.map((id) => byParent.get(id));
};

/** A loader of `statement` by the id that `key` finds in the parent. Rows are kept for nobody: a parent is asked once. */
const loading = (statement, key, shape, one) => ({
  loader: async (queries, { read }) => {
    const ids = queries.map(({ obj }) => key(obj));
    const lists = grouped(ids, await read(statement, [[...new Set(ids)]]), shape);
    return one ? lists.map(([first]) => first ?? null) : lists;
  },
  opts: { cache: false },
});
const ofId = ({ id }) => id;
const asItIs = (row) => row;
const asParent = (row) => new Parent(row);

export const loaders = {
  Action: {
    objective: {
      loader: async (queries, { read }) => {
        const ids = [...new Set(queries.map(({ obj }) => obj.objective_id))];
        const byId = new Map((await read("objectives", [ids])).map((row) => [row.id, new Parent(row)]));
        return queries.map(({ obj }) => byId.get(obj.objective_id) ?? null);
      },
      opts: { cache: false },
    },
    leadAgency: loading("leadAgencies", ofId, ({ id, name, sector }) => ({ id, name, sector }), true),
    assignments: loading("assignments", ofId, ({ role, id, name }) => ({ role, agency: id ? { id, name } : null })),
    latestUpdate: loading(
      "latestUpdates",
      ofId,
      (row) => ({
        id: row.id,
        periodEnd: row.period_end,
        overallProgress: row.overall_progress,
        impactNarrative: row.impact_narrative,
        submittedAt: row.submitted_at?.toISOString() ?? null,
        author: row.author_name ? { id: row.author_agency_id, name: row.author_name } : null,
      }),
      true,
    ),
    indicators: loading("indicatorsOfActions", ofId, (row) => ({
      id: row.id,
      code: row.code,
      title: row.title,
      latestObservation: row.as_at ? { value: row.value, asAt: row.as_at } : null,
      target: row.target_text ? { text: row.target_text, value: row.target_value } : null,
    })),
  },
  Indicator: {
    observations: loading("observations", ofId, asItIs),
    comparators: loading("comparators", ofId, asParent),
    trajectory: loading("trajectory", ofId, asItIs),
  },
  Comparator: {
    observations: loading("observationsOfComparators", ofId, asItIs),
  },
  Objective: {
    findings: loading("findings", ofId, ({ id, source, reference }) => ({ id, source, reference })),
  },
};
