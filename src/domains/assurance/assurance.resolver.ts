import { ArgsType, Field, Resolver } from "type-graphql";
import { AsOf, Linked, requireReadableEverywhere } from "../access/index";
import { Plan } from "../plan/index";
import { groupsOf, TOLD_BY_GROUPING } from "./assurance.query";
import { AssuranceGroup, AssuranceGrouping, type AssuranceSubject, AssuranceSubjectUnion } from "./assurance.types";

@ArgsType()
class AssuranceArgs extends AsOf {
  @Field(() => AssuranceGrouping, { description: "What they are put together by" })
  groupBy!: AssuranceGrouping;
}

@Resolver(() => Plan)
export class PlanAssuranceResolver {
  @Linked<AssuranceArgs>(
    "PUBLIC",
    () => AssuranceGroup,
    "Its actions counted group by group, in the order of what names the groups; those that nothing names come last",
    (plan, group, { actor }, { groupBy }) => {
      requireReadableEverywhere(actor, ["groupBy"], TOLD_BY_GROUPING[groupBy]);
      return { ...groupsOf(plan, group, groupBy), where: "true", kind: groupBy };
    },
    { list: true, args: () => AssuranceArgs },
  )
  assurance!: AssuranceGroup[];
}

/** The types of what names a group, where that is a row with a key. */
const NAMED_BY: Readonly<Partial<Record<string, string>>> = {
  [AssuranceGrouping.LEAD_AGENCY]: "Agency",
  [AssuranceGrouping.THEME]: "Theme",
  [AssuranceGrouping.OBJECTIVE]: "Objective",
};

@Resolver(() => AssuranceGroup)
export class AssuranceGroupResolver {
  @Linked(
    "PUBLIC",
    () => AssuranceSubjectUnion,
    "What they have in common; null for those that have none, such as no lead agency",
    (group, subject) => {
      const type = NAMED_BY[group.kind ?? ""];
      if (type) return { key: `${group}.key`, type };
      return {
        type: "SectorGroup",
        from: `(select ${group}.key as key) ${subject}`,
        where: `${subject}.key is not null`,
      };
    },
    { nullable: true },
  )
  group!: AssuranceSubject | null;
}
