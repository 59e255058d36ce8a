import { ObjectType, registerEnumType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { type Place, readRows } from "../access/index";
import { RatingValue } from "../plan/index";

/** What can be said of a series by its variation. */
export enum SeriesVerdict {
  INSUFFICIENT_DATA = "INSUFFICIENT_DATA",
}
registerEnumType(SeriesVerdict, {
  name: "SeriesVerdict",
  description: "What the variation of a series lets be said; more values will come with the rules that tell them",
  valuesConfig: { INSUFFICIENT_DATA: { description: "Nothing: too little is known, which is never taken for good" } },
});

/** What an indicator's figures say, derived and never stored. */
@ObjectType({ description: "What an indicator's figures say, from those that the caller may see" })
export class IndicatorVerdict {
  partnershipId!: string;

  @Exposed(
    "PUBLIC",
    () => RatingValue,
    "Green where the newest observation of the headline measure meets the target of its day, red where it does not; null where that cannot be told",
    { nullable: true },
  )
  rating!: RatingValue | null;

  @Exposed("PUBLIC", () => SeriesVerdict, "Whether the series changes by more than chance", { nullable: true })
  variation!: SeriesVerdict | null;

  @Exposed("PUBLIC", () => SeriesVerdict, "Whether the target will be met as the series runs", { nullable: true })
  assurance!: SeriesVerdict | null;

  @Exposed("PUBLIC", () => String, "The facts that `rating` was derived from, or why it is null", { nullable: true })
  reason!: string | null;
}

/** Whether the observation `o` meets the target `v`: null where there is none or it has no number. */
export const MET = `case v.comparator
  when 'AT_LEAST' then o.value >= v.value
  when 'AT_MOST' then o.value <= v.value
  when 'LESS_THAN' then o.value < v.value
  when 'GREATER_THAN' then o.value > v.value
  when 'EXACTLY' then o.value = v.value
  when 'BETWEEN' then o.value between v.value and v.upper_value end`;

/**
 * The newest observation of an indicator's headline measure that the caller sees; and the target that holds on the day of
 * that observation `o`, the latest to begin where several do: what a verdict holds against each other.
 */
export const newestOf = (indicator: Place | string, among = "true") => `(
  select o.* from observation o
  where o.indicator_id = ${indicator}.id and o.comparator_id is null and o.measure = ${indicator}.headline_measure
    and o.as_at is not null and ${among}
  order by o.as_at desc, o.source limit 1)`;
export const targetOnItsDay = (indicator: Place | string) => `(
  select t.* from indicator_target t
  where t.indicator_id = ${indicator}.id and coalesce(t.period_start <= o.as_at, true)
    and coalesce(t.period_end >= o.as_at, true)
  order by t.period_start desc nulls last, t.period_end nulls last, t.id limit 1)`;

readRows("IndicatorVerdict", {
  columns: {
    partnershipId: (verdict) => `${verdict}.partnership_id`,
    rating: () => `case ${MET} when true then 'GREEN' when false then 'RED' end`,
    variation: () => "'INSUFFICIENT_DATA'",
    assurance: () => "'INSUFFICIENT_DATA'",
    reason: () => `case when o.id is null then 'There is no observation with a day.'
      when o.value is null then 'The newest observation has no value.'
      when v.id is null then 'No target holds on the day of the newest observation.'
      when v.value is null then 'The target has no number.'
      else format('%s on %s, against a target of %s.', o.value, to_char(o.as_at, 'FMDD FMMonth YYYY'), v.text) end`,
  },
  always: ["partnershipId"],
});
