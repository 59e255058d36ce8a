import type { Client } from "pg";

type Send = (this: Client, ...args: unknown[]) => unknown;

/**
 * Counts what a process sends to PostgreSQL, whoever in it sends it. Counting replaces a method of the driver, so it is
 * never on while the clock runs. The driver is the process's own: the bench's peers bring another copy of it.
 */
export function statementCounter(driver: typeof Client): () => { statements: number; roundTrips: number } {
  const target = driver.prototype as unknown as { query: Send };
  let plain: Send | null = null;
  let statements = 0;
  let roundTrips = 0;
  return () => {
    const counted = { statements, roundTrips };
    [statements, roundTrips] = [0, 0];
    if (plain) {
      target.query = plain;
      plain = null;
      return counted;
    }
    const { query } = target;
    plain = query;
    target.query = function (this: Client, ...args: unknown[]) {
      const [first] = args;
      const text = typeof first === "string" ? first : ((first as { text?: string } | undefined)?.text ?? "");
      roundTrips += 1;
      // statements that travel together stand apart by a semicolon; none of the service's has one inside it
      statements += text.split(";").filter((part) => part.trim() !== "").length;
      return query.apply(this, args);
    };
    return counted;
  };
}
