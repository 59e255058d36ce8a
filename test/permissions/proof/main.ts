import tearDown from "../../support/global-teardown";
import setUp from "../../support/global-setup";
import { proveAccess } from "./access";
import { proveMutants } from "./mutants-run";
import { Tally } from "./tally";

/** What `npm run prove:access` and `npm run prove:mutants` run. */
const proofs: Readonly<Record<string, (tally: Tally, rest: readonly string[]) => Promise<void>>> = {
  access: (tally, rest) => proveAccess(tally, { say: speak, half: halfIn(rest) }),
  mutants: (tally, rest) => proveMutants(tally, { say: speak, write: rest.includes("--write"), third: thirdIn(rest) }),
};

function speak(line: string): void {
  process.stdout.write(`${line}\n`);
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
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  speak(`\nIn ${Math.round((Date.now() - started) / 1000)} s, in at most ${megabytes} MB beside the database's own.`);
  speak(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

void main();

/** Which half of the proof is run, of `--half 1` and `--half 2`; all of it where none is named. */
function halfIn(rest: readonly string[]): 1 | 2 | undefined {
  const at = rest.indexOf("--half");
  if (at < 0) return undefined;
  const half = Number(rest[at + 1]);
  if (half !== 1 && half !== 2) throw new Error("--half is 1 or 2");
  return half;
}

/** Which third of the mutants is tried, of `--third 0` to `--third 2`; all of them where none is named. */
function thirdIn(rest: readonly string[]): number | null {
  const at = rest.indexOf("--third");
  if (at < 0) return null;
  const third = Number(rest[at + 1]);
  if (![0, 1, 2].includes(third)) throw new Error("--third is 0, 1 or 2");
  return third;
}
