import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { londonDay } from "../../platform/clock";
import { PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import type { RequestContext } from "../access/index";
import { type HeldMembership, isAdministrator, Role } from "../identity/index";
import { Agency, MembershipView, Partnership, partnershipLoaders, PartnershipViewerCan } from "../partnership/index";
import { keepsAccounts, managesPeople, type Place } from "./authority";
import {
  agencyInvitations,
  agencyPeople,
  type MembershipRow,
  partnershipInvitations,
  partnershipPeople,
  peopleLoaders,
} from "./people.loaders";
import {
  ActorView,
  InvitationConnection,
  InvitationState,
  InvitationView,
  InvitationViewerCan,
  MembershipConnection,
  MembershipViewerCan,
  PeopleViewerCan,
  ServiceAccountView,
  ServiceAccountViewerCan,
  ServiceTokenView,
} from "./people.types";

const abilities = ({ actor }: RequestContext, place: Place): PeopleViewerCan => ({
  invitePeople: managesPeople(actor, place),
  manageServiceAccounts: keepsAccounts(actor, place),
});

@Resolver(() => Agency)
export class AgencyPeopleResolver {
  @FieldResolver(() => MembershipConnection, {
    nullable: true,
    description:
      "Everybody's memberships of the agency, those that have ended included, by post; for its lead, oversight and platform administrators",
  })
  @Access("OWNER")
  people(@Root() { id }: Agency, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(agencyPeople)(id, pageOf(page));
  }

  @FieldResolver(() => InvitationConnection, {
    nullable: true,
    description: "Invitations into the agency, newest first; for its lead, oversight and platform administrators",
  })
  @Access("OWNER")
  invitations(@Root() { id }: Agency, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(agencyInvitations)(id, pageOf(page));
  }

  @FieldResolver(() => [ServiceAccountView], {
    nullable: true,
    description: "Service accounts that act for the agency, those that have ended included; for its lead and oversight",
  })
  @Access("OWNER")
  serviceAccounts(@Root() { id }: Agency, @Ctx() context: RequestContext) {
    return context.use(peopleLoaders).accountsOfAgency.load(id);
  }

  @FieldResolver(() => PeopleViewerCan, { description: "What the caller can do about its people" })
  @Access("PUBLIC")
  viewerCan(@Root() { id, partnershipId }: Agency, @Ctx() context: RequestContext) {
    return abilities(context, { partnershipId, agencyId: id });
  }
}

@Resolver(() => Partnership)
export class PartnershipPeopleResolver {
  @FieldResolver(() => MembershipConnection, {
    nullable: true,
    description:
      "Memberships that are bound to the partnership and to no agency, by post; for oversight and platform administrators. The people of an agency are under the agency",
  })
  @Access("OVERSIGHT")
  people(@Root() { id }: Partnership, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(partnershipPeople)(id, pageOf(page));
  }

  @FieldResolver(() => InvitationConnection, {
    nullable: true,
    description:
      "Invitations to roles of the partnership as a whole, newest first; for oversight and platform administrators",
  })
  @Access("OVERSIGHT")
  invitations(@Root() { id }: Partnership, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(partnershipInvitations)(id, pageOf(page));
  }

  @FieldResolver(() => [ServiceAccountView], {
    nullable: true,
    description: "Service accounts that act for the partnership as a whole; for oversight",
  })
  @Access("OVERSIGHT")
  serviceAccounts(@Root() { id }: Partnership, @Ctx() context: RequestContext) {
    return context.use(peopleLoaders).accountsOfPartnership.load(id);
  }
}

@Resolver(() => PartnershipViewerCan)
export class PartnershipViewerCanPeopleResolver {
  @FieldResolver(() => Boolean, { description: "Invite those who are bound to it, and end their memberships" })
  @Access("PUBLIC")
  invitePeople(@Root() { partnershipId }: PartnershipViewerCan, @Ctx() context: RequestContext): boolean {
    return abilities(context, { partnershipId, agencyId: null }).invitePeople;
  }

  @FieldResolver(() => Boolean, {
    description: "Make service accounts that act for it, and rotate and end their tokens",
  })
  @Access("PUBLIC")
  manageServiceAccounts(@Root() { partnershipId }: PartnershipViewerCan, @Ctx() context: RequestContext): boolean {
    return abilities(context, { partnershipId, agencyId: null }).manageServiceAccounts;
  }
}

@Resolver(() => ActorView)
export class ActorResolver {
  @FieldResolver(() => [MembershipView], {
    description:
      "Memberships of this actor that the caller may see, ended and future ones included: an agency's lead sees those of its agency, oversight those of its partnership, and everybody their own",
  })
  @Access("PUBLIC")
  memberships(@Root() { id }: ActorView, @Ctx() context: RequestContext) {
    return context.use(peopleLoaders).membershipsOfActor.load(id);
  }
}

/** A membership is met as the context statement gives it, or as its own row. */
const rowOf = async (root: HeldMembership | MembershipRow, context: RequestContext): Promise<MembershipRow | null> =>
  "validFrom" in root ? root : context.use(peopleLoaders).membershipById.load(root.id);

@Resolver(() => MembershipView)
export class MembershipDaysResolver {
  @FieldResolver(() => DateScalar, { nullable: true, description: "First day on which it holds" })
  @Access("PUBLIC")
  async validFrom(@Root() root: HeldMembership | MembershipRow, @Ctx() context: RequestContext) {
    return (await rowOf(root, context))?.validFrom ?? null;
  }

  @FieldResolver(() => DateScalar, {
    nullable: true,
    description: "Last day on which it holds; null where it has no end",
  })
  @Access("PUBLIC")
  async validTo(@Root() root: HeldMembership | MembershipRow, @Ctx() context: RequestContext) {
    return (await rowOf(root, context))?.validTo ?? null;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: "Instant at which somebody ended it before its last day; null where nobody did",
  })
  @Access("PUBLIC")
  async endedAt(@Root() root: HeldMembership | MembershipRow, @Ctx() context: RequestContext) {
    return (await rowOf(root, context))?.endedAt ?? null;
  }

  @FieldResolver(() => ActorView, { nullable: true, description: "Whose it is" })
  @Access("PUBLIC")
  async actor(@Root() root: HeldMembership | MembershipRow, @Ctx() context: RequestContext) {
    const row = await rowOf(root, context);
    return row && { id: row.personId, label: row.label };
  }

  @FieldResolver(() => MembershipViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  async viewerCan(
    @Root() root: HeldMembership | MembershipRow,
    @Ctx() context: RequestContext,
  ): Promise<MembershipViewerCan> {
    const { partnership, agency } = root;
    const manages =
      partnership === null
        ? isAdministrator(context.actor)
        : managesPeople(context.actor, { partnershipId: partnership, agencyId: agency });
    const chair = root.role === Role.PARTNERSHIP_CHAIR && !isAdministrator(context.actor);
    if (!manages || chair) return { end: false };
    const row = await rowOf(root, context);
    const over = row?.validTo != null && row.validTo < londonDay(context.now);
    return { end: row !== null && row.endedAt === null && !over };
  }
}

@Resolver(() => InvitationView)
export class InvitationResolver {
  @FieldResolver(() => InvitationState, { nullable: true, description: "What has become of it" })
  @Access("OWNER")
  state(@Root() invitation: InvitationView, @Ctx() { now }: RequestContext): InvitationState {
    return stateOf(invitation, now);
  }

  @FieldResolver(() => Agency, { nullable: true, description: "The agency; null for a role of the partnership" })
  @Access("OWNER")
  agency(@Root() { agencyId }: InvitationView, @Ctx() context: RequestContext) {
    return agencyId ? context.use(partnershipLoaders).agencyById.load(agencyId) : null;
  }

  @FieldResolver(() => Partnership, { nullable: true, description: "The partnership" })
  @Access("OWNER")
  partnership(@Root() { partnershipId }: InvitationView, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).partnershipById.load(partnershipId);
  }

  @FieldResolver(() => ActorView, {
    nullable: true,
    description: "Who sent it; null to those who may not see that person",
  })
  @Access("OWNER")
  invitedBy(@Root() { invitedBy }: InvitationView, @Ctx() context: RequestContext) {
    return context.use(peopleLoaders).actorById.load(invitedBy);
  }

  @FieldResolver(() => ActorView, {
    nullable: true,
    description: "Who took it up; null while nobody has, and to those who may not see that person",
  })
  @Access("OWNER")
  acceptedBy(@Root() { acceptedBy }: InvitationView, @Ctx() context: RequestContext) {
    return acceptedBy ? context.use(peopleLoaders).actorById.load(acceptedBy) : null;
  }

  @FieldResolver(() => InvitationViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  viewerCan(@Root() invitation: InvitationView, @Ctx() { actor }: RequestContext): InvitationViewerCan {
    const untaken = invitation.acceptedAt === null && invitation.withdrawnAt === null;
    return { withdraw: untaken && managesPeople(actor, invitation) };
  }
}

function stateOf({ acceptedAt, withdrawnAt, expiresAt }: InvitationView, now: Date): InvitationState {
  if (acceptedAt !== null) return InvitationState.ACCEPTED;
  if (withdrawnAt !== null) return InvitationState.WITHDRAWN;
  return expiresAt <= now ? InvitationState.EXPIRED : InvitationState.OPEN;
}

@Resolver(() => ServiceAccountView)
export class ServiceAccountResolver {
  @FieldResolver(() => [ServiceTokenView], { nullable: true, description: "Its tokens, newest first, with spent ones" })
  @Access("OWNER")
  tokens(@Root() { id }: ServiceAccountView, @Ctx() context: RequestContext) {
    return context.use(peopleLoaders).tokensOfAccount.load(id);
  }

  @FieldResolver(() => ServiceAccountViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  viewerCan(@Root() account: ServiceAccountView, @Ctx() { actor }: RequestContext): ServiceAccountViewerCan {
    const may = account.endedAt === null && keepsAccounts(actor, account);
    return { rotate: may, end: may };
  }
}
