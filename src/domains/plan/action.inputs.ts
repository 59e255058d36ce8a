import { ArgsType, Field, ID, InputType, registerEnumType } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { PageAsOf } from "../access/index";
import { ActionStatus, ByWhenKind } from "./action.entity";
import { RatingValue } from "./plan.entity";

@InputType({ description: "Matches a status; the operators given must all hold" })
export class StatusFilter {
  @Field(() => [ActionStatus], { nullable: true, description: "One of these" })
  in?: ActionStatus[] | null;
  @Field(() => Boolean, { nullable: true, description: "True: the status is not known; false: it is" })
  isNull?: boolean | null;
}

@InputType({
  description:
    "Matches the current rating of one dimension; the operators given must all hold. Needs permission to read ratings",
})
export class RatingFilter {
  @Field(() => [RatingValue], { nullable: true, description: "One of these colours" })
  in?: RatingValue[] | null;
  @Field(() => Boolean, { nullable: true, description: "True: not rated; false: rated" })
  isNull?: boolean | null;
}

@InputType({ description: "Days from and to, both included; either may be left out" })
export class DateRange {
  @Field(() => DateScalar, { nullable: true, description: "First day" })
  from?: string | null;
  @Field(() => DateScalar, { nullable: true, description: "Last day" })
  to?: string | null;
}

@InputType({ description: "Which actions; the filters given must all hold" })
export class ActionFilter {
  @Field(() => String, { nullable: true, description: "Slug of the partnership" })
  partnership?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the plan" })
  plan?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the theme" })
  theme?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of the objective" })
  objective?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of a finding that the action or its objective answers" })
  finding?: string | null;
  @Field(() => [String], { nullable: true, description: "References as printed; one of these" })
  reference?: string[] | null;
  @Field(() => StatusFilter, { nullable: true, description: "Status of the action" })
  status?: StatusFilter | null;
  @Field(() => RatingFilter, { nullable: true, description: "Current delivery rating" })
  deliveryRating?: RatingFilter | null;
  @Field(() => RatingFilter, { nullable: true, description: "Current impact rating" })
  impactRating?: RatingFilter | null;
  @Field(() => [ByWhenKind], { nullable: true, description: "Kind of by-when; one of these" })
  byWhenKind?: ByWhenKind[] | null;
  @Field(() => DateRange, {
    nullable: true,
    description: "By-when ends within these days; ongoing and recurring actions never match",
  })
  dueBetween?: DateRange | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Overdue or not today; where it cannot be told, neither matches",
  })
  overdue?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether a current rating is stale. Needs permission to read ratings",
  })
  stale?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      "Whether the current delivery rating rose with nothing but a later by-when. Needs permission to read ratings",
  })
  greenByRedating?: boolean | null;
  @Field(() => ID, { nullable: true, description: "Id of the agency that leads, or is presumed to" })
  leadAgency?: string | null;
  @Field(() => ID, { nullable: true, description: "Id of an agency that is named, directly or through a collective" })
  involves?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      "Id of an agency that the action waits for, itself or as one of a collective, as far as the caller may see",
  })
  waitingOn?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "Words in the reference, title, description, measure or success criteria; 2 to 100 characters",
  })
  search?: string | null;
}

export enum ActionOrderField {
  BY_WHEN = "BY_WHEN",
  REFERENCE = "REFERENCE",
}
registerEnumType(ActionOrderField, {
  name: "ActionOrderField",
  description: "What a list of actions is sorted by",
  valuesConfig: {
    BY_WHEN: { description: "End of the by-when, then reference; actions without a date come last when ascending" },
    REFERENCE: { description: "Reference in natural order: 7.2, 7.10, 36.3" },
  },
});

export enum OrderDirection {
  ASC = "ASC",
  DESC = "DESC",
}
registerEnumType(OrderDirection, {
  name: "OrderDirection",
  description: "Which way a list is sorted",
  valuesConfig: {
    ASC: { description: "Smallest or earliest first" },
    DESC: { description: "Largest or latest first" },
  },
});

@InputType({ description: "How a list of actions is sorted" })
export class ActionOrder {
  @Field(() => ActionOrderField, { description: "What it is sorted by" })
  field!: ActionOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC, description: "Which way" })
  direction!: OrderDirection;
}

/** Which page of which actions in which order; by by-when unless said, a plan's own by reference. */
@ArgsType()
export class ActionListArgs extends PageAsOf {
  @Field(() => ActionFilter, { nullable: true, description: "Which of them" })
  filter?: ActionFilter | null;
  @Field(() => ActionOrder, { nullable: true, description: "In which order" })
  orderBy?: ActionOrder | null;
}

/** The same where the field's own description does not say which order that is. */
@ArgsType()
export class ActionsByWhen extends PageAsOf {
  @Field(() => ActionFilter, { nullable: true, description: "Which of them" })
  filter?: ActionFilter | null;
  @Field(() => ActionOrder, { nullable: true, description: "In which order; by by-when unless given" })
  orderBy?: ActionOrder | null;
}
