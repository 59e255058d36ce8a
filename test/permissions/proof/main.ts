import { existsSync } from "node:fs";
import { join } from "node:path";
import tearDown from "../../support/global-teardown";
import setUp from "../../support/global-setup";
import { proveAccess } from "./access";
import { proveMutants } from "./mutants-run";
import { Tally } from "./tally";

/** What `npm run prove:access` and `npm run prove:mutants` run. */
const proofs: Readonly<Record<string, (tally: Tally, rest: readonly string[]) => Promise<void>>> = {
  access: async (tally) => {
    await proveAccess(tally, { say: speak });
    await nonInterference(tally);
  },
  mutants: (tally, rest) => proveMutants(tally, { say: speak, write: rest.includes("--write") }),
};

function speak(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The proof that nothing withheld can be found out by filter, order, count or search, where it is there. */
async function nonInterference(tally: Tally): Promise<void> {
  const file = join(__dirname, "../non-interference");
  if (!existsSync(`${file}.js`) && !existsSync(`${file}.ts`)) {
    speak("Non-interference: test/permissions/non-interference.ts is not there, so nothing of it was proved.");
    return;
  }
  const { proveNonInterference } = (await import(file)) as {
    proveNonInterference: (say: (line: string) => void) => Promise<{ passed: number; failures: string[] }>;
  };
  const { passed, failures } = await proveNonInterference(speak);
  tally.passed += passed;
  tally.failures.push(...failures);
}

async function main(): Promise<void> {
  const [which = "", ...rest] = process.argv.slice(2);
  const prove = proofs[which];
  if (!prove) throw new Error(`name a proof: ${Object.keys(proofs).join(", ")}`);
  const started = Date.now();
  const tally = new Tally(speak);
  await setUp();
  try {
    await prove(tally, rest);
  } catch (error) {
    tally.failures.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await tearDown();
  }
  for (const failure of tally.failures.slice(0, 60)) speak(`FAILED ${failure}`);
  if (tally.failed > 60) speak(`… and ${tally.failed - 60} more`);
  speak(`\nIn ${Math.round((Date.now() - started) / 1000)} s.`);
  speak(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

void main();
