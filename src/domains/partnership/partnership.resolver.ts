import { Arg, Ctx, FieldResolver, ID, ObjectType, Query, Resolver, Root } from "type-graphql";
import { NotFoundError } from "../../platform/errors/index";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import type { RequestContext } from "../access/index";
import { Agency, AgencyKind, Post } from "./agency.entity";
import { Partnership } from "./partnership.entity";
import { partnershipLoaders } from "./partnership.loaders";
import { PartnershipViewerCan } from "./viewer-can";

@ObjectType({ description: "An agency's code in somebody else's register" })
export class ExternalCode {
  @Exposed("PUBLIC", () => String, "The register: GSS, ODS, URN, police force")
  scheme!: string;
  @Exposed("PUBLIC", () => String, "The code in it")
  value!: string;
}

@Resolver(() => Partnership)
export class PartnershipResolver {
  @Query(() => Partnership, {
    nullable: true,
    description: "The partnership of that slug; NOT_FOUND where there is none that the caller may see",
  })
  @Access("PUBLIC")
  async partnership(
    @Arg("slug", () => String, { description: "Short name in addresses" }) slug: string,
    @Ctx() context: RequestContext,
  ) {
    const partnership = await context.use(partnershipLoaders).partnershipBySlug.load(slug);
    if (!partnership) throw new NotFoundError();
    return partnership;
  }

  @FieldResolver(() => [Agency], {
    description: "Agencies of the partnership, those that have ended included, by name",
  })
  @Access("PUBLIC")
  agencies(@Root() { id }: Partnership, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).agenciesOfPartnership.load(id);
  }

  @FieldResolver(() => PartnershipViewerCan, { description: "What the caller can do in it now" })
  @Access("PUBLIC")
  viewerCan(@Root() { id }: Partnership): PartnershipViewerCan {
    return { partnershipId: id };
  }
}

@Resolver(() => Agency)
export class AgencyResolver {
  @Query(() => Agency, {
    nullable: true,
    description: "The agency of that id; NOT_FOUND where there is none that the caller may see",
  })
  @Access("PUBLIC")
  async agency(@Arg("id", () => ID, { description: "Id of the agency" }) id: string, @Ctx() context: RequestContext) {
    const key = keyOf("Agency", id);
    const agency = key && (await context.use(partnershipLoaders).agencyById.load(key));
    if (!agency) throw new NotFoundError();
    return agency;
  }

  @FieldResolver(() => [String], { description: "Other ways in which its name is written in plans" })
  @Access("PUBLIC")
  async aliases(@Root() { id }: Agency, @Ctx() context: RequestContext) {
    return (await context.use(partnershipLoaders).aliasesOfAgency.load(id)).map(({ alias }) => alias);
  }

  @FieldResolver(() => [ExternalCode], { description: "Codes of the agency in other registers" })
  @Access("PUBLIC")
  codes(@Root() { id }: Agency, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).codesOfAgency.load(id);
  }

  @FieldResolver(() => [Agency], {
    description: "Organisations that a collective stands for today; empty for an organisation",
  })
  @Access("PUBLIC")
  members(@Root() { id, kind }: Agency, @Ctx() context: RequestContext) {
    return kind === AgencyKind.COLLECTIVE ? context.use(partnershipLoaders).membersOfCollective.load(id) : [];
  }

  @FieldResolver(() => [Agency], {
    description: "Collectives that it is a member of today; what is assigned to them is on its list",
  })
  @Access("PUBLIC")
  collectives(@Root() { id }: Agency, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).collectivesOfAgency.load(id);
  }

  @FieldResolver(() => Agency, {
    nullable: true,
    description: "The agency that took over from it; null while none has",
  })
  @Access("PUBLIC")
  successor(@Root() { successorId }: Agency, @Ctx() context: RequestContext) {
    return successorId ? context.use(partnershipLoaders).agencyById.load(successorId) : null;
  }

  @FieldResolver(() => Partnership, { description: "The partnership that it belongs to" })
  @Access("PUBLIC")
  partnership(@Root() { partnershipId }: Agency, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).partnershipById.load(partnershipId);
  }
}

@Resolver(() => Post)
export class PostResolver {
  @FieldResolver(() => Agency, { nullable: true, description: "The agency that the post is in; null if not recorded" })
  @Access("PUBLIC")
  agency(@Root() { agencyId }: Post, @Ctx() context: RequestContext) {
    return agencyId ? context.use(partnershipLoaders).agencyById.load(agencyId) : null;
  }
}
