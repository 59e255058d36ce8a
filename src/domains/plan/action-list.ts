import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from "graphql";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError } from "../../platform/errors/index";
import { type Connection, connectionOf, type Page } from "../../platform/graphql/connection";
import { type Asked, itemsOf, type Parameter, type RequestContext, RowStatement, selectionOf } from "../access/index";
import { partnershipLoaders } from "../partnership/index";
import { Action } from "./action.entity";
import { filterConditions } from "./action-filter";
import { type ActionFilter, type ActionOrder, ActionOrderField, OrderDirection } from "./action.inputs";
import { permittedConditions } from "./action-told";
import { OVERDUE } from "./derived";

/** An action as it is read: its row and what is derived from it in the same statement. */
export type ActionRow = Action & { overdue: boolean | null };

/** What a page of actions gives back of each, beside what was selected: its place in the list. */
const PLACED = ["sortKey", "referenceOrder"];

/** The field of a list of actions: what was selected of it. */
type Listed = Asked & Pick<GraphQLResolveInfo, "fieldNodes" | "returnType">;

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

/** Select list of an action, `overdue` included. */
export const actionColumns = ({ source }: RequestContext) =>
  `${columnsOf(source, Action, "a")}, ${OVERDUE} as "overdue"`;

/** One page of a scope's actions with what was selected of them, and the list's length where that was: one statement. */
export async function listActions(
  context: RequestContext,
  info: Listed,
  scope: Scope,
  filter: ActionFilter,
  order: ActionOrder,
  page: Page,
): Promise<Connection<ActionRow>> {
  const partnershipId = await partnershipOf(context, scope, filter);
  const asked = ($: Parameter) => [
    ...permittedConditions(context, partnershipId, filter, order, $),
    ...filterConditions(context, partnershipId, filter, $),
  ];
  const statement = new RowStatement(context, info);
  const { $ } = statement;
  const conditions = asked($);
  const list = `actions:${nameOf(scope)}:${order.field}:${order.direction}`;
  const ascending = (order.direction === OrderDirection.ASC) !== page.backwards;
  const key = order.field === ActionOrderField.REFERENCE ? "reference_order" : "sort_key";
  const beyond = (cursor: string | null, name: string, forwards: boolean) => {
    if (cursor === null) return [];
    const [position = "", id = ""] = context.cursors.open(list, cursor, [name]);
    const after = (order.direction === OrderDirection.ASC) === forwards;
    return [{ operator: after ? ">" : "<", position: $(position), id: $(id) }];
  };
  const bounds = [...beyond(page.after, "after", true), ...beyond(page.before, "before", false)];

  const connection = getNamedType(info.returnType) as GraphQLObjectType;
  const type = info.schema.getType("Action") as GraphQLObjectType;
  const row = statement.rowOf(type);
  const selection = selectionOf(info, type, itemsOf(info, connection, info.fieldNodes));
  const columns = statement.list(type, row, selection, PLACED);
  const placed = pageStatement(scope, { key, ascending, bounds, conditions, limit: page.size + 1, $ });
  const counted = selectionOf(info, connection, info.fieldNodes).has("totalCount");
  const total = counted ? `, (${countStatement(scope, asked($), $)}) as total` : "";
  const [found] = await context.db.query<{ rows: ActionRow[]; total?: number }>(
    `select (select coalesce(json_agg(one), '[]') from (
       select ${columns} from (${placed}) as listed join action ${row} on ${row}.id = listed.id ${row.joins()}
       order by listed.position ${ascending ? "asc" : "desc"}, listed.id ${ascending ? "asc" : "desc"}) one) as rows${total}`,
    statement.values,
  );
  const { rows = [], total: count = 0 } = found ?? {};
  const cursorOf = (row: ActionRow) =>
    context.cursors.seal(list, [key === "sort_key" ? row.sortKey : row.referenceOrder, row.id]);
  return connectionOf(rows, page, cursorOf, () => count);
}

/**
 * The one partnership that a list is of; null where it may be of several. A slug that names nothing the caller may see is
 * told, as `partnership(slug:)` tells it; an empty list would not say.
 */
async function partnershipOf(
  context: RequestContext,
  scope: Scope,
  { partnership: slug }: ActionFilter,
): Promise<string | null> {
  const named = slug == null ? null : await context.use(partnershipLoaders).partnershipBySlug.load(slug);
  if (slug != null && !named)
    throw new BadInputError("filter.partnership names no partnership that you may see.", ["filter", "partnership"]);
  return scope.kind === "everywhere" ? (named?.id ?? null) : scope.partnershipId;
}

interface PagePlan {
  key: "sort_key" | "reference_order";
  ascending: boolean;
  bounds: { operator: string; position: string; id: string }[];
  conditions: string[];
  limit: number;
  $: Parameter;
}

/**
 * Keyset page, walking the index that the scope and the order have. An agency's list is walked agency by agency (itself
 * and each collective it is in) and merged, so that a page reads a page and not the agency's whole list. An action named
 * twice, in one walk or in two, counts once before any limit, so that a page is full while there is more.
 */
function pageStatement(scope: Scope, plan: PagePlan): string {
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
    return `select ${position} as position, a.id from action a
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
  return `select distinct on (position, id) walked.position, walked.id
      from unnest(${plan.$(scope.agencyIds)}::uuid[]) as whose (id) cross join lateral (
        select distinct on (${position}, s.action_id) ${position}, s.action_id from ${from}
        where ${where(position, "s.action_id", [mine, ...plan.conditions])} ${ordered(position, "s.action_id")}
      ) as walked (position, id)
      ${ordered("position", "id")}`;
}

/** Counts under the very conditions of the list. */
function countStatement(scope: Scope, conditions: string[], $: Parameter): string {
  // an agency's are reached from its assignments, each action once: they are few beside the partnership's
  const from =
    scope.kind === "agency"
      ? `(select distinct s.action_id as id from assignment s where s.agency_id = any (${$(scope.agencyIds)}::uuid[])
          and s.partnership_id = ${$(scope.partnershipId)}) as mine join action a on a.id = mine.id`
      : "action a";
  const inScope = scope.kind === "agency" ? [] : scopeConditions(scope, $);
  return `select count(*) from ${from} where ${[...inScope, ...conditions, "true"].join(" and ")}`;
}

function scopeConditions(scope: Exclude<Scope, { kind: "agency" }>, $: Parameter): string[] {
  if (scope.kind === "plan") return [`a.plan_id = ${$(scope.planId)}`];
  if (scope.kind === "partnership") return [`a.partnership_id = ${$(scope.partnershipId)}`];
  return [];
}
