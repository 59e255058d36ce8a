import { inflateRawSync } from "node:zlib";
import { MAX_PARTS, MAX_PART_BYTES, MAX_UNPACKED_BYTES, UnreadablePlanError } from "./limits";

interface Entry {
  name: string;
  method: number;
  packed: number;
  unpacked: number;
  offset: number;
  encrypted: boolean;
}

const ABSURD_RATIO = 300;
const ALWAYS_FINE_BYTES = 10 * 1024 * 1024;

/**
 * The parts of a zip, judged by its table of contents before anything is unpacked, and unpacked only on demand and never past
 * the limit, whatever the table of contents says.
 */
export class ZipParts {
  private unpackedSoFar = 0;

  private constructor(
    private readonly bytes: Buffer,
    private readonly entries: Map<string, Entry>,
  ) {}

  static open(bytes: Buffer): ZipParts {
    const entries = contents(bytes);
    const total = entries.reduce((sum, entry) => sum + entry.unpacked, 0);
    if (entries.length > MAX_PARTS) throw tooLarge(`The workbook has more than ${MAX_PARTS} parts.`);
    if (total > MAX_UNPACKED_BYTES)
      throw tooLarge(`The workbook would unpack to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MB.`);
    if (total > ALWAYS_FINE_BYTES && total > bytes.length * ABSURD_RATIO) {
      throw tooLarge("The workbook would unpack to hundreds of times its size.");
    }
    return new ZipParts(bytes, new Map(entries.map((entry) => [entry.name.toLowerCase(), entry])));
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  /** The part as text; null when the zip has no such part. */
  text(name: string): string | null {
    const entry = this.entries.get(name.toLowerCase());
    if (!entry) return null;
    if (entry.encrypted) {
      throw new UnreadablePlanError(
        "NOT_READABLE",
        "The workbook has a password. Save a copy without it, as .xlsx or .csv.",
      );
    }
    const at = entry.offset;
    if (at + 30 > this.bytes.length || this.bytes.readUInt32LE(at) !== 0x04034b50) throw damaged();
    const start = at + 30 + this.bytes.readUInt16LE(at + 26) + this.bytes.readUInt16LE(at + 28);
    const packed = this.bytes.subarray(start, start + entry.packed);
    const part = this.unpack(entry, packed);
    this.unpackedSoFar += part.length;
    if (this.unpackedSoFar > MAX_UNPACKED_BYTES) throw tooLarge("The workbook unpacks to far more than it says.");
    return decodeXml(part);
  }

  private unpack(entry: Entry, packed: Buffer): Buffer {
    if (entry.method === 0) return packed;
    if (entry.method !== 8) throw damaged();
    try {
      return inflateRawSync(packed, { maxOutputLength: MAX_PART_BYTES });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
        throw tooLarge(`A part of the workbook unpacks to more than ${MAX_PART_BYTES / 1024 / 1024} MB.`);
      throw damaged();
    }
  }
}

function contents(bytes: Buffer): Entry[] {
  const end = endRecord(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > MAX_PARTS) throw tooLarge(`The workbook has more than ${MAX_PARTS} parts.`);
  let at = bytes.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw damaged();
    const nameLength = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes
        .subarray(at + 46, at + 46 + nameLength)
        .toString("utf8")
        .replaceAll("\\", "/"),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
      encrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function endRecord(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - 22 - 0xffff; at--) {
    if (bytes.readUInt32LE(at) === 0x06054b50) return at;
  }
  throw damaged();
}

function decodeXml(part: Buffer): string {
  if (part[0] === 0xff && part[1] === 0xfe) return new TextDecoder("utf-16le").decode(part);
  if (part[0] === 0xfe && part[1] === 0xff) return new TextDecoder("utf-16be").decode(part);
  return new TextDecoder("utf-8").decode(part);
}

function damaged(): UnreadablePlanError {
  return new UnreadablePlanError(
    "NOT_READABLE",
    "The workbook is damaged. Open it, save it again as .xlsx or .csv, and try once more.",
  );
}

function tooLarge(what: string): UnreadablePlanError {
  return new UnreadablePlanError("TOO_LARGE", `${what} Save the sheet with the plan as .csv and import that.`);
}
