import "reflect-metadata";
import { Command } from "commander";
import { BadInputError } from "../../../platform/errors/index";
import { erasePerson, eraseWords } from "../../history/index";
import { atDesk, runCommand } from "./run";

interface Options {
  table?: string;
  row?: string;
  columns?: string;
  person?: string;
}

const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const command = new Command("audit:erase")
  .description(
    "Erases personal data for good, in the rows and in every version of them, and says in the audit trail that it did; the trail stays valid. Either words of a row, or who somebody is.",
  )
  .option("--table <name>", "the row's table, such as progress_update")
  .option("--row <key>", "the row's key")
  .option("--columns <names>", "columns of text, separated by commas, such as overall_progress,risk_note")
  .option("--person <key>", "the key of somebody whose memberships have ended")
  .action(async ({ table, row, columns, person }: Options) => {
    for (const key of [row, person])
      if (key !== undefined && !KEY.test(key))
        throw new BadInputError(`${key} is no key: it is a UUID in small letters.`);
    if ((person === undefined) === (table === undefined || row === undefined || columns === undefined))
      throw new BadInputError("Name a table, a row and its columns, or a person.");
    await atDesk(async ({ asOwner, clock, progress }) => {
      progress.say("erasing");
      const words = { table: table ?? "", id: row ?? "", columns: (columns ?? "").split(",") };
      const done = await asOwner(async (owner) => {
        if (person === undefined) return `${await eraseWords(owner, words, clock.now())} versions of the row`;
        await erasePerson(owner, person, clock.now());
        return "who they were";
      });
      progress.stop();
      process.stdout.write(`Erased: ${done}. Copies and backups are not reached from here.\n`);
    });
  });

runCommand(async () => {
  await command.parseAsync();
});
