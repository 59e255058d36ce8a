import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { Action, RatingDimension, RatingValue } from "../plan/index";
import { ProgressUpdate } from "./reporting.entity";

const AGENCY =
  "Which of the caller's own agencies it is from; needed only where the caller writes for several in the partnership";

@InputType({
  description: "What an agency drafts of an action for a period. What is left out stays; null clears",
})
export class SaveProgressDraftInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => ID, { nullable: true, description: AGENCY })
  agency?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "First day of the period reported on" })
  periodStart?: string | null;
  @Field(() => DateScalar, {
    description: "Last day of the period reported on: with the action and the agency it says which draft",
  })
  periodEnd!: string;
  @Field(() => String, { nullable: true, description: "What was done; at most 10,000 characters" })
  overallProgress?: string | null;
  @Field(() => String, { nullable: true, description: "What difference it made; at most 10,000 characters" })
  impactNarrative?: string | null;
  @Field(() => String, { nullable: true, description: "What could go wrong; at most 10,000 characters" })
  riskNote?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "What the agency notes for itself alone; at most 10,000 characters",
  })
  draftingNote?: string | null;
  @Field(() => RatingValue, { nullable: true, description: "Delivery rating that the agency proposes" })
  proposedDelivery?: RatingValue | null;
  @Field(() => RatingValue, { nullable: true, description: "Impact rating that the agency proposes" })
  proposedImpact?: RatingValue | null;
  @Field(() => Int, {
    nullable: true,
    description:
      "`ProgressUpdate.version` of the draft, or that a new one would have (1 for a period's first); CONFLICT where another is open, as after this one was submitted",
  })
  expectedVersion?: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      "`ProgressUpdate.revision` that was read of the draft, or 0 where there was none; CONFLICT, with the one that it has now, where it was saved meanwhile",
  })
  expectedRevision?: number | null;
}

@ObjectType({ description: "Outcome of saving a draft" })
export class SaveProgressDraftPayload {
  @Exposed("PUBLIC", () => ProgressUpdate, "The draft as it now stands; null where it was not saved", {
    nullable: true,
  })
  progressUpdate!: ProgressUpdate | null;
  @Exposed("PUBLIC", () => UserError, "Why it was not saved; empty when it was", { list: true })
  userErrors!: UserError[];
}

@InputType({ description: "A rating to add to an action's history; entries are never changed" })
export class AddRatingInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => ID, {
    nullable: true,
    description: `${AGENCY}, or is also its officer and reports for the agency`,
  })
  agency?: string | null;
  @Field(() => RatingDimension, { description: "Delivery or impact" })
  dimension!: RatingDimension;
  @Field(() => RatingValue, {
    nullable: true,
    description: "The colour, one of the plan's own scheme; null for not rated",
  })
  value?: RatingValue | null;
  @Field(() => DateScalar, { description: "Day as at which it is given; not after today" })
  asAt!: string;
  @Field(() => String, {
    nullable: true,
    description:
      "Why it is given; at most 10,000 characters, and needed of a moderated rating that differs from the newest report",
  })
  rationale?: string | null;
}

@ObjectType({ description: "Outcome of adding a rating" })
export class AddRatingPayload {
  @Exposed(
    "PUBLIC",
    () => Action,
    "The action, whose `ratings` are now those of its newest entries; null where none was added",
    { nullable: true },
  )
  action!: Action | null;
  @Exposed("PUBLIC", () => UserError, "Why it was not added; empty when it was", { list: true })
  userErrors!: UserError[];
}
