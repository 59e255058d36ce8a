import type { Draft } from "./drafts";
import { numberParts } from "./references";
import type { ImportReport } from "./types";

type Missing = ImportReport["missing"][number];

interface Numbered {
  reference: string;
  line: number;
  group: string;
  last: number;
}

/**
 * Numbers that should be there and are not: gaps in the numbering, rows that lost their number, and what a declared count leaves.
 * They are named as probable; none of them is counted as recovered.
 */
export function missingActions(drafts: Draft[], declared: number | null, recovered: number): Missing[] {
  const numbered = drafts.flatMap((draft) => {
    const found = draft.reference === null ? null : numberParts(draft.reference);
    if (!found || draft.reference === null) return [];
    const group = [found.prefix, ...found.parts.slice(0, -1)].join(".");
    return [{ reference: draft.reference, line: draft.line, group, last: found.parts.at(-1) ?? 0 }];
  });
  const missing: Missing[] = [];
  if (declared === null || recovered < declared) {
    missing.push(...gaps(numbered), ...lostGroups(numbered));
    const limit = Math.max(8, Math.ceil(recovered / 3));
    if (missing.length > limit) {
      const count = missing.length;
      missing.splice(0, missing.length, {
        reference: null,
        count,
        why: `the numbering leaves out ${count} numbers, so it may not be meant to run on`,
      });
    }
  }
  for (const orphan of drafts.filter((draft) => draft.reference === null)) placeOrphan(orphan, numbered, missing);
  const named = missing.reduce((sum, entry) => sum + entry.count, 0);
  if (declared !== null && recovered + named < declared) {
    const count = declared - recovered - named;
    missing.push({
      reference: null,
      count,
      why: `the plan is said to have ${declared} actions; nothing in the file tells where these stand`,
    });
  }
  return missing.sort((left, right) => (left.near ?? Infinity) - (right.near ?? Infinity));
}

/** Numbers left out within a group: 36.1 where 36.2 is there. */
function gaps(numbered: Numbered[]): Missing[] {
  const groups = new Map<string, Numbered[]>();
  for (const entry of numbered) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  const missing: Missing[] = [];
  for (const entries of groups.values()) {
    const present = new Set(entries.map((entry) => entry.last));
    const most = Math.max(...present);
    if (most > entries.length * 2 + 3) continue;
    for (let number = 1; number < most; number++) {
      if (present.has(number)) continue;
      const next = entries.filter((entry) => entry.last > number).sort((left, right) => left.last - right.last)[0];
      if (!next) continue;
      const reference = withLast(next.reference, next.last, number);
      missing.push({ reference, count: 1, why: `the numbering goes to ${next.reference} without it`, near: next.line });
    }
  }
  return missing;
}

/** Whole groups left out: 22.1 at least, where 21.x and 23.x are there. */
function lostGroups(numbered: Numbered[]): Missing[] {
  const firsts = new Map<number, Numbered>();
  for (const entry of numbered) {
    const group = /^\.(\d{1,4})$/.exec(entry.group)?.[1];
    if (group !== undefined && !firsts.has(Number(group))) firsts.set(Number(group), entry);
  }
  const numbers = [...firsts.keys()].sort((left, right) => left - right);
  const missing: Missing[] = [];
  for (const [index, number] of numbers.entries()) {
    const previous = index === 0 ? 0 : (numbers[index - 1] ?? 0);
    const next = firsts.get(number);
    if (!next || number - previous > 4) continue;
    for (let lost = previous + 1; lost < number; lost++) {
      missing.push({
        reference: `${lost}.1`,
        count: 1,
        why: `no action of objective ${lost} is numbered, and ${next.reference} follows; there may be more than one`,
        near: next.line,
      });
    }
  }
  return missing;
}

/** Says of a row without a number which number it probably had. */
function placeOrphan(orphan: Draft, numbered: Numbered[], missing: Missing[]): void {
  const at = `the row at line ${orphan.line} reads like an action and has no number`;
  const next = numbered.find((entry) => entry.line > orphan.line);
  if (orphan.headingBetween && next) {
    const before = numberParts(next.reference)?.parts.at(0);
    const gap = missing.find(
      (entry) =>
        entry.reference !== null && numberParts(entry.reference)?.parts.at(0) === before && entry.near === next.line,
    );
    if (gap) {
      gap.why = `${at}; it stands before ${next.reference}`;
      gap.near = orphan.line;
      return;
    }
  }
  const above = numbered.findLast((entry) => entry.reference === orphan.after);
  const taken = new Set(numbered.map((entry) => entry.reference));
  const probable = above && !orphan.headingBetween ? withLast(above.reference, above.last, above.last + 1) : null;
  const own = probable !== null && !taken.has(probable) ? probable : null;
  if (own !== null && missing.some((entry) => entry.reference === own)) {
    const gap = missing.find((entry) => entry.reference === own);
    if (gap) Object.assign(gap, { why: `${at}; it stands behind ${orphan.after ?? ""}`, near: orphan.line });
    return;
  }
  const after = orphan.after === null ? "" : `; it stands behind ${orphan.after}`;
  missing.push({ reference: own, count: 1, why: `${at}${after}`, near: orphan.line });
}

function withLast(reference: string, last: number, wanted: number): string {
  const bare = reference.replace(/[a-z]$/i, "");
  return bare.slice(0, bare.length - String(last).length) + String(wanted);
}
