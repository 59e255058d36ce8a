import "reflect-metadata";
import { Command } from "commander";
import { DateTime } from "luxon";
import type { DataSource } from "typeorm";
import { atDesk, runCommand } from "./run";
import { BadInputError } from "../../../platform/errors/index";
import { readConfig } from "../../../platform/config/index";
import { setClock, standsAt } from "../../../standing-clock";

const command = new Command("npm run demo:clock --").description(
  "Sets the clock of a demonstration, for the service and the jobs at once, within a second. Refused where anything but a demonstration is configured.",
);

/** Refuses whatever is no demonstration, before its database is opened. */
function requireDemonstration() {
  const config = readConfig();
  if (!config.demonstration)
    throw new BadInputError(
      "This installation is no demonstration: its clock is the machine's. Only with DEMO_SIGN_IN on, or without DATABASE_URL, can it be set.",
    );
  return config;
}

function instantOf(text: string): Date {
  const at = DateTime.fromISO(text, { setZone: true });
  if (!at.isValid || !/(Z|[+-]\d\d:\d\d)$/.test(text))
    throw new BadInputError(`${text} is no moment with its offset, such as 2018-12-27T09:00Z.`);
  return at.toJSDate();
}

const set = async (at: Date | null) => {
  const config = requireDemonstration();
  await atDesk(async ({ asOwner, db }) => {
    await asOwner((owner) => setClock(owner, config, at));
    await show(db);
  });
};

async function show(db: DataSource) {
  const at = await standsAt(db);
  process.stdout.write(at === null ? "The clock runs.\n" : `The clock stands at ${at.toISOString()}.\n`);
}

command
  .command("set")
  .description("lets it stand at a moment, such as 2018-12-27T09:00Z")
  .argument("<instant>", "the moment, with its offset")
  .action((text: string) => set(instantOf(text)));
command
  .command("clear")
  .description("gives it back to the configuration")
  .action(() => set(null));
command
  .command("show")
  .description("says where it stands")
  .action(() => {
    requireDemonstration();
    return atDesk(({ db }) => show(db));
  });

runCommand(async () => {
  await command.parseAsync();
});
