import { cpus, totalmem } from "node:os";
import { BenchDatabaseError, type BenchServer, fill, openBenchServer } from "./database";
import type { Size } from "./generate";
import { BadAnswerError } from "./load";
import { DifferentAnswersError } from "./measure";
import { OptionsError } from "./options";
import { Side } from "./side";
import type { SideKind } from "./sides";

/** Errors whose message is all that the reader needs. */
const told = [BadAnswerError, BenchDatabaseError, DifferentAnswersError, OptionsError];
/** Silence on the terminal is broken after this many milliseconds. */
const PATIENCE = 10_000;

/** What a command of the bench works with: databases and servers that end with it, however it ends. */
export interface Session {
  say: (text: string) => void;
  /** Fills a database, or one beside it for each other name; gives its address. */
  database: (size: Size, name?: string) => Promise<string>;
  start: (kind: SideKind, url: string) => Promise<Side>;
  /** Has something done when the servers have stopped and the databases are still there. */
  atEnd: (work: () => Promise<void>) => void;
  /** The machine and the programs, for the line below a table. */
  machine: () => string;
}

/** Runs one command of the bench, says how far it is, and leaves nothing running behind it. */
export function inSession(command: string, work: (session: Session) => Promise<void>): void {
  const startedAt = Date.now();
  let last = "";
  const print = (text: string) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  const reminder = setInterval(() => print(`still at it: ${last}`), PATIENCE);
  const say = (text: string) => {
    last = text;
    reminder.refresh();
    print(text);
  };

  const sides: Side[] = [];
  const atEnd: (() => Promise<void>)[] = [];
  let server: BenchServer | undefined;
  let version = "unknown";
  let interrupted = false;
  const close = async () => {
    await Promise.all(sides.map((side) => side.stop()));
    for (const work of atEnd.splice(0)) await work();
    await server?.close();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interrupted) return;
      interrupted = true;
      say(`stopping (${signal})`);
      void close().finally(() => process.exit(130));
    });
  }

  const session: Session = {
    say,
    database: async (size, name) => {
      const { partnerships, actions, updates } = size;
      say(`${partnerships} partnerships x ${actions} actions x ${updates} updates`);
      server ??= await openBenchServer(process.env.DATABASE_URL || undefined, say);
      const url = await server.database(name);
      version = await fill(url, size, say);
      return url;
    },
    start: async (kind, url) => {
      const side = await Side.start(kind, url);
      sides.push(side);
      return side;
    },
    atEnd: (work) => void atEnd.push(work),
    machine: () =>
      `Node ${process.versions.node}, PostgreSQL ${version}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB. Only the ratios travel.`,
  };
  work(session)
    .catch((error: unknown) => {
      if (interrupted) return;
      if (told.some((kind) => error instanceof kind)) console.error(`${command}: ${(error as Error).message}`);
      else console.error(`${command}: failed:`, error);
      process.exitCode = 1;
    })
    .finally(() => {
      clearInterval(reminder);
      if (!interrupted) void close();
    });
}
