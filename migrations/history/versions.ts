import type { QueryRunner } from "typeorm";
import { settled } from "./tracked";

/** What stands beside a row's own columns in each of its versions. */
const ABOUT = `
  known_from timestamptz not null,
  known_to timestamptz not null default 'infinity',
  from_seq bigint not null,
  to_seq bigint,
  gone boolean not null default false,
  salt text,
  digest bytea not null,
  erased_seq bigint
`;

/** The same by their names, in a list of PostgreSQL. */
const BESIDE = [...ABOUT.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name).join(",");

/** The columns of a table, in their order. */
async function columnsOf(runner: QueryRunner, table: string): Promise<string[]> {
  const found = (await runner.query(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [`public.${table}`],
  )) as { name: string }[];
  return found.map(({ name }) => `"${name}"`);
}

/**
 * Keeps every version of a table's rows in `history.<table>`, from what stands in it now, and gives `known.<table>(instant)`:
 * its rows as they were known then, under row-level security. Versions are made at commit, at the transaction's own place
 * in the trail, so that what was known at an instant never changes afterwards.
 */
export async function keepVersions(runner: QueryRunner, table: string, shownByState: boolean): Promise<void> {
  const part = table === "partnership" ? "id" : "partnership_id";
  const columns = await columnsOf(runner, table);
  const list = columns.join(", ");
  await runner.query(
    `create table history.${table} (like public.${table}, ${ABOUT}, constraint ${table}_pkey primary key (id, known_to, known_from, digest))`,
  );
  await runner.query(`create index ${table}_seq_idx on history.${table} (${part}, from_seq)`);
  await runner.query(`
    create function history.keep_${table}() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
    declare
      v_turn record;
      v_salt text;
      v_digest bytea;
    begin
      if tg_op = 'UPDATE' and new is not distinct from old
        and exists (select 1 from history.${table} h where h.id = new.id and h.known_to = 'infinity') then
        return null;
      end if;
      if tg_op <> 'INSERT' then
        v_turn := history.turn(coalesce(old.${part}, '00000000-0000-0000-0000-000000000000'));
        -- what this very transaction had made of it was never known to anybody
        delete from history.${table} h where h.id = old.id and h.known_from = v_turn.at;
        update history.${table} h set known_to = v_turn.at, to_seq = v_turn.seq where h.id = old.id and h.known_to = 'infinity';
      end if;
      if tg_op = 'DELETE' then
        update history.${table} h set gone = true where h.id = old.id;
        perform history.note_row(coalesce(old.${part}, '00000000-0000-0000-0000-000000000000'), v_turn.seq, '${table}', old.id, 'DELETE', sha256(''));
        return null;
      end if;
      v_turn := history.turn(coalesce(new.${part}, '00000000-0000-0000-0000-000000000000'));
      v_salt := gen_random_uuid()::text;
      v_digest := history.row_digest(v_salt, to_jsonb(new));
      insert into history.${table} (${list}, known_from, from_seq, salt, digest)
      values (${columns.map((column) => `new.${column}`).join(", ")}, v_turn.at, v_turn.seq, v_salt, v_digest);
      perform history.note_row(coalesce(new.${part}, '00000000-0000-0000-0000-000000000000'), v_turn.seq, '${table}', new.id, tg_op, v_digest);
      return null;
    end $$`);
  await runner.query(
    `create constraint trigger ${table}_keep_versions after insert or update or delete on public.${table}
     deferrable initially deferred for each row execute function history.keep_${table}()`,
  );
  await runner.query(
    `create trigger ${table}_keep before update or delete on history.${table} for each row execute function history.keep_version()`,
  );
  await runner.query(
    `create trigger ${table}_keep_all before truncate on history.${table} execute function history.keep_version()`,
  );
  await indexAlike(runner, table);
  const policies = await readPoliciesOf(runner, table);
  const [session] = (await runner.query("select quote_literal(current_user) as owner")) as { owner: string }[];
  // an owner that is no superuser is bound by what cuts down, being a member of the service's role
  const besideOwner = (condition: string) => `(current_user = ${session?.owner ?? "''"} or (${condition}))`;
  await showAlike(runner, table, policies, shownByState, besideOwner);
  const then = [
    `${table}.known_from <= p_at and ${table}.known_to > p_at`,
    shownThen(table, part, columns),
    ...askedThen(policies).map(besideOwner),
  ].join(" and ");
  await runner.query(`
    create function known.${table}(p_at timestamptz) returns setof public.${table} language sql stable parallel safe
      as $$ select ${columns.map((column) => `${table}.${column}`).join(", ")} from history.${table} where ${then} $$`);
}

interface ReadPolicy {
  policy: string;
  permissive: "PERMISSIVE" | "RESTRICTIVE";
  qual: string;
}

/**
 * The policies by which the rows of a table are read, and so their versions; without those by which somebody has opened a
 * record of today's, which opens no past of it.
 */
const readPoliciesOf = async (runner: QueryRunner, table: string): Promise<ReadPolicy[]> =>
  (await runner.query(
    `select policyname as policy, permissive, qual from pg_policies
     where schemaname = 'public' and tablename = $1 and cmd in ('SELECT', 'ALL') and policyname not like '%_opened'`,
    [table],
  )) as ReadPolicy[];

/** What policies ask of other rows by a function; `known` has the same question, of an instant. */
const ASKED_OF_ROWS = new Set([
  "agenda_item_shown",
  "boards_sat_on",
  "challenge_shown",
  "indicators_owned",
  "is_named",
  "party_to_evidence",
  "speaking_for",
  "tracked_item_shown",
  "with_collectives",
]);
/** What they ask of the caller, whose permissions are today's, and of what was published (`shownThen`). */
const ASKED_OF_CALLER =
  /^(action_shown|actor|admin|in_scope|keeper|led|operator|oversight|own_agencies|partnerships(_published|_shown)?|person|plans_shown|setting)$/;

/**
 * That the policies on a table showed the row then, where they ask other rows, which change by themselves: on versions they
 * ask those of today.
 *
 * @throws {Error} where a policy asks what neither list has: say which it is, and give `known` the same question.
 */
function askedThen(policies: readonly ReadPolicy[]): string[] {
  const today = policies
    .filter(({ permissive }) => permissive === "PERMISSIVE")
    .map(({ qual }) => qual)
    .join(" or ");
  const then = today.replaceAll(/app\.(\w+)\((\)?)/g, (call, name: string, end: string) => {
    if (name === "now") return "(p_at" + end;
    if (ASKED_OF_CALLER.test(name)) return call;
    if (!ASKED_OF_ROWS.has(name)) throw new Error(`a policy asks app.${name}, and nobody says of which day`);
    return `known.${name}(p_at${end || ", "}`;
  });
  return then.includes("known.") ? [then] : [];
}

/**
 * That whoever is no member would have been shown the row then: policies tell only of today. What belongs to a plan was as
 * public as the plan, and anything else as the partnership.
 */
function shownThen(table: string, part: string, columns: readonly string[]): string {
  const member = `${table}.${part} = any ((select app.partnerships())::uuid[]) or (select app.admin())`;
  const published = columns.includes('"published_at"') ? [`${table}.published_at <= p_at`] : [];
  const above =
    table === "partnership" || table === "plan"
      ? []
      : columns.includes('"plan_id"')
        ? [`${table}.plan_id in (select p.id from known.plan(p_at) p)`]
        : [`${table}.${part} in (select p.id from known.partnership(p_at) p)`];
  return `(${member} or (${[...published, ...above].join(" and ")}))`;
}

/**
 * What there was before any version was kept is known from now on. The owner is let past the policies that bind it for as
 * long as it copies: one that is no superuser would find nothing.
 */
export async function beginVersions(runner: QueryRunner, table: string): Promise<void> {
  const part = table === "partnership" ? "id" : "partnership_id";
  const list = (await columnsOf(runner, table)).join(", ");
  const own = `coalesce(c.${part}, '00000000-0000-0000-0000-000000000000')`;
  await runner.query(`alter table public.${table} no force row level security`);
  await runner.query(`
    with turn as materialized (
      select part, (history.turn(part)).* from (select distinct ${own} as part from public.${table} c) as parts
    ), version as (
      insert into history.${table} (${list}, known_from, from_seq, salt, digest)
      select ${list.replaceAll(/"(\w+)"/g, 'c."$1"')}, turn.at, turn.seq, salted.salt, history.row_digest(salted.salt, to_jsonb(c))
      from public.${table} c join turn on turn.part = ${own} cross join lateral (select gen_random_uuid()::text as salt where c.id is not null) as salted
      returning id, ${own.replace("c.", "")} as part, from_seq, digest
    )
    select history.note_row(c.part, c.from_seq, '${table}', c.id, 'INSERT', c.digest) from version c`);
  await runner.query(`alter table public.${table} force row level security`);
}

/**
 * The same ways in as to the table itself, with every version on them: the index itself passes by those of other times. A
 * foreign key's own index, which another begins like, is left out: no key is checked here, and the planner, which thinks
 * that few versions are of an instant, would rather sort what it gives than go by the order of the other.
 */
async function indexAlike(runner: QueryRunner, table: string): Promise<void> {
  const found = (await runner.query(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text, pg_get_expr(i.indpred, i.indrelid) as only
     from pg_index i
     where i.indrelid = $1::regclass and not i.indisprimary and not (
       i.indnatts = 2 and exists (select 1 from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[1] and a.attname = 'partnership_id')
       and exists (select 1 from pg_index o where o.indrelid = i.indrelid and o.indnatts > 2 and o.indkey[0] = i.indkey[0] and o.indpred is null))`,
    [`public.${table}`],
  )) as { name: string; text: string; only: string | null }[];
  for (const { name, text, only } of found) {
    const on = text
      .replace(/^.* ON (public\.)?\w+ USING /, "using ")
      .replace(/ INCLUDE .*| WHERE .*| NULLS NOT DISTINCT.*/, "")
      .replace(/\)$/, ", known_to, known_from)");
    await runner.query(`create index ${name} on history.${table} ${on}${only === null ? "" : ` where ${only}`}`);
  }
}

/** Who sees a row sees its versions, as they stand; and where what stands in it decides, who sees it today. */
async function showAlike(
  runner: QueryRunner,
  table: string,
  policies: readonly ReadPolicy[],
  shownByState: boolean,
  besideOwner: (condition: string) => string,
): Promise<void> {
  const name = `history.${table}`;
  await runner.query(`alter table ${name} enable row level security, force row level security`);
  await runner.query(`create policy ${table}_keep on ${name} to current_user using (true) with check (true)`);
  for (const { policy, permissive, qual } of policies)
    await runner.query(
      `create policy ${policy} on ${name} as ${permissive} for select to golden_thread_app
       using (${permissive === "RESTRICTIVE" ? besideOwner(qual) : qual})`,
    );
  if (shownByState)
    await runner.query(
      `create policy ${table}_today on ${name} as restrictive for select to golden_thread_app
       using (${besideOwner(`gone or ${settled[table] ?? "false"} or (select app.operator()) or exists (select 1 from public.${table} today where today.id = ${table}.id)`)})`,
    );
  await runner.query(`grant select on ${name} to golden_thread_app`);
}

/** That what stands in a row held on the day of an instant. */
const thatDay = (row: string) =>
  `(${row}.valid_from is null or ${row}.valid_from <= known.day(p_at)) and (${row}.valid_to is null or ${row}.valid_to >= known.day(p_at))`;

export const versions = `
  create schema known;
  grant usage on schema known, history to golden_thread_app;

  -- the London day of an instant
  create function known.day(p_at timestamptz) returns date language sql stable parallel safe
    as $$ select (p_at at time zone 'Europe/London')::date $$;

  -- What policies ask of other rows (migrations 5, 11, 12 and 13), of the rows of an instant.
  create function known.with_collectives(p_at timestamptz, p_agencies uuid[]) returns setof uuid language plpgsql stable parallel safe as $$
  begin
    return query select own from unnest(p_agencies) as own
      union select c.collective_id from known.collective_member(p_at) c where c.member_id = any (p_agencies) and ${thatDay("c")};
  end $$;
  create function known.is_named(p_at timestamptz, p_action uuid) returns boolean language plpgsql stable parallel safe as $$
  begin
    return exists (select 1 from known.assignment(p_at) s
      where s.action_id = p_action and s.agency_id in (select known.with_collectives(p_at, app.own_agencies())));
  end $$;
  create function known.party_to_evidence(p_at timestamptz, p_evidence uuid) returns boolean language plpgsql stable parallel safe as $$
  begin
    return exists (select 1 from known.evidence_use(p_at) u
      where u.evidence_id = p_evidence and u.ended_at is null and known.is_named(p_at, u.action_id));
  end $$;
  create function known.boards_sat_on(p_at timestamptz) returns setof uuid language plpgsql stable parallel safe as $$
  begin
    return query select m.board_id from known.board_member(p_at) m
      where m.agency_id in (select known.with_collectives(p_at, app.own_agencies())) and ${thatDay("m")};
  end $$;
  create function known.indicators_owned(p_at timestamptz) returns setof uuid language plpgsql stable parallel safe as $$
  begin
    return query select i.id from known.indicator(p_at) i where i.owner_agency_id = any (app.own_agencies());
  end $$;
  create function known.agenda_item_shown(p_at timestamptz, p_item uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from known.agenda_item(p_at) i where i.id = p_item); end $$;
  create function known.tracked_item_shown(p_at timestamptz, p_item uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from known.tracked_item(p_at) t where t.id = p_item); end $$;

  -- Erases words of a row for good: in the row, which a policy lets its owner change for as long, and in every version of it, with
  -- the salts by which they could be guessed. What must not be empty, or a check looks at, says that it was erased. What is left of each version has a new
  -- salt, and its digest is noted in the erasure's link under the table, @ and the number of the version's own link. The entry
  -- is the agency's alone where the row is. Gives the number of versions.
  create function history.erase(p_table text, p_id uuid, p_columns text[], p_now timestamptz) returns int language plpgsql volatile set timezone = 'UTC' as $$
  declare
    v_newest jsonb;
    v_part uuid;
    v_agency uuid;
    v_words text;
    v_named int;
    v_turn record;
    v_rows int;
    v_versions int;
  begin
    execute format('select to_jsonb(h) from history.%I h where h.id = $1 order by h.from_seq desc limit 1', p_table) into v_newest using p_id;
    v_part := v_newest ->> case p_table when 'partnership' then 'id' else 'partnership_id' end;
    if v_part is null then
      raise exception 'there is no such row' using errcode = 'no_data_found';
    end if;
    v_agency := case when p_table = 'progress_update' and v_newest ->> 'state' = 'DRAFT' then v_newest ->> 'author_agency_id'
      when p_table = 'evidence' and v_newest ->> 'reach' = 'OWN' then v_newest ->> 'owner_agency_id'
      when p_table = 'challenge_note' then v_newest ->> 'agency_id' end;
    select string_agg(format('%I = %s', a.attname, case when a.attnotnull or exists (
        select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'c' and a.attnum = any (k.conkey)) then quote_literal('[erased]') else 'null' end), ', '), count(*)
    into v_words, v_named
    from pg_attribute a
    where a.attrelid = ('public.' || quote_ident(p_table))::regclass and a.attname = any (p_columns) and a.atttypid = 'text'::regtype;
    if v_named = 0 or v_named <> cardinality(p_columns) then
      raise exception 'only columns of text are erased' using errcode = 'invalid_column_reference';
    end if;
    perform set_config('app.erasing', 'on', true);
    perform app.enter_as_operator(v_part, p_now);
    perform set_config('app.own_agencies', array[v_agency]::text, true) where v_agency is not null;
    execute format('create policy erasing on public.%I to current_user using (true)', p_table);
    execute format('update public.%I set %s where id = $1', p_table, v_words) using p_id;
    get diagnostics v_rows = row_count;
    execute format('drop policy erasing on public.%I', p_table);
    if v_rows = 0 and v_newest ->> 'gone' = 'false' then
      raise exception 'the row is not there to be changed' using errcode = 'insufficient_privilege';
    end if;
    set local role golden_thread_app;
    insert into audit_entry (partnership_id, agency_id, at, kind, outcome, subject_type, subject_id, detail)
    values (v_part, v_agency, app.now(), 'record.erased', 'DONE', replace(initcap(replace(p_table, '_', ' ')), ' ', ''), p_id,
      jsonb_build_object('table', p_table, 'columns', p_columns));
    reset role;
    -- a turn is taken after what belongs to it: its link is sealed in that order
    v_turn := history.turn(v_part);
    execute format('update history.%I set %s, salt = gen_random_uuid()::text, erased_seq = $2 where id = $1', p_table, v_words) using p_id, v_turn.seq;
    get diagnostics v_versions = row_count;
    execute format('update history.%I h set digest = history.row_digest(h.salt, to_jsonb(h) - %L::text[]) where h.id = $1', p_table, '{${BESIDE}}') using p_id;
    execute format('select history.note_row($2, $3, %L || h.from_seq, h.id, ''ERASE'', h.digest) from history.%I h where h.id = $1', p_table || '@', p_table)
      using p_id, v_part, v_turn.seq;
    return v_versions;
  end $$;

  -- A version is closed once and marked as gone; what its transaction has not yet sealed may still become something else.
  -- Erasure takes the words and leaves the digest (history.erase).
  create function history.keep_version() returns trigger language plpgsql as $$
  declare
    v_open boolean;
  begin
    if tg_op = 'TRUNCATE' then
      raise exception 'versions are never removed';
    end if;
    v_open := exists (select 1 from history.audit_link l where l.seq = old.from_seq and l.at = old.known_from and l.hash is null);
    if tg_op = 'DELETE' then
      if not v_open then
        raise exception 'a version is never removed';
      end if;
      return old;
    end if;
    if not v_open and current_setting('app.erasing', true) is distinct from 'on'
      and (to_jsonb(new) - array['known_to', 'to_seq', 'gone']) is distinct from (to_jsonb(old) - array['known_to', 'to_seq', 'gone']) then
      raise exception 'a version is never changed';
    end if;
    if not v_open and old.to_seq is not null and (new.known_to, new.to_seq) is distinct from (old.known_to, old.to_seq) then
      raise exception 'a version is closed once';
    end if;
    return new;
  end $$;
`;
