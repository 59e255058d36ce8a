// npm start: builds what changed, says so when it takes a while, and runs the service in this same process.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { build } from "./build.mjs";

if (!existsSync(new URL("../dist/src/main.js", import.meta.url)))
  console.log("Golden Thread: compiling (first start only)…");
await build();
createRequire(import.meta.url)("../dist/src/main.js");
