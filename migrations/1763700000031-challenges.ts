import type { MigrationInterface, QueryRunner } from "typeorm";
import { noteChanges } from "./data-version/noted";
import { functions, noFunctions } from "./challenges/functions";
import { tables } from "./challenges/tables";
import { beginVersions, keepVersions } from "./history/versions";

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
const chaired = "partnership_id = any ((select app.chaired())::uuid[])";
const shown = "partnership_id in (select app.partnerships_published())";
const itself = "(select app.person())";
const operator = "(select app.operator())";
const drafting = "agency_id = any ((select app.drafting())::uuid[])";
const atOnce = "(select app.now())";
/** That one of these agencies is a side of the challenge, takes part in it or decides a stage that it has come to. */
const party = (agencies: string) => {
  const mine = `(select app.speaking_for(${agencies}))::uuid[]`;
  return `raised_by_agency_id = any (${mine}) or against_agency_id = any (${mine}) or involved_agency_ids && ${mine} or deciding_agency_ids && ${mine}`;
};
/** Counted for the partnership's members (app.ladder_passages), who see none of it. */
const counted = `((select app.setting('counting')) = partnership_id::text and ${member})`;
const raises = `${kept} or ${chaired} or app.leads_in(partnership_id)`;

interface Policies {
  read: string;
  add: string;
  change?: { columns: string; using: string };
  scope: "READ_REPORTING" | null;
}

const ofLadder = { read: `${member} or ${shown}`, add: kept, scope: null } as const;

const policies: Record<string, Policies> = {
  ladder: { ...ofLadder, change: { columns: "retired_on, version", using: kept } },
  ladder_version: ofLadder,
  ladder_stage: ofLadder,
  challenge_counter: { read: raises, add: raises, change: { columns: "raised", using: raises }, scope: null },
  challenge: {
    // the operator of the platform sees what runs, and goes on as the operator of that partnership
    read: `${overseen} or ${party("app.own_agencies()")} or (${operator} and (select app.admin()) and ended_at is null) or ${counted}`,
    add: `state = 'RAISED' and raised_at = ${atOnce} and (
      (raised_as = 'AGENCY' and raised_by_person_id = ${itself} and raised_by_agency_id = any ((select app.led())::uuid[]))
      or (raised_as = 'OFFICER' and raised_by_person_id = ${itself} and ${kept})
      or (raised_as = 'CHAIR' and raised_by_person_id = ${itself} and ${chaired})
      or (raised_as = 'RULE' and ${operator} and ${kept}))`,
    change: {
      columns:
        "deciding_agency_ids, risk_reason, state, stage_number, stage_from, waiting_on, proposed_by, acknowledge_by, respond_by, respond_day, provisional, outcome, learning, ended_at, version",
      using: `${kept} or ${chaired} or ${party("app.drafting()")}`,
    },
    scope: "READ_REPORTING",
  },
  challenge_event: {
    read: "app.challenge_shown(challenge_id)",
    add: `at = ${atOnce} and (
      (acted_as = 'AGENCY' and person_id = ${itself} and ${drafting} and app.challenge_shown(challenge_id))
      or (acted_as = 'OFFICER' and person_id = ${itself} and ${kept})
      or (acted_as = 'CHAIR' and person_id = ${itself} and ${chaired})
      or (acted_as = 'RULE' and ${operator} and ${kept})
      or (acted_as = 'CLOCK' and kind in ('EXPIRED', 'DEADLOCKED') and app.challenge_overdue(challenge_id))
      or (acted_as = 'CLOCK' and kind = 'RECOUNTED' and ${operator} and ${kept}))`,
    scope: null,
  },
  // a party's own: oversight reads none of it
  challenge_note: {
    read: "agency_id = any ((select app.own_agencies())::uuid[])",
    add: `${drafting} and person_id = ${itself} and at = ${atOnce} and app.challenge_shown(challenge_id)`,
    scope: "READ_REPORTING",
  },
};
/** What the clock did is put to nobody in the trail, though somebody's request be the first to notice it. */
const byTheClock = `create policy audit_entry_by_the_clock on audit_entry for insert to golden_thread_app with check (
  kind in ('challenge.expired', 'challenge.deadlocked') and outcome = 'DONE' and at = ${atOnce}
    and actor_id is null and agency_id is null and request_id is null and detail ->> 'as' = 'CLOCK'
    and exists (select 1 from challenge c where c.id = subject_id and c.partnership_id = audit_entry.partnership_id and c.respond_by <= ${atOnce}))`;
/** No grant is about what is its author's alone (src/domains/access/grantable.ts). */
const neverNotes =
  "create policy field_grant_never_notes on field_grant as restrictive for insert to golden_thread_app with check (type <> 'ChallengeNote')";

const TABLES = Object.keys(policies);
/** How often somebody has raised is counted as it is, and no answer is made of it. */
const UNTOLD = new Set(["challenge_counter"]);

/** Ladders as a partnership has them, and the challenges that climb them: what has happened is added to, never rewritten. */
export class Challenges1763700000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
    await runner.query(
      "grant execute on function app.today_as(uuid), app.speaking_for(uuid[]), app.challenge_shown(uuid), app.challenge_overdue(uuid), app.leads_in(uuid), app.ladder_passages(uuid, timestamptz, timestamptz) to golden_thread_app",
    );
    for (const [table, { read, add, change, scope }] of Object.entries(policies)) {
      await runner.query(`alter table ${table} enable row level security, force row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${read})`);
      await runner.query(`create policy ${table}_add on ${table} for insert to golden_thread_app with check (${add})`);
      if (scope)
        await runner.query(
          `create policy ${table}_scope on ${table} as restrictive for select to golden_thread_app using ((select app.in_scope('${scope}')))`,
        );
      await runner.query(`grant select, insert on ${table} to golden_thread_app`);
      if (change) {
        await runner.query(
          `create policy ${table}_change on ${table} for update to golden_thread_app using (${change.using})`,
        );
        await runner.query(`grant update (${change.columns}) on ${table} to golden_thread_app`);
      }
      if (UNTOLD.has(table)) continue;
      await noteChanges(runner, table);
    }
    await runner.query(neverNotes);
    await runner.query(byTheClock);
    for (const table of TABLES) {
      if (UNTOLD.has(table)) continue;
      await keepVersions(runner, table, table === "challenge");
      await beginVersions(runner, table);
    }
    await runner.query("revoke all on all functions in schema history from public");
    await runner.query("grant execute on all functions in schema known to golden_thread_app");
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      if (UNTOLD.has(table)) continue;
      await runner.query(`drop function known.${table}(timestamptz)`);
      await runner.query(`drop trigger ${table}_keep_versions on ${table}`);
      await runner.query(`drop function history.keep_${table}()`);
      await runner.query(`drop table history.${table}`);
    }
    await runner.query("drop policy audit_entry_by_the_clock on audit_entry");
    await runner.query("drop policy field_grant_never_notes on field_grant");
    for (const table of [...TABLES].reverse()) await runner.query(`drop table ${table}`);
    await runner.query(noFunctions);
  }
}
