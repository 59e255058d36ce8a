import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { Action, RatingValue } from "../plan/index";
import { ProgressUpdate } from "./reporting.entity";

@InputType({
  description:
    "What an agency submits: an open draft by `progressUpdate`; or by `action` and `periodEnd`, where words sent along are enough and no draft need be there. What is left out stays as drafted; null clears",
})
export class SubmitProgressUpdateInput {
  @Field(() => ID, { nullable: true, description: "Id of the draft" })
  progressUpdate?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the action, where the draft is not named" })
  action?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "Which of the caller's own agencies it is from, where the draft is not named; needed only where the caller writes for several in the partnership",
  })
  agency?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "First day of the period reported on" })
  periodStart?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day of the period reported on, which has begun; where the draft is not named",
  })
  periodEnd?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "What was done; at most 10,000 characters, and needed in the draft or here",
  })
  overallProgress?: string | null;
  @Field(() => String, { nullable: true, description: "What difference it made; at most 10,000 characters" })
  impactNarrative?: string | null;
  @Field(() => String, { nullable: true, description: "What could go wrong; at most 10,000 characters" })
  riskNote?: string | null;
  @Field(() => RatingValue, {
    nullable: true,
    description:
      "Delivery rating that the agency proposes, one of the plan's own colours; the lead agency's is entered as reported",
  })
  proposedDelivery?: RatingValue | null;
  @Field(() => RatingValue, {
    nullable: true,
    description:
      "Impact rating that the agency proposes, one of the plan's own colours; the lead agency's is entered as reported",
  })
  proposedImpact?: RatingValue | null;
  @Field(() => Int, {
    nullable: true,
    description:
      "`ProgressUpdate.version` that is submitted; CONFLICT, with the version that can be, where another was submitted meanwhile",
  })
  expectedVersion?: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      "`ProgressUpdate.revision` that was read of the draft, or 0 where there was none; CONFLICT, with the one that it has now, where it was saved meanwhile",
  })
  expectedRevision?: number | null;
}

@InputType({ description: "A submitted update that the business unit settles" })
export class SettleProgressUpdateInput {
  @Field(() => ID, { description: "Id of the update" })
  progressUpdate!: string;
  @Field(() => Int, {
    nullable: true,
    description: "`ProgressUpdate.version` that was read; CONFLICT where it is another",
  })
  expectedVersion?: number | null;
}

@InputType({ description: "A submitted update that goes back to its agency, and why" })
export class ReturnProgressUpdateInput extends SettleProgressUpdateInput {
  @Field(() => String, {
    description: "What has to be mended, for its agency and oversight; not blank, at most 10,000 characters",
  })
  reason!: string;
}

@InputType({ description: "An update whose agency does something about it" })
export class NameProgressUpdateInput {
  @Field(() => ID, { description: "Id of the update" })
  progressUpdate!: string;
  @Field(() => Int, {
    nullable: true,
    description: "`ProgressUpdate.version` that was read; CONFLICT where there is a newer one",
  })
  expectedVersion?: number | null;
  @Field(() => Int, {
    nullable: true,
    description:
      "`ProgressUpdate.revision` that was read; CONFLICT, with the one that it has now, where it was saved meanwhile",
  })
  expectedRevision?: number | null;
}

@InputType({ description: "The drafts of a period that an agency begins at once" })
export class StartProgressDraftsInput {
  @Field(() => ID, { description: "Id of the plan" })
  plan!: string;
  @Field(() => ID, {
    nullable: true,
    description:
      "Which of the caller's own agencies they are from; needed only where the caller writes for several in the partnership",
  })
  agency?: string | null;
  @Field(() => DateScalar, {
    description: "Last day of the period, one of `Plan.reportingPeriods` where the plan has any",
  })
  periodEnd!: string;
}

@ObjectType({ description: "Outcome of writing about a progress update" })
export class ProgressUpdatePayload {
  @Exposed(
    "PUBLIC",
    () => ProgressUpdate,
    "The update as it now stands; null where nothing was done, or the draft was thrown away",
    {
      nullable: true,
    },
  )
  progressUpdate!: ProgressUpdate | null;
  @Exposed("PUBLIC", () => Action, "The action that it is about, as it now stands; null where nothing was done", {
    nullable: true,
  })
  action!: Action | null;
  @Exposed("PUBLIC", () => UserError, "Why nothing was done; empty when it was", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "Outcome of beginning a period's drafts" })
export class StartProgressDraftsPayload {
  @Exposed("PUBLIC", () => Int, "Number of drafts that were begun; null where nothing was done", { nullable: true })
  started!: number | null;
  @Exposed(
    "PUBLIC",
    () => Int,
    "Number of open actions led by the agency that had an update or a draft for the period already; null where nothing was done",
    { nullable: true },
  )
  skipped!: number | null;
  @Exposed("PUBLIC", () => ProgressUpdate, "The drafts that were begun, by the action's reference", { list: true })
  progressUpdates!: ProgressUpdate[];
  @Exposed("PUBLIC", () => UserError, "Why nothing was done; empty when it was", { list: true })
  userErrors!: UserError[];
}
