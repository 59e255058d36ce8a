import type { MigrationInterface, QueryRunner } from "typeorm";
import { noteChanges } from "./data-version/noted";

/**
 * Evidence, and where it is used. Of a file the row holds what is known of it; its bytes are elsewhere, and the row says that
 * they are there only when they are, and have been looked at. `reach` is who may know of a row: the agency whose it is,
 * oversight besides, or the partnership. It only ever widens: by attaching the evidence to an action, or by sending in the
 * update that cites it.
 */
const tables = `
  create table evidence (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    owner_agency_id uuid not null,
    title text not null,
    shows text,
    kind text not null,
    marking text not null,
    effective_from date,
    effective_to date,
    received_on date not null,
    expires_on date,
    url text,
    file_name text,
    file_state text,
    refused_because text,
    declared_sha256 text,
    sha256 text,
    media_type text,
    size_bytes int,
    storage_name text,
    reach text not null default 'OWN',
    state text not null default 'ACTIVE',
    version int not null default '1',
    added_by uuid not null,
    added_at timestamptz not null,
    withdrawn_by uuid,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    constraint evidence_pkey primary key (id),
    constraint evidence_partnership_id_id_key unique (partnership_id, id),
    constraint evidence_kind_check check (kind in ('ACTIVITY', 'OUTPUT', 'OUTCOME', 'CHILDS_VOICE')),
    constraint evidence_marking_check check (marking in ('OFFICIAL', 'OFFICIAL_SENSITIVE')),
    constraint evidence_reach_check check (reach in ('OWN', 'OVERSIGHT', 'PARTNERSHIP')),
    constraint evidence_state_check check (state in ('ACTIVE', 'WITHDRAWN')),
    constraint evidence_file_state_check check (file_state in ('PENDING', 'CLEAN', 'REFUSED')),
    constraint evidence_days_check check (effective_from <= effective_to),
    constraint evidence_link_or_file_check check ((url is null) <> (file_name is null) and (file_name is null) = (file_state is null)),
    constraint evidence_clean_check check ((file_state is not distinct from 'CLEAN') = (storage_name is not null)
      and (storage_name is null) = (sha256 is null) and (storage_name is null) = (media_type is null) and (storage_name is null) = (size_bytes is null)),
    constraint evidence_refused_check check ((file_state is not distinct from 'REFUSED') = (refused_because is not null)),
    constraint evidence_withdrawn_check check ((state = 'WITHDRAWN') = (withdrawn_reason is not null) and (state = 'WITHDRAWN') = (withdrawn_at is not null)),
    constraint evidence_partnership_id_owner_agency_id_fkey foreign key (partnership_id, owner_agency_id) references agency (partnership_id, id),
    constraint evidence_added_by_fkey foreign key (added_by) references person (id),
    constraint evidence_withdrawn_by_fkey foreign key (withdrawn_by) references person (id)
  );
  create index evidence_owner_agency_id_partnership_id_idx on evidence (owner_agency_id, partnership_id);
  create index evidence_added_by_idx on evidence (added_by);
  create index evidence_withdrawn_by_idx on evidence (withdrawn_by);

  create table evidence_use (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    evidence_id uuid not null,
    action_id uuid not null,
    progress_update_id uuid,
    agency_id uuid not null,
    reach text not null,
    attached_by uuid not null,
    attached_at timestamptz not null,
    ended_by uuid,
    ended_at timestamptz,
    constraint evidence_use_pkey primary key (id),
    constraint evidence_use_reach_check check (reach in ('OWN', 'OVERSIGHT', 'PARTNERSHIP')),
    constraint evidence_use_ended_check check ((ended_at is null) = (ended_by is null)),
    constraint evidence_use_partnership_id_evidence_id_fkey foreign key (partnership_id, evidence_id) references evidence (partnership_id, id),
    constraint evidence_use_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action (partnership_id, id),
    constraint evidence_use_partnership_id_progress_update_id_fkey foreign key (partnership_id, progress_update_id) references progress_update (partnership_id, id) on delete cascade,
    constraint evidence_use_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint evidence_use_attached_by_fkey foreign key (attached_by) references person (id),
    constraint evidence_use_ended_by_fkey foreign key (ended_by) references person (id)
  );
  create index evidence_use_evidence_id_partnership_id_idx on evidence_use (evidence_id, partnership_id);
  create index evidence_use_action_id_partnership_id_idx on evidence_use (action_id, partnership_id);
  create index evidence_use_progress_update_id_partnership_id_idx on evidence_use (progress_update_id, partnership_id);
  create index evidence_use_agency_id_partnership_id_idx on evidence_use (agency_id, partnership_id);
  create index evidence_use_attached_by_idx on evidence_use (attached_by);
  create index evidence_use_ended_by_idx on evidence_use (ended_by);
  -- in use once: of an action as such, and of each update
  create unique index evidence_use_of_action_idx on evidence_use (evidence_id, action_id) where ended_at is null and progress_update_id is null;
  create unique index evidence_use_of_update_idx on evidence_use (evidence_id, progress_update_id) where ended_at is null;
`;

const REACHES = "array['OWN', 'OVERSIGHT', 'PARTNERSHIP']";
const NOT_ALLOWED = "using errcode = 'insufficient_privilege'";

const functions = `
  -- whether an agency of the actor, by itself or through its collectives, is named for an action in which the evidence is in
  -- use. Asked of sensitive evidence alone, and of what the actor may know to be in use.
  create function app.party_to_evidence(p_evidence uuid) returns boolean language plpgsql stable parallel safe as $$
  begin
    return exists (
      select 1 from evidence_use u join assignment s on s.action_id = u.action_id
      where u.evidence_id = p_evidence and u.ended_at is null and (s.agency_id = any (app.own_agencies()) or s.agency_id in (
        select c.collective_id from collective_member c where c.member_id = any (app.own_agencies())
          and (c.valid_from is null or c.valid_from <= app.today()) and (c.valid_to is null or c.valid_to >= app.today()))));
  end $$;

  -- what is kept of evidence is not rewritten: reach widens, what was withdrawn stays so, a file that was kept stays the one,
  -- and whoever is not of its agency withdraws it or lets its reach widen, and changes nothing else
  create function evidence_keep() returns trigger language plpgsql as $$
  begin
    if array_position(${REACHES}, new.reach) < array_position(${REACHES}, old.reach) then
      raise exception 'evidence that was shown is not hidden again' ${NOT_ALLOWED};
    end if;
    if old.state = 'WITHDRAWN' then
      raise exception 'withdrawn evidence is never changed' ${NOT_ALLOWED};
    end if;
    if old.file_state = 'CLEAN' and (new.file_state, new.storage_name, new.sha256, new.media_type, new.size_bytes)
        is distinct from (old.file_state, old.storage_name, old.sha256, old.media_type, old.size_bytes) then
      raise exception 'a file that was kept is never changed' ${NOT_ALLOWED};
    end if;
    if not old.owner_agency_id = any (app.drafting())
        and (to_jsonb(new) - '{reach,state,version,withdrawn_by,withdrawn_at,withdrawn_reason}'::text[])
          is distinct from (to_jsonb(old) - '{reach,state,version,withdrawn_by,withdrawn_at,withdrawn_reason}'::text[]) then
      raise exception 'evidence is its agency''s to change' ${NOT_ALLOWED};
    end if;
    return new;
  end $$;
  create trigger evidence_keep before update on evidence for each row when (not app.erasing()) execute function evidence_keep();

  create function evidence_use_keep() returns trigger language plpgsql as $$
  begin
    if old.ended_at is not null then
      raise exception 'a use that has ended is never changed' ${NOT_ALLOWED};
    end if;
    if array_position(${REACHES}, new.reach) < array_position(${REACHES}, old.reach) then
      raise exception 'evidence that was shown is not hidden again' ${NOT_ALLOWED};
    end if;
    return new;
  end $$;
  create trigger evidence_use_keep before update on evidence_use for each row when (not app.erasing()) execute function evidence_use_keep();

  -- until the transaction ends: what is being attached to an update and its being sent in wait for each other
  create function app.hold_evidence_of(p_update uuid) returns void language sql volatile
    as $$ select pg_advisory_xact_lock(hashtextextended('evidence of ' || p_update, 0)) $$;

  -- an update that is sent in takes its evidence along: to oversight, and to the partnership once it is accepted
  create function evidence_follow_update() returns trigger language plpgsql as $$
  declare
    v_reach text := case new.state when 'ACCEPTED' then 'PARTNERSHIP' else 'OVERSIGHT' end;
  begin
    perform app.hold_evidence_of(new.id);
    with widened as (
      update evidence_use set reach = v_reach
      where progress_update_id = new.id and ended_at is null and array_position(${REACHES}, reach) < array_position(${REACHES}, v_reach)
      returning evidence_id)
    update evidence set reach = v_reach
    where id in (select evidence_id from widened) and state = 'ACTIVE' and array_position(${REACHES}, reach) < array_position(${REACHES}, v_reach);
    return null;
  end $$;
  create trigger evidence_follow_update after update of state on progress_update
    for each row when (new.state <> 'DRAFT' and new.state <> old.state) execute function evidence_follow_update();
`;

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
const own = "any ((select app.own_agencies())::uuid[])";
const drafting = "any ((select app.drafting())::uuid[])";
const itself = "(select app.person())";
/** An officer withdraws and ends what oversight knows of, and accepts what takes evidence along. */
const known = `(${kept} and reach <> 'OWN')`;

const policies = `
  alter table evidence enable row level security, force row level security;
  create policy evidence_read on evidence for select to golden_thread_app using (
    owner_agency_id = ${own} or (reach <> 'OWN' and ${overseen})
    or (reach = 'PARTNERSHIP' and ${member} and (marking = 'OFFICIAL' or app.party_to_evidence(id))));
  create policy evidence_scope on evidence as restrictive for select to golden_thread_app using ((select app.in_scope('READ_REPORTING')));
  create policy evidence_add on evidence for insert to golden_thread_app with check (
    owner_agency_id = ${drafting} and reach = 'OWN' and state = 'ACTIVE' and file_state is distinct from 'CLEAN'
    and added_by = ${itself} and added_at = (select app.now()));
  create policy evidence_change on evidence for update to golden_thread_app
    using (owner_agency_id = ${drafting} or ${known});
  grant select, insert on evidence to golden_thread_app;
  grant update (title, shows, kind, marking, effective_from, effective_to, received_on, expires_on, file_name, file_state, refused_because,
    declared_sha256, sha256, media_type, size_bytes, storage_name, reach, state, version, withdrawn_by, withdrawn_at, withdrawn_reason)
    on evidence to golden_thread_app;

  alter table evidence_use enable row level security, force row level security;
  create policy evidence_use_read on evidence_use for select to golden_thread_app using (
    agency_id = ${own} or (reach <> 'OWN' and ${overseen}) or (reach = 'PARTNERSHIP' and ${member}));
  create policy evidence_use_scope on evidence_use as restrictive for select to golden_thread_app using ((select app.in_scope('READ_REPORTING')));
  -- an agency uses its own evidence, of an action that it is named for and an update that it wrote
  create policy evidence_use_add on evidence_use for insert to golden_thread_app with check (
    agency_id = ${drafting} and ended_at is null and attached_by = ${itself} and attached_at = (select app.now())
    and app.relation_to(action_id, agency_id) <> 'PARTNER'
    and exists (select 1 from evidence e where e.id = evidence_use.evidence_id and e.owner_agency_id = evidence_use.agency_id and e.state = 'ACTIVE')
    and exists (select 1 from action a where a.id = evidence_use.action_id and coalesce(a.status, '') not in ('SIGNED_OFF', 'SUPERSEDED'))
    and (progress_update_id is null or exists (select 1 from progress_update p
      where p.id = evidence_use.progress_update_id and p.action_id = evidence_use.action_id and p.author_agency_id = evidence_use.agency_id)));
  create policy evidence_use_change on evidence_use for update to golden_thread_app
    using (agency_id = ${drafting} or ${known});
  grant select, insert on evidence_use to golden_thread_app;
  grant update (reach, ended_by, ended_at) on evidence_use to golden_thread_app;
`;

const TABLES = ["evidence", "evidence_use"];
export class Evidence1763700000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
    await runner.query(
      "grant execute on function app.party_to_evidence(uuid), app.hold_evidence_of(uuid) to golden_thread_app",
    );
    await runner.query(policies);
    for (const table of TABLES) await noteChanges(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop trigger evidence_follow_update on progress_update");
    await runner.query("drop table evidence_use");
    await runner.query("drop table evidence");
    for (const name of [
      "evidence_follow_update()",
      "evidence_use_keep()",
      "evidence_keep()",
      "app.party_to_evidence(uuid)",
      "app.hold_evidence_of(uuid)",
    ])
      await runner.query(`drop function ${name}`);
  }
}
