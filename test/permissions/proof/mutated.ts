import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { transformSync } from "@swc/core";
import { ROOT } from "./published-schema";

/** A change to one file of the service: a piece of its text, which must stand there once, and what is put in its place. */
export interface TextMutant {
  file: string;
  /** What the change does, for people. */
  name: string;
  from: string;
  to: string;
  /** Which of several places where `from` stands; by default it must stand in one. */
  at?: number;
}

/** The file's text with the change made. A piece that is not there is thrown: the mutant is out of date. */
export function mutatedText({ file, name, from, to, at }: TextMutant): string {
  const text = readFileSync(join(ROOT, file), "utf8");
  const parts = text.split(from);
  const places = parts.length - 1;
  if (places === 0 || (at === undefined && places !== 1) || (at !== undefined && at >= places))
    throw new Error(`"${name}" cannot be made: ${JSON.stringify(from)} stands in ${file} ${places} times`);
  const where = (at ?? 0) + 1;
  return parts.slice(0, where).join(from) + to + parts.slice(where).join(from);
}

/** Loads a file of the service with other text; its imports are the service's own, or `instead` where that has one. */
export function loadText(file: string, text: string, instead: Readonly<Record<string, unknown>> = {}): object {
  const { code } = transformSync(text, {
    filename: file,
    jsc: {
      parser: { syntax: "typescript", decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      target: "es2022",
    },
    module: { type: "commonjs" },
  });
  const from = createRequire(join(ROOT, "dist", file.replace(/\.ts$/, ".js")));
  const module = { exports: {} };
  const run = new Script(`(function (exports, require, module) {${code}\n})`, {
    filename: file,
  }).runInThisContext() as (exports: object, require: (name: string) => unknown, module: object) => void;
  run(module.exports, (name) => instead[name] ?? (from(name) as unknown), module);
  return module.exports;
}
