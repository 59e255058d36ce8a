import { Float, Int, ObjectType } from "type-graphql";
import type { Calendar } from "../../clocks/index";
import { endOfLondonDay, londonDay } from "../../platform/clock";
import { BadInputError } from "../../platform/errors/index";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import type { RequestContext } from "../access/index";
import { calendarName, namedCalendar } from "../calendars/index";
import type { Partnership } from "../partnership/index";
import { countIn, unitOf } from "./deadline";
import { LimitUnit } from "./ladder.entity";
import { type Outcomes, type Told, toldOfStages } from "./suppression";

@ObjectType({
  description: "What became of challenges at one stage of a ladder in a year, with small numbers withheld",
})
export class LadderStageStatistics {
  @Exposed("PUBLIC", () => Int, "Number of the stage, from 1")
  number!: number;
  @Exposed("PUBLIC", () => String, "Name of the stage, as the newest version of the ladder has it")
  name!: string;
  @Exposed(
    "PUBLIC",
    () => Int,
    "Challenges that were at the stage and went on from it, or ended there, in the year; null where withheld",
    { nullable: true },
  )
  challenges!: number | null;
  @Exposed("PUBLIC", () => Int, "Of these, taken to a higher stage, by somebody or by the clock; null where withheld", {
    nullable: true,
  })
  escalated!: number | null;
  @Exposed("PUBLIC", () => Int, "Of these, agreed or decided at the stage; null where withheld", { nullable: true })
  resolved!: number | null;
  @Exposed("PUBLIC", () => Int, "Of these, deadlocked at the stage; null where withheld", { nullable: true })
  deadlocked!: number | null;
  @Exposed("PUBLIC", () => Int, "Of these, withdrawn at the stage; null where withheld", { nullable: true })
  withdrawn!: number | null;
  @Exposed(
    "PUBLIC",
    () => Float,
    "Share of these that were resolved at the stage, 0 to 1; null where there were none, or it is withheld",
    { nullable: true },
  )
  resolvedShare!: number | null;
  @Exposed(
    "PUBLIC",
    () => Float,
    "Median time that these were at the stage, in `unit`; null where there were none, or it is withheld",
    { nullable: true },
  )
  medianTime!: number | null;
  @Exposed(
    "PUBLIC",
    () => LimitUnit,
    "What `medianTime` is counted in, as the clock of the newest version counts: hours, or days after the one on which it came; working days where there is no limit",
  )
  unit!: LimitUnit;
  @Exposed("PUBLIC", () => Boolean, "Whether something is withheld here because numbers are small")
  suppressed!: boolean;
}

@ObjectType({
  description: "How challenges fared on one ladder in a year, without naming an agency, for the annual report",
})
export class LadderStatistics {
  ladderId!: string;
  @Exposed("PUBLIC", () => DateScalar, "First day of the year")
  from!: string;
  @Exposed("PUBLIC", () => DateScalar, "Last day of the year")
  to!: string;
  @Exposed("PUBLIC", () => LadderStageStatistics, "Stage by stage, the lowest first", { list: true })
  stages!: LadderStageStatistics[];
  @Exposed(
    "PUBLIC",
    () => Float,
    "Share of those at the lowest stage that were resolved there, 0 to 1; null where there were none, or it is withheld",
    { nullable: true },
  )
  resolvedAtLowestShare!: number | null;
  @Exposed("PUBLIC", () => Int, "Deadlocked, at any stage; null where it is withheld of one", { nullable: true })
  deadlocked!: number | null;
  @Exposed("PUBLIC", () => Int, "Withdrawn, at any stage; null where it is withheld of one", { nullable: true })
  withdrawn!: number | null;
}

/** First year that may be asked for. */
const FIRST_YEAR = 2000;

/**
 * The year from 1 April, as annual reports are. Whole years that are over, and no others: of two spans that overlap the
 * difference would tell what each withholds, and so would a year asked about again while it goes on.
 *
 * @throws {BadInputError} where the year is not over, or lies before 2000.
 */
export function yearOf(year: number, now: Date): { from: string; to: string; begins: Date; ends: Date } {
  const dayBefore = `${year}-03-31`;
  const today = londonDay(now);
  const last = Number(today.slice(0, 4)) - (today.slice(5) < "04-01" ? 2 : 1);
  if (year < FIRST_YEAR || year > last)
    throw new BadInputError(
      year > last
        ? `The year from 1 April ${year} is not over: figures are of whole years that are. The last is ${last}.`
        : `Years are told of from ${FIRST_YEAR} on; it was ${year}.`,
      ["year"],
    );
  const to = `${year + 1}-03-31`;
  return { from: `${year}-04-01`, to, begins: endOfLondonDay(dayBefore), ends: endOfLondonDay(to) };
}

interface Stage {
  ladderId: string;
  /** Names the ladder's calendar. */
  calendar: string;
  number: number;
  name: string;
  unit: LimitUnit | null;
}

/** A challenge's time at a stage, without whose it is. */
interface Passage {
  ladderId: string;
  number: number;
  since: Date;
  at: Date;
  kind: "ESCALATED" | "EXPIRED" | "AGREED" | "DECIDED" | "DEADLOCKED" | "WITHDRAWN";
}

const OUTCOME: Readonly<Record<Passage["kind"], keyof Outcomes>> = {
  ESCALATED: "escalated",
  EXPIRED: "escalated",
  AGREED: "resolved",
  DECIDED: "resolved",
  DEADLOCKED: "deadlocked",
  WITHDRAWN: "withdrawn",
};

/** The stages of ladders, each as the newest version that has it, in the order of the ladders' names. */
const STAGES = `
  select x."ladderId", ${calendarName("x.division")} as calendar, x.number, x.name, x.unit from (
    select distinct on (l.id, s.number) l.id as "ladderId", l.name as ladder, coalesce(l.division, p.division) as division, s.number, s.name, s.limit_unit as unit
    from ladder l join partnership p on p.id = l.partnership_id join ladder_version v on v.ladder_id = l.id
      join ladder_stage s on s.ladder_version_id = v.id
    where l.partnership_id = $1 and ($2::uuid is null or l.id = $2) order by l.id, s.number, v.number desc) x
  order by x.ladder, x.number`;

/**
 * How challenges fared on the ladders of a partnership, or on one of them, in a year: the same whoever asks. Every challenge
 * counts; who was party to it is not read.
 */
export async function ladderStatistics(
  context: RequestContext,
  { id, suppressionThreshold }: Pick<Partnership, "id" | "suppressionThreshold">,
  year: ReturnType<typeof yearOf>,
  ladder: string | null,
): Promise<LadderStatistics[]> {
  const stages = await context.db.query<Stage>(STAGES, [id, ladder]);
  const passages = await context.db.query<Passage>(
    `select x.ladder_id as "ladderId", x.number, x.since, x.at, x.kind from app.ladder_passages($1, $2, $3) x`,
    [id, year.begins.toISOString(), year.ends.toISOString()],
  );
  const found: LadderStatistics[] = [];
  for (const ladderId of new Set(stages.map((stage) => stage.ladderId))) {
    const own = stages.filter((stage) => stage.ladderId === ladderId);
    const [first] = own;
    if (!first) continue;
    const calendar = await namedCalendar((text, values) => context.db.query(text, values), first.calendar);
    const at = own.map(({ number }) => passages.filter((one) => one.ladderId === ladderId && one.number === number));
    const told = toldOfStages(at.map(outcomesOf), suppressionThreshold);
    const figures = told.map((one, index) => figuresOf(own[index] ?? first, one, at[index] ?? [], calendar));
    found.push({
      ladderId,
      from: year.from,
      to: year.to,
      stages: figures,
      resolvedAtLowestShare: figures[0]?.resolvedShare ?? null,
      deadlocked: sumOf(told.map(({ deadlocked }) => deadlocked)),
      withdrawn: sumOf(told.map(({ withdrawn }) => withdrawn)),
    });
  }
  return found;
}

function outcomesOf(passages: readonly Passage[]): Outcomes {
  const outcomes: Outcomes = { escalated: 0, resolved: 0, deadlocked: 0, withdrawn: 0 };
  for (const { kind } of passages) outcomes[OUTCOME[kind]] += 1;
  return outcomes;
}

/** What is made of figures is told only where they are. */
function figuresOf(stage: Stage, told: Told, passages: readonly Passage[], calendar: Calendar): LadderStageStatistics {
  const { number, name } = stage;
  const unit = unitOf(stage.unit ?? LimitUnit.WORKING_DAYS);
  const { challenges, resolved } = told;
  const some = challenges !== null && challenges > 0;
  return {
    number,
    name,
    ...told,
    unit,
    resolvedShare: some && resolved !== null ? Math.round((resolved / challenges) * 100) / 100 : null,
    medianTime: some
      ? medianOf(passages.map(({ since, at }) => countIn(unit, since, { at, day: londonDay(at) }, calendar)))
      : null,
  };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** The sum where every part is told: nothing that is not there already. */
const sumOf = (parts: readonly (number | null)[]): number | null =>
  parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null;
