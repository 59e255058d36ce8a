import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";

/**
 * A text that only the process now running under `pid` has, so that a number handed to another process after a crash or
 * a restart of the machine is not taken for the old one. Null: no such process.
 */
export function processIdentity(pid: number): string | null {
  if (process.platform !== "linux") return startedAt(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from the third field of proc(5) on
    const [state = "X", startTicks = ""] = [fields[0], fields[19]];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    return "ZX".includes(state) ? null : `${pid}-${startTicks}-${boot}`;
  } catch {
    return null;
  }
}

function startedAt(pid: number): string | null {
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  const started = status === 0 ? Date.parse(stdout.trim()) : Number.NaN;
  return Number.isNaN(started) ? null : `${pid}-${started}`;
}

/** Whether the process that was given `identity` still runs. */
export function isAlive(identity: string): boolean {
  return processIdentity(Number.parseInt(identity, 10)) === identity;
}

/** Whether any process runs under `pid`. */
export const isTaken = (pid: number): boolean => processIdentity(pid) !== null;

/** A name for the server of this database folder that no other folder's server on this machine has. */
export function clusterName(databaseFolder: string): string {
  const { dev, ino } = statSync(databaseFolder);
  return `golden-thread-${dev}-${ino}`;
}

/**
 * Whether `pid` is a live PostgreSQL of exactly this database folder: its command line carries the folder's cluster name.
 * (Its working directory would tell as much, but root in a container may not look at another account's.)
 */
export function servesFolder(pid: number, databaseFolder: string): boolean {
  try {
    return argumentsOf(pid).includes(`cluster_name=${clusterName(databaseFolder)}`);
  } catch {
    return false;
  }
}

function argumentsOf(pid: number): string[] {
  if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout.split(/\s+/);
}
