import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { payloadType } from "../writing/index";
import { ResponseProgress, TrackedItem } from "./tracked-item.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";

@InputType({ description: "A tracked item that something happens to" })
export class TrackedItemInput {
  @Field(() => ID, { description: "Id of the tracked item" })
  trackedItem!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "An answer to what a board asked" })
export class RespondToTrackedItemInput extends TrackedItemInput {
  @Field(() => String, { description: "What is answered; at most 10,000 characters" })
  text!: string;
  @Field(() => ResponseProgress, { nullable: true, description: "How far what was asked for is" })
  progress?: ResponseProgress | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "Which of the caller's own agencies answers; needed only where it writes for several, or is also an officer and answers for its agency. An officer who leaves it out records the answer of whoever was asked",
  })
  agency?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Day of the answer, where an officer records one that came by other ways; today when left out",
  })
  respondedOn?: string | null;
}

@InputType({ description: "Actions that a tracked item led to, or is about" })
export class LinkTrackedItemInput extends TrackedItemInput {
  @Field(() => [ID], { description: "Ids of the actions, 1 to 50; those that are linked already stay so" })
  actions!: string[];
}

export const TrackedItemPayload = payloadType("TrackedItemPayload", "trackedItem", () => TrackedItem, "tracked item");
