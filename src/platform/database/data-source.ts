import { join } from "node:path";
import { types } from "pg";
import { DataSource, type MixedList } from "typeorm";
import { SnakeCaseNaming } from "./naming";

/** Role that every request runs as: it owns nothing, is no superuser and cannot bypass row-level security. */
export const APP_ROLE = "golden_thread_app";

/** Where a PostgreSQL server is: an address with everything in it, or a private socket. */
export type Connection = { url: string } | { host: string; port: number; user: string; database: string };

export interface DataSourceOptions {
  /** Run every statement as `APP_ROLE` (the connecting login must be a member of it). */
  asAppRole: boolean;
  poolSize?: number;
  statementTimeoutMs?: number;
  entities?: MixedList<new () => object>;
  applicationName?: string;
}

// A day stays the text it is in the database; a count or a figure is a number.
types.setTypeParser(types.builtins.DATE, (text) => text);
types.setTypeParser(types.builtins.NUMERIC, Number);
types.setTypeParser(types.builtins.INT8, Number);

/** A TypeORM data source, not yet connected. Migrations are found in `migrations/`, compiled or not. */
export function dataSourceFor(connection: Connection, options: DataSourceOptions): DataSource {
  const { poolSize = 10, statementTimeoutMs = 0 } = options;
  const server = "url" in connection ? { url: connection.url } : { ...connection, username: connection.user };
  const settings = [
    ...(options.asAppRole ? [`role=${APP_ROLE}`] : []),
    ...(statementTimeoutMs > 0 ? [`statement_timeout=${statementTimeoutMs}`] : []),
    "timezone=UTC",
    "random_page_cost=1.1",
    // row-level security makes a statement dear to plan and no dearer to run: one plan is kept for each, and used
    "plan_cache_mode=force_generic_plan",
    // and compiling one to machine code takes seconds, to save milliseconds of a statement that reads few rows
    "jit=off",
  ];
  return new DataSource({
    type: "postgres",
    ...server,
    entities: options.entities ?? [],
    migrations: [join(__dirname, "../../../migrations/*.{ts,js}")],
    migrationsTableName: "migration",
    namingStrategy: new SnakeCaseNaming(),
    installExtensions: false,
    uuidExtension: "pgcrypto",
    applicationName: options.applicationName ?? "golden-thread",
    extra: {
      max: poolSize,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      options: settings.map((setting) => `-c ${setting}`).join(" "),
    },
  });
}
