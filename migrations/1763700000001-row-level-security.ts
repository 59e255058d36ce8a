import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Who may see which row. Each request runs in a transaction that first calls `app.enter`, which sets who is asking; a
 * transaction in which nobody is asking sees no rows. The service's own role owns nothing, and FORCE binds the owner too.
 */
const context = `
  create schema app;

  create function app.setting(name text) returns text language sql stable parallel safe
    as $$ select nullif(current_setting('app.' || name, true), '') $$;
  create function app.ids(name text) returns uuid[] language sql stable parallel safe
    as $$ select coalesce(app.setting(name), '{}')::uuid[] $$;

  create function app.actor() returns text language sql stable parallel safe as $$ select app.setting('actor') $$;
  create function app.person() returns uuid language sql stable parallel safe as $$ select app.setting('person')::uuid $$;
  create function app.admin() returns boolean language sql stable parallel safe as $$ select app.setting('admin') is not distinct from 'on' $$;
  -- partnerships of which the actor is a member and may see what is not published
  create function app.partnerships() returns uuid[] language sql stable parallel safe as $$ select app.ids('partnerships') $$;
  -- partnerships in which the actor is officer, chair or inspector
  create function app.oversight() returns uuid[] language sql stable parallel safe as $$ select app.ids('oversight') $$;
  -- partnerships whose plans the actor keeps: officers, and the operator at the command line
  create function app.keeper() returns uuid[] language sql stable parallel safe as $$ select app.ids('keeper') $$;
  -- agencies the actor belongs to, without the collectives that they are members of
  create function app.own_agencies() returns uuid[] language sql stable parallel safe as $$ select app.ids('own_agencies') $$;
  create function app.now() returns timestamptz language sql stable parallel safe as $$ select app.setting('now')::timestamptz $$;
  create function app.today() returns date language sql stable parallel safe as $$ select (app.now() at time zone 'Europe/London')::date $$;

  create function app.forget() returns void language sql volatile as $$
    select set_config('app.' || name, '', true)
    from unnest(array['actor', 'person', 'issuer', 'subject', 'admin', 'partnerships', 'oversight', 'keeper', 'own_agencies', 'now']) as name
  $$;

  -- Says who is asking and when, for this transaction alone. No subject: the public. Gives what the actor holds, or null
  -- for a person that nobody here knows.
  create function app.enter(p_issuer text, p_subject text, p_now timestamptz) returns jsonb language plpgsql volatile as $$
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
  create function app.enter_as_operator(p_partnership uuid, p_now timestamptz) returns void language plpgsql volatile as $$
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
const isPublic = "published_at <= (select app.now()) and (select app.actor()) is not null";
const ofPlan = (table: string) => `${member} or exists (select 1 from plan p where p.id = ${table}.plan_id)`;
const ofPartnership = (table: string) =>
  `${member} or exists (select 1 from partnership p where p.id = ${table}.partnership_id)`;

/** Rows that may be read, table by table. A published plan's rows are public; what agencies said of it is not. */
const readable: Record<string, string> = {
  agency: ofPartnership("agency"),
  agency_alias: ofPartnership("agency_alias"),
  agency_code: ofPartnership("agency_code"),
  collective_member: ofPartnership("collective_member"),
  post: ofPartnership("post"),
  post_alias: ofPartnership("post_alias"),
  plan: `${member} or (${isPublic})`,
  theme: ofPlan("theme"),
  objective: ofPlan("objective"),
  finding: ofPlan("finding"),
  objective_finding: ofPlan("objective_finding"),
  action: ofPlan("action"),
  action_finding: ofPlan("action_finding"),
  milestone: ofPlan("milestone"),
  assignment: ofPlan("assignment"),
  rating_scheme: ofPlan("rating_scheme"),
  rating_scheme_entry: ofPlan("rating_scheme_entry"),
  published_total: ofPlan("published_total"),
  rating: member,
  // a draft is its author's alone; submitted and returned are its author's and oversight's; accepted is shared
  progress_update: `author_agency_id = any ((select app.own_agencies())::uuid[])
    or (state in ('SUBMITTED', 'RETURNED') and ${overseen})
    or (state = 'ACCEPTED' and (${member} or (${isPublic} and exists (select 1 from action a where a.id = progress_update.action_id))))`,
  indicator: ofPartnership("indicator"),
  indicator_target: ofPartnership("indicator_target"),
  // embargoed figures are the owner's and oversight's
  observation: `${overseen}
    or (status <> 'EMBARGOED' and (${member} or (${isPublic})))
    or exists (select 1 from indicator i where i.id = observation.indicator_id and i.owner_agency_id = any ((select app.own_agencies())::uuid[]))`,
  action_indicator: `${member} or exists (select 1 from action a where a.id = action_indicator.action_id)`,
  import_batch: overseen,
  import_row: overseen,
};

/** History is added to, never rewritten. */
const appendOnly = ["rating", "import_batch", "import_row"];

export class RowLevelSecurity1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(context);
    await runner.query("grant usage on schema app to golden_thread_app");
    await runner.query("grant execute on all functions in schema app to golden_thread_app");
    await runner.query("grant select, insert on service_secret to golden_thread_app");

    for (const [table, condition] of Object.entries(readable)) {
      await protect(runner, table, condition);
      // an officer may not see drafts, so writing gives no reading
      await runner.query(`create policy ${table}_add on ${table} for insert to golden_thread_app with check (${kept})`);
      if (appendOnly.includes(table)) continue;
      await runner.query(
        `create policy ${table}_change on ${table} for update to golden_thread_app using (${kept}) with check (${kept})`,
      );
      await runner.query(`grant update on ${table} to golden_thread_app`);
    }

    await protect(
      runner,
      "partnership",
      `id = any ((select app.partnerships())::uuid[]) or (${isPublic}) or (select app.admin())`,
    );
    await runner.query(
      "create policy partnership_add on partnership for insert to golden_thread_app with check ((select app.admin()))",
    );

    await protect(runner, "membership", `person_id = (select app.person()) or ${overseen}`);
    await runner.query(
      `create policy membership_add on membership for insert to golden_thread_app with check (${kept})`,
    );

    await protect(
      runner,
      "person",
      `(issuer = (select app.setting('issuer')) and subject = (select app.setting('subject')))
       or exists (select 1 from membership m where m.person_id = person.id and m.${overseen})
       or (select app.admin())`,
    );
    await runner.query(
      "create policy person_add on person for insert to golden_thread_app with check ((select app.admin()))",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...Object.keys(readable), "partnership", "membership", "person"]) {
      for (const kind of ["read", "add", "change"])
        await runner.query(`drop policy if exists ${table}_${kind} on ${table}`);
      await runner.query(`alter table ${table} no force row level security, disable row level security`);
      await runner.query(`revoke all on ${table} from golden_thread_app`);
    }
    await runner.query("revoke all on service_secret from golden_thread_app");
    await runner.query("drop schema app cascade");
  }
}

async function protect(runner: QueryRunner, table: string, condition: string): Promise<void> {
  await runner.query(`alter table ${table} enable row level security, force row level security`);
  await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${condition})`);
  await runner.query(`grant select, insert on ${table} to golden_thread_app`);
}
