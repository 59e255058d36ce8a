import { BOLD_OFF, BOLD_ON, shorten, withoutStruck } from "./text";
import type { ReadLead } from "./types";
import { nameTokens, type NameToken, type Vocabulary } from "./vocabulary";
import { JOINING_WORDS, POST_WORDS } from "./words";

const SEPARATORS = new Set(["/", ",", ";", "+", "|", "•", ":", "–", "—", "-"]);
const DASHES = new Set(["-", "–", "—"]);
/** Longest lead cell that is read, in characters. */
export const LONGEST_LEADS = 4_000;
const MOST_LEADS = 60;

/** Names being gathered: words that are no known name, up to the next known name or separator. */
interface Run {
  from: number;
  to: number;
  last: string;
  hasPost: boolean;
  depth: number;
  agencyKey: string | null;
}

/**
 * Splits a lead cell into names in their order: known agencies and posts by the vocabulary, longest name first, even where only
 * spaces separate them; what reads like a post as a post; anything else as an unknown name, never guessed and never dropped.
 */
export function splitLeads(markedText: string, vocabulary: Vocabulary): ReadLead[] {
  return new LeadCell(markedText, vocabulary).split();
}

type Name = Omit<ReadLead, "bold">;

class LeadCell {
  private readonly text: string;
  private readonly boldAt: (at: number) => boolean;
  private readonly tokens: NameToken[];
  private readonly leads: ReadLead[] = [];
  private run: Run | null = null;

  constructor(
    markedText: string,
    private readonly vocabulary: Vocabulary,
  ) {
    ({ text: this.text, boldAt: this.boldAt } = withoutMarks(markedText));
    this.tokens = nameTokens(this.text);
  }

  split(): ReadLead[] {
    let at = 0;
    while (at < this.tokens.length) at = this.readKnown(at) ?? this.readWord(at);
    this.flush();
    return this.leads;
  }

  /** Reads a known name that begins here, and tells where it ends; null when none does. */
  private readKnown(at: number): number | null {
    const known = this.vocabulary.match(this.tokens, at);
    const first = this.tokens[at];
    if (!known || !first) return null;
    const { name, end } = known;
    const slice = this.tokens.slice(at, end);
    const { run } = this;
    const inside = run !== null && run.depth > 0;
    if (run !== null && (inside || (run.hasPost && JOINING_WORDS.has(run.last)))) {
      // "Director of Public Health", "Chief Inspector (WMP)": the agency is part of the post's name.
      if (inside || DASHES.has(run.last)) run.agencyKey ??= name.agencyKey;
      for (const part of slice) this.extend(part);
      return end;
    }
    this.flush();
    if (
      name.postKey === null &&
      POST_WORDS.has(this.tokens[end]?.word ?? "") &&
      !this.vocabulary.match(this.tokens, end)
    ) {
      for (const part of slice) this.extend(part).agencyKey = name.agencyKey;
      return end;
    }
    const printed = this.text
      .slice(first.from, slice.at(-1)?.to ?? first.to)
      .split("\n")
      .join(" ");
    this.push({ text: printed, agencyKey: name.agencyKey, postKey: name.postKey, postTitle: null }, first.from);
    return afterOwnBrackets(this.tokens, end, name.agencyKey, this.vocabulary);
  }

  private readWord(at: number): number {
    const token = this.tokens[at];
    const { run } = this;
    if (!token) return at + 1;
    const lineEnd = token.word === "\n";
    const next = this.tokens[at + 1];
    if (run !== null && run.depth > 0) {
      this.extend(token);
      // A post, or a person, with the agency in brackets is complete: what follows is another name.
      if (run.depth === 0 && (run.hasPost || run.agencyKey !== null) && !JOINING_WORDS.has(next?.word ?? ""))
        this.flush();
    } else if (lineEnd) {
      const wraps =
        run !== null && (JOINING_WORDS.has(run.last) || /^\p{Ll}/u.test(this.text.slice(next?.from ?? token.to)));
      if (!wraps) this.flush();
    } else if (SEPARATORS.has(token.word) && !(DASHES.has(token.word) && run?.hasPost === true)) this.flush();
    else this.extend(token);
    return at + 1;
  }

  private extend(token: NameToken): Run {
    const run = (this.run ??= { from: token.from, to: token.to, last: "", hasPost: false, depth: 0, agencyKey: null });
    run.to = token.to;
    run.last = token.word;
    run.hasPost ||= POST_WORDS.has(token.word);
    if (token.word === "(") run.depth++;
    if (token.word === ")") run.depth--;
    return run;
  }

  private flush(): void {
    const { run } = this;
    this.run = null;
    if (!run) return;
    for (const { text, from } of pieces(this.text.slice(run.from, run.to), run.from)) {
      const isPost = readsLikePost(text);
      this.push({ text, agencyKey: run.agencyKey, postKey: null, postTitle: isPost ? text : null }, from);
    }
  }

  private push(lead: Name, from: number): void {
    if (this.leads.length < MOST_LEADS && !this.leads.some((other) => sameName(other, lead)))
      this.leads.push({ ...lead, bold: this.boldAt(from) });
  }
}

/** Whether two names of a cell are the same agency or post, or the same unknown words. */
export function sameName(left: Name, right: Name): boolean {
  if (left.postKey !== null || right.postKey !== null) return left.postKey === right.postKey;
  if (left.agencyKey !== right.agencyKey || left.postTitle?.toLowerCase() !== right.postTitle?.toLowerCase())
    return false;
  return left.agencyKey !== null || left.text.toLowerCase() === right.text.toLowerCase();
}

/** Skips "(WMP)" behind "West Midlands Police": the same agency in other words. */
function afterOwnBrackets(tokens: NameToken[], at: number, agencyKey: string | null, vocabulary: Vocabulary): number {
  if (tokens[at]?.word !== "(") return at;
  const inside = vocabulary.match(tokens, at + 1);
  return inside && inside.name.agencyKey === agencyKey && tokens[inside.end]?.word === ")" ? inside.end + 1 : at;
}

export function readsLikePost(name: string): boolean {
  return nameTokens(name).some((token) => POST_WORDS.has(token.word));
}

/** A run cut at "and" or "&" where a post stands on either side, its loose signs trimmed; nothing when it has no letter. */
function pieces(text: string, from: number): { text: string; from: number }[] {
  const joint = /\s(?:and|&)\s/gi;
  for (let match = joint.exec(text); match; match = joint.exec(text)) {
    const [left, right] = [text.slice(0, match.index), text.slice(joint.lastIndex)];
    if (readsLikePost(left) && readsLikePost(right))
      return [...pieces(left, from), ...pieces(right, from + joint.lastIndex)];
  }
  const trimmed = text
    .split("\n")
    .join(" ")
    .replace(/^(?:[\s\-–—&.'’"*]|and\s)+/i, "")
    .replace(/(?:[\s\-–—&.'’"*]|\sand)+$/i, "")
    .replace(/\s+(['’]s)\b/g, "$1");
  const bare = trimmed.startsWith("(") && trimmed.endsWith(")") ? trimmed.slice(1, -1).trim() : trimmed;
  if (!/\p{L}/u.test(bare) || /^(?:and|with|tbc|n\/?a|tbd)$/i.test(bare)) return [];
  return [{ text: shorten(bare, 200), from: from + Math.max(0, text.indexOf(bare.slice(0, 8))) }];
}

function withoutMarks(markedText: string): { text: string; boldAt: (at: number) => boolean } {
  const bold: [number, number][] = [];
  let text = "";
  let from: number | null = null;
  for (const char of withoutStruck(markedText.slice(0, LONGEST_LEADS))) {
    if (char === BOLD_ON) from = text.length;
    else if (char === BOLD_OFF) {
      if (from !== null) bold.push([from, text.length]);
      from = null;
    } else text += char;
  }
  return {
    text,
    boldAt: (at) => bold.some(([start, end]) => at >= start && at < end),
  };
}
