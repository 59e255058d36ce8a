// npm run bench: builds what changed, the bench included, and runs it in this same process.
import { createRequire } from "node:module";
import { build } from "./build.mjs";

await build(["src", "migrations", "bench"]);
createRequire(import.meta.url)("../dist/bench/main.js");
