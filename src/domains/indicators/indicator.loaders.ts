import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
import { Indicator, IndicatorTarget, Observation } from "./indicator.entity";

/** An indicator with its target and its latest observation, read in the same statement. */
export type IndicatorRow = Indicator & { target: IndicatorTarget | null; latestObservation: Observation | null };

/** Loaders of indicators, for one request. */
export const indicatorLoaders = (context: RequestContext) => {
  const { db, source } = context;
  const columns = [
    columnsOf(source, Indicator, "i"),
    columnsOf(source, IndicatorTarget, "t", "target."),
    columnsOf(source, Observation, "o", "latestObservation."),
  ].join(", ");
  const latest = `
    left join lateral (
      select o.* from observation o where o.indicator_id = i.id and o.measure = i.headline_measure order by o.as_at desc, o.source limit 1
    ) as o on true
    left join lateral (
      select t.* from indicator_target t where t.indicator_id = i.id order by t.period_end desc nulls first, t.id limit 1
    ) as t on true`;
  return {
    indicatorById: rowLoader(
      (ids) =>
        db.query<IndicatorRow>(`select ${columns} from indicator i ${latest} where i.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    indicatorsOfAction: listLoader(
      (ids) =>
        db.query<IndicatorRow & { of: string }>(
          `select ${columns}, x.action_id as "of" from action_indicator x join indicator i on i.id = x.indicator_id ${latest}
           where x.action_id = any ($1::uuid[]) order by i.position`,
          [ids],
        ),
      (row) => row.of,
    ),
    indicatorsOfPartnership: listLoader(
      (ids) =>
        db.query<IndicatorRow>(
          `select ${columns} from indicator i ${latest} where i.partnership_id = any ($1::uuid[]) order by i.position`,
          [ids],
        ),
      ({ partnershipId }) => partnershipId,
    ),
  };
};
