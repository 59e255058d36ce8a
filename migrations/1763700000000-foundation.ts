import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The tables of the thread: partnership, agencies, plan, actions, reporting, indicators, imports. Row-level security
 * follows in the next migration, in the same first release. Keys reach over (partnership, row), so that no row can
 * point into another partnership, and each is served by an index.
 */
const tables = `
  create table partnership (
    id uuid not null default gen_random_uuid(),
    slug text not null,
    name text not null,
    label text not null,
    cadence_months int not null default '3',
    suppression_threshold int not null default '5',
    published_at timestamptz,
    constraint partnership_pkey primary key (id),
    constraint partnership_slug_key unique (slug)
  );

  create table agency (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    name text not null,
    short_name text,
    sector text not null,
    kind text not null,
    valid_from date,
    valid_to date,
    successor_id uuid,
    constraint agency_pkey primary key (id),
    constraint agency_partnership_id_id_key unique (partnership_id, id),
    constraint agency_partnership_id_name_key unique (partnership_id, name),
    constraint agency_kind_check check (kind in ('ORGANISATION', 'COLLECTIVE')),
    constraint agency_sector_check check (sector in ('POLICE', 'HEALTH', 'PUBLIC_HEALTH', 'EDUCATION', 'PROBATION', 'HOUSING', 'COUNCIL', 'SAFEGUARDING_BOARD', 'ADOPTION', 'VOLUNTARY', 'INDEPENDENT', 'OTHER')),
    constraint agency_successor_check check (successor_id is null or successor_id <> id),
    constraint agency_validity_check check (valid_to is null or valid_from is null or valid_from <= valid_to)
  );

  create table agency_alias (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    agency_id uuid not null,
    alias text not null,
    key text not null,
    constraint agency_alias_pkey primary key (id),
    constraint agency_alias_partnership_id_key_key unique (partnership_id, key)
  );

  create table agency_code (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    agency_id uuid not null,
    scheme text not null,
    value text not null,
    constraint agency_code_pkey primary key (id),
    constraint agency_code_partnership_id_scheme_value_key unique (partnership_id, scheme, value)
  );

  create table collective_member (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    collective_id uuid not null,
    member_id uuid not null,
    valid_from date,
    valid_to date,
    constraint collective_member_pkey primary key (id),
    constraint collective_member_collective_id_member_id_key unique (collective_id, member_id),
    constraint collective_member_self_check check (collective_id <> member_id)
  );

  create table post (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    title text not null,
    key text not null,
    agency_id uuid,
    constraint post_pkey primary key (id),
    constraint post_partnership_id_id_key unique (partnership_id, id),
    constraint post_partnership_id_key_key unique (partnership_id, key)
  );

  create table post_alias (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    post_id uuid not null,
    alias text not null,
    key text not null,
    constraint post_alias_pkey primary key (id),
    constraint post_alias_partnership_id_key_key unique (partnership_id, key)
  );

  create table person (
    id uuid not null default gen_random_uuid(),
    issuer text not null,
    subject text not null,
    label text not null,
    constraint person_pkey primary key (id),
    constraint person_issuer_subject_key unique (issuer, subject)
  );

  create table membership (
    id uuid not null default gen_random_uuid(),
    person_id uuid not null,
    partnership_id uuid,
    agency_id uuid,
    role text not null,
    valid_from date not null,
    valid_to date,
    constraint membership_pkey primary key (id),
    constraint membership_role_check check (role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD', 'PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR', 'SCRUTINY_MEMBER', 'INSPECTOR', 'INTEGRATOR', 'PLATFORM_ADMIN'))
  );

  create table plan (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    slug text not null,
    title text not null,
    period_start date,
    period_end date,
    reported_on date,
    signed_off_on date,
    published_at timestamptz,
    superseded_by_id uuid,
    constraint plan_pkey primary key (id),
    constraint plan_partnership_id_id_key unique (partnership_id, id),
    constraint plan_partnership_id_slug_key unique (partnership_id, slug),
    constraint plan_period_check check (period_end is null or period_start is null or period_start <= period_end)
  );

  create table theme (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    position int not null,
    title text not null,
    constraint theme_pkey primary key (id),
    constraint theme_partnership_id_id_key unique (partnership_id, id),
    constraint theme_plan_id_position_key unique (plan_id, position)
  );

  create table objective (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    theme_id uuid,
    reference text not null,
    reference_order text collate "C" not null,
    title text not null,
    kind text not null,
    constraint objective_pkey primary key (id),
    constraint objective_partnership_id_id_key unique (partnership_id, id),
    constraint objective_plan_id_reference_key unique (plan_id, reference),
    constraint objective_kind_check check (kind in ('RECOMMENDATION', 'AREA_FOR_DEVELOPMENT', 'AREA_FOR_IMPROVEMENT', 'OBJECTIVE'))
  );

  create table finding (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    source text not null,
    reference text not null,
    title text,
    published_on date,
    constraint finding_pkey primary key (id),
    constraint finding_partnership_id_id_key unique (partnership_id, id),
    constraint finding_plan_id_source_reference_key unique (plan_id, source, reference),
    constraint finding_source_check check (source in ('OFSTED', 'CQC', 'HMICFRS', 'HMI_PROBATION', 'JTAI', 'DFE_NOTICE', 'SERIOUS_CASE_REVIEW', 'PEER_REVIEW', 'AUDIT', 'MONITORING_VISIT', 'OTHER'))
  );

  create table objective_finding (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    objective_id uuid not null,
    finding_id uuid not null,
    constraint objective_finding_pkey primary key (id),
    constraint objective_finding_objective_id_finding_id_key unique (objective_id, finding_id)
  );

  create table action (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    objective_id uuid,
    theme_id uuid,
    reference text not null,
    reference_order text collate "C" not null,
    title text not null,
    description text,
    desired_outcome text,
    measure text,
    success_criteria text,
    status text,
    by_when_text text not null,
    by_when_kind text not null,
    by_when_start date,
    by_when_end date,
    by_when_precision text,
    original_text text,
    original_kind text,
    original_start date,
    original_end date,
    original_precision text,
    sort_key text collate "C" not null default '',
    review_on date,
    doubts text[] not null default '{}',
    version int not null default '1',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint action_pkey primary key (id),
    constraint action_partnership_id_id_key unique (partnership_id, id),
    constraint action_plan_id_reference_key unique (plan_id, reference),
    constraint action_by_when_check check ((by_when_kind in ('DUE', 'RANGE')) = (by_when_end is not null)),
    constraint action_by_when_kind_check check (by_when_kind in ('DUE', 'ONGOING', 'RECURRING', 'RANGE', 'UNKNOWN')),
    constraint action_by_when_order_check check (by_when_start is null or by_when_end is null or by_when_start <= by_when_end),
    constraint action_by_when_precision_check check (by_when_precision in ('DAY', 'MONTH', 'QUARTER', 'YEAR')),
    constraint action_original_kind_check check (original_kind in ('DUE', 'ONGOING', 'RECURRING', 'RANGE', 'UNKNOWN')),
    constraint action_original_precision_check check (original_precision in ('DAY', 'MONTH', 'QUARTER', 'YEAR')),
    constraint action_status_check check (status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'SIGNED_OFF', 'SUPERSEDED'))
  );

  create table action_finding (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    action_id uuid not null,
    finding_id uuid not null,
    constraint action_finding_pkey primary key (id),
    constraint action_finding_action_id_finding_id_key unique (action_id, finding_id)
  );

  create table milestone (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    action_id uuid not null,
    position int not null,
    label text,
    text text not null,
    kind text not null,
    start date,
    "end" date,
    precision text,
    constraint milestone_pkey primary key (id),
    constraint milestone_action_id_position_key unique (action_id, position),
    constraint milestone_kind_check check (kind in ('DUE', 'ONGOING', 'RECURRING', 'RANGE', 'UNKNOWN')),
    constraint milestone_precision_check check (precision in ('DAY', 'MONTH', 'QUARTER', 'YEAR'))
  );

  create table assignment (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    action_id uuid not null,
    agency_id uuid,
    post_id uuid,
    position int not null,
    role text not null,
    text text,
    action_sort_key text collate "C" not null default '',
    constraint assignment_pkey primary key (id),
    constraint assignment_action_id_position_key unique (action_id, position),
    constraint assignment_role_check check (role in ('LEAD', 'CONTRIBUTOR', 'UNCONFIRMED')),
    constraint assignment_whom_check check (agency_id is not null or post_id is not null)
  );

  create table rating_scheme (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    version int not null default '1',
    constraint rating_scheme_pkey primary key (id),
    constraint rating_scheme_partnership_id_id_key unique (partnership_id, id),
    constraint rating_scheme_plan_id_version_key unique (plan_id, version)
  );

  create table rating_scheme_entry (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    scheme_id uuid not null,
    dimension text not null,
    value text not null,
    label text not null,
    definition text,
    constraint rating_scheme_entry_pkey primary key (id),
    constraint rating_scheme_entry_colour_key unique (scheme_id, dimension, value),
    constraint rating_scheme_entry_dimension_check check (dimension in ('DELIVERY', 'IMPACT')),
    constraint rating_scheme_entry_value_check check (value in ('RED', 'AMBER', 'GREEN'))
  );

  create table published_total (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    source text not null,
    dimension text not null,
    value text,
    count int not null,
    position int not null,
    constraint published_total_pkey primary key (id),
    constraint published_total_plan_id_source_dimension_value_key unique (plan_id, source, dimension, value),
    constraint published_total_count_check check (count >= 0),
    constraint published_total_dimension_check check (dimension in ('DELIVERY', 'IMPACT')),
    constraint published_total_value_check check (value in ('RED', 'AMBER', 'GREEN'))
  );

  create table progress_update (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    author_agency_id uuid,
    period_start date,
    period_end date not null,
    state text not null,
    version int not null default '1',
    overall_progress text,
    impact_narrative text,
    risk_note text,
    proposed_delivery text,
    proposed_impact text,
    submitted_at timestamptz,
    accepted_at timestamptz,
    returned_at timestamptz,
    returned_reason text,
    published_at timestamptz,
    constraint progress_update_pkey primary key (id),
    constraint progress_update_partnership_id_id_key unique (partnership_id, id),
    constraint progress_update_version_key unique (action_id, author_agency_id, period_end, version),
    constraint progress_update_proposed_delivery_check check (proposed_delivery in ('RED', 'AMBER', 'GREEN')),
    constraint progress_update_proposed_impact_check check (proposed_impact in ('RED', 'AMBER', 'GREEN')),
    constraint progress_update_returned_check check (state <> 'RETURNED' or returned_reason is not null),
    constraint progress_update_state_check check (state in ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED'))
  );

  create table rating (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    scheme_id uuid not null,
    dimension text not null,
    value text,
    basis text not null,
    as_at date not null,
    recorded_at timestamptz not null default now(),
    agency_id uuid,
    rationale text,
    constraint rating_pkey primary key (id),
    constraint rating_basis_check check (basis in ('REPORTED', 'MODERATED')),
    constraint rating_dimension_check check (dimension in ('DELIVERY', 'IMPACT'))
  );

  create table indicator (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    code text not null,
    title text not null,
    definition text,
    unit text not null,
    polarity text not null,
    headline_measure text not null default 'PERIOD',
    cadence text,
    owner_agency_id uuid,
    position int not null,
    constraint indicator_pkey primary key (id),
    constraint indicator_partnership_id_code_key unique (partnership_id, code),
    constraint indicator_partnership_id_id_key unique (partnership_id, id),
    constraint indicator_headline_measure_check check (headline_measure in ('PERIOD', 'YEAR_TO_DATE', 'ROLLING_12_MONTHS', 'SNAPSHOT')),
    constraint indicator_polarity_check check (polarity in ('HIGHER_IS_BETTER', 'LOWER_IS_BETTER', 'IN_RANGE')),
    constraint indicator_unit_check check (unit in ('PERCENT', 'DAYS', 'COUNT', 'RATE', 'RATE_PER_1000', 'RATE_PER_10000'))
  );

  create table indicator_target (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    indicator_id uuid not null,
    text text not null,
    comparator text not null,
    value numeric,
    upper_value numeric,
    period_start date,
    period_end date,
    constraint indicator_target_pkey primary key (id),
    constraint indicator_target_comparator_check check (comparator in ('AT_LEAST', 'AT_MOST', 'LESS_THAN', 'GREATER_THAN', 'BETWEEN', 'EXACTLY', 'NOT_SET')),
    constraint indicator_target_range_check check ((comparator = 'BETWEEN') = (upper_value is not null)),
    constraint indicator_target_value_check check ((comparator = 'NOT_SET') = (value is null))
  );

  create table observation (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    indicator_id uuid not null,
    measure text not null,
    period_start date,
    period_end date,
    as_at date not null,
    value numeric,
    qualifier text,
    numerator int,
    denominator int,
    status text not null,
    missing_reason text,
    source text not null,
    published_at timestamptz,
    constraint observation_pkey primary key (id),
    constraint observation_point_key unique (indicator_id, measure, as_at, source),
    constraint observation_measure_check check (measure in ('PERIOD', 'YEAR_TO_DATE', 'ROLLING_12_MONTHS', 'SNAPSHOT')),
    constraint observation_missing_reason_check check (missing_reason in ('NOT_RETURNED', 'NOT_DUE', 'SUPPRESSED', 'NOT_COLLECTED')),
    constraint observation_status_check check (status in ('PROVISIONAL', 'FINAL', 'EMBARGOED')),
    constraint observation_value_check check ((value is null) = (missing_reason is not null))
  );

  create table action_indicator (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    indicator_id uuid not null,
    constraint action_indicator_pkey primary key (id),
    constraint action_indicator_action_id_indicator_id_key unique (action_id, indicator_id)
  );

  create table import_batch (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    plan_id uuid not null,
    file_name text not null,
    sha256 text not null,
    report jsonb not null,
    applied_by text not null,
    applied_at timestamptz not null default now(),
    constraint import_batch_pkey primary key (id),
    constraint import_batch_partnership_id_id_key unique (partnership_id, id)
  );

  create table import_row (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    batch_id uuid not null,
    entity text not null,
    entity_id uuid not null,
    reference text not null,
    outcome text not null,
    line_from int not null,
    line_to int not null,
    constraint import_row_pkey primary key (id)
  );
`;

const references = `
  alter table agency add constraint agency_partnership_id_fkey foreign key (partnership_id) references partnership(id);
  alter table agency add constraint agency_partnership_id_successor_id_fkey foreign key (partnership_id, successor_id) references agency(partnership_id,id);
  alter table agency_alias add constraint agency_alias_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency(partnership_id,id) on delete cascade;
  alter table agency_code add constraint agency_code_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency(partnership_id,id) on delete cascade;
  alter table collective_member add constraint collective_member_partnership_id_member_id_fkey foreign key (partnership_id, member_id) references agency(partnership_id,id) on delete cascade;
  alter table collective_member add constraint collective_member_partnership_id_collective_id_fkey foreign key (partnership_id, collective_id) references agency(partnership_id,id) on delete cascade;
  alter table post add constraint post_partnership_id_fkey foreign key (partnership_id) references partnership(id);
  alter table post add constraint post_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency(partnership_id,id);
  alter table post_alias add constraint post_alias_partnership_id_post_id_fkey foreign key (partnership_id, post_id) references post(partnership_id,id) on delete cascade;
  alter table membership add constraint membership_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency(partnership_id,id);
  alter table membership add constraint membership_partnership_id_fkey foreign key (partnership_id) references partnership(id);
  alter table membership add constraint membership_person_id_fkey foreign key (person_id) references person(id);
  alter table plan add constraint plan_partnership_id_fkey foreign key (partnership_id) references partnership(id);
  alter table plan add constraint plan_partnership_id_superseded_by_id_fkey foreign key (partnership_id, superseded_by_id) references plan(partnership_id,id);
  alter table theme add constraint theme_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table objective add constraint objective_partnership_id_theme_id_fkey foreign key (partnership_id, theme_id) references theme(partnership_id,id);
  alter table objective add constraint objective_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table finding add constraint finding_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table objective_finding add constraint objective_finding_partnership_id_finding_id_fkey foreign key (partnership_id, finding_id) references finding(partnership_id,id) on delete cascade;
  alter table objective_finding add constraint objective_finding_partnership_id_objective_id_fkey foreign key (partnership_id, objective_id) references objective(partnership_id,id) on delete cascade;
  alter table objective_finding add constraint objective_finding_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table action add constraint action_partnership_id_theme_id_fkey foreign key (partnership_id, theme_id) references theme(partnership_id,id);
  alter table action add constraint action_partnership_id_objective_id_fkey foreign key (partnership_id, objective_id) references objective(partnership_id,id);
  alter table action add constraint action_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table action_finding add constraint action_finding_partnership_id_finding_id_fkey foreign key (partnership_id, finding_id) references finding(partnership_id,id) on delete cascade;
  alter table action_finding add constraint action_finding_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action(partnership_id,id) on delete cascade;
  alter table action_finding add constraint action_finding_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table milestone add constraint milestone_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action(partnership_id,id) on delete cascade;
  alter table milestone add constraint milestone_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table assignment add constraint assignment_partnership_id_post_id_fkey foreign key (partnership_id, post_id) references post(partnership_id,id);
  alter table assignment add constraint assignment_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency(partnership_id,id);
  alter table assignment add constraint assignment_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action(partnership_id,id) on delete cascade;
  alter table assignment add constraint assignment_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table rating_scheme add constraint rating_scheme_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table rating_scheme_entry add constraint rating_scheme_entry_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table rating_scheme_entry add constraint rating_scheme_entry_partnership_id_scheme_id_fkey foreign key (partnership_id, scheme_id) references rating_scheme(partnership_id,id) on delete cascade;
  alter table published_total add constraint published_total_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id) on delete cascade;
  alter table progress_update add constraint progress_update_partnership_id_author_agency_id_fkey foreign key (partnership_id, author_agency_id) references agency(partnership_id,id);
  alter table progress_update add constraint progress_update_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action(partnership_id,id) on delete cascade;
  alter table rating add constraint rating_colour_of_scheme_fkey foreign key (scheme_id, dimension, value) references rating_scheme_entry(scheme_id,dimension,value);
  alter table rating add constraint rating_partnership_id_scheme_id_fkey foreign key (partnership_id, scheme_id) references rating_scheme(partnership_id,id);
  alter table rating add constraint rating_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency(partnership_id,id);
  alter table rating add constraint rating_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action(partnership_id,id) on delete cascade;
  alter table indicator add constraint indicator_partnership_id_fkey foreign key (partnership_id) references partnership(id);
  alter table indicator add constraint indicator_partnership_id_owner_agency_id_fkey foreign key (partnership_id, owner_agency_id) references agency(partnership_id,id);
  alter table indicator_target add constraint indicator_target_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator(partnership_id,id) on delete cascade;
  alter table observation add constraint observation_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator(partnership_id,id) on delete cascade;
  alter table action_indicator add constraint action_indicator_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator(partnership_id,id) on delete cascade;
  alter table action_indicator add constraint action_indicator_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action(partnership_id,id) on delete cascade;
  alter table import_batch add constraint import_batch_partnership_id_plan_id_fkey foreign key (partnership_id, plan_id) references plan(partnership_id,id);
  alter table import_row add constraint import_row_partnership_id_batch_id_fkey foreign key (partnership_id, batch_id) references import_batch(partnership_id,id) on delete cascade;
`;

const indexes = `
  create index agency_successor_id_partnership_id_idx on agency (successor_id, partnership_id);
  create index agency_alias_agency_id_partnership_id_idx on agency_alias (agency_id, partnership_id);
  create index agency_code_agency_id_partnership_id_idx on agency_code (agency_id, partnership_id);
  create index collective_member_partnership_id_idx on collective_member (partnership_id);
  create index collective_member_member_id_partnership_id_idx on collective_member (member_id, partnership_id);
  create index collective_member_collective_id_partnership_id_idx on collective_member (collective_id, partnership_id);
  create index post_agency_id_partnership_id_idx on post (agency_id, partnership_id);
  create index post_alias_post_id_partnership_id_idx on post_alias (post_id, partnership_id);
  create index membership_agency_id_partnership_id_idx on membership (agency_id, partnership_id);
  create index membership_partnership_id_idx on membership (partnership_id);
  create index membership_person_id_idx on membership (person_id);
  create index plan_superseded_by_id_partnership_id_idx on plan (superseded_by_id, partnership_id);
  create index theme_plan_id_partnership_id_idx on theme (plan_id, partnership_id);
  create index objective_theme_id_partnership_id_idx on objective (theme_id, partnership_id);
  create index objective_plan_id_partnership_id_idx on objective (plan_id, partnership_id);
  create index finding_plan_id_partnership_id_idx on finding (plan_id, partnership_id);
  create index objective_finding_finding_id_partnership_id_idx on objective_finding (finding_id, partnership_id);
  create index objective_finding_objective_id_partnership_id_idx on objective_finding (objective_id, partnership_id);
  create index objective_finding_plan_id_partnership_id_idx on objective_finding (plan_id, partnership_id);
  create index action_theme_id_partnership_id_idx on action (theme_id, partnership_id);
  create index action_objective_id_partnership_id_idx on action (objective_id, partnership_id);
  create index action_plan_id_partnership_id_idx on action (plan_id, partnership_id);
  create index action_partnership_reference_idx on action (partnership_id, reference_order, id);
  create index action_everywhere_list_idx on action (sort_key, id);
  create index action_partnership_list_idx on action (partnership_id, sort_key, id);
  create index action_reference_list_idx on action (plan_id, reference_order, id);
  create index action_list_idx on action (plan_id, sort_key, id);
  create index action_finding_finding_id_partnership_id_idx on action_finding (finding_id, partnership_id);
  create index action_finding_action_id_partnership_id_idx on action_finding (action_id, partnership_id);
  create index action_finding_plan_id_partnership_id_idx on action_finding (plan_id, partnership_id);
  create index milestone_action_id_partnership_id_idx on milestone (action_id, partnership_id);
  create index milestone_plan_id_partnership_id_idx on milestone (plan_id, partnership_id);
  create index assignment_post_id_partnership_id_idx on assignment (post_id, partnership_id);
  create index assignment_action_id_partnership_id_idx on assignment (action_id, partnership_id);
  create index assignment_plan_id_partnership_id_idx on assignment (plan_id, partnership_id);
  create index assignment_agency_list_idx on assignment (agency_id, partnership_id, action_sort_key, action_id);
  CREATE unique INDEX assignment_one_lead_idx on assignment (action_id) where role = 'LEAD';
  create index rating_scheme_plan_id_partnership_id_idx on rating_scheme (plan_id, partnership_id);
  create index rating_scheme_entry_plan_id_partnership_id_idx on rating_scheme_entry (plan_id, partnership_id);
  create index rating_scheme_entry_scheme_id_partnership_id_idx on rating_scheme_entry (scheme_id, partnership_id);
  create index published_total_plan_id_partnership_id_idx on published_total (plan_id, partnership_id);
  create index progress_update_author_agency_id_partnership_id_idx on progress_update (author_agency_id, partnership_id);
  create index progress_update_action_id_partnership_id_idx on progress_update (action_id, partnership_id);
  CREATE unique INDEX progress_update_one_draft_idx on progress_update (action_id, author_agency_id, period_end) where state = 'DRAFT';
  create index progress_update_latest_idx on progress_update (action_id, period_end, version);
  create index rating_scheme_colour_idx on rating (scheme_id, dimension, value);
  create index rating_scheme_id_partnership_id_idx on rating (scheme_id, partnership_id);
  create index rating_agency_id_partnership_id_idx on rating (agency_id, partnership_id);
  create index rating_action_id_partnership_id_idx on rating (action_id, partnership_id);
  create index rating_latest_idx on rating (action_id, dimension, as_at, recorded_at);
  create index indicator_owner_agency_id_partnership_id_idx on indicator (owner_agency_id, partnership_id);
  create index indicator_target_indicator_id_partnership_id_idx on indicator_target (indicator_id, partnership_id);
  create index indicator_target_latest_idx on indicator_target (indicator_id, period_end);
  create index observation_indicator_id_partnership_id_idx on observation (indicator_id, partnership_id);
  create index observation_latest_idx on observation (indicator_id, measure, as_at);
  create index action_indicator_indicator_id_partnership_id_idx on action_indicator (indicator_id, partnership_id);
  create index action_indicator_action_id_partnership_id_idx on action_indicator (action_id, partnership_id);
  create index import_batch_plan_id_partnership_id_idx on import_batch (plan_id, partnership_id);
  create index import_batch_plan_id_sha256_idx on import_batch (plan_id, sha256);
  create index import_row_entity_id_idx on import_row (entity_id);
  create index import_row_batch_id_partnership_id_idx on import_row (batch_id, partnership_id);
`;

/** A deterministic key for opaque cursors, shared by every replica. Not a tenant's row: it holds no content. */
const serviceSecret = `
  create table service_secret (
    purpose text not null,
    secret bytea not null,
    created_at timestamptz not null default now(),
    constraint service_secret_pkey primary key (purpose)
  );
`;

/** What the rows must keep true whoever writes them. */
const invariants = `
  create function action_keep_original() returns trigger language plpgsql as $$
  begin
    if (old.original_text, old.original_kind, old.original_start, old.original_end, old.original_precision)
       is distinct from (new.original_text, new.original_kind, new.original_start, new.original_end, new.original_precision) then
      raise exception 'the original by-when of an action never changes' using errcode = 'integrity_constraint_violation', constraint = 'action_original_fixed';
    end if;
    return new;
  end $$;
  create trigger action_keep_original before update on action for each row execute function action_keep_original();

  create function action_set_sort_key() returns trigger language plpgsql as $$
  begin
    new.sort_key := coalesce(to_char(new.by_when_end, 'YYYY-MM-DD'), '9999-12-31') || ' ' || new.reference_order;
    return new;
  end $$;
  create trigger action_set_sort_key before insert or update on action for each row execute function action_set_sort_key();

  create function action_pass_on_sort_key() returns trigger language plpgsql as $$
  begin
    update assignment set action_sort_key = new.sort_key where action_id = new.id;
    return null;
  end $$;
  create trigger action_pass_on_sort_key after update on action for each row
    when (old.sort_key is distinct from new.sort_key) execute function action_pass_on_sort_key();

  create function assignment_set_sort_key() returns trigger language plpgsql as $$
  begin
    select sort_key into strict new.action_sort_key from action where id = new.action_id;
    return new;
  end $$;
  create trigger assignment_set_sort_key before insert or update on assignment for each row execute function assignment_set_sort_key();
`;

export class Foundation1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(references);
    await runner.query(indexes);
    await runner.query(serviceSecret);
    await runner.query(invariants);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table service_secret");
    for (const table of [...names].reverse()) await runner.query(`drop table ${table} cascade`);
    for (const name of [
      "action_keep_original",
      "action_set_sort_key",
      "action_pass_on_sort_key",
      "assignment_set_sort_key",
    ])
      await runner.query(`drop function ${name}()`);
  }
}

const names = [
  "partnership",
  "agency",
  "agency_alias",
  "agency_code",
  "collective_member",
  "post",
  "post_alias",
  "person",
  "membership",
  "plan",
  "theme",
  "objective",
  "finding",
  "objective_finding",
  "action",
  "action_finding",
  "milestone",
  "assignment",
  "rating_scheme",
  "rating_scheme_entry",
  "published_total",
  "progress_update",
  "rating",
  "indicator",
  "indicator_target",
  "observation",
  "action_indicator",
  "import_batch",
  "import_row",
];
