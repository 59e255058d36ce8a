import type { GraphQLSchema } from "graphql";
import { catalogueOf, mayRead, type Relation } from "../../src/domains/access/index";
import type { Service } from "../support/service";
import { difference, idsOf, questionsOf, wholeAnswer } from "../support/whole-answer";
import { cellsOf } from "./hidden-cells";
import { HIDDEN_FROM_AGENCIES, HIDDEN_FROM_STRANGERS } from "./hidden-rows";
import type { Extent, Trial } from "./non-interference";

/** Who is asked while values of a tier that is not theirs are altered. */
const CALLERS = [
  "wrenford-health-contributor",
  null,
  "wrenford-chair",
  "police-viewer",
  "wrenford-scrutiny",
  "wrenford-police-viewer",
];
const FEW_CALLERS = 3;
const STRANGERS = [null, "police-viewer", "wrenford-scrutiny"];
const OFFICER = "wrenford-officer";

/**
 * Alters every value of Wrenford's that its tier keeps from somebody, all at once, and holds their whole answer to what it
 * was. Leaves the values altered.
 */
export async function tiersHold(service: Service, schema: GraphQLSchema, extent: Extent): Promise<Trial[]> {
  const questions = questionsOf(schema, await idsOf(service, extent.rows));
  const trials: Trial[] = [];
  const drafts = catalogueOf(schema).filter(({ tier }) => tier === "AUTHOR_DRAFT");
  const ofAuthors = new Set(drafts.map(({ type, field }) => `${type}.${field}`));
  for (const caller of extent.everybody ? CALLERS : CALLERS.slice(0, FEW_CALLERS)) {
    const before = await wholeAnswer(service, caller, questions);
    const known = await wholeAnswer(service, OFFICER, questions);
    const altered = await alterUnreadable(service, schema, caller);
    const after = await wholeAnswer(service, caller, questions);
    const seen = difference(questions, known, await wholeAnswer(service, OFFICER, questions));
    // a drafting note, say, is its author's alone: the officer sees it no more than the chair does
    const twin = seen !== null || altered.every((name) => ofAuthors.has(name));
    const failure = difference(questions, before, after) ?? (twin ? null : "nobody sees it change");
    trials.push({ name: `tiers for ${caller ?? "the public"}: ${altered.join(" ")}`, failure });
  }
  return trials;
}

/** Alters the values that the caller may not read by tier; gives the fields that had any. */
async function alterUnreadable(service: Service, schema: GraphQLSchema, caller: string | null): Promise<string[]> {
  const { owner } = service.database;
  const altered: string[] = [];
  for (const { type, field, tier } of catalogueOf(schema).filter((one) => one.tier !== "PUBLIC")) {
    const name = `${type}.${field}`;
    const cells = await cellsOf(owner, name);
    if (!cells || name === "Action.ratings" || type === "ActionRatings") continue;
    const { table, column, to, where = "true" } = cells;
    const unreadable = (await relationsTo(service, caller, table))
      .filter(({ relations }) => !mayRead(tier, relations))
      .map(({ id }) => id);
    if (unreadable.length === 0) continue;
    await owner.query(`update ${table} set ${column} = ${to} where ${where} and id = any ($1::uuid[])`, [unreadable]);
    altered.push(name);
  }
  return altered;
}

/** What somebody is to each row of a table of Wrenford's, read from the tables themselves. */
async function relationsTo(
  service: Service,
  caller: string | null,
  table: string,
): Promise<{ id: string; relations: Relation[] }[]> {
  const action = { action: "r.id", progress_update: "r.action_id", rating: "r.action_id" }[table];
  const author = table === "progress_update" ? "r.author_agency_id" : "null";
  const rows = await service.database.owner.query<
    { id: string; role: string | null; lead: boolean; named: boolean; author: boolean }[]
  >(
    `with me as (select m.role, m.agency_id, m.partnership_id from membership m join person p on p.id = m.person_id where p.subject = $1),
       names as (select agency_id as id from me union select c.collective_id from collective_member c join me on me.agency_id = c.member_id)
     select r.id, (select role from me where me.partnership_id = w.id limit 1) as role,
       coalesce((select s.agency_id from assignment s where s.action_id = ${action ?? "null"} and s.role <> 'CONTRIBUTOR'
         order by s.role = 'LEAD' desc, s.position limit 1) in (select id from names), false) as lead,
       exists (select 1 from assignment s where s.action_id = ${action ?? "null"} and s.agency_id in (select id from names)) as named,
       coalesce(${author} = (select agency_id from me limit 1), false) as author
     from ${table} r join partnership w on w.id = r.${table === "partnership" ? "id" : "partnership_id"} where w.slug = 'wrenford'`,
    [caller],
  );
  return rows.map(({ id, role, lead, named, author: wrote }) => {
    if (role === null || role === "SCRUTINY_MEMBER" || role === "PLATFORM_ADMIN") return { id, relations: ["NONE"] };
    if (role.startsWith("PARTNERSHIP_") || role === "INSPECTOR") return { id, relations: ["OVERSIGHT"] };
    const relations: Relation[] = ["PARTNER"];
    if (lead) relations.push("LEAD");
    else if (named) relations.push("CONTRIBUTOR");
    if (wrote) relations.push("AUTHOR");
    return { id, relations };
  });
}

/**
 * Adds, alters and takes away rows that row-level security keeps from somebody, one after another, and holds their whole
 * answer to what it was, counts and cursors included. Leaves some rows altered.
 */
export async function hiddenRowsHold(service: Service, schema: GraphQLSchema, extent: Extent): Promise<Trial[]> {
  const { owner } = service.database;
  const ids = await idsOf(service, extent.rows);
  const questions = questionsOf(schema, ids);
  const trials: Trial[] = [];
  const callers = [...STRANGERS, "wrenford-police-viewer"];
  const before = new Map<string | null, string[]>();
  for (const caller of callers) before.set(caller, await wholeAnswer(service, caller, questions));
  const all = [...HIDDEN_FROM_AGENCIES, ...HIDDEN_FROM_STRANGERS];
  for (const [turn, { name, sql, seenBy }] of all.entries()) {
    const known = extent.everybody ? await wholeAnswer(service, seenBy, questions) : null;
    await owner.query(sql);
    const unseeing = turn < HIDDEN_FROM_AGENCIES.length ? callers : STRANGERS;
    const asked = extent.everybody ? unseeing : unseeing.filter((_, index) => index === turn % unseeing.length);
    for (const caller of asked) {
      const failure = difference(questions, before.get(caller) ?? [], await wholeAnswer(service, caller, questions));
      trials.push({ name: `${name}, unseen by ${caller ?? "the public"}`, failure });
    }
    if (known && !difference(questions, known, await wholeAnswer(service, seenBy, questions)))
      trials.push({ name, failure: `${seenBy} does not see it: the trial shows nothing` });
  }
  return trials;
}
