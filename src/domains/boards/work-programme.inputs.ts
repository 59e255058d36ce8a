import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { payloadType } from "../writing/index";
import { WorkProgrammeBasis, WorkProgrammeItem } from "./work-programme.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";
const MEETING = "Id of the meeting that it is for; its day is the item's";
const DAY = "Day that it is for, where no meeting is planned for it yet";

@InputType({ description: "Something for a board's work programme" })
export class AddWorkProgrammeItemInput {
  @Field(() => ID, { description: "Id of the board" })
  board!: string;
  @Field(() => String, { description: "What is looked at, in short; at most 1,000 characters" })
  title!: string;
  @Field(() => String, { description: "The year that it is on the programme of, such as 2018/19" })
  yearLabel!: string;
  @Field(() => WorkProgrammeBasis, {
    defaultValue: WorkProgrammeBasis.PROPOSED,
    description: "On what footing: SCHEDULED takes a meeting or a day, PROPOSED takes neither",
  })
  basis!: WorkProgrammeBasis;
  @Field(() => ID, { nullable: true, description: MEETING })
  meeting?: string | null;
  @Field(() => DateScalar, { nullable: true, description: DAY })
  scheduledOn?: string | null;
  @Field(() => Boolean, { defaultValue: false, description: "Whether it is published at once" })
  publish!: boolean;
}

@InputType({ description: "When something on a work programme is looked at" })
export class ScheduleWorkProgrammeItemInput {
  @Field(() => ID, { description: "Id of the item" })
  workProgrammeItem!: string;
  @Field(() => WorkProgrammeBasis, {
    defaultValue: WorkProgrammeBasis.SCHEDULED,
    description: "On what footing from now on: PROPOSED takes it off its day",
  })
  basis!: WorkProgrammeBasis;
  @Field(() => ID, { nullable: true, description: MEETING })
  meeting?: string | null;
  @Field(() => DateScalar, { nullable: true, description: DAY })
  scheduledOn?: string | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "What came of something on a work programme" })
export class RecordWorkProgrammeOutcomeInput {
  @Field(() => ID, { description: "Id of the item" })
  workProgrammeItem!: string;
  @Field(() => String, { description: "What came of it; at most 1,000 characters, said once" })
  outcome!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

export const WorkProgrammeItemPayload = payloadType(
  "WorkProgrammeItemPayload",
  "workProgrammeItem",
  () => WorkProgrammeItem,
  "item of the work programme",
);
