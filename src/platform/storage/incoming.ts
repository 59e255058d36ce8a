import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { storageError } from "./storage";

/** A file that has arrived whole and is not kept yet. */
export interface Arrived {
  path: string;
  size: number;
  /** In hex. */
  sha256: string;
  /** Forgets it; safe where it was moved meanwhile. */
  discard: () => Promise<void>;
}

/** More bytes came than may. */
export class TooLongError extends Error {}

/** A file that nobody on this machine is writing, or that no upload can still be at, was left by a crash. */
const LEFT_AFTER = 24 * 60 * 60 * 1000;

/**
 * Where files are written before they are looked at and kept. Names tell which process writes them, so that a start removes
 * what a crash left behind and nothing that another process, here or on another machine, is at.
 */
export class Incoming {
  constructor(private readonly folder: string) {}

  /** Makes the folder and clears it of what was left behind. */
  async open(): Promise<this> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.folder)) if (await this.isLeft(name)) await this.discard(name);
    return this;
  }

  /**
   * Writes and hashes a stream as it comes, and gives the file when all of it is on the disk. Whatever goes wrong, nothing is
   * left, and the rest of the stream is for the caller.
   *
   * @throws {TooLongError} once more than `most` bytes have come.
   * @throws {StorageError} where it cannot be written.
   */
  async take(body: Readable, most: number): Promise<Arrived> {
    const name = `${machine()}.${process.pid}.${randomUUID()}`;
    const path = join(this.folder, name);
    const sha256 = createHash("sha256");
    let size = 0;
    const file = await open(path, "wx", 0o600).catch(asStorageError);
    try {
      for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > most) throw new TooLongError(`more than ${most} bytes`);
        sha256.update(chunk);
        await file.writeFile(chunk).catch(asStorageError);
      }
      await file.sync().catch(asStorageError);
      await file.close().catch(asStorageError);
    } catch (error) {
      await file.close().catch(() => undefined);
      await this.discard(name);
      throw error;
    }
    return { path, size, sha256: sha256.digest("hex"), discard: () => this.discard(name) };
  }

  private discard(name: string): Promise<void> {
    return rm(join(this.folder, name), { force: true }).catch(() => undefined);
  }

  private async isLeft(name: string): Promise<boolean> {
    const [on, id] = name.split(".");
    const at = await stat(join(this.folder, name)).catch(() => null);
    if (!at?.isFile()) return false;
    if (Date.now() - at.mtimeMs > LEFT_AFTER) return true;
    // this process has only just started: what bears its number is of one before it
    return on === machine() && (Number(id) === process.pid || !isAlive(Number(id)));
  }
}

const machine = () => hostname().replaceAll(".", "-");

const asStorageError = (error: unknown): never => {
  throw storageError(error);
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Makes sure that a folder's entries are on the disk, where the system can: a file that was moved in must not be lost. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}
