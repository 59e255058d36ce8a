import { ObjectType, registerEnumType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import type { LimitUnit } from "./ladder.entity";

export enum ChallengeTurnKind {
  ACKNOWLEDGE = "ACKNOWLEDGE",
  RESPOND = "RESPOND",
  AGREE = "AGREE",
  DECIDE = "DECIDE",
}
registerEnumType(ChallengeTurnKind, {
  name: "ChallengeTurnKind",
  description: "What is waited for in a challenge",
  valuesConfig: {
    ACKNOWLEDGE: { description: "That the agency that is challenged says that it has it, and answers" },
    RESPOND: { description: "An answer" },
    AGREE: { description: "Whether what was answered or proposed will do; or it is taken on" },
    DECIDE: { description: "A decision" },
  },
});

export enum ChallengeWhom {
  AGENCY = "AGENCY",
  BUSINESS_UNIT = "BUSINESS_UNIT",
  CHAIR = "CHAIR",
}
registerEnumType(ChallengeWhom, {
  name: "ChallengeWhom",
  description: "Who is waited for in a challenge",
  valuesConfig: {
    AGENCY: { description: "The agency named in `agency`" },
    BUSINESS_UNIT: { description: "The partnership's own officers" },
    CHAIR: { description: "The chair of the partnership" },
  },
});

@ObjectType({ description: "Whose turn it is in a challenge that runs, what is waited for, and how long there is" })
export class ChallengeTurn {
  @Exposed("PUBLIC", () => ChallengeTurnKind, "What is waited for")
  what!: ChallengeTurnKind;
  @Exposed("PUBLIC", () => ChallengeWhom, "Who is waited for")
  who!: ChallengeWhom;
  @Exposed("PUBLIC", () => String, "The name of whoever is waited for")
  name!: string;
  @Exposed("PUBLIC", () => DateTimeScalar, "Until when; null where no clock runs", { nullable: true })
  until!: Date | null;
  @Exposed("PUBLIC", () => DateScalar, "The London day that `until` is the end of; null where no clock runs", {
    nullable: true,
  })
  day!: string | null;
  @Exposed("PUBLIC", () => Boolean, "Whether `until` lies beyond the bank holidays that are published, and may move")
  provisional!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Whether `day` has passed; false where no clock runs")
  overdue!: boolean;

  /** What the stage's limit is counted in, and the name of the calendar by which its working days are. */
  unit!: LimitUnit | null;
  calendar!: string;
  /** The instant as of which it was read. */
  knownAt?: string | null;
}
