import "reflect-metadata";
import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { DataSource } from "typeorm";
import { BadInputError } from "../../../platform/errors/index";
import {
  asAuditor,
  inWords,
  type Checkpoint,
  CheckpointError,
  NO_PARTNERSHIP,
  readCheckpoint,
  signingKeyOf,
  type Verification,
  verifyTrail,
} from "../../history/index";
import { asOperator } from "../../../platform/database/as-operator";
import { atDesk, type Desk, runCommand } from "./run";

interface Options {
  partnership?: string;
  checkpoint?: string;
  key?: string;
  json?: boolean;
}

const command = new Command("audit:verify")
  .description(
    "Verifies the audit trail of each partnership and everything recorded in it: valid, altered at entry N, cut short at N, or reordered. Ends with 1 where anything is wrong.",
  )
  .option("--partnership <slug>", "only this partnership")
  .option("--checkpoint <file>", "a checkpoint that was lodged earlier, to hold the trail against")
  .option(
    "--key <key>",
    "the public key that the checkpoint must be signed with, as you kept it; else the one in this database",
  )
  .option("--json", "as JSON, for programs")
  .action(async (options: Options) => {
    await atDesk((desk) => verifyAll(desk, options));
  });

interface Trail {
  name: string;
  id: string;
}

async function verifyAll(desk: Desk, options: Options): Promise<void> {
  const checkpoint =
    options.checkpoint === undefined ? null : await checkpointIn(options.checkpoint, desk, options.key);
  const slug = checkpoint?.partnership ?? options.partnership;
  if (checkpoint && options.partnership !== undefined && options.partnership !== checkpoint.partnership)
    throw new BadInputError(`The checkpoint is of ${checkpoint.partnership}, not of ${options.partnership}.`);
  const found: Record<string, Verification> = {};
  for (const trail of await trailsOf(desk, slug)) {
    const verification = await asAuditor(desk.db, trail.id, desk.clock.now(), (ask) =>
      verifyTrail(ask, trail.id, checkpoint, (text) => desk.progress.say(`${trail.name}: ${text}`)),
    );
    found[trail.name] = verification;
  }
  desk.progress.stop();
  const text = options.json
    ? JSON.stringify(found, null, 2)
    : Object.entries(found)
        .map(([name, verification]) => inWords(name, verification))
        .join("\n");
  process.stdout.write(`${text}\n`);
  if (Object.values(found).some(({ verdict }) => verdict !== "VALID")) process.exitCode = 1;
}

async function checkpointIn(file: string, { db }: Desk, key?: string): Promise<Checkpoint> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new BadInputError(`The checkpoint ${file} cannot be read. Name the file that was downloaded.`);
  }
  try {
    return readCheckpoint(text, key ?? (await signingKeyOf(db)));
  } catch (error) {
    if (error instanceof CheckpointError) throw new BadInputError(error.message);
    throw error;
  }
}

async function trailsOf({ db, clock }: { db: DataSource; clock: Desk["clock"] }, slug?: string): Promise<Trail[]> {
  const partnerships = await asOperator(
    db,
    clock,
    null,
    (runner) => runner.query(`select p.id, p.slug as name from partnership p order by p.slug`) as Promise<Trail[]>,
  );
  if (slug === undefined) return [...partnerships, { id: NO_PARTNERSHIP, name: "(of no partnership)" }];
  const one = partnerships.find(({ name }) => name === slug);
  if (!one) throw new BadInputError(`There is no partnership ${slug} here.`);
  return [one];
}

runCommand(async () => {
  await command.parseAsync();
});
