import { BadInputError } from "../errors/index";

/**
 * Global ids: one byte for the type and sixteen for the key, in base64url. Opaque, stable, and of one length, so that a
 * foreign id, one of another type and a made-up one look and behave alike.
 */
const codes = new Map<string, number>();
const names = new Map<number, string>();

/** Gives a type its code, once and for ever: ids are kept by clients. */
export function registerIdCode(type: string, code: number): void {
  if (codes.has(type) || names.has(code)) throw new Error(`id code of ${type} is taken`);
  codes.set(type, code);
  names.set(code, type);
}

/** The types that have ids, by their names. */
export const typesWithIds = (): string[] => [...codes.keys()];

/** Where ids are put together, one at a time. */
const written = Buffer.alloc(17);

/** The global id of a row. */
export function globalId(type: string, key: string): string {
  const code = codes.get(type);
  if (code === undefined) throw new Error(`type ${type} has no id code`);
  written[0] = code;
  written.write(key.replaceAll("-", ""), 1, "hex");
  return written.toString("base64url");
}

/** Type and key of a global id, or null for anything that is not one. */
export function parseGlobalId(id: string): { type: string; key: string } | null {
  if (!/^[\w-]{23}$/.test(id)) return null;
  const bytes = Buffer.from(id, "base64url");
  const type = names.get(bytes[0] ?? 0);
  if (bytes.length !== 17 || !type || bytes.toString("base64url") !== id) return null;
  const hex = bytes.toString("hex").slice(2);
  return {
    type,
    key: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-"),
  };
}

/** Key of an id that must be of one type, or null: what is looked up by it is then simply not found. */
export function keyOf(type: string, id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.type === type ? parsed.key : null;
}

/** Key of an id given in a filter or an input, where a wrong one is a mistake to tell of. */
export function requiredKey(type: string, id: string, field: readonly string[]): string {
  const key = keyOf(type, id);
  if (!key)
    throw new BadInputError(`${field.join(".")} is no id of ${/^[AEIOU]/.test(type) ? "an" : "a"} ${type}.`, field);
  return key;
}
