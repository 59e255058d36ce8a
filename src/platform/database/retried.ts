import { DatabaseError } from "pg";
import { QueryFailedError } from "typeorm";

/** Longest that a database is waited for which is away, and between two tries. */
const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 2_000;
const FIRST_PAUSE_MS = 25;

/**
 * Whether a transaction failed for no fault of its own: the database was away or is starting, or it was given up for the sake
 * of another. Whether it was committed may then be unknown, so that it must be one that can be done twice.
 */
export function mayBeTriedAgain(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (cause instanceof DatabaseError) return /^(08|40|53300|55P03|57P)/.test(cause.code ?? "");
  if (!(cause instanceof Error)) return false;
  const { code } = cause as Error & { code?: unknown };
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return true;
  return /connection (terminated|ended)|not queryable|timeout exceeded|client (was closed|has encountered)/i.test(
    cause.message,
  );
}

/** What `work` gives, tried again after a pause for as long as it is worth waiting. It must be whole or nothing, and may be done twice. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!mayBeTriedAgain(error) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    }
  }
}
