import { deflateRawSync } from "node:zlib";

interface Part {
  name: string;
  packed: Buffer;
  /** Size it claims to unpack to. */
  says: number;
  encryptAll?: boolean;
}

/** A zip written by hand, so that it can lie. */
export function zip(parts: Record<string, string | Buffer>, extra?: Part): Buffer {
  const all: Part[] = Object.entries(parts).map(([name, content]) => ({
    name,
    packed: deflateRawSync(content),
    says: Buffer.byteLength(content),
  }));
  if (extra) all.push(extra);
  const flags = extra?.encryptAll === true ? 1 : 0;
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, packed, says } of all) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(says, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(says, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), packed);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(all.length, 8);
  end.writeUInt16LE(all.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
