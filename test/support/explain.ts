import { escapeLiteral } from "pg";
import type { DataSource } from "typeorm";
import type { Subject } from "../../src/platform/database/request-database";
import type { Statement } from "./service";

/** A node of EXPLAIN (ANALYZE, FORMAT JSON). */
interface PlanNode {
  "Node Type": string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  "Relation Name"?: string;
  "Parent Relationship"?: string;
  Plans?: PlanNode[];
}

/** What one statement read from tables, and what it gave: the rows it returned, in JSON too, or those that it counted. */
export interface Reading {
  text: string;
  read: number;
  gave: number;
  /** Rows read of each table, with how they were reached. */
  tables: string[];
}

const TABLE_SCANS = ["Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan", "Sample Scan"];

/** Runs the statements again under EXPLAIN, as the same actor in the same role and with the same kind of plan, and tells what each read. */
export async function readings(app: DataSource, subject: Subject, now: Date, all: Statement[]): Promise<Reading[]> {
  const runner = app.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("select app.enter($1, $2, $3)", [subject.issuer, subject.subject, now.toISOString()]);
    const found: Reading[] = [];
    for (const { text, values } of all.filter((statement) => /^\s*(select|with)(?! app\.enter)/.test(statement.text))) {
      // prepared and then executed, as the service sends it: planned without a look at the values
      await runner.query(`prepare explained as ${text}`);
      const given = values.length > 0 ? `(${values.map(literal).join(", ")})` : "";
      const answer = (await runner.query(`execute explained${given}`)) as Record<string, unknown>[];
      const [row] = (await runner.query(`explain (analyze, format json) execute explained${given}`)) as {
        "QUERY PLAN": { Plan: PlanNode }[];
      }[];
      await runner.query("deallocate explained");
      const plan = row?.["QUERY PLAN"][0]?.Plan;
      if (plan) found.push({ ...readingOf(text, plan), ...(inLevels(answer) && { gave: rowsGiven(answer) }) });
    }
    return found;
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

/** A value as text in a statement; a list as PostgreSQL writes one. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(",")}}`);
  return escapeLiteral(typeof value === "string" ? value : JSON.stringify(value));
}

/** Whether a statement answers with the columns of its levels. */
const inLevels = (answer: Record<string, unknown>[]) => answer.some(({ l0 }) => l0 !== undefined);

/** Rows in such an answer, those in JSON within them too, and those that a whole number in it, taken for a total, counted. */
const rowsGiven = (answer: Record<string, unknown>[]): number =>
  answer
    .flatMap((levels) => Object.values(levels) as unknown[][][])
    .reduce((sum, [rows, ...columns]) => {
      const within = columns.flat(2);
      const totals = rows?.length === 1 ? within.filter((value) => typeof value === "number") : [];
      return sum + (rows?.length ?? 0) + objectsIn(within) + totals.reduce((all, one) => all + one, 0);
    }, 0);

const objectsIn = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + objectsIn(item), 0);
  return value !== null && typeof value === "object" ? 1 + objectsIn(Object.values(value)) : 0;
};

function readingOf(text: string, plan: PlanNode): Reading {
  const tables = scansOf(plan).map((node) => ({ node, read: rowsRead(node) }));
  const counted = plan["Node Type"] === "Aggregate" ? plan.Plans?.find(isInput) : undefined;
  const top = counted ?? plan;
  return {
    text: text.replace(/\s+/g, " ").trim(),
    read: tables.reduce((sum, { read }) => sum + read, 0),
    gave: top["Actual Rows"] * top["Actual Loops"],
    tables: tables.map(({ node, read }) => `${node["Relation Name"] ?? "?"} ${read} by ${node["Node Type"]}`),
  };
}

const isInput = (node: PlanNode) => node["Parent Relationship"] === "Outer";

const scansOf = (node: PlanNode): PlanNode[] => [
  ...(TABLE_SCANS.includes(node["Node Type"]) ? [node] : []),
  ...(node.Plans ?? []).flatMap(scansOf),
];

const rowsRead = (node: PlanNode): number =>
  Math.round(
    (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0)) *
      node["Actual Loops"],
  );
