import { BadInputError } from "../../platform/errors/index";
import { type Cut, NeedsRowError, type PageLink, type Place, type RequestContext } from "../access/index";
import { MEMBER_TODAY, partnershipLoaders } from "../partnership/index";
import type { Action } from "./action.entity";
import { filterConditions } from "./action-filter";
import {
  type ActionFilter,
  type ActionListArgs,
  type ActionOrder,
  ActionOrderField,
  OrderDirection,
} from "./action.inputs";
import { isToldAlikeEverywhere, permittedConditions } from "./action-told";

/** An action as it is read: its row and what is derived from it in the same statement. */
export type ActionRow = Action & { overdue: boolean | null };

/** Whose actions a list is of. A list never quietly narrows: the scope is the object that the field hangs on. */
export type Scope = "everywhere" | "partnership" | "plan" | "agency";

const BY_REFERENCE: ActionOrder = { field: ActionOrderField.REFERENCE, direction: OrderDirection.ASC };
const BY_WHEN: ActionOrder = { field: ActionOrderField.BY_WHEN, direction: OrderDirection.ASC };

/** Names the list in its cursors, by its scope and the id of the object that it hangs on. */
const nameOf = (scope: Scope, id: string): string => (scope === "everywhere" ? scope : `${scope}:${id}`);

/** A page of a scope's actions, filtered and in order; and how many there are under the very conditions of the list. */
export const actionPages =
  (scope: Scope): PageLink<ActionListArgs> =>
  (row, it, context, { filter: given, orderBy }, $) => {
    const filter = given ?? {};
    const order = orderBy ?? (scope === "plan" ? BY_REFERENCE : BY_WHEN);
    const partnershipId = partnershipOf(scope, row, context, filter, order);
    const conditions = () => [
      ...permittedConditions(context, partnershipId, filter, order, $),
      ...filterConditions(context, partnershipId, filter, $),
    ];
    const listed = conditions();
    const key = order.field === ActionOrderField.REFERENCE ? "reference_order" : "sort_key";
    return {
      name: (id) => `actions:${nameOf(scope, id)}:${order.field}:${order.direction}`,
      order: [
        { by: "listed.position", type: "text" },
        { by: `${it}.id`, type: "uuid" },
      ],
      descending: order.direction === OrderDirection.DESC,
      count: () => countStatement(scope, row, conditions()),
      rows: (cut) => ({
        from: `(${pageStatement(scope, row, key, listed, cut)}) as listed join action ${it} on ${it}.id = listed.id`,
        where: "true",
      }),
    };
  };

const filteredPartnerships = () => new Map<string, string>();

/**
 * Finds the partnership that a filter names. A slug that names nothing the caller may see is told, as `partnership(slug:)`
 * tells it; an empty list would not say.
 */
export function findFilteredPartnership(context: RequestContext, { filter }: ActionListArgs): Promise<void> | null {
  const slug = filter?.partnership;
  return slug == null ? null : find(context, slug);
}

async function find(context: RequestContext, slug: string): Promise<void> {
  const named = await context.use(partnershipLoaders).partnershipBySlug.load(slug);
  if (!named)
    throw new BadInputError("filter.partnership names no partnership that you may see.", ["filter", "partnership"]);
  context.use(filteredPartnerships).set(slug, named.id);
}

/**
 * The one partnership that a list is of; null where it may be of several, or where that makes no difference to what may be
 * asked of it.
 */
function partnershipOf(
  scope: Scope,
  row: Place,
  context: RequestContext,
  filter: ActionFilter,
  order: ActionOrder,
): string | null {
  const slug = filter.partnership;
  const named = slug == null ? null : context.use(filteredPartnerships).get(slug);
  if (named === undefined) throw new NeedsRowError();
  if (scope === "everywhere") return named;
  if (row.partnershipId !== undefined) return row.partnershipId;
  if (isToldAlikeEverywhere(context, filter, order)) return null;
  throw new NeedsRowError();
}

/**
 * Keyset page, walking the index that the scope and the order have. An agency's list is walked agency by agency (itself
 * and each collective it is in) and merged, so that a page reads a page and not the agency's whole list. An action named
 * twice, in one walk or in two, counts once before any limit, so that a page is full while there is more.
 */
function pageStatement(scope: Scope, row: Place, key: string, conditions: string[], cut: Cut): string {
  const direction = cut.ascending ? "asc" : "desc";
  const ordered = (position: string, id: string) =>
    `order by ${position} ${direction}, ${id} ${direction} limit ${cut.limit}`;
  const where = (position: string, id: string, ...mine: string[]) =>
    [...mine, ...conditions, cut.beyond(position, id)].join(" and ");

  if (scope !== "agency") {
    const position = `a.${key}`;
    return `select ${position} as position, a.id from action a
      where ${where(position, "a.id", ...scopeConditions(scope, row))} ${ordered(position, "a.id")}`;
  }
  const onAssignment = key === "sort_key";
  const position = onAssignment ? "s.action_sort_key" : "a.reference_order";
  // the action is read beside its assignment only where something about it is asked
  const from =
    onAssignment && conditions.length === 0
      ? "assignment s"
      : "assignment s join action a on a.id = s.action_id and a.partnership_id = s.partnership_id";
  const mine = `s.agency_id = whose.id and s.partnership_id = ${row}.partnership_id`;
  return `select distinct on (position, id) walked.position, walked.id
      from unnest(${namesOf(row)}) as whose (id) cross join lateral (
        select distinct on (${position}, s.action_id) ${position}, s.action_id from ${from}
        where ${where(position, "s.action_id", mine)} ${ordered(position, "s.action_id")}
      ) as walked (position, id)
      ${ordered("position", "id")}`;
}

/** The agency and the collectives that it is in today. */
const namesOf = (agency: Place) =>
  `array(select ${agency}.id union all select c.collective_id from collective_member c where c.member_id = ${agency}.id and ${MEMBER_TODAY})`;

function countStatement(scope: Scope, row: Place, conditions: string[]): string {
  const where = [...scopeConditions(scope, row), ...conditions, "true"].join(" and ");
  if (scope !== "agency") return `select count(*) from action a where ${where}`;
  // an agency's are reached from its assignments, each action once: they are few beside the partnership's
  const mine = `select distinct s.action_id as id from assignment s where s.agency_id = any (${namesOf(row)})
    and s.partnership_id = ${row}.partnership_id`;
  // who sees an assignment sees its action: they are looked at only where something about them is asked
  return conditions.length === 0
    ? `select count(*) from (${mine}) as mine`
    : `select count(*) from (${mine}) as mine join action a on a.id = mine.id where ${where}`;
}

function scopeConditions(scope: Scope, row: Place): string[] {
  if (scope === "plan") return [`a.plan_id = ${row}.id`];
  return scope === "partnership" ? [`a.partnership_id = ${row}.id`] : [];
}

/** A page of the actions that hang on a row by one of their columns, in order of reference. */
export const actionsBy =
  (name: string, column: "objective_id" | "theme_id"): PageLink =>
  (row, it) => ({
    name: (id) => `${name}:${id}`,
    order: [
      { by: `${it}.reference_order`, type: "text" },
      { by: `${it}.id`, type: "uuid" },
    ],
    count: () => `select count(*) from action a where a.${column} = ${row}.id`,
    rows: ({ beyond }) => ({
      where: `${it}.${column} = ${row}.id and ${beyond(`${it}.reference_order`, `${it}.id`)}`,
    }),
  });
