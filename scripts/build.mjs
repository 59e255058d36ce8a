// Turns src/ and migrations/ into dist/ with SWC. A file is compiled only when it is newer than its output, so a second
// start costs a directory walk. Types are checked apart (npm run types); emitting needs none.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const options = {
  jsc: {
    parser: { syntax: "typescript", decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: "es2022",
    keepClassNames: true,
  },
  module: { type: "commonjs" },
  sourceMaps: "inline",
};

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue; // of the bench's peers: theirs alone
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

/** Another process may be building or starting: it finds the old file or the new one, never half of one. */
function writeWhole(path, content) {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, content);
  renameSync(beside, path);
}

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Compiles what changed in these folders; gives the number of files compiled. */
export async function build(folders = ["src", "migrations"]) {
  let swc;
  let compiled = 0;
  const expected = new Set();
  for (const folder of folders) {
    for (const source of filesUnder(join(root, folder))) {
      const path = relative(root, source);
      const output = join(root, "dist", path.replace(/\.ts$/, ".js"));
      expected.add(output);
      if (changedAt(output) > changedAt(source)) continue;
      mkdirSync(dirname(output), { recursive: true });
      if (!source.endsWith(".ts")) {
        writeWhole(output, readFileSync(source));
      } else {
        swc ??= await import("@swc/core");
        const { code } = await swc.transform(readFileSync(source, "utf8"), { ...options, filename: path });
        writeWhole(output, code);
      }
      compiled += 1;
    }
  }
  for (const folder of folders) {
    const outputs = join(root, "dist", folder);
    if (!statSync(outputs, { throwIfNoEntry: false })) continue;
    for (const output of filesUnder(outputs)) {
      const another = /\.\d+$/.test(output); // another build's file, about to be renamed
      if (!expected.has(output) && !another) rmSync(output, { force: true });
    }
  }
  return compiled;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`compiled ${await build()} files into dist/`);
  process.argv.push("--classified");
  createRequire(import.meta.url)("../dist/src/emit-schema.js");
}
