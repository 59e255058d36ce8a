import { asLatin } from "./look-alikes";
import { plain } from "./text";

/** Words that may stand before a number in a reference cell. */
const BEFORE = /^(?:action|actions|ref|reference|no|number|item|recommendation|rec|step|#)\b[\s.:#]{0,3}/i;
/** "1", "1.2", "7.1c", "A1.3", "LS-04", "R3", "1(a)", "2a.1". */
const SHAPE = /^(?:[A-Z]{1,6}[\s./-]{0,2})?\d{1,4}[a-z]?(?:[./-]\d{1,4}[a-z]?){0,4}(?:\s?\([a-z0-9]{1,4}\))?$/i;
/** "a", "b)", "iv": only believed where the row reads like an action. */
const LETTER = /^(?:[a-z]|[ivx]{1,5})$/i;

/** The action number of a reference cell as printed, without "Action" or a closing stop; null when the cell holds none. */
export function referenceOf(marked: string, allowLetter: boolean): string | null {
  const text = asLatin(plain(marked)).split("\n").join(" ").trim();
  if (text === "" || text.length > 40) return null;
  const bare = text
    .replace(BEFORE, "")
    .replace(/^[\s([]+/, "")
    .replace(/[\s.:;,\])-]+$/, (end) =>
      end.includes(")") && text.includes("(") && /\([a-z0-9]{1,4}\)$/i.test(text) ? ")" : "",
    )
    .replace(/\s{2,}/g, " ");
  if (SHAPE.test(bare) && !/^\d{1,4}[/-]\d{1,2}[/-]\d{2,4}$/.test(bare)) return bare;
  return allowLetter && LETTER.test(bare) ? bare : null;
}

/**
 * A number printed at the head of an action's own text: "12. Clarify …", "1.1 Review …", or a number in bold. A bare "2 workshops"
 * is no number.
 */
export function inlineReference(marked: string): { reference: string; rest: string } | null {
  const found =
    /^[\s\uE000]*((?:[A-Z]{1,3})?\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)(\uE001)?\s{0,2}([.):])?(\uE001)?\s{0,2}(?=\S)/.exec(
      marked,
    );
  if (!found) return null;
  const reference = found[1] ?? "";
  const bold = marked.trimStart().startsWith("\uE000") && (found[2] ?? found[4]) !== undefined;
  const dotted = reference.includes(".");
  if (found[3] === undefined && !bold && !dotted) return null;
  const rest = marked.slice(found[0].length);
  if (!/^[^a-z]{0,12}[a-z]{2}/i.test(plain(rest))) return null;
  // The bold that opened before the number goes on behind it: keep the marks in pairs.
  const opened = marked.slice(0, found[0].length).includes("\uE000") && !bold;
  return { reference, rest: opened ? `\uE000${rest}` : rest };
}

/** The parts of a reference that count: "7.1c" is [7, 1]; null when it is not made of numbers. */
export function numberParts(reference: string): { prefix: string; parts: number[] } | null {
  const found = /^([A-Za-z]{0,6}[\s./-]{0,2}?)(\d{1,4}(?:\.\d{1,4}){0,3})[a-z]?$/.exec(reference);
  return found ? { prefix: found[1] ?? "", parts: (found[2] ?? "").split(".").map(Number) } : null;
}

/** What stands before the last number: "7" of "7.1c", "A1" of "A1.2"; null for a plain number. */
export function parentOf(reference: string): string | null {
  const at = reference.lastIndexOf(".");
  return at > 0 ? reference.slice(0, at) : null;
}
