import type { Precision } from "./types";

/** A stretch of days as printed: first and last day as YYYY-MM-DD, and how exact the words were. */
export interface Stretch {
  start: string;
  end: string;
  precision: Precision;
  doubt: string | null;
}

/** A date found in a text: where, and what it means; `stretch` is null when it is no day of the calendar. */
export interface FoundDate {
  from: number;
  to: number;
  stretch: Stretch | null;
  /** A day or month printed without its year, to be completed by a date that follows. */
  partial: { month: number; day: number | null } | null;
  doubt: string | null;
}

const MONTH_NAMES =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const MONTH = `(${MONTH_NAMES})\\b\\.?`;
const YEAR = "(?:'|’)?((?:19|20)\\d\\d|\\d\\d)(?![\\d:])";
const TAIL = "(?:\\s{0,2}[/-]\\s{0,2}((?:20)?\\d\\d)(?!\\d))?";
const ORDER = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

interface Matcher {
  pattern: RegExp;
  read: (parts: string[], dayFirst: boolean) => Pick<FoundDate, "stretch" | "partial" | "doubt">;
}

const ordinals: Record<string, number> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  "1st": 1,
  "2nd": 2,
  "3rd": 3,
  "4th": 4,
};

/** In the order tried at each place of a text. Each is sticky and bounded, so a text is walked once. */
const MATCHERS: Matcher[] = [
  {
    pattern: /(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?z?)?(?!\d)/y,
    read: ([, y, m, d]) => found(day(Number(y), Number(m), Number(d))),
  },
  {
    pattern: /(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)/y,
    read: ([, a, , b, y], dayFirst) => numeric(Number(a), Number(b), fullYear(y), dayFirst),
  },
  {
    pattern: new RegExp(`(\\d{1,2})(?:st|nd|rd|th)?(?:\\s+of)?[\\s/-]{0,3}${MONTH},?[\\s/-]{0,3}${YEAR}`, "y"),
    read: ([, d, m, y]) => found(day(fullYear(y), monthOf(m), Number(d))),
  },
  {
    pattern: new RegExp(`${MONTH}\\s{1,2}(\\d{1,2})(?:st|nd|rd|th)?,?\\s{1,2}((?:19|20)\\d\\d)(?!\\d)`, "y"),
    read: ([, m, d, y]) => found(day(fullYear(y), monthOf(m), Number(d))),
  },
  {
    pattern: new RegExp(`(\\d{1,2})(?:st|nd|rd|th)?(?:\\s+of)?\\s{1,2}${MONTH}(?!\\w)`, "y"),
    read: ([, d, m]) => ({ stretch: null, partial: { month: monthOf(m), day: Number(d) }, doubt: null }),
  },
  {
    pattern: new RegExp(`${MONTH},?[\\s-]{0,3}(?:of\\s+)?${YEAR}(?!/\\d)`, "y"),
    read: ([whole, m, y]) => {
      const stretch = month(fullYear(y), monthOf(m));
      const short = /\s['’]?\d\d$/.test(whole ?? "") && !/['’]/.test(whole ?? "");
      return {
        ...found(stretch),
        doubt: short ? `"${whole ?? ""}" was read as a month of ${fullYear(y)}, not as a day` : null,
      };
    },
  },
  {
    pattern: new RegExp(`${MONTH}(?!\\w)`, "y"),
    read: ([, m]) => ({ stretch: null, partial: { month: monthOf(m), day: null }, doubt: null }),
  },
  {
    pattern: new RegExp(
      `(?:q|qtr\\.?|quarter)\\s{0,2}([1-4])(?!\\d)(?:[\\s,(]{0,3}(?:of\\s+)?(?:fy\\s?)?((?:20)?\\d\\d)(?!\\d)${TAIL})?`,
      "y",
    ),
    read: ([, q, y, tail]) => quarter(Number(q), y, tail),
  },
  {
    pattern: new RegExp(
      `(first|second|third|fourth|1st|2nd|3rd|4th)\\s{1,2}(?:quarter|qtr)(?!\\w)(?:\\s{1,2}(?:of\\s+)?((?:20)\\d\\d)(?!\\d)${TAIL})?`,
      "y",
    ),
    read: ([, q, y, tail]) => quarter(ordinals[q ?? ""] ?? 1, y, tail),
  },
  {
    pattern: new RegExp(
      `(autumn|spring|summer|winter)(\\s+term)?[\\s,]{1,2}(?:of\\s+)?((?:20)\\d\\d)(?!\\d)${TAIL}`,
      "y",
    ),
    read: ([, season, term, y, tail]) => seasonOf(season ?? "", term !== undefined, Number(y), tail),
  },
  {
    pattern: /(\d{1,2})\s?[/.-]\s?((?:19|20)\d\d)(?![\d/.-]\d?)/y,
    read: ([, m, y]) => found(month(Number(y), Number(m))),
  },
  {
    pattern: /(academic|school) year\s{1,2}((?:19|20)\d\d)\s?[/-]\s?((?:20)?\d\d)(?!\d)/y,
    read: ([, , y, next]) => schoolYear(Number(y), fullYear(next)),
  },
  {
    pattern: /((?:19|20)\d\d)\s?([/-])\s?((?:19|20)?\d\d)(?!\d)/y,
    read: ([, y, sign, next]) => years(Number(y), sign ?? "/", next ?? ""),
  },
  {
    pattern: /((?:19|20)\d\d)(?![\d%])/y,
    read: ([, y]) => found({ start: `${y ?? ""}-01-01`, end: `${y ?? ""}-12-31`, precision: "YEAR", doubt: null }),
  },
];

/** Every date of a text, in order. `text` is in lower case. */
export function findDates(text: string, dayFirst: boolean): FoundDate[] {
  const dates: FoundDate[] = [];
  let at = 0;
  while (at < text.length) {
    const before = at === 0 ? " " : (text[at - 1] ?? " ");
    const hit = /[a-z0-9'’]/.test(text[at] ?? "") && !/[a-z0-9]/.test(before) ? match(text, at, dayFirst) : null;
    if (hit) {
      dates.push(hit);
      at = hit.to;
    } else at++;
  }
  return completed(dates, text);
}

function match(text: string, at: number, dayFirst: boolean): FoundDate | null {
  for (const { pattern, read } of MATCHERS) {
    pattern.lastIndex = at;
    const parts = pattern.exec(text);
    if (parts) return { from: at, to: pattern.lastIndex, ...read([...parts], dayFirst) };
  }
  return null;
}

/** Gives "March" of "March and September 2026" the year that follows; what stays without a year is no date. */
function completed(dates: FoundDate[], text: string): FoundDate[] {
  for (let index = dates.length - 2; index >= 0; index--) {
    const [current, next] = [dates[index], dates[index + 1]];
    if (!current?.partial || !next?.stretch) continue;
    if (!/^\s*(?:\/|,|&|-|–|and|or|to|until|\s)*\s*$/.test(text.slice(current.to, next.from).slice(0, 20))) continue;
    const year = Number(next.stretch.start.slice(0, 4));
    const nextMonth = Number(next.stretch.start.slice(5, 7));
    const { month: ownMonth, day: ownDay } = current.partial;
    const ownYear = ownMonth > nextMonth ? year - 1 : year;
    current.stretch = ownDay === null ? month(ownYear, ownMonth) : day(ownYear, ownMonth, ownDay);
    current.partial = null;
  }
  return dates;
}

function found(stretch: Stretch | null): Pick<FoundDate, "stretch" | "partial" | "doubt"> {
  return { stretch, partial: null, doubt: stretch === null ? "not a day of the calendar" : stretch.doubt };
}

function numeric(
  first: number,
  second: number,
  year: number,
  dayFirst: boolean,
): Pick<FoundDate, "stretch" | "partial" | "doubt"> {
  const [d, m] = dayFirst ? [first, second] : [second, first];
  if (m > 12 && d <= 12) {
    const order = dayFirst ? "month first" : "day first";
    return { stretch: null, partial: null, doubt: `looks written ${order}; it was not guessed` };
  }
  return found(day(year, m, d));
}

function monthOf(name: string | undefined): number {
  return ORDER.indexOf((name ?? "").slice(0, 3)) + 1;
}

function fullYear(digits: string | undefined): number {
  const year = Number(digits);
  return (digits ?? "").length === 2 ? 2000 + year : year;
}

function iso(year: number, monthNumber: number, dayNumber: number): string {
  return `${String(year).padStart(4, "0")}-${String(monthNumber).padStart(2, "0")}-${String(dayNumber).padStart(2, "0")}`;
}

export function lastDayOf(year: number, monthNumber: number): number {
  return new Date(Date.UTC(year, monthNumber, 0)).getUTCDate();
}

function day(year: number, monthNumber: number, dayNumber: number): Stretch | null {
  if (year < 1990 || year > 2099 || monthNumber < 1 || monthNumber > 12) return null;
  if (dayNumber < 1 || dayNumber > lastDayOf(year, monthNumber)) return null;
  const only = iso(year, monthNumber, dayNumber);
  return { start: only, end: only, precision: "DAY", doubt: null };
}

function month(year: number, monthNumber: number): Stretch | null {
  if (year < 1990 || year > 2099 || monthNumber < 1 || monthNumber > 12) return null;
  return months(year, monthNumber, year, monthNumber, "MONTH", null);
}

function months(y1: number, m1: number, y2: number, m2: number, precision: Precision, doubt: string | null): Stretch {
  return { start: iso(y1, m1, 1), end: iso(y2, m2, lastDayOf(y2, m2)), precision, doubt };
}

/** A quarter of a financial year (from April) when two years are printed; of a calendar year, with a doubt, when one is. */
function quarter(
  number: number,
  year: string | undefined,
  tail: string | undefined,
): Pick<FoundDate, "stretch" | "partial" | "doubt"> {
  if (year === undefined) return { stretch: null, partial: null, doubt: "a quarter is printed without its year" };
  const first = fullYear(year);
  if (tail === undefined) {
    const from = number * 3 - 2;
    return found(
      months(
        first,
        from,
        first,
        from + 2,
        "QUARTER",
        "read as a quarter of the calendar year; a financial year may be meant",
      ),
    );
  }
  const start = number === 4 ? 1 : number * 3 + 1;
  const startYear = number === 4 ? first + 1 : first;
  return found(months(startYear, start, startYear, start + 2, "QUARTER", null));
}

const SEASONS: Record<string, { season: [number, number]; term: [number, number] }> = {
  spring: { season: [3, 5], term: [1, 4] },
  summer: { season: [6, 8], term: [4, 7] },
  autumn: { season: [9, 11], term: [9, 12] },
  winter: { season: [12, 2], term: [12, 2] },
};

function seasonOf(
  name: string,
  term: boolean,
  year: number,
  tail: string | undefined,
): Pick<FoundDate, "stretch" | "partial" | "doubt"> {
  const spans = SEASONS[name];
  if (!spans) return found(null);
  const [from, to] = term ? spans.term : spans.season;
  // In a school year printed as 2025/26 the autumn is of the first year, spring and summer of the second.
  const startYear = tail !== undefined && name !== "autumn" && name !== "winter" ? year + 1 : year;
  const last = ORDER[to - 1] ?? "";
  const doubt = `"${name}${term ? " term" : ""}" was read as ending with ${last.charAt(0).toUpperCase()}${last.slice(1)}`;
  return found(months(startYear, from, to < from ? startYear + 1 : startYear, to, "QUARTER", doubt));
}

function schoolYear(first: number, second: number): Pick<FoundDate, "stretch" | "partial" | "doubt"> {
  if (second !== first + 1) return found(null);
  const doubt = "read as a school year, ending 31 August";
  return found({ start: `${first}-09-01`, end: `${second}-08-31`, precision: "YEAR", doubt });
}

function years(first: number, sign: string, next: string): Pick<FoundDate, "stretch" | "partial" | "doubt"> {
  const second = next.length === 2 ? Math.floor(first / 100) * 100 + Number(next) : Number(next);
  if (second < first) return found(null);
  const financial = second === first + 1 && (sign === "/" || next.length === 2);
  if (financial)
    return found({
      start: `${first}-04-01`,
      end: `${second}-03-31`,
      precision: "YEAR",
      doubt: "read as a financial year, ending 31 March",
    });
  return {
    stretch: { start: `${first}-01-01`, end: `${second}-12-31`, precision: "YEAR", doubt: "RANGE" },
    partial: null,
    doubt: null,
  };
}
