import type { FileHandle } from "node:fs/promises";
import { RefusedFileError } from "./refused";
import { beginningOf, type Part, wholeOf } from "./zip-contents";

const MACROS = /(^|\/)vbaproject(signature\w*)?\.bin$|^(basic|scripts)\/|(^|\/)(activex|macrosheets)\//i;
const PROGRAMS =
  /\.(bat|class|cmd|com|dll|exe|hta|jar|js|jse|lnk|msi|ps1|scr|sh|vbe|vbs|wsf)$|(^|\/)oleobject[^/]*\.bin$/i;
const ARCHIVES =
  /\.(7z|ace|arj|bz2|cab|docm|docx|gz|iso|lzh|odp|ods|odt|pptm|pptx|rar|tar|tgz|xlsb|xlsm|xlsx|xz|zip|zst)$/i;
/** The table behind a chart in a text or a presentation. */
const BEHIND_A_CHART = /^(word|ppt|xl)\/embeddings\/[^/]+\.xlsx$/i;

/** The parts that say what other parts are and what they are to each other. */
const LISTS = /^\[content_types\]\.xml$|\.rels$/i;
const MACRO_TYPES = /vbaproject|vbadata|macroenabled|macrosheet|activex/i;
const OBJECT_TYPES = /oleobject/i;
/** The relationships of a document's settings; hyperlinks are in another list. */
const TEMPLATE_TYPE = /attachedtemplate/i;
const TARGETS = /\btarget\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
/** Anything but a name beside the document, or one on a drive of the writer's own machine, as Word notes of every template. */
const ELSEWHERE = /^(?!file:\/{3}[a-z](:|%3a))(\w[\w+.-]+:|[\\/]{2})/i;

/** How programs, old Office files (which may have macros) and archives begin. */
const BEGINNINGS = ["MZ", "\x7fELF", "#!", "\xd0\xcf\x11\xe0"];
const ARCHIVE = "PK\x03\x04";

const withMacros = () =>
  new RefusedFileError("UNSAFE", "The document has macros. Save it without them, or as PDF, and send that.");
const withMore = () =>
  new RefusedFileError(
    "UNSAFE",
    "The document holds a program, an archive or another file. Save it as PDF and send that.",
  );
const withTemplate = () =>
  new RefusedFileError(
    "UNSAFE",
    "The document fetches its template from elsewhere. Take the template off, or save it as PDF, and send that.",
  );

/**
 * Refuses a document that has macros, programs, archives or objects in it, or fetches its template from elsewhere: by the
 * names of its parts, by what its lists say that they are, whatever they are called, and by how each begins.
 *
 * @throws {RefusedFileError} UNSAFE, or as the zip is read.
 */
export async function requireHarmless(file: FileHandle, parts: readonly Part[]): Promise<void> {
  if (parts.some(({ name }) => MACROS.test(name))) throw withMacros();
  const behindAChart = ({ name }: Part) => BEHIND_A_CHART.test(name);
  if (parts.some((part) => PROGRAMS.test(part.name) || (ARCHIVES.test(part.name) && !behindAChart(part))))
    throw withMore();
  for (const part of parts) {
    if (LISTS.test(part.name)) requireHarmlessList(wordsOf(await wholeOf(file, part)));
    const start = (await beginningOf(file, part)).toString("latin1");
    if (BEGINNINGS.some((one) => start.startsWith(one)) || (start.startsWith(ARCHIVE) && !behindAChart(part)))
      throw withMore();
  }
}

function requireHarmlessList(words: string): void {
  if (MACRO_TYPES.test(words)) throw withMacros();
  if (OBJECT_TYPES.test(words)) throw withMore();
  if (!TEMPLATE_TYPE.test(words)) return;
  for (const [, double, single] of words.matchAll(TARGETS))
    if (ELSEWHERE.test((double ?? single ?? "").trim())) throw withTemplate();
}

/** The words of a part in XML, in one of the two encodings that offices write, with what is written as a number put in letters. */
const wordsOf = (bytes: Buffer) =>
  bytes
    .toString("latin1")
    .replaceAll("\0", "")
    .replaceAll(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi, (_, hex: string | undefined, decimal: string | undefined) =>
      String.fromCharCode(hex === undefined ? Number(decimal) : parseInt(hex, 16)),
    );
