/**
 * Which columns a caller may change, and which way: what a policy, which sees a row before or after but never both, cannot
 * say. Nothing is asked where no request is under way, as when the tables' owner migrates.
 */
export const columns = `
  -- who keeps no plan edits the words of an action that grants open, and nothing else of it
  create function action_text_only() returns trigger language plpgsql as $$
  declare
    v_open text[];
  begin
    if app.now() is not null and not (old.partnership_id = any (app.keeper())) then
      v_open := app.open_texts(old.partnership_id, old.id) || array['version', 'updated_at'];
      if to_jsonb(new) - v_open is distinct from to_jsonb(old) - v_open then
        raise exception 'only the text of this action may be changed' using errcode = 'insufficient_privilege';
      end if;
    end if;
    return new;
  end $$;
  create trigger action_text_only before update on action for each row execute function action_text_only();

  create function membership_only_ends() returns trigger language plpgsql as $$
  begin
    if app.now() is not null and (old.ended_at is not null or new.valid_to > old.valid_to or (old.valid_to is not null and new.valid_to is null)) then
      raise exception 'a membership ends once, and its last day is only ever sooner' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger membership_only_ends before update on membership for each row execute function membership_only_ends();

  -- whoever bears a token says that it was used; whoever keeps it revokes it or lets it end sooner
  create function service_token_only_ends() returns trigger language plpgsql as $$
  declare
    v_bearer boolean := encode(old.secret_hash, 'hex') is not distinct from app.setting('token');
  begin
    if app.now() is not null and (
      (new.last_used_at is distinct from old.last_used_at and not (v_bearer and new.last_used_at is not distinct from app.now()))
      or (v_bearer and (new.expires_at, new.revoked_at) is distinct from (old.expires_at, old.revoked_at))
      or new.expires_at is null or new.expires_at > old.expires_at
    ) then
      raise exception 'a token ends, only ever sooner, and not by its bearer' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger service_token_only_ends before update on service_token for each row execute function service_token_only_ends();

  -- the agency's lead says that it knows, the chair reviews: each once, and nothing of the other's
  create function record_opening_each_its_own() returns trigger language plpgsql as $$
  begin
    if app.now() is not null and (
      ((new.acknowledged_by, new.acknowledged_at) is distinct from (old.acknowledged_by, old.acknowledged_at)
        and not (old.acknowledged_at is null and old.agency_id = any (app.led())))
      or ((new.reviewed_by, new.reviewed_at, new.review_note) is distinct from (old.reviewed_by, old.reviewed_at, old.review_note)
        and not (old.reviewed_at is null and old.partnership_id = any (app.chaired())))
    ) then
      raise exception 'an opening is acknowledged by the agency''s lead and reviewed by the chair, once each' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger record_opening_each_its_own before update on record_opening for each row execute function record_opening_each_its_own();
`;

/** Triggers go with their tables; those of tables that stay are dropped before. */
export const noColumns = `
  drop trigger action_text_only on action;
  drop trigger membership_only_ends on membership;
  drop trigger service_token_only_ends on service_token;
  drop trigger record_opening_each_its_own on record_opening;
  drop function action_text_only();
  drop function membership_only_ends();
  drop function service_token_only_ends();
  drop function record_opening_each_its_own();
`;
