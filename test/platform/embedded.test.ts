import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import {
  EmbeddedDatabaseError,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../src/platform/database/embedded";
import { isRunning, makeProgram, type Program, run, temporaryFolder, untilGone } from "./embedded-program";

const folders: string[] = [];
const folder = (mode?: number) => {
  folders.push(temporaryFolder(mode));
  return folders.at(-1)!;
};
const program = (options?: Parameters<typeof makeProgram>[0]): Program => {
  const made = makeProgram(options);
  folders.push(made.folder);
  return made;
};
const root = process.getuid?.() === 0;
/** An account that /etc/passwd lists on every Debian and Red Hat, and is neither root nor nobody. */
const ORDINARY = 1;

/** False, said aloud, where a situation cannot be made here. */
function can(made: boolean, what: string): boolean {
  if (!made) console.warn(`skipped: ${what}`);
  return made;
}
const asRoot = () => can(root, "only root can start programs as another account");

async function ask(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new Client(server.connectionFor("postgres"));
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

let ready: Program;
beforeAll(() => {
  ready = program();
});
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

describe("one process", () => {
  test("starts an empty folder, keeps what was written, starts again under a second", async () => {
    const dataDir = join(folder(), "deep", "data");
    const messages: string[] = [];
    const first = await startEmbeddedPostgres({ dataDir, onMessage: (text) => messages.push(text) });
    expect(messages).toEqual(["Preparing a private PostgreSQL 18 (first start only)…", "Starting PostgreSQL…"]);
    expect(first.reused).toBe(false);
    expect(
      await ask(
        first,
        `select unnest(array[current_setting('listen_addresses'), current_setting('fsync'), current_setting('synchronous_commit'),
          current_setting('server_encoding'), datcollate, current_setting('TimeZone'), current_setting('jit')])
          from pg_database where datname = current_database()`,
      ),
    ).toEqual(["", "on", "on", "UTF8", "C.UTF-8", "UTC", "off"]);
    expect(
      await ask(first, "select distinct type || ' ' || auth_method as rule from pg_hba_file_rules order by 1"),
    ).toEqual(["host reject", "local trust"]);
    expect(statSync(first.socketDir).mode & 0o777).toBe(0o700);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, "pgdata")).uid).not.toBe(0);
    await ask(first, "create table kept as select 'Ængus' as name");
    await first.stop();
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    expect(readdirSync(dataDir).sort()).toEqual(["pgdata", "postgres.log", "users"]);

    const since = Date.now();
    const second = await startEmbeddedPostgres({ dataDir });
    expect(Date.now() - since).toBeLessThan(1000);
    expect(await ask(second, "select name from kept")).toEqual(["Ængus"]);
    await second.stop();
  });

  test("two uses share one server, and the last one out stops it", async () => {
    const dataDir = folder();
    const [one, two] = await Promise.all([
      startEmbeddedPostgres({ dataDir, durable: false }),
      startEmbeddedPostgres({ dataDir, durable: false }),
    ]);
    expect([one.reused, two.reused].sort()).toEqual([false, true]);
    expect(one.pid).toBe(two.pid);
    await (one.reused ? two : one).stop();
    const left = one.reused ? one : two;
    expect(await ask(left, "select 1 as one")).toEqual([1]);
    await left.stop();
    expect(isRunning(left.pid)).toBe(false);
  });

  test.each([
    ["spaces, quotes, shell characters and accents", `it's "a" $HOME \`x\` 'données' 資料; rm`],
    ["a path far over the limit of a socket's", join("x".repeat(120), "y".repeat(120))],
  ])("%s", async (_, name) => {
    const server = await startEmbeddedPostgres({ dataDir: join(folder(), name), durable: false });
    expect(await ask(server, "select 1 as one")).toEqual([1]);
    await server.stop();
    expect(existsSync(server.socketDir)).toBe(false);
  });

  test("clears away what an interrupted first start left, and sets an incomplete database aside", async () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, "pgdata.new-abc", "base"), { recursive: true });
    mkdirSync(join(dataDir, "pgdata", "base"), { recursive: true });
    mkdirSync(join(dataDir, "users"));
    writeFileSync(join(dataDir, "users", "999999-1-deadbeef.abc"), "");
    writeFileSync(join(dataDir, "lock"), "999999-1-deadbeef.abc");
    writeFileSync(join(dataDir, "lock.999999-1-deadbeef.abc"), "999999-1-deadbeef.abc");
    const messages: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, durable: false, onMessage: (text) => messages.push(text) });
    expect(messages[0]).toMatch(/is incomplete; it was set aside as .*pgdata\.incomplete-\d+/);
    await server.stop();
    expect(readdirSync(dataDir).sort()).toEqual([
      "pgdata",
      expect.stringMatching(/^pgdata\.incomplete-\d+$/),
      "postgres.log",
      "users",
    ]);
    expect(readdirSync(join(dataDir, "users"))).toEqual([]);
  });

  test("a number in postmaster.pid that now belongs to another process is neither trusted nor killed", async () => {
    const dataDir = folder();
    await (await startEmbeddedPostgres({ dataDir, durable: false })).stop();
    const bystander = spawn("sleep", ["60"], root ? { uid: 65534, gid: 65534 } : {});
    const socket = join(dataDir, "socket");
    const stale = `${bystander.pid}\n${join(dataDir, "pgdata")}\n1700000000\n5432\n${socket}\n\n  1 1\nready   \n`;
    writeFileSync(join(dataDir, "pgdata", "postmaster.pid"), stale);
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(server.pid).not.toBe(bystander.pid);
    await server.stop();
    expect(isRunning(bystander.pid!)).toBe(true);
    bystander.kill("SIGKILL");
  });
});

describe("several processes", () => {
  test("what was acknowledged before kill -9 is there, and the server it left is replaced", async () => {
    const dataDir = folder();
    const killed = run(ready, dataDir, "stay");
    const { up } = await killed.started;
    const client = new Client({ host: up!.socketDir, port: 5432, user: "postgres", database: "postgres" });
    client.on("error", () => undefined);
    await client.connect();
    await client.query("create table kept as select 7 as number");
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(isRunning(up!.pid)).toBe(true);

    const messages: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, onMessage: (text) => messages.push(text) });
    expect(messages).toEqual(["Stopping a PostgreSQL that an ended process left behind…", "Starting PostgreSQL…"]);
    expect(isRunning(up!.pid)).toBe(false);
    expect(existsSync(up!.socketDir) && up!.socketDir !== server.socketDir).toBe(false);
    expect(await ask(server, "select number from kept")).toEqual([7]);
    await server.stop();
  });

  test("after kill -9 of the server itself the next start recovers", async () => {
    const dataDir = folder();
    const server = await startEmbeddedPostgres({ dataDir });
    await ask(server, "create table kept as select 7 as number");
    process.kill(server.pid, "SIGKILL");
    expect(await untilGone(server.pid)).toBe(true);
    await server.stop();
    const again = await startEmbeddedPostgres({ dataDir });
    expect(await ask(again, "select number from kept")).toEqual([7]);
    await again.stop();
  });

  test("a first start that is killed half-way is made again", async () => {
    const dataDir = folder();
    const killed = run(ready, dataDir, "stay");
    while (!existsSync(dataDir) || !readdirSync(dataDir).some((name) => name.startsWith("pgdata.new"))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    killed.child.kill("SIGKILL");
    await killed.ended;
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(await ask(server, "select 1 as one")).toEqual([1]);
    await server.stop();
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s stops the server and then the program", async (signal) => {
    const { child, started, ended } = run(ready, folder(), "stay");
    const { up } = await started;
    child.kill(signal);
    await ended;
    expect(child.signalCode).toBe(signal);
    expect(isRunning(up!.pid)).toBe(false);
    expect(existsSync(up!.socketDir)).toBe(false);
  });

  test("a program that exits without stopping takes the server with it", async () => {
    const { up } = await run(ready, folder(), "exit").ended;
    expect(await untilGone(up!.pid)).toBe(true);
  });

  test("starters at once: one starts, the others share, and the starter may leave first", async () => {
    const dataDir = folder();
    const all = [1, 2, 3].map(() => run(ready, dataDir, "stay"));
    const ups = await Promise.all(all.map(async ({ started }) => (await started).up!));
    expect(ups.map(({ reused }) => reused).sort()).toEqual([false, true, true]);
    const starter = all[ups.findIndex(({ reused }) => !reused)]!;
    starter.child.kill("SIGTERM");
    await starter.ended;
    expect(isRunning(ups[0]!.pid)).toBe(true);
    for (const other of all.filter((one) => one !== starter)) {
      other.child.kill("SIGTERM");
      await other.ended;
    }
    expect(isRunning(ups[0]!.pid)).toBe(false);
  });
});

describe("accounts and installations", () => {
  test("root, with data and programs in a home that no other account may enter", async () => {
    if (!asRoot()) return;
    const home = folder(0o700);
    const closed = program();
    chmodSync(closed.folder, 0o700);
    const copy = readdirSync(tmpdir()).filter((name) => name.startsWith("golden-thread-postgresql-"));
    const first = await run(closed, join(home, "data"), "once").ended;
    expect(first.error).toBeUndefined();
    expect(first.messages).toEqual(
      copy.length > 0 ? expect.any(Array) : expect.arrayContaining([expect.stringMatching(/^Copying/)]),
    );
    const second = await run(closed, join(home, "data"), "once").ended;
    expect(second.messages).toEqual(["Starting PostgreSQL…"]);
    expect(statSync(join(home, "data", "pgdata")).uid).toBe(65534);
    for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith("golden-thread-postgresql-"))) {
      if (!copy.includes(name)) rmSync(join(tmpdir(), name), { recursive: true });
    }
  });

  test("an ordinary user in a 0700 home, install scripts ignored, node_modules read-only; root may start it in between", async () => {
    if (!asRoot()) return;
    const bare = program({ links: false });
    const home = folder(0o700);
    chownSync(home, ORDINARY, ORDINARY);
    const dataDir = join(home, "data");
    const first = await run(bare, dataDir, "once", ORDINARY).ended;
    expect(first.error).toBeUndefined();
    expect(first.messages[1]).toMatch(/^Copying/);
    expect(existsSync(join(bare.native, "lib", "libpq.so.5"))).toBe(false);
    for (const uid of [undefined, ORDINARY]) {
      const later = await run(bare, dataDir, "once", uid).ended;
      expect(later.error).toBeUndefined();
      expect(statSync(join(dataDir, "pgdata")).uid).toBe(ORDINARY);
    }
  });

  test("install scripts ignored, node_modules writable: the links are made where they belong", async () => {
    const bare = program({ links: false });
    const outcome = await run(bare, join(folder(), "data"), "fast").ended;
    expect(outcome.messages).toEqual(["Preparing a private PostgreSQL 18 (first start only)…", "Starting PostgreSQL…"]);
    expect(readlinkSync(join(bare.native, "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
  });

  test("an account without a name, and a folder of another account, are told what to do", async () => {
    if (!asRoot()) return;
    const dataDir = folder(0o700);
    expect((await run(ready, dataDir, "fast", ORDINARY).ended).error).toEqual({
      name: "EmbeddedDatabaseError",
      problem: "folder",
      message: expect.stringMatching(/^This account may not use .*Set DATA_DIR .* or set DATABASE_URL\.$/) as string,
    });
    chownSync(dataDir, 54321, 54321);
    expect((await run(ready, dataDir, "fast", 54321).ended).error).toMatchObject({
      problem: "no-account",
      message: expect.stringMatching(/set DATABASE_URL/) as string,
    });
    expect(readdirSync(dataDir).sort()).toEqual(["postgres.log", "users"]);
  });

  test("no binary for the platform", async () => {
    expect((await run(program({ binaries: false }), folder(), "fast").ended).error).toMatchObject({
      problem: "no-binary",
      message: expect.stringMatching(/^No PostgreSQL binary is installed for .*: set DATABASE_URL/) as string,
    });
  });

  test("a broken binary says what it said", async () => {
    const broken = program();
    rmSync(join(broken.native, "lib", "libicuuc.so.60.2"));
    const outcome = await run(broken, join(folder(), "data"), "fast").ended;
    expect(outcome.error).toMatchObject({
      problem: "no-binary",
      message: expect.stringMatching(/libicuuc.*Set DATABASE_URL/s) as string,
    });
  });
});

describe("folders that cannot be used", () => {
  const failure = async (dataDir: string): Promise<EmbeddedDatabaseError> => {
    const error: unknown = await startEmbeddedPostgres({ dataDir, durable: false }).catch((caught: unknown) => caught);
    if (!(error instanceof EmbeddedDatabaseError)) throw error;
    return error;
  };

  test("a file in its place, or above it", async () => {
    const path = join(folder(), "file");
    writeFileSync(path, "");
    for (const dataDir of [path, join(path, "data")]) {
      expect((await failure(dataDir)).message).toMatch(/cannot be used as a folder .*Set DATA_DIR/);
    }
  });

  test("a database of another PostgreSQL, and one that does not start", async () => {
    const dataDir = folder();
    await (await startEmbeddedPostgres({ dataDir, durable: false })).stop();
    const version = join(dataDir, "pgdata", "PG_VERSION");
    writeFileSync(version, "16\n");
    expect((await failure(dataDir)).message).toMatch(/was made by PostgreSQL 16, and this is PostgreSQL 18/);
    writeFileSync(version, "18\n");
    writeFileSync(join(dataDir, "pgdata", "postgresql.conf"), "no_such_setting = 1\n");
    const error = await failure(dataDir);
    expect(error.problem).toBe("start");
    expect(error.message).toMatch(/no_such_setting/);
    expect(readdirSync(join(dataDir, "users"))).toEqual([]);
    expect(readFileSync(join(dataDir, "postgres.log"), "utf8")).toMatch(/no_such_setting/);
  });
});
