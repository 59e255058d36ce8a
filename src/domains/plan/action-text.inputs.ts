import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { UserError } from "../../platform/graphql/user-error";
import { Action } from "./action.entity";

@InputType({ description: "What an action is to say. What is left out stays; null clears" })
export class EditActionTextInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => Int, { description: "`Action.version` that the change is made to; CONFLICT where it has moved on" })
  expectedVersion!: number;
  @Field(() => String, {
    nullable: true,
    description: "What is to be done, in short; 1 to 1,000 characters, never null",
  })
  title?: string | null;
  @Field(() => String, { nullable: true, description: "What is to be done, at length; at most 10,000 characters" })
  description?: string | null;
  @Field(() => String, { nullable: true, description: "The difference it is meant to make; at most 10,000 characters" })
  desiredOutcome?: string | null;
  @Field(() => String, { nullable: true, description: "How it will be measured; at most 10,000 characters" })
  measure?: string | null;
  @Field(() => String, { nullable: true, description: "What will show that it is working; at most 10,000 characters" })
  successCriteria?: string | null;
}

@ObjectType({ description: "Outcome of editing what an action says" })
export class EditActionTextPayload {
  @Exposed("PUBLIC", () => Action, "The action as it now reads; null where it was not changed", { nullable: true })
  action!: Action | null;
  @Exposed("PUBLIC", () => UserError, "Why it was not changed; empty when it was", { list: true })
  userErrors!: UserError[];
}
