import { Field, ID, InputType, ObjectType } from "type-graphql";
import { Exposed } from "../../../platform/graphql/exposed";
import { UserError } from "../../../platform/graphql/user-error";
import { RecordOpening } from "../../access/index";
import { ProgressUpdate } from "../../reporting/index";

@InputType({ description: "Whose drafts are to be opened, on which action, and why" })
export class OpenRestrictedRecordInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => ID, { description: "Id of the agency whose drafts they are" })
  agency!: string;
  @Field(() => String, {
    description: "Why they must be read now, 20 to 1,000 characters; the agency and the chair read it",
  })
  reason!: string;
}

@ObjectType({ description: "Outcome of opening an agency's drafts on an action" })
export class OpenRestrictedRecordPayload {
  @Exposed("PUBLIC", () => RecordOpening, "The opening; null where nothing was opened", { nullable: true })
  opening!: RecordOpening | null;
  @Exposed(
    "PUBLIC",
    () => ProgressUpdate,
    "The agency's drafts that the caller can now read, newest first; empty where it has none",
    { list: true },
  )
  progressUpdates!: ProgressUpdate[];
  @Exposed("PUBLIC", () => UserError, "Why nothing was opened; empty when it was", { list: true })
  userErrors!: UserError[];
}

@InputType({ description: "An opening that the agency knows of" })
export class AcknowledgeRecordOpeningInput {
  @Field(() => ID, { description: "Id of the opening" })
  opening!: string;
}

@InputType({ description: "An opening that was reviewed, and what was found" })
export class ReviewRecordOpeningInput {
  @Field(() => ID, { description: "Id of the opening" })
  opening!: string;
  @Field(() => String, { description: "What the review found, 1 to 1,000 characters; the agency reads it" })
  note!: string;
}

@ObjectType({ description: "Outcome of acknowledging or reviewing an opening" })
export class RecordOpeningPayload {
  @Exposed("PUBLIC", () => RecordOpening, "The opening as it now stands; null where it was not changed", {
    nullable: true,
  })
  opening!: RecordOpening | null;
  @Exposed("PUBLIC", () => UserError, "Why it was not changed; empty when it was", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "What the caller can do with an opening now" })
export class RecordOpeningViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Say that the agency knows: its lead, once")
  acknowledge!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Review it: the chair, once, and never whoever opened it")
  review!: boolean;
}
