/** What became of those who were at a stage: each of them is one of these, and no more than one. */
export interface Outcomes {
  escalated: number;
  resolved: number;
  deadlocked: number;
  withdrawn: number;
}

/** A stage's figures as they may be told: null where one is withheld. */
export type Told = { [Name in keyof Outcomes | "challenges"]: number | null } & { suppressed: boolean };

/** Fewest that are ever told of, whatever a partnership has set: a count of 1 to 4 is withheld. */
export const FEWEST_TOLD = 5;

const NOTHING: Told = {
  challenges: null,
  escalated: null,
  resolved: null,
  deadlocked: null,
  withdrawn: null,
  suppressed: true,
};

/**
 * The figures of one stage without those that are small (from 1 to one below `least`; nought is told), and without those
 * from which they could be worked out. They are told in three steps, each only where the one before is:
 *
 * 1. how many there were in all, where these are not few;
 * 2. how many were resolved, where neither these nor all the others are few;
 * 3. what became of the others, where none of the three is few: else all three are withheld, noughts included.
 *
 * So what is withheld beside a total is never few together, and which figures are withheld hangs on nothing but that some are
 * small. A rule that gave up one more figure, chosen by its size, would tell of the sizes by the choice: whoever knows the
 * rule could then say what is withheld.
 */
function toldOf(outcomes: Outcomes, least: number): Told {
  const { escalated, resolved, deadlocked, withdrawn } = outcomes;
  const few = (count: number) => count > 0 && count < least;
  const others = escalated + deadlocked + withdrawn;
  const challenges = resolved + others;
  if (few(challenges)) return NOTHING;
  if (few(resolved) || few(others)) return { ...NOTHING, challenges };
  if (few(escalated) || few(deadlocked) || few(withdrawn)) return { ...NOTHING, challenges, resolved };
  return { challenges, ...outcomes, suppressed: false };
}

/**
 * The figures of a ladder's stages, the lowest first, without what is small and what would give it away. How many were
 * escalated from a stage is, where none was carried over, how many were at the next: where the one is withheld, so is all of
 * the other.
 *
 * Nothing else adds up across stages, and figures are of whole years of which no two overlap (`yearOf`), so that no other
 * answer holds a part of this one.
 */
export function toldOfStages(stages: readonly Outcomes[], least: number): Told[] {
  const found: Told[] = [];
  for (const outcomes of stages) {
    const below = found.at(-1);
    found.push(below?.escalated === null ? NOTHING : toldOf(outcomes, Math.max(least, FEWEST_TOLD)));
  }
  return found;
}
