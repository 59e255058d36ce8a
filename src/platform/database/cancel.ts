import { EventEmitter } from "node:events";
import { Connection, type PoolClient } from "pg";

/** What `pg` has on its clients and connections and does not declare. */
interface Backend {
  host: string;
  port: number;
  ssl: boolean | object;
  processID: number | null;
  secretKey: number | Buffer | null;
}
interface Wire extends EventEmitter {
  connect(port: number | string, host?: string): void;
  cancel(processID: number, secretKey: number | Buffer): void;
  stream: { destroy(): void };
}

/** Milliseconds after which a server that does not take the request is left to its statement timeout. */
const PATIENCE = 5_000;

/**
 * Asks the server to give up what the client's connection is doing: PostgreSQL's cancel request, on a connection of its
 * own and with the key that the server gave. It needs no right, unlike `pg_cancel_backend`, which asks for the rights of the
 * login and not of the role. Settles once the server has closed that connection, and so has passed the request on: what is
 * sent afterwards is safe from it. Never fails.
 */
export function cancelStatement(client: PoolClient): Promise<void> {
  const { host, port, ssl, processID, secretKey } = client as unknown as Backend;
  if (processID === null || secretKey === null) return Promise.resolve();
  // pg's own Client.cancel never sends over TLS; its Connection does
  const wire = new Connection({ ssl }) as unknown as Wire;
  return new Promise((resolve) => {
    const timer = setTimeout(done, PATIENCE);
    function done() {
      clearTimeout(timer);
      wire.stream.destroy();
      resolve();
    }
    wire.on("error", done);
    wire.on("end", done);
    wire.on(ssl ? "sslconnect" : "connect", () => {
      wire.cancel(processID, secretKey);
    });
    if (host.startsWith("/")) wire.connect(`${host}/.s.PGSQL.${port}`);
    else wire.connect(port, host);
  });
}
