import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, fstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, runAs } from "./account";
import { type Binaries, cleanEnvironment } from "./binaries";
import { workingDirectory } from "./cluster";
import { diskFull, EmbeddedDatabaseError, saysDiskFull, systemCode } from "./errors";
import { type DataFolder, openLog } from "./folder";
import { clusterName, isAlive, isTaken, processIdentity, servesFolder } from "./processes";
import { PORT } from "./socket";

/** A PostgreSQL of our folder that runs. */
export interface Server {
  readonly pid: number;
  /** Tells this process from a later one with the same number. */
  readonly identity: string;
  readonly socketDir: string;
  readonly status: string;
}

const LONGEST_START_MS = 300_000;
const LONGEST_STOP_MS = 30_000;

/** The running server of this folder by its `postmaster.pid`; null where that is absent, stale or another process's. */
export function findServer(folder: DataFolder): Server | null {
  const lines = postmasterFile(folder);
  const pid = Number(lines?.[0]);
  if (!lines || !Number.isSafeInteger(pid) || pid <= 1 || !servesFolder(pid, folder.database)) return null;
  const identity = processIdentity(pid);
  return identity === null ? null : { pid, identity, socketDir: lines[4] ?? "", status: (lines[7] ?? "").trim() };
}

function postmasterFile({ database }: DataFolder): string[] | null {
  try {
    return readFileSync(join(database, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) return null;
    throw error;
  }
}

/**
 * Removes a `postmaster.pid` that names a living process which is not our server: after a crash of the machine the number
 * may be anyone's, and PostgreSQL would refuse to start. Only to be called where `findServer` has found none.
 */
function dropMisleadingFile(folder: DataFolder): void {
  const pid = Number(postmasterFile(folder)?.[0]);
  if (Number.isSafeInteger(pid) && pid > 0 && isTaken(pid)) {
    rmSync(join(folder.database, "postmaster.pid"), { force: true });
  }
}

const settings = (database: string, socketDir: string, durable: boolean) => ({
  cluster_name: clusterName(database),
  listen_addresses: "",
  unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
  unix_socket_permissions: "0700",
  port: String(PORT),
  shared_buffers: "64MB",
  max_connections: "60",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  io_method: "sync",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
});

/** Starts PostgreSQL and waits until it takes connections. */
export async function launch(
  folder: DataFolder,
  binaries: Binaries,
  account: Account,
  {
    socketDir,
    durable,
    onChild,
  }: { socketDir: string; durable: boolean; onChild: (kill: (() => void) | null) => void },
): Promise<Server> {
  dropMisleadingFile(folder);
  const log = openLog(folder);
  const logStart = fstatSync(log).size;
  let child: ChildProcess;
  try {
    const options = Object.entries(settings(folder.database, socketDir, durable)).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]);
    child = spawn(binaries.postgres, ["-D", workingDirectory(folder.database), ...options], {
      ...runAs(account),
      cwd: folder.database,
      env: cleanEnvironment,
      stdio: ["ignore", log, log],
      detached: true, // Ctrl-C in a terminal is for us: we stop the server when we have finished with it
    });
  } finally {
    closeSync(log);
  }
  const end: { cause?: string } = {};
  child.once("error", (error) => (end.cause = error.message));
  child.once("exit", (code, signal) => (end.cause = `it ended with ${String(signal ?? code)}`));
  child.unref();
  onChild(() => child.kill("SIGINT"));
  try {
    return await untilReady(folder, child, () => end.cause);
  } catch (error) {
    child.kill("SIGINT");
    throw end.cause === undefined ? error : startError(folder, end.cause, logStart);
  } finally {
    onChild(null);
  }
}

async function untilReady(folder: DataFolder, child: ChildProcess, endedBy: () => string | undefined): Promise<Server> {
  const since = Date.now();
  while (endedBy() === undefined && Date.now() - since < LONGEST_START_MS) {
    const server = findServer(folder);
    if (server?.pid === child.pid && server?.status === "ready") return server;
    await sleep(10);
  }
  throw new EmbeddedDatabaseError(
    "start",
    `PostgreSQL was not ready after ${LONGEST_START_MS / 60_000} minutes; see ${folder.log}.`,
  );
}

function startError(folder: DataFolder, ended: string, logStart: number): EmbeddedDatabaseError {
  const said = readFileSync(folder.log).subarray(logStart).toString("utf8").trim();
  if (saysDiskFull(said)) return diskFull(folder.path);
  const last = said.split("\n").slice(-8).join("\n");
  return new EmbeddedDatabaseError(
    "start",
    `PostgreSQL did not start in ${folder.path}: ${ended}. The end of ${folder.log}:\n${last || "(nothing)"}`,
  );
}

/** Waits until a server that another process has started is ready; null where it ends instead. */
export async function untilSettled(folder: DataFolder): Promise<Server | null> {
  const since = Date.now();
  for (;;) {
    const server = findServer(folder);
    if (server === null || server.status === "ready") return server;
    if (Date.now() - since > LONGEST_START_MS) {
      throw new EmbeddedDatabaseError(
        "busy",
        `The PostgreSQL in ${folder.path} does not become ready; see ${folder.log}.`,
      );
    }
    await sleep(25);
  }
}

/** Stops a server: transactions under way are rolled back, everything acknowledged is kept. Waits until it is gone. */
export async function stopServer(server: Server): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    if (!signalServer(server, signal)) return;
    const since = Date.now();
    while (Date.now() - since < LONGEST_STOP_MS) {
      if (!isAlive(server.identity)) return;
      await sleep(10);
    }
  }
  throw new EmbeddedDatabaseError("busy", `PostgreSQL (process ${server.pid}) does not stop; end it by hand.`);
}

/** Sends a signal to this very server and never to a process that has got its number since; false where it is gone. */
export function signalServer(server: Server, signal: NodeJS.Signals): boolean {
  if (!isAlive(server.identity)) return false;
  try {
    process.kill(server.pid, signal);
    return true;
  } catch (error) {
    if (systemCode(error) === "ESRCH") return false;
    throw error;
  }
}
