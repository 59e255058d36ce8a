import type DataLoader from "dataloader";
import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { BadInputError } from "../../platform/errors/index";
import { type PolicyField, requireReadable, type RequestContext } from "../access/index";
import { Comparator, IndicatorTarget, Observation, TrajectoryPoint } from "./indicator.entity";
import { type IndicatorVerdict, VERDICTS } from "./verdict";

/** Days that a series is asked for, both included; an end that is null is open. */
export interface Span {
  from: string | null;
  to: string | null;
}

/** What a span of days tells of. It cannot be denied, which a test holds; the policy is asked all the same. */
export const TOLD_BY_SPAN: readonly PolicyField[] = [{ type: "Observation", field: "asAt", tier: "PUBLIC" }];

/** Whose series: the indicator's own, or a comparator's. */
const WHOSE = { indicator: "o.indicator_id", comparator: "o.comparator_id" } as const;
const OF = { indicator: "and o.comparator_id is null", comparator: "" } as const;

/** Loaders of what an indicator shows over time, for one request. */
export const seriesLoaders = (context: RequestContext) => {
  const { actor, db, source } = context;
  const columns = columnsOf(source, Observation, "o");
  const series = new Map<string, DataLoader<string, Observation[]>>();
  const loaderOf = (whose: keyof typeof WHOSE, { from, to }: Span) => {
    const key = JSON.stringify([whose, from, to]);
    const known = series.get(key);
    if (known) return known;
    const made = listLoader(
      (ids) =>
        db.query<Observation & { of: string }>(
          `select ${columns}, ${WHOSE[whose]} as "of" from observation o
           where ${WHOSE[whose]} = any ($1::uuid[]) ${OF[whose]}
             and ($2::date is null or o.as_at >= $2) and ($3::date is null or o.as_at <= $3)
           order by o.as_at nulls last, o.position, o.measure, o.source, o.id`,
          [ids, from, to],
        ),
      (row) => row.of,
    );
    series.set(key, made);
    return made;
  };
  const byIndicator = <R extends { indicatorId: string }>(select: string) =>
    listLoader(
      (ids) => db.query<R>(select, [ids]),
      (row: R) => row.indicatorId,
    );

  return {
    /** The observations of an indicator or a comparator in a span of days, oldest first, those without a day last. */
    observationsOf(whose: keyof typeof WHOSE, row: { id: string; partnershipId: string }, span: Span) {
      const { from, to } = span;
      if (from !== null && to !== null && from > to) throw new BadInputError("to is before from.", ["to"]);
      for (const name of ["from", "to"] as const)
        if (span[name] !== null) requireReadable(actor, row.partnershipId, [name], TOLD_BY_SPAN);
      return loaderOf(whose, span).load(row.id);
    },
    comparatorsOf: byIndicator<Comparator>(
      `select ${columnsOf(source, Comparator, "c")} from comparator c where c.indicator_id = any ($1::uuid[]) order by c.position, c.label`,
    ),
    targetsOf: byIndicator<IndicatorTarget>(
      `select ${columnsOf(source, IndicatorTarget, "t")} from indicator_target t where t.indicator_id = any ($1::uuid[])
       order by t.period_end nulls last, t.period_start, t.id`,
    ),
    trajectoryOf: byIndicator<TrajectoryPoint>(
      `select ${columnsOf(source, TrajectoryPoint, "y")} from trajectory_point y where y.indicator_id = any ($1::uuid[]) order by y.period_end`,
    ),
    verdictOf: rowLoader(
      (ids) => db.query<IndicatorVerdict & { id: string }>(VERDICTS, [ids]),
      ({ id }) => id,
    ),
  };
};
