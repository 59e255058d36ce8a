import express from "express";
import { type DataSource, QueryFailedError } from "typeorm";
import { isUnavailability, RequestDatabase, UnavailableError } from "../../platform/database/request-database";
import { DEMONSTRATION_ISSUER, type DemonstrationSignIn } from "../../platform/http/tokens";
import type { Role } from "./role";

/** Somebody whom the demonstration lets anybody act as. */
export interface DemonstrationActor {
  actor: string;
  label: string;
  role: Role;
  agency: string | null;
  partnership: string;
}

/** The demonstration's actors with what they hold today. Asked of the database each time: actors come with data. */
export async function demonstrationActors(source: DataSource, now: Date): Promise<DemonstrationActor[]> {
  const runner = source.createQueryRunner();
  const query = <R>(sql: string, values: unknown[] = []) => runner.query(sql, values) as Promise<R[]>;
  try {
    await runner.startTransaction();
    await query("select app.enter_as_operator(null, $1)", [now.toISOString()]);
    const partnerships = await query<{ id: string }>("select id from partnership order by slug");
    const actors: DemonstrationActor[] = [];
    for (const { id } of partnerships) {
      await query("select app.enter_as_operator($1, $2)", [id, now.toISOString()]);
      actors.push(...(await query<DemonstrationActor>(HELD, [id, DEMONSTRATION_ISSUER])));
    }
    await runner.commitTransaction();
    return actors;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw unavailable(error);
  } finally {
    await runner.release();
  }
}

/** Whether somebody of this name holds anything today, found as the request of such a token would find it. */
async function isDemonstrationActor(source: DataSource, now: Date, actor: string): Promise<boolean> {
  const db = new RequestDatabase(source, { issuer: DEMONSTRATION_ISSUER, subject: actor }, now);
  try {
    const said = await db.enter();
    const entered = said === null ? null : (JSON.parse(said) as { memberships: unknown[] });
    return entered !== null && entered.memberships.length > 0;
  } finally {
    await db.end();
  }
}

const unavailable = (error: unknown): unknown =>
  isUnavailability(error instanceof QueryFailedError ? error.driverError : error) ? new UnavailableError(error) : error;

const HELD = `
  select p.subject as actor, p.label, m.role, g.name as agency, s.slug as partnership
  from membership m join person p on p.id = m.person_id join partnership s on s.id = m.partnership_id left join agency g on g.id = m.agency_id
  where m.partnership_id = $1 and p.issuer = $2 and m.valid_from <= app.today() and (m.valid_to is null or m.valid_to >= app.today())
    and (m.ended_at is null or m.ended_at > app.now())
  order by p.subject`;

/** `GET /demo/actors` and `POST /demo/sign-in`. Mounted only where demonstration sign-in is on. */
export function demonstrationRoutes(source: DataSource, signIn: DemonstrationSignIn, now: () => Date): express.Router {
  const router = express.Router();
  router.get("/demo/actors", async (_request, response) => {
    response.setHeader("cache-control", "no-store");
    response.json(await demonstrationActors(source, now()));
  });
  router.post("/demo/sign-in", express.json({ limit: 4096 }), async (request, response) => {
    response.setHeader("cache-control", "no-store");
    const { actor } = (request.body ?? {}) as { actor?: unknown };
    if (typeof actor !== "string" || actor.includes("\0") || !(await isDemonstrationActor(source, now(), actor))) {
      response.status(400).json({
        errors: [
          {
            message: 'Name a demonstration actor: {"actor": "…"}. GET /demo/actors lists them.',
            extensions: { code: "BAD_USER_INPUT" },
          },
        ],
      });
      return;
    }
    response.json({ token: await signIn.tokenFor(actor) });
  });
  return router;
}
