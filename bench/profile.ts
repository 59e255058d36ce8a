import "reflect-metadata";
import { readFileSync } from "node:fs";
import { type CpuProfile, hotSpots } from "./hot-spots";
import { load } from "./load";
import { readOptions } from "./options";
import { inSession } from "./session";
import { SERVICE } from "./sides";
import { workloads } from "./workloads";

/** Enough data that no answer is short; nothing is compared here. */
const SMALL = { partnerships: 10, actions: 120, updates: 8, seconds: 10, connections: 32 };

inSession("profile", async ({ say, database, start, machine }) => {
  const options = readOptions(process.argv.slice(2), SMALL);
  const service = await start(SERVICE, await database(options));
  const tables: string[] = [];
  for (const workload of workloads(options.partnerships)) {
    const { key, operation } = workload;
    const requests = await service.questions(workload);
    say(`warming up: ${key} ${operation}`);
    await load(service.address, requests, { ...options, seconds: 2 });
    const file = `${key}.cpuprofile`;
    say(`profiling ${key} ${operation} for ${options.seconds} s`);
    await service.profiled(file, () => load(service.address, requests, options));
    tables.push(`${key} ${operation}: ${file}\n\n${hotSpots(JSON.parse(readFileSync(file, "utf8")) as CpuProfile)}`);
  }
  console.log(`\n${tables.join("\n\n")}\n\nShares of the time that the service's process was not idle; ${machine()}`);
});
