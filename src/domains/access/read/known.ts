import type { DataSource } from "typeorm";
import { BadInputError } from "../../../platform/errors/index";

/** An instant as of which rows are read: as text, and the parameter that stands for it. */
export interface Instant {
  readonly text: string;
  readonly sql: string;
}

/**
 * Tables of which only today's rows are kept, each with the reason. Those of all other entities have every version kept
 * (`known.<table>(instant)` gives the rows as of then), and a test asks the database for each.
 */
export const ONLY_TODAY: Readonly<Record<string, string>> = {
  challenge_counter: "it counts, and no answer is made of it",
  audit_entry: "it is the record of what happened, and never changes",
  bank_holiday: "a day is closed or not, whenever that was first known",
  bank_holiday_calendar: "a day is closed or not, whenever that was first known",
  idempotent_request: "it stands for what was done, for a day",
  import_batch: "what an import reported is added to, never changed",
  import_row: "what an import reported is added to, never changed",
  invitation: "who was invited is in the trail",
  rule_finding: "what a rule found is added to, and says when",
  notification: "it is its person's alone, and of what happened there is the trail",
  notification_address: "where somebody is told is of today, and may be erased",
  notification_preference: "how somebody is told is of today",
  person: "who somebody is belongs to no partnership, and may be erased",
  service_token: "whether a token holds is asked of today",
};

const tables = new WeakMap<DataSource, ReadonlySet<string>>();

/** Tables whose rows can be read as of an instant. */
export function knownTables(source: DataSource): ReadonlySet<string> {
  let found = tables.get(source);
  if (!found) {
    const names = source.entityMetadatas.map(({ tableName }) => tableName);
    tables.set(source, (found = new Set(names.filter((name) => !(name in ONLY_TODAY)))));
  }
  return found;
}

const READS_TABLE = /\b(from|join)\s+([a-z_]+)\b(?![.(])/g;

/**
 * The same SQL as of an instant: its rows as they were known then, deleted ones included, and its today that day. Tables
 * are named plainly after `from` and `join` for it to find them.
 */
export const asKnown = (sql: string, { sql: at }: Instant, known: ReadonlySet<string>): string =>
  sql
    .replace(READS_TABLE, (whole, word: string, table: string) =>
      known.has(table) ? `${word} known.${table}(${at})` : whole,
    )
    .replaceAll("app.today()", `known.day(${at})`)
    .replaceAll("app.now()", at);

/** The same SQL kept from being read as of an instant with what stands around it: today's rows. */
export const asToday = (sql: string, known: ReadonlySet<string>): string =>
  sql.replace(READS_TABLE, (whole, word: string, table: string) =>
    known.has(table) ? `${word} public.${table}` : whole,
  );

/** How far ahead of this clock an instant may be: clocks differ, and of two changes at one moment the later is put after. */
const AHEAD_MS = 5 * 60_000;

/**
 * The instant that an argument names.
 *
 * @throws {BadInputError} where it is to come.
 */
export function instantOf(asked: Date, now: Date, argument: string): string {
  if (asked.getTime() > now.getTime() + AHEAD_MS)
    throw new BadInputError(
      `${argument} is to come, and nobody knows yet what will be known then. Leave it out for now.`,
      [argument],
    );
  return asked.toISOString();
}
