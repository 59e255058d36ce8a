import { resolve } from "node:path";
import { existsSync } from "node:fs";
import { serverAccounts } from "./account";
import { type Binaries, binariesFor } from "./binaries";
import { checkVersion, createDatabase, hasDatabase, SUPERUSER } from "./cluster";
import { asFolderError } from "./errors";
import { type DataFolder, openDataFolder, rotateLog } from "./folder";
import { forget, leaveOnExit, type Leaver } from "./leaving";
import { findServer, launch, type Server, signalServer, stopServer, untilSettled } from "./server";
import { enter, type User, withLock } from "./sharing";
import { makeSocketFolder, PORT, removeSocketFolder } from "./socket";

export interface EmbeddedOptions {
  /** Where the database lives; made where it is absent. */
  readonly dataDir: string;
  /** Gets short lines for the person who waits; never more than ten seconds apart while something is done. */
  readonly onMessage?: (text: string) => void;
  /** False gives up safety in a power cut for speed: for tests. Default: true. */
  readonly durable?: boolean;
}

/** How `pg` reaches a database of the private server. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface EmbeddedPostgres {
  /** Folder of the server's socket, the `host` of a connection. */
  readonly socketDir: string;
  /** Only a part of the socket's name: nothing listens on TCP. */
  readonly port: number;
  readonly superuser: string;
  /** Process number of the server. */
  readonly pid: number;
  /** True where another process had started the server and it is shared. */
  readonly reused: boolean;
  connectionFor(database: string, user?: string): ConnectionOptions;
  /** Ends this use. The server itself stops when nobody else, in any process, uses it. */
  stop(): Promise<void>;
}

const SILENCE_MS = 8000;

/**
 * Starts the private PostgreSQL of a data folder, or shares the one that another process runs there.
 *
 * @throws {EmbeddedDatabaseError} whose message says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const onMessage = options.onMessage ?? (() => undefined);
  try {
    const folder = openDataFolder(dataDir);
    return await withLock(folder, onMessage, () => new Use(folder).begin(onMessage, options.durable ?? true));
  } catch (error) {
    throw asFolderError(error, dataDir);
  }
}

/** One use of a server by this process, from its start to its stop. */
class Use implements Leaver {
  readonly #user: User;
  #server: Server | null = null;
  #killChild: (() => void) | null = null;
  #stopping: Promise<void> | null = null;

  constructor(private readonly folder: DataFolder) {
    this.#user = enter(folder);
  }

  async begin(onMessage: (text: string) => void, durable: boolean): Promise<EmbeddedPostgres> {
    leaveOnExit(this);
    let doing = "";
    const say = (text: string) => onMessage((doing = text));
    const reminder = setInterval(() => onMessage(`Still at it: ${doing}`), SILENCE_MS);
    try {
      const shared = await this.#shareOrClear(say);
      this.#server = shared ?? (await this.#start(say, durable));
      return this.#describe(this.#server, shared !== null);
    } catch (error) {
      this.#user.leave();
      if (!findServer(this.folder)) removeSocketFolder(this.folder);
      forget(this);
      throw error;
    } finally {
      clearInterval(reminder);
    }
  }

  /** The server that others use; null, with nothing running, where there is none. One that a killed process left is stopped. */
  async #shareOrClear(say: (text: string) => void): Promise<Server | null> {
    const found = findServer(this.folder);
    if (!found) return null;
    if (this.#user.hasCompany()) {
      say("Sharing the PostgreSQL that another process runs…");
      const settled = await untilSettled(this.folder);
      if (settled) return settled;
    }
    say("Stopping a PostgreSQL that an ended process left behind…");
    await stopServer(found);
    return null;
  }

  async #start(say: (text: string) => void, durable: boolean): Promise<Server> {
    const accounts = serverAccounts(this.folder.database);
    const [account] = accounts;
    const onChild = (kill: (() => void) | null) => (this.#killChild = kill);
    rotateLog(this.folder);
    let binaries: Binaries;
    if (hasDatabase(this.folder, say)) {
      binaries = await this.#binaries(account, say);
      checkVersion(this.folder, binaries);
    } else {
      say("Preparing a private PostgreSQL 18 (first start only)…");
      binaries = await this.#binaries(account, say);
      await createDatabase(this.folder, binaries, accounts, { durable, onChild });
    }
    say("Starting PostgreSQL…");
    const [owner] = serverAccounts(this.folder.database);
    const socketDir = await makeSocketFolder(this.folder, owner);
    return launch(this.folder, binaries, owner, { socketDir, durable, onChild });
  }

  #binaries(account: Parameters<typeof binariesFor>[0], say: (text: string) => void): Promise<Binaries> {
    return binariesFor(account, this.folder.path, () => say("Copying PostgreSQL's programs (first start only)…"));
  }

  #describe(server: Server, reused: boolean): EmbeddedPostgres {
    return Object.freeze({
      socketDir: server.socketDir,
      port: PORT,
      superuser: SUPERUSER,
      pid: server.pid,
      reused,
      connectionFor: (database: string, user: string = SUPERUSER) => ({
        host: server.socketDir,
        port: PORT,
        user,
        database,
      }),
      stop: () => this.leave(),
    });
  }

  leave(): Promise<void> {
    return (this.#stopping ??= this.#leave());
  }

  async #leave(): Promise<void> {
    if (!this.#server) {
      this.leaveNow(); // still starting
      return;
    }
    if (existsSync(this.folder.users)) {
      await withLock(
        this.folder,
        () => undefined,
        () => this.#stopUnlessShared(),
      );
    } else {
      await stopServer(this.#server); // the data folder was deleted under us
    }
    forget(this);
  }

  async #stopUnlessShared(): Promise<void> {
    this.#user.leave();
    if (this.#user.hasCompany() || !this.#server) return;
    await stopServer(this.#server);
    removeSocketFolder(this.folder);
  }

  leaveNow(): void {
    this.#killChild?.();
    if (!existsSync(this.folder.users)) {
      if (this.#server) signalServer(this.#server, "SIGINT");
      return;
    }
    this.#user.leave();
    if (this.#server && !this.#user.hasCompany()) signalServer(this.#server, "SIGINT");
  }
}
