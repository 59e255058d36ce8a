import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { Plan } from "../plan/index";

@InputType({ description: "A published plan's file, and how to read it" })
export class ImportPlanInput {
  @Field(() => ID, { description: "Id of the plan that the file is of" })
  plan!: string;
  @Field(() => String, { description: "Name of the file; its ending does not matter, its content does" })
  fileName!: string;
  @Field(() => String, {
    description: "The file's bytes in Base64: CSV, XLSX or tab-separated text, at most 20 MB before encoding",
  })
  content!: string;
  @Field(() => String, {
    nullable: true,
    description: "A mapping as JSON text: which header means which column; see the import guide",
  })
  mapping?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Day on which the plan stood as the file says; today unless given",
  })
  asAt?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: "Number of actions that the plan is said to have, to be held against the number read",
  })
  declared?: number | null;
  @Field(() => Boolean, { defaultValue: false, description: "Read and report, write nothing" })
  dryRun!: boolean;
}

/** Import reports name rows of a plan; they are the business unit's, like the import itself. */
abstract class OfPartnership {
  partnershipId!: string;
}

@ObjectType({ description: "An action that was read with a doubt" })
export class DoubtfulRow extends OfPartnership {
  @Exposed("OVERSIGHT", () => String, "Reference of the action")
  reference!: string;
  @Exposed("OVERSIGHT", () => Int, "Line of the file, from 1")
  line!: number;
  @Exposed("OVERSIGHT", () => String, "What is doubtful", { list: true })
  doubts!: string[];
}

@ObjectType({
  description: "Something in the file that belongs to no action for certain; it was not guessed and not dropped",
})
export class UnplacedRow extends OfPartnership {
  @Exposed("OVERSIGHT", () => Int, "Line of the file, from 1")
  line!: number;
  @Exposed("OVERSIGHT", () => String, "Worksheet of the workbook; null outside one")
  sheet!: string | null;
  @Exposed("OVERSIGHT", () => String, "The words, shortened")
  text!: string;
  @Exposed("OVERSIGHT", () => String, "Why it could not be placed")
  why!: string;
}

@ObjectType({ description: "An action that the numbering or the declared count says is there and that was not found" })
export class MissingReference extends OfPartnership {
  @Exposed("OVERSIGHT", () => String, "The reference; null where only the count tells")
  reference!: string | null;
  @Exposed("OVERSIGHT", () => Int, "How many are missing")
  count!: number;
  @Exposed("OVERSIGHT", () => String, "What tells that it is missing")
  why!: string;
}

@ObjectType({ description: "A name among the leads that is none of the partnership's agencies or posts" })
export class UnknownAgency extends OfPartnership {
  @Exposed("OVERSIGHT", () => String, "The words as printed")
  text!: string;
  @Exposed("OVERSIGHT", () => String, "References of the actions that name it", { list: true })
  references!: string[];
  @Exposed("OVERSIGHT", () => Int, "Lines of the file, from 1", { list: true })
  lines!: number[];
}

@ObjectType({ description: "What was read from a file and what was not" })
export class ImportReportView extends OfPartnership {
  @Exposed("OVERSIGHT", () => Int, "Number of actions that the plan says it has; null where nothing says")
  declared!: number | null;
  @Exposed("OVERSIGHT", () => Int, "Number of distinct references read")
  recovered!: number;
  @Exposed("OVERSIGHT", () => String, "The references, in the order of the file", { list: true })
  references!: string[];
  @Exposed("OVERSIGHT", () => DoubtfulRow, "Actions read with a doubt", { list: true })
  doubtful!: DoubtfulRow[];
  @Exposed("OVERSIGHT", () => UnplacedRow, "What belongs to no action for certain", { list: true })
  unplaced!: UnplacedRow[];
  @Exposed("OVERSIGHT", () => MissingReference, "Actions that should be there and were not found", { list: true })
  missing!: MissingReference[];
  @Exposed("OVERSIGHT", () => UnknownAgency, "Names that are none of the partnership's agencies or posts", {
    list: true,
  })
  unknownAgencies!: UnknownAgency[];
  @Exposed("OVERSIGHT", () => String, "The whole report as text, for people")
  text!: string;
}

@ObjectType({ description: "What an import changed, or (dry run) would change" })
export class ImportChanges extends OfPartnership {
  @Exposed("OVERSIGHT", () => Int, "Actions added")
  inserted!: number;
  @Exposed("OVERSIGHT", () => Int, "Actions brought up to date")
  updated!: number;
  @Exposed("OVERSIGHT", () => Int, "Actions that already said the same")
  unchanged!: number;
  @Exposed("OVERSIGHT", () => String, "References that the plan has and the file has not; they were left alone", {
    list: true,
  })
  notInFile!: string[];
  @Exposed("OVERSIGHT", () => Boolean, "True where this same file was the plan's last import: nothing was written")
  alreadyApplied!: boolean;
}

@ObjectType({ description: "Outcome of an import" })
export class ImportPlanPayload {
  @Exposed("PUBLIC", () => Plan, "The plan; null where the import was refused", { nullable: true })
  plan!: Plan | null;
  @Exposed("PUBLIC", () => ImportReportView, "What was read; null where the file could not be", { nullable: true })
  report!: ImportReportView | null;
  @Exposed("PUBLIC", () => ImportChanges, "What it changed; null where the import was refused", { nullable: true })
  changes!: ImportChanges | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "What the caller can do with a plan now" })
export class PlanViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Import a published plan's file into it")
  import!: boolean;
}

@ObjectType({ description: "Where an action came from: the file, its lines, and what the import did" })
export class ImportProvenance extends OfPartnership {
  @Exposed("OVERSIGHT", () => String, "Name of the file")
  fileName!: string;
  @Exposed("OVERSIGHT", () => Int, "First line of the file that it was read from")
  lineFrom!: number;
  @Exposed("OVERSIGHT", () => Int, "Last line of the file that it was read from")
  lineTo!: number;
  @Exposed("OVERSIGHT", () => String, "INSERTED, UPDATED or UNCHANGED")
  outcome!: string;
  @Exposed("OVERSIGHT", () => DateTimeScalar, "When it was imported")
  appliedAt!: Date;
}
