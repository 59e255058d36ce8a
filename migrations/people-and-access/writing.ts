/** What a grant of writing opens, as the services decide it (src/domains/access/abilities.ts). */
export const writing = `
  -- the grants that bear on the actor and are of writing
  create function app.granted() returns jsonb language sql stable parallel safe as $$ select coalesce(app.setting('granted'), '[]')::jsonb $$;

  -- what acting for an agency, by itself or through its collectives, is to an action: LEAD, CONTRIBUTOR or, having nothing closer, PARTNER
  create function app.relation_to(p_action uuid, p_agency uuid) returns text language sql stable as $$
    with own as (
      select p_agency as id
      union all
      select c.collective_id from collective_member c
      where c.member_id = p_agency and (c.valid_from is null or c.valid_from <= app.today()) and (c.valid_to is null or c.valid_to >= app.today())
    ), lead as (
      select s.agency_id from assignment s where s.action_id = p_action and s.role in ('LEAD', 'UNCONFIRMED')
      order by (s.role = 'LEAD') desc, s.position limit 1
    )
    select case
      when exists (select 1 from lead join own on own.id = lead.agency_id) then 'LEAD'
      when exists (select 1 from assignment s join own on own.id = s.agency_id where s.action_id = p_action) then 'CONTRIBUTOR'
      else 'PARTNER' end
  $$;

  -- whether the actor may write a field of an action, or of what is reported of it, for an agency: a denial, then its role, then
  -- what was allowed beside it, of the grants that come through that agency's membership, and none through a service account.
  -- A lead rates the actions that its agency leads.
  create function app.may_write(p_partnership uuid, p_action uuid, p_agency uuid, p_field text) returns boolean language sql stable as $$
    with bearing as (
      select g.effect from jsonb_to_recordset(app.granted()) as g (partnership uuid, type text, field text, effect text, relation text, agencies jsonb)
      where g.partnership = p_partnership and g.agencies ? p_agency::text and g.type || '.' || g.field = p_field
        and (g.relation is null or g.relation = app.relation_to(p_action, p_agency))
    )
    select p_agency = any (app.drafting())
      and not exists (select 1 from bearing where effect = 'DENY')
      and (exists (select 1 from bearing where effect = 'ALLOW')
        or (p_field like 'Rating.%' and p_agency = any (app.led()) and app.relation_to(p_action, p_agency) = 'LEAD'))
  $$;

  -- columns of an action's text that grants open to the actor
  create function app.open_texts(p_partnership uuid, p_action uuid) returns text[] language sql stable as $$
    select coalesce(array_agg(text.field), '{}')
    from (values ('title', 'title'), ('description', 'description'), ('desired_outcome', 'desiredOutcome'), ('measure', 'measure'),
      ('success_criteria', 'successCriteria')) as text (field, named)
    where app.granted() <> '[]' and exists (
      select 1 from agency a where a.id = any (app.drafting()) and a.partnership_id = p_partnership
        and app.may_write(p_partnership, p_action, a.id, 'Action.' || text.named))
  $$;

  -- whether a person is a service account. A function of its own: a policy on memberships that asked of persons would come back to memberships.
  create function app.is_service_account(p_person uuid) returns boolean language plpgsql stable as $$
  begin
    return exists (select 1 from person where id = p_person and issuer = 'golden-thread-service-account');
  end $$;
`;

export const noWriting = `
  drop function app.open_texts(uuid, uuid);
  drop function app.may_write(uuid, uuid, uuid, text);
  drop function app.relation_to(uuid, uuid);
  drop function app.granted();
  drop function app.is_service_account(uuid);
`;
