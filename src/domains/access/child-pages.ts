import DataLoader from "dataloader";
import { type Connection, connectionOf, type Page } from "../../platform/graphql/connection";
import type { RequestContext } from "./request-context";

/** One part of a list's order: the column, its SQL type for comparing, and where a row has it. */
export interface OrderPart<R> {
  column: string;
  type: string;
  of: (row: R) => string;
}

/** A list that hangs on a parent: how its rows are selected, found by parent, and ordered. */
export interface ChildList<R> {
  /** Names the list in cursors. */
  name: string;
  columns: string;
  /** `from` clause; the parent's column and the order's are named in it. */
  from: string;
  parentColumn: string;
  parentOf: (row: R) => string;
  order: OrderPart<R>[];
  descending?: boolean;
  /** What else must hold. */
  where?: string;
}

/**
 * Pages of the children of many parents in one statement. Pages of one shape are loaded together, so that a whole plan
 * costs one statement and not one an objective. `totalCount` is counted only when asked for, for all parents at once.
 */
export function childPages<R extends object>(context: RequestContext, list: ChildList<R>) {
  const { db, cursors } = context;
  const pages = new Map<string, DataLoader<string, R[]>>();
  const condition = list.where ? `and ${list.where}` : "";
  const counts = new DataLoader<string, number>(async (ids) => {
    const rows = await db.query<{ id: string; count: number }>(
      `select ${list.parentColumn} as id, count(*) as count from ${list.from} where ${list.parentColumn} = any ($1::uuid[]) ${condition} group by 1`,
      [ids],
    );
    const byId = new Map(rows.map(({ id, count }) => [id, count]));
    return ids.map((id) => byId.get(id) ?? 0);
  });

  const columns = list.order.map(({ column }) => column);
  const loaderFor = (page: Page, after: string[] | null, before: string[] | null) => {
    const key = JSON.stringify([page.size, page.backwards, after, before]);
    const known = pages.get(key);
    if (known) return known;
    const descending = (list.descending ?? false) !== page.backwards;
    const values: string[] = [];
    const beyond = (position: string[] | null, operator: "<" | ">") => {
      if (!position) return "";
      const at = list.order.map(({ type }, index) => `$${values.push(position[index] ?? "") + 1}::${type}`);
      return `and (${columns.join(", ")}) ${operator} (${at.join(", ")})`;
    };
    const forwards = list.descending ? "<" : ">";
    const bounds = `${beyond(after, forwards)} ${beyond(before, forwards === "<" ? ">" : "<")}`;
    const loader = new DataLoader<string, R[]>(async (ids) => {
      const rows = await db.query<R>(
        `select page.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
           select ${list.columns} from ${list.from} where ${list.parentColumn} = wanted.id ${condition} ${bounds}
           order by ${columns.map((column) => `${column} ${descending ? "desc" : "asc"}`).join(", ")} limit ${page.size + 1}
         ) as page`,
        [ids, ...values],
      );
      const byParent = new Map<string, R[]>(ids.map((id) => [id, []]));
      for (const row of rows) byParent.get(list.parentOf(row))?.push(row);
      return ids.map((id) => byParent.get(id) ?? []);
    });
    pages.set(key, loader);
    return loader;
  };

  return async (parentId: string, page: Page): Promise<Connection<R>> => {
    const name = `${list.name}:${parentId}`;
    const opened = (cursor: string | null, field: string) =>
      cursor === null ? null : cursors.open(name, cursor, [field]);
    const rows = await loaderFor(page, opened(page.after, "after"), opened(page.before, "before")).load(parentId);
    const whole = page.after === null && page.before === null && rows.length <= page.size;
    return connectionOf(
      rows,
      page,
      (row) =>
        cursors.seal(
          name,
          list.order.map(({ of }) => of(row)),
        ),
      () => (whole ? rows.length : counts.load(parentId)),
    );
  };
}
