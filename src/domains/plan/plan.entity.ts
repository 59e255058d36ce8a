import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow, References } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";

/** A plan is invisible outside its partnership until `publishedAt`; everything under it follows. */
@ObjectType({
  description: "A plan that a partnership made and answers for: themes, objectives and actions",
  implements: Node,
})
@Entity({ name: "plan" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "slug"])
@Check("plan_period_check", "period_end is null or period_start is null or period_start <= period_end")
@BelongsTo(() => Plan, "supersededById")
@References("Partnership", ["partnershipId"], ["id"])
export class Plan extends TenantRow {
  @Exposed("PUBLIC", () => String, "Short name in addresses, unique in its partnership")
  @Column("text")
  slug!: string;

  @Exposed("PUBLIC", () => String, "Title of the plan")
  @Column("text")
  title!: string;

  /** No field: shown as `Plan.period`. */
  @Column("date", { nullable: true })
  periodStart!: string | null;

  @Column("date", { nullable: true })
  periodEnd!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day of the report that the plan was last taken from; null if not recorded", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  reportedOn!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day on which a board signed the plan off; null if none has", { nullable: true })
  @Column("date", { nullable: true })
  signedOffOn!: string | null;

  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "Instant from which the plan is public; null while it is the partnership's own",
    { nullable: true },
  )
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;

  @Column("uuid", { nullable: true })
  supersededById!: string | null;
}

/** A section of a plan. */
@ObjectType({ description: "A section of a plan", implements: Node })
@Entity({ name: "theme" })
@Unique(["partnershipId", "id"])
@Unique(["planId", "position"])
@BelongsTo(() => Plan, "planId")
export class Theme extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Exposed("PUBLIC", () => Int, "Place in the plan, from 1")
  @Column("int")
  position!: number;

  @Exposed("PUBLIC", () => String, "Title of the theme")
  @Column("text")
  title!: string;
}

export enum ObjectiveKind {
  RECOMMENDATION = "RECOMMENDATION",
  AREA_FOR_DEVELOPMENT = "AREA_FOR_DEVELOPMENT",
  AREA_FOR_IMPROVEMENT = "AREA_FOR_IMPROVEMENT",
  OBJECTIVE = "OBJECTIVE",
}
registerEnumType(ObjectiveKind, {
  name: "ObjectiveKind",
  description: "What an objective answers",
  valuesConfig: {
    RECOMMENDATION: { description: "An inspector's recommendation" },
    AREA_FOR_DEVELOPMENT: { description: "An area for development named by an inspector" },
    AREA_FOR_IMPROVEMENT: { description: "An area for improvement named by an inspector" },
    OBJECTIVE: { description: "An objective of the partnership's own" },
  },
});

/** A group of actions with one purpose; `reference` is text as printed ("12", "2.3"), sorted by `referenceOrder`. */
@ObjectType({ description: "What a group of actions is for, and the findings it answers", implements: Node })
@Entity({ name: "objective" })
@Unique(["partnershipId", "id"])
@Unique(["planId", "reference"])
@OneOf("objective", "kind", ObjectiveKind)
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Theme, "themeId")
export class Objective extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid", { nullable: true })
  themeId!: string | null;

  @Exposed("PUBLIC", () => String, "Reference as printed; text, never a number")
  @Column("text")
  reference!: string;

  @Column({ type: "text", collation: "C" })
  referenceOrder!: string;

  @Exposed("PUBLIC", () => String, "Title of the objective")
  @Column("text")
  title!: string;

  @Exposed("PUBLIC", () => ObjectiveKind, "What the objective answers")
  @Column("text")
  kind!: ObjectiveKind;
}

export enum FindingSource {
  OFSTED = "OFSTED",
  CQC = "CQC",
  HMICFRS = "HMICFRS",
  HMI_PROBATION = "HMI_PROBATION",
  JTAI = "JTAI",
  DFE_NOTICE = "DFE_NOTICE",
  SERIOUS_CASE_REVIEW = "SERIOUS_CASE_REVIEW",
  PEER_REVIEW = "PEER_REVIEW",
  AUDIT = "AUDIT",
  MONITORING_VISIT = "MONITORING_VISIT",
  OTHER = "OTHER",
}
registerEnumType(FindingSource, {
  name: "FindingSource",
  description: "Who found it",
  valuesConfig: {
    OFSTED: { description: "An Ofsted inspection" },
    CQC: { description: "A Care Quality Commission inspection" },
    HMICFRS: { description: "An inspection of a police force" },
    HMI_PROBATION: { description: "An inspection of probation" },
    JTAI: { description: "A joint targeted area inspection" },
    DFE_NOTICE: { description: "A paragraph of a Department for Education improvement notice" },
    SERIOUS_CASE_REVIEW: { description: "A decision point of a serious case review or safeguarding practice review" },
    PEER_REVIEW: { description: "A peer review" },
    AUDIT: { description: "An audit" },
    MONITORING_VISIT: { description: "An inspector's monitoring or focused visit" },
    OTHER: { description: "Another source" },
  },
});

/** What an inspector, review or audit said, and the reference by which it is cited. */
@ObjectType({ description: "What an inspector, a review or an audit found", implements: Node })
@Entity({ name: "finding" })
@Unique(["partnershipId", "id"])
@Unique(["planId", "source", "reference"])
@OneOf("finding", "source", FindingSource)
@BelongsTo(() => Plan, "planId")
export class Finding extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Exposed("PUBLIC", () => FindingSource, "Who found it")
  @Column("text")
  source!: FindingSource;

  @Exposed("PUBLIC", () => String, "Reference by which it is cited, as printed")
  @Column("text")
  reference!: string;

  @Exposed("PUBLIC", () => String, "The finding in short; null when only its reference is known", { nullable: true })
  @Column("text", { nullable: true })
  title!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Day on which it was published; null if not recorded", { nullable: true })
  @Column("date", { nullable: true })
  publishedOn!: string | null;
}

/** An objective answers a finding. */
@Entity({ name: "objective_finding" })
@Unique(["objectiveId", "findingId"])
@BelongsTo(() => Plan, "planId")
@BelongsTo(() => Objective, "objectiveId", { cascade: true })
@BelongsTo(() => Finding, "findingId", { cascade: true })
export class ObjectiveFinding extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid")
  objectiveId!: string;

  @Column("uuid")
  findingId!: string;
}

export enum RatingValue {
  RED = "RED",
  AMBER = "AMBER",
  GREEN = "GREEN",
}
registerEnumType(RatingValue, {
  name: "RatingValue",
  description: "A colour of a rating scheme. Not rated is null, never a colour",
  valuesConfig: {
    RED: { description: "The scheme's red; see `Plan.ratingScheme` for the words of the partnership" },
    AMBER: { description: "The scheme's amber" },
    GREEN: { description: "The scheme's green" },
  },
});

export enum RatingDimension {
  DELIVERY = "DELIVERY",
  IMPACT = "IMPACT",
}
registerEnumType(RatingDimension, {
  name: "RatingDimension",
  description: "Which of the two questions a rating answers",
  valuesConfig: {
    DELIVERY: { description: "Is it done?" },
    IMPACT: { description: "Did it make a difference?" },
  },
});

/** The colours of one plan and what they mean there; a new version never changes an old one's words. */
@Entity({ name: "rating_scheme" })
@Unique(["partnershipId", "id"])
@Unique(["planId", "version"])
@BelongsTo(() => Plan, "planId")
export class RatingScheme extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("int", { default: 1 })
  version!: number;
}

/** One colour of one dimension: a rating may only use colours that its scheme has. */
@ObjectType("RatingSchemeEntry", { description: "What one colour means in a plan" })
@Entity({ name: "rating_scheme_entry" })
@Unique("rating_scheme_entry_colour_key", ["schemeId", "dimension", "value"])
@OneOf("rating_scheme_entry", "dimension", RatingDimension)
@OneOf("rating_scheme_entry", "value", RatingValue)
@BelongsTo(() => RatingScheme, "schemeId", { cascade: true })
@BelongsTo(() => Plan, "planId")
export class RatingSchemeEntry extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Column("uuid")
  schemeId!: string;

  @Exposed("PUBLIC", () => RatingDimension, "Delivery or impact")
  @Column("text")
  dimension!: RatingDimension;

  @Exposed("PUBLIC", () => RatingValue, "The colour")
  @Column("text")
  value!: RatingValue;

  @Exposed("PUBLIC", () => String, "The partnership's word for it")
  @Column("text")
  label!: string;

  @Exposed("PUBLIC", () => String, "When it is used; null where the source does not say", { nullable: true })
  @Column("text", { nullable: true })
  definition!: string | null;
}

/** A total that the partnership itself printed, kept beside the totals derived from the rows. */
@ObjectType({ description: "A total as the partnership published it, beside those derived from the plan's own rows" })
@Entity({ name: "published_total" })
@Unique(["planId", "source", "dimension", "value"])
@OneOf("published_total", "dimension", RatingDimension)
@OneOf("published_total", "value", RatingValue)
@Check("published_total_count_check", "count >= 0")
@BelongsTo(() => Plan, "planId", { cascade: true })
export class PublishedTotal extends TenantRow {
  @Column("uuid")
  planId!: string;

  @Exposed("PUBLIC", () => String, "Where it was printed, and how its colour was read")
  @Column("text")
  source!: string;

  @Exposed("PUBLIC", () => RatingDimension, "Delivery or impact")
  @Column("text")
  dimension!: RatingDimension;

  @Exposed("PUBLIC", () => RatingValue, "The colour; null for not rated", { nullable: true })
  @Column("text", { nullable: true })
  value!: RatingValue | null;

  @Exposed("PUBLIC", () => Int, "Number of actions")
  @Column("int")
  count!: number;

  @Column("int")
  position!: number;
}
