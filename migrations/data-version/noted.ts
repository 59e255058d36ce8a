import type { QueryRunner } from "typeorm";

const EVENTS = {
  insert: "referencing new table as after_rows for each statement",
  update: "referencing old table as before_rows new table as after_rows for each statement",
  delete: "referencing old table as before_rows for each statement",
  truncate: "for each statement",
};
/** What is noted of a table, each by a trigger. */
export const NOTED = Object.keys(EVENTS);

/** Which versions a change of a table moves on (1763700000006). */
export type Note = "note_change" | "note_published_change" | "note_partnership_change" | "note_change_everywhere";

/** Has every change of a table move on the versions by which answers are kept. */
export async function noteChanges(runner: QueryRunner, table: string, note: Note = "note_change"): Promise<void> {
  for (const [event, how] of Object.entries(EVENTS))
    await runner.query(
      `create trigger ${table}_${event}_noted after ${event} on ${table} ${how} execute function app.${note}()`,
    );
}
