import { type ChildProcess, fork } from "node:child_process";
import type { Message, Question } from "./child";
import type { Request } from "./load";
import type { SideKind } from "./sides";
import type { Workload } from "./workloads";

/** How long a server may take to start, and a question to be answered, in milliseconds. */
const START_MS = 60_000;
const ANSWER_MS = 10_000;
/** After this long a server that was asked to stop is killed. */
const STOP_MS = 8_000;

/** One of the servers that are measured against each other, in a process of its own. */
/**
 * How `npm start` runs Node: room for the objects of several answers before they are collected, and less of it for those that
 * outlived that. Every side has it.
 */
const AS_STARTED = ["--max-semi-space-size=24", "--heap-growing-percent=80"];

export class Side {
  private constructor(
    private readonly kind: SideKind,
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  get name(): string {
    return this.kind.name;
  }

  /** Starts the kind's program over the database. @throws what the server says when it cannot start. */
  static async start(kind: SideKind, url: string): Promise<Side> {
    const env = { ...process.env, DATABASE_URL: url };
    const [program, ...args] = kind.program;
    const child = fork(program, args, { env, execArgv: AS_STARTED, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    try {
      const message = await next(child, ["ready", "failed"], START_MS);
      if (message.kind !== "ready")
        throw new Error(
          `The ${kind.name} did not start: ${message.kind === "failed" ? message.message : message.kind}`,
        );
      return new Side(kind, child, message.address);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** What it is asked for a workload, one question a caller. */
  questions(workload: Workload): Promise<Request[]> {
    return this.kind.questions(this.address, workload);
  }

  /** An answer of its own in the words of the service's. */
  inOurWords(workload: Workload, answer: unknown): unknown {
    return this.kind.inOurWords ? this.kind.inOurWords(workload, answer) : answer;
  }

  /** Processor time of the process so far, in milliseconds, and the memory it holds, in bytes. */
  async usage(): Promise<{ cpu: number; memory: number }> {
    const message = await this.ask("usage");
    if (message.kind !== "usage") throw new Error(`The ${this.name} did not say what it uses.`);
    return { cpu: message.microseconds / 1000, memory: message.resident };
  }

  /** Statements and round trips that `work` makes the server send to PostgreSQL. */
  async counted(work: () => Promise<unknown>): Promise<{ statements: number; roundTrips: number }> {
    await this.ask("count");
    await work();
    const message = await this.ask("count");
    if (message.kind !== "count") throw new Error(`The ${this.name} did not count.`);
    return message;
  }

  /** Where the processor's time goes while `work` is done, written to `file` as DevTools read it. */
  async profiled(file: string, work: () => Promise<unknown>): Promise<void> {
    await this.ask("profile");
    await work();
    await this.ask("profile", file);
  }

  /** Asks the server to stop, and ends its process if it does not. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once("exit", () => resolve()));
    const patience = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    if (this.child.connected) this.child.send({ kind: "stop" } satisfies Question);
    else this.child.kill("SIGKILL");
    await ended;
    clearTimeout(patience);
  }

  private ask(kind: "usage" | "count" | "profile", file?: string): Promise<Message> {
    const answer = next(this.child, [kind], ANSWER_MS);
    this.child.send({ kind, file } satisfies Question);
    return answer;
  }
}

/** The next message of one of these kinds; an error when the child ends or stays silent. */
function next(child: ChildProcess, kinds: Message["kind"][], patience: number): Promise<Message> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      then();
    };
    const onMessage = (message: Message) => {
      if (kinds.includes(message.kind)) settle(() => resolve(message));
    };
    const onExit = () => settle(() => reject(new Error("A server under test ended unasked.")));
    const timer = setTimeout(() => settle(() => reject(new Error("A server under test does not answer."))), patience);
    child.on("message", onMessage);
    child.on("exit", onExit);
  });
}
