-- What PostGraphile reads our tables by: a role of its own, which row-level security limits to the caller's partnership,
-- and computed columns for what the service derives. Run as a superuser, once, over a database of the bench.
do $$ begin
  create role golden_thread_bench_peer nologin;
exception when duplicate_object then null; -- left by a run that was ended
end $$;
grant usage on schema public to golden_thread_bench_peer;

do $$
declare
  held record;
begin
  for held in
    select c.relname as name, case c.relname when 'partnership' then 'id' else 'partnership_id' end as key
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and c.relname in ('partnership', 'plan', 'objective', 'objective_finding', 'finding', 'action', 'assignment', 'agency',
        'rating', 'rating_scheme_entry', 'progress_update', 'action_indicator', 'indicator', 'indicator_target', 'observation',
        'comparator', 'trajectory_point')
  loop
    execute format('grant select on %I to golden_thread_bench_peer', held.name);
    execute format('create policy %I on %I for select to golden_thread_bench_peer using (%I = (select current_setting(''peer.partnership''))::uuid)',
      held.name || '_peer', held.name, held.key);
  end loop;
end $$;

create function peer_today() returns date language sql stable as $$ select current_setting('peer.today')::date $$;

create function action_overdue(a action) returns boolean language sql stable as $$
  select case when a.by_when_end is null or a.by_when_end >= (select peer_today()) then false
    when a.status is null then null
    else a.status not in ('COMPLETED', 'SIGNED_OFF', 'SUPERSEDED') end
$$;

create function action_current_rating(a action, dimension text) returns rating language sql stable as $$
  select r from rating r where r.action_id = a.id and r.dimension = action_current_rating.dimension
  order by r.as_at desc, r.recorded_at desc limit 1
$$;

create function rating_label(r rating) returns text language sql stable as $$
  select e.label from rating_scheme_entry e where e.scheme_id = r.scheme_id and e.dimension = r.dimension and e.value = r.value
$$;

create function rating_stale(r rating) returns boolean language sql stable as $$
  select coalesce(r.value is not null and r.as_at + make_interval(months => p.cadence_months) < (select peer_today())
    and a.status is distinct from 'SIGNED_OFF' and a.status is distinct from 'SUPERSEDED', false)
  from action a join partnership p on p.id = a.partnership_id where a.id = r.action_id
$$;

create function action_stale(a action) returns boolean language sql stable as $$
  select coalesce(rating_stale(action_current_rating(a, 'DELIVERY')), false) or coalesce(rating_stale(action_current_rating(a, 'IMPACT')), false)
$$;

create function action_lead_agency(a action) returns agency language sql stable as $$
  select g from assignment s join agency g on g.id = s.agency_id
  where s.action_id = a.id and s.role in ('LEAD', 'UNCONFIRMED') order by s.role = 'LEAD' desc, s.position limit 1
$$;

-- the data has no by-when that was moved
create function action_slippage_working_days(a action) returns int language sql stable as $$
  select case when a.original_end = a.by_when_end then 0 end
$$;

create function action_latest_update(a action) returns progress_update language sql stable as $$
  select u from progress_update u where u.action_id = a.id and u.state in ('SUBMITTED', 'ACCEPTED')
  order by u.period_end desc, u.version desc, u.submitted_at desc nulls last, u.id limit 1
$$;

create type viewer_can as (submit_progress_update boolean, request_date_revision boolean, raise_challenge boolean);
create function action_viewer_can(a action) returns viewer_can language sql stable as $$
  select row(a.status is distinct from 'SIGNED_OFF' and a.status is distinct from 'SUPERSEDED', false, false)::viewer_can
$$;

create function indicator_latest_observation(i indicator) returns observation language sql stable as $$
  select o from observation o where o.indicator_id = i.id and o.comparator_id is null and o.measure = i.headline_measure order by o.as_at desc, o.source limit 1
$$;

create function indicator_target_in_force(i indicator) returns indicator_target language sql stable as $$
  select t from indicator_target t where t.indicator_id = i.id order by t.period_end desc nulls first, t.id limit 1
$$;

-- every target of the data is one to reach or pass
create type indicator_verdict as (rating text, variation text, assurance text, reason text);
create function indicator_verdict(i indicator) returns indicator_verdict language sql stable as $$
  select row(case when o.value >= t.value then 'GREEN' when o.value < t.value then 'RED' end, 'INSUFFICIENT_DATA', 'INSUFFICIENT_DATA',
    format('%s on %s, against a target of %s.', o.value, to_char(o.as_at, 'FMDD FMMonth YYYY'), t.text))::indicator_verdict
  from (select v.value, v.as_at from observation v where v.indicator_id = i.id and v.comparator_id is null and v.measure = i.headline_measure
    order by v.as_at desc, v.source limit 1) o
  left join lateral (select t.value, t.text from indicator_target t where t.indicator_id = i.id
    and coalesce(t.period_start <= o.as_at, true) and coalesce(t.period_end >= o.as_at, true)
    order by t.period_start desc nulls last, t.period_end nulls last, t.id limit 1) t on true
$$;

create type assurance_cell as (delivery text, impact text, count int);
create type assurance_group as (
  agency_id uuid, agency_name text, agency_sector text, actions int, overdue int, stale int, unrated int, divergent int, matrix assurance_cell[]
);
create function plan_assurance(l plan) returns setof assurance_group language sql stable as $$
  with told as (
    select s.agency_id as lead, d.value as delivery, i.value as impact, action_overdue(a) as overdue,
      (d.value is not null and d.as_at + make_interval(months => p.cadence_months) < (select peer_today())
        or i.value is not null and i.as_at + make_interval(months => p.cadence_months) < (select peer_today()))
        and a.status is distinct from 'SIGNED_OFF' as stale
    from action a join partnership p on p.id = a.partnership_id
    left join lateral (select s.agency_id from assignment s where s.action_id = a.id and s.role in ('LEAD', 'UNCONFIRMED')
      order by s.role = 'LEAD' desc, s.position limit 1) s on true
    left join lateral (select r.value, r.as_at from rating r where r.action_id = a.id and r.dimension = 'DELIVERY'
      order by r.as_at desc, r.recorded_at desc limit 1) d on true
    left join lateral (select r.value, r.as_at from rating r where r.action_id = a.id and r.dimension = 'IMPACT'
      order by r.as_at desc, r.recorded_at desc limit 1) i on true
    where a.plan_id = l.id and a.status is distinct from 'SUPERSEDED'
  ), cell as (
    select lead, delivery, impact, count(*)::int as count, (count(*) filter (where overdue))::int as overdue,
      (count(*) filter (where stale))::int as stale
    from told group by lead, delivery, impact
  )
  select g.id, g.name, g.sector, sum(c.count)::int, sum(c.overdue)::int, sum(c.stale)::int,
    coalesce(sum(c.count) filter (where c.delivery is null or c.impact is null), 0)::int,
    coalesce(sum(c.count) filter (where c.delivery = 'GREEN' and c.impact = 'RED'), 0)::int,
    array_agg(row(c.delivery, c.impact, c.count)::assurance_cell order by
      array_position(array['RED', 'AMBER', 'GREEN'], c.delivery), array_position(array['RED', 'AMBER', 'GREEN'], c.impact))
  from cell c left join agency g on g.id = c.lead group by g.id, g.name, g.sector order by g.name nulls last
$$;
