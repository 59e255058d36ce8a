import type { MigrationInterface, QueryRunner } from "typeorm";
import { noteChanges } from "./data-version/noted";

/**
 * Revisions of by-whens, how the part of each agency named for an action stands, and which action keeps which from going on.
 * Who asked for a date is known to those named for the action and to oversight until it is approved; the rest is the
 * partnership's.
 */
const tables = `
  create table date_revision (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    state text not null,
    from_text text not null,
    from_kind text not null,
    from_start date,
    from_end date,
    from_precision text,
    to_text text not null,
    to_kind text not null,
    to_start date,
    to_end date,
    to_precision text,
    reason text,
    asked_by_agency_id uuid,
    asked_by uuid,
    asked_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    decision_reason text,
    constraint date_revision_pkey primary key (id),
    constraint date_revision_partnership_id_id_key unique (partnership_id, id),
    constraint date_revision_state_check check (state in ('REQUESTED', 'APPROVED', 'REFUSED', 'WITHDRAWN', 'IMPORTED')),
    constraint date_revision_from_kind_check check (from_kind in ('DUE', 'ONGOING', 'RECURRING', 'RANGE', 'UNKNOWN')),
    constraint date_revision_to_kind_check check (to_kind in ('DUE', 'ONGOING', 'RECURRING', 'RANGE', 'UNKNOWN')),
    constraint date_revision_from_precision_check check (from_precision in ('DAY', 'MONTH', 'QUARTER', 'YEAR')),
    constraint date_revision_to_precision_check check (to_precision in ('DAY', 'MONTH', 'QUARTER', 'YEAR')),
    constraint date_revision_dated_check check (state = 'IMPORTED' or (from_kind in ('DUE', 'RANGE') and to_kind in ('DUE', 'RANGE') and from_end is not null and to_end is not null and to_precision is not null)),
    constraint date_revision_order_check check (to_start is null or to_start <= to_end),
    constraint date_revision_moves_check check ((to_kind, to_start, to_end) is distinct from (from_kind, from_start, from_end) and (state = 'IMPORTED' or to_end <> from_end)),
    constraint date_revision_asked_check check ((asked_by is null) = (asked_by_agency_id is null) and (reason is null) = (asked_by_agency_id is null)),
    constraint date_revision_unasked_check check (asked_by is not null or state in ('APPROVED', 'IMPORTED')),
    constraint date_revision_decided_check check ((decided_at is null) = (state = 'REQUESTED') and (state = 'IMPORTED' or (decided_by is null) = (state = 'REQUESTED'))),
    constraint date_revision_reasoned_check check (decision_reason is not null or state not in ('APPROVED', 'REFUSED', 'IMPORTED')),
    constraint date_revision_own_check check (state = 'WITHDRAWN' or decided_by is null or asked_by is null or decided_by <> asked_by),
    constraint date_revision_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action (partnership_id, id) on delete cascade,
    constraint date_revision_partnership_id_asked_by_agency_id_fkey foreign key (partnership_id, asked_by_agency_id) references agency (partnership_id, id),
    constraint date_revision_asked_by_fkey foreign key (asked_by) references person (id),
    constraint date_revision_decided_by_fkey foreign key (decided_by) references person (id)
  );
  create unique index date_revision_one_request_idx on date_revision (action_id) where state = 'REQUESTED';
  create index date_revision_list_idx on date_revision (action_id, asked_at, id);
  create index date_revision_action_id_partnership_id_idx on date_revision (action_id, partnership_id);
  create index date_revision_asked_by_agency_id_partnership_id_idx on date_revision (asked_by_agency_id, partnership_id);
  create index date_revision_asked_by_idx on date_revision (asked_by);
  create index date_revision_decided_by_idx on date_revision (decided_by);

  create table contribution (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    agency_id uuid not null,
    version int not null,
    state text not null,
    note text,
    said_by_agency_id uuid not null,
    said_by uuid not null,
    since timestamptz not null,
    constraint contribution_pkey primary key (id),
    constraint contribution_version_key unique (action_id, agency_id, version),
    constraint contribution_state_check check (state in ('NOT_STARTED', 'UNDER_WAY', 'DONE', 'CANNOT')),
    constraint contribution_cannot_check check (state <> 'CANNOT' or note is not null),
    constraint contribution_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action (partnership_id, id) on delete cascade,
    constraint contribution_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint contribution_partnership_id_said_by_agency_id_fkey foreign key (partnership_id, said_by_agency_id) references agency (partnership_id, id),
    constraint contribution_said_by_fkey foreign key (said_by) references person (id)
  );
  create index contribution_action_id_partnership_id_idx on contribution (action_id, partnership_id);
  create index contribution_agency_id_partnership_id_idx on contribution (agency_id, partnership_id);
  create index contribution_said_by_agency_id_partnership_id_idx on contribution (said_by_agency_id, partnership_id);
  create index contribution_said_by_idx on contribution (said_by);

  create table action_blocker (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    blocking_action_id uuid not null,
    reason text not null,
    said_by_agency_id uuid,
    said_by uuid not null,
    since timestamptz not null,
    ended_by uuid,
    ended_at timestamptz,
    constraint action_blocker_pkey primary key (id),
    constraint action_blocker_self_check check (action_id <> blocking_action_id),
    constraint action_blocker_ended_check check ((ended_at is null) = (ended_by is null)),
    constraint action_blocker_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action (partnership_id, id) on delete cascade,
    constraint action_blocker_partnership_id_blocking_action_id_fkey foreign key (partnership_id, blocking_action_id) references action (partnership_id, id) on delete cascade,
    constraint action_blocker_partnership_id_said_by_agency_id_fkey foreign key (partnership_id, said_by_agency_id) references agency (partnership_id, id),
    constraint action_blocker_said_by_fkey foreign key (said_by) references person (id),
    constraint action_blocker_ended_by_fkey foreign key (ended_by) references person (id)
  );
  create unique index action_blocker_once_idx on action_blocker (action_id, blocking_action_id) where ended_at is null;
  create index action_blocker_action_id_partnership_id_idx on action_blocker (action_id, partnership_id);
  create index action_blocker_blocking_action_id_partnership_id_idx on action_blocker (blocking_action_id, partnership_id);
  create index action_blocker_said_by_agency_id_partnership_id_idx on action_blocker (said_by_agency_id, partnership_id);
  create index action_blocker_said_by_idx on action_blocker (said_by);
  create index action_blocker_ended_by_idx on action_blocker (ended_by);
`;

const functions = `
  -- whether an agency of the actor's is named for an action, by itself or through a collective that it is in today
  create function app.is_named(p_action uuid) returns boolean language plpgsql stable parallel safe as $$
  begin
    return exists (select 1 from assignment s where s.action_id = p_action and (s.agency_id = any (app.own_agencies())
      or s.agency_id in (select c.collective_id from collective_member c
        where c.member_id = any (app.own_agencies())
          and (c.valid_from is null or c.valid_from <= app.today()) and (c.valid_to is null or c.valid_to >= app.today()))));
  end $$;
  -- whether an agency that the actor is the lead of leads an action
  create function app.leads_action(p_action uuid) returns boolean language plpgsql stable as $$
  begin
    return exists (select 1 from unnest(app.led()) as own (id) where app.relation_to(p_action, own.id) = 'LEAD');
  end $$;
  -- whether an agency says how the part of another stands: its own, or that of a collective that it is in today
  create function app.speaks_for(p_agency uuid, p_named uuid) returns boolean language plpgsql stable as $$
  begin
    return p_agency = p_named or exists (select 1 from collective_member c where c.member_id = p_agency and c.collective_id = p_named
      and (c.valid_from is null or c.valid_from <= app.today()) and (c.valid_to is null or c.valid_to >= app.today()));
  end $$;
`;

/** What no policy can say, since each sees one row. They ask last, so that a policy refuses first. */
const invariants = `
  -- a date is moved from where it stands
  create function date_revision_from_where_it_stands() returns trigger language plpgsql as $$
  begin
    if app.now() is not null and new.state in ('REQUESTED', 'APPROVED', 'IMPORTED') and exists (
      select 1 from action a where a.id = new.action_id and (a.by_when_text, a.by_when_kind, a.by_when_start, a.by_when_end, a.by_when_precision)
        is distinct from (new.from_text, new.from_kind, new.from_start, new.from_end, new.from_precision)) then
      raise exception 'the by-when is not what it is to be moved from' using errcode = 'integrity_constraint_violation', constraint = 'date_revision_from_where_it_stands';
    end if;
    return null;
  end $$;
  create trigger date_revision_from_where_it_stands after insert or update on date_revision
    for each row execute function date_revision_from_where_it_stands();

  -- Whoever adds one waits for whoever is adding another, so that two which together would close a circle see each other.
  create function action_blocker_no_circle() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended('action_blocker ' || new.partnership_id, 0));
    if new.ended_at is null and exists (
      with recursive blocking as (
        select new.blocking_action_id as id
        union
        select b.blocking_action_id from blocking join action_blocker b on b.action_id = blocking.id and b.ended_at is null and b.id <> new.id)
      select 1 from blocking where id = new.action_id) then
      raise exception 'an action cannot be blocked by what it blocks' using errcode = 'integrity_constraint_violation', constraint = 'action_blocker_no_circle';
    end if;
    return null;
  end $$;
  create trigger action_blocker_no_circle after insert or update on action_blocker
    for each row execute function action_blocker_no_circle();
`;

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
const own = "any ((select app.own_agencies())::uuid[])";
const led = "any ((select app.led())::uuid[])";
const itself = "(select app.person())";
const atOnce = "(select app.now())";
/** Signed off or superseded: nothing more is written of it. */
const inHand = (table: string) => `exists (select 1 from action a
  where a.id = ${table}.action_id and coalesce(a.status, '') not in ('SIGNED_OFF', 'SUPERSEDED'))`;

const decides = `${kept} and asked_by <> ${itself}`;
const withdraws = `asked_by_agency_id = ${led}`;
const blocks = `(${kept} or app.leads_action(action_id))`;

interface Policies {
  read: string;
  scope: "READ_PLAN" | "READ_REPORTING";
  add: string;
  change?: { columns: string; using: string; check: string };
}

const policies: Record<string, Policies> = {
  date_revision: {
    // asked for, refused and withdrawn: those named for the action; approved or imported: the partnership
    read: `${overseen} or (state in ('APPROVED', 'IMPORTED') and ${member}) or asked_by_agency_id = ${own} or app.is_named(action_id)`,
    scope: "READ_REPORTING",
    add: `asked_at = ${atOnce} and (
      (state = 'REQUESTED' and ${inHand("date_revision")} and asked_by = ${itself} and asked_by_agency_id = ${led} and app.relation_to(action_id, asked_by_agency_id) = 'LEAD')
      or (${kept} and asked_by is null and decided_at >= ${atOnce} and (
        (state = 'APPROVED' and ${inHand("date_revision")} and decided_by = ${itself})
        or (state = 'IMPORTED' and decided_by is not distinct from ${itself}))))`,
    change: {
      columns: "state, decided_by, decided_at, decision_reason",
      using: `state = 'REQUESTED' and ((${decides}) or ${withdraws})`,
      check: `decided_by = ${itself} and decided_at >= ${atOnce} and (
        (state in ('APPROVED', 'REFUSED') and ${decides}) or (state = 'WITHDRAWN' and ${withdraws}))`,
    },
  },
  contribution: {
    read: member,
    scope: "READ_REPORTING",
    // people speak for their agency, in their own name
    add: `${member} and said_by = ${itself} and since = ${atOnce} and said_by_agency_id = any ((select app.drafting())::uuid[])
      and not app.is_service_account(said_by) and app.speaks_for(said_by_agency_id, agency_id) and ${inHand("contribution")}
      and exists (select 1 from assignment s where s.action_id = contribution.action_id and s.agency_id = contribution.agency_id)`,
  },
  action_blocker: {
    read: member,
    scope: "READ_PLAN",
    add: `said_by = ${itself} and since = ${atOnce} and ended_at is null and ${inHand("action_blocker")} and (
      (said_by_agency_id is null and ${kept})
      or (said_by_agency_id = ${led} and app.relation_to(action_id, said_by_agency_id) = 'LEAD'))`,
    change: {
      columns: "ended_by, ended_at",
      using: `ended_at is null and ${blocks}`,
      check: `ended_by = ${itself} and ended_at = ${atOnce} and ${blocks}`,
    },
  },
};

export class DatesAndWaiting1763700000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
    await runner.query("grant execute on all functions in schema app to golden_thread_app");
    await runner.query(invariants);
    for (const [table, { read, scope, add, change }] of Object.entries(policies)) {
      await runner.query(`alter table ${table} enable row level security, force row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${read})`);
      await runner.query(
        `create policy ${table}_scope on ${table} as restrictive for select to golden_thread_app using ((select app.in_scope('${scope}')))`,
      );
      await runner.query(`create policy ${table}_add on ${table} for insert to golden_thread_app with check (${add})`);
      await runner.query(`grant select, insert on ${table} to golden_thread_app`);
      if (change) {
        await runner.query(
          `create policy ${table}_change on ${table} for update to golden_thread_app using (${change.using}) with check (${change.check})`,
        );
        await runner.query(`grant update (${change.columns}) on ${table} to golden_thread_app`);
      }
      await noteChanges(runner, table);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(policies)) await runner.query(`drop table ${table}`);
    await runner.query(`
      drop function date_revision_from_where_it_stands();
      drop function action_blocker_no_circle();
      drop function app.is_named(uuid);
      drop function app.leads_action(uuid);
      drop function app.speaks_for(uuid, uuid);
    `);
  }
}
