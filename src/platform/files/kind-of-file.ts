import { type FileHandle, open } from "node:fs/promises";
import { extensionOf } from "./file-name";
import { RefusedFileError } from "./refused";
import { requireNoAction } from "./pdf-actions";
import { requireHarmless } from "./office-parts";
import { beginningOf, zipContents, zipEndOf } from "./zip-contents";

/** The kinds of file that are kept, by the endings of their names. */
export const KEPT_FILES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odt: "application/vnd.oasis.opendocument.text",
  pdf: "application/pdf",
  png: "image/png",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  txt: "text/plain",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
const ENDINGS = Object.keys(KEPT_FILES).join(", ");

/** Whether a file of this name may be kept at all, by its ending. */
export const isKeptName = (name: string): boolean => extensionOf(name) in KEPT_FILES;
/** What a name of another ending is told. */
export const keptNames = `The name must end in one of ${ENDINGS}.`;

const notKept = (what: string) =>
  new RefusedFileError("UNKNOWN_TYPE", `The file is ${what}. Kept are files of the kinds ${ENDINGS}.`);
const twoAtOnce = () =>
  new RefusedFileError("UNSAFE", "The file is of two kinds at once. Open it, save it again, and send that.");

/**
 * The media type of a file by its content, whatever its name says, and then held against its name. Only kinds that offices
 * exchange are known; only beginnings and short lists are unpacked, and the file is never all in memory.
 *
 * @throws {RefusedFileError} for content of no such kind, content that is unsafe to open, and a name that says otherwise.
 */
export async function mediaTypeOf(path: string, size: number, name: string): Promise<string> {
  if (size === 0) throw new RefusedFileError("EMPTY", "The file is empty. Send the file itself.");
  const file = await open(path, "r");
  try {
    const found = await byContent(file, size, extensionOf(name));
    const said = KEPT_FILES[extensionOf(name)];
    if (said !== found)
      throw new RefusedFileError(
        "NOT_ITS_NAME",
        `The file's content is ${endingOf(found)} and its name ends in .${extensionOf(name)}. Name it as what it is.`,
      );
    return found;
  } finally {
    await file.close();
  }
}

const endingOf = (type: string) => Object.keys(KEPT_FILES).find((ending) => KEPT_FILES[ending] === type) ?? "unknown";

async function byContent(file: FileHandle, size: number, ending: string): Promise<string> {
  const start = await part(file, 0, Math.min(size, 16));
  const is = (signature: string) => start.toString("latin1").startsWith(signature);
  if (is("PK\x03\x04")) return document(file, size);
  if (is("%PDF-")) {
    const found = await whole(file, size, "pdf", /%%EOF\s*$/);
    await requireNoAction(file, size);
    return found;
  }
  if (is("\x89PNG\r\n\x1a\n")) return whole(file, size, "png", /\0\0\0\0IEND\xaeB`\x82$/);
  if (is("\xff\xd8\xff")) return whole(file, size, "jpg", /\xff\xd9$/);
  if (is("MZ") || is("\x7fELF") || is("#!")) throw notKept("a program");
  if (is("\xd0\xcf\x11\xe0")) throw notKept("a document of an old Office, or one with a password");
  await requirePlainText(file, size);
  // every table is a text; which of the two it is, only its name says
  return ending === "csv" ? "text/csv" : "text/plain";
}

async function part(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** A file that ends as its kind does and is no zip besides. */
async function whole(file: FileHandle, size: number, ending: string, last: RegExp): Promise<string> {
  const tail = await part(file, Math.max(0, size - 1024), Math.min(size, 1024));
  if (size >= 22 && (await zipEndOf(file, size)) !== null) throw twoAtOnce();
  if (!last.test(tail.toString("latin1")))
    throw new RefusedFileError(
      "DAMAGED",
      "The file is cut short, or something else follows it. Save it again, and send that.",
    );
  return KEPT_FILES[ending] ?? "";
}

/** What makes an Office document what it is. */
const MAIN_PARTS: Readonly<Record<string, string>> = {
  "word/document.xml": "docx",
  "xl/workbook.xml": "xlsx",
  "ppt/presentation.xml": "pptx",
};

async function document(file: FileHandle, size: number): Promise<string> {
  const parts = await zipContents(file, size);
  await requireHarmless(file, parts);
  const names = parts.map(({ name }) => name);
  const [first] = parts;
  const openDocument =
    first?.name === "mimetype" && first.stored ? (await beginningOf(file, first)).toString("latin1") : null;
  const ending =
    openDocument === null
      ? names.includes("[Content_Types].xml") && names.map((name) => MAIN_PARTS[name]).find((found) => found)
      : Object.keys(KEPT_FILES).find((one) => one.startsWith("od") && KEPT_FILES[one] === openDocument);
  if (!ending) throw notKept("a zip that is no document");
  return KEPT_FILES[ending] ?? "";
}

const SLICE = 64 * 1024;
// a tab, a line's end and a page's end are all that a text needs
const CONTROLS = /[\0-\x08\x0b\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]/;
/** What a browser or a machine would take for more than a text. */
const MORE_THAN_TEXT = /^\ufeff?\s*(<(!doctype|\?|!--|[a-z])|\{\\rtf|#!)/i;

async function requirePlainText(file: FileHandle, size: number): Promise<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let at = 0; at < size; at += SLICE) {
    let text: string;
    try {
      text = decoder.decode(await part(file, at, Math.min(SLICE, size - at)), { stream: at + SLICE < size });
    } catch {
      throw notKept("of no kind that is known, and no text in UTF-8");
    }
    if (CONTROLS.test(text)) throw notKept("no plain text: it holds control characters");
    if (at === 0 && MORE_THAN_TEXT.test(text)) throw notKept("a web page, an image in XML or a script");
  }
  if (size >= 22 && (await zipEndOf(file, size)) !== null) throw twoAtOnce();
}
