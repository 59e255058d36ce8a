import type { MigrationInterface, QueryRunner } from "typeorm";
import { noteChanges } from "./data-version/noted";
import { functions, noFunctions } from "./boards/functions";
import { tables } from "./boards/tables";

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const kept = "partnership_id = any ((select app.keeper())::uuid[])";
const chaired = "partnership_id = any ((select app.chaired())::uuid[])";
const drafting = "agency_id = any ((select app.drafting())::uuid[])";
/** An administrator, who sees every partnership, sees of its content what the public does. */
const shown = "partnership_id in (select app.partnerships_published())";
const published = `published_at <= (select app.now()) and ${shown}`;
const business = `(business = 'PUBLIC' and (${member} or (${published})))
  or (business = 'PRIVATE' and (${overseen} or board_id in (select app.boards_sat_on())))`;
const asked = "agency_id in (select app.with_collectives(app.drafting()))";
/** What an operator loads of the past, apart from who may say it now. */
const loaded = `((select app.operator()) and ${kept})`;

interface Policies {
  read: string;
  add: string;
  /** Columns that are ever changed; what a row says is not among them. */
  columns?: string;
}

const policies: Record<string, Policies> = {
  board: { read: `${member} or ${shown}`, add: kept, columns: "valid_to, successor_id, version" },
  board_member: { read: `${member} or ${shown}`, add: kept, columns: "valid_to" },
  meeting: {
    read: `${member} or (${published})`,
    add: kept,
    columns: "state, cancelled_reason, published_at, version",
  },
  agenda_item: { read: business, add: kept, columns: "published_at" },
  agenda_paper: { read: "app.agenda_item_shown(agenda_item_id)", add: kept },
  decision: { read: business, add: `${kept} or ${chaired}`, columns: "published_at" },
  tracked_item: {
    // whoever is asked in private must be able to read what
    read: `${business} or (business = 'PRIVATE' and agency_id in (select app.with_collectives(app.own_agencies())))`,
    add: `${kept} or ${chaired}`,
    columns: "status, closed_on, published_at, version",
  },
  tracked_item_action: { read: "app.tracked_item_shown(tracked_item_id)", add: `${kept} or ${chaired}` },
  tracked_item_response: {
    read: "app.tracked_item_shown(tracked_item_id)",
    add: `${kept} or (${drafting} and exists (
      select 1 from tracked_item t where t.id = tracked_item_response.tracked_item_id and t.status <> 'CLOSED'
        and t.agency_id in (select app.with_collectives(array[tracked_item_response.agency_id]))))`,
  },
  work_programme_item: {
    read: `${member} or (${published})`,
    add: kept,
    columns: "basis, meeting_id, scheduled_on, outcome, published_at, version",
  },
  highlight_report: {
    read: member,
    add: `${loaded} or (${drafting} and filed_at >= (select app.now()) and app.relation_to(action_id, agency_id) = 'LEAD' and exists (
      select 1 from action a where a.id = highlight_report.action_id and coalesce(a.status, '') not in ('SIGNED_OFF', 'SUPERSEDED')))`,
  },
  sign_off: { read: `${member} or app.action_shown(action_id)`, add: `${loaded} or ${chaired}` },
  plan_sign_off: { read: `${member} or plan_id in (select app.plans_shown())`, add: `${loaded} or ${chaired}` },
  plan_hand_over: { read: `${member} or plan_id in (select app.plans_shown())`, add: kept },
  carried_action: { read: `${member} or app.action_shown(action_id)`, add: kept },
};

/** Read by a function that looks at what they hang on, scope and all. */
const WITH_WHAT_IT_HANGS_ON = new Set(["agenda_paper", "tracked_item_action", "tracked_item_response"]);

/** Content that a service account sees only within its scopes. */
const scopeOf = (table: string) => (table === "highlight_report" ? "READ_REPORTING" : "READ_PLAN");

/** Tables whose rows become public at an instant, which may be yet to come when they are written. */
const publishes = ["meeting", "agenda_item", "decision", "tracked_item", "work_programme_item"];
/** What `action_text_only` opens to whoever may change an action at all, beside what earlier migrations have it open. */
const OPEN_TO_ALL = "array['version', 'updated_at']";
const BY_SIGN_OFF = " || app.open_sign_off(old, new)";

/** Gives that function anew, with `from` in its text replaced by `to`. */
const reworded = (from: string, to: string) => `
  do $reworded$
  declare
    v_text text := pg_get_functiondef('action_text_only'::regproc);
    v_from text := $from$${from}$from$;
  begin
    if position(v_from in v_text) = 0 then
      raise exception 'action_text_only does not say %', v_from;
    end if;
    execute replace(v_text, v_from, $to$${to}$to$);
  end $reworded$;
`;

/**
 * Boards, their meetings, decisions and what they track; and the sign-off of actions and plans by a board's decision.
 * History is added to: a sign-off that is reverted, a hand-over and a response are entries, and no text is ever changed.
 */
export class Boards1763700000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
    await runner.query("grant execute on all functions in schema app to golden_thread_app");
    for (const [table, { read, add, columns }] of Object.entries(policies)) {
      await runner.query(`alter table ${table} enable row level security, force row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to golden_thread_app using (${read})`);
      await runner.query(`create policy ${table}_add on ${table} for insert to golden_thread_app with check (${add})`);
      if (!WITH_WHAT_IT_HANGS_ON.has(table))
        await runner.query(
          `create policy ${table}_scope on ${table} as restrictive for select to golden_thread_app using ((select app.in_scope('${scopeOf(table)}')))`,
        );
      await runner.query(`grant select, insert on ${table} to golden_thread_app`);
      if (columns) {
        await runner.query(`create policy ${table}_change on ${table} for update to golden_thread_app using (${kept})`);
        await runner.query(`grant update (${columns}) on ${table} to golden_thread_app`);
      }
      const note = publishes.includes(table) ? "note_published_change" : "note_change";
      await noteChanges(runner, table, note);
    }
    await runner.query(`create policy tracked_item_answer on tracked_item for update to golden_thread_app
      using (${asked} and status <> 'CLOSED') with check (${asked} and status = 'ANSWERED')`);
    await runner.query(`create policy action_sign_off on action for update to golden_thread_app
      using (${chaired} and status in ('COMPLETED', 'SIGNED_OFF')) with check (${chaired} and status in ('COMPLETED', 'SIGNED_OFF'))`);
    await runner.query(
      `create policy plan_sign_off_said on plan for update to golden_thread_app using (${chaired}) with check (${chaired})`,
    );
    await runner.query(reworded(OPEN_TO_ALL, `${OPEN_TO_ALL}${BY_SIGN_OFF}`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(reworded(BY_SIGN_OFF, ""));
    await runner.query("drop policy plan_sign_off_said on plan");
    await runner.query("drop policy action_sign_off on action");
    for (const table of Object.keys(policies).reverse()) await runner.query(`drop table ${table}`);
    await runner.query(noFunctions);
  }
}
