// Accounts of the development identity provider: the demonstration's actors, who are posts and not people.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

const data = new URL("../../data/", import.meta.url);

/** A machine that signs in by itself. Its subject is its client id. */
export const MACHINE = { id: "wrenford-integrator", secret: "for-this-machine-only" };

function peopleOf(partnership) {
  const file = new URL(`${partnership}/people.csv`, data);
  if (!/^[\w-]+$/.test(partnership) || !existsSync(file)) throw new Error(`there is no data/${partnership}/people.csv`);
  return parse(readFileSync(file, "utf8"), { columns: true, skip_empty_lines: true });
}

/** Every account, as its id (the subject of its tokens) and its post. */
export function accountsOf() {
  return readdirSync(data, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => peopleOf(name).map(({ actor, label }) => ({ id: actor, label })));
}

/** One row of CSV by RFC 4180. */
const row = (cells) =>
  cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");

/** people.csv of a partnership's folder in which the accounts of `issuer` stand where the demonstration's actors stood. */
export function peopleFile(partnership, issuer) {
  const rows = peopleOf(partnership).map(({ actor, ...rest }) => ({ issuer, subject: actor, ...rest }));
  return [Object.keys(rows[0]), ...rows.map(Object.values)].map((cells) => `${row(cells)}\n`).join("");
}
