import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "pg";
import { MY_AGENCY_ACTIONS, PLAN_OVERVIEW } from "./baseline-statements";
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
    const given = (name: string) => url.searchParams.get(name);
    const statement =
      url.pathname === "/my-agency-actions"
        ? {
            name: "my-agency-actions",
            text: MY_AGENCY_ACTIONS,
            values: [given("agency"), given("first"), given("today")],
          }
        : { name: "plan-overview", text: PLAN_OVERVIEW, values: [given("partnership"), given("plan"), given("today")] };
    const result = await pool.query<{ answer: string }>(statement);
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
    count: statementCounter(),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await pool.end();
    },
  };
});
