import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isRoot } from "./account";
import { EmbeddedDatabaseError } from "./errors";

/** The files of one private PostgreSQL, all inside DATA_DIR. */
export interface DataFolder {
  readonly path: string;
  /** The database itself. It gets this name only when it is complete. */
  readonly database: string;
  /** One file for each process that uses the server. */
  readonly users: string;
  /** Held while a process starts or stops the server. */
  readonly lock: string;
  /** The folder of the socket, or a link to it. */
  readonly socket: string;
  readonly log: string;
}

const LARGEST_LOG_BYTES = 5_000_000;

/** Makes DATA_DIR, readable by nobody else, unless it is there. */
export function openDataFolder(dataDir: string): DataFolder {
  makeFolder(dataDir);
  const path = realpathSync(dataDir);
  refuseAnothers(path);
  const folder = {
    path,
    database: join(path, "pgdata"),
    users: join(path, "users"),
    lock: join(path, "lock"),
    socket: join(path, "socket"),
    log: join(path, "postgres.log"),
  };
  mkdirSync(folder.users, { recursive: true, mode: 0o700 });
  keepOwner(folder, folder.users);
  return folder;
}

/** A folder in use for something else is left as it is: a database's files must not be scattered among a person's own. */
function refuseAnothers(path: string): void {
  const names = readdirSync(path).filter((name) => !["lost+found", "evidence"].includes(name));
  if (names.length === 0 || names.some((name) => ["pgdata", "users"].includes(name))) return;
  throw new EmbeddedDatabaseError(
    "folder",
    `${path} is in use for something else (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}). Set DATA_DIR to an empty folder, or to one that is not there yet.`,
  );
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node answers ENOENT for a read-only disk; asking the nearest folder that exists gives the reason.
    let nearest = dataDir;
    while (!existsSync(nearest) && nearest !== dirname(nearest)) nearest = dirname(nearest);
    accessSync(nearest, constants.W_OK);
    throw error;
  }
}

/** Hands what root has made in another account's folder to that account, which will want to start the server itself. */
export function keepOwner({ path }: Pick<DataFolder, "path">, made: string): void {
  if (!isRoot()) return;
  const { uid, gid } = statSync(path);
  if (uid !== 0 && lstatSync(made).uid === 0) chownSync(made, uid, gid);
}

/** The log, opened for adding to it; never through a link, since root may be writing in another account's folder. */
export function openLog(folder: DataFolder): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const log = openSync(folder.log, O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
  keepOwner(folder, folder.log);
  return log;
}

/** Keeps the log from growing for ever: a large one becomes `postgres.log.old`. */
export function rotateLog({ log }: DataFolder): void {
  const found = statSync(log, { throwIfNoEntry: false });
  if (found && found.size > LARGEST_LOG_BYTES) renameSync(log, `${log}.old`);
}
