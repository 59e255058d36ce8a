import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Request, RequestHandler, Response } from "express";
import { ConflictError, DomainError } from "../../platform/errors/index";
import { mediaTypeOf, RefusedFileError } from "../../platform/files/index";
import { globalId } from "../../platform/graphql/ids";
import { refuse } from "../../platform/http/answer";
import { type Arrived, StorageError, TooLongError } from "../../platform/storage/index";
import { keepFile, refuseFile } from "./evidence-file.service";
import { writesFor } from "./evidence-in-hand";
import { EvidenceState, FileState } from "./evidence-lifecycle";
import type { Evidence } from "./evidence.entity";
import { evidenceLoaders } from "./evidence.loaders";
import { type EvidenceParts, nothingHere, Visit } from "./visit";

/** Milliseconds in which a sender of too much can read that it was, before the line is cut. */
const LAST_WORDS = 1_000;

/**
 * Takes the file of evidence from whom its link was made for, if at this moment they still write for its agency: as it comes,
 * to the disk, no longer than a file may be, then looks at it, keeps it, and says so in the database. Whatever goes wrong
 * before the last of these leaves no file, and the record as it was or with why the file was refused.
 */
export const upload =
  (parts: EvidenceParts): RequestHandler =>
  async (request, response) => {
    const visit = await Visit.of(parts, "upload", response);
    if (!visit) {
      nothingHere(response);
      return;
    }
    const { context } = visit;
    try {
      const evidence = await waitedFor(visit);
      if (typeof evidence === "string") {
        await visit.refused(evidence);
        nothingHere(response);
        return;
      }
      // the file may be long in coming: nobody waits for the database meanwhile
      await context.db.close();
      if (!isPlainBody(request)) {
        refuse(response, 415, {
          code: "BAD_USER_INPUT",
          message: "Send the file's bytes as they are: no form, and not packed.",
        });
        return;
      }
      const arrived = await take(parts, request);
      try {
        await keep(parts, visit, evidence, arrived);
      } finally {
        await arrived.discard();
      }
      response.status(201).json({
        evidence: globalId("Evidence", evidence.id),
        sha256: arrived.sha256,
        sizeBytes: arrived.size,
      });
    } catch (error) {
      if (!(await told(parts, visit, error, request, response))) throw error;
    } finally {
      await context.db.end();
    }
  };

/** The evidence whose file is waited for, or why none is. */
async function waitedFor(visit: Visit): Promise<Evidence | string> {
  const { context, claims } = visit;
  if (visit.isLate) return "expired";
  if (context.actor.person !== claims.person) return "unknown";
  const evidence = await visit.evidence();
  if (!evidence || !writesFor(context.actor, evidence.ownerAgencyId)) return "not there";
  return evidence.state === EvidenceState.ACTIVE && evidence.fileState === FileState.PENDING
    ? evidence
    : "not waited for";
}

/** A form or something packed would be kept as such, and be no document. */
const isPlainBody = ({ headers }: Request) =>
  !headers["content-type"]?.toLowerCase().startsWith("multipart/") &&
  ["identity", undefined].includes(headers["content-encoding"]);

function take({ files, mostBytes }: EvidenceParts, request: Request): Promise<Arrived> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw new TooLongError("it says so itself");
  return files.incoming.take(request, mostBytes);
}

/** The file is not the one that was to come. */
class OtherFileError extends DomainError {
  constructor() {
    super(
      "BAD_USER_INPUT",
      "The file's SHA-256 is not the one that was said when the evidence was added. Send the file again.",
    );
  }
}

async function keep(
  { files: { storage } }: EvidenceParts,
  { context }: Visit,
  evidence: Evidence,
  { path, size, sha256 }: Arrived,
): Promise<void> {
  const { id, partnershipId, declaredSha256, fileName } = evidence;
  if (declaredSha256 !== null && declaredSha256 !== sha256) throw new OtherFileError();
  const mediaType = await mediaTypeOf(path, size, fileName ?? "");
  // of this sending alone: two at once never write over each other, nor take away what the other one kept
  const name = `${partnershipId}/${id}/${sha256}-${randomUUID().slice(0, 8)}`;
  await storage.put(name, createReadStream(path), size);
  try {
    await context.db.write((send) => keepFile(send, context, id, { name, sha256, mediaType, size }));
  } catch (error) {
    context.forget();
    // what was said may be kept after all: a file is removed only where the record says that it is not this one
    const now = await context
      .use(evidenceLoaders)
      .evidenceById.load(id)
      .catch(() => null);
    if (now && now.storageName !== name) await storage.remove(name).catch(() => undefined);
    throw error;
  }
}

/** Answers what went wrong, as far as it is the sender's or the disk's; whether it did. */
async function told(
  parts: EvidenceParts,
  visit: Visit,
  error: unknown,
  request: Request,
  response: Response,
): Promise<boolean> {
  const { log, mostBytes } = parts;
  const { context, claims } = visit;
  if (request.errored || response.destroyed) return true; // nobody is left to tell
  if (error instanceof TooLongError) {
    await visit.refused("too large");
    const message = `A file may have ${mostBytes / 1024 / 1024} MB. Send a smaller one, or a link.`;
    cutOff(request, () => refuse(response, 413, { code: "BAD_USER_INPUT", message }));
    return true;
  }
  if (error instanceof RefusedFileError) {
    try {
      await context.db.write((send) => refuseFile(send, context, claims.evidenceId, error));
    } catch (meanwhile) {
      // another sending was refused or kept first
      return told(parts, visit, meanwhile, request, response);
    }
    refuse(response, 422, { code: "BAD_USER_INPUT", message: error.message });
    return true;
  }
  if (error instanceof OtherFileError) {
    await visit.refused("other hash");
    refuse(response, 422, error);
    return true;
  }
  if (error instanceof ConflictError) {
    refuse(response, 409, error);
    return true;
  }
  if (error instanceof StorageError) {
    log.error({ err: error, requestId: context.requestId }, "a file of evidence cannot be kept");
    response.setHeader("retry-after", "60");
    cutOff(request, () => refuse(response, error.why === "full" ? 507 : 503, error));
    return true;
  }
  return false;
}

/** Answers before all has come; what still comes is thrown away for a moment, so that the answer can be read. */
function cutOff(request: Request, answer: () => void): void {
  answer();
  if (request.complete) return;
  request.resume();
  setTimeout(() => {
    // once all has come, the line may be at its next request
    if (!request.complete) request.socket.destroy();
  }, LAST_WORDS).unref();
}
