import { Field, ID, InputType, Int } from "type-graphql";
import { Action, Plan } from "../plan/index";
import { payloadType } from "../writing/index";
import { HighlightReport } from "./sign-off.entity";

const VERSION = "`Action.version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";

@InputType({ description: "The lead agency's word that an action's target was met and that the change is embedded" })
export class FileHighlightReportInput {
  @Field(() => ID, { description: "Id of the action, both of whose ratings are green" })
  action!: string;
  @Field(() => ID, {
    nullable: true,
    description: "Which of the caller's own agencies files it; needed only where it writes for several",
  })
  agency?: string | null;
  @Field(() => String, { description: "How the target was met; at most 10,000 characters" })
  targetMet!: string;
  @Field(() => String, { description: "How it is embedded, so that it lasts; at most 10,000 characters" })
  embedded!: string;
  @Field(() => String, {
    nullable: true,
    description: "What shows it; at most 10,000 characters. This, or links, must be there",
  })
  evidence?: string | null;
  @Field(() => [String], { defaultValue: [], description: "Web addresses of what shows it; 20 at most" })
  links!: string[];
}

@InputType({ description: "An action that a board signed off" })
export class SignOffActionInput {
  @Field(() => ID, { description: "Id of the action, which is completed and green in both ratings" })
  action!: string;
  @Field(() => ID, { description: "Id of the board's decision, of the kind SIGN_OFF" })
  decision!: string;
  @Field(() => ID, {
    nullable: true,
    description: "Id of the highlight report that is accepted; the newest when left out",
  })
  highlightReport?: string | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "A sign-off that a board took back, and why" })
export class RevertSignOffInput {
  @Field(() => ID, { description: "Id of the action, which is signed off" })
  action!: string;
  @Field(() => ID, { description: "Id of the board's decision, of the kind REVERT_SIGN_OFF" })
  decision!: string;
  @Field(() => String, { description: "Why it is taken back; at most 1,000 characters" })
  reason!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "A plan that a board signed off as concluded" })
export class SignOffPlanInput {
  @Field(() => ID, { description: "Id of the plan" })
  plan!: string;
  @Field(() => ID, { description: "Id of the board's decision, of the kind SIGN_OFF_PLAN" })
  decision!: string;
}

@InputType({ description: "A plan that is handed over: to a board, or to a plan that carries on its open actions" })
export class HandOverPlanInput {
  @Field(() => ID, { description: "Id of the plan" })
  plan!: string;
  @Field(() => ID, { description: "Id of the board's decision, of the kind HAND_OVER" })
  decision!: string;
  @Field(() => ID, { nullable: true, description: "Id of the board that oversees it from then on; this or toPlan" })
  toBoard?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the plan that follows; this or toBoard" })
  toPlan?: string | null;
}

export const HighlightReportPayload = payloadType(
  "HighlightReportPayload",
  "highlightReport",
  () => HighlightReport,
  "highlight report",
);
export const ActionSignOffPayload = payloadType("ActionSignOffPayload", "action", () => Action, "action");
export const PlanSignOffPayload = payloadType("PlanSignOffPayload", "plan", () => Plan, "plan");
