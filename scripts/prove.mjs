// npm run prove:access, npm run prove:mutants: builds what changed, the tests' support included, and proves in this process.
import { createRequire } from "node:module";
import { build } from "./build.mjs";

process.env.NODE_ENV ??= "production";
await build(["src", "migrations", "test/support", "test/permissions"]);
createRequire(import.meta.url)("../dist/test/permissions/proof/main.js");
