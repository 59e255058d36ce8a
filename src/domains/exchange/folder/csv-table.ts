import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CsvError, parse } from "csv-parse/sync";
import { DateTime } from "luxon";
import { FolderError } from "../folder-error";

/** Bytes of one file of a folder, at most. */
const LARGEST = 20 * 1024 * 1024;

/** One row of a file: cells by column. A cell that is empty, or whose column the file lacks, is null. */
export class FolderRow {
  constructor(
    readonly file: string,
    readonly line: number,
    private readonly cells: Readonly<Record<string, string>>,
  ) {}

  fail(problem: string): never {
    throw new FolderError(`${this.file}, line ${this.line}: ${problem}`);
  }

  text(column: string): string | null {
    const text = (this.cells[column] ?? "").trim();
    return text === "" ? null : text;
  }

  required(column: string): string {
    return this.text(column) ?? this.fail(`the column "${column}" needs a value.`);
  }

  /** The values of a cell that holds several, separated by semicolons. */
  list(column: string): string[] {
    return (this.text(column) ?? "")
      .split(";")
      .map((one) => one.trim())
      .filter((one) => one !== "");
  }

  /** YYYY-MM-DD. */
  day(column: string): string | null {
    const text = this.text(column);
    if (text !== null && (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !DateTime.fromISO(text).isValid))
      this.fail(`"${text}" in "${column}" is no day; write year-month-day, such as 2019-02-14.`);
    return text;
  }

  /** The first instant of a London day, in UTC. */
  startOfDay(column: string): string | null {
    const day = this.day(column);
    return day === null ? null : DateTime.fromISO(day, { zone: "Europe/London" }).toUTC().toISO();
  }

  /** An instant with its offset. */
  instant(column: string): string | null {
    const text = this.text(column);
    if (text === null) return null;
    if (!/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !DateTime.fromISO(text).isValid)
      this.fail(`"${text}" in "${column}" is no instant; write it such as 2019-02-14T09:00:00Z.`);
    return text;
  }

  number(column: string): number | null {
    const text = this.text(column);
    if (text !== null && !/^-?\d+(\.\d+)?$/.test(text))
      this.fail(`"${text}" in "${column}" is no number; write digits, with a point for decimals.`);
    return text === null ? null : Number(text);
  }

  whole(column: string): number | null {
    const value = this.number(column);
    if (value !== null && (!Number.isInteger(value) || Math.abs(value) > 2_147_483_647))
      this.fail(`"${value}" in "${column}" is no whole number that can be kept.`);
    return value;
  }

  oneOf<V extends string>(column: string, values: Readonly<Record<string, V>>): V | null {
    const text = this.text(column);
    if (text === null) return null;
    const known = Object.values(values).find((value) => value === text);
    return known ?? this.fail(`"${text}" in "${column}" is not one of ${Object.values(values).join(", ")}.`);
  }

  requiredOneOf<V extends string>(column: string, values: Readonly<Record<string, V>>): V {
    return this.oneOf(column, values) ?? this.fail(`the column "${column}" needs a value.`);
  }

  /** What `known` holds under the key in this cell; null where the cell is empty. */
  lookup<V>(column: string, known: ReadonlyMap<string, V>, where: string): V | null {
    const key = this.text(column);
    return key === null ? null : this.found(key, known, where);
  }

  found<V>(key: string, known: ReadonlyMap<string, V>, where: string): V {
    return known.get(key) ?? this.fail(`"${key}" is not in ${where}.`);
  }
}

/** Bytes of one file of the folder; null where it is not there. */
export function bytesOf(folder: string, file: string): Buffer | null {
  const path = join(folder, file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return null;
  if (!found.isFile()) throw new FolderError(`${file} is not an ordinary file.`);
  if (found.size > LARGEST) throw new FolderError(`${file} is larger than 20 MB.`);
  return readFileSync(path);
}

/** The rows of one CSV file (RFC 4180, UTF-8, one header row); none where the file is not there. */
export function tableOf(folder: string, file: string, columns: readonly string[]): FolderRow[] {
  const bytes = bytesOf(folder, file);
  if (!bytes) return [];
  try {
    const records = parse(bytes, {
      bom: true,
      columns: (header: string[]) => checkedHeader(file, header, columns),
      info: true,
      skip_empty_lines: true,
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return records.map(({ record, info }) => new FolderRow(file, info.lines, record));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? `, line ${error["lines"]}` : "";
    throw new FolderError(`${file}${line}: this is not a CSV row with as many cells as the header has.`);
  }
}

function checkedHeader(file: string, header: string[], columns: readonly string[]): string[] {
  const names = header.map((name) => name.trim());
  for (const [index, name] of names.entries()) {
    if (!columns.includes(name))
      throw new FolderError(`${file}, line 1: no column is called "${name}". Columns: ${columns.join(", ")}.`);
    if (names.indexOf(name) !== index) throw new FolderError(`${file}, line 1: the column "${name}" stands twice.`);
  }
  return names;
}
