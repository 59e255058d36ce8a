import { ComparatorKind, MissingReason, ObservationMeasure, ObservationStatus } from "../../indicators/index";
import { upsertRows } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, idsBy, inFile, type Loading } from "./loading";

/** The year so far where it is given, else the measure of the newest observation. */
export function headlineOf(observations: Observation[]): ObservationMeasure {
  if (observations.some(({ measure }) => measure === ObservationMeasure.YEAR_TO_DATE))
    return ObservationMeasure.YEAR_TO_DATE;
  const newest = observations.reduce<Observation | null>(
    (best, one) => (best === null || (one.asAt ?? "") > (best.asAt ?? "") ? one : best),
    null,
  );
  return newest?.measure ?? ObservationMeasure.PERIOD;
}

export interface Observation {
  row: FolderRow;
  indicator: string;
  /** Label of the comparator whose value it is; null for the indicator's own. */
  comparator: string | null;
  measure: ObservationMeasure;
  asAt: string | null;
  needsReview: boolean;
}

/** What a yes in a cell is. */
const YES = { yes: "yes" } as const;

export function readObservations(folder: string): Observation[] {
  const rows = tableOf(folder, "observations.csv", [
    "indicator",
    "comparator",
    "measure",
    "period_start",
    "period_end",
    "as_at",
    "position",
    "value",
    "upper_value",
    "qualifier",
    "numerator",
    "denominator",
    "status",
    "missing_reason",
    "needs_review",
    "source",
    "published_on",
  ]);
  return rows.map((row) => {
    const asAt = row.day("as_at") ?? row.day("period_end");
    const needsReview = row.oneOf("needs_review", YES) !== null;
    if (asAt === null && !needsReview)
      row.fail('it needs "as_at" or "period_end", or "yes" in "needs_review" where the source shows no day.');
    return {
      row,
      indicator: row.required("indicator"),
      comparator: row.text("comparator"),
      measure: row.requiredOneOf("measure", ObservationMeasure),
      asAt,
      needsReview,
    };
  });
}

export async function loadObservations(
  { sql, partnershipId }: Loading,
  indicators: Map<string, string>,
  comparators: Map<string, string>,
  observations: Observation[],
): Promise<void> {
  const file = "observations.csv";
  eachOnce(
    observations.map(({ row }) => row),
    (row) =>
      ["indicator", "comparator", "measure", "as_at", "period_end", "position", "source"]
        .map((name) => row.text(name) ?? "")
        .join(" "),
  );
  await inFile(file, () =>
    upsertRows(
      sql,
      "observation",
      partnershipId,
      {
        indicator_id: "uuid",
        comparator_id: "uuid",
        measure: "text",
        period_start: "date",
        period_end: "date",
        as_at: "date",
        position: "int",
        value: "numeric",
        upper_value: "numeric",
        qualifier: "text",
        numerator: "int",
        denominator: "int",
        status: "text",
        missing_reason: "text",
        needs_review: "boolean",
        source: "text",
        published_at: "timestamptz",
      },
      observations.map(({ row, indicator, comparator, measure, asAt, needsReview }) => {
        const value = row.number("value");
        const missingReason = row.oneOf("missing_reason", MissingReason);
        if ((value === null) !== (missingReason !== null))
          row.fail('it needs either a "value" or a "missing_reason", and not both.');
        return {
          indicator_id: row.found(indicator, indicators, "indicators.csv"),
          comparator_id:
            comparator === null ? null : row.found(`${indicator} ${comparator}`, comparators, "comparators.csv"),
          measure,
          period_start: row.day("period_start"),
          period_end: row.day("period_end"),
          as_at: asAt,
          position: row.whole("position") ?? 0,
          value,
          upper_value: row.number("upper_value"),
          qualifier: row.text("qualifier"),
          numerator: row.whole("numerator"),
          denominator: row.whole("denominator"),
          status: row.oneOf("status", ObservationStatus) ?? ObservationStatus.PROVISIONAL,
          missing_reason: missingReason,
          needs_review: needsReview,
          source: row.required("source"),
          published_at: row.startOfDay("published_on"),
        };
      }),
      ["partnership_id", "indicator_id", "comparator_id", "measure", "as_at", "position", "source"],
    ),
  );
}

/** Loads comparators.csv; gives their ids by indicator and label. */
export async function loadComparators(
  { sql, folder, partnershipId }: Loading,
  indicators: Map<string, string>,
): Promise<Map<string, string>> {
  const file = "comparators.csv";
  const rows = tableOf(folder, file, ["indicator", "kind", "label", "position"]);
  eachOnce(rows, (row) => `${row.required("indicator")} ${row.required("label")}`);
  return inFile(file, async () => {
    await upsertRows(
      sql,
      "comparator",
      partnershipId,
      { indicator_id: "uuid", kind: "text", label: "text", position: "int" },
      rows.map((row, index) => ({
        indicator_id: row.found(row.required("indicator"), indicators, "indicators.csv"),
        kind: row.requiredOneOf("kind", ComparatorKind),
        label: row.required("label"),
        position: row.whole("position") ?? index + 1,
      })),
      ["partnership_id", "indicator_id", "label"],
    );
    return idsBy(
      sql,
      "select i.code || ' ' || c.label as key, c.id from comparator c join indicator i on i.id = c.indicator_id where c.partnership_id = $1",
      [partnershipId],
    );
  });
}

export async function loadTrajectory(
  { sql, folder, partnershipId }: Loading,
  indicators: Map<string, string>,
): Promise<void> {
  const file = "trajectory.csv";
  const rows = tableOf(folder, file, ["indicator", "period_end", "value"]);
  eachOnce(rows, (row) => `${row.required("indicator")} ${row.required("period_end")}`);
  await inFile(file, () =>
    upsertRows(
      sql,
      "trajectory_point",
      partnershipId,
      { indicator_id: "uuid", period_end: "date", value: "numeric" },
      rows.map((row) => ({
        indicator_id: row.found(row.required("indicator"), indicators, "indicators.csv"),
        period_end: row.day("period_end"),
        value: row.number("value") ?? row.fail('the column "value" needs a value.'),
      })),
      ["partnership_id", "indicator_id", "period_end"],
    ),
  );
}
