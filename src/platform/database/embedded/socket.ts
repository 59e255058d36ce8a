import { chownSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Account, mayEnter } from "./account";
import { EmbeddedDatabaseError } from "./errors";
import type { DataFolder } from "./folder";

/** The socket's name carries a port number though nothing listens on TCP. */
export const PORT = 5432;

const PREFIX = "golden-thread-socket-";

/** The longest path of a socket in bytes: `sun_path` of unix(7) less its closing zero. */
const LONGEST_SOCKET_PATH = process.platform === "linux" ? 107 : 103;

/**
 * A new folder for the server's socket that only `account` may enter: in the data folder, or, where its path is too long,
 * its disk takes no sockets or the account cannot reach it, in a folder for temporary files that `folder.socket` links to.
 */
export async function makeSocketFolder(folder: DataFolder, account: Account): Promise<string> {
  removeSocketFolder(folder);
  if (isShort(folder.socket) && mayEnter(account, folder.path)) {
    mkdirSync(folder.socket, { mode: 0o700 });
    if (await takesSockets(folder.socket)) return give(folder.socket, account);
    removeSocketFolder(folder);
  }
  for (const base of new Set([tmpdir(), "/tmp", "/var/tmp", "/dev/shm", "/run"])) {
    const made = isShort(join(base, `${PREFIX}XXXXXX`)) && mayEnter(account, base) ? make(base) : null;
    if (made === null) continue;
    symlinkSync(made, folder.socket);
    if (await takesSockets(made)) return give(made, account);
    removeSocketFolder(folder);
  }
  throw new EmbeddedDatabaseError(
    "folder",
    `Neither ${folder.path} nor a folder for temporary files can hold PostgreSQL's socket: set DATA_DIR to a folder with a short path on a local disk, or set DATABASE_URL.`,
  );
}

/** Removes the socket's folder, and what a killed server has left in it, wherever it is. */
export function removeSocketFolder({ socket }: DataFolder): void {
  const found = lstatSync(socket, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) {
    const target = readlinkSync(socket);
    if (basename(target).startsWith(PREFIX)) rmSync(target, { recursive: true, force: true });
  }
  rmSync(socket, { recursive: true, force: true });
}

const isShort = (socketFolder: string) =>
  Buffer.byteLength(join(socketFolder, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH;

function make(base: string): string | null {
  try {
    return mkdtempSync(join(base, PREFIX));
  } catch {
    return null;
  }
}

function give(socketFolder: string, account: Account): string {
  if (account.switched) chownSync(socketFolder, account.uid, account.gid);
  return socketFolder;
}

/** Shared folders of virtual machines and containers often refuse sockets; only trying tells. */
function takesSockets(socketFolder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(join(socketFolder, "trial"), () => server.close(() => resolve(true)));
  });
}
