import type { MigrationInterface, QueryRunner } from "typeorm";
import { type Note, NOTED, noteChanges } from "./data-version/noted";

/** Tables of one partnership each, whose rows answers are made of or decided by. */
const ofPartnership = [
  "agency",
  "agency_alias",
  "agency_code",
  "collective_member",
  "post",
  "post_alias",
  "membership",
  "plan",
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
  "progress_update",
  "rating",
  "indicator",
  "indicator_target",
  "observation",
  "comparator",
  "trajectory_point",
  "action_indicator",
  "import_batch",
  "import_row",
  "invitation",
  "field_grant",
  "record_opening",
];
/** Of these, tables whose rows become public at an instant, which may be yet to come when they are written. */
const published = ["plan", "progress_update", "observation"];

/**
 * The version of each partnership's data, for answers that are kept: equal versions, equal data. It is a random number and
 * no count, so that a version never comes again after a restore or a fail-over that lost the last changes. `part` is a
 * partnership's id, or zeros for what belongs to none (people). A row counts from `since` on: what is published at an
 * instant to come changes the version when that instant is reached, with nobody writing. No row: never changed.
 *
 * `data_change` holds what one transaction has touched, until it commits: then, and only then, the versions move, in one
 * order, so that writers wait for each other for the length of a commit and never in a circle. Nothing is ever left in it.
 *
 * Neither holds content or a name; they have no row-level security. Every table has triggers or is named with a reason in
 * test/reuse/versions.test.ts.
 */
const tables = `
  create table data_version (
    part uuid not null,
    since timestamptz not null,
    version bigint not null,
    constraint data_version_pkey primary key (part, since)
  ) with (fillfactor = 50);

  create unlogged table data_change (
    tx xid8 not null,
    part uuid not null,
    since timestamptz not null,
    constraint data_change_pkey primary key (tx, part, since)
  );
  grant select, insert, update, delete on data_version to golden_thread_app;
  grant select, insert, delete on data_change to golden_thread_app;
`;

const NOWHERE = "'00000000-0000-0000-0000-000000000000'::uuid";
/** Clocks of two replicas may differ; what is published within this time of now may not be public for the other yet. */
const CLOCKS = "interval '1 hour'";

/** Notes what a statement touched. `part` is the column that says which partnership a row is of. */
const noter = (name: string, part: string, publishes: boolean) => `
  create function app.${name}() returns trigger language plpgsql as $$
  begin
    if tg_op = 'TRUNCATE' then
      insert into data_change select pg_current_xact_id(), part, '-infinity' from (select part from data_version union select ${NOWHERE}) as every (part) on conflict do nothing;
      return null;
    end if;
    if tg_op in ('UPDATE', 'DELETE') then
      insert into data_change select distinct pg_current_xact_id(), ${part}, '-infinity'::timestamptz from before_rows on conflict do nothing;
    end if;
    if tg_op in ('INSERT', 'UPDATE') then
      insert into data_change select distinct pg_current_xact_id(), ${part}, '-infinity'::timestamptz from after_rows on conflict do nothing;
      ${
        publishes
          ? `insert into data_change select distinct pg_current_xact_id(), ${part}, published_at from after_rows
      where published_at > coalesce(app.now(), now()) - ${CLOCKS} on conflict do nothing;`
          : ""
      }
    end if;
    return null;
  end $$;
`;

const functions = `
  ${noter("note_change", `coalesce(partnership_id, ${NOWHERE})`, false)}
  ${noter("note_published_change", "partnership_id", true)}
  ${noter("note_partnership_change", "id", true)}
  ${noter("note_change_everywhere", NOWHERE, false)}

  -- At the end of a transaction: gives what it touched new versions. The first call does all of it.
  create function app.move_versions() returns trigger language plpgsql as $$
  declare
    v_parts uuid[];
  begin
    with touched as (delete from data_change where tx = pg_current_xact_id() returning part, since)
    , moved as (
      insert into data_version (part, since, version)
      select part, since, ('x' || left(replace(gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint from touched order by part, since
      on conflict (part, since) do update set version = excluded.version returning part)
    select array_agg(part) into v_parts from moved;
    -- what was published long ago for every clock is in the version that has just moved
    delete from data_version where part = any (v_parts) and since > '-infinity' and since < coalesce(app.now(), now()) - interval '1 day';
    return null;
  end $$;
  create constraint trigger data_change_move after insert on data_change deferrable initially deferred
    for each row execute function app.move_versions();

  -- One word for what decides an answer besides the question: what the caller holds (as app.enter told it), the London day,
  -- and the versions of the caller's own partnerships and those named, or of everything. Null where nothing may be kept:
  -- for somebody unknown, and while a restricted record is open to the caller.
  create function app.stamp(p_entered jsonb, p_slugs text[], p_everything boolean, p_now timestamptz) returns text language plpgsql volatile as $$
  declare
    v_parts uuid[];
    v_version text;
  begin
    if p_entered is null or p_entered -> 'openings' <> '[]' then
      return null;
    end if;
    if p_everything then
      select count(*) || ' ' || coalesce(bit_xor(version), 0) into v_version from data_version where since <= p_now;
    else
      select array_agg(part order by part) into v_parts from (
        select ${NOWHERE}
        union select (held ->> 'partnership')::uuid from jsonb_array_elements(p_entered -> 'memberships') as held where held ->> 'partnership' is not null
        union select id from partnership where slug = any (p_slugs)) as own (part);
      select count(*) || ' ' || coalesce(bit_xor(version), 0) into v_version from data_version where part = any (v_parts) and since <= p_now;
    end if;
    return encode(sha256(convert_to(concat_ws(' ',
      (p_now at time zone 'Europe/London')::date, v_version, v_parts::text, p_entered - 'token' - 'tokenLastUsedAt'), 'UTF8')), 'hex');
  end $$;
  grant execute on all functions in schema app to golden_thread_app;
`;

/** Each table that has triggers, with the function that they call. */
const watched: Record<string, Note> = {
  ...Object.fromEntries(ofPartnership.map((table) => [table, "note_change" as const])),
  ...Object.fromEntries(published.map((table) => [table, "note_published_change" as const])),
  partnership: "note_partnership_change",
  person: "note_change_everywhere",
};

export class DataVersion1763700000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(functions);
    for (const [table, note] of Object.entries(watched)) await noteChanges(runner, table, note);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(watched))
      for (const event of NOTED) await runner.query(`drop trigger ${table}_${event}_noted on ${table}`);
    await runner.query("drop table data_change, data_version");
    await runner.query("drop function app.stamp(jsonb, text[], boolean, timestamptz)");
    for (const name of [...new Set(Object.values(watched)), "move_versions"])
      await runner.query(`drop function app.${name}()`);
  }
}
