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

/** What one statement read from tables, and what it gave: the rows it returned, or those that it counted. */
export interface Reading {
  text: string;
  read: number;
  gave: number;
  /** Rows read of each table, with how they were reached. */
  tables: string[];
}

const TABLE_SCANS = ["Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan", "Sample Scan"];

/** Runs the statements again under EXPLAIN, as the same actor in the same role, and tells what each read. */
export async function readings(app: DataSource, subject: Subject, now: Date, all: Statement[]): Promise<Reading[]> {
  const runner = app.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("select app.enter($1, $2, $3)", [subject.issuer, subject.subject, now.toISOString()]);
    const found: Reading[] = [];
    for (const { text, values } of all.filter((statement) => /^\s*select(?! app\.enter)/.test(statement.text))) {
      const [row] = (await runner.query(`explain (analyze, format json) ${text}`, [...values])) as {
        "QUERY PLAN": { Plan: PlanNode }[];
      }[];
      const plan = row?.["QUERY PLAN"][0]?.Plan;
      if (plan) found.push(readingOf(text, plan));
    }
    return found;
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

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
