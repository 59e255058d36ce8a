import { Field, ID, InputType } from "type-graphql";

const AGENCY =
  "Which of the caller's own agencies says so; needed only where the caller writes for several in the partnership, or is also its officer and speaks for the agency";

@InputType({ description: "An action that cannot go on before another is done" })
export class BlockActionInput {
  @Field(() => ID, { description: "Id of the action that is blocked" })
  action!: string;
  @Field(() => ID, { description: "Id of the action of the same partnership that blocks it" })
  blockedBy!: string;
  @Field(() => String, { description: "Why, for the whole partnership to read; at most 10,000 characters" })
  reason!: string;
  @Field(() => ID, { nullable: true, description: AGENCY })
  agency?: string | null;
}

@InputType({ description: "An action that can go on again as far as another is concerned" })
export class UnblockActionInput {
  @Field(() => ID, { description: "Id of the action that was blocked" })
  action!: string;
  @Field(() => ID, { description: "Id of the action that blocked it" })
  blockedBy!: string;
  @Field(() => ID, { nullable: true, description: AGENCY })
  agency?: string | null;
}
