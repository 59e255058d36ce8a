import "reflect-metadata";
import { Client } from "pg";
import type { OpenDatabase } from "../src/open-database";
import { startApp } from "../src/app";
import { entities } from "../src/domains/entities";
import type { Config } from "../src/platform/config/index";
import { dataSourceFor } from "../src/platform/database/data-source";
import { schemaWithoutPolicy } from "../src/schema";
import { serveAsChild } from "./child";
import { requireUnbound } from "./database";
import { benchConfig } from "./service-config";
import { statementCounter } from "./statement-counter";

/**
 * The service with its guards off, for weighing them: no field policy, and a login that row-level security does not bind.
 * Everything else is the same, the statement that says who is asking included.
 */
void serveAsChild(async () => {
  const guards = { open: openUnbound, schema: () => schemaWithoutPolicy() };
  return {
    ...(await startApp(benchConfig({ reuse: false }), () => undefined, guards)),
    count: statementCounter(Client),
  };
});

async function openUnbound({ database, poolSize, statementTimeoutMs }: Config): Promise<OpenDatabase> {
  if (database.kind !== "server") throw new Error("The bench names the database that it measures.");
  const url = database.url.reveal();
  const app = await dataSourceFor({ url }, { asAppRole: false, poolSize, statementTimeoutMs, entities }).initialize();
  await requireUnbound((text) => app.query(text));
  return { app, asOwner: (work) => work(app), close: () => app.destroy() };
}
