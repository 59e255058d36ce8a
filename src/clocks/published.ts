import { type Calendar, type Division } from "./calendar";
import published from "./published.json";

const calendarOf = (division: Division): Calendar => {
  const { days, ...span } = published[division];
  return { division, version: 1, ...span, closed: new Set(days.map(({ day }) => day)) };
};

/** Each division's calendar as this release brings it (docs/clocks.md); what is published later is in the database. */
export const PUBLISHED: Readonly<Record<Division, Calendar>> = {
  ENGLAND_AND_WALES: calendarOf("ENGLAND_AND_WALES"),
  SCOTLAND: calendarOf("SCOTLAND"),
  NORTHERN_IRELAND: calendarOf("NORTHERN_IRELAND"),
};
