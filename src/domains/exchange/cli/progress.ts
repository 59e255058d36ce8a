import type { ReadingProgress } from "../reader/index";

/** A line on a terminal is renewed at least this often, and another kind of output gets a line at most this often. */
const TERMINAL_MS = 1_000;
const LINE_MS = 5_000;

/** Says on a stream what is being done, for as long as it is being done. */
export class Progress {
  private doing = "";
  private lastLine = 0;
  private readonly startedAt = Date.now();
  private readonly timer: NodeJS.Timeout;
  private shown = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    this.timer = setInterval(() => this.tick(), TERMINAL_MS);
  }

  /** A step begins. */
  say = (message: string): void => {
    this.doing = message;
    this.clear();
    this.stream.write(`${message}\n`);
    this.lastLine = Date.now();
  };

  reading = ({ stage, done, total }: ReadingProgress): void => {
    this.doing = total > 0 ? `${stage}: ${Math.floor((100 * done) / total)} %` : stage;
    this.tick();
  };

  stop(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private tick(): void {
    if (this.doing === "") return;
    const now = Date.now();
    const seconds = Math.round((now - this.startedAt) / 1_000);
    if (this.stream.isTTY) {
      this.stream.write(`\r\u001b[K${this.doing} (${seconds} s)`);
      this.shown = true;
    } else if (now - Math.max(this.lastLine, this.startedAt) >= LINE_MS) {
      this.stream.write(`Still at it after ${seconds} s: ${this.doing}\n`);
      this.lastLine = now;
    }
  }

  private clear(): void {
    if (this.shown) this.stream.write("\r\u001b[K");
    this.shown = false;
  }
}
