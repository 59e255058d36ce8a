import { parseArgs } from "node:util";
import { type Size, STATED_SIZE } from "./generate";

export interface Options {
  size: Size;
  /** Length of one measurement, in seconds. */
  seconds: number;
  rounds: number;
  connections: number;
}

/** The command line cannot be used; the message says what may be given. */
export class OptionsError extends Error {
  override name = "OptionsError";
}

/** A command's options by name, each a whole number. */
export type Defaults = Record<keyof Size | "seconds" | "rounds" | "connections", number>;

/** What the issue's table is stated for; the service is under load for more than a minute in all. */
export const STATED: Defaults = { ...STATED_SIZE, seconds: 10, rounds: 3, connections: 32 };

const LARGEST: Defaults = {
  partnerships: 10_000,
  actions: 2_400,
  updates: 40,
  seconds: 600,
  rounds: 99,
  connections: 1_000,
};

/** Reads `--partnerships N` and the like. @throws {OptionsError} for anything that is not a whole number in range. */
export function readOptions(args: string[], defaults: Defaults): Options {
  const names = Object.keys(defaults) as (keyof Defaults)[];
  let values: Partial<Record<string, string | boolean>>;
  try {
    ({ values } = parseArgs({ args, options: Object.fromEntries(names.map((name) => [name, { type: "string" }])) }));
  } catch (error) {
    throw new OptionsError(`${(error as Error).message}. Options: ${names.map((name) => `--${name} N`).join(", ")}.`);
  }
  const read = (name: keyof Defaults): number => {
    const text = values[name];
    if (text === undefined) return defaults[name];
    const number = typeof text === "string" && /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (number < 1 || number > LARGEST[name])
      throw new OptionsError(`--${name} is a whole number from 1 to ${LARGEST[name]}; ${defaults[name]} unless given.`);
    return number;
  };
  return {
    size: { partnerships: read("partnerships"), actions: read("actions"), updates: read("updates") },
    seconds: read("seconds"),
    rounds: read("rounds"),
    connections: read("connections"),
  };
}
