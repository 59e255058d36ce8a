import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { Role } from "../identity/index";
import { payloadType } from "../writing/index";
import { CalendarDivision, DeciderKind, Ladder, LimitUnit, OutOfScope } from "./ladder.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";

@InputType({ description: "How long something may take" })
export class TimeLimitInput {
  @Field(() => LimitUnit, { description: "What it is counted in" })
  unit!: LimitUnit;
  @Field(() => Int, { nullable: true, description: "How many, from 1; left out for SAME_WORKING_DAY alone" })
  count?: number | null;
}

@InputType({ description: "A stage of a ladder; each leads to the one with the next number" })
export class LadderStageInput {
  @Field(() => Int, { description: "Number of the stage: 1, 2, 3 and so on, in this order" })
  number!: number;
  @Field(() => String, { description: "Name of the stage; at most 1,000 characters" })
  name!: string;
  @Field(() => Boolean, { defaultValue: false, description: "Whether it comes before anything formal" })
  informal!: boolean;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Whether it may be left out for a child at immediate risk",
  })
  mayBeSkipped!: boolean;
  @Field(() => DeciderKind, {
    defaultValue: DeciderKind.PARTIES,
    description: "Who decides at it, where the two sides do not agree",
  })
  deciderKind!: DeciderKind;
  @Field(() => Role, {
    nullable: true,
    description: "For ROLE: PARTNERSHIP_OFFICER or PARTNERSHIP_CHAIR; left out otherwise",
  })
  role?: Role | null;
  @Field(() => ID, { nullable: true, description: "For POST: id of the post; left out otherwise" })
  post?: string | null;
  @Field(() => ID, { nullable: true, description: "For BOARD: id of the board; left out otherwise" })
  board?: string | null;
  @Field(() => String, { description: "Who deals with it, in the ladder's words; at most 1,000 characters" })
  decider!: string;
  @Field(() => TimeLimitInput, { nullable: true, description: "How long the stage has; left out: as long as it takes" })
  limit?: TimeLimitInput | null;
  @Field(() => TimeLimitInput, {
    nullable: true,
    description: "How long the agency that is challenged has to say that it has it; left out: as long as it takes",
  })
  acknowledgeWithin?: TimeLimitInput | null;
}

@InputType({ description: "What an edition of a ladder says" })
export class LadderEditionInput {
  @Field(() => [LadderStageInput], {
    nullable: true,
    description: "Its stages, 1 to 20; none where it has triggers only",
  })
  stages?: LadderStageInput[] | null;
  @Field(() => String, {
    nullable: true,
    description: "Time of day in London, such as 17:00, at which a working day is over; at midnight when left out",
  })
  cutOff?: string | null;
  @Field(() => [OutOfScope], { nullable: true, description: "What does not belong on it; nothing when left out" })
  outOfScope?: OutOfScope[] | null;
  @Field(() => String, {
    nullable: true,
    description: "Where what does not belong on it goes instead; at most 1,000 characters",
  })
  outOfScopeNote?: string | null;
  @Field(() => [String], { nullable: true, description: "What leads to a challenge or an alert, in a line each" })
  triggers?: string[] | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "True where it has triggers and no stages: nothing can then be raised on it",
  })
  triggersOnly?: boolean | null;
  @Field(() => String, { nullable: true, description: "Where its words are taken from; at most 1,000 characters" })
  source?: string | null;
}

@InputType({ description: "A ladder to be used: of one's own, or copied from an example" })
export class CreateLadderInput extends LadderEditionInput {
  @Field(() => ID, { description: "Id of the partnership" })
  partnership!: string;
  @Field(() => String, {
    nullable: true,
    description: "Name, unique in the partnership; the example's when left out; at most 1,000 characters",
  })
  name?: string | null;
  @Field(() => CalendarDivision, {
    nullable: true,
    description: "Whose bank holidays it leaves out; the partnership's own when left out",
  })
  division?: CalendarDivision | null;
  @Field(() => String, {
    nullable: true,
    description: "`key` of one of `ladderExamples`, to be copied whole; nothing else of an edition is said then",
  })
  example?: string | null;
}

@InputType({ description: "Another edition of a ladder, for what is raised from now on" })
export class ReviseLadderInput extends LadderEditionInput {
  @Field(() => ID, { description: "Id of the ladder" })
  ladder!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "The end of a ladder: nothing new is raised on it" })
export class RetireLadderInput {
  @Field(() => ID, { description: "Id of the ladder" })
  ladder!: string;
  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Day from which nothing is raised on it; today when left out. Until it has come another may be named, or null: it stays in use",
  })
  retiredOn?: string | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

export const LadderPayload = payloadType("LadderPayload", "ladder", () => Ladder, "ladder");
