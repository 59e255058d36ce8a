/** A change to rows that some callers may not see at all, and who must notice it, so that it is known to count. */
export interface HiddenChange {
  name: string;
  sql: string;
  seenBy: string;
}

const police =
  "(select m.agency_id from membership m join person p on p.id = m.person_id where p.subject = 'wrenford-police-viewer')";
const wrenford = "(select id from partnership where slug = 'wrenford')";
const anAction = `(select a.id from action a join plan p on p.id = a.plan_id where a.partnership_id = ${wrenford} and p.published_at is not null order by a.reference_order limit 1)`;
const anIndicator = `(select i.id from indicator i where i.partnership_id = ${wrenford} and i.owner_agency_id is not null and i.owner_agency_id <> ${police} order by i.position limit 1)`;
const ID = "00000000-0000-4000-8000-00000000000";

/**
 * Rows added, altered and taken away behind callers from whom row-level security keeps them: the public, another
 * partnership, a scrutiny member, and (but for rows of the partnership's own) an agency that is no author or owner.
 */
export const HIDDEN_FROM_AGENCIES: readonly HiddenChange[] = [
  {
    name: "another agency begins a draft",
    sql: `insert into progress_update (id, partnership_id, action_id, author_agency_id, period_end, state, version, overall_progress, risk_note)
      select '${ID}1', ${wrenford}, ${anAction}, m.agency_id, '2019-02-28', 'DRAFT', 9, 'zq hidden', 'zq hidden'
      from membership m join person p on p.id = m.person_id where p.subject = 'wrenford-council-lead'`,
    seenBy: "wrenford-council-lead",
  },
  {
    name: "it alters the draft",
    sql: `update progress_update set overall_progress = 'zq altered' where id = '${ID}1'`,
    seenBy: "wrenford-council-lead",
  },
  {
    name: "it submits it",
    sql: `update progress_update set state = 'SUBMITTED', submitted_at = '2019-02-13' where id = '${ID}1'`,
    seenBy: "wrenford-officer",
  },
  {
    name: "it is returned",
    sql: `update progress_update set state = 'RETURNED', returned_at = '2019-02-13', returned_reason = 'zq' where id = '${ID}1'`,
    seenBy: "wrenford-officer",
  },
  { name: "it is taken away", sql: `delete from progress_update where id = '${ID}1'`, seenBy: "wrenford-officer" },
  {
    // for the council alone: nobody else is named for 11.1
    name: "a date is asked to be moved",
    sql: `insert into date_revision (id, partnership_id, action_id, state, from_text, from_kind, from_end, to_text, to_kind, to_end, to_precision, reason, asked_by_agency_id, asked_by, asked_at)
      select '${ID}4', a.partnership_id, a.id, 'REQUESTED', a.by_when_text, 'DUE', a.by_when_end, 'zq', 'DUE', '2020-01-31', 'DAY', 'zq', m.agency_id, p.id, '2019-02-13'
      from action a join person p on p.subject = 'wrenford-council-lead' join membership m on m.person_id = p.id
      where a.partnership_id = ${wrenford} and a.reference = '11.1'`,
    seenBy: "wrenford-council-lead",
  },
  {
    name: "it is refused",
    sql: `update date_revision set state = 'REFUSED', decision_reason = 'zq', decided_at = '2019-02-13',
      decided_by = (select p.id from person p where p.subject = 'wrenford-officer') where id = '${ID}4'`,
    seenBy: "wrenford-officer",
  },
  { name: "it is taken away", sql: `delete from date_revision where id = '${ID}4'`, seenBy: "wrenford-officer" },
  {
    name: "an embargoed figure comes",
    sql: `insert into observation (id, partnership_id, indicator_id, measure, as_at, value, status, source)
      select '${ID}2', i.partnership_id, i.id, i.headline_measure, '2019-02-13', 77, 'EMBARGOED', 'zq' from indicator i where i.id = ${anIndicator}`,
    seenBy: "wrenford-officer",
  },
  { name: "it is altered", sql: `update observation set value = 78 where id = '${ID}2'`, seenBy: "wrenford-officer" },
  { name: "it is taken away", sql: `delete from observation where id = '${ID}2'`, seenBy: "wrenford-officer" },
];

/** Besides, rows that only members of the partnership see. */
export const HIDDEN_FROM_STRANGERS: readonly HiddenChange[] = [
  {
    name: "an unpublished plan is written",
    sql: `insert into plan (id, partnership_id, slug, title) values ('${ID}3', ${wrenford}, 'zq-hidden', 'zq hidden')`,
    seenBy: "wrenford-police-viewer",
  },
  {
    name: "an unpublished plan's actions are altered",
    sql: "update action set title = 'zq ' || title, description = 'altered' where plan_id in (select id from plan where published_at is null)",
    seenBy: "wrenford-police-viewer",
  },
  {
    name: "every rating is altered",
    sql: "update rating set rationale = 'zq', as_at = as_at + 1",
    seenBy: "wrenford-officer",
  },
  {
    name: "accepted updates that are not public are altered",
    sql: "update progress_update set overall_progress = 'zq' where published_at is null and state = 'ACCEPTED'",
    seenBy: "wrenford-police-viewer",
  },
  {
    name: "observations that are not public are altered",
    sql: "update observation set qualifier = 'zq' where published_at is null",
    seenBy: "wrenford-officer",
  },
  {
    name: "the unpublished plan is taken away",
    sql: `delete from plan where id = '${ID}3'`,
    seenBy: "wrenford-police-viewer",
  },
];
