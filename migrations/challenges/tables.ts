const kinds = (...names: string[]) => names.map((name) => `'${name}'`).join(", ");

/** What every table of a partnership's begins with. */
const row = `
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,`;
const link = (table: string, column: string, target: string) =>
  `constraint ${table}_partnership_id_${column}_fkey foreign key (partnership_id, ${column}) references ${target} (partnership_id, id)`;
const person = (table: string, column: string) =>
  `constraint ${table}_${column}_fkey foreign key (${column}) references person (id)`;
const indexed = (table: string, ...columns: string[]) =>
  columns
    .map((column) => `create index ${table}_${column}_partnership_id_idx on ${table} (${column}, partnership_id);`)
    .join("\n  ");

const UNITS = kinds("WORKING_DAYS", "CALENDAR_DAYS", "HOURS", "SAME_WORKING_DAY");
/** A limit is a unit with its count, the same working day alone, or nothing at all. */
const limit = (table: string, name: string) => `
    constraint ${table}_${name}_unit_check check (${name}_unit in (${UNITS})),
    constraint ${table}_${name}_check check (coalesce(${name}_unit <> 'SAME_WORKING_DAY', false) = (${name}_count is not null) and coalesce(${name}_count, 1) > 0),`;

const STATES = [
  "RAISED",
  "ACKNOWLEDGED",
  "RESPONDED",
  "RESOLUTION_PROPOSED",
  "AGREED",
  "DECIDED",
  "DEADLOCKED",
  "WITHDRAWN",
];
const ENDED = kinds(...STATES.slice(4));
const SIDES = kinds("RAISER", "ANSWERER", "DECIDER");

/**
 * Ladders, in versions that are never changed once a challenge may stand on one, and challenges. Who is party to a challenge
 * stands in its own row, which row-level security reads: a table beside it would have to ask the challenge who may see it.
 */
export const tables = `
  create table ladder (${row}
    name text not null,
    division text,
    retired_on date,
    version int not null default 1,
    constraint ladder_pkey primary key (id),
    constraint ladder_partnership_id_id_key unique (partnership_id, id),
    constraint ladder_partnership_id_name_key unique (partnership_id, name),
    constraint ladder_division_check check (division in (${kinds("ENGLAND_AND_WALES", "SCOTLAND", "NORTHERN_IRELAND")})),
    constraint ladder_partnership_id_fkey foreign key (partnership_id) references partnership (id)
  );

  create table ladder_version (${row}
    ladder_id uuid not null,
    number int not null,
    source text,
    cut_off text,
    out_of_scope text[] not null default '{}',
    out_of_scope_note text,
    triggers text[] not null default '{}',
    triggers_only boolean not null default false,
    from_at timestamptz not null,
    constraint ladder_version_pkey primary key (id),
    constraint ladder_version_partnership_id_id_key unique (partnership_id, id),
    constraint ladder_version_partnership_id_ladder_id_number_key unique (partnership_id, ladder_id, number),
    constraint ladder_version_number_check check (number > 0),
    constraint ladder_version_cut_off_check check (cut_off ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and cut_off <> '00:00'),
    constraint ladder_version_triggers_check check (not triggers_only or triggers <> '{}'),
    ${link("ladder_version", "ladder_id", "ladder")}
  );
  ${indexed("ladder_version", "ladder_id")}

  create table ladder_stage (${row}
    ladder_version_id uuid not null,
    number int not null,
    name text not null,
    informal boolean not null default false,
    may_be_skipped boolean not null default false,
    decider_kind text not null,
    decider_role text,
    decider_post_id uuid,
    decider_board_id uuid,
    decider text not null,
    limit_unit text,
    limit_count int,
    acknowledge_unit text,
    acknowledge_count int,
    constraint ladder_stage_pkey primary key (id),
    constraint ladder_stage_partnership_id_ladder_version_id_number_key unique (partnership_id, ladder_version_id, number),
    constraint ladder_stage_number_check check (number > 0),
    constraint ladder_stage_decider_kind_check check (decider_kind in (${kinds("PARTIES", "ROLE", "POST", "BOARD")})),
    constraint ladder_stage_decider_role_check check (decider_role in (${kinds("PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR")})),
    constraint ladder_stage_decider_check check ((decider_kind = 'ROLE') = (decider_role is not null)
      and (decider_kind = 'POST') = (decider_post_id is not null) and (decider_kind = 'BOARD') = (decider_board_id is not null)),${limit("ladder_stage", "limit")}${limit("ladder_stage", "acknowledge")}
    ${link("ladder_stage", "ladder_version_id", "ladder_version")},
    ${link("ladder_stage", "decider_post_id", "post")},
    ${link("ladder_stage", "decider_board_id", "board")}
  );
  ${indexed("ladder_stage", "ladder_version_id", "decider_post_id", "decider_board_id")}

  create table challenge_counter (${row}
    raised int not null default 0,
    constraint challenge_counter_pkey primary key (id),
    constraint challenge_counter_partnership_id_key unique (partnership_id),
    constraint challenge_counter_partnership_id_fkey foreign key (partnership_id) references partnership (id)
  );

  create table challenge (${row}
    number int not null,
    ladder_version_id uuid not null,
    subject text not null,
    detail text,
    ground text not null,
    action_id uuid,
    about_agency_id uuid,
    tracked_item_id uuid,
    indicator_id uuid,
    period_end date,
    raised_as text not null,
    raised_by_agency_id uuid,
    raised_by_person_id uuid,
    cause text,
    against_agency_id uuid not null,
    involved_agency_ids uuid[] not null default '{}',
    deciding_agency_ids uuid[] not null default '{}',
    risk_reason text,
    state text not null default 'RAISED',
    stage_number int not null,
    stage_from timestamptz not null,
    waiting_on text,
    proposed_by text,
    acknowledge_by timestamptz,
    respond_by timestamptz,
    respond_day date,
    provisional boolean not null default false,
    outcome text,
    learning text,
    raised_at timestamptz not null,
    ended_at timestamptz,
    version int not null default 1,
    constraint challenge_pkey primary key (id),
    constraint challenge_partnership_id_id_key unique (partnership_id, id),
    constraint challenge_partnership_id_number_key unique (partnership_id, number),
    constraint challenge_partnership_id_cause_key unique (partnership_id, cause),
    constraint challenge_ground_check check (ground in (${kinds("DRIFT", "OVERDUE", "NOT_RETURNED", "DISAGREEMENT", "OTHER")})),
    constraint challenge_about_check check (num_nonnulls(action_id, about_agency_id, tracked_item_id, indicator_id) = 1
      and (period_end is null or tracked_item_id is null)),
    constraint challenge_raised_as_check check (raised_as in (${kinds("AGENCY", "OFFICER", "CHAIR", "RULE")})),
    constraint challenge_raiser_check check ((raised_as = 'AGENCY') = (raised_by_agency_id is not null)
      and (raised_as = 'RULE') = (raised_by_person_id is null) and (raised_as = 'RULE') = (cause is not null)),
    constraint challenge_two_sides_check check (raised_by_agency_id is distinct from against_agency_id),
    constraint challenge_state_check check (state in (${kinds(...STATES)})),
    constraint challenge_waiting_on_check check (waiting_on in (${SIDES})),
    constraint challenge_proposed_by_check check (proposed_by is null or (proposed_by in (${kinds("RAISER", "ANSWERER")}) and state in ('RESOLUTION_PROPOSED', 'AGREED'))),
    constraint challenge_ended_check check ((state in (${ENDED})) = (ended_at is not null) and (ended_at is null) = (waiting_on is not null)
      and (ended_at is null or (respond_by is null and acknowledge_by is null))),
    constraint challenge_clock_check check ((respond_by is null) = (respond_day is null)),
    constraint challenge_partnership_id_ladder_version_id_stage_number_fkey foreign key (partnership_id, ladder_version_id, stage_number)
      references ladder_stage (partnership_id, ladder_version_id, number),
    ${link("challenge", "action_id", "action")},
    ${link("challenge", "about_agency_id", "agency")},
    ${link("challenge", "tracked_item_id", "tracked_item")},
    ${link("challenge", "indicator_id", "indicator")},
    ${link("challenge", "raised_by_agency_id", "agency")},
    ${link("challenge", "against_agency_id", "agency")},
    ${person("challenge", "raised_by_person_id")}
  );
  ${indexed("challenge", "action_id", "about_agency_id", "tracked_item_id", "indicator_id", "raised_by_agency_id", "against_agency_id")}
  create index challenge_ladder_version_id_stage_number_partnership_id_idx on challenge (ladder_version_id, stage_number, partnership_id);
  create index challenge_raised_by_person_id_idx on challenge (raised_by_person_id);
  create index challenge_partnership_id_raised_at_idx on challenge (partnership_id, raised_at);
  -- what the clock looks at, over all partnerships
  create index challenge_due_idx on challenge (respond_by) where respond_by is not null;

  create index challenge_provisional_idx on challenge (partnership_id) where provisional;

  create table challenge_event (${row}
    challenge_id uuid not null,
    number int not null,
    kind text not null,
    at timestamptz not null,
    stage_number int not null,
    to_stage int,
    acted_as text not null,
    agency_id uuid,
    person_id uuid,
    note text,
    respond_by timestamptz,
    respond_day date,
    constraint challenge_event_pkey primary key (id),
    constraint challenge_event_challenge_id_number_key unique (challenge_id, number),
    constraint challenge_event_kind_check check (kind in (${kinds("RAISED", "ACKNOWLEDGED", "RESPONDED", "PROPOSED", "AGREED", "DECLINED", "ESCALATED", "EXPIRED", "RECOUNTED", "DECIDED", "DEADLOCKED", "WITHDRAWN", "LEARNED")})),
    constraint challenge_event_acted_as_check check (acted_as in (${kinds("AGENCY", "OFFICER", "CHAIR", "RULE", "CLOCK")})),
    constraint challenge_event_actor_check check ((acted_as = 'AGENCY') = (agency_id is not null) and (acted_as in ('RULE', 'CLOCK')) = (person_id is null)),
    ${link("challenge_event", "challenge_id", "challenge")},
    ${link("challenge_event", "agency_id", "agency")},
    ${person("challenge_event", "person_id")}
  );
  ${indexed("challenge_event", "challenge_id", "agency_id")}
  create index challenge_event_person_id_idx on challenge_event (person_id);

  create table challenge_note (${row}
    challenge_id uuid not null,
    agency_id uuid not null,
    text text not null,
    person_id uuid not null,
    at timestamptz not null,
    constraint challenge_note_pkey primary key (id),
    ${link("challenge_note", "challenge_id", "challenge")},
    ${link("challenge_note", "agency_id", "agency")},
    ${person("challenge_note", "person_id")}
  );
  ${indexed("challenge_note", "challenge_id", "agency_id")}
  create index challenge_note_person_id_idx on challenge_note (person_id);
`;
