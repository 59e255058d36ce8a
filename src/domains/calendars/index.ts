export * from "./bank-holiday.entity";
export { type Extended, extendBankHolidays } from "./bank-holidays.service";
export { ExtendBankHolidaysInput } from "./calendars.inputs";
export {
  byCalendar,
  CALENDAR_OF,
  calendarName,
  calendarOf,
  divisionOf,
  knowCalendars,
  namedCalendar,
  readCalendars,
} from "./calendars.loaders";
export * from "./calendars.permissions";
export { BankHolidayCalendarResolver, extended } from "./calendars.resolver";
