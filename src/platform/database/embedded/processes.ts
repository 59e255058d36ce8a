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

/**
 * Whether `pid` is a live PostgreSQL of exactly this database folder. A postmaster's working directory is its database
 * folder, which /proc shows; elsewhere its command line must name the folder.
 */
export function servesFolder(pid: number, databaseFolder: string): boolean {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return stdout.includes("postgres") && stdout.includes(databaseFolder);
  }
  try {
    const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    const [theirs, ours] = [statSync(`/proc/${pid}/cwd`), statSync(databaseFolder)];
    return name === "postgres" && theirs.dev === ours.dev && theirs.ino === ours.ino;
  } catch {
    return false;
  }
}
