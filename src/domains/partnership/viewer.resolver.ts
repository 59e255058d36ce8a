import { Ctx, FieldResolver, ID, ObjectType, Query, Resolver, Root } from "type-graphql";
import { UnauthenticatedError } from "../../platform/errors/index";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { globalId } from "../../platform/graphql/ids";
import { Node } from "../../platform/graphql/node";
import type { RequestContext } from "../access/index";
import { type Actor, type HeldMembership, Role } from "../identity/index";
import { Agency } from "./agency.entity";
import { Partnership } from "./partnership.entity";
import { partnershipLoaders } from "./partnership.loaders";

@ObjectType("Membership", {
  description: "What somebody may act as, and where, from a day to a day; seen by themselves and by who manages them",
  implements: Node,
})
export class MembershipView {
  @Exposed("PUBLIC", () => Role, "The role")
  role!: Role;
}

@ObjectType({ description: "Whoever is asking" })
export class Viewer {
  @Exposed("PUBLIC", () => String, "The post or service that the caller is known as", { nullable: true })
  label!: string | null;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, {
    nullable: true,
    description: "Whoever is asking; UNAUTHENTICATED for a caller without a token",
  })
  @Access("PUBLIC")
  viewer(@Ctx() { actor }: RequestContext): Actor {
    if (actor.person === null)
      throw new UnauthenticatedError("Sign in to ask about yourself: this request carries no token.");
    return actor;
  }

  @FieldResolver(() => ID, { description: "Id of the caller as an `Actor`" })
  @Access("PUBLIC")
  id(@Root() { person }: Actor) {
    return globalId("Actor", person ?? "");
  }

  @FieldResolver(() => [MembershipView], { description: "What the caller holds today" })
  @Access("PUBLIC")
  memberships(@Root() { memberships }: Actor) {
    return memberships;
  }

  @FieldResolver(() => Agency, {
    nullable: true,
    description:
      "The caller's agency: that of its first membership that names one; null for officers and others bound to a partnership",
  })
  @Access("PUBLIC")
  agency(@Root() { memberships }: Actor, @Ctx() context: RequestContext) {
    const agencyId = memberships.find(({ agency }) => agency !== null)?.agency;
    return agencyId ? context.use(partnershipLoaders).agencyById.load(agencyId) : null;
  }
}

@Resolver(() => MembershipView)
export class MembershipResolver {
  @FieldResolver(() => Partnership, {
    nullable: true,
    description: "The partnership; null for a platform administrator",
  })
  @Access("PUBLIC")
  partnership(@Root() { partnership }: HeldMembership, @Ctx() context: RequestContext) {
    return partnership ? context.use(partnershipLoaders).partnershipById.load(partnership) : null;
  }

  @FieldResolver(() => Agency, { nullable: true, description: "The agency; null for a role bound to a partnership" })
  @Access("PUBLIC")
  agency(@Root() { agency }: HeldMembership, @Ctx() context: RequestContext) {
    return agency ? context.use(partnershipLoaders).agencyById.load(agency) : null;
  }
}
