// npm run <command>: builds what changed and runs the program named first, in this same process.
import { createRequire } from "node:module";
import { build } from "./build.mjs";

const [program, ...rest] = process.argv.slice(2);
await build();
process.argv = [process.argv[0], program, ...rest];
createRequire(import.meta.url)(`../dist/src/${program}.js`);
