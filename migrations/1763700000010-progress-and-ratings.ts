import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The reporting cycle's own part of the tables: who submitted an update and how often its draft was saved, what a rating hangs on and whether it counts, and
 * the day on which an action's impact is judged. What was submitted keeps its words; ratings proposed with it are seen as far
 * as it is seen, count for everybody when it is accepted, and for nobody when it is returned.
 */
const tables = `
  alter table progress_update
    add column submitted_by uuid,
    add column revision int not null default 1,
    add constraint progress_update_submitted_by_fkey foreign key (submitted_by) references person (id);
  create index progress_update_submitted_by_idx on progress_update (submitted_by);

  alter table rating
    add column update_id uuid,
    add column standing text not null default 'SHARED',
    add constraint rating_standing_check check (standing in ('SUBMITTED', 'SHARED', 'WITHDRAWN')),
    add constraint rating_of_update_check check (standing = 'SHARED' or update_id is not null),
    add constraint rating_partnership_id_update_id_fkey foreign key (partnership_id, update_id) references progress_update (partnership_id, id);
  create index rating_update_id_partnership_id_idx on rating (update_id, partnership_id);
  create index rating_partnership_id_idx on rating (partnership_id);
  create unique index rating_one_an_update_idx on rating (update_id, dimension);

  alter table action add column impact_judged_on date, add column reopened_reason text;
`;

const noTables = `
  alter table action drop column reopened_reason, drop column impact_judged_on;
  alter table rating drop column standing, drop column update_id;
  drop index rating_partnership_id_idx;
  alter table progress_update drop column revision, drop column submitted_by;
`;

/** What a grant opens, as in 1763700000004, and that a lead closes the actions that its agency leads. */
const mayWrite = (leads: string) => `
  create or replace function app.may_write(p_partnership uuid, p_action uuid, p_agency uuid, p_field text) returns boolean language sql stable as $$
    with bearing as (
      select g.effect from jsonb_to_recordset(app.granted()) as g (partnership uuid, type text, field text, effect text, relation text, agencies jsonb)
      where g.partnership = p_partnership and g.agencies ? p_agency::text and g.type || '.' || g.field = p_field
        and (g.relation is null or g.relation = app.relation_to(p_action, p_agency))
    )
    select p_agency = any (app.drafting())
      and not exists (select 1 from bearing where effect = 'DENY')
      and (exists (select 1 from bearing where effect = 'ALLOW')
        or (${leads} and p_agency = any (app.led()) and app.relation_to(p_action, p_agency) = 'LEAD'))
  $$;
`;

/** Who changes what of an action without keeping its plan, as in 1763700000004, and besides \`moves\`. */
const actionTextOnly = (moves: string) => `
  create or replace function action_text_only() returns trigger language plpgsql as $$
  declare
    v_open text[];
  begin
    if app.now() is not null and not (old.partnership_id = any (app.keeper())) then
      v_open := app.open_texts(old.partnership_id, old.id) || array['version', 'updated_at']${moves};
      if to_jsonb(new) - v_open is distinct from to_jsonb(old) - v_open then
        raise exception 'only the text of this action may be changed' using errcode = 'insufficient_privilege';
      end if;
    end if;
    return new;
  end $$;
`;

const functions = `
  -- whether the actor may say, for one of its agencies, that an action is completed, or is not after all
  create function app.may_close(p_partnership uuid, p_action uuid) returns boolean language sql stable as $$
    select exists (
      select 1 from agency a where a.id = any (app.drafting()) and a.partnership_id = p_partnership
        and app.may_write(p_partnership, p_action, a.id, 'Action.status'))
  $$;
  -- whether an action's current rating of impact has a colour, for whoever asks
  create function app.impact_rated(p_action uuid) returns boolean language sql stable as $$
    select coalesce((
      select r.value is not null from rating r where r.action_id = p_action and r.dimension = 'IMPACT' and r.standing <> 'WITHDRAWN'
      order by r.as_at desc, r.recorded_at desc limit 1), false)
  $$;
  -- columns that the actor may change of an action because of what happens to it (src/domains/plan/action-lifecycle.ts)
  create function app.open_moves(p_from action, p_to action) returns text[] language sql stable as $$
    select case
      when coalesce(p_from.status, 'NOT_STARTED') in ('NOT_STARTED', 'IN_PROGRESS') and p_to.status = 'COMPLETED'
        and (p_to.impact_judged_on >= app.today() or app.impact_rated(p_from.id))
        and app.may_close(p_from.partnership_id, p_from.id) then array['status', 'impact_judged_on']
      when p_from.status is not distinct from p_to.status and p_to.impact_judged_on >= app.today()
        and app.may_close(p_from.partnership_id, p_from.id) then array['impact_judged_on']
      when p_from.status = 'COMPLETED' and p_to.status = 'IN_PROGRESS' and app.may_close(p_from.partnership_id, p_from.id) then array['status', 'reopened_reason']
      else '{}' end
  $$;
`;

const noFunctions = `
  drop function app.open_moves(action, action);
  drop function app.impact_rated(uuid);
  drop function app.may_close(uuid, uuid);
`;

/**
 * Submitted words are never changed, by whatever path: a correction is a new version. Where an update goes next is asked
 * after the policies: who may write the row at all is theirs to say.
 */
const triggers = `
  -- whether the tables' owner erases what must be erased (history.erase): the service cannot
  create function app.erasing() returns boolean language sql stable parallel safe
    as $$ select current_user <> 'golden_thread_app' and current_setting('app.erasing', true) is not distinct from 'on' $$;
  create function progress_update_keep() returns trigger language plpgsql as $$
  declare
    v_open text[] := case old.state
      when 'SUBMITTED' then array['state', 'accepted_at', 'returned_at', 'returned_reason', 'published_at']
      else array['state', 'published_at'] end;
  begin
    if to_jsonb(new) - v_open is distinct from to_jsonb(old) - v_open then
      raise exception 'an update that was submitted is never changed: a correction is a new version' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger progress_update_keep before update on progress_update for each row
    when (old.state <> 'DRAFT' and not app.erasing()) execute function progress_update_keep();

  create function progress_update_moves() returns trigger language plpgsql as $$
  begin
    if app.now() is null or app.operator() then
      return null;
    end if;
    if (old.state, new.state) not in (('DRAFT', 'SUBMITTED'), ('SUBMITTED', 'ACCEPTED'), ('SUBMITTED', 'RETURNED')) then
      raise exception 'an update that is % does not become %', old.state, new.state using errcode = 'insufficient_privilege';
    end if;
    if new.state = 'SUBMITTED' and (new.submitted_by is distinct from app.person() or new.submitted_at is distinct from app.now()) then
      raise exception 'whoever submits an update signs for it' using errcode = 'insufficient_privilege';
    end if;
    if old.state = 'SUBMITTED' and old.submitted_by = app.person() then
      raise exception 'nobody settles what they submitted themselves' using errcode = 'insufficient_privilege';
    end if;
    return null;
  end $$;
  create trigger progress_update_moves after update on progress_update for each row
    when (old.state is distinct from new.state) execute function progress_update_moves();
`;

const noTriggers = `
  drop trigger progress_update_moves on progress_update;
  drop function progress_update_moves();
  drop trigger progress_update_keep on progress_update;
  drop function progress_update_keep();
  drop function app.erasing();
`;

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
const drafted = "author_agency_id = any ((select app.drafting())::uuid[])";
const inHand = "coalesce(status, '') not in ('SIGNED_OFF', 'SUPERSEDED')";
const reported = `basis = 'REPORTED' and ${member} and as_at <= (select app.today())
    and app.may_write(partnership_id, action_id, agency_id, 'Rating.value')
    and (rationale is null or app.may_write(partnership_id, action_id, agency_id, 'Rating.rationale'))
    and exists (select 1 from action a where a.id = rating.action_id and ${inHand})`;

const policies = `
  -- what was proposed with an update is seen as the update is
  alter policy rating_read on rating using (
    ${member} and (standing = 'SHARED' or agency_id = any ((select app.own_agencies())::uuid[]) or ${overseen}));
  alter policy rating_add on rating with check (${kept} and standing = 'SHARED');
  alter policy rating_report_add on rating with check (standing = 'SHARED' and update_id is null and ${reported});
  -- with the update that its lead agency submits at this moment, and no other colour than it proposes
  create policy rating_proposed_add on rating for insert to golden_thread_app with check (
    standing = 'SUBMITTED' and basis = 'REPORTED' and ${member} and as_at <= (select app.today()) and rationale is null
    and agency_id = any ((select app.drafting())::uuid[]) and app.relation_to(action_id, agency_id) = 'LEAD'
    and exists (select 1 from progress_update u
      where u.id = rating.update_id and u.action_id = rating.action_id and u.author_agency_id = rating.agency_id
        and u.state = 'SUBMITTED' and u.submitted_by = (select app.person()) and u.submitted_at = (select app.now())
        and rating.value = case rating.dimension when 'DELIVERY' then u.proposed_delivery else u.proposed_impact end));
  -- settled once, as its update is
  create policy rating_settle on rating for update to golden_thread_app
    using (${kept} and standing = 'SUBMITTED')
    with check (${kept} and exists (select 1 from progress_update u where u.id = rating.update_id
      and u.state = case rating.standing when 'SHARED' then 'ACCEPTED' when 'WITHDRAWN' then 'RETURNED' end));
  grant update (standing) on rating to golden_thread_app;

  alter policy field_grant_never_drafts on field_grant
    with check ((type, field) not in (('ProgressUpdate', 'draftingNote'), ('ProgressUpdate', 'revision')));

  -- submitted by its author agency, as a draft of its own or at once
  create policy progress_update_submit on progress_update for update to golden_thread_app
    using (state = 'DRAFT' and ${drafted})
    with check (state = 'SUBMITTED' and ${drafted} and submitted_by = (select app.person()) and submitted_at = (select app.now())
      and accepted_at is null and returned_at is null and returned_reason is null and published_at is null);
  create policy progress_update_discard on progress_update for delete to golden_thread_app using (state = 'DRAFT' and ${drafted});
  grant delete on progress_update to golden_thread_app;

  create policy action_close on action for update to golden_thread_app
    using (${member} and ${inHand} and app.may_close(partnership_id, id));
`;

const noPolicies = `
  alter policy field_grant_never_drafts on field_grant with check ((type, field) <> ('ProgressUpdate', 'draftingNote'));
  drop policy action_close on action;
  revoke delete on progress_update from golden_thread_app;
  drop policy progress_update_discard on progress_update;
  drop policy progress_update_submit on progress_update;
  revoke update (standing) on rating from golden_thread_app;
  drop policy rating_settle on rating;
  drop policy rating_proposed_add on rating;
  alter policy rating_report_add on rating with check (${reported});
  alter policy rating_add on rating with check (${kept});
  alter policy rating_read on rating using (${member});
`;

export class ProgressAndRatings1763700000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(mayWrite("(p_field like 'Rating.%' or p_field = 'Action.status')"));
    await runner.query(functions);
    await runner.query("grant execute on all functions in schema app to golden_thread_app");
    await runner.query(actionTextOnly(" || app.open_moves(old, new)"));
    await runner.query(triggers);
    await runner.query(policies);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(noPolicies);
    await runner.query(noTriggers);
    await runner.query(actionTextOnly(""));
    await runner.query(noFunctions);
    await runner.query(mayWrite("p_field like 'Rating.%'"));
    await runner.query(noTables);
  }
}
