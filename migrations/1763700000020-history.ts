import type { MigrationInterface, QueryRunner } from "typeorm";
import { shownByState, tracked } from "./history/tracked";
import { noTrail, trail } from "./history/trail";
import { beginVersions, keepVersions, versions } from "./history/versions";

const overseen = "partnership_id = any ((select app.oversight())::uuid[])";

/**
 * The chain is oversight's to read: how fast it grows would tell agencies of each other's drafts, so that they are shown where
 * it stood at the end of a day. Which rows are in a link would tell oversight of drafts, and is the operator's, who verifies.
 */
const readTrail = `
  alter table history.audit_link enable row level security, force row level security;
  alter table history.audit_row enable row level security, force row level security;
  create policy audit_link_keep on history.audit_link to current_user using (true) with check (true);
  create policy audit_row_keep on history.audit_row to current_user using (true) with check (true);
  create policy audit_link_read on history.audit_link for select to golden_thread_app using (${overseen});
  create policy audit_row_read on history.audit_row for select to golden_thread_app
    using (${overseen} and (table_name = 'audit_entry' or (select app.operator())));
  alter table history.daily_head enable row level security, force row level security;
  create policy daily_head_keep on history.daily_head to current_user using (true) with check (true);
  create policy daily_head_read on history.daily_head for select to golden_thread_app
    using (partnership_id = any ((select app.partnerships())::uuid[]) or ${overseen});
  create trigger daily_head_keep before update or delete on history.daily_head for each row execute function history.keep_head();
  create trigger daily_head_keep_all before truncate on history.daily_head execute function history.keep_head();
  grant select on history.audit_link, history.audit_row, history.daily_head to golden_thread_app;
`;

/** Takes turns before any version moves: both are done at commit, and whoever did them in another order would wait in a circle. */
const TURNS = "    perform app.take_turns(new.part);\n";

/**
 * The trail says of what was there already that it was: as the service, whose policies let it add entries. Before the versions
 * are made, since a link is sealed in the order in which its rows came.
 */
const begun = `
  do $$
  declare
    v_part uuid;
    v_parts uuid[];
  begin
    set local role golden_thread_app;
    perform app.enter_as_operator(null, now());
    select array(select id from partnership union all select null where exists (select 1 from membership where partnership_id is null) or exists (select 1 from audit_entry where partnership_id is null)) into v_parts;
    foreach v_part in array v_parts loop
      perform app.enter_as_operator(v_part, now());
      insert into audit_entry (partnership_id, at, kind, outcome) values (v_part, app.now(), 'history.begun', 'DONE');
    end loop;
    perform app.forget();
    reset role;
  end $$;
`;

/** Entries from before there was a chain stand in its first link, which the entry that says so has begun. */
const adopted = `
  set constraints audit_entry_chain immediate;
  set constraints audit_entry_chain deferred;
  alter table audit_entry no force row level security;
  select history.note_row(own.part, (history.turn(own.part)).seq, 'audit_entry', e.id, 'INSERT', history.row_digest('', to_jsonb(e)))
  from audit_entry e cross join lateral (select coalesce(e.partnership_id, '00000000-0000-0000-0000-000000000000') as part) own;
  alter table audit_entry force row level security;
`;

const ADMIT = "app.admit(uuid, text, timestamptz)";
const inForce = "g.revoked_at is null and (g.expires_on is null or g.expires_on >= v_today)";
/** What somebody holds says, beside the grants in force, since when they are, and which denials bore on them once: `asOf` asks. */
const denials: [before: string, after: string][] = [
  ["    v_grants jsonb;\n", "    v_grants jsonb;\n    v_ended jsonb;\n"],
  [
    "    select coalesce(jsonb_agg(jsonb_build_object(\n        'id', g.id,",
    "    select coalesce(jsonb_agg(told.grant_held) filter (where told.in_force), '[]'::jsonb), coalesce(jsonb_agg(told.grant_held) filter (where not told.in_force), '[]'::jsonb)\n    into v_grants, v_ended\n    from (select jsonb_build_object(\n        'id', g.id,",
  ],
  [
    "'memberships', through.memberships, 'agencies', through.agencies)), '[]'::jsonb)\n    into v_grants\n",
    `'memberships', through.memberships, 'agencies', through.agencies, 'grantedAt', g.granted_at,
        'endedAt', case when not bears.now then least(g.revoked_at, (g.expires_on + 1)::timestamp at time zone 'Europe/London') end) as grant_held, bears.now as in_force\n`,
  ],
  [
    `and ${inForce}\n      and through.memberships is not null;`,
    `and (bears.now or (g.operation = 'READ' and g.effect = 'DENY'))\n      and through.memberships is not null) as told;`,
  ],
  [
    "from field_grant g cross join lateral (",
    `from field_grant g cross join lateral (select ${inForce} as now) as bears cross join lateral (`,
  ],
  ["'grants', v_grants, 'openings'", "'grants', v_grants, 'endedDenials', v_ended, 'openings'"],
];

/** Triggers of earlier migrations by which a row keeps its words, with and without regard to who erases them. */
const keeping = (when: string) =>
  [
    ["record_opening", "record_opening_each_its_own"],
    ["action", "action_keep_original"],
  ]
    .map(
      ([table, trigger]) => `
        drop trigger ${trigger} on ${table};
        create trigger ${trigger} before update on ${table} for each row ${when} execute function ${trigger}();`,
    )
    .join("");

/**
 * Every version of every row, and the audit trail's chain over them. Versions and links are made by triggers at commit, as
 * the tables' owner and by nobody else: the service may read them, and has no privilege to write them.
 */
export class History1763700000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(trail);
    await runner.query(versions);
    for (const table of tracked) await keepVersions(runner, table, shownByState.includes(table));
    await runner.query(readTrail);
    await runner.query("revoke all on all functions in schema history from public");
    await runner.query("grant execute on all functions in schema known to golden_thread_app");
    await runner.query("grant execute on function app.take_turns(uuid) to golden_thread_app");
    await rewrite(runner, "app.move_versions()", [["begin\n", `begin\n${TURNS}`]]);
    await rewrite(runner, ADMIT, denials);
    await runner.query(keeping("when (not app.erasing())"));
    await runner.query("set local timezone = 'UTC'");
    await runner.query(begun);
    await runner.query(adopted);
    for (const table of tracked) await beginVersions(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    await rewrite(runner, "app.move_versions()", [[TURNS, ""]]);
    await rewrite(
      runner,
      ADMIT,
      denials.map(([before, after]) => [after, before]),
    );
    await runner.query(keeping(""));
    for (const table of tracked) await runner.query(`drop trigger ${table}_keep_versions on ${table}`);
    await runner.query("drop schema known cascade");
    await runner.query(noTrail);
  }
}

/** Changes a function of an earlier migration where it says what is to be replaced. */
async function rewrite(runner: QueryRunner, name: string, changes: readonly [string, string][]): Promise<void> {
  const [found] = (await runner.query("select pg_get_functiondef($1::regprocedure) as text", [name])) as {
    text: string;
  }[];
  if (!found) return; // nobody is there to answer: the statements are being listed
  let changed = found.text;
  for (const [before, after] of changes) {
    if (!changed.includes(before)) throw new Error(`${name} does not say ${before}`);
    changed = changed.replace(before, () => after);
  }
  await runner.query(changed);
}
