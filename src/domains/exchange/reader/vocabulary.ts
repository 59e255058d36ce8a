import type { AgencyVocabulary } from "./types";

/** One way to write an agency or a post, as words. */
export interface KnownName {
  words: string[];
  agencyKey: string | null;
  postKey: string | null;
}

/** The vocabulary made ready for reading: names by their first word, longest first. */
export class Vocabulary {
  private readonly byFirstWord = new Map<string, KnownName[]>();
  /** Each word of each name in lower case: what look-alike letters may be folded to. */
  readonly words: ReadonlySet<string>;

  constructor({ agencies, posts }: AgencyVocabulary) {
    const words = new Set<string>();
    const add = (text: string, agencyKey: string | null, postKey: string | null): void => {
      const tokens = nameTokens(text).map((token) => token.word);
      const [first] = tokens;
      if (first === undefined) return;
      for (const token of tokens) if (/[a-z]/.test(token)) words.add(token);
      const names = this.byFirstWord.get(first) ?? [];
      if (!names.some((name) => name.words.join(" ") === tokens.join(" ")))
        names.push({ words: tokens, agencyKey, postKey });
      this.byFirstWord.set(first, names);
    };
    for (const post of posts) for (const name of [post.title, ...post.aliases]) add(name, post.agencyKey, post.key);
    for (const agency of agencies) for (const name of [agency.name, ...agency.aliases]) add(name, agency.key, null);
    for (const names of this.byFirstWord.values()) names.sort((left, right) => right.words.length - left.words.length);
    this.words = words;
  }

  /** The longest name that begins at `tokens[at]`, and where it ends; null when none does. Line ends inside a name do not matter. */
  match(tokens: readonly NameToken[], at: number): { name: KnownName; end: number } | null {
    for (const name of this.byFirstWord.get(tokens[at]?.word ?? "") ?? []) {
      const end = this.ends(name, tokens, at);
      if (end !== null) return { name, end };
    }
    return null;
  }

  private ends(name: KnownName, tokens: readonly NameToken[], at: number): number | null {
    let index = at;
    for (const word of name.words) {
      while (index > at && tokens[index]?.word === "\n") index++;
      if (tokens[index]?.word !== word) return null;
      index++;
    }
    return index;
  }
}

/** A word or a separating sign, with its place in the text. */
export interface NameToken {
  word: string;
  from: number;
  to: number;
}

/** Words in lower case without apostrophes, and single signs that may separate names. Marks and other signs are skipped. */
export function nameTokens(text: string): NameToken[] {
  const tokens: NameToken[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*|[/,;&+()\n:|•–—-]/gu)) {
    const raw = match[0].replace(/[.'’-]+$/, "");
    const from = match.index;
    // A lone "s" after "Children '" belongs to the word before it.
    const previous = tokens.at(-1);
    if (raw === "s" && previous && /['’]\s{0,2}$|\s['’]$/.test(text.slice(Math.max(0, from - 3), from))) {
      previous.word += "s";
      previous.to = from + 1;
      continue;
    }
    const word = raw.toLowerCase().replace(/['’.]/g, "");
    if (word !== "") tokens.push({ word, from, to: from + raw.length });
    else if (match[0].trim() !== "" || match[0] === "\n")
      tokens.push({ word: match[0], from, to: from + match[0].length });
  }
  return tokens;
}
