import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { payloadType } from "../writing/index";
import { ReminderPolicy, RemindedOf } from "./reminder-policy.entity";
import { Rule, RuleEffect, RuleKind } from "./rule.entity";

const VERSION = "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is";
const WORKING_DAYS =
  "Working days that must have passed since it came about, at most 260; at least 1 where a day was due";
const LADDER =
  "Id of the ladder that a challenge is raised on, for a rule that raises. Where none is named: the only one in use";

@InputType({ description: "A rule to make. It is off until it is switched on" })
export class CreateRuleInput {
  @Field(() => ID, { description: "Id of the partnership" })
  partnership!: string;
  @Field(() => RuleKind, { description: "What it looks for; this never changes" })
  kind!: RuleKind;
  @Field(() => String, { description: "Name, unique in the partnership; at most 1,000 characters" })
  name!: string;
  @Field(() => Int, { description: WORKING_DAYS })
  workingDays!: number;
  @Field(() => RuleEffect, { description: "What comes of what it finds" })
  effect!: RuleEffect;
  @Field(() => ID, {
    nullable: true,
    description: "Id of the indicator, for ATTENDANCE_BELOW_TARGET and for no other kind",
  })
  indicator?: string | null;
  @Field(() => ID, { nullable: true, description: LADDER })
  ladder?: string | null;
}

@InputType({ description: "What to change of a rule; what is left out stays. What it found before stays found" })
export class ChangeRuleInput {
  @Field(() => ID, { description: "Id of the rule" })
  rule!: string;
  @Field(() => String, { nullable: true, description: "Another name" })
  name?: string | null;
  @Field(() => Int, { nullable: true, description: WORKING_DAYS })
  workingDays?: number | null;
  @Field(() => RuleEffect, { nullable: true, description: "What comes of what it finds" })
  effect?: RuleEffect | null;
  @Field(() => ID, { nullable: true, description: `${LADDER}. Null: none is named any more` })
  ladder?: string | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "Switches a rule on or off" })
export class SwitchRuleInput {
  @Field(() => ID, { description: "Id of the rule" })
  rule!: string;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "Instant from which it is on, now or later: what came about before that day is never raised. Null: it is off",
  })
  onFrom?: Date | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "A rule to retire" })
export class RetireRuleInput {
  @Field(() => ID, { description: "Id of the rule" })
  rule!: string;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "When people are reminded of one kind of thing: all of it, as it is to be" })
export class SetReminderPolicyInput {
  @Field(() => ID, { description: "Id of the partnership" })
  partnership!: string;
  @Field(() => RemindedOf, { description: "What people are reminded of" })
  about!: RemindedOf;
  @Field(() => Int, {
    nullable: true,
    description: "Working days before the day due, from 1 to 60; null or left out: not before it",
  })
  daysBefore?: number | null;
  @Field(() => Boolean, { description: "Whether on the day itself" })
  onTheDay!: boolean;
  @Field(() => Int, {
    nullable: true,
    description: "Working days after the day due, from 1 to 60; null or left out: not after it",
  })
  daysAfter?: number | null;
  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: "Days in London, both included" })
export class DaysBetweenInput {
  @Field(() => DateScalar, { description: "First day: the rule is tried as if it had been switched on then" })
  from!: string;
  @Field(() => DateScalar, { description: "Last day" })
  to!: string;
}

/** Something that a rule would have found. */
@ObjectType({ description: "Something that a rule would have found" })
export class RuleTrialFinding {
  partnershipId!: string;
  actionId!: string | null;
  indicatorId!: string | null;
  agencyId!: string | null;
  againstId!: string | null;
  @Exposed("OVERSIGHT", () => DateScalar, "Day on which it would have been found")
  day!: string;
  @Exposed("OVERSIGHT", () => DateScalar, "Day on which it came about")
  since!: string;
}

@ObjectType({ description: "What a rule would have found" })
export class RuleTrial {
  partnershipId!: string;
  @Exposed("OVERSIGHT", () => Int, "Number of days on which it would have looked")
  days!: number;
  @Exposed(
    "OVERSIGHT",
    () => DateTimeScalar,
    "First instant of which anything is known: of earlier days nothing can be found. Null where nothing is known",
    { nullable: true },
  )
  knownFrom!: Date | null;
  @Exposed("OVERSIGHT", () => Int, "Number of findings")
  total!: number;
  @Exposed(
    "OVERSIGHT",
    () => RuleTrialFinding,
    "The first 200 of them, by the day on which they would have been found",
    {
      list: true,
    },
  )
  findings!: RuleTrialFinding[];
}

export const RulePayload = payloadType("RulePayload", "rule", () => Rule, "rule");
export const ReminderPolicyPayload = payloadType(
  "ReminderPolicyPayload",
  "reminderPolicy",
  () => ReminderPolicy,
  "policy",
);
