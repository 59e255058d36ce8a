import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, Pool } from "pg";
import { STATEMENTS } from "./baseline-statements";
import { serveAsChild } from "./child";
import { requireUnbound } from "./database";
import { statementCounter } from "./statement-counter";

/** As many connections to the database as the service opens unless told otherwise. */
const CONNECTIONS = 10;

/** The hand-written limit: bare HTTP, one prepared statement an operation, its text sent straight out, no permissions. */
void serveAsChild(async () => {
  const pool = new Pool({
    connectionString: process.env.DATABASE_URL,
    max: CONNECTIONS,
    options: "-c timezone=UTC",
  });
  await requireUnbound(async (text) => (await pool.query<{ free: boolean }>(text)).rows);

  const answer = async (url: URL): Promise<string | null> => {
    const statement = STATEMENTS[url.pathname.slice(1)];
    if (!statement) return null;
    const { text, names } = statement;
    const values = names.map((name) => url.searchParams.get(name));
    const result = await pool.query<{ answer: string }>({ name: url.pathname, text, values });
    return result.rows[0]?.answer ?? null;
  };
  const server = createServer((request, response) => {
    answer(new URL(request.url ?? "/", "http://localhost")).then(
      (text) => response.writeHead(text === null ? 404 : 200, { "content-type": "application/json" }).end(text ?? ""),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: statementCounter(Client),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await pool.end();
    },
  };
});
