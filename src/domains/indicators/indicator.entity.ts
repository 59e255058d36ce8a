import { Float, Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow, References } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar } from "../../platform/graphql/scalars";
import { Agency } from "../partnership/index";
import { Action } from "../plan/index";

export enum Polarity {
  HIGHER_IS_BETTER = "HIGHER_IS_BETTER",
  LOWER_IS_BETTER = "LOWER_IS_BETTER",
  IN_RANGE = "IN_RANGE",
}
registerEnumType(Polarity, {
  name: "Polarity",
  description: "Which way is better",
  valuesConfig: {
    HIGHER_IS_BETTER: { description: "A higher value is better" },
    LOWER_IS_BETTER: { description: "A lower value is better" },
    IN_RANGE: { description: "A value inside a range is better" },
  },
});

export enum Unit {
  PERCENT = "PERCENT",
  DAYS = "DAYS",
  COUNT = "COUNT",
  RATE = "RATE",
  RATE_PER_1000 = "RATE_PER_1000",
  RATE_PER_10000 = "RATE_PER_10000",
}
registerEnumType(Unit, {
  name: "Unit",
  description: "Unit of an indicator's values",
  valuesConfig: {
    PERCENT: { description: "Per cent, from 0 to 100" },
    DAYS: { description: "Days" },
    COUNT: { description: "A number of children, cases or events" },
    RATE: { description: "A rate; its definition says of what" },
    RATE_PER_1000: { description: "A rate per 1,000 of the population named" },
    RATE_PER_10000: { description: "A rate per 10,000 of the population named" },
  },
});

export enum TargetComparator {
  AT_LEAST = "AT_LEAST",
  AT_MOST = "AT_MOST",
  LESS_THAN = "LESS_THAN",
  GREATER_THAN = "GREATER_THAN",
  BETWEEN = "BETWEEN",
  EXACTLY = "EXACTLY",
  NOT_SET = "NOT_SET",
}
registerEnumType(TargetComparator, {
  name: "TargetComparator",
  description: "How a value is held against its target",
  valuesConfig: {
    AT_LEAST: { description: "Met at the target or above" },
    AT_MOST: { description: "Met at the target or below" },
    LESS_THAN: { description: "Met below the target" },
    GREATER_THAN: { description: "Met above the target" },
    BETWEEN: { description: "Met from the target's value to its upper value" },
    EXACTLY: { description: "Met at the target alone" },
    NOT_SET: { description: "A target is announced but not set" },
  },
});

export enum ObservationStatus {
  PROVISIONAL = "PROVISIONAL",
  FINAL = "FINAL",
  EMBARGOED = "EMBARGOED",
}
registerEnumType(ObservationStatus, {
  name: "ObservationStatus",
  description: "How settled an observation is",
  valuesConfig: {
    PROVISIONAL: { description: "May still change" },
    FINAL: { description: "Settled" },
    EMBARGOED: { description: "Not yet to be shared; seen by its owner and oversight" },
  },
});

export enum ObservationMeasure {
  PERIOD = "PERIOD",
  YEAR_TO_DATE = "YEAR_TO_DATE",
  ROLLING_12_MONTHS = "ROLLING_12_MONTHS",
  SNAPSHOT = "SNAPSHOT",
}
registerEnumType(ObservationMeasure, {
  name: "ObservationMeasure",
  description: "What span of time an observation covers",
  valuesConfig: {
    PERIOD: { description: "The period it names" },
    YEAR_TO_DATE: { description: "The year so far" },
    ROLLING_12_MONTHS: { description: "The twelve months to its date" },
    SNAPSHOT: { description: "The state on a day" },
  },
});

export enum MissingReason {
  NOT_RETURNED = "NOT_RETURNED",
  NOT_DUE = "NOT_DUE",
  SUPPRESSED = "SUPPRESSED",
  NOT_COLLECTED = "NOT_COLLECTED",
}
registerEnumType(MissingReason, {
  name: "MissingReason",
  description: "Why an observation has no value; none of these is zero",
  valuesConfig: {
    NOT_RETURNED: { description: "It was due and did not come" },
    NOT_DUE: { description: "It is not due yet" },
    SUPPRESSED: { description: "It is withheld because the numbers are small" },
    NOT_COLLECTED: { description: "It is not collected" },
  },
});

/** Something counted that tells whether children are better off. */
@ObjectType({ description: "Something measured that tells whether children are better off", implements: Node })
@Entity({ name: "indicator" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "code"])
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
@Check("indicator_target_value_check", "(comparator = 'NOT_SET') = (value is null)")
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

  @Exposed("PUBLIC", () => Float, "The number to reach, or the lower end of a range; null while none is set", {
    nullable: true,
  })
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

/** One value of an indicator, or the reason why there is none. */
@ObjectType({ description: "One value of an indicator, or the reason why there is none" })
@Entity({ name: "observation" })
@Unique("observation_point_key", ["indicatorId", "measure", "asAt", "source"])
@Index("observation_latest_idx", ["indicatorId", "measure", "asAt"])
@OneOf("observation", "measure", ObservationMeasure)
@OneOf("observation", "status", ObservationStatus)
@OneOf("observation", "missingReason", MissingReason)
@Check("observation_value_check", "(value is null) = (missing_reason is not null)")
@BelongsTo(() => Indicator, "indicatorId", { cascade: true })
export class Observation extends TenantRow {
  @Column("uuid")
  indicatorId!: string;

  @Exposed("PUBLIC", () => ObservationMeasure, "What span of time it covers")
  @Column("text")
  measure!: ObservationMeasure;

  @Exposed("PUBLIC", () => DateScalar, "First day of its period; null where only a date is given", { nullable: true })
  @Column("date", { nullable: true })
  periodStart!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day of its period; null where only a date is given", { nullable: true })
  @Column("date", { nullable: true })
  periodEnd!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day on which it held; the last day of its period where none is printed")
  @Column("date")
  asAt!: string;

  @Exposed("PUBLIC", () => Float, "The value; null where `missingReason` says why", { nullable: true })
  @Column("numeric", { nullable: true })
  value!: number | null;

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
