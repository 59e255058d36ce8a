import { AgencyKind, Sector } from "../../partnership/index";
import { nameKey } from "../name-key";
import { updateRows, upsertRows } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, idsBy, inFile, type Loading } from "./loading";

const AGENCY_COLUMNS = [
  "key",
  "name",
  "short_name",
  "sector",
  "kind",
  "aliases",
  "codes",
  "members",
  "valid_from",
  "valid_to",
  "successor",
];

/** Loads agencies.csv; gives each agency's id under its key in the folder. */
export async function loadAgencies({ sql, folder, partnershipId }: Loading): Promise<Map<string, string>> {
  const file = "agencies.csv";
  const rows = tableOf(folder, file, AGENCY_COLUMNS);
  eachOnce(rows, (row) => row.required("key"));
  eachOnce(rows, (row) => row.required("name"));
  writings(rows, (row) => [
    row.required("name"),
    ...(row.text("short_name") ? [row.required("short_name")] : []),
    ...row.list("aliases"),
  ]);
  return inFile(file, async () => {
    await upsertRows(
      sql,
      "agency",
      partnershipId,
      { name: "text", short_name: "text", sector: "text", kind: "text", valid_from: "date", valid_to: "date" },
      rows.map((row) => ({
        name: row.required("name"),
        short_name: row.text("short_name"),
        sector: row.requiredOneOf("sector", Sector),
        kind: row.oneOf("kind", AgencyKind) ?? AgencyKind.ORGANISATION,
        valid_from: row.day("valid_from"),
        valid_to: row.day("valid_to"),
      })),
      ["partnership_id", "name"],
    );
    const byName = await idsBy(sql, "select name as key, id from agency where partnership_id = $1", [partnershipId]);
    const ids = new Map(rows.map((row) => [row.required("key"), row.found(row.required("name"), byName, file)]));
    await linkAgencies({ sql, partnershipId }, rows, ids);
    return ids;
  });
}

async function linkAgencies(
  { sql, partnershipId }: Pick<Loading, "sql" | "partnershipId">,
  rows: FolderRow[],
  ids: Map<string, string>,
): Promise<void> {
  const idOf = (row: FolderRow) => row.found(row.required("key"), ids, row.file);
  await updateRows(
    sql,
    "agency",
    { id: "uuid", successor_id: "uuid" },
    rows.flatMap((row) => {
      const successor = row.lookup("successor", ids, row.file);
      return successor === null ? [] : [{ id: idOf(row), successor_id: successor }];
    }),
  );
  const aliases = rows.flatMap((row) =>
    row.list("aliases").map((alias) => ({ agency_id: idOf(row), alias, key: nameKey(alias) })),
  );
  await upsertRows(sql, "agency_alias", partnershipId, { agency_id: "uuid", alias: "text", key: "text" }, aliases, [
    "partnership_id",
    "key",
  ]);
  const codes = rows.flatMap((row) =>
    row.list("codes").map((code) => {
      const colon = code.indexOf(":");
      if (colon < 1 || colon === code.length - 1)
        row.fail(`"${code}" in "codes" is no code; write scheme:value, such as ODS:RYG.`);
      return { agency_id: idOf(row), scheme: code.slice(0, colon).trim(), value: code.slice(colon + 1).trim() };
    }),
  );
  await upsertRows(sql, "agency_code", partnershipId, { agency_id: "uuid", scheme: "text", value: "text" }, codes, [
    "partnership_id",
    "scheme",
    "value",
  ]);
  const members = rows.flatMap((row) => {
    const names = row.list("members");
    if (names.length > 0 && row.text("kind") !== AgencyKind.COLLECTIVE) row.fail("only a COLLECTIVE has members.");
    return [...new Set(names)].map((name) => ({ collective_id: idOf(row), member_id: row.found(name, ids, row.file) }));
  });
  await upsertRows(sql, "collective_member", partnershipId, { collective_id: "uuid", member_id: "uuid" }, members, [
    "collective_id",
    "member_id",
  ]);
}

/** Loads posts.csv. */
export async function loadPosts({ sql, folder, partnershipId }: Loading, agencies: Map<string, string>): Promise<void> {
  const file = "posts.csv";
  const rows = tableOf(folder, file, ["key", "title", "agency", "aliases"]);
  writings(rows, (row) => [row.required("title"), ...row.list("aliases")]);
  await inFile(file, async () => {
    await upsertRows(
      sql,
      "post",
      partnershipId,
      { title: "text", key: "text", agency_id: "uuid" },
      rows.map((row) => ({
        title: row.required("title"),
        key: nameKey(row.required("title")),
        agency_id: row.lookup("agency", agencies, "agencies.csv"),
      })),
      ["partnership_id", "key"],
    );
    const ids = await idsBy(sql, "select key, id from post where partnership_id = $1", [partnershipId]);
    const aliases = rows.flatMap((row) =>
      row.list("aliases").map((alias) => ({
        post_id: row.found(nameKey(row.required("title")), ids, file),
        alias,
        key: nameKey(alias),
      })),
    );
    await upsertRows(sql, "post_alias", partnershipId, { post_id: "uuid", alias: "text", key: "text" }, aliases, [
      "partnership_id",
      "key",
    ]);
  });
}

/** Refuses a writing that could mean two of the rows: the reader could not tell them apart. */
function writings(rows: FolderRow[], of: (row: FolderRow) => string[]): void {
  const taken = new Map<string, FolderRow>();
  for (const row of rows) {
    for (const writing of of(row)) {
      const key = nameKey(writing);
      if (key === "") row.fail(`"${writing}" has neither a letter nor a digit.`);
      const other = taken.get(key);
      if (other && other !== row) row.fail(`"${writing}" already stands for line ${other.line}.`);
      taken.set(key, row);
    }
  }
}
