import type { Send } from "./rows";

/** A change to the database that some probe must notice; made in a transaction that is undone. */
export interface DatabaseMutant {
  name: string;
  /** What is done, as the owner. */
  readonly statements: string[];
  /** Tables whose probes are run first; all of them where none is named. */
  tables: string[];
  /** Probes that should see it: tried in this order. */
  probes: ("rows" | "writes" | "privileges" | "force" | "enter")[];
}

interface Policy {
  table: string;
  name: string;
  command: string;
  restrictive: boolean;
  using: string | null;
  check: string | null;
}

/** Each policy dropped and each of its conditions made true; each table's security disabled, and its force. */
export async function policyMutants(send: Send, tables: readonly string[]): Promise<DatabaseMutant[]> {
  const policies = await send<Policy>(
    `select tablename as table, policyname as name, cmd as command, permissive = 'RESTRICTIVE' as restrictive, qual as using, with_check as check
     from pg_policies where schemaname = 'public' order by 1, 2`,
  );
  const found: DatabaseMutant[] = [];
  for (const { table, name, command, restrictive, using, check } of policies) {
    const probes: DatabaseMutant["probes"] = command === "SELECT" ? ["rows", "writes"] : ["writes", "rows"];
    const of = { tables: [table], probes };
    found.push({
      name: `${restrictive ? "restrictive " : ""}policy ${name} dropped`,
      statements: [`drop policy "${name}" on "${table}"`],
      ...of,
    });
    if (using !== null && using !== "true")
      found.push({
        name: `policy ${name} using (true)`,
        statements: [
          `alter policy "${name}" on "${table}" using (true)${check === null && command !== "SELECT" && command !== "DELETE" ? ` with check (${using})` : ""}`,
        ],
        ...of,
      });
    if (check !== null && check !== "true")
      found.push({
        name: `policy ${name} with check (true)`,
        statements: [`alter policy "${name}" on "${table}" with check (true)`],
        ...of,
      });
  }
  for (const table of tables) {
    found.push({
      name: `${table}: row-level security disabled`,
      statements: [`alter table "${table}" disable row level security`],
      tables: [table],
      probes: ["rows", "writes"],
    });
    found.push({
      name: `${table}: not forced on its owner`,
      statements: [`alter table "${table}" no force row level security`],
      tables: [table],
      probes: ["force"],
    });
  }
  return found;
}

/** Each trigger that says who may change what, dropped. Those that keep data what it must be are not safeguards of this kind. */
export async function triggerMutants(send: Send): Promise<DatabaseMutant[]> {
  const triggers = await send<{ table: string; name: string }>(
    `select c.relname as table, t.tgname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and pg_get_functiondef(t.tgfoid) like '%insufficient_privilege%' order by 1, 2`,
  );
  return triggers.map(({ table, name }) => ({
    name: `trigger ${name} dropped`,
    statements: [`drop trigger "${name}" on "${table}"`],
    tables: [table],
    probes: ["writes"],
  }));
}

/** The privileges widened: a column, a table, or removal that nobody has. */
export const privilegeMutants = (tables: readonly string[]): DatabaseMutant[] =>
  tables.map((table) => ({
    name: `${table}: every privilege granted`,
    statements: [`grant all on "${table}" to golden_thread_app`],
    tables: [],
    probes: ["privileges"],
  }));

interface Line {
  of: string;
  name: string;
  from: string;
  to: string;
}

/** Lines of what a request's first statement finds out, each taken out or turned round. */
const LINES: readonly Line[] = [
  {
    of: "app.admit",
    name: "a membership counts before its first day",
    from: "m.person_id = p_person and m.valid_from <= v_today",
    to: "m.person_id = p_person",
  },
  {
    of: "app.admit",
    name: "a membership counts after its last day",
    from: " and (m.valid_to is null or m.valid_to >= v_today)",
    to: "",
  },
  {
    of: "app.admit",
    name: "a membership's last day is over at its beginning",
    from: "m.valid_to >= v_today",
    to: "m.valid_to > v_today",
  },
  {
    of: "app.admit",
    name: "a membership that was ended counts",
    from: " and (m.ended_at is null or m.ended_at > p_now)",
    to: "",
  },
  {
    of: "app.admit",
    name: "an ended agency counts",
    from: " and (g.valid_to is null or g.valid_to >= v_today)",
    to: "",
  },
  {
    of: "app.admit",
    name: "memberships of an ended agency count",
    from: "and (m.agency_id is null or g.id is not null)",
    to: "",
  },
  {
    of: "app.admit",
    name: "a collective counts before the membership of it",
    from: "(c.valid_from is null or c.valid_from <= v_today) and ",
    to: "",
  },
  {
    of: "app.admit",
    name: "a collective counts after the membership of it",
    from: " and (c.valid_to is null or c.valid_to >= v_today)",
    to: "",
  },
  { of: "app.admit", name: "a grant to a sector is not found", from: "g.sector = held.sector or ", to: "" },
  { of: "app.admit", name: "a grant to an agency is not found", from: " or held.agencies ? g.agency_id::text", to: "" },
  {
    of: "app.admit",
    name: "a grant of one partnership bears in another",
    from: "held.partnership = g.partnership_id and ",
    to: "",
  },
  {
    of: "app.admit",
    name: "a grant comes through every membership",
    from: "jsonb_agg(held.id) as memberships",
    to: "(select jsonb_agg(m -> 'id') from jsonb_array_elements(v_held.memberships) as m where count(held.id) > 0) as memberships",
  },
  {
    of: "app.admit",
    name: "a grant to one role bears on all",
    from: 'and (g.role is null or g.role = held.role or g.role = held."actsFor")',
    to: "",
  },
  {
    of: "app.admit",
    name: "a grant to a role does not bear on who acts for it",
    from: ' or g.role = held."actsFor"',
    to: "",
  },
  { of: "app.admit", name: "a revoked grant bears", from: "g.revoked_at is null and ", to: "" },
  {
    of: "app.admit",
    name: "an expired grant bears",
    from: " and (g.expires_on is null or g.expires_on >= v_today)",
    to: "",
  },
  {
    of: "app.admit",
    name: "a grant ends the day before",
    from: "g.expires_on >= v_today",
    to: "g.expires_on > v_today",
  },
  {
    of: "app.admit",
    name: "scrutiny is a member",
    from: "m.role not in ('SCRUTINY_MEMBER', 'PLATFORM_ADMIN')",
    to: "m.role not in ('PLATFORM_ADMIN')",
  },
  {
    of: "app.admit",
    name: "a token for scrutiny is a member",
    from: "'PLATFORM_ADMIN') and m.acts_for is distinct from 'SCRUTINY_MEMBER'",
    to: "'PLATFORM_ADMIN')",
  },
  {
    of: "app.admit",
    name: "a token for scrutiny has an agency's drafts",
    from: "m.agency_id is not null and m.acts_for is distinct from 'SCRUTINY_MEMBER'",
    to: "m.agency_id is not null",
  },
  {
    of: "app.admit",
    name: "a token for an officer does not oversee",
    from: " or m.acts_for = 'PARTNERSHIP_OFFICER'",
    to: "",
  },
  {
    of: "app.admit",
    name: "a chair does not oversee",
    from: "'PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR', 'INSPECTOR'",
    to: "'PARTNERSHIP_OFFICER', 'INSPECTOR'",
  },
  {
    of: "app.admit",
    name: "a chair keeps plans",
    from: "filter (where m.role = 'PARTNERSHIP_OFFICER')",
    to: "filter (where m.role in ('PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR'))",
  },
  {
    of: "app.admit",
    name: "an officer is a chair",
    from: "filter (where m.role = 'PARTNERSHIP_CHAIR')",
    to: "filter (where m.role in ('PARTNERSHIP_OFFICER', 'PARTNERSHIP_CHAIR'))",
  },
  {
    of: "app.admit",
    name: "a contributor leads its agency",
    from: "filter (where m.role = 'AGENCY_LEAD')",
    to: "filter (where m.role in ('AGENCY_LEAD', 'AGENCY_CONTRIBUTOR'))",
  },
  {
    of: "app.admit",
    name: "a viewer drafts",
    from: "m.role in ('AGENCY_CONTRIBUTOR', 'AGENCY_LEAD')",
    to: "m.role in ('AGENCY_VIEWER', 'AGENCY_CONTRIBUTOR', 'AGENCY_LEAD')",
  },
  {
    of: "app.admit",
    name: "a token drafts without the scope",
    from: " and (m.scopes is null or 'WRITE_REPORTING' = any (m.scopes))",
    to: "",
  },
  { of: "app.admit", name: "scopes are lost", from: "coalesce(v_held.scopes, '')", to: "''" },
  {
    of: "app.admit",
    name: "an administrator is not one",
    from: "case when v_held.admin then 'on' else '' end",
    to: "''",
  },
  {
    of: "app.admit",
    name: "a grant of reading bears on writing",
    from: " filter (where held ->> 'operation' = 'WRITE')",
    to: "",
  },
  {
    of: "app.may_write",
    name: "a denial lets write",
    from: "and not exists (select 1 from bearing where effect = 'DENY')",
    to: "",
  },
  {
    of: "app.may_write",
    name: "a grant for one relation bears on all",
    from: "and (g.relation is null or g.relation = app.relation_to(p_action, p_agency))",
    to: "",
  },
  {
    of: "app.may_write",
    name: "a grant of one field bears on all",
    from: "and g.type || '.' || g.field = p_field",
    to: "",
  },
  {
    of: "app.may_write",
    name: "a grant to one agency bears on another",
    from: "and g.agencies ? p_agency::text ",
    to: "",
  },
  {
    of: "app.admit",
    name: "a grant of writing comes through a service account",
    from: " filter (where held.role <> 'INTEGRATOR')",
    to: "",
  },
  { of: "app.may_write", name: "a contributor rates as a lead", from: "p_agency = any (app.led()) and ", to: "" },
  {
    of: "app.may_write",
    name: "who only contributes rates",
    from: " and app.relation_to(p_action, p_agency) = 'LEAD'",
    to: "",
  },
  {
    of: "app.is_service_account",
    name: "a person is a service account",
    from: " and issuer = 'golden-thread-service-account'",
    to: "",
  },
  { of: "app.admit", name: "an opening lasts", from: "o.opened_until > p_now and ", to: "" },
  {
    of: "app.admit",
    name: "an opening outlasts the office",
    from: " and o.partnership_id = any (v_held.keeper)",
    to: "",
  },
  { of: "app.enter_with_token", name: "a revoked token works", from: "revoked_at is null and ", to: "" },
  { of: "app.enter_with_token", name: "a token works before it is made", from: "created_at <= p_now and ", to: "" },
  { of: "app.enter_with_token", name: "an expired token works", from: " and expires_at > p_now", to: "" },
  { of: "app.in_scope", name: "scopes cut nothing down", from: "app.setting('scopes') is null or", to: "true or" },
  { of: "app.forget", name: "who asks is left over", from: "set_config('app.actor', '', true)", to: "null" },
  { of: "app.forget", name: "the person is left over", from: "set_config('app.person', '', true)", to: "null" },
  { of: "app.forget", name: "memberships is left over", from: "set_config('app.partnerships', '', true)", to: "null" },
  { of: "app.forget", name: "agencies is left over", from: "set_config('app.own_agencies', '', true)", to: "null" },
  { of: "app.forget", name: "oversight is left over", from: "set_config('app.oversight', '', true)", to: "null" },
  { of: "app.forget", name: "keeping is left over", from: "set_config('app.keeper', '', true)", to: "null" },
  { of: "app.forget", name: "scopes is left over", from: "set_config('app.scopes', '', true)", to: "null" },
  { of: "app.forget", name: "leading is left over", from: "set_config('app.led', '', true)", to: "null" },
  { of: "app.forget", name: "drafting is left over", from: "set_config('app.drafting', '', true)", to: "null" },
  { of: "app.forget", name: "grants are left over", from: "set_config('app.granted', '', true)", to: "null" },
  { of: "app.forget", name: "the token is left over", from: "set_config('app.token', '', true)", to: "null" },
  {
    of: "app.forget",
    name: "an invitation's code is left over",
    from: "set_config('app.invitation', '', true)",
    to: "null",
  },
  {
    of: "app.forget",
    name: "the service account is left over",
    from: "set_config('app.service_account', '', true)",
    to: "null",
  },
  { of: "app.forget", name: "administering is left over", from: "set_config('app.admin', '', true)", to: "null" },
];

/** Each of those lines in the functions as they stand. A line that is not there is thrown when it is to be changed: the mutant is out of date. */
export async function functionMutants(send: Send): Promise<DatabaseMutant[]> {
  const rows = await send<{ name: string; text: string }>(
    "select 'app.' || proname as name, pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where nspname = 'app'",
  );
  const texts = new Map(rows.map(({ name, text }) => [name, text]));
  return LINES.map(({ of, name, from, to }) => {
    const text = texts.get(of) ?? "";
    return {
      name: `${of}: ${name}`,
      get statements() {
        if (!text.includes(from)) throw new Error(`${of} does not say ${JSON.stringify(from)}`);
        return [text.replace(from, () => to)];
      },
      tables: [],
      probes: ["enter", "rows", "writes"],
    };
  });
}
