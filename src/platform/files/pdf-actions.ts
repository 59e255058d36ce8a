import type { FileHandle } from "node:fs/promises";
import { RefusedFileError } from "./refused";

const SLICE = 64 * 1024;
/** Longer than any name that is looked for and what must follow it, however it is written. */
const OVERLAP = 256;

/** A name of PDF, each letter of which may be written as its number. */
const named = (name: string) =>
  `/${Array.from(name, (letter) => `(?:${letter}|#${letter.charCodeAt(0).toString(16)})`).join("")}(?![A-Za-z0-9])`;
/** A script, as every action that runs one says; that starts a program; or a script beside another action, in words or by reference. */
const ACTION = new RegExp(
  `${named("JavaScript")}|${named("Launch")}|${named("JS")}\\s*(?:\\([\\x20-\\x7e\\s]{8}|\\d+\\s+\\d+\\s+R)`,
  "i",
);

/**
 * Refuses a PDF that runs a script or starts a program, as far as it says so in the open: what is packed is not looked into.
 * A page that opens at a place is neither.
 *
 * @throws {RefusedFileError} UNSAFE.
 */
export async function requireNoAction(file: FileHandle, size: number): Promise<void> {
  let before = "";
  for (let at = 0; at < size; at += SLICE) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SLICE), 0, SLICE, at);
    const piece = before + buffer.toString("latin1", 0, bytesRead);
    if (ACTION.test(piece))
      throw new RefusedFileError(
        "UNSAFE",
        "The PDF runs a script or starts a program. Print it to a new PDF and send that.",
      );
    before = piece.slice(-OVERLAP);
  }
}
