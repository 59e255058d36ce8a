import type { DataSource } from "typeorm";

/** What lies behind a field in the database: changes every value of Wrenford's, and puts it back. */
export interface HiddenCells {
  change(): Promise<void>;
  restore(): Promise<void>;
}

/** Derived wholly from fields that stay readable: a denial hides the field and what follows from it, not its sources. */
export const DERIVED = new Set([
  "Action.divergent",
  "Action.highlightReportDue",
  "Action.stale",
  "AssuranceGroup.divergent",
  "AssuranceGroup.matrix",
  "AssuranceGroup.stale",
  "AssuranceGroup.unrated",
  "IndicatorVerdict.assurance",
  "IndicatorVerdict.rating",
  "IndicatorVerdict.reason",
  "IndicatorVerdict.variation",
  "PlanTotals.byDeliveryRating",
  "PlanTotals.byImpactRating",
  "PlanTotals.stale",
  "Rating.greenByRedating",
  "Rating.greenByRedatingReason",
  "Rating.stale",
  "Rating.staleReason",
]);

const nextColour = (column: string) =>
  `case ${column} when 'RED' then 'AMBER' when 'AMBER' then 'GREEN' when 'GREEN' then 'RED' else null end`;
const rating = (where: string) => ({ table: "rating", column: "value", to: nextColour("value"), where });

interface Cells {
  table: string;
  column: string;
  /** SQL for the new value. */
  to: string;
  where?: string;
}

/** Where the table is not the type's, or the value is one of few. */
const SPECIAL: Readonly<Record<string, Cells>> = {
  "Action.imports": { table: "import_row", column: "line_from", to: "coalesce(line_from, 0) + 1" },
  "Action.ratings": rating("true"),
  "ActionRatings.delivery": rating("dimension = 'DELIVERY'"),
  "ActionRatings.impact": rating("dimension = 'IMPACT'"),
  "ImportProvenance.appliedAt": { table: "import_batch", column: "applied_at", to: "applied_at + interval '1 minute'" },
  "ImportProvenance.fileName": { table: "import_batch", column: "file_name", to: "'altered ' || file_name" },
  "ImportProvenance.lineFrom": { table: "import_row", column: "line_from", to: "coalesce(line_from, 0) + 1" },
  "ImportProvenance.lineTo": { table: "import_row", column: "line_to", to: "coalesce(line_to, 0) + 1" },
  "ImportProvenance.outcome": {
    table: "import_row",
    column: "outcome",
    to: "case outcome when 'INSERTED' then 'UPDATED' else 'INSERTED' end",
  },
  "Observation.missingReason": {
    table: "observation",
    column: "missing_reason",
    to: "case missing_reason when 'NOT_DUE' then 'NOT_RETURNED' else 'NOT_DUE' end",
    where: "missing_reason is not null",
  },
  "Observation.upperValue": {
    table: "observation",
    column: "upper_value",
    to: "upper_value + 1",
    where: "upper_value is not null",
  },
  "Observation.value": { table: "observation", column: "value", to: "value + 1", where: "value is not null" },
  "ProgressUpdate.proposedDelivery": {
    table: "progress_update",
    column: "proposed_delivery",
    to: nextColour("proposed_delivery"),
  },
  "ProgressUpdate.proposedImpact": {
    table: "progress_update",
    column: "proposed_impact",
    to: nextColour("proposed_impact"),
  },
  // turned about, so that whatever is sorted by it comes in another order
  "ProgressUpdate.submittedAt": {
    table: "progress_update",
    column: "submitted_at",
    to: "timestamptz '2018-01-01' + (timestamptz '2019-02-01' - coalesce(submitted_at, '2018-06-01'))",
    where: "state <> 'DRAFT'",
  },
  "Rating.basis": {
    table: "rating",
    column: "basis",
    to: "case basis when 'REPORTED' then 'MODERATED' else 'REPORTED' end",
  },
  "Rating.label": rating("true"),
  // another standing goes with an update: all that were given by themselves are shared
  "Rating.standing": { table: "rating", column: "standing", to: "'SHARED'" },
  "Rating.value": rating("true"),
};

const TABLES: Readonly<Record<string, string>> = {
  Action: "action",
  Finding: "finding",
  Indicator: "indicator",
  Observation: "observation",
  Partnership: "partnership",
  ProgressUpdate: "progress_update",
  Rating: "rating",
};

/** How a value of each SQL type is changed. */
const ALTERED: Readonly<Record<string, (column: string) => string>> = {
  ARRAY: (column) => `array_append(${column}, 'altered')`,
  date: (column) => `coalesce(${column}, '2018-06-01') + 1`,
  integer: (column) => `coalesce(${column}, 0) + 1`,
  numeric: (column) => `coalesce(${column}, 0) + 1`,
  text: (column) => `'altered ' || coalesce(${column}, '')`,
  "timestamp with time zone": (column) => `coalesce(${column}, '2018-06-01') + interval '1 minute'`,
};

/** The column behind a field (`Type.field`), and how it is altered; null where there is none. */
export async function cellsOf(owner: DataSource, name: string): Promise<Cells | null> {
  const special = SPECIAL[name];
  if (special) return special;
  const [type = "", field = ""] = name.split(".");
  const table = TABLES[type];
  const column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const [found] = await owner.query<{ kind: string }[]>(
    "select data_type as kind from information_schema.columns where table_name = $1 and column_name = $2",
    [table, column],
  );
  const to = found && ALTERED[found.kind];
  return table && to ? { table, column, to: to(column) } : null;
}

/** The values behind a field, to be changed and put back; null where no column is behind it. */
export async function changed(owner: DataSource, name: string): Promise<HiddenCells | null> {
  if (DERIVED.has(name)) return null;
  const cells = await cellsOf(owner, name);
  if (!cells) return null;
  const { table, column, to, where = "true" } = cells;
  const backup = `trial_${table}_${column}`;
  return {
    async change() {
      const tenant = table === "partnership" ? "id" : "partnership_id";
      await owner.query(`create table ${backup} as select id, ${column} as kept from ${table}`);
      await owner.query(
        `update ${table} set ${column} = ${to} where ${where} and ${tenant} = (select id from partnership where slug = 'wrenford')`,
      );
    },
    async restore() {
      const [known] = await owner.query<{ name: string | null }[]>("select to_regclass($1) as name", [backup]);
      if (!known?.name) return;
      await owner.query(
        `update ${table} set ${column} = b.kept from ${backup} b where b.id = ${table}.id and ${table}.${column} is distinct from b.kept`,
      );
      await owner.query(`drop table ${backup}`);
    },
  };
}
