/** Why a file is not kept; stable, for programs. */
export type RefusedFileReason = "EMPTY" | "UNKNOWN_TYPE" | "NOT_ITS_NAME" | "DAMAGED" | "UNSAFE" | "TOO_LARGE_INSIDE";

/** The content of a file is not one that is kept. The message says what it is and what to do, and quotes nothing of it. */
export class RefusedFileError extends Error {
  constructor(
    readonly reason: RefusedFileReason,
    message: string,
  ) {
    super(message);
  }
}
