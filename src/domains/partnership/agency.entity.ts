import { ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow, References } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar } from "../../platform/graphql/scalars";

export enum AgencyKind {
  ORGANISATION = "ORGANISATION",
  COLLECTIVE = "COLLECTIVE",
}
registerEnumType(AgencyKind, {
  name: "AgencyKind",
  description: "Whether an agency is one organisation or stands for several",
  valuesConfig: {
    ORGANISATION: { description: "One organisation" },
    COLLECTIVE: {
      description: "Several organisations under one name, such as Schools; its members inherit what is assigned to it",
    },
  },
});

export enum Sector {
  POLICE = "POLICE",
  HEALTH = "HEALTH",
  PUBLIC_HEALTH = "PUBLIC_HEALTH",
  EDUCATION = "EDUCATION",
  PROBATION = "PROBATION",
  HOUSING = "HOUSING",
  COUNCIL = "COUNCIL",
  SAFEGUARDING_BOARD = "SAFEGUARDING_BOARD",
  ADOPTION = "ADOPTION",
  VOLUNTARY = "VOLUNTARY",
  INDEPENDENT = "INDEPENDENT",
  OTHER = "OTHER",
}
registerEnumType(Sector, {
  name: "Sector",
  description: "Part of the safeguarding system that an agency works in",
  valuesConfig: {
    POLICE: { description: "Police forces" },
    HEALTH: { description: "NHS commissioners and providers" },
    PUBLIC_HEALTH: { description: "The council's public health service" },
    EDUCATION: { description: "Schools, colleges and early years settings" },
    PROBATION: { description: "Probation, whatever it is called at the time" },
    HOUSING: { description: "Housing authorities and landlords" },
    COUNCIL: { description: "The council and its children's services" },
    SAFEGUARDING_BOARD: { description: "The safeguarding board or partnership itself" },
    ADOPTION: { description: "Regional adoption agencies" },
    VOLUNTARY: { description: "Voluntary and community organisations" },
    INDEPENDENT: { description: "Independent providers" },
    OTHER: { description: "Anything else" },
  },
});

/** An organisation or a collective, for as long as it exists under that name. A body that is renamed or merged gets a successor. */
@ObjectType({
  description:
    "An organisation of the partnership, or a collective such as Schools whose members inherit what is assigned to it",
  implements: Node,
})
@Entity({ name: "agency" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "name"])
@OneOf("agency", "sector", Sector)
@OneOf("agency", "kind", AgencyKind)
@Check("agency_validity_check", "valid_to is null or valid_from is null or valid_from <= valid_to")
@Check("agency_successor_check", "successor_id is null or successor_id <> id")
@BelongsTo(() => Agency, "successorId")
@References("Partnership", ["partnershipId"], ["id"])
export class Agency extends TenantRow {
  @Exposed("PUBLIC", () => String, "Name of the agency")
  @Column("text")
  name!: string;

  @Exposed("PUBLIC", () => String, "Short form by which it is known", { nullable: true })
  @Column("text", { nullable: true })
  shortName!: string | null;

  @Exposed("PUBLIC", () => Sector, "Part of the safeguarding system it works in")
  @Column("text")
  sector!: Sector;

  @Exposed("PUBLIC", () => AgencyKind, "Whether it is one organisation or stands for several")
  @Column("text")
  kind!: AgencyKind;

  @Exposed("PUBLIC", () => DateScalar, "First day on which it existed under this name; null if not recorded", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  validFrom!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day on which it existed under this name; null while it exists", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  validTo!: string | null;

  /** No field: clients reach the agency itself, through `Agency.successor`. */
  @Column("uuid", { nullable: true })
  successorId!: string | null;
}

/** Another way of writing an agency's name; `key` is that writing in small letters and digits alone, one agency each. */
@Entity({ name: "agency_alias" })
@Unique(["partnershipId", "key"])
@BelongsTo(() => Agency, "agencyId", { cascade: true })
export class AgencyAlias extends TenantRow {
  @Column("uuid")
  agencyId!: string;

  @Column("text")
  alias!: string;

  @Column("text")
  key!: string;
}

/** The agency's code in somebody else's register: GSS, ODS, URN, police force. */
@Entity({ name: "agency_code" })
@Unique(["partnershipId", "scheme", "value"])
@BelongsTo(() => Agency, "agencyId", { cascade: true })
export class AgencyCode extends TenantRow {
  @Column("uuid")
  agencyId!: string;

  @Column("text")
  scheme!: string;

  @Column("text")
  value!: string;
}

/** An organisation's membership of a collective, from and to a day. What is assigned to the collective is on the member's list. */
@Entity({ name: "collective_member" })
@Unique(["collectiveId", "memberId"])
@BelongsTo(() => Agency, "collectiveId", { cascade: true })
@BelongsTo(() => Agency, "memberId", { cascade: true })
@Index(["partnershipId"])
@Check("collective_member_self_check", "collective_id <> member_id")
export class CollectiveMember extends TenantRow {
  @Column("uuid")
  collectiveId!: string;

  @Column("uuid")
  memberId!: string;

  @Column("date", { nullable: true })
  validFrom!: string | null;

  @Column("date", { nullable: true })
  validTo!: string | null;
}

/** A post that can be assigned an action, such as Head of Early Help. Never a person's name. */
@ObjectType({
  description: "A post that actions are assigned to, such as Head of Early Help; never a person",
  implements: Node,
})
@Entity({ name: "post" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "key"])
@BelongsTo(() => Agency, "agencyId")
@References("Partnership", ["partnershipId"], ["id"])
export class Post extends TenantRow {
  @Exposed("PUBLIC", () => String, "Title of the post")
  @Column("text")
  title!: string;

  /** The title in small letters and digits alone. */
  @Column("text")
  key!: string;

  /** No field: clients reach the agency itself, through `Post.agency`. */
  @Column("uuid", { nullable: true })
  agencyId!: string | null;
}

/** Another way of writing a post's title. */
@Entity({ name: "post_alias" })
@Unique(["partnershipId", "key"])
@BelongsTo(() => Post, "postId", { cascade: true })
export class PostAlias extends TenantRow {
  @Column("uuid")
  postId!: string;

  @Column("text")
  alias!: string;

  @Column("text")
  key!: string;
}
