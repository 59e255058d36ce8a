import type { Statements } from "./rows";

/**
 * How many actions the partnership itself has said that a plan has: what its published totals add up to, where all of
 * them agree. Undefined where it published none, or they differ.
 */
export async function publishedCountOf(sql: Statements, planId: string): Promise<number | undefined> {
  const sums = (await sql.query(
    "select distinct sum(count)::int as sum from published_total where plan_id = $1 group by source, dimension",
    [planId],
  )) as { sum: number }[];
  return sums.length === 1 ? sums[0]?.sum : undefined;
}
