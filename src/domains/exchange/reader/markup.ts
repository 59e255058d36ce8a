import { foldLookAlikes } from "./look-alikes";
import { MAX_CELL_CHARS } from "./limits";
import { BOLD_OFF, BOLD_ON, STRUCK_OFF, STRUCK_ON, tidy } from "./text";

const LONGEST_TAG = 2_000;
const BREAKING = new Set(["br", "p", "div", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table"]);
const UNSEEN = new Set(["script", "style", "iframe", "object", "template", "noscript", "svg", "head", "title"]);
const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  bull: "•",
  rsquo: "’",
  lsquo: "‘",
  rdquo: "”",
  ldquo: "“",
  pound: "£",
  frac12: "½",
  eacute: "é",
  shy: "",
  zwnj: "",
  zwj: "",
};
const LIGATURES: Record<string, string> = { ﬀ: "ff", ﬁ: "fi", ﬂ: "fl", ﬃ: "ffi", ﬄ: "ffl", ﬅ: "st", ﬆ: "st" };

/** What was noticed while a cell was cleaned. */
export interface CleanText {
  text: string;
  doubts: string[];
}

/**
 * A cell's content as plain text: no markup, no script, no control or invisible characters, one space between words; bold and
 * struck-out stretches are kept as marks (see `text.ts`). A leading `=` never survives, so no spreadsheet can run the text.
 */
export function cleanText(raw: string, knownWords: ReadonlySet<string>): CleanText {
  const doubts: string[] = [];
  let text = raw;
  if (text.length > MAX_CELL_CHARS) {
    doubts.push(`a cell of ${text.length} characters was cut to ${MAX_CELL_CHARS}`);
    text = text.slice(0, MAX_CELL_CHARS);
  }
  text = visible(text.replace(/[\uE000-\uE003]/g, ""));
  // A decoded entity may spell a tag again, so: until nothing changes, and a bounded number of times.
  for (let round = 0; round < 4 && /[<&]/.test(text); round++) {
    const next = decodeEntities(stripTags(text));
    if (next === text) break;
    text = next;
  }
  text = visible(stripTags(text).replace(/<(?=[a-z/!?])/gi, ""));
  text = foldLookAlikes(markdown(text), knownWords);
  text = tidy(text);
  if (/^[\uE000-\uE003\s]*[=@]/.test(text)) {
    doubts.push("a leading formula sign was taken off");
    text = text.replace(/^([\uE000-\uE003\s]*)[=@\s]+/, "$1");
  }
  return { text: balanced(text), doubts };
}

/** Line ends made equal, spaces made ordinary, invisible and control characters taken out. */
function visible(text: string): string {
  return (
    text
      .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n")
      .replace(/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\t]/g, " ")
      .replace(/\u2011/g, "-")
      // characters nobody can see: controls, soft hyphen, zero width, direction marks, BOM, replacement
      .replace(
        /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g,
        "",
      )
      .replace(/[\uFB00-\uFB06]/g, (ligature) => LIGATURES[ligature] ?? ligature)
  );
}

/** Takes tags out in one pass, keeping what they mean: breaks, list bullets, bold, struck out. */
function stripTags(text: string): string {
  if (!text.includes("<")) return text;
  const out: string[] = [];
  let at = 0;
  // Where the last `>` stands: past it, no tag can close, so no search is needed.
  const lastClose = text.lastIndexOf(">");
  while (at < text.length) {
    const open = text.indexOf("<", at);
    if (open < 0 || open > lastClose) {
      out.push(text.slice(at));
      break;
    }
    out.push(text.slice(at, open));
    if (text.startsWith("<!--", open)) {
      const end = text.indexOf("-->", open);
      at = end < 0 ? text.length : end + 3;
      continue;
    }
    const name = /^<\/?([a-z][a-z0-9]{0,20})(?=[\s/>])/i.exec(text.slice(open, open + 24))?.[1]?.toLowerCase();
    const close = text.slice(open, open + LONGEST_TAG).indexOf(">");
    if ((name === undefined && !/^<[!?]/.test(text.slice(open, open + 2))) || close < 0) {
      out.push("<");
      at = open + 1;
      continue;
    }
    at = open + close + 1;
    if (name === undefined) continue;
    const closing = text[open + 1] === "/";
    if (UNSEEN.has(name) && !closing) {
      const rest = text.slice(at).search(new RegExp(`</${name}`, "i"));
      if (rest < 0) break;
      at += rest;
      continue;
    }
    out.push(meaningOf(name, closing));
  }
  return out.join("");
}

function meaningOf(name: string, closing: boolean): string {
  if (name === "li") return closing ? "\n" : "\n• ";
  if (BREAKING.has(name)) return "\n";
  if (name === "td" || name === "th") return " ";
  if (name === "b" || name === "strong") return closing ? BOLD_OFF : BOLD_ON;
  if (name === "del" || name === "s" || name === "strike") return closing ? STRUCK_OFF : STRUCK_ON;
  return "";
}

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,10}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(hex ?? "0", 16) : parseInt(decimal, 10);
      const legal = code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xf8ff);
      return legal || code === 10 ? String.fromCodePoint(code) : "";
    },
  );
}

/** Markdown that conversions leave behind: bold as `**…**`, struck out as `~~…~~`, headings, escaped punctuation. */
function markdown(text: string): string {
  let result = paired(text, "**", BOLD_ON, BOLD_OFF);
  result = paired(result, "~~", STRUCK_ON, STRUCK_OFF);
  return result.replace(/\\([_*#[\]().\\~-])/g, "$1").replace(/^#{1,6}\s+/gm, "");
}

function paired(text: string, sign: string, on: string, off: string): string {
  const parts = text.split(sign);
  if (parts.length < 3) return text;
  return parts
    .map((part, index) => (index === 0 ? part : `${index % 2 === 1 && index < parts.length - 1 ? on : off}${part}`))
    .join("");
}

/** Drops marks of an empty stretch and closes one left open. */
function balanced(text: string): string {
  let result = text.replace(/\uE000(\s*)\uE001/g, "$1").replace(/\uE002(\s*)\uE003/g, "$1");
  if (result.lastIndexOf(BOLD_ON) > result.lastIndexOf(BOLD_OFF)) result += BOLD_OFF;
  if (result.lastIndexOf(STRUCK_ON) > result.lastIndexOf(STRUCK_OFF)) result += STRUCK_OFF;
  return result;
}
