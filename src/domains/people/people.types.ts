import { ObjectType, registerEnumType } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Role, Scope } from "../identity/index";
import { MembershipView } from "../partnership/index";

@ObjectType("Actor", {
  description:
    "Somebody, or some service account, that acts here; seen by themselves, by who manages them and by oversight",
  implements: Node,
})
export class ActorView {
  id!: string;
  @Exposed("PUBLIC", () => String, "The post or service that it is known as; never a person's name")
  label!: string;
}

export enum InvitationState {
  OPEN = "OPEN",
  ACCEPTED = "ACCEPTED",
  WITHDRAWN = "WITHDRAWN",
  EXPIRED = "EXPIRED",
}
registerEnumType(InvitationState, {
  name: "InvitationState",
  description: "What has become of an invitation",
  valuesConfig: {
    OPEN: { description: "Its code can be taken up" },
    ACCEPTED: { description: "Somebody has taken it up" },
    WITHDRAWN: { description: "It was withdrawn, by somebody or because its sender left" },
    EXPIRED: { description: "Nobody took it up in time" },
  },
});

@ObjectType("Invitation", {
  description:
    "An offer of a membership to whoever has its code. Seen by who manages the people there, and by oversight",
  implements: Node,
})
export class InvitationView {
  id!: string;
  partnershipId!: string;
  agencyId!: string | null;
  invitedBy!: string;
  acceptedBy!: string | null;
  @Exposed("OWNER", () => Role, "The role that is offered")
  role!: Role;
  @Exposed("OWNER", () => String, "Post of whoever is invited")
  label!: string;
  @Exposed("OWNER", () => DateScalar, "First day of the membership")
  validFrom!: string;
  @Exposed("OWNER", () => DateScalar, "Last day of the membership; null where it has no end")
  validTo!: string | null;
  @Exposed("OWNER", () => DateTimeScalar, "When it was made")
  invitedAt!: Date;
  @Exposed("OWNER", () => DateTimeScalar, "Instant from which its code is worth nothing")
  expiresAt!: Date;
  @Exposed("OWNER", () => DateTimeScalar, "When it was taken up; null while it is not")
  acceptedAt!: Date | null;
  @Exposed("OWNER", () => DateTimeScalar, "When it was withdrawn; null where it was not")
  withdrawnAt!: Date | null;
}

@ObjectType("ServiceToken", {
  description: "A bearer token of a service account, known by its prefix; the token itself is kept nowhere",
})
export class ServiceTokenView {
  id!: string;
  partnershipId!: string;
  agencyId!: string | null;
  personId!: string;
  @Exposed("OWNER", () => String, "How the token begins, by which it is told from others")
  prefix!: string;
  @Exposed("OWNER", () => DateTimeScalar, "When it was made")
  createdAt!: Date;
  @Exposed("OWNER", () => DateTimeScalar, "Instant from which it is refused")
  expiresAt!: Date;
  @Exposed("OWNER", () => DateTimeScalar, "When it was last used, to within a minute; null where it never was")
  lastUsedAt!: Date | null;
  @Exposed("OWNER", () => DateTimeScalar, "When it was revoked; null where it was not")
  revokedAt!: Date | null;
}

@ObjectType("ServiceAccount", {
  description: "A program that acts for an agency or a partnership, cut down by its scopes",
  implements: Node,
})
export class ServiceAccountView {
  /** That of its `Actor`. */
  id!: string;
  partnershipId!: string;
  agencyId!: string | null;
  @Exposed("OWNER", () => String, "What it is: the system that it connects")
  label!: string;
  @Exposed("OWNER", () => Role, "The role that it acts for")
  actsFor!: Role;
  @Exposed("OWNER", () => Scope, "What it may do of what that role may", { list: true })
  scopes!: Scope[];
  @Exposed("OWNER", () => DateTimeScalar, "When it was ended; null while it goes on")
  endedAt!: Date | null;
}

@ObjectType({ description: "What the caller can do about the people of an agency or a partnership" })
export class PeopleViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Invite people, and end their memberships")
  invitePeople!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Make service accounts, and rotate and end their tokens")
  manageServiceAccounts!: boolean;
}

@ObjectType({ description: "What the caller can do with a membership now" })
export class MembershipViewerCan {
  @Exposed("PUBLIC", () => Boolean, "End it; the last lead of an agency is still refused")
  end!: boolean;
}

@ObjectType({ description: "What the caller can do with an invitation now" })
export class InvitationViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Withdraw it")
  withdraw!: boolean;
}

@ObjectType({ description: "What the caller can do with a service account now" })
export class ServiceAccountViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Give it a new token")
  rotate!: boolean;
  @Exposed("PUBLIC", () => Boolean, "End it and its tokens")
  end!: boolean;
}

export const MembershipConnection = connectionTypeOf("Membership", () => MembershipView);
export const InvitationConnection = connectionTypeOf("Invitation", () => InvitationView);
