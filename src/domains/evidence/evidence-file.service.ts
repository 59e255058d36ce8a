import { ConflictError } from "../../platform/errors/index";
import { globalId } from "../../platform/graphql/ids";
import type { Writer } from "../access/index";
import type { Send } from "../audit/index";
import { evidenceInHand, recordEvidence } from "./evidence-in-hand";
import { FILE_TRANSITIONS, type FileEvent, nextState } from "./evidence-lifecycle";

/** A file that was checked and is kept under `name`. */
export interface KeptFile {
  name: string;
  sha256: string;
  mediaType: string;
  size: number;
}

/** The evidence whose file is waited for, held, and where the event takes the file. */
async function fileInHand(send: Send, writer: Writer, id: string, event: FileEvent) {
  const evidence = await evidenceInHand(send, writer, { evidence: globalId("Evidence", id) });
  if (evidence.fileState === null) throw new ConflictError("This evidence is a link: no file is waited for.");
  return { evidence, fileState: nextState(FILE_TRANSITIONS, evidence.fileState, event) };
}

/**
 * Says that the file of evidence has come and is kept, once it is.
 *
 * @throws {ConflictError} where none is waited for by now.
 */
export async function keepFile(send: Send, writer: Writer, id: string, file: KeptFile): Promise<void> {
  const { evidence, fileState } = await fileInHand(send, writer, id, "KEEP");
  const { name, sha256, mediaType, size } = file;
  await send(
    "update evidence set file_state = $2, storage_name = $3, sha256 = $4, media_type = $5, size_bytes = $6 where id = $1",
    [id, fileState, name, sha256, mediaType, size],
  );
  await recordEvidence(send, writer, "fileKept", evidence, { mediaType, sizeBytes: size, sha256 });
}

/**
 * Says that the file of evidence was looked at and is not kept, and why.
 *
 * @throws {ConflictError} where none is waited for by now.
 */
export async function refuseFile(
  send: Send,
  writer: Writer,
  id: string,
  { reason, message }: { reason: string; message: string },
): Promise<void> {
  const { evidence, fileState } = await fileInHand(send, writer, id, "REFUSE");
  await send("update evidence set file_state = $2, refused_because = $3 where id = $1", [id, fileState, message]);
  await recordEvidence(send, writer, "fileRefused", evidence, { reason });
}
