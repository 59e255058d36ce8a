import { createHash } from "node:crypto";

export interface Size {
  partnerships: number;
  /** Actions of each partnership. */
  actions: number;
  /** Updates of each action. */
  updates: number;
}

/** The size that the issue's budget is stated for. */
export const STATED_SIZE: Size = { partnerships: 150, actions: 120, updates: 8 };

/** Agencies of each partnership. All lead as many actions; the first eight contribute to those of the others too. */
export const AGENCIES = 12;
export const CONTRIBUTORS = 8;
/** The moment at which the generated data is read: the last update is for December 2018. */
export const NOW = "2019-02-14T09:00:00Z";

/** Key of a generated row, from its kind and numbers: the same that `generate` gives it in SQL. */
export function generatedKey(kind: string, ...parts: number[]): string {
  const hex = createHash("md5")
    .update([kind, ...parts].join("/"))
    .digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Fills an empty, migrated database with generated partnerships of one shape, the same on every run: 12 agencies, one plan
 * of 4 themes and 24 objectives, a lead and 3 contributing agencies an action, quarterly updates and both ratings, 18
 * indicators of 36 months. All of it is invented. Runs inside the caller's transaction, as a superuser with triggers and
 * the checks of foreign keys off: a million actions are loaded in minutes, and what triggers would set is set here.
 */
export async function generate(
  client: { query: (sql: string, values?: unknown[]) => Promise<unknown> },
  { partnerships, actions, updates }: Size,
  say: (text: string) => void = () => undefined,
): Promise<void> {
  const step = async (what: string, sql: string, values: unknown[] = []) => {
    say(`generating ${what}`);
    await client.query(sql, values);
  };
  const id = (kind: string, ...parts: string[]) => `md5(concat_ws('/', '${kind}', ${parts.join(", ")}))::uuid`;
  const byWhen = "(date '2018-02-01' + make_interval(months => a % 24) - interval '1 day')::date";
  const referenceOrder = "lpad((1 + a % 24)::text, 6, '0') || '.' || lpad((1 + a / 24)::text, 6, '0')";
  const sortKey = `to_char(${byWhen}, 'YYYY-MM-DD') || ' ' || ${referenceOrder}`;

  await client.query("set local session_replication_role = replica");
  await step(
    "partnerships",
    `insert into partnership (id, slug, name, label, published_at)
     select ${id("partnership", "p")}, 'area-' || p, 'Area ' || p || ' (generated)', 'LSCP', null from generate_series(1, $1::int) p`,
    [partnerships],
  );
  await step(
    "people",
    `insert into person (id, issuer, subject, label)
     select ${id("person", "p", "g")}, 'golden-thread-demonstration', 'area-' || p || '-agency-' || g, 'Viewer at agency ' || g
     from generate_series(1, $1::int) p, generate_series(1, ${AGENCIES}) g
     union all select ${id("person", "p", "0")}, 'golden-thread-demonstration', 'area-' || p || '-officer', 'Officer' from generate_series(1, $1::int) p`,
    [partnerships],
  );
  // `offset 0`: the keys of a partnership and of an action are made once, and not again for each row that refers to them
  const each = `(select p, ${id("partnership", "p")} as partnership, ${id("plan", "p")} as plan, ${id("scheme", "p")} as scheme from generate_series(1, $1::int) p offset 0) each_one`;
  const eachAction = `${each}, lateral (select a, ${id("action", "p", "a")} as action, ${referenceOrder} as reference_order, ${sortKey} as sort_key from generate_series(0, $2::int - 1) a offset 0) each_action`;

  await step(
    "agencies",
    `insert into agency (id, partnership_id, name, short_name, sector, kind)
     select ${id("agency", "p", "g")}, partnership, 'Agency ' || g || ' of area ' || p, 'A' || g,
       (array['POLICE','HEALTH','EDUCATION','PROBATION','HOUSING','COUNCIL'])[1 + g % 6], 'ORGANISATION'
     from ${each}, generate_series(1, ${AGENCIES}) g`,
    [partnerships],
  );
  await step(
    "memberships",
    `insert into membership (partnership_id, person_id, agency_id, role, valid_from)
     select partnership, ${id("person", "p", "g")}, ${id("agency", "p", "g")}, 'AGENCY_CONTRIBUTOR', date '2018-01-01' from ${each}, generate_series(1, ${AGENCIES}) g
     union all select partnership, ${id("person", "p", "0")}, null, 'PARTNERSHIP_OFFICER', date '2018-01-01' from ${each}`,
    [partnerships],
  );
  await step(
    "plans",
    `insert into plan (id, partnership_id, slug, title, period_start, period_end) select plan, partnership, 'plan', 'Plan of area ' || p, date '2018-01-01', date '2019-12-31' from ${each}`,
    [partnerships],
  );
  await step(
    "themes",
    `insert into theme (id, partnership_id, plan_id, position, title) select ${id("theme", "p", "t")}, partnership, plan, t, 'Theme ' || t from ${each}, generate_series(1, 4) t`,
    [partnerships],
  );
  await step(
    "objectives",
    `insert into objective (id, partnership_id, plan_id, theme_id, reference, reference_order, title, kind)
     select ${id("objective", "p", "o")}, partnership, plan, ${id("theme", "p", "1 + o % 4")}, o::text, lpad(o::text, 6, '0'), 'Objective ' || o, 'OBJECTIVE' from ${each}, generate_series(1, 24) o`,
    [partnerships],
  );
  await step(
    "findings",
    `insert into finding (id, partnership_id, plan_id, source, reference) select ${id("finding", "p", "o")}, partnership, plan, 'OFSTED', 'Para ' || o from ${each}, generate_series(1, 24) o`,
    [partnerships],
  );
  await step(
    "links from objectives to findings",
    `insert into objective_finding (partnership_id, plan_id, objective_id, finding_id) select partnership, plan, ${id("objective", "p", "o")}, ${id("finding", "p", "o")} from ${each}, generate_series(1, 24) o`,
    [partnerships],
  );
  await step(
    "actions",
    `insert into action (id, partnership_id, plan_id, objective_id, theme_id, reference, reference_order, sort_key, title, measure, success_criteria, status,
       by_when_text, by_when_kind, by_when_end, by_when_precision, original_text, original_kind, original_end, original_precision)
     select action, partnership, plan, ${id("objective", "p", "1 + a % 24")}, ${id("theme", "p", "1 + (1 + a % 24) % 4")}, (1 + a % 24) || '.' || (1 + a / 24), reference_order, sort_key,
       'Action ' || a || ' of a generated plan, with a title of the length that real ones have', 'A measure of what was done', 'What will show that it works',
       (array['NOT_STARTED','IN_PROGRESS','IN_PROGRESS','COMPLETED'])[1 + a % 4],
       d.text, 'DUE', d.day, 'MONTH', d.text, 'DUE', d.day, 'MONTH'
     from ${eachAction},
       lateral (select ${byWhen} as day, to_char(${byWhen}, 'FMMonth YYYY') as text) as d`,
    [partnerships, actions],
  );
  await step(
    "assignments",
    `insert into assignment (partnership_id, plan_id, action_id, action_sort_key, agency_id, position, role)
     select partnership, plan, action, sort_key, ${id("agency", "p", "agency")}, position, role
     from ${eachAction}, lateral (
       select 1 + a % ${AGENCIES} as agency, 1 as position, 'LEAD' as role
       union all select 1 + (a + step) % ${CONTRIBUTORS}, 1 + at, 'CONTRIBUTOR' from unnest(array[1, 3, 6]) with ordinality as others (step, at)) whom`,
    [partnerships, actions],
  );
  await step(
    "rating schemes",
    `insert into rating_scheme (id, partnership_id, plan_id) select scheme, partnership, plan from ${each}`,
    [partnerships],
  );
  await step(
    "the colours of the schemes",
    `insert into rating_scheme_entry (partnership_id, plan_id, scheme_id, dimension, value, label) select partnership, plan, scheme, d, v, initcap(v)
     from ${each}, unnest(array['DELIVERY','IMPACT']) d, unnest(array['RED','AMBER','GREEN']) v`,
    [partnerships],
  );
  await step(
    "progress updates",
    `insert into progress_update (partnership_id, action_id, author_agency_id, period_start, period_end, state, overall_progress, impact_narrative, risk_note, submitted_at, accepted_at)
     select partnership, action, ${id("agency", "p", `1 + a % ${AGENCIES}`)}, q.first, q.last, 'ACCEPTED', repeat('What was done in the quarter. ', 8), repeat('What difference it made. ', 6), 'A risk, in a sentence.', q.last + 5, q.last + 12
     from ${eachAction}, generate_series(1, $3::int) u,
       lateral (select (date '2019-01-01' - make_interval(months => 3 * u))::date as first, (date '2018-12-31' - make_interval(months => 3 * (u - 1)))::date as last) q`,
    [partnerships, actions, updates],
  );
  await step(
    "ratings",
    `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at, agency_id)
     select partnership, action, scheme, d, (array['RED','AMBER','GREEN',null])[1 + (a + u + a / case d when 'DELIVERY' then ${AGENCIES} else ${3 * AGENCIES} end) % 4], (array['REPORTED','MODERATED'])[1 + u % 2],
       (date '2018-12-31' - make_interval(months => 3 * (u - 1)))::date, now(), ${id("agency", "p", `1 + a % ${AGENCIES}`)}
     from ${eachAction}, unnest(array['DELIVERY','IMPACT']) d, generate_series(1, $3::int) u`,
    [partnerships, actions, updates],
  );
  await step(
    "indicators",
    `insert into indicator (id, partnership_id, owner_agency_id, code, title, unit, polarity, headline_measure, position)
     select ${id("indicator", "p", "i")}, partnership, ${id("agency", "p", `1 + i % ${AGENCIES}`)}, 'I' || i, 'Indicator ' || i, 'PERCENT', 'HIGHER_IS_BETTER', 'PERIOD', i from ${each}, generate_series(1, 18) i`,
    [partnerships],
  );
  await step(
    "targets",
    `insert into indicator_target (partnership_id, indicator_id, text, comparator, value) select partnership, ${id("indicator", "p", "i")}, '90%', 'AT_LEAST', 90 from ${each}, generate_series(1, 18) i`,
    [partnerships],
  );
  await step(
    "observations",
    `insert into observation (partnership_id, indicator_id, measure, period_start, period_end, as_at, value, numerator, denominator, status, source)
     select partnership, ${id("indicator", "p", "i")}, 'PERIOD', first, last, last, 50 + (i * 7 + m) % 50, 100 + 2 * ((i * 7 + m) % 50), 200, 'FINAL', 'generated'
     from ${each}, generate_series(1, 18) i, generate_series(0, 35) m,
       lateral (select (date '2018-12-01' - make_interval(months => m))::date as first, (date '2019-01-01' - make_interval(months => m))::date - 1 as last) month`,
    [partnerships],
  );
  await step(
    "links from actions to indicators",
    `insert into action_indicator (partnership_id, action_id, indicator_id) select partnership, action, ${id("indicator", "p", "1 + a % 18")} from ${eachAction}`,
    [partnerships, actions],
  );
}
