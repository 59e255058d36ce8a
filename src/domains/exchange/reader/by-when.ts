import { findDates, type FoundDate, type Stretch } from "./calendar";
import { STRUCK_OFF, STRUCK_ON, hasStruck, letters, plain, shorten, unmarked } from "./text";
import type { ByWhenKind, Precision, ReadByWhen, ReadStatusValue } from "./types";
import { BY_WHEN_WORDS } from "./words";

/** A by-when cell as read: its own date, the date it replaced, every date when there are several, and what is unsure. */
export interface ByWhenReading {
  byWhen: ReadByWhen;
  original: ReadByWhen | null;
  milestones: ReadByWhen[];
  /** Said in the by-when cell itself ("June 2017 Completed"). */
  status: ReadStatusValue | null;
  doubts: string[];
}

const COARSENESS: Precision[] = ["DAY", "MONTH", "QUARTER", "YEAR"];
const LONGEST = 1_500;

export interface DateRules {
  /** Day before month in 03/04/2026. */
  dayFirst: boolean;
}

/**
 * Reads a by-when. The first date printed is the action's own; with several, each is also a milestone. A month means its last
 * day. A date that is replaced by a revised one is the original. What cannot be read is UNKNOWN with a doubt, never a guess.
 */
export function readByWhen(marked: string, rules: DateRules): ByWhenReading {
  const struck = struckText(marked);
  const text = plain(marked).split("\n").join(" ").trim();
  const printed = unmarked(marked).split("\n").join(" ").trim();
  const doubts: string[] = [];
  if (printed.length > LONGEST)
    doubts.push(`only the first ${LONGEST} characters of the by-when were searched for dates`);
  const searched = text.slice(0, LONGEST);
  const lower = searched.toLowerCase().replace(/[‐-―−]/g, "-");
  const dates = findDates(lower, rules.dayFirst);
  const sound = dates.filter((date): date is SoundDate => date.stretch !== null);
  for (const date of dates) doubts.push(...doubtsOf(date, searched));
  const status = saysCompleted(lower, dates) ? ("COMPLETED" as const) : null;
  const counted = BY_WHEN_WORDS.counted.exec(lower);
  if (counted !== null && sound.some((date) => date.from > counted.index)) {
    doubts.push(`the by-when "${shorten(printed, 60)}" counts from a date; the day it ends was not worked out`);
    return { ...undated(printed, lower, dates, doubts), status, original: struckOriginal(struck, rules) };
  }
  if (sound.length === 0)
    return { ...undated(printed, lower, dates, doubts), status, original: struckOriginal(struck, rules) };

  const parts = sound.map((date, index) => described(date, index, sound, searched));
  const replaced = revision(lower, sound);
  const own = replaced === null ? 0 : replaced.now;
  doubts.push(...sound.flatMap((date) => yearOnly(date, lower)));
  const range = replaced === null ? rangeOf(sound, lower) : null;
  const main = range ?? dated(printed, lower, sound[own] ?? sound[0], own, parts, doubts);
  const byWhen: ReadByWhen = {
    ...main,
    text: printed,
    revised: BY_WHEN_WORDS.revised.test(lower) || replaced !== null || struck !== "",
  };
  const original = replaced === null ? struckOriginal(struck, rules) : (parts[replaced.before] ?? null);
  const steps = parts.filter((_, index) => index !== replaced?.before);
  return {
    byWhen,
    original,
    milestones: range === null && steps.length > 1 ? steps : [],
    status,
    doubts: [...new Set(doubts)],
  };
}

/** Whether nothing but "completed" stands beside the dates; "to be completed by" says nothing. */
function saysCompleted(lower: string, dates: FoundDate[]): boolean {
  let rest = lower;
  for (const date of [...dates].reverse()) rest = rest.slice(0, date.from) + rest.slice(date.to);
  return BY_WHEN_WORDS.completed.has(letters(rest));
}

/** Says of a bare year that a word beside it was not understood: "Easter 2026", "early 2026". */
function yearOnly(date: SoundDate, lower: string): string[] {
  if (!/^\d{4}$/.test(lower.slice(date.from, date.to))) return [];
  const word = /(\p{L}[\p{L}'’-]*)[\s,]{1,2}$/u.exec(lower.slice(Math.max(0, date.from - 40), date.from))?.[1];
  if (word === undefined || BY_WHEN_WORDS.besideYear.has(word)) return [];
  return [`"${word} ${lower.slice(date.from, date.to)}": only the year could be read`];
}

type SoundDate = FoundDate & { stretch: Stretch };

function doubtsOf(date: FoundDate, text: string): string[] {
  const words = `"${text.slice(date.from, date.to)}"`;
  if (date.stretch === null)
    return [date.partial === null ? `${words}: ${date.doubt ?? "not read"}` : `${words} has no year`];
  return date.doubt === null ? [] : [`${words}: ${date.doubt}`];
}

function undated(
  printed: string,
  lower: string,
  dates: FoundDate[],
  doubts: string[],
): Pick<ByWhenReading, "byWhen" | "milestones" | "doubts"> {
  const kind: ByWhenKind =
    dates.length > 0
      ? "UNKNOWN"
      : BY_WHEN_WORDS.ongoing.test(lower)
        ? "ONGOING"
        : BY_WHEN_WORDS.recurring.test(lower)
          ? "RECURRING"
          : "UNKNOWN";
  const byWhen: ReadByWhen = {
    text: printed,
    kind,
    start: null,
    end: null,
    precision: null,
    label: null,
    revised: BY_WHEN_WORDS.revised.test(lower),
  };
  if (kind === "UNKNOWN" && dates.length === 0) {
    const serial = /^[3-6]\d{4}$/.test(printed);
    if (serial) doubts.push(`the by-when ${printed} looks like a spreadsheet's day number; format the cell as a date`);
    else doubts.push(printed === "" ? "no by-when" : `no date could be read in the by-when "${shorten(printed, 60)}"`);
  }
  return { byWhen, milestones: [], doubts };
}

/** The date as a by-when: due, or recurring when the cell begins with a cadence that starts then. */
function dated(
  printed: string,
  lower: string,
  date: SoundDate | undefined,
  index: number,
  parts: ReadByWhen[],
  doubts: string[],
): ReadByWhen {
  const part = parts[index];
  if (!date || !part)
    return { text: printed, kind: "UNKNOWN", start: null, end: null, precision: null, label: null, revised: false };
  const lead = lower.slice(0, date.from);
  const open: ByWhenKind | null = BY_WHEN_WORDS.ongoing.test(lead)
    ? "ONGOING"
    : BY_WHEN_WORDS.recurring.test(lead)
      ? "RECURRING"
      : null;
  if (open !== null) {
    const begins = /\b(?:from|since|starting|commencing|beginning)\W{0,3}$/.test(lead);
    return {
      ...part,
      kind: open,
      start: begins ? date.stretch.start : null,
      end: null,
      precision: begins ? date.stretch.precision : null,
    };
  }
  if (date.stretch.doubt === "RANGE") return { ...part, kind: "RANGE", start: date.stretch.start };
  const rest = lower.slice(date.to);
  if (BY_WHEN_WORDS.onward.test(rest) || /\b(?:from|since)\W{0,3}$/.test(lead))
    doubts.push("the by-when goes on after its date; the plan prints no end");
  else if (BY_WHEN_WORDS.recurring.test(rest)) doubts.push("the by-when has a date and a cadence; the date was taken");
  return part;
}

/** Two dates joined as "from … to …", and nothing else. */
function rangeOf(dates: SoundDate[], lower: string): Omit<ReadByWhen, "text" | "revised"> | null {
  const [first, second] = dates;
  if (!first || !second || dates.length !== 2 || second.stretch.end < first.stretch.start) return null;
  const between = lower.slice(first.to, second.from).trim();
  const joined =
    /^(?:-|to|until|till|through|up to)$/.test(between) ||
    (between === "and" && /\bbetween\W{0,3}$/.test(lower.slice(0, first.from)));
  // "April/May 2016" is a stretch; "Dec 2025 / Mar 2026" is two dates.
  const yearOnce = !/\d/.test(lower.slice(first.from, first.to));
  const monthPair =
    yearOnce && between === "/" && first.stretch.precision === "MONTH" && second.stretch.precision === "MONTH";
  if (!joined && !monthPair) return null;
  const precision =
    COARSENESS[Math.max(COARSENESS.indexOf(first.stretch.precision), COARSENESS.indexOf(second.stretch.precision))] ??
    "YEAR";
  const label = labelText(`${lower.slice(0, first.from)} ${lower.slice(second.to)}`);
  return { kind: "RANGE", start: first.stretch.start, end: second.stretch.end, precision, label };
}

/** Which date was replaced by which: "31/03/26, revised to 30/06/26", "June 2026 (was March 2026)". */
function revision(lower: string, dates: SoundDate[]): { before: number; now: number } | null {
  for (let index = 0; index < dates.length - 1; index++) {
    const [current, next] = [dates[index], dates[index + 1]];
    if (!current || !next) continue;
    const between = lower.slice(current.to, next.from);
    if (BY_WHEN_WORDS.formerly.test(between)) return { before: index + 1, now: index };
    if (BY_WHEN_WORDS.revised.test(between)) return { before: index, now: index + 1 };
  }
  return null;
}

/** One date of the cell with the words that belong to it: those before it, or after it when the cell begins with a date. */
function described(date: SoundDate, index: number, dates: SoundDate[], text: string): ReadByWhen {
  const first = dates[0];
  const last = dates.at(-1);
  const leading = text.slice(0, first?.from ?? 0);
  const trailing = text.slice(last?.to ?? text.length);
  const before = text.slice(index === 0 ? 0 : (dates[index - 1]?.to ?? 0), date.from);
  const after = text.slice(date.to, dates[index + 1]?.from ?? text.length);
  const labelsFollow = labelText(leading) === null && labelText(trailing) !== null;
  const words = dates.length === 1 ? `${before} ${after}` : labelsFollow ? after : before;
  const { end, precision } = date.stretch;
  return {
    text: text.slice(date.from, date.to),
    kind: "DUE",
    start: null,
    end,
    precision,
    label: labelText(words),
    revised: false,
  };
}

/** What is left of the words around a date once "by", "the end of" and the like are gone; null when nothing is. */
function labelText(words: string): string | null {
  const label = words
    .replace(
      /\b(?:by|on|due|before|the|end|of|in|at|date|target|revised|completed?|beginning|extended|rescheduled|moved|to|and|or|then|from)\b/gi,
      " ",
    )
    .replace(/[^\p{L}\p{N}%]+/gu, " ")
    .trim();
  if (!/\p{L}{2}/u.test(label)) return null;
  const trimmed = words.trim().replace(/^[\s\-–—:;,.()/]+/, "");
  return shorten(trimmed.replace(/(?:\s(?:by|in|on|for|to))?[\s\-–—:;,(/]{0,10}$/i, ""), 120);
}

function struckText(marked: string): string {
  if (!hasStruck(marked)) return "";
  const from = marked.indexOf(STRUCK_ON);
  const to = marked.indexOf(STRUCK_OFF, from);
  return plain(marked.slice(from + 1, to < 0 ? undefined : to));
}

function struckOriginal(struck: string, rules: DateRules): ReadByWhen | null {
  if (struck === "") return null;
  const reading = readByWhen(struck, rules).byWhen;
  return reading.kind === "UNKNOWN" ? null : reading;
}
