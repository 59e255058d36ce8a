/** A partnership folder that cannot be loaded. The message names the file and the line, and says what to do. */
export class FolderError extends Error {
  override name = "FolderError";
}
