const kinds = (...names: string[]) => names.map((name) => `'${name}'`).join(", ");

/** What every table of a partnership's begins with. */
const row = `
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,`;
const link = (table: string, column: string, target: string) =>
  `constraint ${table}_partnership_id_${column}_fkey foreign key (partnership_id, ${column}) references ${target} (partnership_id, id)`;
const indexed = (table: string, ...columns: string[]) =>
  columns
    .map((column) => `create index ${table}_${column}_partnership_id_idx on ${table} (${column}, partnership_id);`)
    .join("\n  ");

/**
 * Boards and what they do. Whether business is private goes down from an agenda item to its decisions and from a decision to
 * what is tracked of it, by foreign keys over it: nothing private is public one step further on.
 */
export const tables = `
  create table board (${row}
    name text not null,
    kind text not null,
    parent_id uuid,
    valid_from date,
    valid_to date,
    successor_id uuid,
    note text,
    version int not null default 1,
    constraint board_pkey primary key (id),
    constraint board_partnership_id_id_key unique (partnership_id, id),
    constraint board_partnership_id_name_key unique (partnership_id, name),
    constraint board_kind_check check (kind in (${kinds("SUB_GROUP", "TASK_AND_FINISH_GROUP", "OPERATIONAL_GROUP", "EXECUTIVE_GROUP", "IMPROVEMENT_BOARD", "PROGRAMME_BOARD", "SCRUTINY_BOARD", "PARTNERSHIP_BOARD", "OTHER")})),
    constraint board_parent_check check (parent_id is null or parent_id <> id),
    constraint board_successor_check check (successor_id is null or (successor_id <> id and valid_to is not null)),
    constraint board_validity_check check (valid_to is null or valid_from is null or valid_from <= valid_to),
    constraint board_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    ${link("board", "parent_id", "board")},
    ${link("board", "successor_id", "board")}
  );
  ${indexed("board", "parent_id", "successor_id")}

  create table board_member (${row}
    board_id uuid not null,
    agency_id uuid,
    post_id uuid,
    role text not null,
    valid_from date,
    valid_to date,
    constraint board_member_pkey primary key (id),
    constraint board_member_role_check check (role in (${kinds("CHAIR", "MEMBER", "ADVISER")})),
    constraint board_member_whom_check check (agency_id is not null or post_id is not null),
    constraint board_member_validity_check check (valid_to is null or valid_from is null or valid_from <= valid_to),
    ${link("board_member", "board_id", "board")},
    ${link("board_member", "agency_id", "agency")},
    ${link("board_member", "post_id", "post")}
  );
  ${indexed("board_member", "board_id", "agency_id", "post_id")}

  create table meeting (${row}
    board_id uuid not null,
    day date not null,
    start_time text,
    place text,
    state text not null default 'PLANNED',
    cancelled_reason text,
    published_at timestamptz,
    version int not null default 1,
    constraint meeting_pkey primary key (id),
    constraint meeting_partnership_id_id_key unique (partnership_id, id),
    constraint meeting_partnership_id_board_id_id_key unique (partnership_id, board_id, id),
    constraint meeting_state_check check (state in (${kinds("PLANNED", "HELD", "CANCELLED")})),
    constraint meeting_start_time_check check (start_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    constraint meeting_cancelled_check check ((state = 'CANCELLED') = (cancelled_reason is not null)),
    ${link("meeting", "board_id", "board")}
  );
  ${indexed("meeting", "board_id")}
  create unique index meeting_one_a_day_idx on meeting (board_id, day) where state <> 'CANCELLED';
  create index meeting_in_order_idx on meeting (board_id, day, id);

  create table agenda_item (${row}
    board_id uuid not null,
    meeting_id uuid not null,
    position int not null,
    title text not null,
    business text not null,
    kind text not null,
    notes text,
    published_at timestamptz,
    constraint agenda_item_pkey primary key (id),
    constraint agenda_item_partnership_id_id_key unique (partnership_id, id),
    constraint agenda_item_partnership_id_id_business_key unique (partnership_id, id, business),
    constraint agenda_item_meeting_id_position_key unique (meeting_id, position),
    constraint agenda_item_business_check check (business in ('PUBLIC', 'PRIVATE')),
    constraint agenda_item_kind_check check (kind in (${kinds("MINUTES", "STANDING", "REPORT", "TRACKED_ITEMS", "WORK_PROGRAMME", "OTHER")})),
    constraint agenda_item_private_check check (business = 'PUBLIC' or published_at is null),
    constraint agenda_item_partnership_id_board_id_meeting_id_fkey foreign key (partnership_id, board_id, meeting_id) references meeting (partnership_id, board_id, id)
  );
  create index agenda_item_meeting_id_board_id_partnership_id_idx on agenda_item (meeting_id, board_id, partnership_id);

  create table agenda_paper (${row}
    agenda_item_id uuid not null,
    position int not null,
    title text not null,
    link text,
    constraint agenda_paper_pkey primary key (id),
    constraint agenda_paper_agenda_item_id_position_key unique (agenda_item_id, position),
    constraint agenda_paper_link_check check (link ~ '^https?://'),
    ${link("agenda_paper", "agenda_item_id", "agenda_item")}
  );
  ${indexed("agenda_paper", "agenda_item_id")}

  create table decision (${row}
    board_id uuid not null,
    meeting_id uuid not null,
    agenda_item_id uuid,
    business text not null,
    number text not null,
    kind text not null,
    text text not null,
    decided_on date not null,
    published_at timestamptz,
    constraint decision_pkey primary key (id),
    constraint decision_partnership_id_id_key unique (partnership_id, id),
    constraint decision_partnership_id_id_business_key unique (partnership_id, id, business),
    constraint decision_meeting_id_number_key unique (meeting_id, number),
    constraint decision_business_check check (business in ('PUBLIC', 'PRIVATE')),
    constraint decision_kind_check check (kind in (${kinds("NOTE", "RESOLVE", "RECOMMEND", "REFER", "SIGN_OFF", "REVERT_SIGN_OFF", "SIGN_OFF_PLAN", "HAND_OVER")})),
    constraint decision_private_check check (business = 'PUBLIC' or published_at is null),
    constraint decision_partnership_id_board_id_meeting_id_fkey foreign key (partnership_id, board_id, meeting_id) references meeting (partnership_id, board_id, id),
    constraint decision_partnership_id_agenda_item_id_business_fkey foreign key (partnership_id, agenda_item_id, business) references agenda_item (partnership_id, id, business)
  );
  create index decision_meeting_id_board_id_partnership_id_idx on decision (meeting_id, board_id, partnership_id);
  create index decision_agenda_item_id_partnership_id_business_idx on decision (agenda_item_id, partnership_id, business);

  create table tracked_item (${row}
    board_id uuid not null,
    decision_id uuid,
    business text not null,
    number int not null,
    reference text,
    kind text not null,
    title text not null,
    agency_id uuid,
    post_id uuid,
    asked_text text,
    raised_on date not null,
    due_text text,
    due_on date,
    status text not null default 'OPEN',
    closed_on date,
    published_at timestamptz,
    version int not null default 1,
    constraint tracked_item_pkey primary key (id),
    constraint tracked_item_partnership_id_id_key unique (partnership_id, id),
    constraint tracked_item_board_id_number_key unique (board_id, number),
    constraint tracked_item_business_check check (business in ('PUBLIC', 'PRIVATE')),
    constraint tracked_item_kind_check check (kind in (${kinds("RECOMMENDATION", "ACTION", "INFORMATION")})),
    constraint tracked_item_status_check check (status in (${kinds("OPEN", "ANSWERED", "CLOSED")})),
    constraint tracked_item_private_check check (business = 'PUBLIC' or published_at is null),
    constraint tracked_item_closed_check check (closed_on is null or status = 'CLOSED'),
    ${link("tracked_item", "board_id", "board")},
    ${link("tracked_item", "agency_id", "agency")},
    ${link("tracked_item", "post_id", "post")},
    constraint tracked_item_partnership_id_decision_id_business_fkey foreign key (partnership_id, decision_id, business) references decision (partnership_id, id, business)
  );
  ${indexed("tracked_item", "board_id", "agency_id", "post_id")}
  create index tracked_item_decision_id_partnership_id_business_idx on tracked_item (decision_id, partnership_id, business);

  create table tracked_item_action (${row}
    tracked_item_id uuid not null,
    action_id uuid not null,
    constraint tracked_item_action_pkey primary key (id),
    constraint tracked_item_action_tracked_item_id_action_id_key unique (tracked_item_id, action_id),
    ${link("tracked_item_action", "tracked_item_id", "tracked_item")},
    ${link("tracked_item_action", "action_id", "action")}
  );
  ${indexed("tracked_item_action", "tracked_item_id", "action_id")}

  create table tracked_item_response (${row}
    tracked_item_id uuid not null,
    number int not null,
    agency_id uuid,
    post_id uuid,
    responded_on date not null,
    text text not null,
    progress text,
    constraint tracked_item_response_pkey primary key (id),
    constraint tracked_item_response_tracked_item_id_number_key unique (tracked_item_id, number),
    constraint tracked_item_response_progress_check check (progress in (${kinds("NOT_STARTED", "IN_PROGRESS", "DELAYED", "ONGOING", "DONE")})),
    ${link("tracked_item_response", "tracked_item_id", "tracked_item")},
    ${link("tracked_item_response", "agency_id", "agency")},
    ${link("tracked_item_response", "post_id", "post")}
  );
  ${indexed("tracked_item_response", "tracked_item_id", "agency_id", "post_id")}

  create table work_programme_item (${row}
    board_id uuid not null,
    meeting_id uuid,
    number int not null,
    year_label text not null,
    title text not null,
    basis text not null,
    scheduled_on date,
    outcome text,
    published_at timestamptz,
    version int not null default 1,
    constraint work_programme_item_pkey primary key (id),
    constraint work_programme_item_partnership_id_id_key unique (partnership_id, id),
    constraint work_programme_item_board_id_number_key unique (board_id, number),
    constraint work_programme_item_basis_check check (basis in (${kinds("SCHEDULED", "BY_EXCEPTION", "PROPOSED")})),
    constraint work_programme_item_scheduled_check check (case basis when 'SCHEDULED' then scheduled_on is not null when 'PROPOSED' then scheduled_on is null and meeting_id is null else true end),
    ${link("work_programme_item", "board_id", "board")},
    constraint work_programme_item_partnership_id_board_id_meeting_id_fkey foreign key (partnership_id, board_id, meeting_id) references meeting (partnership_id, board_id, id)
  );
  ${indexed("work_programme_item", "board_id")}
  create index work_programme_item_meeting_id_board_id_partnership_id_idx on work_programme_item (meeting_id, board_id, partnership_id);

  create table highlight_report (${row}
    action_id uuid not null,
    agency_id uuid not null,
    number int not null,
    target_met text not null,
    embedded text not null,
    evidence text,
    links text[] not null default '{}',
    filed_at timestamptz not null,
    constraint highlight_report_pkey primary key (id),
    constraint highlight_report_partnership_id_id_key unique (partnership_id, id),
    constraint highlight_report_action_id_number_key unique (action_id, number),
    constraint highlight_report_evidence_check check (evidence is not null or cardinality(links) > 0),
    ${link("highlight_report", "action_id", "action")},
    ${link("highlight_report", "agency_id", "agency")}
  );
  ${indexed("highlight_report", "action_id", "agency_id")}

  create table sign_off (${row}
    action_id uuid not null,
    decision_id uuid not null,
    highlight_report_id uuid,
    number int not null,
    event text not null,
    decided_on date not null,
    reason text,
    constraint sign_off_pkey primary key (id),
    constraint sign_off_action_id_number_key unique (action_id, number),
    constraint sign_off_event_check check (event in ('SIGNED_OFF', 'REVERTED')),
    constraint sign_off_report_check check ((event = 'SIGNED_OFF') = (highlight_report_id is not null)),
    constraint sign_off_reason_check check ((event = 'REVERTED') = (reason is not null)),
    ${link("sign_off", "action_id", "action")},
    ${link("sign_off", "decision_id", "decision")},
    ${link("sign_off", "highlight_report_id", "highlight_report")}
  );
  ${indexed("sign_off", "action_id", "decision_id", "highlight_report_id")}

  create table plan_sign_off (${row}
    plan_id uuid not null,
    decision_id uuid not null,
    decided_on date not null,
    constraint plan_sign_off_pkey primary key (id),
    constraint plan_sign_off_plan_id_key unique (plan_id),
    ${link("plan_sign_off", "plan_id", "plan")},
    ${link("plan_sign_off", "decision_id", "decision")}
  );
  ${indexed("plan_sign_off", "plan_id", "decision_id")}

  create table plan_hand_over (${row}
    plan_id uuid not null,
    number int not null,
    decision_id uuid not null,
    to_board_id uuid,
    to_plan_id uuid,
    decided_on date not null,
    constraint plan_hand_over_pkey primary key (id),
    constraint plan_hand_over_partnership_id_id_key unique (partnership_id, id),
    constraint plan_hand_over_plan_id_number_key unique (plan_id, number),
    constraint plan_hand_over_to_check check ((to_board_id is null) <> (to_plan_id is null)),
    constraint plan_hand_over_self_check check (to_plan_id is null or to_plan_id <> plan_id),
    ${link("plan_hand_over", "plan_id", "plan")},
    ${link("plan_hand_over", "decision_id", "decision")},
    ${link("plan_hand_over", "to_board_id", "board")},
    ${link("plan_hand_over", "to_plan_id", "plan")}
  );
  ${indexed("plan_hand_over", "plan_id", "decision_id", "to_board_id", "to_plan_id")}
  create unique index plan_hand_over_one_plan_idx on plan_hand_over (plan_id) where to_plan_id is not null;

  create table carried_action (${row}
    hand_over_id uuid not null,
    from_action_id uuid not null,
    action_id uuid not null,
    constraint carried_action_pkey primary key (id),
    constraint carried_action_from_action_id_key unique (from_action_id),
    constraint carried_action_action_id_key unique (action_id),
    constraint carried_action_self_check check (from_action_id <> action_id),
    ${link("carried_action", "hand_over_id", "plan_hand_over")},
    ${link("carried_action", "from_action_id", "action")},
    ${link("carried_action", "action_id", "action")}
  );
  ${indexed("carried_action", "hand_over_id", "from_action_id", "action_id")}
`;
