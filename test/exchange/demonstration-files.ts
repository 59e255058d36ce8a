import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "csv-parse/sync";

/** The folder of the demonstration data, and its CSV files by their path in it. */
export const data = resolve(__dirname, "../../data");
export const csvFiles = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".csv"),
);
export const partnerships = ["coventry", "wrenford"];

export type Row = Record<string, string>;

/** The rows of one CSV file, cells by column; a row that is too long or too short is an error. */
export const read = (file: string): Row[] => parse(readFileSync(join(data, file)), { columns: true });

/** One cell; a column that is not there is an error. */
export function cell(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`no column ${name}`);
  return value;
}

/** One column of some rows, in their order. */
export const ordered = (rows: Row[], name: string): string[] => rows.map((row) => cell(row, name));
export const column = (file: string, name: string): string[] => ordered(read(file), name);

/** The values in one cell. */
export const several = (text: string): string[] => (text === "" ? [] : text.split("; "));

/** An agency's or post's way of being written, as names are compared: small letters and digits alone. */
export const key = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Every way of writing those of a partnership who can be given an action: agencies and posts. */
export const assignable = (partnership: string): string[] => [
  ...read(`${partnership}/agencies.csv`).flatMap((row) => {
    const names = [cell(row, "name"), cell(row, "short_name"), ...several(cell(row, "aliases"))];
    return [...new Set(names.filter((name) => name !== "").map(key))];
  }),
  ...read(`${partnership}/posts.csv`).flatMap((row) => [cell(row, "title"), ...several(cell(row, "aliases"))].map(key)),
];
