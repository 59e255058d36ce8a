import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Resolver, Root } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { requiredKey } from "../../platform/graphql/ids";
import type { RequestContext } from "../access/index";
import { Partnership } from "../partnership/index";
import { challengeLoaders } from "./challenges.loaders";
import { ladderStatistics, LadderStatistics, yearOf } from "./ladder-statistics";
import { Ladder } from "./ladder.entity";

@ArgsType()
class LadderStatisticsArgs {
  @Field(() => Int, {
    description: "The year, by the one in which it begins: 2018 is from 1 April 2018 to 31 March 2019. It must be over",
  })
  year!: number;
  @Field(() => ID, { nullable: true, description: "Id of the one ladder that is asked about; all when left out" })
  ladder?: string | null;
}

@Resolver(() => Partnership)
export class PartnershipLadderStatisticsResolver {
  @FieldResolver(() => [LadderStatistics], {
    nullable: true,
    description:
      "How challenges fared on each ladder in a year, for the annual report: of all challenges, the same for every member, naming no agency. Counts of 1 to 4, or of fewer than the partnership has set, are withheld, with what they could be worked out from",
  })
  @Access("PARTNERSHIP")
  ladderStatistics(
    @Root() partnership: Partnership & { knownAt?: string | null },
    @Args(() => LadderStatisticsArgs) { year, ladder }: LadderStatisticsArgs,
    @Ctx() context: RequestContext,
  ): Promise<LadderStatistics[]> {
    const { knownAt } = partnership;
    const span = yearOf(year, knownAt == null ? context.now : new Date(knownAt));
    const key = ladder == null ? null : requiredKey("Ladder", ladder, ["ladder"]);
    return ladderStatistics(context, partnership, span, key);
  }
}

@Resolver(() => LadderStatistics)
export class LadderStatisticsResolver {
  @FieldResolver(() => Ladder, { description: "The ladder" })
  @Access("PUBLIC")
  ladder(@Root() { ladderId }: LadderStatistics, @Ctx() context: RequestContext) {
    return context.use(challengeLoaders).ladderById.load(ladderId);
  }
}
