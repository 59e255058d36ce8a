import "reflect-metadata";
import { Command } from "commander";
import { sharedSecret } from "../app";
import { FolderError } from "../domains/exchange/index";
import { openDatabase } from "../open-database";
import { ConfigError, readConfig } from "../platform/config/index";
import { EmbeddedDatabaseError } from "../platform/database/embedded/index";
import { DatabaseNotReadyError } from "../platform/database/prepare";
import { Cursors } from "../platform/graphql/cursor";
import { createLogger } from "../platform/logger";
import { smtpTransport } from "../platform/mail/index";
import { buildSchema } from "../schema";
import { followClock } from "../standing-clock";
import { doOnce } from "./jobs";
import { runJobs } from "./runner";

/** Errors whose message is for the person who starts the jobs, and is all that they need. */
const told = [ConfigError, DatabaseNotReadyError, EmbeddedDatabaseError, FolderError];
/** Connections of the owner, who keeps pg-boss's tables. */
const OWNER_POOL = 4;

const say = (text: string) => console.log(`Golden Thread jobs: ${text}`);

/** Settles when the process is told to stop. */
const toldToStop = () =>
  new Promise<string>((resolve) => {
    process.once("SIGINT", () => resolve("SIGINT"));
    process.once("SIGTERM", () => resolve("SIGTERM"));
  });

async function main({ once }: { once?: boolean }): Promise<void> {
  const config = readConfig();
  const stopped = once ? null : toldToStop();
  const database = await openDatabase(config, say);
  const { clock, stop } = await followClock(config, database.app);
  try {
    const log = createLogger(config.logLevel);
    const { smtp, ...mail } = config.mail;
    const sending = {
      source: database.app,
      schema: buildSchema(log),
      cursors: new Cursors(await sharedSecret(database.app, "cursors")),
      clock,
      log,
      mail,
      transport: smtp && smtpTransport(smtp),
    };
    const desk = { db: database.app, clock, sending };
    if (clock.fixed) say(`the clock stands at ${clock.now().toISOString()}`);
    if (stopped === null) {
      const failed = await doOnce(desk, say);
      say(failed.length === 0 ? "each was done once" : `failed: ${failed.join(", ")}`);
      if (failed.length > 0) process.exitCode = 1;
      return;
    }
    await database.asOwner(async (owner) => {
      const jobs = await runJobs(owner, desk, say);
      say("ready; they run until this is stopped");
      say(`stopping (${await stopped})…`);
      await jobs.stop();
    }, OWNER_POOL);
  } finally {
    stop();
    await database.close();
  }
}

new Command("npm run jobs --")
  .description("Runs what is done by the clock: challenges' deadlines, rules, reminders and messages (docs/jobs.md)")
  .option("--once", "do each once and end, with 1 where one failed")
  .allowExcessArguments(false)
  .action((options: { once?: boolean }) => main(options))
  .parseAsync()
  .then(() => process.exit())
  .catch((error: unknown) => {
    if (told.some((kind) => error instanceof kind)) console.error(`Golden Thread jobs: ${(error as Error).message}`);
    else console.error("Golden Thread jobs could not run:", error);
    process.exit(1);
  });
