import type { Readable } from "node:stream";
import { DomainError } from "../errors/index";

/** A file that is kept, and since when. */
export interface KeptName {
  name: string;
  keptAt: Date;
}

/** Keeps files by name: whole or not at all, and never where a web server would find them. */
export interface Storage {
  /**
   * Keeps all of `body` under this name, in the place of what was there.
   *
   * @throws {StorageError} where it cannot be kept; nothing of it is left then.
   */
  put(name: string, body: Readable, size: number): Promise<void>;
  /**
   * The file from its first byte on.
   *
   * @throws {StorageError} where it cannot be had; `missing` where there is none of this name.
   */
  get(name: string): Promise<Readable>;
  exists(name: string): Promise<boolean>;
  /** All that are kept, a page at a time; what bears no name of ours is passed over. */
  list(): AsyncIterable<KeptName[]>;
  /** Safe where there is none of this name. */
  remove(name: string): Promise<void>;
}

/** The files cannot be reached, are full, or have lost what is asked for. */
export class StorageError extends DomainError {
  constructor(
    readonly why: "full" | "missing" | "failed",
    override readonly cause?: unknown,
  ) {
    super(
      "UNAVAILABLE",
      why === "full"
        ? "There is no room left for files. Nothing was kept; tell whoever runs the service, and send it again later."
        : "The service cannot reach its files just now. Nothing was changed; try again in a minute.",
    );
  }
}

/** What a failure of the file system is to whoever asked. */
export function storageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  return new StorageError(full ? "full" : code === "ENOENT" ? "missing" : "failed", error);
}

/** Names are made by the service, of these characters alone: none leads out of where files are kept. */
export function requireName(name: string): string {
  if (!isName(name)) throw new Error(`${JSON.stringify(name)} is no name of a kept file`);
  return name;
}

export const isName = (name: string): boolean => /^[0-9a-z-]+(\/[0-9a-z-]+)*$/.test(name);
