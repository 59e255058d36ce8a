import { FindingSource, ObjectiveKind, RatingDimension, RatingValue, referenceOrder } from "../../plan/index";
import { insertRows, updateRows, upsertRows } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, idsBy, inFile, type LoadedPlan, type Loading } from "./loading";

/** A finding of findings.csv, as a plan's rows cite it. */
export interface FolderFinding {
  row: FolderRow;
  source: FindingSource;
  reference: string;
}

/** Loads plans.csv; gives the plans by slug, in the order of the file. */
export async function loadPlans({ sql, folder, partnershipId }: Loading): Promise<Map<string, LoadedPlan>> {
  const file = "plans.csv";
  const rows = tableOf(folder, file, [
    "slug",
    "title",
    "kind",
    "period_start",
    "period_end",
    "reported_on",
    "published_on",
    "signed_off_on",
  ]);
  eachOnce(rows, (row) => row.required("slug"));
  return inFile(file, async () => {
    await upsertRows(
      sql,
      "plan",
      partnershipId,
      {
        slug: "text",
        title: "text",
        period_start: "date",
        period_end: "date",
        reported_on: "date",
        signed_off_on: "date",
        published_at: "timestamptz",
      },
      rows.map((row) => ({
        slug: slugOf(row),
        title: row.required("title"),
        period_start: row.day("period_start"),
        period_end: row.day("period_end"),
        reported_on: row.day("reported_on"),
        signed_off_on: row.day("signed_off_on"),
        published_at: row.startOfDay("published_on"),
      })),
      ["partnership_id", "slug"],
    );
    const ids = await idsBy(sql, "select slug as key, id from plan where partnership_id = $1", [partnershipId]);
    return new Map(
      rows.map((row) => {
        const slug = row.required("slug");
        return [slug, { id: row.found(slug, ids, file), slug, reportedOn: row.day("reported_on") }];
      }),
    );
  });
}

/** A short name for addresses. */
export function slugOf(row: FolderRow): string {
  const slug = row.required("slug");
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) || slug.length > 100)
    row.fail(`"${slug}" is no short name: use small letters, digits and hyphens.`);
  return slug;
}

const planOf = (row: FolderRow, plans: Map<string, LoadedPlan>) => row.found(row.required("plan"), plans, "plans.csv");

/** Loads rating-scheme.csv. A scheme whose words changed becomes a new version; the old one keeps its words. */
export async function loadRatingSchemes(
  { sql, folder, partnershipId }: Loading,
  plans: Map<string, LoadedPlan>,
): Promise<void> {
  const file = "rating-scheme.csv";
  const rows = tableOf(folder, file, ["plan", "dimension", "value", "label", "definition"]);
  eachOnce(rows, (row) => ["plan", "dimension", "value"].map((name) => row.required(name)).join(" "));
  await inFile(file, async () => {
    for (const plan of plans.values()) {
      const wanted = rows
        .filter((row) => planOf(row, plans).id === plan.id)
        .map((row) => ({
          dimension: row.requiredOneOf("dimension", RatingDimension),
          value: row.requiredOneOf("value", RatingValue),
          label: row.required("label"),
          definition: row.text("definition"),
        }));
      if (wanted.length === 0) continue;
      const [newest] = (await sql.query(
        `select s.version, coalesce(jsonb_agg(jsonb_build_object('dimension', e.dimension, 'value', e.value, 'label', e.label,
                'definition', e.definition)) filter (where e.id is not null), '[]'::jsonb) as entries
         from rating_scheme s left join rating_scheme_entry e on e.scheme_id = s.id
         where s.plan_id = $1 group by s.id, s.version order by s.version desc limit 1`,
        [plan.id],
      )) as { version: number; entries: typeof wanted }[];
      if (newest && sorted(newest.entries) === sorted(wanted)) continue;
      const [scheme] = (await sql.query(
        "insert into rating_scheme (partnership_id, plan_id, version) values ($1, $2, $3) returning id",
        [partnershipId, plan.id, 1 + (newest?.version ?? 0)],
      )) as { id: string }[];
      await insertRows(
        sql,
        "rating_scheme_entry",
        partnershipId,
        { plan_id: "uuid", scheme_id: "uuid", dimension: "text", value: "text", label: "text", definition: "text" },
        wanted.map((entry) => ({ plan_id: plan.id, scheme_id: scheme?.id, ...entry })),
      );
    }
  });
}

const sorted = (entries: { dimension: string; value: string; label: string; definition: string | null }[]) =>
  entries
    .map(({ dimension, value, label, definition }) => JSON.stringify([dimension, value, label, definition]))
    .sort()
    .join();

/** Loads published-totals.csv. */
export async function loadPublishedTotals(
  { sql, folder, partnershipId }: Loading,
  plans: Map<string, LoadedPlan>,
): Promise<void> {
  const file = "published-totals.csv";
  const rows = tableOf(folder, file, ["plan", "source", "dimension", "value", "count", "position"]);
  const keyOf = (parts: (string | null)[]) => JSON.stringify(parts);
  await inFile(file, async () => {
    const known = await idsBy(
      sql,
      `select jsonb_build_array(plan_id, source, dimension, value)::text as key, id from published_total where partnership_id = $1`,
      [partnershipId],
    );
    const byKey = new Map([...known].map(([key, id]) => [keyOf(JSON.parse(key) as (string | null)[]), id]));
    const wanted = rows.map((row, index) => {
      const [plan, source] = [planOf(row, plans).id, row.required("source")];
      const dimension = row.requiredOneOf("dimension", RatingDimension);
      const value = row.oneOf("value", RatingValue);
      return {
        id: byKey.get(keyOf([plan, source, dimension, value])),
        plan_id: plan,
        source,
        dimension,
        value,
        count: row.whole("count") ?? row.fail('the column "count" needs a value.'),
        position: row.whole("position") ?? index + 1,
      };
    });
    const figures = { count: "int", position: "int" };
    await updateRows(
      sql,
      "published_total",
      { id: "uuid", ...figures },
      wanted.filter(({ id }) => id !== undefined),
    );
    await insertRows(
      sql,
      "published_total",
      partnershipId,
      { plan_id: "uuid", source: "text", dimension: "text", value: "text", ...figures },
      wanted.filter(({ id }) => id === undefined),
    );
  });
}

/** Loads themes.csv. */
export async function loadThemes(
  { sql, folder, partnershipId }: Loading,
  plans: Map<string, LoadedPlan>,
): Promise<void> {
  const file = "themes.csv";
  const rows = tableOf(folder, file, ["plan", "position", "title"]);
  eachOnce(rows, (row) => `${row.required("plan")} ${row.required("position")}`);
  await inFile(file, () =>
    upsertRows(
      sql,
      "theme",
      partnershipId,
      { plan_id: "uuid", position: "int", title: "text" },
      rows.map((row) => ({
        plan_id: planOf(row, plans).id,
        position: row.whole("position"),
        title: row.required("title"),
      })),
      ["plan_id", "position"],
    ),
  );
}

/** findings.csv, checked, by key. */
export function readFindings(folder: string): Map<string, FolderFinding> {
  const rows = tableOf(folder, "findings.csv", ["key", "source", "kind", "reference", "title", "published_on"]);
  eachOnce(rows, (row) => row.required("key"));
  return new Map(
    rows.map((row) => [
      row.required("key"),
      { row, source: row.requiredOneOf("source", FindingSource), reference: row.required("reference") },
    ]),
  );
}

/** Adds to each plan the findings that its rows cite. */
export async function loadFindings(
  { sql, partnershipId }: Loading,
  cited: { plan: LoadedPlan; finding: FolderFinding }[],
): Promise<void> {
  const once = new Map(cited.map((one) => [`${one.plan.id} ${one.finding.source} ${one.finding.reference}`, one]));
  await inFile("findings.csv", () =>
    upsertRows(
      sql,
      "finding",
      partnershipId,
      { plan_id: "uuid", source: "text", reference: "text", title: "text", published_on: "date" },
      [...once.values()].map(({ plan, finding: { row, source, reference } }) => ({
        plan_id: plan.id,
        source,
        reference,
        title: row.text("title"),
        published_on: row.day("published_on"),
      })),
      ["plan_id", "source", "reference"],
    ),
  );
}

/** objectives.csv, checked, with the findings that each row cites. */
export function readObjectives(folder: string, plans: Map<string, LoadedPlan>, findings: Map<string, FolderFinding>) {
  const rows = tableOf(folder, "objectives.csv", ["plan", "theme_position", "reference", "kind", "title", "findings"]);
  eachOnce(rows, (row) => `${row.required("plan")} ${row.required("reference")}`);
  return rows.map((row) => ({
    row,
    plan: planOf(row, plans),
    reference: row.required("reference"),
    findings: row.list("findings").map((key) => row.found(key, findings, "findings.csv")),
  }));
}

/** Loads the objectives and what they cite; the findings must be there. */
export async function loadObjectives(
  { sql, partnershipId }: Loading,
  objectives: ReturnType<typeof readObjectives>,
): Promise<void> {
  await inFile("objectives.csv", async () => {
    const themes = await idsBy(
      sql,
      "select plan_id || ' ' || position as key, id from theme where partnership_id = $1",
      [partnershipId],
    );
    await upsertRows(
      sql,
      "objective",
      partnershipId,
      { plan_id: "uuid", theme_id: "uuid", reference: "text", reference_order: "text", title: "text", kind: "text" },
      objectives.map(({ row, plan, reference }) => {
        const position = row.whole("theme_position");
        return {
          plan_id: plan.id,
          theme_id: position === null ? null : row.found(`${plan.id} ${position}`, themes, "themes.csv"),
          reference,
          reference_order: referenceOrder(reference),
          title: row.required("title"),
          kind: row.oneOf("kind", ObjectiveKind) ?? ObjectiveKind.OBJECTIVE,
        };
      }),
      ["plan_id", "reference"],
    );
    const ids = await idsBy(
      sql,
      "select plan_id || ' ' || reference as key, id from objective where partnership_id = $1",
      [partnershipId],
    );
    const findings = await idsBy(
      sql,
      "select plan_id || ' ' || source || ' ' || reference as key, id from finding where partnership_id = $1",
      [partnershipId],
    );
    const links = objectives.flatMap(({ row, plan, reference, findings: cited }) =>
      cited.map((finding) => ({
        plan_id: plan.id,
        objective_id: row.found(`${plan.id} ${reference}`, ids, "objectives.csv"),
        finding_id: row.found(`${plan.id} ${finding.source} ${finding.reference}`, findings, "findings.csv"),
      })),
    );
    await upsertRows(
      sql,
      "objective_finding",
      partnershipId,
      { plan_id: "uuid", objective_id: "uuid", finding_id: "uuid" },
      links,
      ["objective_id", "finding_id"],
    );
  });
}
