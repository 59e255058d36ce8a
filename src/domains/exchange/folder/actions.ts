import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { londonDay } from "../../../platform/clock";
import { ActionStatus } from "../../plan/index";
import { applyPlan, type AppliedPlan } from "../apply-plan";
import type { ActionToApply, ReadingToApply } from "../plan-changes";
import { readPlan, UnreadablePlanError, type PlanReading } from "../reader/index";
import { vocabularyOf } from "../vocabulary";
import { fingerprintOf } from "../fingerprint";
import { FolderError } from "../folder-error";
import { bytesOf } from "./csv-table";
import { idsBy, inFile, type LoadedPlan, type Loading } from "./loading";
import { actionKey } from "./indicators";
import type { FolderFinding } from "./plans";

const FORMATS = /\.(csv|xlsx|tsv|txt)$/i;

/** One plan's table of actions, read, with the findings that each action cites by their keys in the folder. */
export interface PlanTable {
  file: string;
  plan: LoadedPlan;
  sha256: string;
  reading: PlanReading;
  cited: Map<string, FolderFinding[]>;
}

/** Reads actions/<plan>.csv (or .xlsx, .tsv, .txt) through the same reader as any council's plan. */
export async function readPlanTables(
  { sql, folder, partnershipId }: Loading,
  plans: Map<string, LoadedPlan>,
  findings: Map<string, FolderFinding>,
): Promise<PlanTable[]> {
  const vocabulary = await vocabularyOf(sql, partnershipId);
  const tables: PlanTable[] = [];
  for (const name of filesIn(folder)) {
    const file = `actions/${name}`;
    const plan = plans.get(name.replace(FORMATS, ""));
    if (!plan) throw new FolderError(`${file}: plans.csv has no plan of that name.`);
    if (tables.some((one) => one.plan === plan)) throw new FolderError(`${file}: the plan already has another file.`);
    const bytes = bytesOf(folder, file) ?? Buffer.alloc(0);
    try {
      const reading = await readPlan(bytes, { fileName: name, vocabulary });
      const sha256 = fingerprintOf({ bytes });
      tables.push({ file, plan, sha256, reading, cited: citedIn(file, bytes, reading, findings) });
    } catch (error) {
      throw error instanceof UnreadablePlanError ? new FolderError(`${file}: ${error.message}`) : error;
    }
  }
  return tables;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(folder, "actions"))
      .filter((name) => FORMATS.test(name))
      .sort();
  } catch {
    return [];
  }
}

/** The keys in a CSV's column of findings, by the action's reference; what the reader itself recognised stays with it. */
function citedIn(file: string, bytes: Buffer, { format, report }: PlanReading, findings: Map<string, FolderFinding>) {
  const header = (canonical: string) => report.columns.find((one) => one.canonical === canonical)?.header;
  const [reference, keys] = [header("reference"), header("findings")];
  const cited = new Map<string, FolderFinding[]>();
  if (format !== "CSV" || reference === undefined || keys === undefined) return cited;
  const records = parse(bytes, { bom: true, columns: true, info: true, relax_column_count: true }) as unknown as {
    record: Record<string, string | undefined>;
    info: { lines: number };
  }[];
  for (const { record, info } of records) {
    const named = (record[keys] ?? "").split(";").map((key) => key.trim());
    const known = named.flatMap((key) => findings.get(key) ?? []);
    const unknown = named.find((key) => key !== "" && !findings.has(key));
    if (unknown !== undefined && known.length > 0)
      throw new FolderError(`${file}, line ${info.lines}: "${unknown}" is not in findings.csv.`);
    if (known.length > 0) cited.set((record[reference] ?? "").trim(), known);
  }
  return cited;
}

/** Applies each table; `described` are the objectives and themes that files of their own describe. */
export async function applyPlanTables(
  loading: Loading,
  tables: PlanTable[],
  described: { objectives: Set<string>; themes: Set<string> },
): Promise<{ plan: string; applied: AppliedPlan }[]> {
  const results = [];
  for (const { file, plan, sha256, reading, cited } of tables) {
    const applied = await inFile(file, () =>
      applyPlan(loading.sql, {
        partnershipId: loading.partnershipId,
        planId: plan.id,
        reading: inTheFolder(reading, plan, cited, described),
        fileName: file,
        sha256,
        appliedBy: "operator",
        asAt: plan.reportedOn ?? londonDay(loading.now),
      }),
    );
    results.push({ plan: plan.slug, applied });
  }
  return results;
}

function inTheFolder(
  reading: PlanReading,
  plan: LoadedPlan,
  cited: PlanTable["cited"],
  { objectives, themes }: { objectives: Set<string>; themes: Set<string> },
): ReadingToApply {
  return {
    ...reading,
    themes: themes.has(plan.slug) ? [] : reading.themes,
    objectives: reading.objectives.filter(({ reference }) => !objectives.has(actionKey(plan.slug, reference))),
    actions: reading.actions.map((action) => ({
      ...withOwnStatus(action),
      findings: [
        ...action.findings,
        ...(cited.get(action.reference) ?? []).map(({ source, reference }) => ({ source, reference })),
      ],
    })),
  };
}

/** A partnership's own record may say that an action is signed off or superseded; no published table is read so. */
function withOwnStatus(action: PlanReading["actions"][number]): ActionToApply {
  const own = Object.values(ActionStatus).find((status) => status === action.status.text?.trim());
  if (own === undefined || action.status.value !== null) return action;
  return {
    ...action,
    status: { ...action.status, value: own },
    doubts: action.doubts.filter((doubt) => !doubt.startsWith("the status ")),
  };
}

/** Every action of the partnership's plans, by plan and reference. */
export const actionIds = ({ sql, partnershipId }: Loading) =>
  idsBy(
    sql,
    `select p.slug || ' ' || a.reference as key, a.id from action a join plan p on p.id = a.plan_id where a.partnership_id = $1`,
    [partnershipId],
  );
