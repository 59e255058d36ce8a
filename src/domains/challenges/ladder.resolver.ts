import { Query, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { Derived, keyed, Linked } from "../access/index";
import { Board } from "../boards/index";
import { Partnership, Post } from "../partnership/index";
import { LADDER_EXAMPLES, LadderExample, TimeLimit } from "./ladder-examples";
import { Ladder, LadderStage, LadderVersion, type LimitUnit } from "./ladder.entity";

@Resolver()
export class LadderExamplesResolver {
  @Query(() => [LadderExample], {
    description: "Ladders as areas publish them, to be copied by `createLadder`; the same for everybody",
  })
  @Access("PUBLIC")
  ladderExamples(): readonly LadderExample[] {
    return LADDER_EXAMPLES;
  }
}

@Resolver(() => Partnership)
export class PartnershipLaddersResolver {
  @Linked(
    "PUBLIC",
    () => Ladder,
    "Ladders of the partnership, those that are retired included, by name",
    (partnership, ladder) => ({ where: `${ladder}.partnership_id = ${partnership}.id`, order: `${ladder}.name` }),
    { list: true },
  )
  ladders!: Ladder[];
}

@Resolver(() => Ladder)
export class LadderResolver {
  @Linked("PUBLIC", () => Partnership, "The partnership that it belongs to", keyed("partnership_id"))
  partnership!: Partnership;

  @Linked(
    "PUBLIC",
    () => LadderVersion,
    "The version that challenges are raised on now",
    (ladder, version) => ({ where: `${version}.ladder_id = ${ladder}.id`, order: `${version}.number desc` }),
    { nullable: true },
  )
  current!: LadderVersion | null;

  @Linked(
    "PUBLIC",
    () => LadderVersion,
    "Its versions, the first one first",
    (ladder, version) => ({ where: `${version}.ladder_id = ${ladder}.id`, order: `${version}.number` }),
    { list: true },
  )
  versions!: LadderVersion[];
}

@Resolver(() => LadderVersion)
export class LadderVersionResolver {
  @Linked("PUBLIC", () => Ladder, "The ladder", keyed("ladder_id"))
  ladder!: Ladder;

  @Linked(
    "PUBLIC",
    () => LadderStage,
    "Its stages, in order; none where it has triggers only",
    (version, stage) => ({ where: `${stage}.ladder_version_id = ${version}.id`, order: `${stage}.number` }),
    { list: true },
  )
  stages!: LadderStage[];
}

const limitOf = (unit: LimitUnit | null, count: number | null): TimeLimit | null =>
  unit === null ? null : { unit, count };

@Resolver(() => LadderStage)
export class LadderStageResolver {
  @Linked("PUBLIC", () => Post, "The post that decides; null where none does", keyed("decider_post_id"), {
    nullable: true,
  })
  deciderPost!: Post | null;

  @Linked("PUBLIC", () => Board, "The board that decides; null where none does", keyed("decider_board_id"), {
    nullable: true,
  })
  deciderBoard!: Board | null;

  @Derived<LadderStage>(
    "PUBLIC",
    () => TimeLimit,
    "How long the stage has; null: as long as it takes",
    ["limitUnit", "limitCount"],
    { nullable: true },
  )
  limit({ limitUnit, limitCount }: LadderStage): TimeLimit | null {
    return limitOf(limitUnit, limitCount);
  }

  @Derived<LadderStage>(
    "PUBLIC",
    () => TimeLimit,
    "How long the agency that is challenged has to say that it has it; null: as long as it takes",
    ["acknowledgeUnit", "acknowledgeCount"],
    { nullable: true },
  )
  acknowledgeWithin({ acknowledgeUnit, acknowledgeCount }: LadderStage): TimeLimit | null {
    return limitOf(acknowledgeUnit, acknowledgeCount);
  }
}
