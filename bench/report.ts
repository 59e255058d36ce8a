import type { Measured } from "./load";

/** What all rounds found for one operation on one side. */
export interface Cell {
  operation: string;
  side: string;
  rounds: (Measured & { cpuPerRequest: number })[];
  statements: number;
  roundTrips: number;
  /** Mean length of an answer's body, in bytes. */
  bodyBytes: number;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return (low + high) / 2;
}

/** Most of `MyAgencyActions` throughput that field policy and row-level security may cost together. */
const MOST_COST = 0.25;

/**
 * What the guards cost of the throughput of an operation: the service against itself without them, round by round, so that
 * a machine that slows down for both halves of a round slows no ratio; and the same of the processor time of Node.
 */
export function policyCost(cells: Cell[], operation: string): { throughput: number; cpu: number; line: string } {
  const rounds = (side: string) =>
    cells.find((cell) => cell.operation === operation && cell.side === side)?.rounds ?? [];
  const off = rounds("without policy");
  const pairs = rounds("service").flatMap((on, index) => {
    const other = off[index];
    return other ? [{ on, off: other }] : [];
  });
  const costs = pairs.map((pair) => 1 - pair.on.requestsPerSecond / pair.off.requestsPerSecond);
  const throughput = median(costs);
  const cpu = median(pairs.map((pair) => pair.on.cpuPerRequest / pair.off.cpuPerRequest)) - 1;
  const share = (cost: number) => `${(cost * 100).toFixed(1)}%`;
  const each = costs.map(share).join(", ");
  return {
    throughput,
    cpu,
    line: `${operation}: policy and row-level security cost ${share(throughput)} of throughput (by round ${each}), and ${share(cpu)} more processor time of Node.`,
  };
}

/** What the guards cost of each operation, and whether that of `MyAgencyActions` is within what it must be. */
export function policyCosts(cells: Cell[]): string {
  const operations = [...new Set(cells.map(({ operation }) => operation))];
  const { throughput } = policyCost(cells, "MyAgencyActions");
  return [
    ...operations.map((operation) => policyCost(cells, operation).line),
    `MyAgencyActions, at most ${MOST_COST * 100}% of throughput: ${throughput <= MOST_COST ? "held" : "NOT HELD"}.`,
  ].join("\n");
}

const HEADINGS = [
  "operation",
  "side",
  "requests/s",
  "of the baseline",
  "p50 ms",
  "p97.5 ms",
  "Node CPU ms",
  "statements",
  "round trips",
  "kB",
];

/** The table as Markdown, aligned for a terminal: medians of the rounds, and each side's share of the baseline's. */
export function table(cells: Cell[]): string {
  const of = (cell: Cell, name: keyof Cell["rounds"][number]) => median(cell.rounds.map((round) => round[name]));
  const rows = cells.map((cell) => {
    const baseline = cells.find(({ operation, side }) => operation === cell.operation && side === "baseline") ?? cell;
    return [
      cell.operation,
      cell.side,
      of(cell, "requestsPerSecond").toFixed(0),
      (of(cell, "requestsPerSecond") / of(baseline, "requestsPerSecond")).toFixed(2),
      of(cell, "p50").toFixed(0),
      of(cell, "p97").toFixed(0),
      of(cell, "cpuPerRequest").toFixed(2),
      String(cell.statements),
      String(cell.roundTrips),
      (cell.bodyBytes / 1000).toFixed(1),
    ];
  });
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    `| ${row.map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(HEADINGS), rule, ...rows.map(line)].join("\n");
}
