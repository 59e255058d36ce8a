import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { ChallengeState } from "./challenge-lifecycle";
import { ChallengeGround, ChallengeSide } from "./challenge.entity";

/** Most working days ahead that a list is narrowed by. */
export const MOST_DAYS_AHEAD = 100;

@InputType({ description: "Which of the challenges that run; all that are named must hold" })
export class EscalationFilter {
  @Field(() => [ChallengeGround], { nullable: true, description: "Only those raised on these grounds" })
  ground?: ChallengeGround[] | null;
  @Field(() => [ChallengeSide], { nullable: true, description: "Only those where it is the turn of these" })
  waitingOn?: ChallengeSide[] | null;
  @Field(() => [Int], { nullable: true, description: "Only those at, or ended at, stages of these numbers" })
  stage?: number[] | null;
  @Field(() => [String], {
    nullable: true,
    description: "Only those at, or ended at, stages of these names, in capitals or not",
  })
  stageName?: string[] | null;
  @Field(() => [ID], { nullable: true, description: "Only those against these agencies, by their ids" })
  against?: string[] | null;
  @Field(() => [ID], { nullable: true, description: "Only those raised by these agencies, by their ids" })
  raisedBy?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      "Only those in which one of these agencies takes part, by their ids: as `Challenge.parties` lists them",
  })
  party?: string[] | null;
  @Field(() => [ID], {
    nullable: true,
    description:
      "Only those that wait for one of these agencies, by their ids: itself, a collective that it is in today, or one that it took over from",
  })
  waitingFor?: string[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "True: only those whose day due has passed; false: only those whose day has not, or that have none",
  })
  overdue?: boolean | null;
  @Field(() => DateTimeScalar, { nullable: true, description: "Only those due before this instant" })
  dueBefore?: Date | null;
  @Field(() => Int, {
    nullable: true,
    description: `Only those due within so many working days after today, 0 to ${MOST_DAYS_AHEAD}, overdue ones included; today does not count`,
  })
  dueWithinWorkingDays?: number | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "True: only those on which a clock runs; false: only those on which none does",
  })
  clockRuns?: boolean | null;
}

@InputType({ description: "Which challenges; all that are named must hold" })
export class ChallengeFilter extends EscalationFilter {
  @Field(() => [ChallengeState], { nullable: true, description: "Only those that stand so" })
  state?: ChallengeState[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "True: only those that have not ended; false: only those that have",
  })
  running?: boolean | null;
}

@ArgsType()
export class ChallengeListArgs extends PageArgs {
  @Field(() => ChallengeFilter, { nullable: true, description: "Which of them; all when left out" })
  filter?: ChallengeFilter | null;
}

@ArgsType()
export class EscalationListArgs extends PageArgs {
  @Field(() => EscalationFilter, { nullable: true, description: "Which of them; all when left out" })
  filter?: EscalationFilter | null;
}

@ArgsType()
export class EscalationTotalsArgs {
  @Field(() => EscalationFilter, { nullable: true, description: "Which of them are counted; all when left out" })
  filter?: EscalationFilter | null;
}
