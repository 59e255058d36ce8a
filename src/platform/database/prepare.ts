import type { DataSource, QueryRunner } from "typeorm";
import { APP_ROLE } from "./data-source";

/** A database that cannot serve as it is; the message says what to do about it. */
export class DatabaseNotReadyError extends Error {
  override name = "DatabaseNotReadyError";
}

/** Any number that nobody else in the database locks: "golden thread migrations". */
const MIGRATION_LOCK = 7_021_190_214;

/**
 * Brings the schema up to date, as the owner. Safe for several replicas starting at once: one migrates, the others wait.
 * Gives the names of the migrations that ran.
 */
export async function migrate(owner: DataSource): Promise<string[]> {
  const runner = owner.createQueryRunner();
  try {
    await requireVersion(runner);
    await runner.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await ensureAppRole(runner);
    const ran = await owner.runMigrations({ transaction: "each" });
    return ran.map(({ name }) => name);
  } finally {
    await runner.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`).catch(() => undefined);
    await runner.release();
  }
}

async function requireVersion(runner: QueryRunner): Promise<void> {
  const [{ version }] = (await runner.query(
    "select current_setting('server_version_num')::int / 10000 as version",
  )) as [{ version: number }];
  if (version < 15)
    throw new DatabaseNotReadyError(`This server is PostgreSQL ${version}; Golden Thread needs 15 or later.`);
}

/** Roles belong to the whole server, so this is no migration: another database may have made it already. */
async function ensureAppRole(runner: QueryRunner): Promise<void> {
  const [role] = (await runner.query("select rolsuper, rolbypassrls from pg_roles where rolname = $1", [APP_ROLE])) as {
    rolsuper: boolean;
    rolbypassrls: boolean;
  }[];
  if (role && (role.rolsuper || role.rolbypassrls))
    throw new DatabaseNotReadyError(
      `The role ${APP_ROLE} may bypass row-level security on this server: alter role ${APP_ROLE} nosuperuser nobypassrls.`,
    );
  try {
    if (!role) {
      await runner.query(
        `do $$ begin create role ${APP_ROLE} nologin; exception when duplicate_object or unique_violation then null; end $$`,
      );
    }
    await runner.query(`do $$ begin
      if not pg_has_role(current_user, '${APP_ROLE}', 'member') then execute 'grant ${APP_ROLE} to ' || quote_ident(current_user); end if;
    end $$`);
  } catch {
    const create = role ? "" : `create role ${APP_ROLE} nologin; `;
    throw new DatabaseNotReadyError(
      `The login in DATABASE_URL may not ${role ? "act as" : "create"} the role ${APP_ROLE}. Ask an administrator to run once: ` +
        `${create}grant ${APP_ROLE} to <that login>;`,
    );
  }
}

/** Refuses to serve through a login that row-level security would not bind. */
export async function requireBoundByRowSecurity(app: DataSource): Promise<void> {
  const [found] = await app.query<{ unbound: boolean; owner: boolean; member: boolean }[]>(
    `select r.rolsuper or r.rolbypassrls as unbound,
            exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'public' and c.relkind = 'r' and c.relowner = r.oid) as owner,
            pg_has_role(current_user, $1, 'usage') as member
     from pg_roles r where r.rolname = current_user`,
    [APP_ROLE],
  );
  if (!found || found.unbound || found.owner || !found.member)
    throw new DatabaseNotReadyError(
      `The login that requests would run as is a superuser, may bypass row-level security, owns tables or is no member of ${APP_ROLE}. ` +
        "Set APP_DATABASE_URL to a login that is only a member of that role.",
    );
}
