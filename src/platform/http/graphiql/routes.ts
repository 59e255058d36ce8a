import { randomBytes } from "node:crypto";
import { Router, type Response } from "express";
import { findAssets } from "./assets";
import { defaultExamples, type GraphiqlExample } from "./examples";
import type { Introspection } from "../limits/index";
import { renderPage } from "./html";

export interface GraphiqlOptions {
  /** Offers the demonstration actors of `GET /demo/actors`, with a warning; otherwise a field for a bearer token. */
  demoSignIn: boolean;
  /** Who may ask for the schema: only where everyone may does the page open for anonymous callers. "signed-in" when left out. */
  introspection?: Introspection;
  /** The ready-made queries, in the order of their tabs; the contract's operations and a search when left out. */
  examples?: readonly GraphiqlExample[];
}

/**
 * What the page may load: its own origin, and nothing else. Fonts and small pictures stand as data: addresses in
 * GraphiQL's style sheet; the nonce is for the style element by which its dialogs stop the page from scrolling.
 */
const contentPolicy = (nonce: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

function setCommonHeaders(response: Response): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
}

/**
 * `GET /graphiql`, the page, to which `GET /` leads; and `GET /graphiql/assets/<version>/<file>`, its files, which may
 * be cached for a year since their address changes with their content. Any other name below it is a plain 404.
 * To be mounted at the root: the page posts to `/graphql` and, with demonstration sign-in, asks `/demo`.
 * Throws when a package of the page is not installed.
 */
export function graphiqlRoutes({
  demoSignIn,
  introspection = "signed-in",
  examples = defaultExamples,
}: GraphiqlOptions): Router {
  const { version, files } = findAssets();
  const assets = `/graphiql/assets/${version}`;
  const router = Router();

  router.get("/", (_request, response) => response.redirect("/graphiql"));

  router.get("/graphiql", (_request, response) => {
    const nonce = randomBytes(16).toString("base64url");
    setCommonHeaders(response);
    response.setHeader("Content-Security-Policy", contentPolicy(nonce));
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Cache-Control", "no-store");
    response.type("html").send(renderPage({ demoSignIn, introspection, examples, assets, nonce }));
  });

  router.get("/graphiql/assets/:version/:file", (request, response, next) => {
    const { file } = request.params;
    const asset = request.params.version === version ? files.get(file) : undefined;
    setCommonHeaders(response);
    if (!asset) {
      response.status(404).setHeader("Cache-Control", "no-store");
      response.type("text/plain").send("Not found\n");
      return;
    }
    response.setHeader("Content-Type", asset.contentType);
    response.sendFile(file, { root: asset.folder, maxAge: "1y", immutable: true, lastModified: false }, (error) => {
      if (error && !response.headersSent) next(error);
    });
  });

  return router;
}
