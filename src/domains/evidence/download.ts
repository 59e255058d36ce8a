import { pipeline } from "node:stream/promises";
import type { RequestHandler, Response } from "express";
import { refuse } from "../../platform/http/answer";
import { StorageError } from "../../platform/storage/index";
import { verdictOn } from "../access/index";
import { recordEvidence } from "./evidence-in-hand";
import type { Evidence } from "./evidence.entity";
import { DOWNLOAD, evidenceRelations } from "./evidence.permissions";
import { canBeOpened } from "./evidence.resolver";
import { type EvidenceParts, nothingHere, Visit } from "./visit";

/**
 * Gives a file to whom its link was made for, if at this moment they are still who may open it and it still is the file that
 * the link was made for. Each is in the trail before a byte leaves: that it was opened, or why it was not.
 */
export const download =
  (parts: EvidenceParts): RequestHandler =>
  async (_request, response) => {
    const visit = await Visit.of(parts, "download", response);
    if (!visit) {
      nothingHere(response);
      return;
    }
    const { context } = visit;
    try {
      const found = await openable(visit);
      if (typeof found === "string") {
        await visit.refused(found);
        nothingHere(response);
        return;
      }
      const file = await parts.files.storage.get(found.storageName ?? "");
      try {
        await context.db.write((send) =>
          recordEvidence(send, context, "downloaded", found, { version: found.version, marking: found.marking }),
        );
      } catch (error) {
        file.destroy();
        throw error;
      }
      await context.db.end();
      tellOf(found, response);
      await pipeline(file, response).catch((error: unknown) => {
        parts.log.warn({ err: error, requestId: context.requestId }, "a file was not sent to its end");
      });
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      parts.log.error({ err: error, requestId: context.requestId }, "a file of evidence cannot be had");
      response.setHeader("retry-after", "10");
      refuse(response, 503, error);
    } finally {
      await context.db.end();
    }
  };

/** The evidence whose file may be opened now, or why there is none. */
async function openable(visit: Visit): Promise<Evidence | string> {
  const { context, claims } = visit;
  if (visit.isLate) return "expired";
  if (context.actor.person !== claims.person) return "unknown";
  const evidence = await visit.evidence();
  if (!evidence) return "not there";
  const { allowed } = await verdictOn(DOWNLOAD, evidence, context, evidenceRelations.Evidence);
  if (!allowed) return "withheld";
  if (evidence.version !== claims.version) return "changed";
  return canBeOpened(evidence) ? evidence : "not kept";
}

/** For saving and for nothing else: no browser shows it, runs it, keeps it or guesses what it is. */
function tellOf({ fileName, mediaType, sizeBytes, sha256 }: Evidence, response: Response): void {
  response.attachment(fileName ?? "evidence");
  response.setHeader("content-type", mediaType ?? "application/octet-stream");
  response.setHeader("content-length", String(sizeBytes));
  response.setHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("cache-control", "private, no-store");
  response.setHeader("repr-digest", `sha-256=:${Buffer.from(sha256 ?? "", "hex").toString("base64")}:`);
}
