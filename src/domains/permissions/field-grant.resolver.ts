import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import { userErrorOf } from "../../platform/graphql/user-error";
import { catalogueOf, type RequestContext } from "../access/index";
import { holdsRole, Role } from "../identity/index";
import { Agency, Partnership, partnershipLoaders, PartnershipViewerCan } from "../partnership/index";
import { allGrants, fieldGrantLoaders, grantsEnded, grantsInForce } from "./field-grant.loaders";
import { grantFieldAccess, revokeFieldGrant } from "./field-grant.service";
import {
  FieldGrantConnection,
  FieldGrantPayload,
  type FieldGrantRow,
  FieldGrantView,
  FieldGrantViewerCan,
  GrantFieldAccessInput,
  RevokeFieldGrantInput,
} from "./field-grant.types";

@Resolver()
export class GrantingResolver {
  @Mutation(() => FieldGrantPayload, {
    description:
      "Makes an exception to a field's tier, in force from the next request on, in every replica. For officers of the partnership",
  })
  @Access("PUBLIC")
  grantFieldAccess(
    @Arg("input", () => GrantFieldAccessInput, { description: "The grant" }) input: GrantFieldAccessInput,
    @Ctx() context: RequestContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Promise<FieldGrantPayload> {
    return answered(context, () => grantFieldAccess(context, catalogueOf(schema), input));
  }

  @Mutation(() => FieldGrantPayload, {
    description:
      "Ends a grant, from the next request on; it stays in the list. For officers of the partnership that gave it",
  })
  @Access("PUBLIC")
  revokeFieldGrant(
    @Arg("input", () => RevokeFieldGrantInput, { description: "Which grant" }) input: RevokeFieldGrantInput,
    @Ctx() context: RequestContext,
  ): Promise<FieldGrantPayload> {
    return answered(context, () => revokeFieldGrant(context, input));
  }
}

/** The grant as it now is, or why it was refused. */
async function answered(context: RequestContext, work: () => Promise<string>): Promise<FieldGrantPayload> {
  try {
    const id = await work();
    context.forget();
    return { grant: await context.use(fieldGrantLoaders).grantById.load(id), userErrors: [] };
  } catch (error) {
    const userError = userErrorOf(error);
    if (!userError) throw error;
    return { grant: null, userErrors: [userError] };
  }
}

@Resolver(() => FieldGrantView)
export class FieldGrantResolver {
  @FieldResolver(() => Agency, {
    nullable: true,
    description: "Agency that it is for, its members with it where it is a collective; null where it is for a sector",
  })
  @Access("PARTNERSHIP")
  agency(@Root() { agencyId }: FieldGrantRow, @Ctx() context: RequestContext) {
    return agencyId === null ? null : context.use(partnershipLoaders).agencyById.load(agencyId);
  }

  @FieldResolver(() => FieldGrantViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  viewerCan(@Root() { inForce, partnershipId }: FieldGrantRow, @Ctx() { actor }: RequestContext): FieldGrantViewerCan {
    return { revoke: inForce && holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER) };
  }
}

@Resolver(() => Partnership)
export class PartnershipGrantsResolver {
  @FieldResolver(() => FieldGrantConnection, {
    description: "Field grants, newest first, for members of the partnership to read; empty for everybody else",
  })
  @Access("PUBLIC")
  fieldGrants(
    @Root() { id }: Partnership,
    @Ctx() context: RequestContext,
    @Arg("inForce", () => Boolean, {
      nullable: true,
      description: "True: those that bear today; false: those revoked or past their last day; left out: all",
    })
    inForce: boolean | null,
    @Args(() => PageArgs) page: PageArgs,
  ) {
    const list = inForce === true ? grantsInForce : inForce === false ? grantsEnded : allGrants;
    return context.use(list)(id, pageOf(page));
  }
}

@Resolver(() => PartnershipViewerCan)
export class PartnershipViewerCanGrantResolver {
  @FieldResolver(() => Boolean, { description: "Give and revoke field grants" })
  @Access("PUBLIC")
  grantFieldAccess(@Root() { partnershipId }: PartnershipViewerCan, @Ctx() { actor }: RequestContext): boolean {
    return holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER);
  }
}
