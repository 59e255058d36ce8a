import { Int, ObjectType, Resolver } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { keyed, Linked, Paged, type Parameter, type Place, readRows } from "../access/index";
import { Agency, Partnership } from "../partnership/index";
import { challengeConditions, ChallengeConnection, challengePages, requireTold, SOONEST_FIRST } from "./challenge-list";
import { type EscalationFilter, EscalationListArgs, EscalationTotalsArgs } from "./escalations.inputs";
import { Ladder } from "./ladder.entity";
import { OVERDUE_TURN, turnIsOf, turnOf } from "./turn.sql";
import { ChallengeWhom } from "./turn.types";

@ObjectType({ description: "Challenges that are at one stage of a ladder" })
export class EscalationsAtStage {
  @Exposed("PUBLIC", () => Int, "Number of the stage, from 1")
  number!: number;
  @Exposed("PUBLIC", () => String, "Name of the stage")
  name!: string;
  @Exposed("PUBLIC", () => Int, "How many are at it")
  count!: number;
  @Exposed("PUBLIC", () => Int, "How many of them are overdue")
  overdue!: number;
  @Exposed("PUBLIC", () => DateTimeScalar, "Until when the first of them is due; null where no clock runs", {
    nullable: true,
  })
  soonest!: Date | null;
}

@ObjectType({ description: "Challenges that wait for one party" })
export class EscalationsForParty {
  @Exposed("PUBLIC", () => ChallengeWhom, "Who is waited for")
  who!: ChallengeWhom;
  @Exposed("PUBLIC", () => String, "The name of whoever is waited for")
  name!: string;
  @Exposed("PUBLIC", () => Int, "How many wait")
  count!: number;
  @Exposed("PUBLIC", () => Int, "How many of them are overdue")
  overdue!: number;
  @Exposed("PUBLIC", () => DateTimeScalar, "Until when the first of them is due; null where no clock runs", {
    nullable: true,
  })
  soonest!: Date | null;
}

@ObjectType({ description: "How many challenges run, of those that the caller takes part in, or of all for oversight" })
export class EscalationTotals {
  @Exposed("PUBLIC", () => Int, "How many run")
  count!: number;
  @Exposed("PUBLIC", () => Int, "How many of them are overdue: the day by which somebody was to answer has passed")
  overdue!: number;
  @Exposed("PUBLIC", () => Int, "How many of them have no limit: no clock runs")
  withoutLimit!: number;
}

type Asking = Parameters<typeof challengeConditions>[0];

/** The challenges that run, of which the filter holds, each with its turn. */
const running = (asking: Asking, partnership: string, filter: EscalationFilter | null | undefined, $: Parameter) =>
  `from challenge c cross join lateral ${turnOf("c", "turn")}
   where ${[`c.partnership_id = ${partnership}`, ...challengeConditions(asking, "c", filter ?? {}, $)].join(" and ")}`;

const COUNTED = `count(*)::int as count, count(*) filter (where ${OVERDUE_TURN("turn")})::int as overdue, min(turn.until) as soonest`;

/** What was counted of a partnership's, as rows of JSON: the same challenges for the totals and for each group of them. */
const totalsOf = (
  asking: Asking,
  partnership: Place,
  it: Place,
  filter: EscalationFilter | null | undefined,
  $: Parameter,
) => `(
  with turn as (
    select c.stage_number, c.ladder_version_id, turn.* ${running(asking, `${partnership}.id`, filter, $)}
  ), stage as (
    select v.ladder_id, turn.stage_number as number, n.name, ${COUNTED}
    from turn join ladder_version v on v.id = turn.ladder_version_id
      join ladder_stage n on n.ladder_version_id = v.id and n.number = turn.stage_number
    group by v.ladder_id, turn.stage_number, n.name
  ), party as (
    select turn.who, turn.agency_id, turn.name, ${COUNTED} from turn group by turn.who, turn.agency_id, turn.name
  )
  select (select count(*)::int from turn) as count, (select count(*)::int from turn where ${OVERDUE_TURN("turn")}) as overdue,
    (select count(*)::int from turn where turn.until is null) as without_limit,
    (select coalesce(jsonb_agg(to_jsonb(stage)), '[]') from stage) as stages,
    (select coalesce(jsonb_agg(to_jsonb(party)), '[]') from party) as parties) ${it}`;

const of = (column: string) => (row: Place) => `${row}.${column}`;
readRows("EscalationTotals", {
  columns: { count: of("count"), overdue: of("overdue"), withoutLimit: of("without_limit") },
  always: [],
});
readRows("EscalationsAtStage", {
  columns: {
    number: of("number"),
    name: of("name"),
    count: of("count"),
    overdue: of("overdue"),
    soonest: of("soonest"),
  },
  always: [],
});
readRows("EscalationsForParty", {
  columns: { who: of("who"), name: of("name"), count: of("count"), overdue: of("overdue"), soonest: of("soonest") },
  always: [],
});

@Resolver(() => Partnership)
export class PartnershipEscalationsResolver {
  @Paged<EscalationListArgs>(
    "PUBLIC",
    () => ChallengeConnection,
    "Challenges in the partnership that run, of those that the caller takes part in, or all for oversight: those that are due first come first, those without a limit last",
    challengePages(
      "partnership",
      (row, c) => `${c}.partnership_id = ${row}.id and ${c}.ended_at is null`,
      SOONEST_FIRST,
    ),
    { args: () => EscalationListArgs },
  )
  escalations!: object;

  @Linked<EscalationTotalsArgs>(
    "PUBLIC",
    () => EscalationTotals,
    "How many challenges run at each stage and wait for each party, of those that `escalations` lists",
    (partnership, totals, { actor, now }, { filter }, $) => {
      // they are counted by what a denial takes away
      requireTold(actor, ["escalationTotals"], ["stage", "waitingFor"]);
      return { from: totalsOf({ actor, now }, partnership, totals, filter, $), where: "true" };
    },
    { args: () => EscalationTotalsArgs },
  )
  escalationTotals!: EscalationTotals;
}

@Resolver(() => Agency)
export class AgencyToAnswerResolver {
  @Paged(
    "PARTIES",
    () => ChallengeConnection,
    "Challenges that wait for the agency, itself or a collective that it is in today: to be acknowledged, answered, agreed to or decided next, those that are due first come first. For its own people and oversight",
    challengePages(
      "toAnswer",
      (row, c) => `${c}.partnership_id = ${row}.partnership_id and ${c}.ended_at is null
        and exists (select 1 from (select 1) as once cross join lateral ${turnOf(c, "turn")} where ${turnIsOf("turn", `array[${row}.id]`)})`,
      SOONEST_FIRST,
    ),
    { args: () => PageArgs },
  )
  toAnswer!: object | null;
}

@Resolver(() => EscalationTotals)
export class EscalationTotalsResolver {
  @Linked(
    "PUBLIC",
    () => EscalationsAtStage,
    "Stage by stage of each ladder, those at which none is left out",
    (totals, stage) => ({
      from: `jsonb_to_recordset(${totals}.stages) as ${stage} (ladder_id uuid, number int, name text, count int, overdue int, soonest timestamptz)`,
      where: "true",
      order: `(select l.name from ladder l where l.id = ${stage}.ladder_id), ${stage}.number, ${stage}.name`,
    }),
    { list: true },
  )
  byStage!: EscalationsAtStage[];

  @Linked(
    "PUBLIC",
    () => EscalationsForParty,
    "By who is waited for, those who are waited for the most first",
    (totals, party) => ({
      from: `jsonb_to_recordset(${totals}.parties) as ${party} (who text, agency_id uuid, name text, count int, overdue int, soonest timestamptz)`,
      where: "true",
      order: `${party}.count desc, ${party}.who, ${party}.name`,
    }),
    { list: true },
  )
  byParty!: EscalationsForParty[];
}

@Resolver(() => EscalationsAtStage)
export class EscalationsAtStageResolver {
  @Linked("PUBLIC", () => Ladder, "The ladder that the stage is of", keyed("ladder_id"))
  ladder!: Ladder;
}

@Resolver(() => EscalationsForParty)
export class EscalationsForPartyResolver {
  @Linked("PUBLIC", () => Agency, "The agency; null where it is none", keyed("agency_id"), { nullable: true })
  agency!: Agency | null;
}
