import { createHash } from "node:crypto";

/** One link of a partnership's chain: a transaction's place and instant, and the digest of every row that it touched. */
export interface Link {
  partnershipId: string;
  seq: number;
  /** In UTC with milliseconds: 2019-02-14T09:00:00.000Z. */
  at: string;
  rows: number;
  /** Digests are in hex. */
  rowsDigest: string;
  previous: string;
  hash: string;
  encoding: number;
}

/** What became of a row in a link; of an erasure, what is left of the version of link N, noted under the table, @ and N. */
export interface NotedRow {
  seq: number;
  table: string;
  id: string;
  operation: "INSERT" | "UPDATE" | "DELETE" | "ERASE";
  digest: string;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What the first link of a chain follows. */
export const GENESIS = sha256("");

/** The digest of the rows of a link, by encoding 1: a line for each, by table and id. */
export const rowsDigestOf = (rows: readonly NotedRow[]): string =>
  sha256(
    rows
      .map(({ table, id, operation, digest }) => [table, id, operation, digest] as const)
      .sort(([table, id], [otherTable, otherId]) => compare(table, otherTable) || compare(id, otherId))
      .map((line) => `${line.join(" ")}\n`)
      .join(""),
  );

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** The hash of a link at a place in its chain, by encoding 1. */
export const hashOf = (
  { partnershipId, at }: Pick<Link, "partnershipId" | "at">,
  seq: number,
  rows: number,
  rowsDigest: string,
  previous: string,
): string => sha256(["golden-thread audit link 1", partnershipId, seq, at, rows, rowsDigest, previous].join("\n"));

/** What is wrong with a trail, and from where on. */
export interface Problem {
  kind: "ALTERED" | "CUT_SHORT" | "REORDERED";
  /** Number of the link, from 1. */
  seq: number;
  what: string;
}

/**
 * Holds a chain against itself and the rows that are noted in it: everything is worked out again from the rows, nothing is
 * believed. Links are in order of their numbers.
 */
export function problemsOfChain(links: readonly Link[], rows: ReadonlyMap<number, readonly NotedRow[]>): Problem[] {
  const problems: Problem[] = [];
  const last = links.at(-1)?.seq ?? 0;
  const reordered = isReordered(links);
  const digests = new Map(links.map(({ rowsDigest, seq }) => [rowsDigest, seq]));
  let previous = GENESIS;
  let expected = 1;
  for (const link of links) {
    const { seq, encoding } = link;
    if (seq !== expected)
      problems.push({
        kind: "ALTERED",
        seq: expected,
        what: `link ${expected} is missing: ${seq} follows ${expected - 1}`,
      });
    const noted = rows.get(seq) ?? [];
    const digest = rowsDigestOf(noted);
    const whole = hashOf(link, seq, noted.length, digest, previous);
    if (encoding !== 1)
      problems.push({ kind: "ALTERED", seq, what: `it is said to be in encoding ${encoding}, which is not known` });
    else if (whole !== link.hash && seq === expected) problems.push(wrong(link, digest, previous, reordered, digests));
    previous = link.hash;
    expected = seq + 1;
  }
  const beyond = Math.min(...[...rows.keys()].filter((seq) => seq > last));
  if (Number.isFinite(beyond))
    problems.push({
      kind: "CUT_SHORT",
      seq: last,
      what: `rows are noted in link ${beyond}, and no link follows ${last}`,
    });
  return problems;
}

/** What is wrong with a link whose hash does not come out. */
function wrong(
  link: Link,
  digest: string,
  previous: string,
  reordered: boolean,
  digests: ReadonlyMap<string, number>,
): Problem {
  const { seq } = link;
  if (reordered)
    return { kind: "REORDERED", seq, what: "the links follow each other in another order than their numbers" };
  const other = digests.get(digest);
  if (digest !== link.rowsDigest && other !== undefined && other !== seq)
    return { kind: "REORDERED", seq, what: `the rows noted in it are those of link ${other}` };
  if (digest !== link.rowsDigest)
    return { kind: "ALTERED", seq, what: "the rows noted in it are not those it was sealed with" };
  if (previous !== link.previous) return { kind: "ALTERED", seq, what: "it does not follow the link before it" };
  return { kind: "ALTERED", seq, what: "the link does not say what it was sealed with" };
}

/** Whether the links still follow each other from the first to the last, only not in the order of their numbers. */
function isReordered(links: readonly Link[]): boolean {
  const following = new Map(links.map((link) => [link.previous, link]));
  let [at, inOrder, place] = [following.get(GENESIS), true, 0];
  while (at && place <= links.length) {
    place += 1;
    inOrder &&= at.seq === place;
    at = following.get(at.hash);
  }
  return place === links.length && !inOrder;
}
