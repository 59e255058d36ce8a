import { differences } from "./compare";
import { ask, BadAnswerError, load } from "./load";
import type { Options } from "./options";
import type { Cell } from "./report";
import type { Side } from "./side";
import type { Workload } from "./workloads";

/** The two sides do not say the same, so their speeds cannot be compared. */
export class DifferentAnswersError extends Error {
  override name = "DifferentAnswersError";
}

/** Longest warm-up of one operation on one side, in seconds; a run of a second a cell, which proves no speed, has none. */
const WARM_UP = 3;
/** Share of the expected bytes below which a run must have held other answers than those compared. */
const BYTES_TOLERANCE = 0.95;
const SHOWN = 10;

type MeasuredCell = Cell & { on: Side; requests: Workload["service"] };

/**
 * Compares the answers, counts the statements, then loads both sides in turn, round by round, and compares again.
 *
 * @throws {DifferentAnswersError} or {BadAnswerError}, after which no figure is worth printing.
 */
export async function measure(
  service: Side,
  baseline: Side,
  workloads: Workload[],
  options: Options,
  say: (text: string) => void,
): Promise<Cell[]> {
  const cells: MeasuredCell[] = [];
  for (const workload of workloads) {
    const bodies = await compare(service, baseline, workload);
    say(`${workload.name}: ${workload.service.length} answers of each side compared, all equal`);
    for (const [on, requests, lengths] of [
      [baseline, workload.baseline, bodies.baseline],
      [service, workload.service, bodies.service],
    ] as const) {
      const [first] = requests;
      if (!first) throw new Error(`${workload.name} asks for nothing.`);
      const { statements, roundTrips } = await on.counted(() => ask(on.address, first));
      const bodyBytes = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
      cells.push({
        operation: workload.name,
        side: on.name,
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
    for (const cell of cells) {
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

  for (const workload of workloads) await compare(service, baseline, workload);
  say("answers compared again, all equal");
  return cells;
}

/**
 * Waits until nothing is under way that was asked for when time was up: work goes through the pool of connections in
 * turn, so once as many questions as it holds are answered, those before them are too.
 */
async function drain(on: Side, requests: Workload["service"]): Promise<void> {
  const [first] = requests;
  if (first) await Promise.all(Array.from({ length: 10 }, () => ask(on.address, first)));
}

/** Asks both sides every question of a workload; gives the lengths of the bodies. */
async function compare(
  service: Side,
  baseline: Side,
  workload: Workload,
): Promise<{ service: number[]; baseline: number[] }> {
  const lengths = { service: [] as number[], baseline: [] as number[] };
  for (const [index, request] of workload.service.entries()) {
    const other = workload.baseline[index];
    if (!other) throw new Error(`${workload.name} asks the baseline less than the service.`);
    const [ours, theirs] = await Promise.all([ask(service.address, request), ask(baseline.address, other)]);
    const found = differences(JSON.parse(ours), JSON.parse(theirs));
    if (found.length > 0) {
      const more = found.length > SHOWN ? [`… and ${found.length - SHOWN} more`] : [];
      throw new DifferentAnswersError(
        `${workload.name}: the service's answer is not the baseline's:\n  ${[...found.slice(0, SHOWN), ...more].join("\n  ")}`,
      );
    }
    lengths.service.push(Buffer.byteLength(ours));
    lengths.baseline.push(Buffer.byteLength(theirs));
  }
  return lengths;
}
