import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { payloadType } from "../writing/index";
import { AgendaItem, AgendaItemKind, Business, Decision, DecisionKind, Meeting } from "./meeting.entity";
import { TrackedItemKind } from "./tracked-item.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";

@InputType({ description: "A meeting to plan" })
export class ScheduleMeetingInput {
  @Field(() => ID, { description: "Id of the board" })
  board!: string;
  @Field(() => DateScalar, { description: "Day of the meeting; a board meets once a day" })
  day!: string;
  @Field(() => String, { nullable: true, description: "When it begins, as HH:MM in London" })
  startTime?: string | null;
  @Field(() => String, { nullable: true, description: "Where it is held; at most 1,000 characters" })
  place?: string | null;
}

@InputType({ description: "A meeting that something happens to" })
export class MeetingInput {
  @Field(() => ID, { description: "Id of the meeting" })
  meeting!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "A meeting to call off, and why" })
export class CancelMeetingInput extends MeetingInput {
  @Field(() => String, { description: "Why it is called off; at most 1,000 characters" })
  reason!: string;
}

@InputType({ description: "A paper that goes with an agenda item" })
export class AgendaPaperInput {
  @Field(() => String, { description: "Title of the paper; at most 1,000 characters" })
  title!: string;
  @Field(() => String, { nullable: true, description: "Web address of the paper" })
  link?: string | null;
}

@InputType({ description: "An item for a meeting's agenda; it comes after those that are there" })
export class AddAgendaItemInput {
  @Field(() => ID, { description: "Id of the meeting" })
  meeting!: string;
  @Field(() => String, { description: "Title of the item; at most 1,000 characters" })
  title!: string;
  @Field(() => Business, {
    defaultValue: Business.PUBLIC,
    description: "Public or private business; it never changes, and private business is never published",
  })
  business!: Business;
  @Field(() => AgendaItemKind, { defaultValue: AgendaItemKind.REPORT, description: "What it is for" })
  kind!: AgendaItemKind;
  @Field(() => String, { nullable: true, description: "Notes; at most 10,000 characters" })
  notes?: string | null;
  @Field(() => [AgendaPaperInput], { defaultValue: [], description: "Papers that go with it, in order; 20 at most" })
  papers!: AgendaPaperInput[];
}

@InputType({ description: "Something that a decision asks for" })
export class AskedInput {
  @Field(() => TrackedItemKind, { description: "What is asked for" })
  kind!: TrackedItemKind;
  @Field(() => String, { description: "What is asked, in short; at most 1,000 characters" })
  title!: string;
  @Field(() => String, { nullable: true, description: "Reference that it is cited by, such as a number" })
  reference?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the agency that is asked; with a post alone, the post's own" })
  agency?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the post that is asked" })
  post?: string | null;
  @Field(() => String, { nullable: true, description: "Whom it asks in other words, such as members" })
  askedText?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Day by which it is expected" })
  dueOn?: string | null;
  @Field(() => String, { nullable: true, description: "When it is expected, in words" })
  dueText?: string | null;
  @Field(() => [ID], { defaultValue: [], description: "Ids of the actions that it is about; 50 at most" })
  actions!: string[];
}

@InputType({ description: "What a board decided at a meeting, and what it asks for" })
export class RecordDecisionInput {
  @Field(() => ID, { description: "Id of the meeting, which was held" })
  meeting!: string;
  @Field(() => ID, {
    nullable: true,
    description: "Id of the agenda item that it was taken on; it is private business where that is",
  })
  agendaItem?: string | null;
  @Field(() => Business, {
    nullable: true,
    description: "Public or private business, where no agenda item says so; public when left out",
  })
  business?: Business | null;
  @Field(() => String, {
    nullable: true,
    description: "Number of the minute, unique in the meeting; the next whole number when left out",
  })
  number?: string | null;
  @Field(() => DecisionKind, { description: "What it does" })
  kind!: DecisionKind;
  @Field(() => String, { description: "What was decided; at most 10,000 characters" })
  text!: string;
  @Field(() => [AskedInput], { defaultValue: [], description: "What it asks for, tracked from now on; 50 at most" })
  asks!: AskedInput[];
}

export const MeetingPayload = payloadType("MeetingPayload", "meeting", () => Meeting, "meeting");
export const AgendaItemPayload = payloadType("AgendaItemPayload", "agendaItem", () => AgendaItem, "agenda item");
export const DecisionPayload = payloadType("DecisionPayload", "decision", () => Decision, "decision");
