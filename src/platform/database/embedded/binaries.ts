import { spawnSync } from "node:child_process";
import { chmodSync, constants, existsSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Account, mayEnter, runAs } from "./account";
import { EmbeddedDatabaseError, systemCode } from "./errors";
import { ensureLinks, findShipped, type Shipped } from "./shipped";

export interface Binaries {
  /** Major version, such as `18`. */
  readonly major: string;
  readonly initdb: string;
  readonly postgres: string;
}

/** What PostgreSQL's programs find in their environment: nothing of ours, so that no PG… variable steers them. */
export const cleanEnvironment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * Binaries that `account` can run: the npm package where it lies; or, where its links are missing and cannot be made or
 * the account cannot reach it, a complete copy in the data folder or in a folder for temporary files.
 *
 * @throws {EmbeddedDatabaseError} where nothing is shipped for this platform or what is shipped does not run.
 */
export async function binariesFor(account: Account, dataDir: string, onCopy: () => void): Promise<Binaries> {
  const shipped = findShipped();
  const places = [
    () => Promise.resolve(ensureLinks(shipped.native, shipped.links) ? shipped.native : null),
    ...[...new Set([dataDir, tmpdir(), "/var/tmp", "/tmp"])].map(
      (base) => () => (mayEnter(account, base) ? copyUnder(base, shipped, onCopy) : Promise.resolve(null)),
    ),
  ];
  const failures = new Set<string>();
  for (const place of places) {
    const native = await place().catch((error: unknown) => {
      if (systemCode(error) === undefined) throw error;
      failures.add(`copying failed with ${String(systemCode(error))}`);
      return null;
    });
    if (native === null || !isPlainForShell(native)) continue;
    const problem = mayEnter(account, join(native, "share", "postgresql")) ? tryRun(native, account) : "out of reach";
    if (problem === null) return binariesIn(native, shipped.version);
    failures.add(problem);
    if (native !== shipped.native) rmSync(dirname(native), { recursive: true, force: true });
    if (!/out of reach|EACCES|permission denied/i.test(problem)) break; // a copy would fare no better
  }
  throw cannotRun([...failures]);
}

const binariesIn = (native: string, version: string): Binaries => ({
  major: version.split(".", 1).join(""),
  initdb: join(native, "bin", "initdb"),
  postgres: join(native, "bin", "postgres"),
});

/** `initdb` puts its own path between double quotes into shell commands; these characters would mean something there. */
const isPlainForShell = (path: string) => !/["$`\\\n]/.test(path);

/** Null where the server's program runs as `account`, else why not. */
function tryRun(native: string, account: Account): string | null {
  const program = join(native, "bin", "postgres");
  const run = spawnSync(program, ["--version"], {
    ...runAs(account),
    cwd: "/",
    env: cleanEnvironment,
    encoding: "utf8",
    timeout: 20_000,
  });
  if (run.status === 0) return null;
  if (run.error) return systemCode(run.error) ?? run.error.message;
  return run.stderr.trim().split("\n").slice(-3).join(" ") || `it ended with ${String(run.signal ?? run.status)}`;
}

function cannotRun(failures: string[]): EmbeddedDatabaseError {
  const reasons = failures.join("; ");
  if (failures.includes("EPERM")) {
    return new EmbeddedDatabaseError(
      "no-account",
      `PostgreSQL refuses to run as root, and no other account may be used here (${reasons}): start as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const hint = failures.includes("ENOENT") ? " It needs a system with glibc; Alpine Linux, for one, has none." : "";
  return new EmbeddedDatabaseError(
    "no-binary",
    `The PostgreSQL that npm installed does not run here (${reasons}).${hint} Set DATABASE_URL to a PostgreSQL 15 to 18.`,
  );
}

/**
 * A complete copy under `base`, made again where a file is missing or cut short; null where another account has taken
 * the name. A copy is never changed in place: a server may be running from it.
 */
async function copyUnder(base: string, shipped: Shipped, onCopy: () => void): Promise<string | null> {
  const folder = join(base, `golden-thread-postgresql-${shipped.version}-${process.getuid?.() ?? 0}`);
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found && !isOurs(found)) return null;
  if (found && isComplete(folder, shipped)) return join(folder, "native");

  onCopy();
  const fresh = mkdtempSync(`${folder}-`);
  try {
    const native = join(fresh, "native");
    await cp(shipped.native, native, {
      recursive: true,
      filter: isNeeded,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    ensureLinks(native, shipped.links);
    openToAll(fresh);
    if (found) renameSync(folder, `${fresh}-old`);
    replace(fresh, folder, shipped);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(`${fresh}-old`, { recursive: true, force: true });
  }
  return join(folder, "native");
}

/** Puts the fresh copy in place, unless another start was quicker. */
function replace(fresh: string, folder: string, shipped: Shipped): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder) || !isComplete(folder, shipped)) throw error;
  }
}

const isOurs = (found: { uid: number; mode: number; isDirectory(): boolean }) =>
  found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;

/** Static libraries and build files serve compilers only. */
const isNeeded = (path: string) => !/\.a$|\/pgxs$|\/pkgconfig$/.test(path);

function isComplete(folder: string, { native, links }: Shipped): boolean {
  const copy = join(folder, "native");
  const same = (path: string): boolean =>
    readdirSync(join(native, path), { withFileTypes: true }).every((entry) => {
      const inner = join(path, entry.name);
      if (!isNeeded(join(native, inner)) || entry.isSymbolicLink()) return true;
      const theirs = lstatSync(join(copy, inner), { throwIfNoEntry: false });
      if (entry.isDirectory()) return theirs?.isDirectory() === true && same(inner);
      return theirs?.isFile() === true && theirs.size === lstatSync(join(native, inner)).size;
    });
  return same("") && ensureLinks(copy, links);
}

/** Lets the server's account read the copy whatever the file creation mask was. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
