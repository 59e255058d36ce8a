import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/** What the bench tells the servers it measures, and what they tell it, over the channel that a forked process has. */
export type Question =
  | { kind: "usage" }
  | { kind: "count" }
  /** Begins a profile of the processor's time; with a file, ends it and writes it there. */
  | { kind: "profile"; file?: string }
  | { kind: "stop" };

export type Message =
  | { kind: "ready"; address: string }
  | { kind: "failed"; message: string }
  /** Processor time of the process so far, user and system, in microseconds, and its resident memory, in bytes. */
  | { kind: "usage"; microseconds: number; resident: number }
  /** Statements sent and round trips made since counting began; counting ends with the answer. */
  | { kind: "count"; statements: number; roundTrips: number }
  | { kind: "profile" };

export interface ServerUnderTest {
  address: string;
  stop: () => Promise<void>;
  /** The first call begins counting; the second gives the count and ends it. */
  count: () => { statements: number; roundTrips: number };
}

/** Runs one server as a child of the bench: starts it, answers questions, and ends with its parent. */
export async function serveAsChild(start: () => Promise<ServerUnderTest>): Promise<void> {
  const tell = (message: Message) => process.send?.(message);
  process.on("SIGINT", () => undefined); // a Ctrl-C reaches the whole group; the parent ends us in order
  try {
    const server = await start();
    const stop = () => void server.stop().finally(() => process.exit(0));
    process.once("disconnect", stop);
    process.on("message", (question: Question) => {
      const { kind } = question;
      if (kind === "stop") stop();
      if (kind === "usage") {
        const { user, system } = process.cpuUsage();
        tell({ kind, microseconds: user + system, resident: process.memoryUsage.rss() });
      }
      if (kind === "count") tell({ kind, ...server.count() });
      if (kind === "profile") void profile(question.file).then(() => tell({ kind }));
    });
    tell({ kind: "ready", address: server.address });
  } catch (error) {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect();
  }
}

const inspector = new Session();

async function profile(file?: string): Promise<void> {
  if (file === undefined) {
    inspector.connect();
    await inspector.post("Profiler.enable");
    await inspector.post("Profiler.start");
    return;
  }
  const { profile: taken } = await inspector.post("Profiler.stop");
  writeFileSync(file, JSON.stringify(taken));
  inspector.disconnect();
}
