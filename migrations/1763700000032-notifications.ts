import type { MigrationInterface, QueryRunner } from "typeorm";

const itself = "(select app.person())";
const member = "partnership_id = any ((select app.partnerships())::uuid[])";
/** The operator of no partnership: what sends. It reads no content; messages are rendered as their recipients. */
const sender = "((select app.operator()) and (select app.admin()))";

/**
 * Who is to be told of what, written by the transaction that did it, and what has become of it: the outbox. It names its
 * subject and says keys and days; words are read when it is sent, as its recipient. Its versions are not kept and it moves
 * none (`data_version`): it is its person's alone, and of what happened there is the trail.
 */
const tables = `
  create table notification (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    person_id uuid not null,
    kind text not null,
    subject_type text not null,
    subject_id uuid not null,
    cause text not null,
    detail jsonb not null default '{}',
    at timestamptz not null,
    state text not null default 'PENDING',
    next_try_at timestamptz not null,
    message uuid,
    digest boolean,
    attempts integer not null default 0,
    first_tried_at timestamptz,
    last_error text,
    sent_at timestamptz,
    constraint notification_pkey primary key (id),
    constraint notification_partnership_id_person_id_cause_key unique (partnership_id, person_id, cause),
    constraint notification_kind_check check (kind in ('CHALLENGE_RAISED', 'CHALLENGE_ACKNOWLEDGED', 'CHALLENGE_ANSWERED', 'CHALLENGE_ESCALATED', 'CHALLENGE_MOVED', 'CHALLENGE_ENDED', 'DUE_SOON', 'DUE', 'OVERDUE', 'RULE_WARNING')),
    constraint notification_state_check check (state in ('PENDING', 'SENT', 'DEAD', 'DROPPED')),
    constraint notification_last_error_check check (last_error in ('NO_SERVER', 'NO_ADDRESS', 'UNREACHABLE', 'DEFERRED', 'REFUSED', 'NOT_RENDERED', 'NOT_READABLE', 'NOT_WANTED')),
    constraint notification_sent_check check ((state = 'SENT') = (sent_at is not null)),
    constraint notification_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    constraint notification_person_id_fkey foreign key (person_id) references person (id)
  );
  create index notification_person_id_at_id_idx on notification (person_id, at, id);
  create index notification_due_idx on notification (next_try_at, person_id) where state = 'PENDING';
  create index notification_sent_idx on notification (person_id, sent_at) where state = 'SENT';

  create table notification_preference (
    id uuid not null default gen_random_uuid(),
    person_id uuid not null,
    about text not null,
    how text not null,
    constraint notification_preference_pkey primary key (id),
    constraint notification_preference_person_id_about_key unique (person_id, about),
    constraint notification_preference_about_check check (about in ('CHALLENGES', 'REMINDERS', 'WARNINGS')),
    constraint notification_preference_how_check check (how in ('AT_ONCE', 'DIGEST', 'NEVER')),
    constraint notification_preference_person_id_fkey foreign key (person_id) references person (id)
  );

  create table notification_address (
    id uuid not null default gen_random_uuid(),
    person_id uuid not null,
    address text,
    new_address text,
    set_at timestamptz,
    code_hash bytea,
    code_expires_at timestamptz,
    code_attempts integer not null default 0,
    code_due_at timestamptz,
    code_tries integer not null default 0,
    last_error text,
    constraint notification_address_pkey primary key (id),
    constraint notification_address_person_id_key unique (person_id),
    constraint notification_address_last_error_check check (last_error in ('NO_SERVER', 'UNREACHABLE', 'DEFERRED', 'REFUSED')),
    constraint notification_address_code_check check (new_address is not null or (code_hash is null and code_due_at is null)),
    constraint notification_address_person_id_fkey foreign key (person_id) references person (id)
  );
  create index notification_address_code_due_idx on notification_address (code_due_at) where code_due_at is not null;
`;

interface Policies {
  read: string;
  add: string;
  change: string;
  columns: string;
}

const policies: Record<string, Policies> = {
  notification: {
    // counted (app.notification_health) for those whom the field is opened to, who read none of it
    read: `person_id = ${itself} or ${sender} or ((select app.setting('counting')) = partnership_id::text and (${member} or (select app.admin())))`,
    // any change's transaction adds for people of its partnership (app.notify), and reads nothing of what it added
    add: `(${member} or ${sender}) and state = 'PENDING' and attempts = 0`,
    change: sender,
    columns: "state, next_try_at, message, digest, attempts, first_tried_at, last_error, sent_at",
  },
  notification_preference: {
    read: `person_id = ${itself} or ${sender}`,
    add: `person_id = ${itself}`,
    change: `person_id = ${itself}`,
    columns: "how",
  },
  notification_address: {
    read: `person_id = ${itself} or ${sender}`,
    add: `person_id = ${itself} and address is null`,
    change: `person_id = ${itself} or ${sender}`,
    columns:
      "address, new_address, set_at, code_hash, code_expires_at, code_attempts, code_due_at, code_tries, last_error",
  },
};

const inForce = (row: string, day: string) =>
  `(${row}.valid_from is null or ${row}.valid_from <= ${day}) and (${row}.valid_to is null or ${row}.valid_to >= ${day})`;

const functions = `
  -- Writes once for each recipient that something is to be told: leads and contributors of the agencies (of a collective,
  -- those of its members), holders of the roles, and the persons named, of those who belong to the partnership today, without
  -- whoever is doing it (null: it is nobody's doing). Who works at another agency is not the caller's to read: for this one statement it has oversight's
  -- eyes, and it is given a count and no more.
  create function app.notify(p_partnership uuid, p_kind text, p_subject_type text, p_subject_id uuid, p_cause text, p_detail jsonb,
    p_at timestamptz, p_agencies uuid[], p_roles text[], p_persons uuid[], p_by uuid) returns int language plpgsql volatile as $$
  declare
    v_day date := (p_at at time zone 'Europe/London')::date;
    v_oversight text := coalesce(app.setting('oversight'), '');
    v_count int;
  begin
    if not (p_partnership = any (app.partnerships()) or ${sender}) then
      raise exception 'nobody is notified in a partnership of others' using errcode = 'insufficient_privilege';
    end if;
    perform set_config('app.oversight', array[p_partnership]::text, true);
    insert into notification (partnership_id, person_id, kind, subject_type, subject_id, cause, detail, at, next_try_at)
    select distinct p_partnership, m.person_id, p_kind, p_subject_type, p_subject_id, p_cause, p_detail, p_at, p_at
    from membership m left join agency g on g.id = m.agency_id
    where m.partnership_id = p_partnership and m.role <> 'INTEGRATOR' and ${inForce("m", "v_day")} and (m.ended_at is null or m.ended_at > p_at)
      and (g.valid_to is null or g.valid_to >= v_day) and m.person_id is distinct from p_by
      and (m.role = any (p_roles) or m.person_id = any (p_persons)
        or (m.role in ('AGENCY_LEAD', 'AGENCY_CONTRIBUTOR') and (m.agency_id = any (p_agencies) or exists (
          select 1 from collective_member c where c.member_id = m.agency_id and c.collective_id = any (p_agencies) and ${inForce("c", "v_day")}))))
    on conflict do nothing;
    get diagnostics v_count = row_count;
    perform set_config('app.oversight', v_oversight, true);
    return v_count;
  end $$;

  -- How much of a partnership's mail waits, and how much could not be sent and why: counts, and none for strangers. Who of its
  -- members is told is the field's to say: oversight, administrators and those to whom a grant opens it.
  create function app.notification_health(p_partnership uuid) returns table (state text, last_error text, count int, oldest timestamptz, newest timestamptz)
    language plpgsql volatile as $$
  begin
    perform set_config('app.counting', p_partnership::text, true);
    return query select n.state, n.last_error, count(*)::int, min(n.at), max(n.sent_at) from notification n
      where n.partnership_id = p_partnership group by 1, 2 order by 1, 2;
    perform set_config('app.counting', '', true);
  end $$;
  grant execute on function app.notify(uuid, text, text, uuid, text, jsonb, timestamptz, uuid[], text[], uuid[], uuid), app.notification_health(uuid) to golden_thread_app;
`;

export class Notifications1763700000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    for (const [table, { read, add, change, columns }] of Object.entries(policies)) {
      await runner.query(`alter table ${table} enable row level security, force row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${read})`);
      await runner.query(`create policy ${table}_add on ${table} for insert to golden_thread_app with check (${add})`);
      await runner.query(
        `create policy ${table}_change on ${table} for update to golden_thread_app using (${change}) with check (${change})`,
      );
      await runner.query(`grant select, insert, update (${columns}) on ${table} to golden_thread_app`);
    }
    await runner.query(functions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop function app.notification_health(uuid)");
    await runner.query(
      "drop function app.notify(uuid, text, text, uuid, text, jsonb, timestamptz, uuid[], text[], uuid[], uuid)",
    );
    for (const table of Object.keys(policies).reverse()) await runner.query(`drop table ${table}`);
  }
}
