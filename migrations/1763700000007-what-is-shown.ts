import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * What is shown to those who are no members is asked of functions that PostgreSQL calls only where it matters. Written out in
 * the policies, each reference to a table brought the policies of the tables behind it into the plan, and a statement over a
 * dozen tables spent as long on setting up what it never ran as on reading. The rules are the same: a function runs as
 * whoever asks, and the policies of what it reads bind it.
 */
const functions = `
  create function app.plans_shown() returns setof uuid language plpgsql stable parallel safe
    as $$ begin return query select id from plan; end $$;
  create function app.partnerships_shown() returns setof uuid language plpgsql stable parallel safe
    as $$ begin return query select id from partnership; end $$;
  create function app.partnerships_published() returns setof uuid language plpgsql stable parallel safe
    as $$ begin return query select id from partnership where published_at <= app.now(); end $$;
  create function app.indicators_owned() returns setof uuid language plpgsql stable parallel safe
    as $$ begin return query select id from indicator where owner_agency_id = any (app.own_agencies()); end $$;
  -- one at a time: what hangs on actions is never looked through as a whole
  create function app.action_shown(p_action uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from action where id = p_action); end $$;
`;
const noFunctions = `
  drop function app.plans_shown();
  drop function app.partnerships_shown();
  drop function app.partnerships_published();
  drop function app.indicators_owned();
  drop function app.action_shown(uuid);
`;

const OF_PLAN = [
  "theme",
  "objective",
  "finding",
  "objective_finding",
  "action",
  "action_finding",
  "milestone",
  "assignment",
  "rating_scheme",
  "rating_scheme_entry",
  "published_total",
];
const CONTENT = ["indicator", "indicator_target", "comparator", "trajectory_point"];
const OF_PARTNERSHIP = ["agency", "agency_alias", "agency_code", "collective_member", "post", "post_alias", ...CONTENT];

const member = "partnership_id = any ((select app.partnerships())::uuid[])";
const overseen = "partnership_id = any ((select app.oversight())::uuid[])";
const isPublic = "published_at <= (select app.now()) and (select app.actor()) is not null";
const own = "any ((select app.own_agencies())::uuid[])";

/** How a policy asks what is shown. */
interface Asking {
  plan: (table: string) => string;
  partnership: (table: string) => string;
  published: (table: string) => string;
  action: (table: string) => string;
  indicatorOwned: string;
}

const byFunction: Asking = {
  plan: () => "plan_id in (select app.plans_shown())",
  partnership: () => "partnership_id in (select app.partnerships_shown())",
  published: () => "partnership_id in (select app.partnerships_published())",
  action: () => "app.action_shown(action_id)",
  indicatorOwned: "indicator_id in (select app.indicators_owned())",
};
const writtenOut: Asking = {
  plan: (table) => `exists (select 1 from plan p where p.id = ${table}.plan_id)`,
  partnership: (table) => `exists (select 1 from partnership p where p.id = ${table}.partnership_id)`,
  published: (table) =>
    `exists (select 1 from partnership p where p.id = ${table}.partnership_id and p.published_at <= (select app.now()))`,
  action: (table) => `exists (select 1 from action a where a.id = ${table}.action_id)`,
  indicatorOwned: `exists (select 1 from indicator i where i.id = observation.indicator_id and i.owner_agency_id = ${own})`,
};

/** The policies that ask it, as `asking` puts it. */
const policies = (asking: Asking): [table: string, policy: string, using: string][] => [
  ...OF_PLAN.map((table): [string, string, string] => [table, "read", `${member} or ${asking.plan(table)}`]),
  ...OF_PARTNERSHIP.map((table): [string, string, string] => [
    table,
    "read",
    `${member} or ${asking.partnership(table)}`,
  ]),
  ...CONTENT.map((table): [string, string, string] => [
    table,
    "content",
    `not (select app.admin()) or (select app.operator()) or ${member} or ${asking.published(table)}`,
  ]),
  [
    "observation",
    "read",
    `${overseen} or (status <> 'EMBARGOED' and (${member} or (${isPublic}))) or ${asking.indicatorOwned}`,
  ],
  ["action_indicator", "read", `${member} or ${asking.action("action_indicator")}`],
  [
    "progress_update",
    "read",
    `author_agency_id = ${own}
      or (state in ('SUBMITTED', 'RETURNED') and ${overseen})
      or (state = 'ACCEPTED' and (${member} or (${isPublic} and ${asking.action("progress_update")})))`,
  ],
];

export class WhatIsShown1763700000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(functions);
    await runner.query("grant execute on all functions in schema app to golden_thread_app");
    await put(runner, byFunction);
  }

  async down(runner: QueryRunner): Promise<void> {
    await put(runner, writtenOut);
    await runner.query(noFunctions);
  }
}

async function put(runner: QueryRunner, asking: Asking): Promise<void> {
  for (const [table, policy, using] of policies(asking))
    await runner.query(`alter policy ${table}_${policy} on ${table} using (${using})`);
}
