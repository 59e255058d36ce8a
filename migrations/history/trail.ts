/**
 * The trail's chain. A link is a transaction in one partnership (zeros: in none): its place, its instant, and a digest of
 * every row that it made, changed or removed, the audit entries among them. `history.turn` gives a transaction its place when
 * it commits, one after another, so that a chain never forks and its order is the order in which changes became visible.
 *
 * What is written is canonical and versioned: encoding 1 of a row is the text of PostgreSQL's jsonb of it without nulls (keys
 * by length and then bytewise, one space after each colon and comma; instants in UTC); of a link seven lines of text, see
 * `history.seal`. Digests are SHA-256. A row's is of a random salt and the row: nobody who reads the trail can guess what a row
 * says. Where words are erased the digest tells nothing of them and the chain still holds; what is left is noted anew.
 */
export const trail = `
  create schema history;

  create table history.audit_link (
    partnership_id uuid not null,
    seq bigint not null,
    at timestamptz not null,
    rows int,
    rows_digest bytea,
    previous bytea not null,
    hash bytea,
    encoding int not null default '1',
    constraint audit_link_pkey primary key (partnership_id, seq)
  );
  create index audit_link_at_idx on history.audit_link (partnership_id, at);

  create table history.audit_row (
    partnership_id uuid not null,
    seq bigint not null,
    table_name text collate "C" not null,
    row_id uuid not null,
    operation text not null,
    digest bytea not null,
    constraint audit_row_pkey primary key (partnership_id, seq, table_name, row_id),
    constraint audit_row_operation_check check (operation in ('INSERT', 'UPDATE', 'DELETE', 'ERASE'))
  );
  create index audit_row_row_idx on history.audit_row (row_id, table_name);

  -- Where a demonstration's clock stands, for what is done past the service: in no row, the machine's clock counts.
  create table history.standing_clock (
    now timestamptz not null,
    constraint standing_clock_pkey primary key (now)
  );

  -- The last link of each day on which there was one, noted with the first of a later day: what agencies are given to keep.
  create table history.daily_head (
    partnership_id uuid not null,
    day date not null,
    seq bigint not null,
    hash bytea not null,
    constraint daily_head_pkey primary key (partnership_id, day)
  );

  -- Takes turns with every other transaction that changes the same partnerships, until this one is over: for all of them at
  -- once and in one order, so that nobody waits in a circle.
  create function app.take_turns(p_part uuid) returns void language plpgsql volatile as $$
  begin
    if coalesce(current_setting('app.turns', true), '') not like '%' || p_part || '%' then
      perform pg_advisory_xact_lock(hashtextextended('audit ' || part, 0)) from (
        select part from public.data_change where tx = pg_current_xact_id() union select p_part order by part) as touched;
      perform set_config('app.turns', coalesce(current_setting('app.turns', true), '') || (
        select string_agg(part::text, ' ') from (select part from public.data_change where tx = pg_current_xact_id() union select p_part) as touched), true);
    end if;
  end $$;

  -- The place and the instant of this transaction in a partnership's chain, the same each time. Instants are whole
  -- milliseconds and never come twice or go back, whatever the clock does.
  create function history.turn(p_part uuid, out seq bigint, out at timestamptz) language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  declare
    v_name text := 'app.turn_' || translate(p_part::text, '-', '');
    v_taken text := current_setting(v_name, true);
    v_last history.audit_link%rowtype;
  begin
    if v_taken <> '' then
      seq := split_part(v_taken, ' ', 1)::bigint;
      at := split_part(v_taken, ' ', 2)::timestamptz;
      return;
    end if;
    perform app.take_turns(p_part);
    select * into v_last from history.audit_link l where l.partnership_id = p_part order by l.seq desc limit 1;
    seq := coalesce(v_last.seq, 0) + 1;
    at := greatest(date_trunc('milliseconds', coalesce(app.now(), (select c.now from history.standing_clock c), clock_timestamp())), v_last.at + interval '1 millisecond');
    if (v_last.at at time zone 'Europe/London')::date < (turn.at at time zone 'Europe/London')::date then
      insert into history.daily_head (partnership_id, day, seq, hash)
      values (p_part, (v_last.at at time zone 'Europe/London')::date, v_last.seq, v_last.hash);
    end if;
    insert into history.audit_link (partnership_id, seq, at, previous) values (p_part, turn.seq, turn.at, coalesce(v_last.hash, sha256('')));
    perform set_config(v_name, seq || ' ' || replace(at::text, ' ', 'T'), true);
  end $$;

  -- Notes what became of a row in this transaction's link; what it came to in the end is what counts.
  create function history.note_row(p_part uuid, p_seq bigint, p_table text, p_row uuid, p_operation text, p_digest bytea) returns void
    language sql volatile as $$
    insert into history.audit_row (partnership_id, seq, table_name, row_id, operation, digest)
    values (p_part, p_seq, p_table, p_row, p_operation, p_digest)
    on conflict (partnership_id, seq, table_name, row_id) do update set digest = excluded.digest,
      operation = case when audit_row.operation = 'INSERT' then 'INSERT' when audit_row.operation = 'DELETE' then 'UPDATE' else excluded.operation end
  $$;

  -- Seals a link when everything of its transaction is in it: its trigger is put into the queue by the first row that takes a
  -- turn, at commit, and so comes after all of them.
  create function history.seal() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  declare
    v_rows int;
    v_digest bytea;
  begin
    select count(*), sha256(convert_to(coalesce(string_agg(
      concat_ws(' ', r.table_name, r.row_id, r.operation, encode(r.digest, 'hex')) || E'\\n', '' order by r.table_name, r.row_id), ''), 'UTF8'))
    into v_rows, v_digest
    from history.audit_row r where r.partnership_id = new.partnership_id and r.seq = new.seq;
    update history.audit_link l set rows = v_rows, rows_digest = v_digest, hash = sha256(convert_to(concat_ws(E'\\n',
      'golden-thread audit link 1', new.partnership_id, new.seq, to_char(new.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), v_rows,
      encode(v_digest, 'hex'), encode(new.previous, 'hex')), 'UTF8'))
    where l.partnership_id = new.partnership_id and l.seq = new.seq;
    perform set_config('app.turn_' || translate(new.partnership_id::text, '-', ''), '', true);
    return null;
  end $$;
  create constraint trigger audit_link_seal after insert on history.audit_link deferrable initially deferred for each row execute function history.seal();

  create function history.chain_entry() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  declare
    v_part uuid := coalesce(new.partnership_id, '00000000-0000-0000-0000-000000000000');
    v_seq bigint := (history.turn(v_part)).seq;
  begin
    perform history.note_row(v_part, v_seq, 'audit_entry', new.id, 'INSERT', history.row_digest('', to_jsonb(new)));
    return null;
  end $$;
  create constraint trigger audit_entry_chain after insert on audit_entry deferrable initially deferred for each row execute function history.chain_entry();

  create function history.row_digest(p_salt text, p_row jsonb) returns bytea language sql immutable as $$
    select sha256(convert_to(p_salt || jsonb_strip_nulls(p_row)::text, 'UTF8'))
  $$;

  -- a link is sealed once, and what is in it never changes afterwards: not by the service, nor by the tables' owner
  create function history.keep_trail() returns trigger language plpgsql as $$
  begin
    if tg_op = 'TRUNCATE' or tg_op = 'DELETE' then
      raise exception 'the audit trail is never removed';
    end if;
    if tg_table_name = 'audit_link' then
      if old.hash is not null then
        raise exception 'a sealed link of the audit trail is never changed';
      end if;
    elsif not exists (select 1 from history.audit_link l where l.partnership_id = old.partnership_id and l.seq = old.seq and l.hash is null) then
      raise exception 'what is in a sealed link of the audit trail is never changed';
    end if;
    return new;
  end $$;
  create function history.keep_head() returns trigger language plpgsql as $$
  begin
    raise exception 'where the trail stood is never changed';
  end $$;
  create trigger audit_link_keep before update or delete on history.audit_link for each row execute function history.keep_trail();
  create trigger audit_link_keep_all before truncate on history.audit_link execute function history.keep_trail();
  create trigger audit_row_keep before update or delete on history.audit_row for each row execute function history.keep_trail();
  create trigger audit_row_keep_all before truncate on history.audit_row execute function history.keep_trail();
`;

export const noTrail = `
  drop trigger audit_entry_chain on audit_entry;
  drop schema history cascade;
  drop function app.take_turns(uuid);
`;
