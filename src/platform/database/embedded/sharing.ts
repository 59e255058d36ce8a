import { randomBytes } from "node:crypto";
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedDatabaseError, systemCode } from "./errors";
import { type DataFolder, keepOwner } from "./folder";
import { isAlive, processIdentity } from "./processes";

/** How processes that use one data folder at once get on: a lock for starting and stopping, and a list of users. */

const LONGEST_WAIT_MS = 180_000;

const uniqueName = () => `${processIdentity(process.pid) ?? String(process.pid)}.${randomBytes(6).toString("hex")}`;
const identityIn = (name: string) => name.slice(0, name.lastIndexOf("."));

/** Runs `work` while no other process starts or stops the server of this folder. A lock whose holder died is taken over. */
export async function withLock<T>(
  folder: DataFolder,
  onWait: (text: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const name = uniqueName();
  const ticket = `${folder.lock}.${name}`;
  const since = Date.now();
  let told = since;
  try {
    writeFileSync(ticket, name, { mode: 0o600 });
    keepOwner(folder, ticket);
    while (!takeLock(folder.lock, ticket)) {
      if (Date.now() - since > LONGEST_WAIT_MS) {
        throw new EmbeddedDatabaseError(
          "busy",
          `Another process has been starting or stopping the database in ${folder.path} for three minutes: end it, or set DATA_DIR to another folder.`,
        );
      }
      if (Date.now() - told > 3000) {
        told = Date.now() + 7000;
        onWait("Waiting for another process that is starting or stopping PostgreSQL…");
      }
      await sleep(40);
    }
  } finally {
    rmSync(ticket, { force: true });
  }
  try {
    dropDeadTickets(folder);
    return await work();
  } finally {
    if (contentOf(folder.lock) === name) rmSync(folder.lock, { force: true });
  }
}

/** Linking is atomic and fails where the lock exists, and the lock is never seen without its holder's name in it. */
function takeLock(lock: string, ticket: string): boolean {
  try {
    linkSync(ticket, lock);
    return true;
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
  const holder = contentOf(lock);
  if (holder !== null && !isAlive(identityIn(holder))) removeStale(lock, holder);
  return false;
}

/** Moves the dead holder's lock aside; puts it back where a third process has taken it over in between. */
function removeStale(lock: string, holder: string): void {
  const aside = `${lock}.${uniqueName()}`;
  try {
    renameSync(lock, aside);
    if (contentOf(aside) !== holder) linkSync(aside, lock);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Tickets of processes that were killed while they waited. */
function dropDeadTickets({ path, lock }: DataFolder): void {
  const prefix = `${basename(lock)}.`;
  for (const name of readdirSync(path)) {
    if (name.startsWith(prefix) && !isAlive(identityIn(name.slice(prefix.length))))
      rmSync(join(path, name), { force: true });
  }
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** One use of the server by this process. */
export interface User {
  /** Strikes this use from the list. */
  leave(): void;
  /** Whether anyone else, in this process or another living one, uses the server. */
  hasCompany(): boolean;
}

/** Enters this process in the list of those that use the server. */
export function enter(folder: DataFolder): User {
  const name = uniqueName();
  const path = join(folder.users, name);
  writeFileSync(path, "", { mode: 0o600 });
  keepOwner(folder, path);
  return {
    leave: () => rmSync(path, { force: true }),
    hasCompany: () => livingUsers(folder).some((other) => other !== name),
  };
}

function livingUsers(folder: DataFolder): string[] {
  return readdirSync(folder.users).filter((name) => {
    if (isAlive(identityIn(name))) return true;
    rmSync(join(folder.users, name), { force: true });
    return false;
  });
}
