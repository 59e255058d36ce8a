/** Small text tools. Every pattern here is linear in the length of the text. */

/** Marks kept inside cell text until a column is read: where bold and struck-out type begins and ends. */
export const BOLD_ON = "\uE000";
export const BOLD_OFF = "\uE001";
export const STRUCK_ON = "\uE002";
export const STRUCK_OFF = "\uE003";

const boldMarks = /[\uE000\uE001]/g;
const struckMarks = /[\uE002\uE003]/g;
const struckStretch = /\uE002[^\uE003]*\uE003?/g;

/** The text without struck-out stretches; bold marks stay. */
export function withoutStruck(marked: string): string {
  return marked.replace(struckStretch, " ");
}

/** Takes signs off the end of a text, in one pass. */
export function trimEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text[end - 1] ?? "")) end--;
  return text.slice(0, end);
}

/** The text without marks, struck-out stretches left out; null when nothing legible is left. */
export function plain(marked: string): string {
  return tidy(marked.replace(struckStretch, " ").replace(boldMarks, ""));
}

/** The text without marks, struck-out stretches kept. */
export function unmarked(marked: string): string {
  return tidy(marked.replace(struckMarks, "").replace(boldMarks, ""));
}

export function hasStruck(marked: string): boolean {
  return marked.includes(STRUCK_ON);
}

/** One space between words, no space at line ends, no empty lines. */
export function tidy(text: string): string {
  if (!/[\n\t]| {2}|^ | $/.test(text)) return text;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const trimmed = line
      .split(/[ \t]+/)
      .join(" ")
      .trim();
    if (trimmed !== "") lines.push(trimmed);
  }
  return lines.join("\n");
}

export function orNull(text: string): string | null {
  return text === "" ? null : text;
}

/** Letters and digits only, in lower case: the form in which headers and headings are compared. */
export function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "");
}

export function hasWord(text: string): boolean {
  return /[a-z]{2}/i.test(text);
}

/** The text on one line, cut at a word near `most` characters. */
export function shorten(text: string, most = 160): string {
  const line = text
    .slice(0, most * 8)
    .split(/\s+/)
    .join(" ")
    .trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > most / 2 ? space : most)}…`;
}

/** Edits needed to turn one short text into another, given up above `limit`. */
export function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? limit + 1;
}
