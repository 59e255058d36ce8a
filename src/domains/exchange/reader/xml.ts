/** One tag of an XML text, with the characters that stand between the tag before it and itself. */
export interface XmlTag {
  /** Name without its namespace prefix. */
  name: string;
  kind: "OPEN" | "CLOSE" | "EMPTY";
  before: string;
  attributes: string;
}

/** Walks an XML text tag by tag, in one pass. No document type, no entities but the five of XML: nothing can be made to expand. */
export function* xmlTags(xml: string): Generator<XmlTag> {
  let at = 0;
  let before = "";
  for (;;) {
    const open = xml.indexOf("<", at);
    if (open < 0) return;
    before += xml.slice(at, open);
    if (xml.startsWith("<![CDATA[", open)) {
      const end = xml.indexOf("]]>", open);
      if (end < 0) return;
      before += xml.slice(open + 9, end).replaceAll("&", "&amp;");
      at = end + 3;
      continue;
    }
    const comment = xml.startsWith("<!--", open);
    const close = comment ? xml.indexOf("-->", open) : xml.indexOf(">", open);
    if (close < 0) return;
    at = close + (comment ? 3 : 1);
    if (comment || xml[open + 1] === "!" || xml[open + 1] === "?") continue;
    const closing = xml[open + 1] === "/";
    const empty = xml[close - 1] === "/";
    const inside = xml.slice(open + (closing ? 2 : 1), empty ? close - 1 : close);
    const nameEnd = inside.search(/\s/);
    const full = nameEnd < 0 ? inside : inside.slice(0, nameEnd);
    yield {
      name: full.slice(full.indexOf(":") + 1),
      kind: closing ? "CLOSE" : empty ? "EMPTY" : "OPEN",
      before,
      attributes: nameEnd < 0 ? "" : inside.slice(nameEnd),
    };
    before = "";
  }
}

/** The value of an attribute; null when the tag has none of that name. */
export function attribute(tag: XmlTag, name: string): string | null {
  const at = ` ${tag.attributes}`.search(new RegExp(`[\\s:]${name}\\s*=\\s*["']`));
  if (at < 0) return null;
  const from = tag.attributes.slice(at);
  const quoteAt = from.search(/["']/);
  const quote = from[quoteAt] ?? '"';
  const end = from.indexOf(quote, quoteAt + 1);
  return end < 0 ? null : xmlText(from.slice(quoteAt + 1, end));
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

export function xmlText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(hex ?? "0", 16) : parseInt(decimal, 10);
      return code <= 0x10ffff ? String.fromCodePoint(code) : "";
    },
  );
}
