import fc from "fast-check";
import { FEWEST_TOLD, type Outcomes, toldOfStages } from "../../src/domains/challenges/suppression";

const NAMES = ["escalated", "resolved", "deadlocked", "withdrawn"] as const;
const COLUMNS = ["challenges", ...NAMES] as const;
type Stage = readonly [number, number, number, number];

const outcomes = ([escalated, resolved, deadlocked, withdrawn]: Stage): Outcomes => ({
  escalated,
  resolved,
  deadlocked,
  withdrawn,
});
const told = (stages: readonly Stage[], least: number) => toldOfStages(stages.map(outcomes), least);
const sum = (stage: Stage) => stage.reduce((total, count) => total + count, 0);

/** Every way in which so many can fare. */
function* waysOf(total: number): Generator<Stage> {
  for (let a = 0; a <= total; a += 1)
    for (let b = 0; a + b <= total; b += 1)
      for (let c = 0; a + b + c <= total; c += 1) yield [a, b, c, total - a - b - c];
}

/**
 * What whoever knows the rule and reads the answer can say of each figure that is withheld: the values that it might have in
 * all the worlds that are answered alike.
 */
function readBack(worlds: Iterable<readonly Stage[]>, least: number) {
  const byAnswer = new Map<string, { answer: ReturnType<typeof told>; values: Set<number>[][] }>();
  for (const stages of worlds) {
    const answer = told(stages, least);
    const key = JSON.stringify(answer);
    let found = byAnswer.get(key);
    if (!found) {
      found = { answer, values: stages.map(() => COLUMNS.map(() => new Set<number>())) };
      byAnswer.set(key, found);
    }
    stages.forEach((stage, at) =>
      [sum(stage), ...stage].forEach((value, column) => found.values[at]?.[column]?.add(value)),
    );
  }
  return [...byAnswer.values()];
}

/** Figures that are withheld and could yet be said: fewer than `ways` values fit. */
function givenAway(worlds: Iterable<readonly Stage[]>, least: number, ways: number): string[] {
  return readBack(worlds, least).flatMap(({ answer, values }) =>
    answer.flatMap((stage, at) =>
      COLUMNS.flatMap((name, column) => {
        const possible = values[at]?.[column];
        return stage[name] === null && possible && possible.size < ways
          ? [`${name} of stage ${at + 1} is ${[...possible].join(" or ")}: ${JSON.stringify(answer)}`]
          : [];
      }),
    ),
  );
}

/** Those that can be at a stage: nobody is deadlocked below the last stage, and nobody goes on from it. */
const POSSIBLE: Record<string, (stage: Stage) => boolean> = {
  "anything is possible": () => true,
  "it is known to be below the last stage": ([, , deadlocked]) => deadlocked === 0,
  "it is known to be the last stage": ([escalated]) => escalated === 0,
};

function* oneStage(most: number, isPossible: (stage: Stage) => boolean): Generator<readonly Stage[]> {
  for (let total = 0; total <= most; total += 1)
    for (const stage of waysOf(total)) if (isPossible(stage)) yield [stage];
}

/** The next stage had those who were escalated, and nobody besides: the most that anybody could know from elsewhere. */
function* twoStages(most: number): Generator<readonly Stage[]> {
  for (let total = 0; total <= most; total += 1)
    for (const stage of waysOf(total)) for (const next of waysOf(stage[0])) yield [stage, next];
}

/** What could only be nought is not hidden by being withheld. */
const structural = /^(deadlocked|escalated) of stage 1 is 0:/;

describe.each(Object.entries(POSSIBLE))("where %s", (_known, isPossible) => {
  test.each([5, 6, 8])(
    "nothing of a stage that is withheld can be worked out, with %i told of at the fewest",
    (least) => {
      expect(givenAway(oneStage(22, isPossible), least, 4).filter((one) => !structural.test(one))).toEqual([]);
    },
  );
});

test("nor of two, though nobody was carried over from one year to another", () => {
  expect(givenAway(twoStages(13), FEWEST_TOLD, 4)).toEqual([]);
});

const many = fc.integer({ min: 0, max: 45 });
const few = fc.integer({ min: 0, max: 6 });
const stageOf = fc.tuple(
  ...([0, 1, 2, 3].map(() => fc.oneof(few, few, many)) as [typeof many, typeof many, typeof many, typeof many]),
);

test("nor of larger numbers", () => {
  fc.assert(
    fc.property(stageOf, fc.integer({ min: 1, max: 9 }), (stage, least) => {
      const answer = JSON.stringify(told([stage], least));
      const possible = COLUMNS.map(() => new Set<number>());
      const alike = (other: Stage) => JSON.stringify(told([other], least)) === answer;
      const [first] = told([stage], least);
      if (!first?.suppressed) return;
      // where the total is withheld, any total might have been
      const totals = first.challenges === null ? [...Array(Math.max(least, FEWEST_TOLD)).keys()] : [sum(stage)];
      for (const total of totals)
        for (const other of waysOf(total))
          if (alike(other)) [total, ...other].forEach((value, column) => possible[column]?.add(value));
      COLUMNS.forEach((name, column) => {
        if (first[name] === null) expect(possible[column]?.size).toBeGreaterThanOrEqual(4);
      });
    }),
    { numRuns: 40 },
  );
});

test("no count that is told, and no sum that can be had of those withheld, is small", () => {
  fc.assert(
    fc.property(fc.array(stageOf, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 12 }), (stages, given) => {
      const least = Math.max(given, FEWEST_TOLD);
      told(stages, given).forEach((stage, at) => {
        const own = outcomes(stages[at] ?? [0, 0, 0, 0]);
        for (const name of COLUMNS) {
          const value = stage[name];
          if (value !== null) expect(value === 0 || value >= least).toBe(true);
        }
        for (const name of NAMES) if (stage[name] !== null) expect(stage[name]).toBe(own[name]);
        if (stage.challenges === null) {
          expect(NAMES.every((name) => stage[name] === null)).toBe(true);
          return;
        }
        const left = stage.challenges - NAMES.reduce((shown, name) => shown + (stage[name] ?? 0), 0);
        expect(left === 0 || left >= least).toBe(true);
        expect(stage.suppressed).toBe(NAMES.some((name) => stage[name] === null));
      });
    }),
  );
});

test.each<[string, Stage, object]>([
  [
    "nothing small",
    [6, 22, 0, 7],
    { challenges: 35, escalated: 6, resolved: 22, deadlocked: 0, withdrawn: 7, suppressed: false },
  ],
  [
    "one small, of the others",
    [6, 22, 0, 2],
    { challenges: 30, escalated: null, resolved: 22, deadlocked: null, withdrawn: null, suppressed: true },
  ],
  [
    "few others",
    [2, 22, 0, 1],
    { challenges: 25, escalated: null, resolved: null, deadlocked: null, withdrawn: null, suppressed: true },
  ],
  [
    "few resolved",
    [6, 2, 0, 0],
    { challenges: 8, escalated: null, resolved: null, deadlocked: null, withdrawn: null, suppressed: true },
  ],
  [
    "nobody",
    [0, 0, 0, 0],
    { challenges: 0, escalated: 0, resolved: 0, deadlocked: 0, withdrawn: 0, suppressed: false },
  ],
  [
    "few in all",
    [1, 3, 0, 0],
    { challenges: null, escalated: null, resolved: null, deadlocked: null, withdrawn: null, suppressed: true },
  ],
  [
    "few of each",
    [1, 2, 1, 1],
    { challenges: 5, escalated: null, resolved: null, deadlocked: null, withdrawn: null, suppressed: true },
  ],
])("%s", (_name, stage, expected) => {
  expect(told([stage], 5)).toEqual([expected]);
});

test("where it is withheld how many went on, nothing is told of the stage that they came to", () => {
  const [first, second] = told(
    [
      [6, 22, 0, 2],
      [0, 6, 0, 0],
    ],
    5,
  );
  expect(first?.escalated).toBeNull();
  expect(second).toEqual({
    challenges: null,
    escalated: null,
    resolved: null,
    deadlocked: null,
    withdrawn: null,
    suppressed: true,
  });
});
