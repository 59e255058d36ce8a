import "reflect-metadata";
import { cpus, totalmem } from "node:os";
import { type BenchDatabase, BenchDatabaseError, fill, openBenchDatabase } from "./database";
import { BadAnswerError } from "./load";
import { DifferentAnswersError, measure } from "./measure";
import { OptionsError, readOptions } from "./options";
import { policyCosts, table } from "./report";
import { Side } from "./side";
import { type SideName, workloads } from "./workloads";

/** Errors whose message is all that the reader needs. */
const told = [BadAnswerError, BenchDatabaseError, DifferentAnswersError, OptionsError];
/** Silence on the terminal is broken after this many milliseconds. */
const PATIENCE = 10_000;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const startedAt = Date.now();
  let last = "";
  const print = (text: string) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  const reminder = setInterval(() => print(`still at it: ${last}`), PATIENCE);
  const say = (text: string) => {
    last = text;
    reminder.refresh();
    print(text);
  };

  const started: Side[] = [];
  let database: BenchDatabase | undefined;
  const state = { interrupted: false };
  const close = async () => {
    await Promise.all(started.map((side) => side.stop()));
    await database?.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (state.interrupted) return;
      state.interrupted = true;
      say(`stopping (${signal})`);
      void close().finally(() => process.exit(130));
    });
  }

  try {
    const { partnerships, actions, updates } = options.size;
    say(`${partnerships} partnerships x ${actions} actions x ${updates} updates`);
    database = await openBenchDatabase(process.env.DATABASE_URL || undefined, say);
    const version = await fill(database.url, options.size, say);
    say("starting the service, the service without its policy, and the baseline, each in a process of its own");
    const start = async (name: SideName, program: string, url: string) => {
      const side = await Side.start(name, program, url);
      started.push(side);
      return side;
    };
    const sides = {
      baseline: await start("baseline", "baseline.js", database.url),
      service: await start("service", "service.js", database.url),
      "without policy": await start("without policy", "without-policy.js", database.url),
    };
    say("signing in");
    const addresses = {
      baseline: sides.baseline.address,
      service: sides.service.address,
      "without policy": sides["without policy"].address,
    };
    const cells = await measure(sides, await workloads(addresses, partnerships), options, say);
    console.log(`\n${table(cells)}\n`);
    console.log(`${policyCosts(cells)}\n`);
    console.log(
      `Medians of ${options.rounds} rounds of ${options.seconds} s over ${options.connections} connections; Node ${process.versions.node}, PostgreSQL ${version}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB. Only the ratios travel.`,
    );
  } catch (error) {
    if (!state.interrupted) throw error;
  } finally {
    clearInterval(reminder);
    if (!state.interrupted) await close();
  }
}

main().catch((error: unknown) => {
  if (told.some((kind) => error instanceof kind)) console.error(`bench: ${(error as Error).message}`);
  else console.error("bench: failed:", error);
  process.exitCode = 1;
});
