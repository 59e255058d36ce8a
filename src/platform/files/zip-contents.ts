import type { FileHandle } from "node:fs/promises";
import { constants, inflateRawSync, type ZlibOptions } from "node:zlib";
import { RefusedFileError } from "./refused";

/** One part of a zip, as its table of contents has it. */
export interface Part {
  name: string;
  packed: number;
  unpacked: number;
  offset: number;
  stored: boolean;
}

const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
/** A zip may end with a remark of so many bytes. */
const LONGEST_REMARK = 0xffff;
/** What stands between parts is at most a descriptor of the one before (with 8-byte sizes). */
const LONGEST_GAP = 24;

const MOST_PARTS = 5_000;
const MOST_CONTENTS = 2 * 1024 * 1024;
const MOST_UNPACKED = 250 * 1024 * 1024;
const ALWAYS_FINE = 10 * 1024 * 1024;
const ABSURD_RATIO = 100;

const damaged = () =>
  new RefusedFileError("DAMAGED", "The document is damaged or made up. Open it, save it again, and send that.");
const tooLarge = () =>
  new RefusedFileError(
    "TOO_LARGE_INSIDE",
    "The document would unpack to far more than a document holds. Save it as PDF and send that.",
  );

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead !== length) throw damaged();
  return buffer;
}

/**
 * Where the end record of a zip stands whose remark ends with the file, as every reader looks for it; null where there is
 * none. A file of another kind that has one is two files at once.
 */
export async function zipEndOf(file: FileHandle, size: number): Promise<number | null> {
  const length = Math.min(size, END_BYTES + LONGEST_REMARK);
  const tail = await bytesAt(file, size - length, length);
  for (let at = length - END_BYTES; at >= 0; at -= 1)
    if (tail.readUInt32LE(at) === END && at + END_BYTES + tail.readUInt16LE(at + 20) === length)
      return size - length + at;
  return null;
}

/**
 * The parts of a zip, judged by its table of contents and by what stands before each part, with nothing unpacked: their
 * number, what they say that they unpack to, one after another with nothing hidden between, and names that lead nowhere
 * else. What a part truly unpacks to is not known until it is (`beginningOf`, `wholeOf`). In the order in which they stand.
 *
 * @throws {RefusedFileError} where any of that is not so.
 */
export async function zipContents(file: FileHandle, size: number): Promise<readonly Part[]> {
  const end = await zipEndOf(file, size);
  if (end === null) throw damaged();
  const record = await bytesAt(file, end, END_BYTES);
  const [count, length, start] = [record.readUInt16LE(10), record.readUInt32LE(12), record.readUInt32LE(16)];
  // of one volume, and small enough for plain sizes: anything else is no document that an office wrote
  if (record.readUInt32LE(4) !== 0 || record.readUInt16LE(8) !== count || start + length !== end) throw damaged();
  if (count === 0) throw damaged();
  if (count > MOST_PARTS || length > MOST_CONTENTS) throw tooLarge();
  const parts = partsIn(await bytesAt(file, start, length), count);
  requireModest(parts, size);
  await requireOneAfterAnother(file, parts, start);
  return parts;
}

function partsIn(table: Buffer, count: number): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > table.length || table.readUInt32LE(at) !== CENTRAL) throw damaged();
    const [flags, method] = [table.readUInt16LE(at + 8), table.readUInt16LE(at + 10)];
    if ((flags & 1) === 1)
      throw new RefusedFileError(
        "UNSAFE",
        "The document has a password, so that nobody can look into it. Send it without.",
      );
    const nameEnd = at + 46 + table.readUInt16LE(at + 28);
    if (method !== 0 && method !== 8) throw damaged();
    parts.push({
      name: table.toString("utf8", at + 46, nameEnd),
      packed: table.readUInt32LE(at + 20),
      unpacked: table.readUInt32LE(at + 24),
      offset: table.readUInt32LE(at + 42),
      stored: method === 0,
    });
    at = nameEnd + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32);
  }
  if (at !== table.length) throw damaged();
  const names = new Set(parts.map(({ name }) => name.toLowerCase()));
  if (names.size !== count || [...names].some(leadsElsewhere)) throw damaged();
  return parts.sort((a, b) => a.offset - b.offset);
}

const leadsElsewhere = (name: string) =>
  name === "" || name.startsWith("/") || /[\\\0:]/.test(name) || name.split("/").includes("..");

function requireModest(parts: readonly Part[], size: number): void {
  const total = parts.reduce((sum, { unpacked }) => sum + unpacked, 0);
  if (total > MOST_UNPACKED || (total > ALWAYS_FINE && total > size * ABSURD_RATIO)) throw tooLarge();
  if (parts.some(({ stored, packed, unpacked }) => stored && packed !== unpacked)) throw damaged();
}

/** Parts that overlap unpack the same bytes over and over; what stands between them is hidden from whoever opens the document. */
async function requireOneAfterAnother(file: FileHandle, parts: readonly Part[], end: number): Promise<void> {
  let free = 0;
  for (const { name, offset, packed } of parts) {
    if (offset < free || offset - free > LONGEST_GAP || (free === 0 && offset !== 0)) throw damaged();
    const header = await bytesAt(file, offset, 30);
    const nameLength = header.readUInt16LE(26);
    if (header.readUInt32LE(0) !== LOCAL || nameLength !== Buffer.byteLength(name)) throw damaged();
    if ((await bytesAt(file, offset + 30, nameLength)).toString("utf8") !== name) throw damaged();
    free = offset + 30 + nameLength + header.readUInt16LE(28) + packed;
  }
  if (free > end || end - free > LONGEST_GAP) throw damaged();
}

/** Bytes of a packed part that are looked at to know how it begins. */
const BEGINNING = 64;
/** What a part that says what others are may unpack to. */
const LONGEST_LIST = 2 * 1024 * 1024;

async function packedOf(file: FileHandle, { name, offset }: Part, length: number): Promise<Buffer> {
  const header = await bytesAt(file, offset, 30);
  return bytesAt(file, offset + 30 + Buffer.byteLength(name) + header.readUInt16LE(28), length);
}

/** The first bytes of a part, unpacked, some dozens of them. */
export async function beginningOf(file: FileHandle, part: Part): Promise<Buffer> {
  const packed = await packedOf(file, part, Math.min(part.packed, BEGINNING));
  // what ends in the middle gives what it has
  return part.stored ? packed : unpacked(packed, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** All that a part holds, which must not be long. */
export async function wholeOf(file: FileHandle, part: Part): Promise<Buffer> {
  if (part.packed > LONGEST_LIST || part.unpacked > LONGEST_LIST) throw tooLarge();
  const packed = await packedOf(file, part, part.packed);
  return part.stored ? packed : unpacked(packed);
}

function unpacked(packed: Buffer, options: ZlibOptions = {}): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: LONGEST_LIST, ...options });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw damaged();
  }
}
