import { MAX_FILE_BYTES, UnreadablePlanError } from "./limits";

export type Container = { kind: "ZIP" } | { kind: "TEXT"; text: string; notes: string[] };

const SAVE_AS = "Open it in the program that made it and save it as .xlsx or .csv.";

/** Looks at the bytes, not at the file's name: a zip (a workbook, perhaps), or text with its encoding undone. */
export function openBytes(bytes: Buffer): Container {
  if (bytes.length === 0)
    throw new UnreadablePlanError("EMPTY", "The file is empty. Export the plan again and try once more.");
  if (bytes.length > MAX_FILE_BYTES) {
    const megabytes = Math.ceil(bytes.length / 1024 / 1024);
    throw new UnreadablePlanError(
      "TOO_LARGE",
      `The file is ${megabytes} MB; at most ${MAX_FILE_BYTES / 1024 / 1024} MB is read. Take out pictures and other sheets, or save the plan as .csv.`,
    );
  }
  if (startsWith(bytes, [0x50, 0x4b])) return { kind: "ZIP" };
  refuseKnownFormats(bytes);
  return { kind: "TEXT", ...decode(bytes) };
}

function refuseKnownFormats(bytes: Buffer): void {
  const refuse = (what: string): never => {
    throw new UnreadablePlanError("NOT_READABLE", `The file is ${what}, which cannot be read. ${SAVE_AS}`);
  };
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) refuse("an old Excel or Word file, or a workbook with a password");
  const head = bytes
    .subarray(0, 1024)
    .toString("latin1")
    .replace(/^(?:\xEF\xBB\xBF)?\s*/, "");
  if (head.includes("%PDF-")) refuse("a PDF");
  if (head.startsWith("{\\rtf")) refuse("a rich-text document");
  if (/^<(?:!doctype\s+html|html|head|body|meta|div|table|\?xml)[\s>]/i.test(head)) refuse("a web page or XML");
}

/** Text by its byte order mark, else UTF-8, else Windows-1252, which is noted. Bytes that are no text are refused. */
function decode(bytes: Buffer): { text: string; notes: string[] } {
  if (startsWith(bytes, [0xef, 0xbb, 0xbf])) return utf8(bytes.subarray(3));
  if (startsWith(bytes, [0xff, 0xfe])) return utf16(bytes.subarray(2), "utf-16le");
  if (startsWith(bytes, [0xfe, 0xff])) return utf16(bytes.subarray(2), "utf-16be");
  const unmarked = unmarkedUtf16(bytes);
  return unmarked === null ? utf8(bytes) : utf16(bytes, unmarked);
}

function utf16(bytes: Buffer, label: "utf-16le" | "utf-16be"): { text: string; notes: string[] } {
  return {
    text: legible(new TextDecoder(label).decode(bytes)),
    notes: [`The file is encoded as ${label.toUpperCase()}.`],
  };
}

function utf8(bytes: Buffer): { text: string; notes: string[] } {
  if (bytes.includes(0)) throw binary();
  try {
    return { text: legible(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), notes: [] };
  } catch (error) {
    if (error instanceof UnreadablePlanError) throw error;
    const text = legible(windows1252(bytes));
    return {
      text,
      notes: [
        "The file is not UTF-8; it was read as Windows-1252. Check letters with accents, quotation marks and dashes.",
      ],
    };
  }
}

/** What Windows-1252 has at 0x80 to 0x9F; five places are empty. */
const ABOVE_ASCII = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

/** Windows-1252 as text. By a table of our own: the decoder of several Node releases leaves 0x80 to 0x9F as control characters. */
function windows1252(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[\u0080-\u009F]/g, (char) => ABOVE_ASCII[char.charCodeAt(0) - 0x80] ?? "\uFFFD");
}

/** UTF-16 without its mark: every second byte of ordinary English text is zero. */
function unmarkedUtf16(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  const sample = bytes.subarray(0, 4096);
  let even = 0;
  let odd = 0;
  for (let index = 0; index < sample.length; index++) {
    if (sample[index] !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  const half = sample.length / 2;
  if (half < 4) return null;
  if (odd > half * 0.7 && even < half * 0.1) return "utf-16le";
  if (even > half * 0.7 && odd < half * 0.1) return "utf-16be";
  return null;
}

/** Refuses text that is mostly not text: control characters are rare in a plan. */
function legible(text: string): string {
  const sample = text.slice(0, 100_000);
  const controls = sample.match(/[\u0000-\u0008\u000E-\u001F\u0080-\u009F\uFFFD]/g)?.length ?? 0;
  if (controls > 8 && controls > sample.length / 50) throw binary();
  if (text.trim() === "")
    throw new UnreadablePlanError("EMPTY", "The file holds no text. Export the plan again and try once more.");
  return text;
}

function binary(): UnreadablePlanError {
  return new UnreadablePlanError("NOT_READABLE", `The file is not text and not a workbook. ${SAVE_AS}`);
}

function startsWith(bytes: Buffer, signature: number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
