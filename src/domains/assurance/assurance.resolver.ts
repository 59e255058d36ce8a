import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { requireReadable, type RequestContext } from "../access/index";
import { Plan } from "../plan/index";
import { assuranceLoaders, TOLD_BY_GROUPING } from "./assurance.query";
import { AssuranceGroup, AssuranceGrouping } from "./assurance.types";

@Resolver(() => Plan)
export class PlanAssuranceResolver {
  @FieldResolver(() => [AssuranceGroup], {
    description:
      "Its actions counted group by group, in the order of what names the groups; those that nothing names come last",
  })
  @Access("PUBLIC")
  assurance(
    @Root() { id, partnershipId }: Plan,
    @Arg("groupBy", () => AssuranceGrouping, { description: "What they are put together by" })
    groupBy: AssuranceGrouping,
    @Ctx() context: RequestContext,
  ) {
    requireReadable(context.actor, partnershipId, ["groupBy"], TOLD_BY_GROUPING[groupBy]);
    return context.use(assuranceLoaders[groupBy]).load(id);
  }
}
