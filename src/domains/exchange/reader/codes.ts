import { letters, plain, shorten } from "./text";
import type { Colour, ReadCode, ReadStatusValue } from "./types";
import { COLOUR_WORDS, STATUS_WORDS } from "./words";

/** A colour as printed or as the cell is filled. Two colours, or another word, are no colour: null with a doubt. */
export function readColour(
  pieces: string[],
  fill: Colour | null,
  columnPresent: boolean,
  doubts: string[],
): ReadCode<Colour> {
  const text = plain(pieces.join(" "));
  const direct = COLOUR_WORDS[letters(text)];
  if (direct) return { columnPresent, value: direct, text };
  if (text === "") {
    if (fill !== null) doubts.push(`its rating ${fill.toLowerCase()} was read from the cell's colour`);
    return { columnPresent, value: fill, text: null };
  }
  const named = new Set((text.toLowerCase().match(/\b(?:red|amber|green)\b/g) ?? []).map((word) => COLOUR_WORDS[word]));
  const [only] = named;
  if (named.size === 1 && only !== undefined && text.length < 60) return { columnPresent, value: only, text };
  if (fill !== null && named.size === 0) {
    doubts.push(`its rating ${fill.toLowerCase()} was read from the cell's colour`);
    return { columnPresent, value: fill, text };
  }
  if (STATUS_WORDS[letters(text)] === undefined)
    doubts.push(`the rating "${shorten(text, 40)}" is not red, amber or green`);
  return { columnPresent, value: null, text };
}

/** A status as printed; null with a doubt when its words are not known. */
export function readStatus(pieces: string[], columnPresent: boolean, doubts: string[]): ReadCode<ReadStatusValue> {
  const text = plain(pieces.join(" "));
  if (text === "") return { columnPresent, value: null, text: null };
  const value = statusOf(text);
  if (value === null && ["no", "n"].includes(letters(text.split(/[-–—:;,.(\n]/)[0] ?? "")))
    doubts.push(`the status "${shorten(text, 40)}" says only that it is not completed`);
  else if (value === null && COLOUR_WORDS[letters(text)] === undefined)
    doubts.push(`the status "${shorten(text, 40)}" is not known`);
  return { columnPresent, value, text };
}

export function statusOf(text: string): ReadStatusValue | null {
  const whole = letters(text.slice(0, 80));
  const first = letters(text.slice(0, 80).split(/[-–—:;,.(\n]/)[0] ?? "");
  if (["yes", "y"].includes(whole) || ["yes", "y"].includes(first)) return "COMPLETED";
  return STATUS_WORDS[whole] ?? STATUS_WORDS[first] ?? null;
}
