import { BadInputError } from "../../platform/errors/index";
import { requiredKey } from "../../platform/graphql/ids";
import type { Parameter, RequestContext } from "../access/index";
import type { ActionFilter, RatingFilter } from "./action.inputs";
import { searchedColumns } from "./action-told";
import { CURRENT_RATING, LEAD_AGENCY, OVERDUE, STALE } from "./derived";
import { REDATING } from "./redating";
import { waitsFor, waitsOf } from "./waiting-on";

/**
 * SQL conditions of a filter over the alias `a`, for a list of one partnership, or (null) of several. An impossible filter
 * is refused by name; one on what the caller may not read is `permittedConditions`' to refuse.
 */
export function filterConditions(
  context: RequestContext,
  partnershipId: string | null,
  filter: ActionFilter,
  $: Parameter,
): string[] {
  const conditions: string[] = [];
  const add = (condition: string) => conditions.push(condition);
  const field = (name: string) => ["filter", name];
  const key = (type: string, name: string, id: string) => $(requiredKey(type, id, field(name)));
  const oneOf = (column: string, name: string, list: readonly string[]) => {
    if (list.length === 0)
      throw new BadInputError(
        `filter.${name} is an empty list, which nothing can match. Leave it out, or name a value.`,
        field(name),
      );
    if (list.length > 200) throw new BadInputError(`filter.${name} may name 200 values at most.`, field(name));
    add(`${column} = any (${$(list)}::text[])`);
  };

  if (filter.partnership != null)
    add(`a.partnership_id = (select p.id from partnership p where p.slug = ${$(filter.partnership)})`);
  if (filter.plan != null) add(`a.plan_id = ${key("Plan", "plan", filter.plan)}`);
  if (filter.theme != null) add(`a.theme_id = ${key("Theme", "theme", filter.theme)}`);
  if (filter.objective != null) add(`a.objective_id = ${key("Objective", "objective", filter.objective)}`);
  if (filter.finding != null) {
    const finding = key("Finding", "finding", filter.finding);
    add(`(a.objective_id in (select f.objective_id from objective_finding f where f.finding_id = ${finding})
      or a.id in (select f.action_id from action_finding f where f.finding_id = ${finding}))`);
  }
  if (filter.reference != null) oneOf("a.reference", "reference", filter.reference);
  if (filter.byWhenKind != null) oneOf("a.by_when_kind", "byWhenKind", filter.byWhenKind);
  if (filter.status != null) {
    const { in: statuses, isNull } = filter.status;
    if (statuses != null && isNull === true) throw contradiction("status");
    if (statuses != null) oneOf("a.status", "status", statuses);
    if (isNull != null) add(`a.status is ${isNull ? "" : "not "}null`);
  }
  if (filter.dueBetween != null) {
    const { from, to } = filter.dueBetween;
    if (from != null && to != null && from > to)
      throw new BadInputError("filter.dueBetween ends before it begins.", field("dueBetween"));
    add("a.by_when_end is not null");
    if (from != null) add(`a.by_when_end >= ${$(from)}::date`);
    if (to != null) add(`a.by_when_end <= ${$(to)}::date`);
  }
  if (filter.overdue != null) add(`(${OVERDUE}) = ${filter.overdue ? "true" : "false"}`);
  if (filter.leadAgency != null) add(`${key("Agency", "leadAgency", filter.leadAgency)} = ${LEAD_AGENCY}`);
  if (filter.involves != null) {
    const agency = key("Agency", "involves", filter.involves);
    add(`exists (select 1 from assignment i where i.action_id = a.id and (i.agency_id = ${agency}
      or i.agency_id in (select c.collective_id from collective_member c where c.member_id = ${agency}
        and coalesce(c.valid_from <= (select app.today()), true) and coalesce(c.valid_to >= (select app.today()), true))))`);
  }
  if (filter.waitingOn != null)
    add(`exists (select 1 from (select 1) as once cross join lateral ${waitsOf("a", "w")}
      where ${waitsFor("w", `${key("Agency", "waitingOn", filter.waitingOn)}::uuid`)})`);
  if (filter.search != null) add(searchCondition(context, partnershipId, filter.search, $));
  ratingConditions(filter, add, $);
  return conditions;
}

const contradiction = (name: string) =>
  new BadInputError(`filter.${name} asks for a value and for none at once, which nothing can match.`, ["filter", name]);

function searchCondition(context: RequestContext, partnershipId: string | null, words: string, $: Parameter): string {
  const text = words.trim();
  if (text.length < 2 || text.length > 100)
    throw new BadInputError("filter.search must be from 2 to 100 characters.", ["filter", "search"]);
  const pattern = $(`%${text.replace(/[\\%_]/g, "\\$&")}%`);
  const columns = searchedColumns(context, partnershipId, $);
  return `(${columns.map(({ column, where }) => [...where, `${column} ilike ${pattern}`].join(" and ")).join(" or ")})`;
}

function ratingConditions(filter: ActionFilter, add: (condition: string) => void, $: Parameter): void {
  const dimension = (name: "DELIVERY" | "IMPACT", given: RatingFilter | null | undefined, filterName: string) => {
    if (given == null) return;
    if (given.in != null && given.isNull === true) throw contradiction(filterName);
    if (given.in?.length === 0)
      throw new BadInputError(`filter.${filterName}.in is an empty list, which nothing can match.`, [
        "filter",
        filterName,
        "in",
      ]);
    const current = `(select r.value from rating r where r.action_id = a.id and r.dimension = '${name}' and r.standing <> 'WITHDRAWN' order by r.as_at desc, r.recorded_at desc limit 1)`;
    if (given.in != null) add(`${current} = any (${$(given.in)}::text[])`);
    if (given.isNull != null) add(`${current} is ${given.isNull ? "" : "not "}null`);
  };
  dimension("DELIVERY", filter.deliveryRating, "deliveryRating");
  dimension("IMPACT", filter.impactRating, "impactRating");
  if (filter.greenByRedating != null)
    add(`${filter.greenByRedating ? "" : "not "}exists (select 1 from (select 1) as once ${CURRENT_RATING("DELIVERY", "d")}
      ${REDATING("d", "a", "g")} where g.revision_id is not null)`);
  if (filter.stale != null) {
    add(`(select ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")} from partnership p
      ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")} where p.id = a.partnership_id) = ${filter.stale ? "true" : "false"}`);
  }
}
