import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { Precision } from "./action.entity";
import { DateRevision } from "./date-revision.entity";

const EXPECTED = "`Action.version` that the caller saw; CONFLICT where it has moved on. Left out: whatever it is now";
const TO = "The day to move it to; with a precision of MONTH, QUARTER or YEAR the last day of that in which it is";
const PRECISION =
  "How precise the new by-when is; DAY unless given. The words are made from it: 31 March 2019, March 2019";

@InputType({ description: "A request of the agency that leads an action to move its by-when" })
export class RequestDateRevisionInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => DateScalar, { description: `${TO}. Not before today` })
  to!: string;
  @Field(() => Precision, { nullable: true, description: PRECISION })
  precision?: Precision | null;
  @Field(() => String, { description: "Why it has to move, for those named for the action and the business unit" })
  reason!: string;
  @Field(() => ID, {
    nullable: true,
    description:
      "Which of the caller's own agencies asks; needed only where the caller writes for several in the partnership",
  })
  agency?: string | null;
  @Field(() => Int, { nullable: true, description: EXPECTED })
  expectedVersion?: number | null;
}

@InputType({ description: "An officer's decision on a request to move a by-when" })
export class DecideDateRevisionInput {
  @Field(() => ID, { description: "Id of the request" })
  dateRevision!: string;
  @Field(() => String, { description: "Why; where the by-when moves, the whole partnership reads it" })
  reason!: string;
  @Field(() => Int, { nullable: true, description: EXPECTED })
  expectedVersion?: number | null;
}

@InputType({ description: "A request to move a by-when that is taken back" })
export class WithdrawDateRevisionInput {
  @Field(() => ID, { description: "Id of the request" })
  dateRevision!: string;
}

@InputType({ description: "A by-when that an officer moves without being asked" })
export class MoveByWhenInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => DateScalar, { description: TO })
  to!: string;
  @Field(() => Precision, { nullable: true, description: PRECISION })
  precision?: Precision | null;
  @Field(() => String, { description: "Why, for the whole partnership to read" })
  reason!: string;
  @Field(() => Int, { nullable: true, description: EXPECTED })
  expectedVersion?: number | null;
}

@InputType({ description: "When an action that has no date to be done by is next looked at" })
export class SetReviewDateInput {
  @Field(() => ID, { description: "Id of the action" })
  action!: string;
  @Field(() => DateScalar, { nullable: true, description: "The day, not before today; null or left out: none is set" })
  reviewOn?: string | null;
  @Field(() => Int, { nullable: true, description: EXPECTED })
  expectedVersion?: number | null;
}

@ObjectType({ description: "Outcome of asking for a move of a by-when, deciding on it, taking it back or making one" })
export class DateRevisionPayload {
  @Exposed("PUBLIC", () => DateRevision, "The revision as it now stands; null where nothing was done", {
    nullable: true,
  })
  dateRevision!: DateRevision | null;
  @Exposed("PUBLIC", () => UserError, "Why nothing was done; empty when it was", { list: true })
  userErrors!: UserError[];
}
