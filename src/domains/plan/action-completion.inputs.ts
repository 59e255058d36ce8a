import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";

@InputType({ description: "An action, as it was read" })
class ActionReadInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => Int, {
    nullable: true,
    description: "`Action.version` that the change is made to; CONFLICT, with the present one, where it has moved on",
  })
  expectedVersion?: number | null;
}

@InputType({ description: "An action that is done" })
export class CompleteActionInput extends ActionReadInput {
  @Field(() => DateScalar, {
    nullable: true,
    description: "Day on which its impact is to be judged, today or later; needed where its impact is not rated",
  })
  judgeImpactOn?: string | null;
}

@InputType({ description: "An action that is not done after all" })
export class ReopenActionInput extends ActionReadInput {
  @Field(() => String, {
    description: "Why it is taken up again, for those named for it and oversight; not blank, at most 10,000 characters",
  })
  reason!: string;
}

@InputType({ description: "When an action's impact is to be judged" })
export class SetImpactDateInput extends ActionReadInput {
  @Field(() => DateScalar, { description: "The day, today or later" })
  judgeImpactOn!: string;
}
