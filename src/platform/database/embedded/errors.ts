export type EmbeddedDatabaseProblem =
  | "no-binary" // nothing is shipped for this platform, or what is shipped does not run here
  | "no-account" // PostgreSQL refuses root, and no other account can be used
  | "folder" // DATA_DIR cannot be made, read or written
  | "disk-full"
  | "busy" // another process holds the folder for longer than we wait
  | "start"; // PostgreSQL itself gave up

/** Why the private PostgreSQL is not there. The message says what to do and is shown to the person who starts the service. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = "EmbeddedDatabaseError";

  constructor(
    readonly problem: EmbeddedDatabaseProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The `code` of a failed system call, such as `ENOENT`; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Turns a failed system call on the data folder into words; other errors pass as they are. */
export function asFolderError(error: unknown, dataDir: string): unknown {
  switch (systemCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return diskFull(dataDir, error);
    case "EACCES":
    case "EPERM":
      return new EmbeddedDatabaseError(
        "folder",
        `This account may not use ${dataDir}: it may belong to another account. Set DATA_DIR to a folder of your own, or set DATABASE_URL.`,
        { cause: error },
      );
    case "EROFS":
      return new EmbeddedDatabaseError(
        "folder",
        `${dataDir} is on a read-only disk. Set DATA_DIR to a folder that can be written, or set DATABASE_URL.`,
        { cause: error },
      );
    case "EEXIST":
    case "ENOTDIR":
    case "ELOOP":
    case "ENAMETOOLONG":
    case "ENOENT":
    case "EINVAL":
    case "EIO":
      return new EmbeddedDatabaseError(
        "folder",
        `${dataDir} cannot be used as a folder (${String(systemCode(error))}). Set DATA_DIR to another folder, or set DATABASE_URL.`,
        { cause: error },
      );
    default:
      return error;
  }
}

/** Whether PostgreSQL's own words mean a full disk. */
export const saysDiskFull = (said: string) =>
  /No space left on device|Disk quota exceeded|Check free disk space/i.test(said);

export function diskFull(dataDir: string, cause?: unknown): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    "disk-full",
    `The disk that holds ${dataDir} is full: a new database needs about 100 MB. Free some space, or set DATA_DIR to another disk.`,
    { cause },
  );
}
