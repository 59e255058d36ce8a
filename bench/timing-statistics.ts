import { median } from "./report";

/**
 * How far from one half the share of pairs may lie in which one kind is slower than the other. By chance alone 300 of each
 * lie within 0.07 all but three times in a thousand.
 */
export const MOST_DISTINGUISHABLE = 0.08;

/** The share of pairs in which `b` is slower than `a` (Mann and Whitney's U as a share); 0.5 where time tells nothing. */
export function distinguishability(a: number[], b: number[]): number {
  let slower = 0;
  for (const x of a) for (const y of b) slower += y > x ? 1 : y === x ? 0.5 : 0;
  return slower / (a.length * b.length);
}

const RESAMPLES = 1_000;

/** Between what the medians of `b` and `a` lie apart, with 95% confidence, by resampling both. */
export function medianShift(a: number[], b: number[]): [number, number] {
  const drawn = (values: number[]) => values.map(() => values[Math.floor(Math.random() * values.length)] ?? Number.NaN);
  const shifts = Array.from({ length: RESAMPLES }, () => median(drawn(b)) - median(drawn(a))).sort((x, y) => x - y);
  return [shifts[Math.floor(RESAMPLES * 0.025)] ?? Number.NaN, shifts[Math.floor(RESAMPLES * 0.975)] ?? Number.NaN];
}

/** The same things in a new order. */
export function shuffled<T>(things: readonly T[]): T[] {
  return things
    .map((thing) => ({ thing, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing);
}
