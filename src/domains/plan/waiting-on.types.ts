import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";

export enum WaitingOn {
  BLOCKED_BY_ACTION = "BLOCKED_BY_ACTION",
  CONTRIBUTION = "CONTRIBUTION",
  DATE_DECISION = "DATE_DECISION",
  IMPACT_RATING = "IMPACT_RATING",
  LEAD_UNCONFIRMED = "LEAD_UNCONFIRMED",
  REVIEW_DUE = "REVIEW_DUE",
  UPDATE_DUE = "UPDATE_DUE",
  UPDATE_RETURNED = "UPDATE_RETURNED",
  UPDATE_TO_ACCEPT = "UPDATE_TO_ACCEPT",
}
registerEnumType(WaitingOn, {
  name: "WaitingOn",
  description: "What an action waits for",
  valuesConfig: {
    BLOCKED_BY_ACTION: { description: "Another action is to be done first; its lead is waited for" },
    CONTRIBUTION: {
      description:
        "The by-when has passed and an agency beside the lead has not said that its part is done; or it has said that it cannot",
    },
    DATE_DECISION: { description: "The lead has asked for the by-when to be moved, and nobody has decided" },
    IMPACT_RATING: {
      description:
        "It is completed, and whether it made a difference is not rated; where a day was set to judge that, from that day on",
    },
    LEAD_UNCONFIRMED: { description: "Who leads it is not confirmed" },
    REVIEW_DUE: { description: "It has no day to be done by, and its review date has come" },
    UPDATE_DUE: { description: "No progress was reported within the reporting cadence" },
    UPDATE_RETURNED: { description: "A progress update was returned and has not been submitted again" },
    UPDATE_TO_ACCEPT: { description: "A progress update was submitted, and neither accepted nor returned" },
  },
});

export enum Whom {
  AGENCY = "AGENCY",
  BUSINESS_UNIT = "BUSINESS_UNIT",
  POST = "POST",
  UNTOLD = "UNTOLD",
}
registerEnumType(Whom, {
  name: "Whom",
  description: "Who is waited for",
  valuesConfig: {
    AGENCY: { description: "The agency named in `agency`" },
    BUSINESS_UNIT: { description: "The partnership's own officers" },
    POST: { description: "The post named in `post`, of no recorded agency" },
    UNTOLD: {
      description:
        "The agency that leads or the business unit: whether an update has been submitted is known to its author and oversight until it is accepted",
    },
  },
});

@ObjectType({ description: "One thing that an action waits for, derived from the rows as they stand and never stored" })
export class Wait {
  partnershipId!: string;
  @Exposed("PUBLIC", () => WaitingOn, "What it waits for")
  what!: WaitingOn;
  @Exposed("PUBLIC", () => Whom, "Who is waited for")
  who!: Whom;
  @Exposed("PUBLIC", () => DateScalar, "Since which day; null where the records do not tell", { nullable: true })
  since!: string | null;
}

@ObjectType({ description: "How many actions wait for one thing" })
export class WaitCount {
  @Exposed("PUBLIC", () => WaitingOn, "What they wait for")
  what!: WaitingOn;
  @Exposed("PUBLIC", () => Int, "Number of actions")
  actions!: number;
}

@ObjectType({ description: "Somebody who is waited for, and for how many actions" })
export class Awaited {
  partnershipId!: string;
  @Exposed("PUBLIC", () => Whom, "Who is waited for")
  who!: Whom;
  @Exposed("PUBLIC", () => Int, "Number of actions that wait, each counted once however much it waits for")
  actions!: number;
  @Exposed("PUBLIC", () => DateScalar, "Since which day the first of them waits; null where the records do not tell", {
    nullable: true,
  })
  since!: string | null;
  @Exposed("PUBLIC", () => WaitCount, "What they wait for, the most frequent first", { list: true })
  byWhat!: WaitCount[];
}
