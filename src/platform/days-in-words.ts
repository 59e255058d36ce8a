import { londonDay } from "./clock";

/** How exactly a day is meant. */
export type Exactness = "DAY" | "MONTH" | "QUARTER" | "YEAR";

// made once: each keeps tens of kilobytes outside the heap until it is collected
const formats = {
  DAY: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
  MONTH: new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }),
  YEAR: new Intl.DateTimeFormat("en-GB", { year: "numeric", timeZone: "UTC" }),
};
const QUARTERS = ["January to March", "April to June", "July to September", "October to December"];

const monthOf = (day: string) => Number(day.slice(5, 7)) - 1;

/** A day in words, as exactly as it is meant: "31 March 2019", "March 2019", "January to March 2019", "2019". */
export function dayInWords(day: string, exactness: Exactness = "DAY"): string {
  if (exactness === "QUARTER") return `${QUARTERS[Math.floor(monthOf(day) / 3)] ?? ""} ${day.slice(0, 4)}`;
  return formats[exactness].format(new Date(`${day}T00:00:00Z`));
}

/** The last day of the month, quarter or year in which a day is; of a day, itself. */
export function lastDayOf(day: string, exactness: Exactness): string {
  if (exactness === "DAY") return day;
  const month = monthOf(day);
  const last = { MONTH: month, QUARTER: month - (month % 3) + 2, YEAR: 11 }[exactness];
  // day 0 of a month is the last of the one before it
  return new Date(Date.UTC(Number(day.slice(0, 4)), last + 1, 0)).toISOString().slice(0, 10);
}

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" });
const londonTime = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "Europe/London",
});

/** A day with its weekday: "Thursday 20 December 2018". */
export const weekdayInWords = (day: string): string =>
  `${weekday.format(new Date(`${day}T00:00:00Z`))} ${dayInWords(day)}`;

/** An instant in London: "17:00 on Thursday 20 December 2018, London time". */
export const instantInWords = (instant: Date): string =>
  `${londonTime.format(instant)} on ${weekdayInWords(londonDay(instant))}, London time`;
