import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { payloadType } from "../writing/index";
import { Challenge, ChallengeGround } from "./challenge.entity";
import { OutOfScope } from "./ladder.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";

@InputType({ description: "Something to be held against an agency, and what it is about" })
export class RaiseChallengeInput {
  @Field(() => ID, { description: "Id of the agency that is challenged" })
  against!: string;
  @Field(() => String, { description: "What it is about, in a line; at most 1,000 characters" })
  subject!: string;
  @Field(() => String, {
    nullable: true,
    description: "What is held, and what is asked for; at most 10,000 characters",
  })
  detail?: string | null;
  @Field(() => ChallengeGround, { defaultValue: ChallengeGround.DISAGREEMENT, description: "Why it is raised" })
  ground!: ChallengeGround;
  @Field(() => ID, { nullable: true, description: "Id of the ladder; needed where the partnership has several in use" })
  ladder?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the action that it is about" })
  action?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: "Id of the agency that it is about; the one that is challenged where it is about nothing else",
  })
  aboutAgency?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the tracked item that it is about" })
  trackedItem?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the indicator that it is about" })
  indicator?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Last day of the period, where it is about what an agency was to return for one: of one of the plan's `reportingPeriods`; of an indicator, from 1900 to a year from now",
  })
  periodEnd?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "Which of the caller's own agencies raises it; needed only where it leads several, or is also an officer or the chair and raises it for its agency",
  })
  agency?: string | null;
  @Field(() => [ID], { nullable: true, description: "Ids of other agencies that take part, at most 20; they read it" })
  involved?: string[] | null;
  @Field(() => [OutOfScope], {
    nullable: true,
    description: "What it is besides, of what some ladders leave out; refused where this one does",
  })
  matters?: OutOfScope[] | null;
  @Field(() => String, {
    nullable: true,
    description: "Why a child is at immediate risk, where that is so; at most 1,000 characters",
  })
  immediateRisk?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: "Number of the stage to begin at; the first when left out. A higher one takes `immediateRisk`",
  })
  stage?: number | null;
}

@InputType({ description: "A challenge that something happens to" })
export class ChallengeInput {
  @Field(() => ID, { description: "Id of the challenge" })
  challenge!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "A challenge, and what is said of it" })
export class ChallengeTextInput extends ChallengeInput {
  @Field(() => String, { description: "What is said; at most 10,000 characters" })
  text!: string;
}

@InputType({ description: "A challenge to take to a higher stage, and why" })
export class EscalateChallengeInput extends ChallengeInput {
  @Field(() => String, { description: "Why it goes on; at most 10,000 characters" })
  reason!: string;
  @Field(() => Int, {
    nullable: true,
    description: "Number of the stage; the next when left out. To leave one out takes `immediateRisk`",
  })
  toStage?: number | null;
  @Field(() => String, {
    nullable: true,
    description: "Why a child is at immediate risk, where that is so; at most 1,000 characters",
  })
  immediateRisk?: string | null;
}

export const ChallengePayload = payloadType("ChallengePayload", "challenge", () => Challenge, "challenge");
