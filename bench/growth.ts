import "reflect-metadata";
import { type Group, measure } from "./measure";
import { readOptions } from "./options";
import { median, table } from "./report";
import { inSession } from "./session";
import { BASELINE, SERVICE } from "./sides";
import { verdict } from "./targets";
import { workloads } from "./workloads";

/** The largest of the three sizes; the others have a hundredth and a tenth of its partnerships, each as large. */
const LARGEST = { partnerships: 1_500, actions: 1_200, updates: 1, seconds: 10, rounds: 3, connections: 32 };
/** Who asks: enough that what they read is no small corner of the data. */
const CALLERS = 60;
/** How much dearer the portal's page may be at the largest size than at the smallest. */
const MOST = 1.2;

inSession("bench:growth", async ({ say, database, start, machine }) => {
  const options = readOptions(process.argv.slice(2), LARGEST);
  const { partnerships: most, actions } = options;
  const groups: Group[] = [];
  for (const partnerships of new Set([100, 10, 1].map((part) => Math.max(1, Math.round(most / part))))) {
    const startedAt = Date.now();
    const url = await database({ ...options, partnerships }, String(partnerships));
    say(`filled in ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    groups.push({
      sides: [await start(BASELINE, url), await start(SERVICE, url)],
      workloads: workloads(partnerships, CALLERS).filter(({ key }) => key === "W1"),
      of: `${partnerships * actions} actions`,
    });
  }
  const { cells } = await measure(groups, options, say);
  console.log(`\n${table(cells)}\n`);
  for (const { name, target } of [{ name: SERVICE.name, target: MOST }, { name: BASELINE.name }]) {
    const [smallest, ...larger] = cells.filter(({ side }) => side === name);
    for (const [index, { operation, rounds }] of larger.entries()) {
      const dearer = median(
        rounds.map(
          ({ requestsPerSecond }, round) =>
            (smallest?.rounds[round]?.requestsPerSecond ?? Number.NaN) / requestsPerSecond,
        ),
      );
      const last = index === larger.length - 1 && target !== undefined;
      console.log(
        `${name}: ${operation} costs ${dearer.toFixed(2)} of the smallest${last ? ` (at most ${target}) ${verdict(dearer <= target)}` : ""}`,
      );
    }
  }
  console.log(
    `\nMedians of ${options.rounds} rounds of ${options.seconds} s over ${options.connections} connections; ${machine()}`,
  );
});
