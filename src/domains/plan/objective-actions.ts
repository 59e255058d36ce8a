import DataLoader from "dataloader";
import { type Connection, connectionOf, type Page } from "../../platform/graphql/connection";
import type { RequestContext } from "../access/index";
import { type ActionRow, actionColumns } from "./action-list";

/**
 * Pages of the actions of many objectives in one statement, in order of reference. Pages of one shape are loaded
 * together, so that a whole plan costs one statement and not one an objective.
 */
export const objectiveActions = (context: RequestContext) => {
  const pages = new Map<string, DataLoader<string, ActionRow[]>>();
  const counts = new DataLoader<string, number>(async (ids) => {
    const rows = await context.db.query<{ id: string; count: number }>(
      "select a.objective_id as id, count(*) as count from action a where a.objective_id = any ($1::uuid[]) group by 1",
      [ids],
    );
    const byId = new Map(rows.map(({ id, count }) => [id, count]));
    return ids.map((id) => byId.get(id) ?? 0);
  });

  const loaderFor = (page: Page, position: string[] | null) => {
    const key = JSON.stringify([page.size, page.backwards, position]);
    const known = pages.get(key);
    if (known) return known;
    const [direction, operator] = page.backwards ? ["desc", "<"] : ["asc", ">"];
    const loader = new DataLoader<string, ActionRow[]>(async (ids) => {
      const rows = await context.db.query<ActionRow>(
        `select page.* from unnest($1::uuid[]) as wanted (id) cross join lateral (
           select ${actionColumns(context)} from action a where a.objective_id = wanted.id
             ${position ? `and (a.reference_order, a.id) ${operator} ($2, $3::uuid)` : ""}
           order by a.reference_order ${direction}, a.id ${direction} limit ${page.size + 1}
         ) as page`,
        [ids, ...(position ?? [])],
      );
      const byObjective = new Map<string, ActionRow[]>(ids.map((id) => [id, []]));
      for (const row of rows) byObjective.get(row.objectiveId ?? "")?.push(row);
      return ids.map((id) => byObjective.get(id) ?? []);
    });
    pages.set(key, loader);
    return loader;
  };

  return {
    async page(objectiveId: string, page: Page): Promise<Connection<ActionRow>> {
      const list = `objective:${objectiveId}`;
      const cursor = page.backwards ? page.before : page.after;
      const position = cursor === null ? null : context.cursors.open(list, cursor, [page.backwards ? "before" : "after"]);
      const rows = await loaderFor(page, position).load(objectiveId);
      const whole = cursor === null && rows.length <= page.size;
      return connectionOf(
        rows,
        page,
        (row) => context.cursors.seal(list, [row.referenceOrder, row.id]),
        () => (whole ? rows.length : counts.load(objectiveId)),
      );
    },
  };
};
