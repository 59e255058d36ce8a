import { differences } from "./compare";
import { ask, BadAnswerError, load, type Request } from "./load";
import type { Options } from "./options";
import type { Cell } from "./report";
import type { Side } from "./side";
import { type SideName, SIDES, type Workload } from "./workloads";

/** The sides do not say the same, so their speeds cannot be compared. */
export class DifferentAnswersError extends Error {
  override name = "DifferentAnswersError";
}

/** Longest warm-up of one operation on one side, in seconds; a run of a second a cell, which proves no speed, has none. */
const WARM_UP = 3;
/** Share of the expected bytes below which a run must have held other answers than those compared. */
const BYTES_TOLERANCE = 0.95;
const SHOWN = 10;

type MeasuredCell = Cell & { on: Side; requests: Request[] };
export type Sides = Record<SideName, Side>;

/**
 * Compares the answers, counts the statements, then loads the sides in turn, round by round, and compares again.
 *
 * @throws {DifferentAnswersError} or {BadAnswerError}, after which no figure is worth printing.
 */
export async function measure(
  sides: Sides,
  workloads: Workload[],
  options: Options,
  say: (text: string) => void,
): Promise<Cell[]> {
  const cells: MeasuredCell[] = [];
  for (const workload of workloads) {
    const lengths = await compare(sides, workload);
    say(`${workload.name}: ${workload.requests.service.length} answers of each side compared, all equal`);
    for (const side of SIDES) {
      const on = sides[side];
      const requests = workload.requests[side];
      const [first] = requests;
      if (!first) throw new Error(`${workload.name} asks for nothing.`);
      const { statements, roundTrips } = await on.counted(() => ask(on.address, first));
      const bodyBytes = lengths[side].reduce((sum, length) => sum + length, 0) / requests.length;
      cells.push({
        operation: workload.name,
        side,
        rounds: [],
        statements,
        roundTrips,
        bodyBytes,
        on,
        requests,
      });
    }
  }

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
      const before = await on.cpu();
      const measured = await load(on.address, requests, { connections, seconds });
      await drain(on, requests);
      const cpuPerRequest = ((await on.cpu()) - before) / measured.sent;
      if (measured.bytes < measured.answers * bodyBytes * BYTES_TOLERANCE)
        throw new BadAnswerError(`${operation}, ${side}: the answers under load are shorter than those compared.`);
      cell.rounds.push({ ...measured, cpuPerRequest });
      say(`  ${measured.requestsPerSecond.toFixed(0)} requests/s, ${cpuPerRequest.toFixed(2)} ms of Node each`);
    }
  }

  for (const workload of workloads) await compare(sides, workload);
  say("answers compared again, all equal");
  return cells;
}

/**
 * Waits until nothing is under way that was asked for when time was up: work goes through the pool of connections in
 * turn, so once as many questions as it holds are answered, those before them are too.
 */
async function drain(on: Side, requests: Request[]): Promise<void> {
  const [first] = requests;
  if (first) await Promise.all(Array.from({ length: 10 }, () => ask(on.address, first)));
}

/** Asks every side every question of a workload and holds the answers against the service's; gives the bodies' lengths. */
async function compare(sides: Sides, { name, requests }: Workload): Promise<Record<SideName, number[]>> {
  const bodies = { baseline: [] as string[], service: [] as string[], "without policy": [] as string[] };
  for (const side of SIDES)
    for (const request of requests[side]) bodies[side].push(await ask(sides[side].address, request));
  for (const other of SIDES.filter((side) => side !== "service")) {
    for (const [index, ours] of bodies.service.entries()) {
      const theirs = bodies[other][index];
      if (theirs === undefined) throw new Error(`${name} asks the ${other} side less than the service.`);
      const found = differences(JSON.parse(ours), JSON.parse(theirs));
      if (found.length === 0) continue;
      const more = found.length > SHOWN ? [`… and ${found.length - SHOWN} more`] : [];
      throw new DifferentAnswersError(
        `${name}: the service's answer is not that of the ${other} side:\n  ${[...found.slice(0, SHOWN), ...more].join("\n  ")}`,
      );
    }
  }
  const lengths = (side: SideName) => bodies[side].map((body) => Buffer.byteLength(body));
  return {
    baseline: lengths("baseline"),
    service: lengths("service"),
    "without policy": lengths("without policy"),
  };
}
