import { measure } from "./measure";
import { readOptions, STATED } from "./options";
import { table } from "./report";
import type { Session } from "./session";
import type { Side } from "./side";
import type { SideKind } from "./sides";
import { memory, ratios } from "./targets";
import { workloads } from "./workloads";

/** Sides that may be missing, and what their database needs before and after. */
export interface Peers {
  kinds: readonly SideKind[];
  prepare: (url: string) => Promise<void>;
  tidy: (url: string) => Promise<void>;
}

/** Fills a database, measures these sides over it, and prints the figures, the ratios and the memory. */
export async function run(
  { say, database, start, machine, atEnd }: Session,
  kinds: readonly SideKind[],
  peers?: Peers,
): Promise<void> {
  const options = readOptions(process.argv.slice(2), STATED);
  const url = await database(options);
  say(`starting ${kinds.map(({ name }) => name).join(", ")}, each in a process of its own`);
  const sides: Side[] = [];
  for (const kind of kinds) sides.push(await start(kind, url));
  if (peers) {
    await peers.prepare(url);
    atEnd(() => peers.tidy(url));
    for (const kind of peers.kinds) {
      try {
        sides.push(await start(kind, url));
      } catch (error) {
        say(`${kind.name} is skipped: ${(error as Error).message}`);
      }
    }
  }
  const { cells, memories } = await measure([{ sides, workloads: workloads(options.partnerships) }], options, say);
  console.log(`\n${table(cells)}\n\n${ratios(cells)}\n\n${memory(memories)}\n`);
  console.log(
    `Medians of ${options.rounds} rounds of ${options.seconds} s over ${options.connections} connections; ${machine()}`,
  );
}
