import { differences } from "./compare";
import { ask, BadAnswerError, load, type Request } from "./load";
import type { Options } from "./options";
import type { Cell } from "./report";
import type { Memory } from "./targets";
import type { Side } from "./side";
import type { Workload } from "./workloads";

/** The sides do not say the same, so their speeds cannot be compared. */
export class DifferentAnswersError extends Error {
  override name = "DifferentAnswersError";
}

/** Longest warm-up of one operation on one side, in seconds; a run of a second a cell, which proves no speed, has none. */
const WARM_UP = 3;
/** Share of the expected bytes below which a run must have held other answers than those compared. */
const BYTES_TOLERANCE = 0.95;
const SHOWN = 10;

/** A side's answers are held against this one's. */
const REFERENCE = "service";

/** Sides over one database, whose answers are held against each other. */
export interface Group {
  sides: Side[];
  workloads: Workload[];
  /** Said behind each operation, where there is more than one group. */
  of?: string;
}

/** One workload on one side: what is asked, and what is found. */
interface Measuring extends Cell {
  workload: Workload;
  on: Side;
  requests: Request[];
}

/**
 * Compares the answers, counts the statements, then loads the sides in turn, round by round, and compares again.
 *
 * @throws {DifferentAnswersError} or {BadAnswerError}, after which no figure is worth printing.
 */
export async function measure(
  groups: Group[],
  options: Options,
  say: (text: string) => void,
): Promise<{ cells: Cell[]; memories: Memory[] }> {
  const compared: Measuring[][] = [];
  for (const group of groups) {
    for (const workload of group.workloads) {
      const cells: Measuring[] = [];
      for (const side of group.sides) cells.push(await asking(side, workload, group.of));
      await compare(cells);
      say(`${workload.operation}: ${workload.callers.length} answers of each side compared, all equal`);
      for (const cell of cells) Object.assign(cell, await counted(cell));
      compared.push(cells);
    }
  }
  const cells = compared.flat();

  const { connections, seconds, rounds } = options;
  for (const { operation, side, on, requests } of seconds > 1 ? cells : []) {
    say(`warming up: ${operation}, ${side}`);
    await load(on.address, requests, { connections, seconds: Math.min(WARM_UP, seconds) });
    await drain(on, requests);
  }
  for (let round = 1; round <= rounds; round += 1) {
    // what comes first in a round comes last in the next: neither has the quieter half of it
    for (const cell of round % 2 === 1 ? cells : [...cells].reverse()) {
      const { operation, side, on, requests, bodyBytes } = cell;
      say(`round ${round} of ${rounds}: ${operation}, ${side}`);
      const before = await on.usage();
      const measured = await load(on.address, requests, { connections, seconds });
      await drain(on, requests);
      const cpuPerRequest = ((await on.usage()).cpu - before.cpu) / measured.sent;
      if (measured.bytes < measured.answers * bodyBytes * BYTES_TOLERANCE)
        throw new BadAnswerError(`${operation}, ${side}: the answers under load are shorter than those compared.`);
      cell.rounds.push({ ...measured, cpuPerRequest });
      say(`  ${measured.requestsPerSecond.toFixed(0)} requests/s, ${cpuPerRequest.toFixed(2)} ms of Node each`);
    }
  }

  const memories: Memory[] = [];
  for (const on of new Set(cells.map((cell) => cell.on)))
    memories.push({
      side: on.name,
      resident: (await on.usage()).memory,
      seconds: seconds * rounds * cells.filter((cell) => cell.on === on).length,
    });
  for (const together of compared) await compare(together);
  say("answers compared again, all equal");
  return { cells, memories };
}

/** A cell with nothing found yet. */
async function asking(on: Side, workload: Workload, of?: string): Promise<Measuring> {
  return {
    operation: [`${workload.key} ${workload.operation}`, ...(of ? [of] : [])].join(", "),
    side: on.name,
    workload,
    on,
    requests: await on.questions(workload),
    rounds: [],
    statements: 0,
    roundTrips: 0,
    bodyBytes: 0,
  };
}

/** What one request of the cell sends to PostgreSQL. */
async function counted({ on, requests: [first] }: Measuring): Promise<{ statements: number; roundTrips: number }> {
  if (!first) throw new Error("A workload asks for nothing.");
  return on.counted(() => ask(on.address, first));
}

/**
 * Waits until nothing is under way that was asked for when time was up: work goes through the pool of connections in
 * turn, so once as many questions as it holds are answered, those before them are too.
 */
async function drain(on: Side, requests: Request[]): Promise<void> {
  const [first] = requests;
  if (first) await Promise.all(Array.from({ length: 10 }, () => ask(on.address, first)));
}

/** Asks every side every question of one workload, holds the answers against the reference's, and notes their length. */
async function compare(cells: Measuring[]): Promise<void> {
  const answers = new Map<string, unknown[]>();
  for (const cell of cells) {
    const bodies: string[] = [];
    for (const request of cell.requests) bodies.push(await ask(cell.on.address, request));
    cell.bodyBytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0) / bodies.length;
    answers.set(
      cell.side,
      bodies.map((body) => cell.on.inOurWords(cell.workload, JSON.parse(body))),
    );
  }
  for (const { operation, side } of cells) {
    for (const [index, ours] of (answers.get(REFERENCE) ?? []).entries()) {
      const found = differences(ours, answers.get(side)?.[index]);
      if (found.length === 0) continue;
      const more = found.length > SHOWN ? [`… and ${found.length - SHOWN} more`] : [];
      throw new DifferentAnswersError(
        `${operation}: the service's answer is not that of the ${side} side:\n  ${[...found.slice(0, SHOWN), ...more].join("\n  ")}`,
      );
    }
  }
}
