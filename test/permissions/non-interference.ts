import type { GraphQLSchema } from "graphql";
import { type CataloguedField, catalogueOf } from "../../src/domains/access/index";
import type { Service } from "../support/service";
import { difference, idsOf, type Question, questionsOf, wholeAnswer } from "../support/whole-answer";
import { changed, DERIVED, type HiddenCells } from "./hidden-cells";

/** One thing that was tried, and what went wrong with it. */
export interface Trial {
  name: string;
  failure: string | null;
}

export interface Extent {
  /** Rows of each type that are asked for by id; all of them in the full run. */
  rows: number;
  /** Which deniable fields are tried one by one; all of them in the full run. */
  fields: (field: CataloguedField) => boolean;
  /** Whether everybody is asked after every change; otherwise they take turns, and fewer are tried. */
  everybody: boolean;
}

/** The full run: every row, every field, every caller. */
export const EVERYTHING: Extent = { rows: 1_000, fields: () => true, everybody: true };

/** People of agencies of Wrenford, from whoever reads most: the first who can read a field is denied it. */
const DENIED = [
  "wrenford-council-lead",
  "wrenford-health-contributor",
  "wrenford-housing-contributor",
  "wrenford-schools-lead",
  "wrenford-probation-viewer",
];
const OFFICER = "wrenford-officer";

/** What the demonstration has not: a newest figure that is missing and one that is a range, and two agencies' updates that only submission tells apart. */
const MADE = [
  `update observation set value = null, qualifier = null, missing_reason = 'NOT_RETURNED' where id = (
     select distinct on (o.indicator_id) o.id from observation o join indicator i on i.id = o.indicator_id and i.headline_measure = o.measure
     join partnership w on w.id = i.partnership_id where w.slug = 'wrenford' and o.status <> 'EMBARGOED' and i.code <> 'WPI2'
     order by o.indicator_id, o.as_at desc limit 1)`,
  `update observation set upper_value = value + 5 where id = (
     select o.id from observation o join indicator i on i.id = o.indicator_id join partnership w on w.id = i.partnership_id
     where w.slug = 'wrenford' and i.code = 'WPI5' order by o.as_at desc limit 1)`,
  `insert into progress_update (id, partnership_id, action_id, author_agency_id, period_end, version, state, overall_progress, submitted_at, accepted_at)
   select gen_random_uuid(), u.partnership_id, u.action_id, g.id, '2019-02-10', 1, 'ACCEPTED',
     side || ' made', timestamptz '2018-06-01' + side * interval '1 day', '2019-02-11'
   from (select distinct on (action_id) * from progress_update where state = 'ACCEPTED' and partnership_id = (select id from partnership where slug = 'wrenford')
     order by action_id limit 9) u
   cross join (values (1), (2)) as sides (side)
   join lateral (select id from agency where partnership_id = u.partnership_id and kind = 'ORGANISATION' order by name offset side limit 1) g on true`,
];

/**
 * Denies each deniable field in turn to somebody who reads it, changes the hidden values behind their back, and holds their
 * whole answer to what it was, byte by byte. Each has its positive twin: without the denial the change is seen. The service
 * holds the demonstration, to which what `MADE` says is added.
 */
export async function denialsHold(service: Service, schema: GraphQLSchema, extent: Extent): Promise<Trial[]> {
  const { owner } = service.database;
  for (const sql of MADE) await owner.query(sql);
  const questions = questionsOf(schema, await idsOf(service, extent.rows));
  const asIs = new Map<string, string[]>();
  for (const actor of [...(extent.everybody ? DENIED : DENIED.slice(0, 1)), OFFICER])
    asIs.set(actor, await wholeAnswer(service, actor, questions));
  const trials: Trial[] = [];
  for (const field of catalogueOf(schema).filter((one) => one.mayDeny && extent.fields(one))) {
    const name = `${field.type}.${field.field}`;
    const cells = await changed(owner, name);
    if (!cells) {
      trials.push({ name, failure: DERIVED.has(name) ? null : "nothing says what is behind it: see hidden-cells.ts" });
      continue;
    }
    trials.push({ name, failure: await denialHolds(service, questions, name, cells, asIs) });
  }
  return trials;
}

async function denialHolds(
  service: Service,
  questions: Question[],
  name: string,
  cells: HiddenCells,
  asIs: ReadonlyMap<string, string[]>,
): Promise<string | null> {
  const { owner } = service.database;
  await cells.change();
  try {
    const reader = await firstToSee(service, questions, asIs);
    if (!reader) return "nobody sees it change: the trial shows nothing";
    // row-level security keeps the rows themselves from agencies: there is nothing that a denial could add
    if (reader === OFFICER) return null;
    await deny(service, reader, name);
    const after = await wholeAnswer(service, reader, questions);
    await cells.restore();
    return difference(questions, await wholeAnswer(service, reader, questions), after);
  } finally {
    await cells.restore();
    await owner.query("delete from field_grant where reason = 'a trial'");
  }
}

/** The first of those who may be denied it, or the officer, whose answer the change has changed. */
async function firstToSee(
  service: Service,
  questions: Question[],
  asIs: ReadonlyMap<string, string[]>,
): Promise<string | null> {
  for (const [actor, before] of asIs)
    if (difference(questions, before, await wholeAnswer(service, actor, questions))) return actor;
  return null;
}

/** Denies a field to the agency of somebody, as an officer's grant does. */
export async function deny(
  service: Service,
  subject: string,
  name: string,
  relation: string | null = null,
  effect = "DENY",
): Promise<void> {
  const [type, field] = name.split(".");
  await service.database.owner.query(
    `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, relation, reason, granted_at)
     select m.partnership_id, m.agency_id, $2, $3, 'READ', $5, $4, 'a trial', '2019-01-01'
     from membership m join person p on p.id = m.person_id where p.subject = $1`,
    [subject, type, field, relation, effect],
  );
}
