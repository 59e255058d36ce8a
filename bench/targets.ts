import { type Cell, of, ratio } from "./report";
import { aligned } from "./table";

/** One line of what must be reached: a side's throughput as a multiple of another's, at least, for W1, W2 and W3. */
interface Target {
  what: string;
  side: string;
  against: string;
  least: [number, number, number];
}

const TARGETS: Target[] = [
  { what: "computed, against PostGraphile 5 with RLS", side: "service", against: "PostGraphile", least: [2, 2, 2] },
  {
    what: "computed, against mercurius + jit without permissions",
    side: "service",
    against: "mercurius",
    least: [1.2, 0.6, 1],
  },
  {
    what: "computed, against the hand-written limit",
    side: "service",
    against: "baseline",
    least: [0.3, 0.3, 0.36],
  },
  {
    what: "unchanged, against the hand-written limit",
    side: "unchanged",
    against: "baseline",
    least: [2, 1, 1.5],
  },
  {
    what: "policy and RLS on, against both off",
    side: "service",
    against: "without policy",
    least: [0.8, 0.8, 0.8],
  },
];

/** Statements of the portal's page, with context and commit. */
const MOST_STATEMENTS = 5;
/** How many times as long as half of the answers all but one in a hundred may take. */
const LONGEST_TAIL = 3;
/** Resident memory of the service after a minute of load, in megabytes. */
const MOST_MEMORY = 300;
const MINUTE = 60;

export const verdict = (held: boolean) => (held ? "held" : "NOT HELD");

/** The ratios that were measured, each beside what it must reach; peers that were not measured have no line. */
export function ratios(cells: Cell[]): string {
  const operations = [...new Set(cells.map(({ operation }) => operation))];
  const rows = TARGETS.flatMap(({ what, side, against, least }) => {
    const found = operations.map((operation) => ratio(cells, operation, side, against));
    if (found.every((value) => value === null)) return [];
    return [
      [
        what,
        ...found.map((value, index) => {
          const floor = least[index] ?? Number.NaN;
          return value === null ? "" : `${value.toFixed(2)} (at least ${floor}) ${verdict(value >= floor)}`;
        }),
      ],
    ];
  });
  const services = cells.filter(({ side }) => side === "service");
  const tails = services.map((cell) => {
    const tail = of(cell, (round) => round.p99 / Math.max(round.p50, 1));
    return `${tail.toFixed(2)} (at most ${LONGEST_TAIL}) ${verdict(tail <= LONGEST_TAIL)}`;
  });
  const statements = services.map(({ operation, statements: sent }) =>
    operation.startsWith("W1") ? `${sent} (at most ${MOST_STATEMENTS}) ${verdict(sent <= MOST_STATEMENTS)}` : `${sent}`,
  );
  return aligned(
    ["ratio", ...operations],
    [...rows, ["p99 against p50", ...tails], ["statements a request", ...statements]],
    1,
  );
}

/** What a side's process held after so many seconds under load. */
export interface Memory {
  side: string;
  resident: number;
  seconds: number;
}

/** Resident memory, side by side, and whether the service's is within what it may be. */
export function memory(memories: Memory[]): string {
  const told = memories.map(({ side, resident }) => `${side} ${megabytes(resident)} MB`).join(", ");
  const [first] = memories;
  const ours = memories.filter(({ side }) => side === "service" || side === "unchanged");
  const held =
    (first?.seconds ?? 0) < MINUTE
      ? `too short to be held against ${MOST_MEMORY} MB`
      : `the service under ${MOST_MEMORY} MB: ${verdict(ours.every(({ resident }) => megabytes(resident) < MOST_MEMORY))}`;
  return `Resident memory after ${first?.seconds ?? 0} s of load: ${told}; ${held}.`;
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
