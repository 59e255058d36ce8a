import { createUnionType, Int, ObjectType, registerEnumType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { Agency, Sector } from "../partnership/index";
import { Objective, RatingValue, Theme } from "../plan/index";

export enum AssuranceGrouping {
  LEAD_AGENCY = "LEAD_AGENCY",
  SECTOR = "SECTOR",
  THEME = "THEME",
  OBJECTIVE = "OBJECTIVE",
}
registerEnumType(AssuranceGrouping, {
  name: "AssuranceGrouping",
  description: "What actions are put together by, to be counted",
  valuesConfig: {
    LEAD_AGENCY: { description: "The agency that leads, or is presumed to while the lead is unconfirmed" },
    SECTOR: { description: "The sector of that agency" },
    THEME: { description: "The section of the plan that they stand under" },
    OBJECTIVE: { description: "The objective that they serve" },
  },
});

@ObjectType({ description: "The agencies of one sector, as a group of actions is named by it" })
export class SectorGroup {
  @Exposed("PUBLIC", () => Sector, "The sector")
  sector!: Sector;
}

/** What a group is named by, with the name of its type: that is how the union is told apart. */
export type AssuranceSubject = { __typename: string } & object;

export const AssuranceSubjectUnion = createUnionType({
  name: "AssuranceSubject",
  description: "What the actions of a group have in common: which of these it is follows from `groupBy`",
  types: () => [Agency, SectorGroup, Theme, Objective] as const,
  resolveType: (subject) => (subject as unknown as AssuranceSubject).__typename,
});

@ObjectType({ description: "How many actions of a group stand at one delivery rating and one impact rating" })
export class AssuranceCell {
  @Exposed("PUBLIC", () => RatingValue, "Current delivery rating; null for not rated", { nullable: true })
  delivery!: RatingValue | null;
  @Exposed("PUBLIC", () => RatingValue, "Current impact rating; null for not rated", { nullable: true })
  impact!: RatingValue | null;
  @Exposed("PUBLIC", () => Int, "Number of actions")
  count!: number;
}

@ObjectType({
  description:
    "Actions of a plan that have one thing in common, counted at the moment of asking; superseded actions are history and are not counted",
})
export class AssuranceGroup {
  partnershipId!: string;

  @Exposed("PUBLIC", () => Int, "Number of actions")
  actions!: number;

  @Exposed("PUBLIC", () => Int, "Number whose by-when has passed and that are not completed")
  overdue!: number;

  @Exposed("PUBLIC", () => Int, "Number of which it cannot be told: the record of completion was lost")
  overdueUnknown!: number;

  @Exposed("PARTNERSHIP", () => Int, "Number with a stale rating")
  stale!: number;

  @Exposed("PARTNERSHIP", () => Int, "Number of which delivery, impact or both are not rated")
  unrated!: number;

  @Exposed("PARTNERSHIP", () => Int, "Number done that made no difference yet: delivery is green and impact is red")
  divergent!: number;

  @Exposed(
    "PARTNERSHIP",
    () => AssuranceCell,
    "Delivery against impact: red, amber, green, not rated, one by the other; a pair that is not here stands at nought",
    { list: true },
  )
  matrix!: AssuranceCell[];
}
