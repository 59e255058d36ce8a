import { QueryFailedError, type DataSource } from "typeorm";
import { openDatabase, type OpenDatabase } from "../../../open-database";
import { followClock } from "../../../standing-clock";
import type { Clock } from "../../../platform/clock";
import { type Config, ConfigError, readConfig } from "../../../platform/config/index";
import { EmbeddedDatabaseError } from "../../../platform/database/embedded/index";
import { DatabaseNotReadyError } from "../../../platform/database/prepare";
import { DomainError } from "../../../platform/errors/index";
import { FolderError } from "../folder-error";
import { UnreadablePlanError } from "../reader/index";
import { FileRefusedError } from "./plan-file";
import { Progress } from "./progress";

/** Errors whose message is for the person at the command line, and all that they need. */
const told = [
  ConfigError,
  DatabaseNotReadyError,
  DomainError,
  EmbeddedDatabaseError,
  FileRefusedError,
  FolderError,
  UnreadablePlanError,
];

/** What went wrong, in words without a stack, SQL or an address. */
export function plainWords(error: unknown): string {
  if (error instanceof Error && told.some((kind) => error instanceof kind)) return error.message;
  const code = codeOf(error);
  if (code.startsWith("08") || code.startsWith("57P") || /^E[A-Z]+$/.test(code))
    return `The database went away (${code}). Nothing was written; try again once it is back.`;
  if (code.startsWith("40") || code === "55P03")
    return "Somebody else changed the same rows at the same time. Nothing was written; try again.";
  if (code === "42501") return "This login may not change the plan. Nothing was written.";
  if (error instanceof QueryFailedError)
    return `The database refused what the file says (${code || "unknown reason"}). Nothing was written.`;
  return `The command failed for a reason that it does not know (${error instanceof Error ? error.name : "no error"}). Nothing was written.`;
}

function codeOf(error: unknown): string {
  const source = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  return source instanceof Error && "code" in source && typeof source.code === "string" ? source.code : "";
}

/** What a command works with: the database of the settings, the clock, and a way to say what is being done. */
export interface Desk {
  db: DataSource;
  clock: Clock;
  progress: Progress;
  asOwner: OpenDatabase["asOwner"];
  config: Config;
}

/** Opens the database of the settings for `work`, and closes it whatever happens. */
export async function atDesk(work: (desk: Desk) => Promise<void>): Promise<void> {
  const progress = new Progress();
  try {
    const config = readConfig();
    const { app, asOwner, close } = await openDatabase(config, progress.say);
    try {
      const { clock, stop } = await followClock(config, app);
      await work({ db: app, clock, progress, asOwner, config }).finally(stop);
    } finally {
      progress.stop();
      await close();
    }
  } finally {
    progress.stop();
  }
}

/** Ends the process as a command should: 0 when `main` ran through, else its message and 1. */
export function runCommand(main: () => Promise<void>): void {
  // a reader that has seen enough, such as `head`, is no error
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  main().catch((error: unknown) => {
    process.stderr.write(`${plainWords(error)}\n`);
    process.exitCode = 1;
  });
}
