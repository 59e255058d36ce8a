// npm run bench, npm run bench:timing: builds what changed, the bench included, and runs it in this same process.
import { createRequire } from "node:module";
import { build } from "./build.mjs";

// graphql checks every object for a second copy of itself unless told that this is no development
process.env.NODE_ENV ??= "production";
await build(["src", "migrations", "bench"]);
const timing = process.argv[2] === "timing";
createRequire(import.meta.url)(timing ? "../dist/bench/timing.js" : "../dist/bench/main.js");
