// npm start: builds what changed, says so when it takes a while, and runs the service in this same process.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { build } from "./build.mjs";

if (!existsSync(new URL("../dist/src/main.js", import.meta.url)))
  console.log("Golden Thread: compiling (first start only)…");
// graphql checks every object for a second copy of itself unless told that this is no development
process.env.NODE_ENV ??= "production";
await build();
createRequire(import.meta.url)("../dist/src/main.js");
