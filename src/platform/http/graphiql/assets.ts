import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file that the page loads. Folder and name are kept apart, so that no folder above it counts when it is sent. */
export interface Asset {
  folder: string;
  contentType: string;
}

/** The page's files by name, and one version for all of them that changes when any of them does. */
export interface Assets {
  version: string;
  files: ReadonlyMap<string, Asset>;
}

const javascript = "text/javascript; charset=utf-8";
const css = "text/css; charset=utf-8";

/** Where an npm package lies: its browser bundles are not among its exports, so they are found beside its manifest. */
const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`));

const own = (): string => __dirname;

const sources: readonly { file: string; from: () => string; contentType: string }[] = [
  { file: "react.production.min.js", from: () => join(packageFolder("react"), "umd"), contentType: javascript },
  { file: "react-dom.production.min.js", from: () => join(packageFolder("react-dom"), "umd"), contentType: javascript },
  { file: "graphiql.min.js", from: () => packageFolder("graphiql"), contentType: javascript },
  { file: "graphiql.min.css", from: () => packageFolder("graphiql"), contentType: css },
  { file: "page.mjs", from: own, contentType: javascript },
  { file: "editor.mjs", from: own, contentType: javascript },
  { file: "identity.mjs", from: own, contentType: javascript },
  { file: "storage.mjs", from: own, contentType: javascript },
  { file: "page.css", from: own, contentType: css },
  { file: "icon.svg", from: own, contentType: "image/svg+xml" },
];

/**
 * Finds the files of the page and hashes their content into one version (12 hex digits). Reads them (1.5 MB) once and
 * keeps none of them. Throws when a package of the page is not installed.
 */
export function findAssets(): Assets {
  const hash = createHash("sha256");
  const files = new Map<string, Asset>();
  for (const { file, from, contentType } of sources) {
    const folder = from();
    hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
    files.set(file, { folder, contentType });
  }
  return { version: hash.digest("hex").slice(0, 12), files };
}
