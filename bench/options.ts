import { parseArgs } from "node:util";
import { type Size, STATED_SIZE } from "./generate";

/** How something is measured. */
export interface Options {
  /** Length of one measurement, in seconds. */
  seconds: number;
  rounds: number;
  connections: number;
}

/** The command line cannot be used; the message says what may be given. */
export class OptionsError extends Error {
  override name = "OptionsError";
}

/** What the issue's table is stated for; the service is under load for more than a minute in all. */
export const STATED: Size & Options = { ...STATED_SIZE, seconds: 10, rounds: 3, connections: 32 };

const LARGEST: Size & Options = {
  partnerships: 10_000,
  actions: 2_400,
  updates: 40,
  seconds: 600,
  rounds: 99,
  connections: 1_000,
};

/**
 * Reads `--partnerships N` and the like, of the names that have a default.
 *
 * @throws {OptionsError} for anything that is not a whole number in range.
 */
export function readOptions<Name extends keyof (Size & Options)>(
  args: string[],
  defaults: Record<Name, number>,
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  let values: Partial<Record<string, string | boolean>>;
  try {
    ({ values } = parseArgs({ args, options: Object.fromEntries(names.map((name) => [name, { type: "string" }])) }));
  } catch (error) {
    throw new OptionsError(`${(error as Error).message}. Options: ${names.map((name) => `--${name} N`).join(", ")}.`);
  }
  const options = { ...defaults };
  for (const name of names) {
    const text = values[name];
    if (text === undefined) continue;
    options[name] = typeof text === "string" && /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (options[name] < 1 || options[name] > LARGEST[name])
      throw new OptionsError(`--${name} is a whole number from 1 to ${LARGEST[name]}; ${defaults[name]} unless given.`);
  }
  return options;
}
