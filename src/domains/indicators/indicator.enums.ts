import { registerEnumType } from "type-graphql";

export enum Polarity {
  HIGHER_IS_BETTER = "HIGHER_IS_BETTER",
  LOWER_IS_BETTER = "LOWER_IS_BETTER",
  IN_RANGE = "IN_RANGE",
  NEITHER = "NEITHER",
}
registerEnumType(Polarity, {
  name: "Polarity",
  description: "Which way is better",
  valuesConfig: {
    HIGHER_IS_BETTER: { description: "A higher value is better" },
    LOWER_IS_BETTER: { description: "A lower value is better" },
    IN_RANGE: { description: "A value inside a range is better" },
    NEITHER: { description: "Neither: it is told for what surrounds it" },
  },
});

export enum Unit {
  PERCENT = "PERCENT",
  DAYS = "DAYS",
  MONTHS = "MONTHS",
  YEARS = "YEARS",
  COUNT = "COUNT",
  POUNDS = "POUNDS",
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
    MONTHS: { description: "Months" },
    YEARS: { description: "Years" },
    COUNT: { description: "A number of children, cases or events" },
    POUNDS: { description: "Pounds sterling" },
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
  NOT_APPLICABLE = "NOT_APPLICABLE",
  IN_WORDS = "IN_WORDS",
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
    NOT_APPLICABLE: { description: "It is said that no target applies" },
    IN_WORDS: { description: "A target in words that are no number: nothing is held against it" },
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

/** Targets without a number: their `value` is null, and no observation is held against them. */
export const WITHOUT_NUMBER: readonly TargetComparator[] = [
  TargetComparator.NOT_SET,
  TargetComparator.NOT_APPLICABLE,
  TargetComparator.IN_WORDS,
];

export enum ComparatorKind {
  ENGLAND = "ENGLAND",
  REGION = "REGION",
  STATISTICAL_NEIGHBOURS = "STATISTICAL_NEIGHBOURS",
  OTHER_AUTHORITY = "OTHER_AUTHORITY",
  ELSEWHERE_IN_AREA = "ELSEWHERE_IN_AREA",
  PREVIOUS_YEAR = "PREVIOUS_YEAR",
  OTHER = "OTHER",
}
registerEnumType(ComparatorKind, {
  name: "ComparatorKind",
  description: "Whose figures an indicator's are set beside",
  valuesConfig: {
    ENGLAND: { description: "England as a whole" },
    REGION: { description: "The region" },
    STATISTICAL_NEIGHBOURS: { description: "Authorities whose population is most like this one's" },
    OTHER_AUTHORITY: { description: "Another authority, by name" },
    ELSEWHERE_IN_AREA: { description: "The rest of the partnership's own area" },
    PREVIOUS_YEAR: { description: "The same indicator a year before" },
    OTHER: { description: "Anything else; the label says what" },
  },
});
