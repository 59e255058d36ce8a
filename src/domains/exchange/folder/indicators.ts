import { Polarity, TargetComparator, Unit, WITHOUT_NUMBER } from "../../indicators/index";
import { toJson, upsertRows } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, idsBy, inFile, type Loading } from "./loading";
import {
  headlineOf,
  loadComparators,
  loadObservations,
  loadTrajectory,
  type Observation,
  readObservations,
} from "./observations";

/** Loads indicators.csv, targets.csv, comparators.csv, observations.csv, trajectory.csv and action-indicators.csv. */
export async function loadIndicators(
  loading: Loading,
  agencies: Map<string, string>,
  actions: Map<string, string>,
): Promise<void> {
  const observations = readObservations(loading.folder);
  const indicators = await loadDefinitions(loading, agencies, observations);
  await loadTargets(loading, indicators);
  await loadObservations(loading, indicators, await loadComparators(loading, indicators), observations);
  await loadTrajectory(loading, indicators);
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
        headline_measure: headlineOf(
          observations.filter(({ indicator, comparator }) => indicator === row.required("code") && comparator === null),
        ),
        cadence: row.text("cadence"),
        owner_agency_id: row.lookup("owner", agencies, "agencies.csv"),
        position: row.whole("position") ?? index + 1,
      })),
      ["partnership_id", "code"],
    );
    return idsBy(sql, "select code as key, id from indicator where partnership_id = $1", [partnershipId]);
  });
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
    if ((value === null) !== WITHOUT_NUMBER.includes(comparator))
      row.fail(`a target has a "value", unless its comparator is ${WITHOUT_NUMBER.join(", ")}.`);
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
