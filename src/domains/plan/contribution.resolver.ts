import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import { Linked, readRows, type RequestContext } from "../access/index";
import { Agency } from "../partnership/index";
import { Assignment } from "./action.entity";
import { Contribution } from "./contribution.entity";
import { SetContributionInput } from "./contribution.inputs";
import { setContribution } from "./contribution.service";
import { ActionPayload } from "./action-payload";
import { namedForAction } from "./plan.links";
import { planLoaders } from "./plan.loaders";

readRows("Contribution", {
  always: ["id", "partnershipId", "actionId"],
  related: { named: namedForAction("action_id") },
});

@Resolver(() => Contribution)
export class ContributionResolver {
  @Linked(
    "PARTNERSHIP",
    () => Agency,
    "The agency that says so: one of a collective's members, where one is named",
    (said) => ({
      key: `${said}.said_by_agency_id`,
    }),
  )
  by!: Agency | null;
}

@Resolver(() => Assignment)
export class AssignmentContributionResolver {
  @Linked(
    "PARTNERSHIP",
    () => Contribution,
    "How the agency says that its own part stands; null where it has said nothing, or where only a post is named",
    (assignment, said) => ({
      where: `${said}.action_id = ${assignment}.action_id and ${said}.agency_id = ${assignment}.agency_id`,
      order: `${said}.version desc`,
    }),
  )
  contribution!: Contribution | null;
}

@Resolver()
export class ContributionWritesResolver {
  @Mutation(() => ActionPayload, {
    description:
      "Says how the part of the caller's own agency in an action stands; what was said before is kept. For contributors and leads of agencies named for the action, directly or through a collective",
  })
  @Access("PUBLIC")
  setContribution(
    @Arg("input", () => SetContributionInput, { description: "How it stands" }) input: SetContributionInput,
    @Ctx() context: RequestContext,
  ): Promise<ActionPayload> {
    return orUserErrors({ action: null }, async () => {
      const id = await context.db.write((send) => setContribution(send, context, input));
      context.forget();
      return { action: await context.use(planLoaders).actionById.load(id) };
    });
  }
}
