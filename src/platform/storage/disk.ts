import { access, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { Incoming, syncFolder } from "./incoming";
import { isName, type KeptName, requireName, type Storage, storageError } from "./storage";

/**
 * Files in a folder of this machine. A file is written under another name, is on the disk before it gets its own, and gets
 * it in one step, so that a name never leads to half a file, whenever the machine stops.
 */
export class DiskStorage implements Storage {
  constructor(
    private readonly folder: string,
    private readonly incoming: Incoming,
  ) {}

  async put(name: string, body: Readable, size: number): Promise<void> {
    const path = this.pathOf(name);
    const written = await this.incoming.take(body, size);
    try {
      if (written.size !== size) throw new Error(`${written.size} bytes came in the place of ${size}`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(written.path, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await written.discard();
      throw storageError(error);
    }
  }

  async get(name: string): Promise<Readable> {
    const path = this.pathOf(name);
    try {
      const file = await open(path, "r");
      return file.createReadStream();
    } catch (error) {
      throw storageError(error);
    }
  }

  exists(name: string): Promise<boolean> {
    return access(this.pathOf(name)).then(
      () => true,
      () => false,
    );
  }

  /** A folder at a time. */
  async *list(path = this.folder): AsyncGenerator<KeptName[]> {
    const files: KeptName[] = [];
    for (const entry of await readdir(path, { withFileTypes: true }).catch(missingIsEmpty)) {
      const at = join(path, entry.name);
      const name = relative(this.folder, at).replaceAll(sep, "/");
      if (entry.isDirectory()) yield* this.list(at);
      else if (entry.isFile() && isName(name))
        files.push({ name, keptAt: (await stat(at).catch(asStorageError)).mtime });
    }
    yield files;
  }

  remove(name: string): Promise<void> {
    return rm(this.pathOf(name), { force: true }).catch((error: unknown) => {
      throw storageError(error);
    });
  }

  private readonly pathOf = (name: string) => join(this.folder, requireName(name));
}

const asStorageError = (error: unknown): never => {
  throw storageError(error);
};

/** Nothing was kept yet. */
const missingIsEmpty = (error: unknown): [] => {
  const failure = storageError(error);
  if (failure.why === "missing") return [];
  throw failure;
};
