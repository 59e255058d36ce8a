import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ForbiddenError } from "../../platform/errors/index";
import { type Connection, connectionOf, type Page } from "../../platform/graphql/connection";
import { requiredKey } from "../../platform/graphql/ids";
import type { RequestContext } from "../access/index";
import { isMember } from "../identity/index";
import { partnershipLoaders } from "../partnership/index";
import { Action } from "./action.entity";
import {
  type ActionFilter,
  type ActionOrder,
  ActionOrderField,
  OrderDirection,
  type RatingFilter,
} from "./action.inputs";
import { CURRENT_RATING, OVERDUE, STALE } from "./derived";

/** An action as it is read: its row and what is derived from it in the same statement. */
export type ActionRow = Action & { overdue: boolean | null };

/** Whose actions a list is of. A list never quietly narrows: the scope is the object that the field hangs on. */
export type Scope =
  | { kind: "everywhere" }
  | { kind: "partnership"; partnershipId: string }
  | { kind: "plan"; partnershipId: string; planId: string }
  | { kind: "agency"; partnershipId: string; agencyId: string; agencyIds: string[] };

/** Names the list in its cursors: a cursor of one list means nothing in another. */
const nameOf = (scope: Scope): string => {
  if (scope.kind === "agency") return `agency:${scope.agencyId}`;
  if (scope.kind === "plan") return `plan:${scope.planId}`;
  return scope.kind === "partnership" ? `partnership:${scope.partnershipId}` : "everywhere";
};

/** Collects the values of one statement; `$(value)` is its placeholder. */
export class Values {
  readonly list: unknown[] = [];
  readonly $ = (value: unknown): string => `$${this.list.push(value)}`;
}

/** Select list of an action, `overdue` included. */
export const actionColumns = (context: RequestContext, prefix = "") =>
  `${columnsOf(context.source, Action, "a", prefix)}, ${OVERDUE} as "${prefix}overdue"`;

/** One page of a scope's actions. `totalCount` is a statement of its own, sent only when asked for. */
export async function listActions(
  context: RequestContext,
  scope: Scope,
  filter: ActionFilter,
  order: ActionOrder,
  page: Page,
): Promise<Connection<ActionRow>> {
  await requirePartnership(context, filter);
  const values = new Values();
  const conditions = filterConditions(context, scope, filter, values.$);
  const list = `actions:${nameOf(scope)}:${order.field}:${order.direction}`;
  const ascending = (order.direction === OrderDirection.ASC) !== page.backwards;
  const key = order.field === ActionOrderField.REFERENCE ? "reference_order" : "sort_key";
  const beyond = (cursor: string | null, name: string, forwards: boolean) => {
    if (cursor === null) return [];
    const [position = "", id = ""] = context.cursors.open(list, cursor, [name]);
    const after = (order.direction === OrderDirection.ASC) === forwards;
    return [{ operator: after ? ">" : "<", position: values.$(position), id: values.$(id) }];
  };
  const bounds = [...beyond(page.after, "after", true), ...beyond(page.before, "before", false)];

  const sql = pageStatement(context, scope, { key, ascending, bounds, conditions, limit: page.size + 1, $: values.$ });
  const rows = await context.db.query<ActionRow>(sql, values.list);
  const cursorOf = (row: ActionRow) =>
    context.cursors.seal(list, [key === "sort_key" ? row.sortKey : row.referenceOrder, row.id]);
  return connectionOf(rows, page, cursorOf, () => countActions(context, scope, filter));
}

/** A slug that names nothing the caller may see is told, as `partnership(slug:)` tells it; an empty list would not say. */
async function requirePartnership(context: RequestContext, { partnership }: ActionFilter): Promise<void> {
  if (partnership == null) return;
  if (!(await context.use(partnershipLoaders).partnershipBySlug.load(partnership)))
    throw new BadInputError("filter.partnership names no partnership that you may see.", ["filter", "partnership"]);
}

interface PagePlan {
  key: "sort_key" | "reference_order";
  ascending: boolean;
  bounds: { operator: string; position: string; id: string }[];
  conditions: string[];
  limit: number;
  $: Values["$"];
}

/**
 * Keyset page, walking the index that the scope and the order have. An agency's list is walked agency by agency (itself
 * and each collective it is in) and merged, so that a page reads a page and not the agency's whole list. An action named
 * twice, in one walk or in two, counts once before any limit, so that a page is full while there is more.
 */
function pageStatement(context: RequestContext, scope: Scope, plan: PagePlan): string {
  const direction = plan.ascending ? "asc" : "desc";
  const ordered = (position: string, id: string) =>
    `order by ${position} ${direction}, ${id} ${direction} limit ${plan.limit}`;
  const where = (position: string, id: string, conditions: string[]) =>
    [
      ...conditions,
      ...plan.bounds.map((bound) => `(${position}, ${id}) ${bound.operator} (${bound.position}, ${bound.id}::uuid)`),
      "true",
    ].join(" and ");

  if (scope.kind !== "agency") {
    const position = `a.${plan.key}`;
    return `select ${actionColumns(context)} from action a
      where ${where(position, "a.id", [...scopeConditions(scope, plan.$), ...plan.conditions])} ${ordered(position, "a.id")}`;
  }
  const onAssignment = plan.key === "sort_key";
  const position = onAssignment ? "s.action_sort_key" : "a.reference_order";
  // the action is read beside its assignment only where something about it is asked
  const from =
    onAssignment && plan.conditions.length === 0
      ? "assignment s"
      : "assignment s join action a on a.id = s.action_id and a.partnership_id = s.partnership_id";
  const mine = `s.agency_id = whose.id and s.partnership_id = ${plan.$(scope.partnershipId)}`;
  return `select ${actionColumns(context)} from (
      select distinct on (position, id) walked.position, walked.id
      from unnest(${plan.$(scope.agencyIds)}::uuid[]) as whose (id) cross join lateral (
        select distinct on (${position}, s.action_id) ${position}, s.action_id from ${from}
        where ${where(position, "s.action_id", [mine, ...plan.conditions])} ${ordered(position, "s.action_id")}
      ) as walked (position, id)
      ${ordered("position", "id")}
    ) as listed join action a on a.id = listed.id
    order by listed.position ${direction}, listed.id ${direction}`;
}

async function countActions(context: RequestContext, scope: Scope, filter: ActionFilter): Promise<number> {
  const values = new Values();
  const conditions = filterConditions(context, scope, filter, values.$);
  const inScope =
    scope.kind === "agency"
      ? [
          `exists (select 1 from assignment s where s.action_id = a.id and s.agency_id = any (${values.$(scope.agencyIds)}::uuid[]))`,
          `a.partnership_id = ${values.$(scope.partnershipId)}`,
        ]
      : scopeConditions(scope, values.$);
  const [row] = await context.db.query<{ count: number }>(
    `select count(*) as count from action a where ${[...inScope, ...conditions, "true"].join(" and ")}`,
    values.list,
  );
  return row?.count ?? 0;
}

function scopeConditions(scope: Exclude<Scope, { kind: "agency" }>, $: Values["$"]): string[] {
  if (scope.kind === "plan") return [`a.plan_id = ${$(scope.planId)}`];
  if (scope.kind === "partnership") return [`a.partnership_id = ${$(scope.partnershipId)}`];
  return [];
}

/** SQL conditions of a filter over the alias `a`. Impossible and forbidden filters are refused by name. */
export function filterConditions(
  context: RequestContext,
  scope: Scope,
  filter: ActionFilter,
  $: Values["$"],
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
  if (filter.leadAgency != null) {
    add(`${key("Agency", "leadAgency", filter.leadAgency)} = (select l.agency_id from assignment l
      where l.action_id = a.id and l.role in ('LEAD', 'UNCONFIRMED') order by l.role = 'LEAD' desc, l.position limit 1)`);
  }
  if (filter.involves != null) {
    const agency = key("Agency", "involves", filter.involves);
    add(`exists (select 1 from assignment i where i.action_id = a.id and (i.agency_id = ${agency}
      or i.agency_id in (select c.collective_id from collective_member c where c.member_id = ${agency}
        and coalesce(c.valid_from <= (select app.today()), true) and coalesce(c.valid_to >= (select app.today()), true))))`);
  }
  if (filter.search != null) add(searchCondition(filter.search, $));
  ratingConditions(context, scope, filter, add, $);
  return conditions;
}

const contradiction = (name: string) =>
  new BadInputError(`filter.${name} asks for a value and for none at once, which nothing can match.`, ["filter", name]);

function searchCondition(words: string, $: Values["$"]): string {
  const text = words.trim();
  if (text.length < 2 || text.length > 100)
    throw new BadInputError("filter.search must be from 2 to 100 characters.", ["filter", "search"]);
  const pattern = $(`%${text.replace(/[\\%_]/g, "\\$&")}%`);
  return `(${["reference", "title", "description", "measure", "success_criteria"].map((column) => `a.${column} ilike ${pattern}`).join(" or ")})`;
}

/**
 * Ratings are for the partnership: a filter on them is refused by name to those who may not read them, and matches
 * nothing outside the caller's own partnerships, so that it cannot be used to find out.
 */
function ratingConditions(
  context: RequestContext,
  scope: Scope,
  filter: ActionFilter,
  add: (condition: string) => void,
  $: Values["$"],
): void {
  const asked = (["deliveryRating", "impactRating", "stale"] as const).filter((name) => filter[name] != null);
  const [first] = asked;
  if (!first) return;
  const allowed =
    scope.kind === "everywhere"
      ? context.actor.memberships.some(
          ({ partnership }) => partnership !== null && isMember(context.actor, partnership),
        )
      : isMember(context.actor, scope.partnershipId);
  if (!allowed)
    throw new ForbiddenError(`filter.${first} needs permission to read Action.ratings (PARTNERSHIP).`, [
      "filter",
      first,
    ]);
  add("a.partnership_id = any ((select app.partnerships())::uuid[])");

  const dimension = (name: "DELIVERY" | "IMPACT", given: RatingFilter | null | undefined, filterName: string) => {
    if (given == null) return;
    if (given.in != null && given.isNull === true) throw contradiction(filterName);
    if (given.in?.length === 0)
      throw new BadInputError(`filter.${filterName}.in is an empty list, which nothing can match.`, [
        "filter",
        filterName,
        "in",
      ]);
    const current = `(select r.value from rating r where r.action_id = a.id and r.dimension = '${name}' order by r.as_at desc, r.recorded_at desc limit 1)`;
    if (given.in != null) add(`${current} = any (${$(given.in)}::text[])`);
    if (given.isNull != null) add(`${current} is ${given.isNull ? "" : "not "}null`);
  };
  dimension("DELIVERY", filter.deliveryRating, "deliveryRating");
  dimension("IMPACT", filter.impactRating, "impactRating");
  if (filter.stale != null) {
    add(`(select ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")} from partnership p
      ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")} where p.id = a.partnership_id) = ${filter.stale ? "true" : "false"}`);
  }
}
