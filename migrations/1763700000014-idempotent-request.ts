import type { MigrationInterface, QueryRunner } from "typeorm";

/** For so long a key stands for what was done by it (docs/retries.md). */
const EXPIRED = "at < (select app.now()) - interval '24 hours'";
/** Expired rows that one request removes, at most. */
const SWEPT = 10;

/**
 * What was done by requests that carried an idempotency key, so that the same request again changes nothing. A row is written
 * by the transaction that did it: there is one exactly where the change is. It names what was done and never says what was
 * written; `result` null stands for what is shown once and kept nowhere.
 *
 * It notes no changes (`data_version`), since no answer is made of it.
 */
const table = `
  create table idempotent_request (
    id uuid not null default gen_random_uuid(),
    person_id uuid not null,
    key text not null,
    response_name text not null default '',
    mutation text not null,
    input_sha256 bytea not null,
    result jsonb,
    at timestamptz not null,
    constraint idempotent_request_pkey primary key (id),
    constraint idempotent_request_person_id_key_response_name_key unique (person_id, key, response_name),
    constraint idempotent_request_key_check check (key ~ '^[!-~]{1,255}$'),
    constraint idempotent_request_input_sha256_check check (octet_length(input_sha256) = 32),
    constraint idempotent_request_person_id_fkey foreign key (person_id) references person (id)
  );
  create index idempotent_request_at_idx on idempotent_request (at);

  alter table idempotent_request enable row level security, force row level security;
  -- expired rows are anybody's to sweep, while they sweep
  create policy idempotent_request_read on idempotent_request for select to golden_thread_app
    using (person_id = (select app.person()) or ((select app.setting('sweeping')) = 'on' and ${EXPIRED}));
  create policy idempotent_request_add on idempotent_request for insert to golden_thread_app
    with check (person_id = (select app.person()) and at = (select app.now()));
  create policy idempotent_request_remove on idempotent_request for delete to golden_thread_app using (${EXPIRED});
  grant select, insert, delete on idempotent_request to golden_thread_app;
`;

const functions = `
  -- What the same caller did by that key, if anything. Until the end of the transaction nobody else finds it out for the same
  -- key of the same caller: of two at once the second waits for the first.
  create function app.repeated_request(p_key text, p_response_name text) returns setof idempotent_request language plpgsql volatile as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended(
      concat_ws(' ', 'idempotent_request', coalesce(app.setting('subject'), app.person()::text), p_key, p_response_name), 0));
    -- whoever is nobody here yet may have become somebody by the request that was waited for
    if app.person() is null and app.setting('subject') is not null then
      perform set_config('app.person', coalesce((select id::text from person
        where issuer = app.setting('issuer') and subject = app.setting('subject')), ''), true);
    end if;
    return query select * from idempotent_request
      where person_id = app.person() and key = p_key and response_name = p_response_name and not (${EXPIRED});
  end $$;

  -- Keeps what was done by a key, and sweeps a few rows that have expired. One transaction sweeps at a time, and the others go
  -- on without: none waits for another's rows.
  create function app.keep_request(p_key text, p_response_name text, p_mutation text, p_input_sha256 bytea, p_result jsonb)
    returns void language plpgsql volatile as $$
  begin
    if app.person() is null then
      return;
    end if;
    delete from idempotent_request
      where person_id = app.person() and key = p_key and response_name = p_response_name and ${EXPIRED};
    insert into idempotent_request (person_id, key, response_name, mutation, input_sha256, result, at)
      values (app.person(), p_key, p_response_name, p_mutation, p_input_sha256, p_result, app.now());
    if pg_try_advisory_xact_lock(hashtextextended('idempotent_request sweep', 0)) then
      perform set_config('app.sweeping', 'on', true);
      delete from idempotent_request
        where id in (select id from idempotent_request where ${EXPIRED} order by at limit ${SWEPT});
      perform set_config('app.sweeping', '', true);
    end if;
  end $$;
  grant execute on all functions in schema app to golden_thread_app;
`;

export class IdempotentRequest1763700000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(table);
    await runner.query(functions);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop function app.keep_request(text, text, text, bytea, jsonb)");
    await runner.query("drop function app.repeated_request(text, text)");
    await runner.query("drop table idempotent_request");
  }
}
