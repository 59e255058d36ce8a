import type { Measured } from "./load";
import { aligned } from "./table";

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

/** The median over the rounds of one figure. */
export const of = ({ rounds }: Cell, figure: (round: Cell["rounds"][number]) => number): number =>
  median(rounds.map(figure));

const HEADINGS = [
  "operation",
  "side",
  "requests/s",
  "of the baseline",
  "p50 ms",
  "p99 ms",
  "p99/p50",
  "Node CPU ms",
  "statements",
  "round trips",
  "kB",
];

/** The figures as Markdown, aligned for a terminal: medians of the rounds, and each side's share of the baseline's. */
export function table(cells: Cell[]): string {
  const rows = cells.map((cell) => {
    const { operation, side, statements, roundTrips, bodyBytes } = cell;
    const share = ratio(cells, operation, side, "baseline");
    return [
      operation,
      side,
      of(cell, (round) => round.requestsPerSecond).toFixed(0),
      share === null ? "" : share.toFixed(2),
      of(cell, (round) => round.p50).toFixed(0),
      of(cell, (round) => round.p99).toFixed(0),
      of(cell, tail).toFixed(1),
      of(cell, (round) => round.cpuPerRequest).toFixed(2),
      String(statements),
      String(roundTrips),
      (bodyBytes / 1000).toFixed(1),
    ];
  });
  return aligned(HEADINGS, rows);
}

const tail = ({ p50, p99 }: { p50: number; p99: number }): number => p99 / Math.max(p50, 1);

/**
 * Requests per second on one side as a multiple of those on another, round by round, and the median of that: a machine that
 * slows down for all of a round slows no ratio. Null where a side was not measured.
 */
export function ratio(cells: Cell[], operation: string, side: string, against: string): number | null {
  const rounds = (name: string) => cells.find((cell) => cell.operation === operation && cell.side === name)?.rounds;
  const [upper, lower] = [rounds(side), rounds(against)];
  if (!upper || !lower) return null;
  return median(
    upper.map(({ requestsPerSecond }, index) => requestsPerSecond / (lower[index]?.requestsPerSecond ?? Number.NaN)),
  );
}
