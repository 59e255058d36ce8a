import { Field, ID, InputType, Int } from "type-graphql";
import { ContributionState } from "./contribution.entity";

@InputType({ description: "How an agency's own part of an action stands" })
export class SetContributionInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => ContributionState, { description: "How it stands" })
  state!: ContributionState;
  @Field(() => String, {
    nullable: true,
    description: "Why it cannot, or anything else to add; CANNOT needs one. At most 10,000 characters",
  })
  note?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "Which of the caller's own agencies says so; needed only where the caller writes for several in the partnership",
  })
  agency?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "The agency as the action names it, where that is a collective; needed only where the caller's agency is in several that are named",
  })
  namedAs?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: "`Contribution.version` that the caller saw, 0 for none; CONFLICT where more has been said since",
  })
  expectedVersion?: number | null;
}
