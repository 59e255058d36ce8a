/** What one thing takes beside its own bytes, roughly: keys, objects, the places in two lists. */
const OVERHEAD = 500;

/** The most that is kept, in bytes: of all callers together, of one caller, and of one thing. */
export interface MemoryLimits {
  all: number;
  caller: number;
  one: number;
}

interface Kept<V> {
  value: V;
  size: number;
}

/**
 * Memory that callers share by the byte. Each keeps things under keys of its own and finds nobody else's; whoever keeps too
 * much loses its own oldest. Where all together keep too much, what was used longest ago goes, whosever it is.
 */
export class SharedMemory<V> {
  private readonly callers = new Map<string, { bytes: number; keys: Set<string> }>();
  private readonly things = new Map<string, Kept<V>>();
  private bytes = 0;

  constructor(private readonly limits: MemoryLimits) {}

  /** Bytes that are kept. */
  get size(): number {
    return this.bytes;
  }

  /** What the caller keeps under the key; using it makes it the newest. */
  get(caller: string, key: string): V | undefined {
    const name = nameOf(caller, key);
    const kept = this.things.get(name);
    if (!kept) return undefined;
    this.things.delete(name);
    this.things.set(name, kept);
    const own = this.callers.get(caller);
    own?.keys.delete(key);
    own?.keys.add(key);
    return kept.value;
  }

  /** Keeps a thing in the place of what was under the key; what is too large is not kept. */
  set(caller: string, key: string, value: V, bytes: number): void {
    this.delete(caller, key);
    const size = bytes + caller.length + 2 * key.length + OVERHEAD;
    if (size > Math.min(this.limits.one, this.limits.caller, this.limits.all)) return;
    const own = this.callers.get(caller) ?? { bytes: 0, keys: new Set<string>() };
    this.callers.set(caller, own);
    own.keys.add(key);
    own.bytes += size;
    this.bytes += size;
    this.things.set(nameOf(caller, key), { value, size });
    while (own.bytes > this.limits.caller) this.deleteOldest(caller, own.keys);
    while (this.bytes > this.limits.all) this.deleteOldestOfAll();
  }

  /** Lets go of what the caller keeps under the key, if anything. */
  delete(caller: string, key: string): void {
    const name = nameOf(caller, key);
    const kept = this.things.get(name);
    const own = this.callers.get(caller);
    if (!kept || !own) return;
    this.things.delete(name);
    own.keys.delete(key);
    own.bytes -= kept.size;
    this.bytes -= kept.size;
    if (own.keys.size === 0) this.callers.delete(caller);
  }

  private deleteOldest(caller: string, keys: Set<string>): void {
    const [oldest] = keys;
    if (oldest !== undefined) this.delete(caller, oldest);
  }

  private deleteOldestOfAll(): void {
    const [oldest] = this.things.keys();
    if (oldest === undefined) return;
    const [caller, key] = partsOf(oldest);
    this.delete(caller, key);
  }
}

/** Callers are named by hashes, which hold no space. */
const nameOf = (caller: string, key: string) => `${caller} ${key}`;
const partsOf = (name: string): [caller: string, key: string] => {
  const at = name.indexOf(" ");
  return [name.slice(0, at), name.slice(at + 1)];
};
