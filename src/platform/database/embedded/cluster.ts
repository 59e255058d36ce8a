import { spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Account, runAs } from "./account";
import { type Binaries, cleanEnvironment } from "./binaries";
import { diskFull, EmbeddedDatabaseError, saysDiskFull, systemCode } from "./errors";
import { type DataFolder, openLog } from "./folder";

/** The role that owns everything in the private PostgreSQL. */
export const SUPERUSER = "postgres";

/**
 * The database folder as its programs are told: their own working directory. So the folders above it, which may be a
 * 0700 home the server's account cannot enter, and whatever stands in their names, do not matter.
 */
export const workingDirectory = (database: string) => (existsSync("/proc/self/cwd") ? "/proc/self/cwd" : database);

/** Whether a complete database is there. What an interrupted start has left is cleared away. */
export function hasDatabase(folder: DataFolder, onMessage: (text: string) => void): boolean {
  for (const name of readdirSync(folder.path)) {
    if (name.startsWith("pgdata.new-")) removeLeftover(join(folder.path, name));
  }
  if (!existsSync(folder.database)) return false;
  if (existsSync(join(folder.database, "PG_VERSION")) && existsSync(join(folder.database, "global", "pg_control")))
    return true;
  const aside = `${folder.database}.incomplete-${Date.now()}`;
  renameSync(folder.database, aside);
  onMessage(`The database in ${folder.path} is incomplete; it was set aside as ${aside}.`);
  return false;
}

/** An `initdb` whose starter was killed may still be writing there; then the leftover goes at a later start. */
function removeLeftover(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (systemCode(error) !== "ENOTEMPTY") throw error;
  }
}

/** @throws {EmbeddedDatabaseError} where another major version has made the database. */
export function checkVersion(folder: DataFolder, binaries: Binaries): void {
  const made = readFileSync(join(folder.database, "PG_VERSION"), "utf8").trim();
  if (made === binaries.major) return;
  throw new EmbeddedDatabaseError(
    "folder",
    `The database in ${folder.path} was made by PostgreSQL ${made}, and this is PostgreSQL ${binaries.major}: set DATA_DIR to a new folder, or move this one away.`,
  );
}

/** Makes an empty database beside its place, as the first of `accounts` that can, and moves it there when it is complete. */
export async function createDatabase(
  folder: DataFolder,
  binaries: Binaries,
  accounts: readonly Account[],
  { durable, onChild }: { durable: boolean; onChild: (kill: (() => void) | null) => void },
): Promise<void> {
  let output = "";
  for (const account of accounts) {
    for (const locale of [
      ["--locale=C.UTF-8"],
      ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ]) {
      const fresh = mkdtempSync(`${folder.database}.new-`);
      if (account.switched) chownSync(fresh, account.uid, account.gid);
      const options = [...locale, ...(durable ? [] : ["--no-sync"])];
      const result = await runInitdb(binaries, fresh, account, options, onChild);
      output = result.output;
      addToLog(folder, output);
      if (result.done) {
        renameSync(fresh, folder.database);
        if (durable) syncFolder(folder.path);
        return;
      }
      rmSync(fresh, { recursive: true, force: true });
      if (!/invalid locale/i.test(output)) break;
    }
    if (!/could not look up effective user ID/i.test(output)) break;
  }
  throw initdbError(folder, output);
}

function runInitdb(
  binaries: Binaries,
  fresh: string,
  account: Account,
  options: string[],
  onChild: (kill: (() => void) | null) => void,
): Promise<{ done: boolean; output: string }> {
  return new Promise((resolve) => {
    const arguments_ = ["-D", workingDirectory(fresh), "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions"];
    const access = ["--auth-local=trust", "--auth-host=reject"];
    const child = spawn(binaries.initdb, [...arguments_, ...access, ...options], {
      ...runAs(account),
      cwd: fresh,
      env: cleanEnvironment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (text: Buffer) => (output += text.toString("utf8"));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    onChild(() => child.kill("SIGTERM"));
    const end = (done: boolean, more = "") => {
      onChild(null);
      resolve({ done, output: output + more });
    };
    child.once("error", (error) => end(false, `${error.message}\n`));
    child.once("close", (code) => end(code === 0));
  });
}

function initdbError(folder: DataFolder, output: string): EmbeddedDatabaseError {
  if (saysDiskFull(output)) return diskFull(folder.path);
  if (/could not look up effective user ID/i.test(output)) {
    return new EmbeddedDatabaseError(
      "no-account",
      "PostgreSQL cannot make a database for an account without a name: start as a user that /etc/passwd lists, or set DATABASE_URL.",
    );
  }
  const last = output.trim().split("\n").slice(-6).join("\n");
  return new EmbeddedDatabaseError(
    "start",
    `PostgreSQL could not make a database in ${folder.path}. It said:\n${last}`,
  );
}

function addToLog(folder: DataFolder, text: string): void {
  const log = openLog(folder);
  try {
    writeSync(log, text);
  } finally {
    closeSync(log);
  }
}

/** Makes the new name itself survive a power cut. */
function syncFolder(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
