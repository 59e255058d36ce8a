import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Connection } from "../../src/platform/database/data-source";

/** Messages of PostgreSQL's protocol: a type, a length, a body. The first that a client sends has no type. */
class Messages {
  private rest = Buffer.alloc(0);
  constructor(private started: boolean) {}

  take(chunk: Buffer): { type: string; bytes: Buffer }[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const whole: { type: string; bytes: Buffer }[] = [];
    for (;;) {
      const at = this.started ? 1 : 0;
      if (this.rest.length < at + 4) return whole;
      const length = at + this.rest.readInt32BE(at);
      if (this.rest.length < length) return whole;
      whole.push({ type: at === 0 ? "" : String.fromCharCode(this.rest[0]!), bytes: this.rest.subarray(0, length) });
      this.started = true;
      this.rest = this.rest.subarray(length);
    }
  }
}

/** What a demonstration asks each second beside its requests (src/standing-clock.ts); it is neither counted nor stopped at. */
const BESIDE = "history.standing_clock";

/** Where the conversation is to stop. */
interface Stop {
  /** Statements that are still let through. */
  left: number;
  /** Whether the one after them reaches the server, and only its answer is kept back. */
  heard: boolean;
  reached: () => void;
}

/**
 * Stands between a service and PostgreSQL, on this machine alone, and can stop their conversation before any statement or
 * before its answer: what a crash at that moment leaves is what the server then has. A statement is what is sent up to where
 * the client waits: one query, or what is prepared, bound and executed together.
 */
export class DatabaseProxy {
  private readonly clients = new Set<Socket>();
  private readonly servers = new Set<Socket>();
  private stop: Stop | null = null;
  private passed = 0;

  private constructor(
    private readonly server: Server,
    private readonly to: Connection,
  ) {
    server.on("connection", (client: Socket) => {
      this.join(client);
    });
  }

  static async before(to: Connection): Promise<DatabaseProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new DatabaseProxy(server, to);
  }

  /** The same database by way of the proxy. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    if (!("url" in this.to)) {
      const { user, database } = this.to;
      return `postgres://${encodeURIComponent(user)}@127.0.0.1:${String(port)}/${database}`;
    }
    const url = new URL(this.to.url);
    url.hostname = "127.0.0.1";
    url.port = String(port);
    return url.toString();
  }

  /** Counts statements from now on. */
  count(): () => number {
    const before = this.passed;
    return () => this.passed - before;
  }

  /** Lets so many statements through and stops at the next, or (`heard`) at its answer; settles when it is there. */
  stopAfter(left: number, { heard = false } = {}): Promise<void> {
    return new Promise((reached) => (this.stop = { left, heard, reached }));
  }

  /** Loses every connection, waits until the server has let go of them, and lets everything through again. */
  async cut(): Promise<void> {
    this.stop = null;
    for (const client of this.clients) client.destroy();
    await Promise.all([...this.servers].map((server) => new Promise((resolve) => server.once("close", resolve).end())));
  }

  async close(): Promise<void> {
    await this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private upstream(): Socket {
    if (!("url" in this.to)) return connect(`${this.to.host}/.s.PGSQL.${String(this.to.port)}`);
    const { hostname, port } = new URL(this.to.url);
    return connect(Number(port || 5432), hostname);
  }

  private join(client: Socket): void {
    const server = this.upstream();
    const [asked, answered] = [new Messages(false), new Messages(true)];
    let pending: Buffer[] = [];
    let keptBack = false;
    for (const [socket, other, all] of [
      [client, server, this.clients],
      [server, client, this.servers],
    ] as const) {
      all.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        all.delete(socket);
        other.end();
      });
    }
    client.on("data", (chunk: Buffer) => {
      for (const { type, bytes } of asked.take(chunk)) {
        pending.push(bytes);
        // P, B, D, E, C go with the S that follows them
        if ("PBDEC".includes(type) && type !== "") continue;
        const statement = Buffer.concat(pending);
        pending = [];
        if ((type === "Q" || type === "S") && !statement.includes(BESIDE)) {
          const { stop } = this;
          if (stop && stop.left === 0) {
            if (!stop.heard) {
              stop.reached();
              return;
            }
            keptBack = true;
          } else if (stop) stop.left -= 1;
          this.passed += 1;
        }
        server.write(statement);
      }
    });
    server.on("data", (chunk: Buffer) => {
      for (const { type, bytes } of answered.take(chunk)) {
        if (!keptBack) client.write(bytes);
        else if (type === "Z") this.stop?.reached();
      }
    });
  }
}
