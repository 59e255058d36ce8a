import type { BankHolidayCalendar } from "./bank-holiday.entity";
import type { ExtendBankHolidaysInput } from "./calendars.inputs";
import { type Extension, extensionOf } from "./extension";
import type { Send } from "../audit/index";

/** What was done to a calendar, for the trail; null where it said all of that already. */
export type Extended = { id: string; happened: { division: string; version: number; from: string; to: string } | null };

/**
 * Tells a division's calendar of bank holidays, in the caller's transaction; the trail's entry is the caller's to write there,
 * since the operator at the command line is no person. Told the same again, nothing changes.
 *
 * @throws {BadInputError} where the days make no sense.
 */
export async function extendBankHolidays(send: Send, input: ExtendBankHolidaysInput): Promise<Extended> {
  const { division } = input;
  const [calendar] = await send<
    Pick<BankHolidayCalendar, "id" | "source" | "version" | "publishedFrom" | "publishedTo">
  >(
    `select id, source, version, published_from as "publishedFrom", published_to as "publishedTo"
     from bank_holiday_calendar where division = $1 for update`,
    [division],
  );
  if (!calendar) throw new Error(`no calendar of ${division}`);
  const days = await send<{ day: string; name: string }>("select day, name from bank_holiday where division = $1", [
    division,
  ]);
  const extension = extensionOf({ ...calendar, days }, input);
  if (!extension) return { id: calendar.id, happened: null };
  await change(send, division, extension);
  return {
    id: calendar.id,
    happened: { division, version: calendar.version + 1, from: extension.from, to: extension.to },
  };
}

async function change(send: Send, division: string, { source, from, to, days }: Extension): Promise<void> {
  await send("delete from bank_holiday where division = $1 and day >= $2", [division, from]);
  await send(
    `insert into bank_holiday (division, day, name)
     select $1, day, name from jsonb_to_recordset($2::jsonb) as told (day date, name text)`,
    [division, JSON.stringify(days)],
  );
  await send(
    `update bank_holiday_calendar set version = version + 1, source = $2, published_to = $3, changed_at = app.now()
     where division = $1`,
    [division, source, to],
  );
}
