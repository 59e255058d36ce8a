import {
  MissingReason,
  ObservationMeasure,
  ObservationStatus,
  Polarity,
  TargetComparator,
  Unit,
} from "../../indicators/index";
import { toJson, upsertRows } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, idsBy, inFile, type Loading } from "./loading";

/** Loads indicators.csv, targets.csv, observations.csv and action-indicators.csv. */
export async function loadIndicators(
  loading: Loading,
  agencies: Map<string, string>,
  actions: Map<string, string>,
): Promise<void> {
  const observations = readObservations(loading.folder);
  const indicators = await loadDefinitions(loading, agencies, observations);
  await loadTargets(loading, indicators);
  await loadObservations(loading, indicators, observations);
  await linkActions(loading, indicators, actions);
}

async function loadDefinitions(
  { sql, folder, partnershipId }: Loading,
  agencies: Map<string, string>,
  observations: Observation[],
): Promise<Map<string, string>> {
  const file = "indicators.csv";
  const rows = tableOf(folder, file, [
    "code",
    "title",
    "definition",
    "unit",
    "polarity",
    "owner",
    "cadence",
    "position",
  ]);
  eachOnce(rows, (row) => row.required("code"));
  return inFile(file, async () => {
    await upsertRows(
      sql,
      "indicator",
      partnershipId,
      {
        code: "text",
        title: "text",
        definition: "text",
        unit: "text",
        polarity: "text",
        headline_measure: "text",
        cadence: "text",
        owner_agency_id: "uuid",
        position: "int",
      },
      rows.map((row, index) => ({
        code: row.required("code"),
        title: row.required("title"),
        definition: row.text("definition"),
        unit: row.requiredOneOf("unit", Unit),
        polarity: row.requiredOneOf("polarity", Polarity),
        headline_measure: headlineOf(observations.filter(({ indicator }) => indicator === row.required("code"))),
        cadence: row.text("cadence"),
        owner_agency_id: row.lookup("owner", agencies, "agencies.csv"),
        position: row.whole("position") ?? index + 1,
      })),
      ["partnership_id", "code"],
    );
    return idsBy(sql, "select code as key, id from indicator where partnership_id = $1", [partnershipId]);
  });
}

/** The year so far where it is given, else the measure of the newest observation. */
function headlineOf(observations: Observation[]): ObservationMeasure {
  if (observations.some(({ measure }) => measure === ObservationMeasure.YEAR_TO_DATE))
    return ObservationMeasure.YEAR_TO_DATE;
  const newest = observations.reduce<Observation | null>(
    (best, one) => (best === null || one.asAt > best.asAt ? one : best),
    null,
  );
  return newest?.measure ?? ObservationMeasure.PERIOD;
}

interface Observation {
  row: FolderRow;
  indicator: string;
  measure: ObservationMeasure;
  asAt: string;
}

function readObservations(folder: string): Observation[] {
  const rows = tableOf(folder, "observations.csv", [
    "indicator",
    "measure",
    "period_start",
    "period_end",
    "as_at",
    "value",
    "qualifier",
    "numerator",
    "denominator",
    "status",
    "missing_reason",
    "source",
    "published_on",
  ]);
  return rows.map((row) => ({
    row,
    indicator: row.required("indicator"),
    measure: row.requiredOneOf("measure", ObservationMeasure),
    asAt: row.day("as_at") ?? row.day("period_end") ?? row.fail('it needs "as_at" or "period_end".'),
  }));
}

async function loadObservations(
  { sql, partnershipId }: Loading,
  indicators: Map<string, string>,
  observations: Observation[],
): Promise<void> {
  const file = "observations.csv";
  eachOnce(
    observations.map(({ row }) => row),
    (row) => ["indicator", "measure", "as_at", "period_end", "source"].map((name) => row.text(name) ?? "").join(" "),
  );
  await inFile(file, () =>
    upsertRows(
      sql,
      "observation",
      partnershipId,
      {
        indicator_id: "uuid",
        measure: "text",
        period_start: "date",
        period_end: "date",
        as_at: "date",
        value: "numeric",
        qualifier: "text",
        numerator: "int",
        denominator: "int",
        status: "text",
        missing_reason: "text",
        source: "text",
        published_at: "timestamptz",
      },
      observations.map(({ row, indicator, measure, asAt }) => {
        const value = row.number("value");
        const missingReason = row.oneOf("missing_reason", MissingReason);
        if ((value === null) !== (missingReason !== null))
          row.fail('it needs either a "value" or a "missing_reason", and not both.');
        return {
          indicator_id: row.found(indicator, indicators, "indicators.csv"),
          measure,
          period_start: row.day("period_start"),
          period_end: row.day("period_end"),
          as_at: asAt,
          value,
          qualifier: row.text("qualifier"),
          numerator: row.whole("numerator"),
          denominator: row.whole("denominator"),
          status: row.oneOf("status", ObservationStatus) ?? ObservationStatus.PROVISIONAL,
          missing_reason: missingReason,
          source: row.required("source"),
          published_at: row.startOfDay("published_on"),
        };
      }),
      ["indicator_id", "measure", "as_at", "source"],
    ),
  );
}

async function loadTargets({ sql, folder, partnershipId }: Loading, indicators: Map<string, string>): Promise<void> {
  const file = "targets.csv";
  const rows = tableOf(folder, file, [
    "indicator",
    "text",
    "comparator",
    "value",
    "upper_value",
    "period_start",
    "period_end",
  ]);
  const wanted = rows.map((row) => {
    const comparator = row.requiredOneOf("comparator", TargetComparator);
    const [value, upper] = [row.number("value"), row.number("upper_value")];
    if ((value === null) !== (comparator === TargetComparator.NOT_SET))
      row.fail('a target has a "value", unless its comparator is NOT_SET.');
    if ((upper !== null) !== (comparator === TargetComparator.BETWEEN))
      row.fail('BETWEEN has an "upper_value", and no other comparator has.');
    return {
      indicator_id: row.found(row.required("indicator"), indicators, "indicators.csv"),
      text: row.required("text"),
      comparator,
      value,
      upper_value: upper,
      period_start: row.day("period_start"),
      period_end: row.day("period_end"),
    };
  });
  await inFile(file, () =>
    sql.query(
      `insert into indicator_target (partnership_id, indicator_id, text, comparator, value, upper_value, period_start, period_end)
       select $1, indicator_id, text, comparator, value, upper_value, period_start, period_end
       from jsonb_to_recordset($2::jsonb) as r(indicator_id uuid, text text, comparator text, value numeric, upper_value numeric,
         period_start date, period_end date)
       where not exists (
         select 1 from indicator_target t where t.indicator_id = r.indicator_id and t.text = r.text
           and (t.comparator, t.value, t.upper_value, t.period_start, t.period_end)
               is not distinct from (r.comparator, r.value, r.upper_value, r.period_start, r.period_end))`,
      [partnershipId, toJson(wanted)],
    ),
  );
}

async function linkActions(
  { sql, folder, partnershipId }: Loading,
  indicators: Map<string, string>,
  actions: Map<string, string>,
): Promise<void> {
  const file = "action-indicators.csv";
  const rows = tableOf(folder, file, ["plan", "reference", "indicator"]);
  await inFile(file, () =>
    upsertRows(
      sql,
      "action_indicator",
      partnershipId,
      { action_id: "uuid", indicator_id: "uuid" },
      rows.map((row) => ({
        action_id: actionOf(row, actions),
        indicator_id: row.found(row.required("indicator"), indicators, "indicators.csv"),
      })),
      ["action_id", "indicator_id"],
    ),
  );
}

/** Key of an action in a folder: its plan's slug and its reference. */
export const actionKey = (plan: string, reference: string) => `${plan} ${reference}`;

export const actionOf = (row: FolderRow, actions: Map<string, string>) =>
  actions.get(actionKey(row.required("plan"), row.required("reference"))) ??
  row.fail(`the plan "${row.required("plan")}" has no action ${row.required("reference")}.`);
