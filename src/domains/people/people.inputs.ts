import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { Role, Scope } from "../identity/index";
import { MembershipView } from "../partnership/index";
import { InvitationView, ServiceAccountView } from "./people.types";
import { LONGEST_OVERLAP_HOURS, LONGEST_TOKEN_DAYS } from "./service-accounts";

@InputType({ description: "An agency or a partnership: exactly one of the two" })
abstract class PlaceInput {
  @Field(() => ID, { nullable: true, description: "Id of the agency; not together with `partnership`" })
  agency?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: "Id of the partnership, for what is bound to no agency; not together with `agency`",
  })
  partnership?: string | null;
}

@InputType({ description: "Whom to invite as what, where, and for how long" })
export class InvitePersonInput extends PlaceInput {
  @Field(() => Role, { description: "The role: one of an agency with `agency`, else one of the partnership" })
  role!: Role;
  @Field(() => String, { description: "Post of whoever is invited, 1 to 200 characters; never a name" })
  label!: string;
  @Field(() => DateScalar, {
    nullable: true,
    description: "First day of the membership, in London, today or later; today unless given",
  })
  validFrom?: string | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day of the membership; no end unless given, and an inspector's must be",
  })
  validTo?: string | null;
  @Field(() => Int, { defaultValue: 14, description: "Days for which the code can be taken up, 1 to 90" })
  expiresInDays!: number;
}

@InputType({ description: "The code of an invitation" })
export class AcceptInvitationInput {
  @Field(() => String, { description: "The code, as it was sent: `gti_…`" })
  code!: string;
}

@InputType({ description: "An invitation to withdraw" })
export class WithdrawInvitationInput {
  @Field(() => ID, { description: "Id of the invitation" })
  invitation!: string;
}

@InputType({ description: "A membership to end" })
export class EndMembershipInput {
  @Field(() => ID, { description: "Id of the membership" })
  membership!: string;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day on which it holds, today or later; it ends at once unless given",
  })
  on?: string | null;
}

@InputType({ description: "A service account to make, with its first token" })
export class CreateServiceAccountInput extends PlaceInput {
  @Field(() => String, { description: "What it is: the system that it connects, 1 to 200 characters" })
  label!: string;
  @Field(() => Role, {
    description:
      "The role that it acts for: AGENCY_VIEWER or AGENCY_CONTRIBUTOR of an agency, PARTNERSHIP_OFFICER or SCRUTINY_MEMBER of a partnership",
  })
  actsFor!: Role;
  @Field(() => [Scope], { description: "What it may do of what that role may; at least one" })
  scopes!: Scope[];
  @Field(() => DateScalar, { description: `Last day of its first token, at most ${LONGEST_TOKEN_DAYS} days from now` })
  expiresOn!: string;
}

@InputType({ description: "A service account to give a new token" })
export class RotateServiceTokenInput {
  @Field(() => ID, { description: "Id of the service account" })
  serviceAccount!: string;
  @Field(() => Int, {
    defaultValue: 24,
    description: `Hours for which the old tokens hold beside the new one, 0 to ${LONGEST_OVERLAP_HOURS}; with 0 they are revoked`,
  })
  overlapHours!: number;
  @Field(() => DateScalar, { description: `Last day of the new token, at most ${LONGEST_TOKEN_DAYS} days from now` })
  expiresOn!: string;
}

@InputType({ description: "A token to revoke" })
export class RevokeServiceTokenInput {
  @Field(() => ID, { description: "Id of the service account" })
  serviceAccount!: string;
  @Field(() => String, { description: "How the token begins, as `ServiceToken.prefix` says" })
  prefix!: string;
}

@InputType({ description: "A service account to end" })
export class EndServiceAccountInput {
  @Field(() => ID, { description: "Id of the service account" })
  serviceAccount!: string;
}

@ObjectType({ description: "Outcome of inviting somebody" })
export class InvitePersonPayload {
  @Exposed("PUBLIC", () => InvitationView, "The invitation; null where it was refused", { nullable: true })
  invitation!: InvitationView | null;
  @Exposed("PUBLIC", () => String, "The code to send to whoever is invited: shown this once; null where refused", {
    nullable: true,
  })
  code!: string | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "Outcome of withdrawing an invitation" })
export class WithdrawInvitationPayload {
  @Exposed("PUBLIC", () => InvitationView, "The invitation; null where it was refused", { nullable: true })
  invitation!: InvitationView | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "Outcome of something done to a membership" })
export class MembershipPayload {
  @Exposed("PUBLIC", () => MembershipView, "The membership; null where it was refused", { nullable: true })
  membership!: MembershipView | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "Outcome of giving a service account a token" })
export class ServiceTokenPayload {
  @Exposed("PUBLIC", () => ServiceAccountView, "The service account; null where it was refused", { nullable: true })
  serviceAccount!: ServiceAccountView | null;
  @Exposed("PUBLIC", () => String, "The token: shown this once; null where it was refused", { nullable: true })
  token!: string | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}

@ObjectType({ description: "Outcome of something done to a service account" })
export class ServiceAccountPayload {
  @Exposed("PUBLIC", () => ServiceAccountView, "The service account; null where it was refused", { nullable: true })
  serviceAccount!: ServiceAccountView | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}
