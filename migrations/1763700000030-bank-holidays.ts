import type { MigrationInterface, QueryRunner } from "typeorm";
import { noteChanges } from "./data-version/noted";
import published from "../src/clocks/published.json";

const tables = `
  create table bank_holiday_calendar (
    id uuid not null default gen_random_uuid(),
    division text not null,
    version int not null,
    source text not null,
    published_from date not null,
    published_to date not null,
    changed_at timestamptz not null,
    constraint bank_holiday_calendar_pkey primary key (id),
    constraint bank_holiday_calendar_division_key unique (division),
    constraint bank_holiday_calendar_division_check check (division in ('ENGLAND_AND_WALES', 'SCOTLAND', 'NORTHERN_IRELAND')),
    constraint bank_holiday_calendar_span_check check (published_from <= published_to)
  );
  create table bank_holiday (
    id uuid not null default gen_random_uuid(),
    division text not null,
    day date not null,
    name text not null,
    constraint bank_holiday_pkey primary key (id),
    constraint bank_holiday_division_day_key unique (division, day),
    constraint bank_holiday_division_fkey foreign key (division) references bank_holiday_calendar (division)
  );
`;

const seedCalendar = `
  insert into bank_holiday_calendar (division, version, source, published_from, published_to, changed_at)
  values ($1, 1, $2, $3, $4, now())`;
const seedDays = `
  insert into bank_holiday (division, day, name) select $1, day, name from jsonb_to_recordset($2::jsonb) as published (day date, name text)`;

/** The same for every partnership: whoever asks reads them, and platform administrators and the operator write them. */
const policies = (table: string) => `
  alter table ${table} enable row level security, force row level security;
  create policy ${table}_read on ${table} for select to golden_thread_app using ((select app.actor()) is not null);
`;
const ADMINISTERED = "(select app.admin())";
const writes = `
  create policy bank_holiday_calendar_add on bank_holiday_calendar for insert to golden_thread_app with check (${ADMINISTERED});
  create policy bank_holiday_calendar_change on bank_holiday_calendar for update to golden_thread_app
    using (${ADMINISTERED}) with check (${ADMINISTERED});
  create policy bank_holiday_add on bank_holiday for insert to golden_thread_app with check (${ADMINISTERED});
  create policy bank_holiday_remove on bank_holiday for delete to golden_thread_app using (${ADMINISTERED});
  grant select, insert on bank_holiday_calendar to golden_thread_app;
  grant update (version, source, published_to, changed_at) on bank_holiday_calendar to golden_thread_app;
  grant select, insert, delete on bank_holiday to golden_thread_app;
`;

const noted = ["bank_holiday_calendar", "bank_holiday"];
/**
 * Bank holidays, of no partnership: what counts working days takes them as they stand, of whatever instant it tells. The
 * days of this release are in from the start; docs/clocks.md says how later ones come.
 */
export class BankHolidays1763700000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    for (const [division, { source, from, to, days }] of Object.entries(published)) {
      await runner.query(seedCalendar, [division, source, from, to]);
      await runner.query(seedDays, [division, JSON.stringify(days)]);
    }
    for (const table of noted) {
      await runner.query(policies(table));
      await noteChanges(runner, table, "note_change_everywhere");
    }
    await runner.query(writes);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table bank_holiday, bank_holiday_calendar");
  }
}
