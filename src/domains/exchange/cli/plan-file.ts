import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path";
import { MAX_FILE_BYTES } from "../reader/index";

/** A file that is not read. The message is for the person at the command line, and says what to do. */
export class FileRefusedError extends Error {
  override name = "FileRefusedError";
}

const MEGABYTE = 1024 * 1024;

/**
 * The bytes of an ordinary file of at most `most` bytes. Its kind and size are looked at before anything is read, so that
 * neither a huge file nor a pipe is waited for.
 *
 * @throws {FileRefusedError}
 */
export function bytesOfFile(path: string, most: number = MAX_FILE_BYTES): Buffer {
  const name = basename(path);
  let file: number | undefined;
  try {
    // without blocking: opening a pipe that nobody writes to would wait for ever
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = ordinary(file, name, most);
    const bytes = Buffer.alloc(size);
    let read = 0;
    for (let more = -1; more !== 0 && read < size; read += more) more = readSync(file, bytes, read, size - read, read);
    return bytes.subarray(0, read);
  } catch (error) {
    throw error instanceof FileRefusedError ? error : new FileRefusedError(refusal(name, error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function ordinary(file: number, name: string, most: number) {
  const found = fstatSync(file);
  if (found.isDirectory()) throw new FileRefusedError(`${name} is a folder. Name the file in it that holds the plan.`);
  if (!found.isFile())
    throw new FileRefusedError(`${name} is a device or a pipe. Save its content as a file and name that.`);
  if (found.size === 0) throw new FileRefusedError(`${name} is empty. Save the plan again as CSV, XLSX or text.`);
  if (found.size > most)
    throw new FileRefusedError(
      `${name} is ${Math.ceil(found.size / MEGABYTE)} MB; at most ${Math.floor(most / MEGABYTE)} MB are read. Save the plan's table alone, without pictures.`,
    );
  return found;
}

function refusal(name: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return `There is no file ${name} at that place. Check the path.`;
    case "EACCES":
    case "EPERM":
      return `This account may not read ${name}. Ask for permission, or copy the file.`;
    case "ENXIO":
    case "ENODEV":
      return `${name} is a device or a pipe. Save its content as a file and name that.`;
    default:
      return `${name} cannot be read (${code || "unknown reason"}). Copy the file and try again.`;
  }
}
