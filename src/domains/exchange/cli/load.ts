import "reflect-metadata";
import { Command } from "commander";
import { fieldsOfApi } from "../../../schema";
import { asOperator } from "../../../platform/database/as-operator";
import { loadFolder } from "../load-folder";
import { runCommand, atDesk } from "./run";

const command = new Command("npm run load --")
  .description(
    "Loads a partnership from a folder of CSV files (docs/operating.md); the same folder again changes nothing",
  )
  .argument("<folder>", "the folder that holds partnership.csv")
  .option("--demonstration", "people.csv names demonstration actors, for sign-in without an identity provider")
  .allowExcessArguments(false)
  .action((folder: string, { demonstration }: { demonstration?: boolean }) => load(folder, demonstration ?? false));

async function load(folder: string, demonstration: boolean): Promise<void> {
  await atDesk(async ({ db, clock, progress }) => {
    progress.say("Loading…");
    const loaded = await asOperator(db, clock, null, (runner) =>
      loadFolder(runner, folder, { demonstration, now: clock.now(), fields: fieldsOfApi }),
    );
    progress.stop();
    const { partnership, plans, notes } = loaded;
    const lines = [
      `${partnership.slug}: ${partnership.created ? "made" : "brought up to date"}.`,
      ...plans.map(({ plan, applied }) =>
        applied.alreadyApplied
          ? `${plan}: its table of actions was applied before and is unchanged.`
          : `${plan}: ${applied.inserted} actions new, ${applied.updated} changed, ${applied.unchanged} unchanged.`,
      ),
      ...notes,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });
}

runCommand(async () => {
  await command.parseAsync();
});
