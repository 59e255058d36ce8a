import type { Verification } from "./verify";

/** Most problems that are printed of one trail; their number is always told. */
const MOST_PRINTED = 20;

/** What became of a trail, for people. */
export function inWords(name: string, { verdict, links, rows, first, last, head, problems }: Verification): string {
  const extent =
    links === 0 ? "nothing is recorded" : `${links} entries over ${rows} rows, ${first ?? ""} to ${last ?? ""}`;
  if (verdict === "VALID") return `${name}: valid. ${extent}${head ? `; the last hash is ${head}` : ""}`;
  const lines = problems.slice(0, MOST_PRINTED).map(({ kind, seq, what }) => `  ${told[kind]} ${seq}: ${what}`);
  if (problems.length > MOST_PRINTED) lines.push(`  and ${problems.length - MOST_PRINTED} more`);
  return `${name}: NOT VALID, ${told[verdict]} ${problems[0]?.seq ?? 0}. ${extent}\n${lines.join("\n")}`;
}
const told = { ALTERED: "altered at entry", CUT_SHORT: "cut short at entry", REORDERED: "reordered at entry" } as const;
