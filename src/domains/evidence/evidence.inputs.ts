import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { Evidence, EvidenceKind, ProtectiveMarking } from "./evidence.entity";

const VERSION = "`Evidence.version` as last read; CONFLICT where it is another by now";

@InputType({ description: "Evidence to put on record: a link (`url`) or a file (`fileName`), never both" })
export class AddEvidenceInput {
  @Field(() => ID, {
    nullable: true,
    description: "Which of the caller's own agencies it is of; needed only where the caller writes for several",
  })
  agency?: string | null;
  @Field(() => String, { description: "What it is; at most 1,000 characters" })
  title!: string;
  @Field(() => String, { nullable: true, description: "What it shows; at most 10,000 characters" })
  shows?: string | null;
  @Field(() => EvidenceKind, { description: "What kind of thing it shows" })
  kind!: EvidenceKind;
  @Field(() => ProtectiveMarking, {
    nullable: true,
    description: "Its protective marking; OFFICIAL where none is given",
  })
  marking?: ProtectiveMarking | null;
  @Field(() => DateScalar, { nullable: true, description: "First day that it speaks of" })
  effectiveFrom?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Last day that it speaks of" })
  effectiveTo?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Day on which the agency came by it, not after today; today where none is given",
  })
  receivedOn?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Last day on which it counts" })
  expiresOn?: string | null;
  @Field(() => String, { nullable: true, description: "Where it is, for a link: an http or https address" })
  url?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      "Name of the file that will be sent; its ending says what it is (csv, docx, jpeg, jpg, ods, odt, pdf, png, pptx, txt, xlsx)",
  })
  fileName?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "SHA-256 in hex that the file must have; not checked where none is given",
  })
  sha256?: string | null;
}

@InputType({ description: "What is to be said of evidence. What is left out stays; null clears" })
export class UpdateEvidenceInput {
  @Field(() => ID, { description: "Id of the evidence" })
  evidence!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: "What it is; cannot be cleared" })
  title?: string | null;
  @Field(() => String, { nullable: true, description: "What it shows; at most 10,000 characters" })
  shows?: string | null;
  @Field(() => EvidenceKind, { nullable: true, description: "What kind of thing it shows; cannot be cleared" })
  kind?: EvidenceKind | null;
  @Field(() => ProtectiveMarking, { nullable: true, description: "Its protective marking; cannot be cleared" })
  marking?: ProtectiveMarking | null;
  @Field(() => DateScalar, { nullable: true, description: "First day that it speaks of" })
  effectiveFrom?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Last day that it speaks of" })
  effectiveTo?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Day on which the agency came by it; cannot be cleared" })
  receivedOn?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Last day on which it counts" })
  expiresOn?: string | null;
}

@InputType({ description: "Evidence to withdraw, and why" })
export class WithdrawEvidenceInput {
  @Field(() => ID, { description: "Id of the evidence" })
  evidence!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
  @Field(() => String, { description: "Why; at most 1,000 characters, and read by whoever reads the evidence" })
  reason!: string;
}

@InputType({ description: "Evidence, and where it is or was used" })
export class EvidenceUseInput {
  @Field(() => ID, { description: "Id of the evidence" })
  evidence!: string;
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => ID, {
    nullable: true,
    description: "Id of the agency's own update on that action; left out for the action as such",
  })
  progressUpdate?: string | null;
}

@InputType({ description: "Evidence whose file is to be sent (again)" })
export class RenewEvidenceUploadInput {
  @Field(() => ID, { description: "Id of the evidence" })
  evidence!: string;
}

@ObjectType({ description: "Where a file may be opened, for whoever asked and for a short time" })
export class EvidenceDownload {
  @Exposed(
    "PUBLIC",
    () => String,
    "Path below the service's own address, to be fetched with GET; whoever it was made for must still be allowed to open the file",
  )
  url!: string;
  @Exposed("PUBLIC", () => DateTimeScalar, "When it stops leading anywhere")
  expiresAt!: Date;
}

@ObjectType({ description: "Where a file is to be sent" })
export class EvidenceUpload {
  @Exposed("PUBLIC", () => String, "Path below the service's own address; send the file's bytes as they are with PUT")
  url!: string;
  @Exposed("PUBLIC", () => DateTimeScalar, "When it stops leading anywhere; ask for another by renewEvidenceUpload")
  expiresAt!: Date;
}

@ObjectType({ description: "Outcome of a change to evidence" })
export class EvidencePayload {
  @Exposed("PUBLIC", () => Evidence, "The evidence as it now stands; null where nothing was done", { nullable: true })
  evidence!: Evidence | null;
  @Exposed("PUBLIC", () => UserError, "Why nothing was done; empty when it was", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "Outcome of putting evidence on record" })
export class EvidenceUploadPayload {
  @Exposed("PUBLIC", () => Evidence, "The evidence as it now stands; null where nothing was done", { nullable: true })
  evidence!: Evidence | null;
  @Exposed("PUBLIC", () => EvidenceUpload, "Where to send the file; null for a link, and where nothing was done", {
    nullable: true,
  })
  upload!: EvidenceUpload | null;
  @Exposed("PUBLIC", () => UserError, "Why nothing was done; empty when it was", { list: true })
  userErrors!: UserError[];
}
