import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { connectionTypeOf, PageArgs, pageOf } from "../../../platform/graphql/connection";
import { Access } from "../../../platform/graphql/exposed";
import { RecordOpening, type RequestContext } from "../../access/index";
import { holdsRole, leadsAgency, Role } from "../../identity/index";
import { Agency, Partnership, partnershipLoaders } from "../../partnership/index";
import { Action, planLoaders } from "../../plan/index";
import { openingLoaders, openingsOfAgency, openingsOfPartnership } from "./opening.loaders";
import { RecordOpeningViewerCan } from "./opening.types";

const RecordOpeningConnection = connectionTypeOf("RecordOpening", () => RecordOpening);

async function labelOf(context: RequestContext, person: string | null): Promise<string | null> {
  return person ? ((await context.use(openingLoaders).labelOfPerson.load(person))?.label ?? null) : null;
}

@Resolver(() => RecordOpening)
export class RecordOpeningResolver {
  @FieldResolver(() => Action, { nullable: true, description: "The action whose drafts were opened" })
  @Access("OWNER")
  action(@Root() { actionId }: RecordOpening, @Ctx() context: RequestContext) {
    return context.use(planLoaders).actionById.load(actionId);
  }

  @FieldResolver(() => Agency, { nullable: true, description: "The agency whose drafts were opened" })
  @Access("OWNER")
  agency(@Root() { agencyId }: RecordOpening, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).agencyById.load(agencyId);
  }

  @FieldResolver(() => String, { nullable: true, description: "Post of the officer who opened them; never a name" })
  @Access("OWNER")
  openedBy(@Root() { openedBy }: RecordOpening, @Ctx() context: RequestContext) {
    return labelOf(context, openedBy);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Post of the agency's lead who said that it knows; null while nobody has",
  })
  @Access("OWNER")
  acknowledgedBy(@Root() { acknowledgedBy }: RecordOpening, @Ctx() context: RequestContext) {
    return labelOf(context, acknowledgedBy);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Post of the chair who reviewed it; null while nobody has",
  })
  @Access("OWNER")
  reviewedBy(@Root() { reviewedBy }: RecordOpening, @Ctx() context: RequestContext) {
    return labelOf(context, reviewedBy);
  }

  @FieldResolver(() => RecordOpeningViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  viewerCan(@Root() opening: RecordOpening, @Ctx() { actor }: RequestContext): RecordOpeningViewerCan {
    const { agencyId, partnershipId, openedBy, acknowledgedAt, reviewedAt } = opening;
    return {
      acknowledge: acknowledgedAt === null && leadsAgency(actor, agencyId),
      review:
        reviewedAt === null && openedBy !== actor.person && holdsRole(actor, partnershipId, Role.PARTNERSHIP_CHAIR),
    };
  }
}

@Resolver(() => Agency)
export class AgencyOpeningsResolver {
  @FieldResolver(() => RecordOpeningConnection, {
    nullable: true,
    description: "Openings of its drafts by officers, newest first: how the agency is told",
  })
  @Access("PARTIES")
  recordOpenings(@Root() { id }: Agency, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(openingsOfAgency)(id, pageOf(page));
  }
}

@Resolver(() => Partnership)
export class PartnershipOpeningsResolver {
  @FieldResolver(() => RecordOpeningConnection, {
    nullable: true,
    description: "Openings of agencies' drafts by officers, newest first, for review",
  })
  @Access("OVERSIGHT")
  recordOpenings(
    @Root() { id }: Partnership,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("reviewed", () => Boolean, {
      nullable: true,
      description: "True: those that were reviewed; false: those that wait for it; all unless given",
    })
    reviewed?: boolean | null,
  ) {
    const openings = context.use(openingsOfPartnership);
    if (reviewed == null) return openings.all(id, pageOf(page));
    return (reviewed ? openings.reviewed : openings.unreviewed)(id, pageOf(page));
  }
}
