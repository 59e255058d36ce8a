import { Field, ID, InputType, ObjectType, registerEnumType } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { type FieldGrant, GrantEffect, GrantRelation, Operation } from "../access/index";
import { Role } from "../identity/index";
import { Sector } from "../partnership/index";

registerEnumType(Operation, {
  name: "Operation",
  description: "What may be done with a field",
  valuesConfig: {
    READ: { description: "Read it" },
    WRITE: { description: "Change it, by whichever mutation does that" },
  },
});
registerEnumType(GrantEffect, {
  name: "GrantEffect",
  description: "What a grant does to a field: DENY beats ALLOW, ALLOW beats the tier",
  valuesConfig: {
    ALLOW: { description: "Opens the field to those whom its tier does not serve" },
    DENY: { description: "Closes the field to those whom its tier serves" },
  },
});
registerEnumType(GrantRelation, {
  name: "GrantRelation",
  description: "What an agency must be to a row for a grant to bear on it",
  valuesConfig: {
    LEAD: { description: "Leads the action" },
    CONTRIBUTOR: { description: "Contributes to the action, itself or through a collective" },
    AUTHOR: { description: "Wrote it" },
    PARTY: { description: "Is a party to the challenge" },
    PARTNER: { description: "Is of the same partnership, and nothing closer" },
  },
});

/** A grant as it is read: its own row, the posts of those who gave and ended it, and whether it bears today. */
export type FieldGrantRow = FieldGrant & {
  grantedByPost: string | null;
  revokedByPost: string | null;
  inForce: boolean;
};

@ObjectType("FieldGrant", {
  description:
    "An exception to a field's tier, for one agency or a sector: never changed, only ended, and read by every member of the partnership",
  implements: Node,
})
export class FieldGrantView {
  partnershipId!: string;
  agencyId!: string | null;
  @Exposed("PARTNERSHIP", () => Sector, "Sector whose agencies it is for; null where it is for one agency")
  sector!: Sector | null;
  @Exposed("PARTNERSHIP", () => Role, "Role that it is narrowed to; null: every role of the agency")
  role!: Role | null;
  @Exposed("PARTNERSHIP", () => GrantRelation, "What the agency must be to the row; null: whatever it is")
  relation!: GrantRelation | null;
  @Exposed("PARTNERSHIP", () => String, "Type that the field is of, such as ProgressUpdate")
  type!: string;
  @Exposed("PARTNERSHIP", () => String, "Name of the field, such as riskNote")
  field!: string;
  @Exposed("PARTNERSHIP", () => Operation, "What it allows or denies")
  operation!: Operation;
  @Exposed("PARTNERSHIP", () => GrantEffect, "Whether it opens the field or closes it")
  effect!: GrantEffect;
  @Exposed("PARTNERSHIP", () => String, "Why it was given")
  reason!: string;
  @Exposed("PARTNERSHIP", () => DateScalar, "Last day on which it bears; null while it has no end")
  expiresOn!: string | null;
  @Exposed("PARTNERSHIP", () => Date, "When it was given")
  grantedAt!: Date;
  @Exposed("OVERSIGHT", () => String, "Post of the officer who gave it; null where the operator loaded it")
  grantedByPost!: string | null;
  @Exposed("PARTNERSHIP", () => Date, "When it was revoked; null unless it was")
  revokedAt!: Date | null;
  @Exposed("OVERSIGHT", () => String, "Post of the officer who revoked it; null unless one did")
  revokedByPost!: string | null;
  @Exposed("PARTNERSHIP", () => Boolean, "Whether it bears today: neither revoked nor past its last day")
  inForce!: boolean;
}

export const FieldGrantConnection = connectionTypeOf("FieldGrant", () => FieldGrantView);

@ObjectType({ description: "What the caller can do with a grant now" })
export class FieldGrantViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Revoke it")
  revoke!: boolean;
}

@InputType({ description: "A grant to make: for one agency or one sector, of one field" })
export class GrantFieldAccessInput {
  @Field(() => String, { description: "Slug of the partnership" })
  partnership!: string;
  @Field(() => ID, { nullable: true, description: "Id of the agency it is for; leave out where it is for a sector" })
  agency?: string | null;
  @Field(() => Sector, { nullable: true, description: "Sector it is for; leave out where it is for one agency" })
  sector?: Sector | null;
  @Field(() => Role, {
    nullable: true,
    description: "Role to narrow it to: one that acts for an agency; left out, every role of the agency",
  })
  role?: Role | null;
  @Field(() => GrantRelation, {
    nullable: true,
    description: "What the agency must be to the row; left out, whatever it is",
  })
  relation?: GrantRelation | null;
  @Field(() => String, {
    nullable: true,
    description: "Type that the field is of; leave out where `field` says it, as in ProgressUpdate.riskNote",
  })
  type?: string | null;
  @Field(() => String, { description: "The field: riskNote with its type, or ProgressUpdate.riskNote" })
  field!: string;
  @Field(() => Operation, { description: "What it allows or denies" })
  operation!: Operation;
  @Field(() => GrantEffect, { description: "Whether it opens the field or closes it" })
  effect!: GrantEffect;
  @Field(() => String, { description: "Why, for every member of the partnership to read: 1 to 500 characters" })
  reason!: string;
  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day on which it bears, at most five years away; left out, it has no end",
  })
  expiresOn?: string | null;
}

@InputType({ description: "A grant to end" })
export class RevokeFieldGrantInput {
  @Field(() => ID, { description: "Id of the grant" })
  grant!: string;
  @Field(() => String, { nullable: true, description: "Why, for the audit trail: at most 500 characters" })
  reason?: string | null;
}

@ObjectType({ description: "Outcome of giving or ending a grant" })
export class FieldGrantPayload {
  @Exposed("PUBLIC", () => FieldGrantView, "The grant as it now is; null where it was refused", { nullable: true })
  grant!: FieldGrantRow | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}
