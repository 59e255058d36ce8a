const today = (row: string) =>
  `(${row}.valid_from is null or ${row}.valid_from <= app.today()) and (${row}.valid_to is null or ${row}.valid_to >= app.today())`;

/** What the policies of boards ask, each by a function that PostgreSQL calls only where it matters (1763700000007). */
export const functions = `
  -- these agencies and the collectives that they are in today
  create function app.with_collectives(p_agencies uuid[]) returns setof uuid language plpgsql stable parallel safe as $$
  begin
    return query select own from unnest(p_agencies) as own
      union select c.collective_id from collective_member c where c.member_id = any (p_agencies) and ${today("c")};
  end $$;
  -- boards on which an agency of the actor's sits today, by itself or through a collective
  create function app.boards_sat_on() returns setof uuid language plpgsql stable parallel safe as $$
  begin
    return query select m.board_id from board_member m
      where m.agency_id in (select app.with_collectives(app.own_agencies())) and ${today("m")};
  end $$;
  create function app.agenda_item_shown(p_item uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from agenda_item i where i.id = p_item); end $$;
  create function app.tracked_item_shown(p_item uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from tracked_item t where t.id = p_item); end $$;

  -- the column that the chair may change of an action, after the entry that a board's decision made: whether it is signed off
  create function app.open_sign_off(p_from action, p_to action) returns text[] language sql stable as $$
    select case
      when p_from.partnership_id = any (app.chaired()) and (p_from.status, p_to.status, (
          select s.event from sign_off s where s.action_id = p_from.id order by s.number desc limit 1))
        in (('COMPLETED', 'SIGNED_OFF', 'SIGNED_OFF'), ('SIGNED_OFF', 'COMPLETED', 'REVERTED')) then array['status']
      else '{}' end
  $$;

  -- Boards of a partnership are put under each other and after each other one at a time, so that two who write at once make
  -- no circle between them.
  create function board_no_circle() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended('boards of ' || new.partnership_id, 0));
    if exists (
      with recursive above as (
        select new.parent_id as id union select b.parent_id from board b join above on b.id = above.id)
      select 1 from above where id = new.id)
    then
      raise exception 'a board stands under itself' using errcode = 'check_violation', constraint = 'board_no_circle';
    end if;
    if exists (
      with recursive later as (
        select new.successor_id as id union select b.successor_id from board b join later on b.id = later.id)
      select 1 from later where id = new.id)
    then
      raise exception 'a board succeeds itself' using errcode = 'check_violation', constraint = 'board_no_circle';
    end if;
    return new;
  end $$;
  create trigger board_no_circle before insert or update of parent_id, successor_id on board
    for each row execute function board_no_circle();

  -- the agency that was asked says that it has answered, and nothing else of what is tracked
  create function tracked_item_answer_only() returns trigger language plpgsql as $$
  declare
    v_open text[] := array['status', 'version'];
  begin
    if app.now() is not null and not (old.partnership_id = any (app.keeper()))
      and (to_jsonb(new) - v_open is distinct from to_jsonb(old) - v_open or new.status <> 'ANSWERED')
    then
      raise exception 'an agency answers what it was asked, and changes nothing else of it' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger tracked_item_answer_only before update on tracked_item
    for each row execute function tracked_item_answer_only();

  -- the chair says once that a plan is signed off, and changes nothing else of it
  create function plan_signed_off_only() returns trigger language plpgsql as $$
  begin
    if app.now() is not null and not (old.partnership_id = any (app.keeper()))
      and (to_jsonb(new) - 'signed_off_on' is distinct from to_jsonb(old) - 'signed_off_on'
        or (old.signed_off_on is not null and new.signed_off_on is distinct from old.signed_off_on))
    then
      raise exception 'only that this plan is signed off may be said' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger plan_signed_off_only before update on plan for each row execute function plan_signed_off_only();
`;

export const noFunctions = `
  drop trigger plan_signed_off_only on plan;
  drop function plan_signed_off_only();
  drop function tracked_item_answer_only();
  drop function board_no_circle();
  drop function app.with_collectives(uuid[]);
  drop function app.boards_sat_on();
  drop function app.agenda_item_shown(uuid);
  drop function app.tracked_item_shown(uuid);
  drop function app.open_sign_off(action, action);
`;
