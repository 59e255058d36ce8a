import { Float, Int, ObjectType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow, References } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar } from "../../platform/graphql/scalars";
import { Agency } from "../partnership/index";
import { Action } from "../plan/index";
import {
  ComparatorKind,
  MissingReason,
  ObservationMeasure,
  ObservationStatus,
  Polarity,
  TargetComparator,
  Unit,
} from "./indicator.enums";

/** Something counted that tells whether children are better off. */
@ObjectType({ description: "Something measured that tells whether children are better off", implements: Node })
@Entity({ name: "indicator" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "code"])
@Index("indicator_in_order_idx", ["partnershipId", "position", "id"])
@OneOf("indicator", "unit", Unit)
@OneOf("indicator", "polarity", Polarity)
@OneOf("indicator", "headlineMeasure", ObservationMeasure)
@BelongsTo(() => Agency, "ownerAgencyId")
@References("Partnership", ["partnershipId"], ["id"])
export class Indicator extends TenantRow {
  @Exposed("PUBLIC", () => String, "Code of the indicator in its partnership")
  @Column("text")
  code!: string;

  @Exposed("PUBLIC", () => String, "Title of the indicator")
  @Column("text")
  title!: string;

  @Exposed("PUBLIC", () => String, "How it is counted; null if not recorded", { nullable: true })
  @Column("text", { nullable: true })
  definition!: string | null;

  @Exposed("PUBLIC", () => Unit, "Unit of its values")
  @Column("text")
  unit!: Unit;

  @Exposed("PUBLIC", () => Polarity, "Which way is better")
  @Column("text")
  polarity!: Polarity;

  @Exposed("PUBLIC", () => ObservationMeasure, "The measure that its latest value is read from")
  @Column("text", { default: "PERIOD" })
  headlineMeasure!: ObservationMeasure;

  @Exposed("PUBLIC", () => String, "How often it is observed, such as MONTHLY; null if not recorded", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  cadence!: string | null;

  @Column("uuid", { nullable: true })
  ownerAgencyId!: string | null;

  @Column("int")
  position!: number;
}

/** What an indicator is to reach in a period, in the words printed and as numbers where they are numbers. */
@ObjectType({ description: "What an indicator is to reach" })
@Entity({ name: "indicator_target" })
@Index("indicator_target_latest_idx", ["indicatorId", "periodEnd"])
@OneOf("indicator_target", "comparator", TargetComparator)
@Check("indicator_target_value_check", "(comparator in ('NOT_SET', 'NOT_APPLICABLE', 'IN_WORDS')) = (value is null)")
@Check("indicator_target_range_check", "(comparator = 'BETWEEN') = (upper_value is not null)")
@BelongsTo(() => Indicator, "indicatorId", { cascade: true })
export class IndicatorTarget extends TenantRow {
  @Column("uuid")
  indicatorId!: string;

  @Exposed("PUBLIC", () => String, "The target as printed")
  @Column("text")
  text!: string;

  @Exposed("PUBLIC", () => TargetComparator, "How a value is held against it")
  @Column("text")
  comparator!: TargetComparator;

  @Exposed(
    "PUBLIC",
    () => Float,
    "The number to reach, or the lower end of a range; null where there is none, and `comparator` says why",
    {
      nullable: true,
    },
  )
  @Column("numeric", { nullable: true })
  value!: number | null;

  @Exposed("PUBLIC", () => Float, "The upper end of a range; null for any other target", { nullable: true })
  @Column("numeric", { nullable: true })
  upperValue!: number | null;

  @Exposed("PUBLIC", () => DateScalar, "First day it holds for; null if not printed", { nullable: true })
  @Column("date", { nullable: true })
  periodStart!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day it holds for; null if not printed", { nullable: true })
  @Column("date", { nullable: true })
  periodEnd!: string | null;
}

/** Whose figures an indicator's are set beside; they are observations of the indicator that name it. */
@ObjectType({ description: "Others whose figures an indicator's are set beside" })
@Entity({ name: "comparator" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "indicatorId", "label"])
@OneOf("comparator", "kind", ComparatorKind)
@BelongsTo(() => Indicator, "indicatorId", { cascade: true, indexed: false })
export class Comparator extends TenantRow {
  @Column("uuid")
  indicatorId!: string;

  @Exposed("PUBLIC", () => ComparatorKind, "What kind of others they are")
  @Column("text")
  kind!: ComparatorKind;

  @Exposed("PUBLIC", () => String, "Who they are")
  @Column("text")
  label!: string;

  @Column("int")
  position!: number;
}

/** One point of the path that was agreed towards a target. */
@ObjectType({ description: "One point of the path that was agreed towards a target" })
@Entity({ name: "trajectory_point" })
@Unique(["partnershipId", "indicatorId", "periodEnd"])
@BelongsTo(() => Indicator, "indicatorId", { cascade: true, indexed: false })
export class TrajectoryPoint extends TenantRow {
  @Column("uuid")
  indicatorId!: string;

  @Exposed("PUBLIC", () => DateScalar, "Last day of the period that it is agreed for")
  @Column("date")
  periodEnd!: string;

  @Exposed("PUBLIC", () => Float, "The value that was agreed")
  @Column("numeric")
  value!: number;
}

/** One value of an indicator, its own or a comparator's, or the reason why there is none. Only a value to be reviewed may lack its day. */
@ObjectType({ description: "One value of an indicator or of a comparator, or the reason why there is none" })
@Entity({ name: "observation" })
@Unique("observation_point_key", [
  "partnershipId",
  "indicatorId",
  "comparatorId",
  "measure",
  "asAt",
  "position",
  "source",
])
@Index("observation_latest_idx", ["indicatorId", "measure", "asAt"])
@OneOf("observation", "measure", ObservationMeasure)
@OneOf("observation", "status", ObservationStatus)
@OneOf("observation", "missingReason", MissingReason)
@Check("observation_value_check", "(value is null) = (missing_reason is not null)")
@Check("observation_undated_check", "as_at is not null or needs_review")
@Check("observation_upper_value_check", "upper_value is null or upper_value > value")
@BelongsTo(() => Indicator, "indicatorId", { cascade: true })
@BelongsTo(() => Comparator, "comparatorId", { cascade: true })
export class Observation extends TenantRow {
  @Column("uuid")
  indicatorId!: string;

  /** Null: the indicator's own. */
  @Column("uuid", { nullable: true })
  comparatorId!: string | null;

  @Exposed("PUBLIC", () => ObservationMeasure, "What span of time it covers")
  @Column("text")
  measure!: ObservationMeasure;

  @Exposed("PUBLIC", () => DateScalar, "First day of its period; null where only a date is given", { nullable: true })
  @Column("date", { nullable: true })
  periodStart!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day of its period; null where only a date is given", { nullable: true })
  @Column("date", { nullable: true })
  periodEnd!: string | null;

  @Exposed(
    "PUBLIC",
    () => DateScalar,
    "Day on which it held; the last day of its period where none is printed, and null where the source shows neither",
    { nullable: true },
  )
  @Column("date", { nullable: true })
  asAt!: string | null;

  /** Order in which values without a day are printed; 0 for any other. */
  @Column("int", { default: 0 })
  position!: number;

  @Exposed("PUBLIC", () => Float, "The value; null where `missingReason` says why", { nullable: true })
  @Column("numeric", { nullable: true })
  value!: number | null;

  @Exposed("PUBLIC", () => Float, "The upper end, where a range is printed; null otherwise", { nullable: true })
  @Column("numeric", { nullable: true })
  upperValue!: number | null;

  @Exposed("PUBLIC", () => String, "A word printed before the value, such as over or about; null if none", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  qualifier!: string | null;

  @Exposed("PARTNERSHIP", () => Int, "Number counted")
  @Column("int", { nullable: true })
  numerator!: number | null;

  @Exposed("PARTNERSHIP", () => Int, "Number counted from")
  @Column("int", { nullable: true })
  denominator!: number | null;

  @Exposed("PUBLIC", () => ObservationStatus, "How settled it is")
  @Column("text")
  status!: ObservationStatus;

  @Exposed("PUBLIC", () => MissingReason, "Why there is no value; null where there is one", { nullable: true })
  @Column("text", { nullable: true })
  missingReason!: MissingReason | null;

  @Exposed("PUBLIC", () => Boolean, "Whether somebody should look again: the source leaves open what it is of, or when")
  @Column("boolean", { default: false })
  needsReview!: boolean;

  @Exposed("PUBLIC", () => String, "Where it was printed or returned")
  @Column("text")
  source!: string;

  /** Null: not public. */
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;
}

/** An action's measure is this indicator. */
@Entity({ name: "action_indicator" })
@Unique(["actionId", "indicatorId"])
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Indicator, "indicatorId", { cascade: true })
export class ActionIndicator extends TenantRow {
  @Column("uuid")
  actionId!: string;

  @Column("uuid")
  indicatorId!: string;
}
