import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** The service as a newcomer starts it: what `npm start` runs, in a process of its own. */
export class Program {
  readonly lines: string[] = [];
  /** Longest time in milliseconds between two lines, up to the line that says it is ready. */
  longestSilence = 0;
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly waiting: (() => void)[] = [];

  constructor(settings: Record<string, string>) {
    const { PATH = "", HOME = "" } = process.env;
    this.child = spawn(process.execPath, ["scripts/start.mjs"], {
      cwd: root,
      env: { PATH, HOME, LOG_LEVEL: "warn", ...settings },
    });
    let last = Date.now();
    let rest = "";
    const take = (chunk: Buffer) => {
      if (this.address === null) this.longestSilence = Math.max(this.longestSilence, Date.now() - last);
      last = Date.now();
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop() ?? "";
      this.lines.push(...parts);
      for (const wake of this.waiting.splice(0)) wake();
    };
    this.child.stdout?.on("data", take);
    this.child.stderr?.on("data", take);
    this.exited = new Promise((resolve) => {
      this.child.once("exit", (code) => {
        resolve(code);
        for (const wake of this.waiting.splice(0)) wake();
      });
    });
  }

  get address(): string | null {
    return this.text.match(/ready after [\d.]+ s at (http:\/\/\S+)/)?.[1] ?? null;
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** Waits until it listens; gives the address. */
  async ready(): Promise<{ address: string }> {
    await this.says(/ready after/);
    return { address: this.address ?? "" };
  }

  /** Waits until it has said something. */
  async says(words: RegExp): Promise<void> {
    while (!words.test(this.text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended instead of starting:\n${this.text}`);
      await new Promise<void>((wake) => this.waiting.push(wake));
    }
  }

  /** Ends it as a terminal does, or (hard) as a crash does. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
