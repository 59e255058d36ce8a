// npm run bench and its kin: builds what changed, the bench included, and runs it in this same process.
import { createRequire } from "node:module";
import { build } from "./build.mjs";

// graphql checks every object for a second copy of itself unless told that this is no development
process.env.NODE_ENV ??= "production";
await build(["src", "migrations", "bench"]);
const kin = {
  "as-of": "as-of",
  submit: "submit",
  peers: "with-peers",
  growth: "growth",
  profile: "profile",
  sweep: "sweep",
  timing: "timing",
};
const program = process.argv[2] in kin ? kin[process.argv.splice(2, 1)[0]] : "main";
createRequire(import.meta.url)(`../dist/bench/${program}.js`);
