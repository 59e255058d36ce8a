import { deflateRawSync } from "node:zlib";

/** A part of a zip that a test makes, with what its table of contents says of it where that is not so. */
export interface MadePart {
  name: string;
  content?: Buffer | string;
  stored?: boolean;
  /** What it says that it unpacks to. */
  says?: number;
  /** Where it says that it stands; a part that says so is not written. */
  at?: number;
  flags?: number;
}

/** A zip of these parts. */
export function zipOf(parts: readonly MadePart[], { before = "", after = "" } = {}): Buffer {
  const bodies: Buffer[] = [Buffer.from(before, "latin1")];
  const table: Buffer[] = [];
  let at = bodies[0]?.length ?? 0;
  for (const { name, content = "", stored = false, says, at: elsewhere, flags = 0 } of parts) {
    const bytes = Buffer.from(content);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(flags, 6);
    header.writeUInt16LE(stored ? 0 : 8, 8);
    header.writeUInt32LE(packed.length, 18);
    header.writeUInt32LE(says ?? bytes.length, 22);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(says ?? bytes.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(elsewhere ?? at, 42);
    table.push(entry, Buffer.from(name));
    if (elsewhere !== undefined) continue;
    bodies.push(header, Buffer.from(name), packed);
    at += 30 + Buffer.byteLength(name) + packed.length;
  }
  const contents = Buffer.concat(table);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(contents.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, contents, end, Buffer.from(after, "latin1")]);
}

const TYPES: MadePart = { name: "[Content_Types].xml", content: "<Types/>" };
export const WORD: MadePart[] = [TYPES, { name: "word/document.xml", content: "<w:document/>" }];
export const docx = (...more: MadePart[]): Buffer => zipOf([...WORD, ...more]);
/** A text of Office with a further content type, or with a relationship from its text to something. */
export function officeFile(made: { types?: string; relation?: string; target?: string; utf16?: boolean }): Buffer {
  const { types, relation, target, utf16 = false } = made;
  const mode = relation === "attachedTemplate" ? ' TargetMode="External"' : "";
  const relations = `<Relationships><Relationship Id="r" Type="http://schemas.example/relationships/${relation ?? "styles"}" Target="${target ?? "styles.xml"}"${mode}/></Relationships>`;
  return zipOf([
    {
      name: "[Content_Types].xml",
      content: `<Types><Override PartName="/word/foo.bin" ContentType="${types ?? "text/xml"}"/></Types>`,
    },
    { name: "word/document.xml", content: "<w:document/>" },
    { name: "word/_rels/document.xml.rels", content: utf16 ? Buffer.from(`\ufeff${relations}`, "utf16le") : relations },
    { name: "word/foo.bin", content: "what it is" },
  ]);
}
export const xlsx = (): Buffer => zipOf([TYPES, { name: "xl/workbook.xml", content: "<workbook/>" }]);
export const pptx = (): Buffer => zipOf([TYPES, { name: "ppt/presentation.xml", content: "<p/>" }]);
export const openDocument = (kind: "text" | "spreadsheet"): Buffer =>
  zipOf([
    { name: "mimetype", content: `application/vnd.oasis.opendocument.${kind}`, stored: true },
    { name: "content.xml", content: "<office/>" },
  ]);

export const PDF = Buffer.from(
  "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
);
/** A PDF whose catalog says this besides. */
export const pdfWith = (more: string): Buffer =>
  Buffer.from(PDF.toString("latin1").replace("/Type /Catalog", `/Type /Catalog ${more}`), "latin1");
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0x4a, 0x46, 0xff, 0xd9]);
