import { Ctx, FieldResolver, ID, ObjectType, Resolver, Root } from "type-graphql";
import { UnauthenticatedError } from "../../platform/errors/index";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { globalId } from "../../platform/graphql/ids";
import { Node } from "../../platform/graphql/node";
import { Derived, Linked, readRows, type RequestContext, RootLinked } from "../access/index";
import { type HeldMembership, Role } from "../identity/index";
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

/** Whoever is asking has no row: what there is to tell the request knows already. */
@ObjectType({ description: "Whoever is asking" })
export class Viewer {}
readRows("Viewer", { always: [] });

@Resolver(() => Viewer)
export class ViewerResolver {
  @RootLinked(
    () => Viewer,
    "Whoever is asking; UNAUTHENTICATED for a caller without a token",
    (query, _viewer, { actor }) => {
      if (actor.person === null)
        throw new UnauthenticatedError("Sign in to ask about yourself: this request carries no token.");
      return query;
    },
  )
  viewer!: Viewer | null;

  @Derived<Viewer>("PUBLIC", () => String, "The post or service that the caller is known as", [], { nullable: true })
  label(_viewer: Viewer, { actor }: RequestContext): string | null {
    return actor.label;
  }

  @Derived<Viewer>("PUBLIC", () => ID, "Id of the caller as an `Actor`", [])
  id(_viewer: Viewer, { actor }: RequestContext): string {
    return globalId("Actor", actor.person ?? "");
  }

  @FieldResolver(() => [MembershipView], { description: "What the caller holds today" })
  @Access("PUBLIC")
  memberships(@Ctx() { actor }: RequestContext) {
    return actor.memberships;
  }

  @Linked(
    "PUBLIC",
    () => Agency,
    "The caller's agency: that of its first membership that names one; null for officers and others bound to a partnership",
    (_viewer, _agency, { actor }, _args, $) => {
      const mine = actor.memberships.find(({ agency }) => agency !== null);
      return mine ? { key: `${$(mine.agency)}::uuid`, partnershipId: mine.partnership ?? undefined } : null;
    },
    { nullable: true },
  )
  agency!: Agency | null;
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
