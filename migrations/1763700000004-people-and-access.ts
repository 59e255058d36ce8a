import type { MigrationInterface, QueryRunner } from "typeorm";
import { columns, noColumns } from "./people-and-access/columns";
import { noWriting, writing } from "./people-and-access/writing";

/**
 * People, service accounts, field grants, openings of restricted records, and the audit trail. Who holds what is found
 * anew in each request's context statement (`app.enter`), so that a grant or a leaving counts from the next request on,
 * in every replica.
 */
const tables = `
  alter table membership
    add column acts_for text,
    add column scopes text[],
    add column ended_at timestamptz,
    add column ended_by uuid,
    add constraint membership_acts_for_check check (acts_for in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'PARTNERSHIP_OFFICER', 'SCRUTINY_MEMBER')),
    add constraint membership_integrator_check check (role = 'INTEGRATOR' or (acts_for is null and scopes is null)),
    add constraint membership_ended_by_fkey foreign key (ended_by) references person (id);
  create index membership_ended_by_idx on membership (ended_by);
  create unique index membership_service_account_idx on membership (person_id) where acts_for is not null;

  alter table progress_update add column drafting_note text;

  create table invitation (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    agency_id uuid,
    role text not null,
    label text not null,
    valid_from date not null,
    valid_to date,
    code_hash bytea not null,
    invited_by uuid not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid,
    withdrawn_at timestamptz,
    constraint invitation_pkey primary key (id),
    constraint invitation_code_hash_key unique (code_hash),
    constraint invitation_role_check check (role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD', 'PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR', 'SCRUTINY_MEMBER', 'INSPECTOR')),
    constraint invitation_agency_check check ((role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD')) = (agency_id is not null)),
    constraint invitation_inspector_check check (role <> 'INSPECTOR' or valid_to is not null),
    constraint invitation_validity_check check (valid_to is null or valid_from <= valid_to),
    constraint invitation_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    constraint invitation_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint invitation_invited_by_fkey foreign key (invited_by) references person (id),
    constraint invitation_accepted_by_fkey foreign key (accepted_by) references person (id)
  );
  create index invitation_partnership_id_idx on invitation (partnership_id);
  create index invitation_agency_id_partnership_id_idx on invitation (agency_id, partnership_id);
  create index invitation_invited_by_idx on invitation (invited_by);
  create index invitation_accepted_by_idx on invitation (accepted_by);

  create table service_token (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    person_id uuid not null,
    prefix text not null,
    secret_hash bytea not null,
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_used_at timestamptz,
    constraint service_token_pkey primary key (id),
    constraint service_token_secret_hash_key unique (secret_hash),
    constraint service_token_expiry_check check (expires_at > created_at),
    constraint service_token_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    constraint service_token_person_id_fkey foreign key (person_id) references person (id),
    constraint service_token_created_by_fkey foreign key (created_by) references person (id)
  );
  create index service_token_partnership_id_idx on service_token (partnership_id);
  create index service_token_person_id_idx on service_token (person_id);
  create index service_token_created_by_idx on service_token (created_by);

  create table field_grant (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    agency_id uuid,
    sector text,
    role text,
    relation text,
    type text not null,
    field text not null,
    operation text not null,
    effect text not null,
    reason text not null,
    expires_on date,
    granted_by uuid,
    granted_at timestamptz not null,
    revoked_by uuid,
    revoked_at timestamptz,
    constraint field_grant_pkey primary key (id),
    constraint field_grant_whom_check check ((agency_id is null) <> (sector is null)),
    constraint field_grant_sector_check check (sector in ('POLICE', 'HEALTH', 'PUBLIC_HEALTH', 'EDUCATION', 'PROBATION', 'HOUSING', 'COUNCIL', 'SAFEGUARDING_BOARD', 'ADOPTION', 'VOLUNTARY', 'INDEPENDENT', 'OTHER')),
    constraint field_grant_role_check check (role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD', 'INTEGRATOR')),
    constraint field_grant_relation_check check (relation in ('LEAD', 'CONTRIBUTOR', 'AUTHOR', 'PARTY', 'PARTNER')),
    constraint field_grant_operation_check check (operation in ('READ', 'WRITE')),
    constraint field_grant_effect_check check (effect in ('ALLOW', 'DENY')),
    constraint field_grant_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    constraint field_grant_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint field_grant_granted_by_fkey foreign key (granted_by) references person (id),
    constraint field_grant_revoked_by_fkey foreign key (revoked_by) references person (id)
  );
  create index field_grant_partnership_id_idx on field_grant (partnership_id);
  create index field_grant_agency_id_partnership_id_idx on field_grant (agency_id, partnership_id);
  create index field_grant_granted_by_idx on field_grant (granted_by);
  create index field_grant_revoked_by_idx on field_grant (revoked_by);

  create table record_opening (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    action_id uuid not null,
    agency_id uuid not null,
    opened_by uuid not null,
    reason text not null,
    opened_at timestamptz not null,
    opened_until timestamptz not null,
    acknowledged_by uuid,
    acknowledged_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    review_note text,
    constraint record_opening_pkey primary key (id),
    constraint record_opening_reason_check check (char_length(btrim(reason, E' \\t\\r\\n')) >= 20 and char_length(reason) <= 1000),
    constraint record_opening_hours_check check (opened_until = opened_at + interval '3 hours'),
    constraint record_opening_review_check check (reviewed_by is null or reviewed_by <> opened_by),
    constraint record_opening_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action (partnership_id, id),
    constraint record_opening_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint record_opening_opened_by_fkey foreign key (opened_by) references person (id),
    constraint record_opening_acknowledged_by_fkey foreign key (acknowledged_by) references person (id),
    constraint record_opening_reviewed_by_fkey foreign key (reviewed_by) references person (id)
  );
  create index record_opening_action_id_partnership_id_idx on record_opening (action_id, partnership_id);
  create index record_opening_agency_id_partnership_id_idx on record_opening (agency_id, partnership_id);
  create index record_opening_opened_by_idx on record_opening (opened_by);
  create index record_opening_acknowledged_by_idx on record_opening (acknowledged_by);
  create index record_opening_reviewed_by_idx on record_opening (reviewed_by);

  create table audit_entry (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid,
    agency_id uuid,
    at timestamptz not null,
    actor_id uuid,
    kind text not null,
    outcome text not null,
    subject_type text,
    subject_id uuid,
    request_id text,
    detail jsonb not null default '{}',
    constraint audit_entry_pkey primary key (id),
    constraint audit_entry_outcome_check check (outcome in ('DONE', 'REFUSED')),
    constraint audit_entry_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    constraint audit_entry_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint audit_entry_actor_id_fkey foreign key (actor_id) references person (id)
  );
  create index audit_entry_partnership_id_at_idx on audit_entry (partnership_id, at);
  create index audit_entry_agency_id_partnership_id_idx on audit_entry (agency_id, partnership_id);
  create index audit_entry_actor_id_idx on audit_entry (actor_id);
`;

/** What a request says of whoever asks; each is forgotten before the next one is let in. */
const settings = [
  "actor",
  "person",
  "issuer",
  "subject",
  "admin",
  "partnerships",
  "oversight",
  "keeper",
  "own_agencies",
  "now",
  "scopes",
  "led",
  "drafting",
  "chaired",
  "granted",
  "openings",
  "token",
  "invitation",
  "service_account",
];

/** What replaced the functions of these names in the first release; `down` puts those back. */
const context = `
  -- a service account's scopes; null where nothing is cut down
  create function app.scopes() returns text[] language sql stable parallel safe as $$ select app.setting('scopes')::text[] $$;
  create function app.in_scope(scope text) returns boolean language sql stable parallel safe
    as $$ select app.setting('scopes') is null or scope = any (app.setting('scopes')::text[]) $$;
  -- whether this is the operator at the command line
  create function app.operator() returns boolean language sql stable parallel safe as $$ select app.actor() is not distinct from 'operator' $$;
  -- agencies whose lead the actor is
  create function app.led() returns uuid[] language sql stable parallel safe as $$ select app.ids('led') $$;
  -- agencies in whose name the actor may draft
  create function app.drafting() returns uuid[] language sql stable parallel safe as $$ select app.ids('drafting') $$;
  -- partnerships whose chair the actor is
  create function app.chaired() returns uuid[] language sql stable parallel safe as $$ select app.ids('chaired') $$;

  -- one cached statement with the names spelt out: this runs for every request
  create or replace function app.forget() returns void language plpgsql volatile as $$
  begin
    perform
      ${settings.map((name) => `set_config('app.${name}', '', true)`).join(", ")};
  end $$;

  -- Says what the person holds on this day, for this transaction; gives it with the grants that bear on it. It runs for
  -- every request: each statement in it is one that the next needs, and nothing is asked that cannot have an answer.
  create function app.admit(p_person uuid, p_label text, p_now timestamptz) returns jsonb language plpgsql volatile as $$
  declare
    v_today date := (p_now at time zone 'Europe/London')::date;
    v_partnerships uuid[];
    v_held record;
    v_grants jsonb;
    v_openings jsonb := '[]';
  begin
    perform set_config('app.person', p_person::text, true);
    select array_agg(partnership_id) filter (where partnership_id is not null) into v_partnerships
    from membership
    where person_id = p_person and valid_from <= v_today and (valid_to is null or valid_to >= v_today) and (ended_at is null or ended_at > p_now);
    -- enough to read the agencies and grants that decide the rest
    perform set_config('app.partnerships', coalesce(v_partnerships, '{}')::text, true);

    -- an agency that has ended gives its people nothing; an integrator holds what it acts for and no more
    select
      coalesce(jsonb_agg(jsonb_build_object(
          'id', m.id, 'partnership', m.partnership_id, 'agency', m.agency_id, 'role', m.role, 'actsFor', m.acts_for, 'scopes', m.scopes,
          'sector', g.sector,
          'agencies', case when m.agency_id is null then '[]'::jsonb else (
            select jsonb_agg(distinct a) from (
              select m.agency_id as a
              union all
              select c.collective_id from collective_member c
              where c.member_id = m.agency_id and (c.valid_from is null or c.valid_from <= v_today) and (c.valid_to is null or c.valid_to >= v_today)
            ) as own) end)
        order by m.valid_from, m.id), '[]'::jsonb) as memberships,
      array_agg(distinct m.partnership_id) filter (
        where m.role not in ('SCRUTINY_MEMBER', 'PLATFORM_ADMIN') and m.acts_for is distinct from 'SCRUTINY_MEMBER') as partnerships,
      -- a token that acts for scrutiny has no agency's drafts, whichever agency it is bound to
      array_agg(distinct m.agency_id) filter (
        where m.agency_id is not null and m.acts_for is distinct from 'SCRUTINY_MEMBER') as own_agencies,
      array_agg(distinct m.partnership_id) filter (
        where m.role in ('PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR', 'INSPECTOR') or m.acts_for = 'PARTNERSHIP_OFFICER') as oversight,
      array_agg(distinct m.partnership_id) filter (where m.role = 'PARTNERSHIP_OFFICER') as keeper,
      array_agg(distinct m.partnership_id) filter (where m.role = 'PARTNERSHIP_CHAIR') as chaired,
      array_agg(distinct m.agency_id) filter (where m.role = 'AGENCY_LEAD') as led,
      array_agg(distinct m.agency_id) filter (
        where m.role in ('AGENCY_CONTRIBUTOR', 'AGENCY_LEAD')
          or (m.acts_for = 'AGENCY_CONTRIBUTOR' and (m.scopes is null or 'WRITE_REPORTING' = any (m.scopes)))) as drafting,
      (array_agg(m.scopes::text order by m.valid_from, m.id) filter (where m.scopes is not null))[1] as scopes,
      bool_or(m.role = 'PLATFORM_ADMIN') as admin
    into v_held
    from membership m left join agency g on g.id = m.agency_id and (g.valid_to is null or g.valid_to >= v_today)
    where m.person_id = p_person and m.valid_from <= v_today and (m.valid_to is null or m.valid_to >= v_today) and (m.ended_at is null or m.ended_at > p_now)
      and (m.agency_id is null or g.id is not null);

    select coalesce(jsonb_agg(jsonb_build_object(
        'id', g.id, 'partnership', g.partnership_id, 'type', g.type, 'field', g.field, 'operation', g.operation, 'effect', g.effect,
        'relation', g.relation, 'reason', g.reason, 'expiresOn', g.expires_on,
        'memberships', through.memberships, 'agencies', through.agencies)), '[]'::jsonb)
    into v_grants
    from field_grant g cross join lateral (
        select jsonb_agg(held.id) as memberships, 
          -- a service account drafts, and writes nothing else
          jsonb_agg(held.agency) filter (where held.role <> 'INTEGRATOR') as agencies
        from jsonb_to_recordset(v_held.memberships) as held (id uuid, partnership uuid, agency uuid, role text, "actsFor" text, sector text, agencies jsonb)
        where held.partnership = g.partnership_id and (g.sector = held.sector or held.agencies ? g.agency_id::text)
          and (g.role is null or g.role = held.role or g.role = held."actsFor")) as through
    where g.partnership_id = any (v_partnerships) and g.revoked_at is null and (g.expires_on is null or g.expires_on >= v_today)
      and through.memberships is not null;

    -- what only an ended agency gave is gone too
    perform
      set_config('app.actor', p_person::text, true),
      set_config('app.partnerships', coalesce(v_held.partnerships, '{}')::text, true),
      set_config('app.own_agencies', coalesce(v_held.own_agencies, '{}')::text, true),
      set_config('app.oversight', coalesce(v_held.oversight, '{}')::text, true),
      set_config('app.keeper', coalesce(v_held.keeper, '{}')::text, true),
      set_config('app.chaired', coalesce(v_held.chaired, '{}')::text, true),
      set_config('app.led', coalesce(v_held.led, '{}')::text, true),
      set_config('app.drafting', coalesce(v_held.drafting, '{}')::text, true),
      set_config('app.scopes', coalesce(v_held.scopes, ''), true),
      set_config('app.admin', case when v_held.admin then 'on' else '' end, true);

    if v_grants <> '[]' then
      perform set_config('app.granted', coalesce(jsonb_agg(held) filter (where held ->> 'operation' = 'WRITE'), '[]')::text, true)
      from jsonb_array_elements(v_grants) as held;
    end if;
    if v_held.keeper is not null then
      select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'action', o.action_id, 'agency', o.agency_id, 'until', o.opened_until)), '[]'::jsonb)
      into v_openings
      from record_opening o where o.opened_by = p_person and o.opened_until > p_now and o.partnership_id = any (v_held.keeper);
      if v_openings <> '[]' then
        perform set_config('app.openings', 'on', true);
      end if;
    end if;

    return jsonb_build_object('person', p_person, 'label', p_label, 'memberships', v_held.memberships, 'grants', v_grants, 'openings', v_openings);
  end $$;

  -- Says who is asking and when, for this transaction alone. No subject: the public. Gives what the actor holds, or null
  -- for a person that nobody here knows.
  create or replace function app.enter(p_issuer text, p_subject text, p_now timestamptz) returns jsonb language plpgsql volatile as $$
  declare
    v_person person%rowtype;
  begin
    perform app.forget();
    perform set_config('app.now', p_now::text, true);
    if p_subject is null then
      perform set_config('app.actor', 'anonymous', true);
      return jsonb_build_object('person', null, 'label', null, 'memberships', '[]'::jsonb, 'grants', '[]'::jsonb, 'openings', '[]'::jsonb);
    end if;
    perform set_config('app.issuer', p_issuer, true), set_config('app.subject', p_subject, true);
    select * into v_person from person where issuer = p_issuer and subject = p_subject;
    if not found then
      return null;
    end if;
    return app.admit(v_person.id, v_person.label, p_now);
  end $$;

  -- The same for a service account, by the hash of its token. Knowing the hash is knowing the token: only its row shows.
  create function app.enter_with_token(p_hash text, p_now timestamptz) returns jsonb language plpgsql volatile as $$
  declare
    v_token service_token%rowtype;
    v_label text;
  begin
    perform app.forget();
    perform set_config('app.now', p_now::text, true), set_config('app.token', p_hash, true);
    select * into v_token from service_token
    where secret_hash = decode(p_hash, 'hex') and revoked_at is null and created_at <= p_now and expires_at > p_now;
    if not found then
      return null;
    end if;
    perform set_config('app.person', v_token.person_id::text, true);
    select label into v_label from person where id = v_token.person_id;
    return app.admit(v_token.person_id, v_label, p_now) || jsonb_build_object('token', v_token.id, 'tokenLastUsedAt', v_token.last_used_at);
  end $$;
`;

/** The functions as the first release had them. */
const earlierContext = `
  create or replace function app.forget() returns void language sql volatile as $$
    select set_config('app.' || name, '', true)
    from unnest(array['actor', 'person', 'issuer', 'subject', 'admin', 'partnerships', 'oversight', 'keeper', 'own_agencies', 'now']) as name
  $$;

  -- Says who is asking and when, for this transaction alone. No subject: the public. Gives what the actor holds, or null
  -- for a person that nobody here knows.
  create or replace function app.enter(p_issuer text, p_subject text, p_now timestamptz) returns jsonb language plpgsql volatile as $$
  declare
    v_person person%rowtype;
    v_today date := (p_now at time zone 'Europe/London')::date;
    v_memberships jsonb;
  begin
    perform app.forget();
    perform set_config('app.now', p_now::text, true);
    if p_subject is null then
      perform set_config('app.actor', 'anonymous', true);
      return jsonb_build_object('person', null, 'label', null, 'memberships', '[]'::jsonb);
    end if;

    perform set_config('app.issuer', p_issuer, true), set_config('app.subject', p_subject, true);
    select * into v_person from person where issuer = p_issuer and subject = p_subject;
    if not found then
      return null;
    end if;
    perform set_config('app.person', v_person.id::text, true);

    perform
      set_config('app.partnerships', coalesce(array_agg(distinct partnership_id) filter (where role not in ('SCRUTINY_MEMBER', 'PLATFORM_ADMIN')), '{}')::text, true),
      set_config('app.own_agencies', coalesce(array_agg(distinct agency_id) filter (where agency_id is not null), '{}')::text, true)
    from membership where person_id = v_person.id and valid_from <= v_today and (valid_to is null or valid_to >= v_today);

    -- an agency that has ended gives its people nothing
    perform set_config('app.own_agencies', coalesce(array_agg(id), '{}')::text, true)
    from agency where id = any (app.own_agencies()) and (valid_to is null or valid_to >= v_today);

    select coalesce(jsonb_agg(jsonb_build_object(
        'partnership', m.partnership_id, 'agency', m.agency_id, 'role', m.role,
        'agencies', coalesce((
          select jsonb_agg(distinct a) from (
            select m.agency_id as a
            union all
            select c.collective_id from collective_member c
            where c.member_id = m.agency_id and (c.valid_from is null or c.valid_from <= v_today) and (c.valid_to is null or c.valid_to >= v_today)
          ) as own where a is not null), '[]'::jsonb))
      order by m.valid_from, m.id), '[]'::jsonb)
    into v_memberships
    from membership m
    where m.person_id = v_person.id and m.valid_from <= v_today and (m.valid_to is null or m.valid_to >= v_today)
      and (m.agency_id is null or m.agency_id = any (app.own_agencies()));

    -- what only an ended agency gave is gone too
    perform
      set_config('app.partnerships', coalesce(array_agg(distinct partnership) filter (where role not in ('SCRUTINY_MEMBER', 'PLATFORM_ADMIN')), '{}')::text, true),
      set_config('app.oversight', coalesce(array_agg(distinct partnership) filter (where role in ('PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR', 'INSPECTOR')), '{}')::text, true),
      set_config('app.keeper', coalesce(array_agg(distinct partnership) filter (where role = 'PARTNERSHIP_OFFICER'), '{}')::text, true)
    from jsonb_to_recordset(v_memberships) as held (partnership uuid, role text);

    perform set_config('app.actor', v_person.id::text, true);
    return jsonb_build_object('person', v_person.id, 'label', v_person.label, 'memberships', v_memberships);
  end $$;

  -- The operator at the command line: keeps one partnership, or (with none) may create partnerships and their people.
  create or replace function app.enter_as_operator(p_partnership uuid, p_now timestamptz) returns void language plpgsql volatile as $$
  begin
    perform app.forget();
    perform set_config('app.now', p_now::text, true), set_config('app.actor', 'operator', true);
    if p_partnership is null then
      perform set_config('app.admin', 'on', true);
    else
      perform set_config('app.' || name, array[p_partnership]::text, true) from unnest(array['partnerships', 'oversight', 'keeper']) as name;
    end if;
  end $$;
`;

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
const chaired = "partnership_id = any ((select app.chaired())::uuid[])";
const led = "agency_id = any ((select app.led())::uuid[])";
const itself = "(select app.person())";
/** Whoever manages the people of an agency (its lead) or of the partnership (its officers). */
const manages = `(${led} or (agency_id is null and ${kept}))`;
/** Memberships that they may end: a chair's is no officer's to end, since a chair holds officers to account. */
const ends = `(${led} or (agency_id is null and role <> 'PARTNERSHIP_CHAIR' and ${kept}))`;
/** The invitation whose code the caller knows. */
const invited = "code_hash = decode((select app.setting('invitation')), 'hex')";
const bearsToken = "secret_hash = decode((select app.setting('token')), 'hex')";
const tokenManaged = `exists (select 1 from membership m where m.person_id = service_token.person_id and m.role = 'INTEGRATOR'
  and m.partnership_id = service_token.partnership_id and (m.agency_id = any ((select app.led())::uuid[]) or (m.agency_id is null and m.partnership_id = any ((select app.keeper())::uuid[]))))`;

interface Policies {
  read: string;
  add: string;
  /** Columns that may be changed, and by whom. */
  change?: { columns: string; using: string; check?: string };
}

const policies: Record<string, Policies> = {
  invitation: {
    read: `${invited} or ${led} or ${overseen} or (select app.admin())`,
    add: `invited_by = ${itself} and accepted_at is null and (
      (${led} and role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD'))
      or (${kept} and role in ('PARTNERSHIP_OFFICER', 'SCRUTINY_MEMBER', 'INSPECTOR'))
      or (select app.admin()))`,
    change: {
      columns: "accepted_at, accepted_by, withdrawn_at",
      // once: withdrawn by whoever manages the people there, or taken up by whoever knows the code
      using: `accepted_at is null and withdrawn_at is null and (${manages} or (select app.admin())
        or (${invited} and expires_at > (select app.now()) and invited_by is distinct from ${itself}))`,
      check: `((${manages} or (select app.admin())) and withdrawn_at = (select app.now()) and accepted_at is null and accepted_by is null)
        or (${invited} and accepted_by = ${itself} and accepted_at = (select app.now()) and withdrawn_at is null)`,
    },
  },
  service_token: {
    read: `${bearsToken} or person_id = ${itself} or ${overseen} or ${tokenManaged}`,
    add: `created_by = ${itself} and revoked_at is null and app.is_service_account(person_id) and ${tokenManaged}`,
    change: {
      columns: "expires_at, revoked_at, last_used_at",
      using: `revoked_at is null and (${bearsToken} or ${tokenManaged})`,
      check: `(revoked_at is null or revoked_at = (select app.now())) and (${bearsToken} or ${tokenManaged})`,
    },
  },
  field_grant: {
    read: member,
    add: `${kept} and revoked_at is null and (granted_by = ${itself} or (granted_by is null and (select app.operator())))`,
    change: {
      columns: "revoked_by, revoked_at",
      using: `${kept} and revoked_at is null`,
      check: `${kept} and revoked_by = ${itself} and revoked_at = (select app.now())`,
    },
  },
  record_opening: {
    read: `${overseen} or agency_id = any ((select app.own_agencies())::uuid[])`,
    add: `${kept} and opened_by = ${itself} and opened_at = (select app.now()) and acknowledged_by is null and reviewed_by is null`,
    change: {
      columns: "acknowledged_by, acknowledged_at, reviewed_by, reviewed_at, review_note",
      // once each: the agency's lead says that it knows, the chair reviews
      using: `(${led} and acknowledged_at is null) or (${chaired} and reviewed_at is null)`,
      check: `(${led} and acknowledged_by = ${itself} and acknowledged_at = (select app.now()))
        or (${chaired} and reviewed_by = ${itself} and reviewed_at = (select app.now()))`,
    },
  },
  audit_entry: {
    // what an agency does with its drafts is as much its own as the drafts are
    read: `(agency_id is null and ${overseen}) or agency_id = any ((select app.own_agencies())::uuid[]) or (partnership_id is null and (select app.admin()))`,
    // of a partnership that the actor is or was of: a membership may end while its holder is being refused
    add: `at = (select app.now()) and actor_id is not distinct from ${itself}
      and (agency_id is null or agency_id = any ((select app.own_agencies())::uuid[]))
      and ((select app.admin()) or ${kept} or (partnership_id is null and (select app.partnerships()) = '{}')
        or exists (select 1 from membership m where m.person_id = ${itself} and m.partnership_id = audit_entry.partnership_id))`,
  },
};

/** Content that a service account sees only within its scopes; the other policies still decide on top. */
const scoped: Record<string, string[]> = {
  READ_PLAN: [
    "plan",
    "theme",
    "objective",
    "finding",
    "objective_finding",
    "action",
    "action_finding",
    "milestone",
    "assignment",
    "published_total",
  ],
  READ_REPORTING: ["progress_update", "rating"],
  READ_INDICATORS: ["indicator", "indicator_target", "observation", "action_indicator"],
};

/** A platform administrator sees every partnership so as to manage its people; of its content it sees what the public does. */
const noContentByAdministering = ["indicator", "indicator_target"];

export class PeopleAndAccess1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(context);
    await runner.query(writing);
    await runner.query("grant execute on all functions in schema app to golden_thread_app");
    for (const [table, { read, add, change }] of Object.entries(policies)) {
      await runner.query(`alter table ${table} enable row level security, force row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${read})`);
      await runner.query(`create policy ${table}_add on ${table} for insert to golden_thread_app with check (${add})`);
      await runner.query(`grant select, insert on ${table} to golden_thread_app`);
      if (!change) continue;
      await runner.query(
        `create policy ${table}_change on ${table} for update to golden_thread_app using (${change.using}) with check (${change.check ?? change.using})`,
      );
      await runner.query(`grant update (${change.columns}) on ${table} to golden_thread_app`);
    }
    for (const [scope, names] of Object.entries(scoped))
      for (const table of names)
        await runner.query(
          `create policy ${table}_scope on ${table} as restrictive for select to golden_thread_app using ((select app.in_scope('${scope}')))`,
        );
    for (const table of noContentByAdministering)
      await runner.query(
        `create policy ${table}_content on ${table} as restrictive for select to golden_thread_app using (
           not (select app.admin()) or (select app.operator()) or ${member}
           or exists (select 1 from partnership p where p.id = ${table}.partnership_id and p.published_at <= (select app.now())))`,
      );
    await runner.query(people);
    await runner.query(reporting);
    await runner.query(columns);
    await runner.query(neverDrafts);
    await runner.query(appendOnly);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(noColumns);
    await runner.query(undo);
    for (const names of Object.values(scoped))
      for (const table of names) await runner.query(`drop policy ${table}_scope on ${table}`);
    for (const table of noContentByAdministering) await runner.query(`drop policy ${table}_content on ${table}`);
    await runner.query(earlierContext);
    for (const table of Object.keys(policies)) await runner.query(`drop table ${table}`);
    await runner.query(noWriting);
    await runner.query(removed);
  }
}

/** Who may add and end memberships and people. An officer cannot make anybody an agency's: its drafts are not oversight's. */
const people = `
  drop policy membership_read on membership;
  create policy membership_read on membership for select to golden_thread_app
    using (person_id = ${itself} or ${overseen} or ${led} or (select app.admin()));
  drop policy membership_add on membership;
  create policy membership_add on membership for insert to golden_thread_app with check (
    ((select app.operator()) and (${kept} or (select app.admin())))
    or (person_id = ${itself} and ended_at is null and exists (
      select 1 from invitation i where i.${invited} and i.accepted_by = membership.person_id and i.accepted_at = (select app.now())
        and i.invited_by <> i.accepted_by and i.withdrawn_at is null
        and i.partnership_id = membership.partnership_id and i.agency_id is not distinct from membership.agency_id and i.role = membership.role
        and i.valid_from = membership.valid_from and i.valid_to is not distinct from membership.valid_to))
    or (role = 'INTEGRATOR' and ${manages} and app.is_service_account(person_id) and cardinality(scopes) > 0
      and acts_for = any (case when agency_id is null then array['PARTNERSHIP_OFFICER', 'SCRUTINY_MEMBER'] else array['AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR'] end)));
  create policy membership_change on membership for update to golden_thread_app
    using (${ends} or (select app.admin()))
    with check ((${ends} or (select app.admin())) and ended_by = ${itself} and (ended_at is null or ended_at = (select app.now())));
  grant update (valid_to, ended_at, ended_by) on membership to golden_thread_app;

  drop policy person_read on person;
  create policy person_read on person for select to golden_thread_app using (
    (issuer = (select app.setting('issuer')) and subject = (select app.setting('subject')))
    or id = ${itself}
    or exists (select 1 from membership m where m.person_id = person.id and (m.${overseen} or m.${led}))
    or (issuer = 'golden-thread-service-account' and id::text = (select app.setting('service_account')))
    or exists (select 1 from record_opening o where person.id in (o.opened_by, o.acknowledged_by, o.reviewed_by))
    or (select app.admin()));
  drop policy person_add on person;
  create policy person_add on person for insert to golden_thread_app with check (
    (select app.admin())
    or (issuer = (select app.setting('issuer')) and subject = (select app.setting('subject')) and exists (
      select 1 from invitation i where i.${invited} and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > (select app.now())))
    or (issuer = 'golden-thread-service-account' and ((select app.led()) <> '{}' or (select app.keeper()) <> '{}')));
`;

/** Signed off or superseded: nothing more is written of it. */
const inHand = "coalesce(status, '') not in ('SIGNED_OFF', 'SUPERSEDED')";
const notDraft = `${kept} and (state <> 'DRAFT' or (select app.operator()))`;

/** Drafts are written by their agency, and read besides by an officer who has opened them on giving a reason. */
const reporting = `
  create policy progress_update_opened on progress_update for select to golden_thread_app using (
    (select app.setting('openings')) = 'on' and exists (
      select 1 from record_opening o where o.action_id = progress_update.action_id and o.agency_id = progress_update.author_agency_id
        and o.opened_by = ${itself} and o.opened_until > (select app.now()) and o.${kept}));
  -- an officer keeps what was submitted; a draft is its agency's to write, and an opening lets nobody else
  drop policy progress_update_add on progress_update;
  create policy progress_update_add on progress_update for insert to golden_thread_app with check (${notDraft});
  drop policy progress_update_change on progress_update;
  create policy progress_update_change on progress_update for update to golden_thread_app using (${notDraft}) with check (${notDraft});
  create policy progress_update_draft_add on progress_update for insert to golden_thread_app
    with check (state = 'DRAFT' and author_agency_id = any ((select app.drafting())::uuid[]));
  create policy progress_update_draft_change on progress_update for update to golden_thread_app
    using (state = 'DRAFT' and author_agency_id = any ((select app.drafting())::uuid[]))
    with check (state = 'DRAFT' and author_agency_id = any ((select app.drafting())::uuid[]));
  -- reported in the name of one's agency, as far as it may rate the action
  create policy rating_report_add on rating for insert to golden_thread_app with check (
    basis = 'REPORTED' and ${member} and as_at <= (select app.today())
    and app.may_write(partnership_id, action_id, agency_id, 'Rating.value')
    and (rationale is null or app.may_write(partnership_id, action_id, agency_id, 'Rating.rationale'))
    and exists (select 1 from action a where a.id = rating.action_id and ${inHand}));
  create policy action_text_change on action for update to golden_thread_app
    using (${member} and ${inHand} and app.open_texts(partnership_id, id) <> '{}');
`;

/** No grant is about what is its author's alone (src/domains/access/grantable.ts). */
const neverDrafts = `
  create policy field_grant_never_drafts on field_grant as restrictive for insert to golden_thread_app
    with check ((type, field) <> ('ProgressUpdate', 'draftingNote'));
`;

/** The trail is added to, and by nobody changed: not by the service, and not by the tables' owner. */
const appendOnly = `
  create function audit_entry_keep() returns trigger language plpgsql as $$
  begin
    raise exception 'an audit entry is never changed or removed';
  end $$;
  create trigger audit_entry_keep before update or delete on audit_entry for each row execute function audit_entry_keep();
  create trigger audit_entry_keep_all before truncate on audit_entry execute function audit_entry_keep();
`;

const undo = `
  drop trigger audit_entry_keep on audit_entry;
  drop trigger audit_entry_keep_all on audit_entry;
  drop function audit_entry_keep();
  drop policy progress_update_opened on progress_update;
  drop policy progress_update_draft_add on progress_update;
  drop policy progress_update_draft_change on progress_update;
  drop policy rating_report_add on rating;
  drop policy action_text_change on action;
  drop policy progress_update_add on progress_update;
  drop policy progress_update_change on progress_update;
  create policy progress_update_add on progress_update for insert to golden_thread_app with check (${kept});
  create policy progress_update_change on progress_update for update to golden_thread_app using (${kept}) with check (${kept});
  drop policy membership_read on membership;
  drop policy membership_add on membership;
  drop policy membership_change on membership;
  revoke update (valid_to, ended_at, ended_by) on membership from golden_thread_app;
  drop policy person_read on person;
  drop policy person_add on person;
  create policy membership_read on membership for select to golden_thread_app using (person_id = (select app.person()) or ${overseen});
  create policy membership_add on membership for insert to golden_thread_app with check (${kept});
  create policy person_read on person for select to golden_thread_app using (
    (issuer = (select app.setting('issuer')) and subject = (select app.setting('subject')))
    or exists (select 1 from membership m where m.person_id = person.id and m.${overseen}) or (select app.admin()));
  create policy person_add on person for insert to golden_thread_app with check ((select app.admin()));
`;

const removed = `
  alter table progress_update drop column drafting_note;
  drop index membership_service_account_idx;
  alter table membership drop column acts_for, drop column scopes, drop column ended_at, drop column ended_by;
  drop function app.admit(uuid, text, timestamptz);
  drop function app.enter_with_token(text, timestamptz);
  drop function app.scopes();
  drop function app.in_scope(text);
  drop function app.operator();
  drop function app.led();
  drop function app.drafting();
  drop function app.chaired();
`;
