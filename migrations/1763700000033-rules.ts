import type { MigrationInterface, QueryRunner } from "typeorm";
import { noteChanges } from "./data-version/noted";
import { beginVersions, keepVersions } from "./history/versions";

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
/** What the jobs find, apart from who may say it. */
const found = `((select app.operator()) and ${kept})`;

const tables = `
  create table rule (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    kind text not null,
    name text not null,
    working_days int not null,
    effect text not null,
    indicator_id uuid,
    ladder_id uuid,
    on_from timestamptz,
    retired_at timestamptz,
    version int not null default 1,
    constraint rule_pkey primary key (id),
    constraint rule_partnership_id_id_key unique (partnership_id, id),
    constraint rule_partnership_id_name_key unique (partnership_id, name),
    constraint rule_kind_check check (kind in ('OVERDUE', 'NO_UPDATE', 'IMPACT_RED_TWICE', 'STALE', 'ATTENDANCE_BELOW_TARGET', 'RETURN_NOT_RECEIVED')),
    constraint rule_effect_check check (effect in ('RAISE', 'WARN')),
    constraint rule_indicator_check check ((kind = 'ATTENDANCE_BELOW_TARGET') = (indicator_id is not null)),
    constraint rule_working_days_check check (working_days between (kind in ('OVERDUE', 'NO_UPDATE', 'RETURN_NOT_RECEIVED'))::int and 260),
    constraint rule_ladder_check check (effect = 'RAISE' or ladder_id is null),
    constraint rule_retired_check check (retired_at is null or on_from is null),
    constraint rule_partnership_id_fkey foreign key (partnership_id) references partnership (id),
    constraint rule_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator (partnership_id, id),
    constraint rule_partnership_id_ladder_id_fkey foreign key (partnership_id, ladder_id) references ladder (partnership_id, id)
  );
  create index rule_indicator_id_partnership_id_idx on rule (indicator_id, partnership_id);
  create index rule_ladder_id_partnership_id_idx on rule (ladder_id, partnership_id);

  create table rule_finding (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    rule_id uuid not null,
    cause text not null,
    action_id uuid,
    indicator_id uuid,
    agency_id uuid,
    against_agency_id uuid,
    since date not null,
    found_at timestamptz not null,
    challenge_id uuid,
    constraint rule_finding_pkey primary key (id),
    constraint rule_finding_rule_id_cause_key unique (rule_id, cause),
    constraint rule_finding_about_check check (num_nonnulls(action_id, indicator_id, agency_id) = 1),
    constraint rule_finding_partnership_id_rule_id_fkey foreign key (partnership_id, rule_id) references rule (partnership_id, id),
    constraint rule_finding_partnership_id_action_id_fkey foreign key (partnership_id, action_id) references action (partnership_id, id) on delete cascade,
    constraint rule_finding_partnership_id_indicator_id_fkey foreign key (partnership_id, indicator_id) references indicator (partnership_id, id) on delete cascade,
    constraint rule_finding_partnership_id_agency_id_fkey foreign key (partnership_id, agency_id) references agency (partnership_id, id),
    constraint rule_finding_partnership_id_against_agency_id_fkey foreign key (partnership_id, against_agency_id) references agency (partnership_id, id),
    constraint rule_finding_partnership_id_challenge_id_fkey foreign key (partnership_id, challenge_id) references challenge (partnership_id, id)
  );
  create index rule_finding_rule_id_partnership_id_idx on rule_finding (rule_id, partnership_id);
  create index rule_finding_in_order_idx on rule_finding (rule_id, found_at, id);
  create index rule_finding_action_id_partnership_id_idx on rule_finding (action_id, partnership_id);
  create index rule_finding_indicator_id_partnership_id_idx on rule_finding (indicator_id, partnership_id);
  create index rule_finding_agency_id_partnership_id_idx on rule_finding (agency_id, partnership_id);
  create index rule_finding_challenge_id_partnership_id_idx on rule_finding (challenge_id, partnership_id);
  create index rule_finding_against_agency_id_partnership_id_idx on rule_finding (against_agency_id, partnership_id);

  create table reminder_policy (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    about text not null,
    days_before int,
    on_the_day boolean not null,
    days_after int,
    version int not null default 1,
    constraint reminder_policy_pkey primary key (id),
    constraint reminder_policy_partnership_id_about_key unique (partnership_id, about),
    constraint reminder_policy_about_check check (about in ('ACTION', 'UPDATE', 'TRACKED_ITEM', 'CHALLENGE')),
    constraint reminder_policy_days_check check (days_before between 1 and 60 and days_after between 1 and 60),
    constraint reminder_policy_partnership_id_fkey foreign key (partnership_id) references partnership (id)
  );

  create table notification_policy (
    id uuid not null default gen_random_uuid(),
    partnership_id uuid not null,
    every_minutes int,
    version int not null default 1,
    constraint notification_policy_pkey primary key (id),
    constraint notification_policy_partnership_id_key unique (partnership_id),
    constraint notification_policy_every_minutes_check check (every_minutes between 5 and 1440),
    constraint notification_policy_partnership_id_fkey foreign key (partnership_id) references partnership (id)
  );

  create index action_by_when_idx on action (partnership_id, by_when_end);
  create index action_by_when_idx on history.action (partnership_id, by_when_end, known_to, known_from);
`;

interface Policies {
  read: string;
  write: string;
  /** What a service account must be let read to see it. */
  scope: string;
  /** Columns that are ever changed. */
  columns: string;
}

const policies: Record<string, Policies> = {
  rule: {
    read: member,
    write: kept,
    scope: "READ_PLAN",
    columns: "name, working_days, effect, ladder_id, on_from, retired_at, version",
  },
  rule_finding: { read: overseen, write: found, scope: "READ_REPORTING", columns: "challenge_id" },
  reminder_policy: {
    read: member,
    write: kept,
    scope: "READ_PLAN",
    columns: "days_before, on_the_day, days_after, version",
  },
  notification_policy: {
    // and whoever sends, by it
    read: `${member} or ((select app.operator()) and (select app.admin()))`,
    write: kept,
    scope: "READ_PLAN",
    columns: "every_minutes, version",
  },
};

/** Of findings there is nothing to keep versions of: they are added to. */
const tracked = ["rule", "reminder_policy", "notification_policy"];

/**
 * Rules that raise or warn by themselves, what they found, how a partnership is reminded, and how often its people are mailed. The columns of `action` that a
 * rule asks by a day are indexed for it.
 */
export class Rules1763700000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    for (const [table, { read, write, scope, columns }] of Object.entries(policies)) {
      await runner.query(`alter table ${table} enable row level security, force row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${read})`);
      await runner.query(
        `create policy ${table}_add on ${table} for insert to golden_thread_app with check (${write})`,
      );
      await runner.query(`create policy ${table}_change on ${table} for update to golden_thread_app using (${write})`);
      await runner.query(
        `create policy ${table}_scope on ${table} as restrictive for select to golden_thread_app using ((select app.in_scope('${scope}')))`,
      );
      await runner.query(`grant select, insert, update (${columns}) on ${table} to golden_thread_app`);
      await noteChanges(runner, table);
    }
    for (const table of tracked) {
      await keepVersions(runner, table, false);
      await runner.query(`grant execute on function known.${table}(timestamptz) to golden_thread_app`);
      await runner.query(`revoke all on function history.keep_${table}() from public`);
      await beginVersions(runner, table);
    }
    await runner.query("grant select on history.standing_clock to golden_thread_app");
    await runner.query("alter table history.standing_clock add column by_hand boolean not null default false");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table history.standing_clock drop column by_hand");
    await runner.query("revoke select on history.standing_clock from golden_thread_app");
    for (const table of tracked) await runner.query(`drop function known.${table}(timestamptz)`);
    for (const table of ["rule_finding", ...tracked]) await runner.query(`drop table ${table}`);
    for (const table of tracked) {
      await runner.query(`drop table history.${table}`);
      await runner.query(`drop function history.keep_${table}()`);
    }
    await runner.query("drop index history.action_by_when_idx, action_by_when_idx");
  }
}
