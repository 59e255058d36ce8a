import { listLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { PolicyField, RequestContext } from "../access/index";
import { Agency, Sector } from "../partnership/index";
import { CURRENT_RATING, LEAD_AGENCY, Objective, OVERDUE, RatingValue, STALE, Theme } from "../plan/index";
import { type AssuranceGroup, AssuranceGrouping } from "./assurance.types";

const open = (type: string, field: string): PolicyField => ({ type, field, tier: "PUBLIC" });

/** The fields that each grouping tells of. A test holds the tiers to the schema, and says which of them can be denied: none. */
export const TOLD_BY_GROUPING: Readonly<Record<AssuranceGrouping, readonly PolicyField[]>> = {
  [AssuranceGrouping.LEAD_AGENCY]: [open("Action", "leadAgency")],
  [AssuranceGrouping.SECTOR]: [open("Action", "leadAgency"), open("Agency", "sector")],
  [AssuranceGrouping.THEME]: [open("Action", "theme")],
  [AssuranceGrouping.OBJECTIVE]: [open("Action", "objective")],
};

/** How a grouping is counted: what an action is put under, and what names a group of them. */
interface Grouped {
  /** SQL over the action `a`. */
  key: string;
  /** Select list of what names the group `x`, under `group.`. */
  columns: string;
  /** Where that is found, if it is a row. */
  from: string;
  order: string;
}

const listed = (values: object) =>
  `array[${Object.values(values)
    .map((value) => `'${String(value)}'`)
    .join(", ")}]`;

function grouped({ source }: RequestContext, by: AssuranceGrouping): Grouped {
  const rows = (entity: typeof Agency | typeof Theme | typeof Objective, table: string) => ({
    columns: `'${entity.name}' as "group.__typename", ${columnsOf(source, entity, "g", "group.")}`,
    from: `left join ${table} g on g.id = x.key`,
  });
  switch (by) {
    case AssuranceGrouping.LEAD_AGENCY:
      return { key: LEAD_AGENCY, order: "g.name", ...rows(Agency, "agency") };
    case AssuranceGrouping.THEME:
      return { key: "a.theme_id", order: "g.position", ...rows(Theme, "theme") };
    case AssuranceGrouping.OBJECTIVE:
      return { key: "a.objective_id", order: "g.reference_order", ...rows(Objective, "objective") };
    case AssuranceGrouping.SECTOR:
      return {
        key: `(select l.sector from agency l where l.id = ${LEAD_AGENCY})`,
        columns: `'SectorGroup' as "group.__typename", x.key as "group.sector"`,
        from: "",
        order: `array_position(${listed(Sector)}, x.key)`,
      };
  }
}

const colour = (value: string) => `array_position(${listed(RatingValue)}, ${value})`;

/**
 * A plan's actions counted group by group, in one statement for all plans asked; nothing is loaded that is not answered.
 * The database counts what row-level security lets the caller see; which counts are answered is the field policy's.
 */
const groupsBy = (by: AssuranceGrouping) => (context: RequestContext) => {
  const { key, columns, from, order } = grouped(context, by);
  const sql = `with told as (
      select a.plan_id, a.partnership_id, ${key} as key, d.value as delivery, i.value as impact,
        ${OVERDUE} as overdue, ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")} as stale
      from action a join partnership p on p.id = a.partnership_id
      ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
      where a.plan_id = any ($1::uuid[]) and a.status is distinct from 'SUPERSEDED'
    ), cell as (
      select plan_id, partnership_id, key, delivery, impact, count(*) as count,
        count(*) filter (where overdue) as overdue, count(*) filter (where overdue is null) as unknown,
        count(*) filter (where stale) as stale
      from told group by plan_id, partnership_id, key, delivery, impact
    ), x as (
      select plan_id, partnership_id, key, sum(count)::int as actions, sum(overdue)::int as overdue,
        sum(unknown)::int as unknown, sum(stale)::int as stale,
        coalesce(sum(count) filter (where delivery is null or impact is null), 0)::int as unrated,
        coalesce(sum(count) filter (where delivery = 'GREEN' and impact = 'RED'), 0)::int as divergent,
        jsonb_agg(jsonb_build_object('delivery', delivery, 'impact', impact, 'count', count)
          order by ${colour("delivery")}, ${colour("impact")}) as matrix
      from cell group by plan_id, partnership_id, key
    )
    select x.plan_id as "planId", x.partnership_id as "partnershipId", x.key is not null as "named", x.actions, x.overdue,
      x.unknown as "overdueUnknown", x.stale, x.unrated, x.divergent, x.matrix, ${columns}
    from x ${from} order by ${order} nulls last, x.key`;
  return listLoader(
    async (planIds) => {
      const rows = await context.db.query<AssuranceGroup & { planId: string; named: boolean }>(sql, [planIds]);
      for (const row of rows) if (!row.named) row.group = null;
      return rows;
    },
    ({ planId }) => planId,
  );
};

/** Loaders of each grouping, for one request. */
export const assuranceLoaders: Readonly<Record<AssuranceGrouping, ReturnType<typeof groupsBy>>> = {
  [AssuranceGrouping.LEAD_AGENCY]: groupsBy(AssuranceGrouping.LEAD_AGENCY),
  [AssuranceGrouping.SECTOR]: groupsBy(AssuranceGrouping.SECTOR),
  [AssuranceGrouping.THEME]: groupsBy(AssuranceGrouping.THEME),
  [AssuranceGrouping.OBJECTIVE]: groupsBy(AssuranceGrouping.OBJECTIVE),
};
