import { createHash } from "node:crypto";
import type { ColumnMapping } from "./reader/index";

/** What an import is known by: the file, how it was read, and the day where it was stated. */
export interface Source {
  bytes: Buffer;
  mapping?: ColumnMapping;
  statedDay?: string;
}

/** The same file read the same way has the same fingerprint. */
export function fingerprintOf({ bytes, mapping, statedDay }: Source): string {
  const columns = Object.entries(mapping ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  const hash = createHash("sha256").update(bytes);
  for (const part of [columns, statedDay ?? null]) hash.update("\0").update(JSON.stringify(part));
  return hash.digest("hex");
}

/** The fingerprint together with the names it was read with: a partnership that has learnt a name may import again. */
export function withNames(fingerprint: string, names: string): string {
  return createHash("sha256").update(fingerprint).update("\0").update(names).digest("hex");
}
