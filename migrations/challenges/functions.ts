/** What the policies of challenges ask, each by a function that PostgreSQL calls only where it matters (1763700000007). */
export const functions = `
  -- the agency and whichever took over from it, one after the other: who speaks for it today
  create function app.today_as(p_agency uuid) returns uuid[] language plpgsql stable parallel safe as $$
  begin
    return (
      with recursive later as (
        select g.id, g.successor_id, g.valid_to from agency g where g.id = p_agency
        union select g.id, g.successor_id, g.valid_to from agency g join later l on g.id = l.successor_id and l.valid_to < app.today())
      select coalesce(array_agg(l.id), '{}') from later l);
  end $$;
  -- these agencies, the collectives that they are in today, and whichever those took over from: what they speak for
  create function app.speaking_for(p_agencies uuid[]) returns uuid[] language plpgsql stable parallel safe as $$
  begin
    if p_agencies = '{}' then
      return p_agencies;
    end if;
    return (
      with recursive mine as (
        select own as id from app.with_collectives(p_agencies) as own
        union select g.id from agency g join mine m on g.successor_id = m.id and g.valid_to < app.today())
      select array_agg(m.id) from mine m);
  end $$;
  create function known.speaking_for(p_at timestamptz, p_agencies uuid[]) returns uuid[] language plpgsql stable parallel safe as $$
  begin
    return (
      with recursive mine as (
        select own as id from known.with_collectives(p_at, p_agencies) as own
        union select g.id from known.agency(p_at) g join mine m on g.successor_id = m.id and g.valid_to < known.day(p_at))
      select coalesce(array_agg(m.id), '{}') from mine m);
  end $$;
  create function known.challenge_shown(p_at timestamptz, p_challenge uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from known.challenge(p_at) c where c.id = p_challenge); end $$;
  create function app.challenge_shown(p_challenge uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from challenge c where c.id = p_challenge); end $$;
  create function app.challenge_overdue(p_challenge uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from challenge c where c.id = p_challenge and c.respond_by <= app.now()); end $$;
  -- whether the actor leads an agency of the partnership: such a lead may raise a challenge
  create function app.leads_in(p_partnership uuid) returns boolean language plpgsql stable parallel safe
    as $$ begin return exists (select 1 from agency g where g.id = any (app.led()) and g.partnership_id = p_partnership); end $$;

  -- The time that challenges of a partnership were at a stage, of those that went on from it or ended there from one moment and
  -- before another: at which stage, since when, until when and how. Nothing says whose they were: it is for counting, by and
  -- for any member of the partnership, and tells strangers nothing.
  create function app.ladder_passages(p_partnership uuid, p_from timestamptz, p_to timestamptz)
    returns table (ladder_id uuid, number int, since timestamptz, at timestamptz, kind text) language plpgsql volatile as $$
  begin
    perform set_config('app.counting', p_partnership::text, true);
    return query
      select v.ladder_id, e.stage_number, e.since, e.at, e.kind
      from challenge c join ladder_version v on v.id = c.ladder_version_id cross join lateral (
        select m.stage_number, m.at, m.kind, lag(m.at) over (order by m.number) as since from challenge_event m
        where m.challenge_id = c.id and m.kind in ('RAISED', 'ESCALATED', 'EXPIRED', 'AGREED', 'DECIDED', 'DEADLOCKED', 'WITHDRAWN')) e
      where c.partnership_id = p_partnership and c.raised_at < p_to and coalesce(c.ended_at >= p_from, true)
        and e.since is not null and e.at >= p_from and e.at < p_to;
    perform set_config('app.counting', '', true);
  end $$;

  -- What has ended stays as it ended, but for what was learned. Who is party to it, and neither officer nor chair, does not
  -- decide it unless the stage is theirs to decide, and calls it deadlocked only where the clock has.
  create function challenge_keep() returns trigger language plpgsql as $$
  declare
    v_open text[] := array['learning', 'version'];
  begin
    if app.now() is null then
      return new;
    end if;
    if old.ended_at is not null and to_jsonb(new) - v_open is distinct from to_jsonb(old) - v_open then
      raise exception 'a challenge that has ended is never changed' using errcode = 'insufficient_privilege';
    end if;
    if old.ended_at is null and not (old.partnership_id = any (app.keeper()) or old.partnership_id = any (app.chaired()))
      and ((new.state = 'DECIDED' and not old.deciding_agency_ids && app.speaking_for(app.led()))
        or (new.state = 'DEADLOCKED' and (old.respond_by is null or old.respond_by > app.now())))
    then
      raise exception 'this is for the decider of the stage' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end $$;
  create trigger challenge_keep before update on challenge for each row when (not app.erasing()) execute function challenge_keep();
`;

export const noFunctions = `
  drop function challenge_keep();
  drop function app.ladder_passages(uuid, timestamptz, timestamptz);
  drop function app.leads_in(uuid);
  drop function app.challenge_overdue(uuid);
  drop function app.challenge_shown(uuid);
  drop function known.challenge_shown(timestamptz, uuid);
  drop function known.speaking_for(timestamptz, uuid[]);
  drop function app.speaking_for(uuid[]);
  drop function app.today_as(uuid);
`;
