import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { type DateRevisionState, RatingDimension } from "../plan/index";
import { RatingBasis } from "../reporting/index";

export enum PlanChangeKind {
  ENTERED = "ENTERED",
  LEFT = "LEFT",
  STATUS_CHANGED = "STATUS_CHANGED",
  RE_RATED = "RE_RATED",
  RE_DATED = "RE_DATED",
  NEWLY_OVERDUE = "NEWLY_OVERDUE",
}
registerEnumType(PlanChangeKind, {
  name: "PlanChangeKind",
  description: "What became of an action between two instants",
  valuesConfig: {
    ENTERED: { description: "It came into the plan, or back into it" },
    LEFT: { description: "It left the plan: removed, merged into another or carried into another plan" },
    STATUS_CHANGED: { description: "It stands elsewhere in its life" },
    RE_RATED: { description: "A current rating is another colour, or is one where there was none" },
    RE_DATED: { description: "Its by-when was moved" },
    NEWLY_OVERDUE: { description: "Its by-when has passed since, and it is not completed" },
  },
});

@InputType({
  description:
    "Two instants or two meetings: from what was known at the one to what was known at the other. A meeting is taken as when it began: at its start, or with its day where no start is recorded",
})
export class ChangesBetween {
  @Field(() => DateTimeScalar, { nullable: true, description: "The earlier of the two; this or `fromMeeting`" })
  from?: Date | null;
  @Field(() => ID, { nullable: true, description: "Id of the meeting that is the earlier of the two" })
  fromMeeting?: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "The later of the two; now unless this or `toMeeting` is given",
  })
  to?: Date | null;
  @Field(() => ID, { nullable: true, description: "Id of the meeting that is the later of the two" })
  toMeeting?: string | null;
}

@ArgsType()
export class PlanChangesArgs {
  @Field(() => ChangesBetween, { description: "Between what" })
  between!: ChangesBetween;
}

@ObjectType({ description: "What became of one action of a plan between two instants, and why" })
export class PlanChange {
  partnershipId!: string;
  actionId!: string;
  agencyId!: string | null;
  byWhenEnd!: string | null;
  status!: string | null;
  movedBy!: DateRevisionState | null;
  decidedOn!: string | null;
  @Exposed("PARTNERSHIP", () => PlanChangeKind, "What became of it")
  kind!: PlanChangeKind;
  @Exposed("PARTNERSHIP", () => String, "The action's reference, also where it is gone")
  reference!: string;
  @Exposed("PARTNERSHIP", () => String, "What the action is, in short, also where it is gone")
  title!: string;
  @Exposed("PARTNERSHIP", () => RatingDimension, "Which rating changed; null for other changes")
  dimension!: RatingDimension | null;
  @Exposed("PARTNERSHIP", () => String, "What it was before: a colour, a status, the words of the by-when; null: none")
  before!: string | null;
  @Exposed("PARTNERSHIP", () => String, "What it was after; null: none")
  after!: string | null;
  @Exposed("PARTNERSHIP", () => RatingBasis, "Of a rating that changed, whose judgement the new one is")
  basis!: RatingBasis | null;
  @Exposed("PARTNERSHIP", () => DateScalar, "Of a rating that changed, the day as at which the new one was given")
  asAt!: string | null;
}
