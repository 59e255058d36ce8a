import "reflect-metadata";
import { Command, InvalidArgumentError } from "commander";
import { openFiles } from "../../../platform/storage/index";
import { sweepFiles } from "../sweep-files";
import { atDesk, runCommand } from "./run";

interface Options {
  olderThan: number;
  remove: boolean;
}

const HOUR_MS = 3_600_000;

function hours(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It is a whole number of hours, at least 1.");
  return Number(text);
}

const command = new Command("npm run evidence:sweep --")
  .description(
    "Lists kept files that no evidence names: what was stored and never came on record (docs/evidence.md). Nothing is removed without --remove",
  )
  .option("--older-than <hours>", "leave alone what was kept within so many hours", hours, 24)
  .option("--remove", "remove them for good", false)
  .allowExcessArguments(false)
  .action(({ olderThan, remove }: Options) =>
    atDesk(async ({ db, clock, asOwner, config, progress }) => {
      progress.say("looking for lost files");
      const { storage } = await openFiles(config.evidence.storage);
      // files bear the machine's time, whatever a demonstration's clock says
      const before = new Date(Date.now() - olderThan * HOUR_MS);
      const found = await asOwner((owner) => sweepFiles({ db, owner, clock, storage }, before, remove));
      progress.stop();
      for (const { name, keptAt } of found) process.stdout.write(`${keptAt.toISOString()} ${name}\n`);
      const files = `${found.length} lost file${found.length === 1 ? "" : "s"}`;
      process.stdout.write(remove ? `Removed ${files}.\n` : `Found ${files}. Add --remove to remove them for good.\n`);
    }),
  );

runCommand(async () => {
  await command.parseAsync();
});
