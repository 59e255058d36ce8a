import express from "express";
import { cors, onlyMethods } from "../../platform/http/middleware";
import { download } from "./download";
import { upload } from "./upload";
import { callerOf, type EvidenceParts, readLink } from "./visit";

/** Where files of evidence are sent and opened: by links that GraphQL gives, without a token of their own. */
export function evidenceRoutes(parts: EvidenceParts): express.Router {
  const router = express.Router();
  const limited = parts.limiter ? [parts.limiter.request(callerOf)] : [];
  const from = cors(parts.corsOrigins ?? [], "GET, PUT");
  router.all("/evidence/upload/:token", onlyMethods("PUT"), from, readLink(parts, "upload"), ...limited, upload(parts));
  router.all(
    "/evidence/download/:token",
    onlyMethods("GET"),
    from,
    readLink(parts, "download"),
    ...limited,
    download(parts),
  );
  return router;
}
