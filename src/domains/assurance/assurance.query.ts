import { type PolicyField, type Place, readRows } from "../access/index";
import { Sector } from "../partnership/index";
import { CADENCE_OF, CURRENT_RATING, LEAD_AGENCY, OVERDUE, RatingValue, STALE } from "../plan/index";
import { AssuranceGrouping } from "./assurance.types";

const open = (type: string, field: string): PolicyField => ({ type, field, tier: "PUBLIC" });

/** The fields that each grouping tells of. A test holds the tiers to the schema, and says which of them can be denied: none. */
export const TOLD_BY_GROUPING: Readonly<Record<AssuranceGrouping, readonly PolicyField[]>> = {
  [AssuranceGrouping.LEAD_AGENCY]: [open("Action", "leadAgency")],
  [AssuranceGrouping.SECTOR]: [open("Action", "leadAgency"), open("Agency", "sector")],
  [AssuranceGrouping.THEME]: [open("Action", "theme")],
  [AssuranceGrouping.OBJECTIVE]: [open("Action", "objective")],
};

const listed = (values: object) =>
  `array[${Object.values(values)
    .map((value) => `'${String(value)}'`)
    .join(", ")}]`;

/** What groups are put in order by, of the row that names each: looked up one by one, however many rows there are of them. */
const named = (column: string, table: string) =>
  `left join lateral (select n.${column} from ${table} n where n.id = x.key limit 1) g on true`;

/** How a grouping is counted: what the action `a` is put under; what names a group `x`, if it is a row; and their order. */
const GROUPED: Readonly<Record<AssuranceGrouping, { key: string; from: string; order: string }>> = {
  [AssuranceGrouping.LEAD_AGENCY]: {
    key: LEAD_AGENCY,
    from: named("name", "agency"),
    order: "g.name",
  },
  [AssuranceGrouping.THEME]: {
    key: "a.theme_id",
    from: named("position", "theme"),
    order: "g.position",
  },
  [AssuranceGrouping.OBJECTIVE]: {
    key: "a.objective_id",
    from: named("reference_order", "objective"),
    order: "g.reference_order",
  },
  [AssuranceGrouping.SECTOR]: {
    key: `(select l.sector from agency l where l.id = ${LEAD_AGENCY})`,
    from: "",
    order: `array_position(${listed(Sector)}, x.key)`,
  },
};

const colour = (value: string) => `array_position(${listed(RatingValue)}, ${value})`;

/**
 * The actions of a plan counted group by group; nothing is loaded that is not answered. The database counts what row-level
 * security lets the caller see; which counts are answered is the field policy's.
 */
export function groupsOf(plan: Place, group: Place, by: AssuranceGrouping): { from: string; order: string } {
  const { key, from, order } = GROUPED[by];
  return {
    from: `(with told as (
        select a.partnership_id, ${key} as key, d.value as delivery, i.value as impact,
          ${OVERDUE} as overdue, ${STALE("d", "p.cadence_months")} or ${STALE("i", "p.cadence_months")} as stale
        from ${CADENCE_OF(plan)} p join action a on a.plan_id = ${plan}.id
        ${CURRENT_RATING("DELIVERY", "d")} ${CURRENT_RATING("IMPACT", "i")}
        where a.status is distinct from 'SUPERSEDED'
      ), cell as (
        select partnership_id, key, delivery, impact, count(*) as count,
          count(*) filter (where overdue) as overdue, count(*) filter (where overdue is null) as unknown,
          count(*) filter (where stale) as stale
        from told group by partnership_id, key, delivery, impact
      ), x as (
        select partnership_id, key, sum(count)::int as actions, sum(overdue)::int as overdue,
          sum(unknown)::int as unknown, sum(stale)::int as stale,
          coalesce(sum(count) filter (where delivery is null or impact is null), 0)::int as unrated,
          coalesce(sum(count) filter (where delivery = 'GREEN' and impact = 'RED'), 0)::int as divergent,
          json_agg(json_build_object('delivery', delivery, 'impact', impact, 'count', count)
            order by ${colour("delivery")}, ${colour("impact")}) as matrix
        from cell group by partnership_id, key
      )
      select x.*, row_number() over (order by ${order} nulls last, x.key) as place from x ${from}) ${group}`,
    order: `${group}.place`,
  };
}

const counted = (column: string) => (group: Place) => `${group}.${column}`;
readRows("AssuranceGroup", {
  columns: {
    partnershipId: counted("partnership_id"),
    actions: counted("actions"),
    overdue: counted("overdue"),
    overdueUnknown: counted("unknown"),
    stale: counted("stale"),
    unrated: counted("unrated"),
    divergent: counted("divergent"),
    matrix: counted("matrix"),
  },
  always: ["partnershipId"],
});
readRows("SectorGroup", { columns: { sector: (group) => `${group}.key` }, always: [] });
