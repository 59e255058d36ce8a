import { join } from "node:path";
import { ConfigError, type StorageConfig } from "../config/index";
import { DiskStorage } from "./disk";
import { Incoming } from "./incoming";
import { S3Storage } from "./s3";
import type { Storage } from "./storage";

export * from "./incoming";
export * from "./storage";

/** Where files arrive and where they are kept. */
export interface Files {
  incoming: Incoming;
  storage: Storage;
}

/**
 * Opens what the configuration names, and clears away what a crash left half written.
 *
 * @throws {ConfigError} where files cannot arrive there.
 */
export async function openFiles({ folder, s3 }: StorageConfig): Promise<Files> {
  const incoming = await new Incoming(join(folder, "incoming")).open().catch((error: unknown) => {
    throw new ConfigError([
      `EVIDENCE_DIR: ${folder} cannot be used (${(error as NodeJS.ErrnoException).code ?? String(error)}). Name a folder that this account may write to.`,
    ]);
  });
  if (!s3) return { incoming, storage: new DiskStorage(join(folder, "kept"), incoming) };
  return { incoming, storage: await S3Storage.open(s3) };
}
