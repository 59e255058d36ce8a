import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * What an indicator is held against (comparators, an agreed trajectory, targets of every printed kind) and figures as they
 * are printed: ranges, and values of which no day survives.
 */
const tables = `
  alter table indicator
    drop constraint indicator_polarity_check,
    drop constraint indicator_unit_check,
    add constraint indicator_polarity_check check (polarity in ('HIGHER_IS_BETTER', 'LOWER_IS_BETTER', 'IN_RANGE', 'NEITHER')),
    add constraint indicator_unit_check check (unit in ('PERCENT', 'DAYS', 'MONTHS', 'YEARS', 'COUNT', 'POUNDS', 'RATE', 'RATE_PER_1000', 'RATE_PER_10000'));
  create index indicator_in_order_idx on indicator (partnership_id, position, id);

  alter table indicator_target
    drop constraint indicator_target_comparator_check,
    drop constraint indicator_target_value_check,
    add constraint indicator_target_comparator_check check (comparator in ('AT_LEAST', 'AT_MOST', 'LESS_THAN', 'GREATER_THAN', 'BETWEEN', 'EXACTLY', 'NOT_SET', 'NOT_APPLICABLE', 'IN_WORDS')),
    add constraint indicator_target_value_check check ((comparator in ('NOT_SET', 'NOT_APPLICABLE', 'IN_WORDS')) = (value is null));

  create table comparator (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    indicator_id uuid not null,
    kind text not null,
    label text not null,
    position int not null,
    constraint comparator_pkey primary key (id),
    constraint comparator_partnership_id_id_key unique (partnership_id, id),
    constraint comparator_partnership_id_indicator_id_label_key unique (partnership_id, indicator_id, label),
    constraint comparator_kind_check check (kind in ('ENGLAND', 'REGION', 'STATISTICAL_NEIGHBOURS', 'OTHER_AUTHORITY', 'ELSEWHERE_IN_AREA', 'PREVIOUS_YEAR', 'OTHER')),
    constraint comparator_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator (partnership_id, id) on delete cascade
  );

  create table trajectory_point (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    indicator_id uuid not null,
    period_end date not null,
    value numeric not null,
    constraint trajectory_point_pkey primary key (id),
    constraint trajectory_point_partnership_id_indicator_id_period_end_key unique (partnership_id, indicator_id, period_end),
    constraint trajectory_point_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator (partnership_id, id) on delete cascade
  );

  alter table observation
    alter column as_at drop not null,
    add column comparator_id uuid,
    add column upper_value numeric,
    add column needs_review boolean not null default false,
    add column position int not null default 0,
    drop constraint observation_point_key,
    add constraint observation_point_key unique nulls not distinct (partnership_id, indicator_id, comparator_id, measure, as_at, position, source),
    add constraint observation_undated_check check (as_at is not null or needs_review),
    add constraint observation_upper_value_check check (upper_value is null or upper_value > value),
    add constraint observation_partnership_id_comparator_id_fkey foreign key (partnership_id, comparator_id) references comparator (partnership_id, id) on delete cascade;
  create index observation_comparator_id_partnership_id_idx on observation (comparator_id, partnership_id);
`;

/** What the tables could not hold before goes with what held it; the owner is bound by row-level security, so it is lifted. */
const undo = `
  drop table trajectory_point;
  alter table observation no force row level security;
  delete from observation where as_at is null or comparator_id is not null or upper_value is not null or position <> 0;
  alter table observation
    force row level security,
    drop constraint observation_partnership_id_comparator_id_fkey,
    drop constraint observation_upper_value_check,
    drop constraint observation_undated_check,
    drop constraint observation_point_key,
    drop column position,
    drop column needs_review,
    drop column upper_value,
    drop column comparator_id,
    alter column as_at set not null,
    add constraint observation_point_key unique (indicator_id, measure, as_at, source);
  drop table comparator;

  alter table indicator_target no force row level security;
  delete from indicator_target where comparator in ('NOT_APPLICABLE', 'IN_WORDS');
  alter table indicator_target
    force row level security,
    drop constraint indicator_target_comparator_check,
    drop constraint indicator_target_value_check,
    add constraint indicator_target_comparator_check check (comparator in ('AT_LEAST', 'AT_MOST', 'LESS_THAN', 'GREATER_THAN', 'BETWEEN', 'EXACTLY', 'NOT_SET')),
    add constraint indicator_target_value_check check ((comparator = 'NOT_SET') = (value is null));

  drop index indicator_in_order_idx;
  alter table indicator no force row level security;
  delete from indicator where polarity = 'NEITHER' or unit in ('MONTHS', 'YEARS', 'POUNDS');
  alter table indicator
    force row level security,
    drop constraint indicator_polarity_check,
    drop constraint indicator_unit_check,
    add constraint indicator_polarity_check check (polarity in ('HIGHER_IS_BETTER', 'LOWER_IS_BETTER', 'IN_RANGE')),
    add constraint indicator_unit_check check (unit in ('PERCENT', 'DAYS', 'COUNT', 'RATE', 'RATE_PER_1000', 'RATE_PER_10000'));
`;

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";

export class IndicatorSeries1763700000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    // seen where the indicator and its targets are; the figures of a comparator are observations, and ruled as those are
    for (const table of ["comparator", "trajectory_point"]) {
      const published = `exists (select 1 from partnership p where p.id = ${table}.partnership_id`;
      for (const statement of [
        `alter table ${table} enable row level security, force row level security`,
        `grant select, insert, update on ${table} to golden_thread_app`,
        `create policy ${table}_read on ${table} for select to golden_thread_app using (${member} or ${published}))`,
        `create policy ${table}_add on ${table} for insert to golden_thread_app with check (${kept})`,
        `create policy ${table}_change on ${table} for update to golden_thread_app using (${kept}) with check (${kept})`,
        `create policy ${table}_scope on ${table} as restrictive for select to golden_thread_app using ((select app.in_scope('READ_INDICATORS')))`,
        `create policy ${table}_content on ${table} as restrictive for select to golden_thread_app using (
           not (select app.admin()) or (select app.operator()) or ${member} or ${published} and p.published_at <= (select app.now())))`,
      ])
        await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(undo);
  }
}
