import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, TenantRow, References } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Person } from "../identity/index";
import { Agency } from "../partnership/index";
import { Action, RatingDimension, RatingScheme, RatingSchemeEntry, RatingValue } from "../plan/index";

export enum UpdateState {
  DRAFT = "DRAFT",
  SUBMITTED = "SUBMITTED",
  RETURNED = "RETURNED",
  ACCEPTED = "ACCEPTED",
}
registerEnumType(UpdateState, {
  name: "UpdateState",
  description: "Where a progress update stands",
  valuesConfig: {
    DRAFT: { description: "Being written; seen by its authoring agency alone" },
    SUBMITTED: { description: "Sent to the business unit; seen by its author and oversight" },
    RETURNED: { description: "Sent back with a reason; seen by its author and oversight" },
    ACCEPTED: { description: "Accepted and shared with the partnership" },
  },
});

/** What an agency says of an action for a period. Submitted text is never edited: a correction is a new version. */
@ObjectType({ description: "What an agency reported of an action for a period", implements: Node })
@Entity({ name: "progress_update" })
@Unique(["partnershipId", "id"])
@Unique("progress_update_version_key", ["actionId", "authorAgencyId", "periodEnd", "version"])
@Index("progress_update_latest_idx", ["actionId", "periodEnd", "version"])
@Index("progress_update_one_draft_idx", ["actionId", "authorAgencyId", "periodEnd"], {
  unique: true,
  where: "state = 'DRAFT'",
})
@OneOf("progress_update", "state", UpdateState)
@OneOf("progress_update", "proposedDelivery", RatingValue)
@OneOf("progress_update", "proposedImpact", RatingValue)
@Check("progress_update_returned_check", "state <> 'RETURNED' or returned_reason is not null")
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Agency, "authorAgencyId")
@Index(["submittedBy"])
@References(() => Person, ["submittedBy"], ["id"])
export class ProgressUpdate extends TenantRow {
  @Column("uuid")
  actionId!: string;

  /** Null where an imported plan printed progress without saying who wrote it. */
  @Column("uuid", { nullable: true })
  authorAgencyId!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "First day of the period reported on; null where the source does not say", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  periodStart!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day of the period reported on")
  @Column("date")
  periodEnd!: string;

  @Exposed("PUBLIC", () => UpdateState, "Where the update stands")
  @Column("text")
  state!: UpdateState;

  @Exposed("PUBLIC", () => Int, "Version: a correction is a new one")
  @Column("int", { default: 1 })
  version!: number;

  /** Counts on from what its agency drafted of the period before, thrown away or not: no two drafts are taken for one. */
  @Exposed(
    "AUTHOR_DRAFT",
    () => Int,
    "Revision of the draft, for `expectedRevision`: it grows with each save that changes it, and is the authoring agency's alone",
  )
  @Column("int", { default: 1 })
  revision!: number;

  @Exposed("PUBLIC", () => String, "What was done", { nullable: true })
  @Column("text", { nullable: true })
  overallProgress!: string | null;

  @Exposed("PARTIES", () => String, "What difference it made")
  @Column("text", { nullable: true })
  impactNarrative!: string | null;

  @Exposed("OWNER", () => String, "What could go wrong, for the lead and oversight")
  @Column("text", { nullable: true })
  riskNote!: string | null;

  @Exposed(
    "AUTHOR_DRAFT",
    () => String,
    "What the author notes for itself while drafting; the authoring agency's alone, and no grant or opening shows it to anybody else",
  )
  @Column("text", { nullable: true })
  draftingNote!: string | null;

  @Exposed("PARTIES", () => RatingValue, "Delivery rating that the author proposes")
  @Column("text", { nullable: true })
  proposedDelivery!: RatingValue | null;

  @Exposed("PARTIES", () => RatingValue, "Impact rating that the author proposes")
  @Column("text", { nullable: true })
  proposedImpact!: RatingValue | null;

  @Exposed(
    "PUBLIC",
    () => DateTimeScalar,
    "When it was submitted; null for a draft, or where the source does not say",
    { nullable: true },
  )
  @Column("timestamptz", { nullable: true })
  submittedAt!: Date | null;

  /** Whoever submitted it, who may not settle it too. Null where the source does not say. */
  @Column("uuid", { nullable: true })
  submittedBy!: string | null;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When the business unit accepted it")
  @Column("timestamptz", { nullable: true })
  acceptedAt!: Date | null;

  @Exposed("OWNER", () => DateTimeScalar, "When it was returned")
  @Column("timestamptz", { nullable: true })
  returnedAt!: Date | null;

  @Exposed("OWNER", () => String, "Why it was returned")
  @Column("text", { nullable: true })
  returnedReason!: string | null;

  /** Null: not public. */
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;
}

export enum RatingBasis {
  REPORTED = "REPORTED",
  MODERATED = "MODERATED",
}
registerEnumType(RatingBasis, {
  name: "RatingBasis",
  description: "Whose judgement a rating is",
  valuesConfig: {
    REPORTED: { description: "The agency's own" },
    MODERATED: { description: "The business unit's" },
  },
});

export enum RatingStanding {
  SUBMITTED = "SUBMITTED",
  SHARED = "SHARED",
  WITHDRAWN = "WITHDRAWN",
}
registerEnumType(RatingStanding, {
  name: "RatingStanding",
  description: "Whether a rating counts, and for whom",
  valuesConfig: {
    SUBMITTED: { description: "Proposed with an update that is not settled; seen by its agency and oversight alone" },
    SHARED: { description: "Counts for everybody in the partnership" },
    WITHDRAWN: {
      description:
        "Proposed with an update that was returned; stays in the history of its agency and oversight, counts for nobody",
    },
  },
});

/**
 * One entry in the history of an action's ratings; entries are added, never changed, but that one proposed with an update is
 * settled as the update is. A null value is "not rated".
 */
@Entity({ name: "rating" })
@Index("rating_latest_idx", ["actionId", "dimension", "asAt", "recordedAt"])
@OneOf("rating", "dimension", RatingDimension)
@OneOf("rating", "basis", RatingBasis)
@OneOf("rating", "standing", RatingStanding)
@Check("rating_of_update_check", "standing = 'SHARED' or update_id is not null")
@BelongsTo(() => ProgressUpdate, "updateId")
@Index(["partnershipId"])
@Index("rating_one_an_update_idx", ["updateId", "dimension"], { unique: true })
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Agency, "agencyId")
@BelongsTo(() => RatingScheme, "schemeId")
@Index("rating_scheme_colour_idx", ["schemeId", "dimension", "value"])
@References(
  () => RatingSchemeEntry,
  ["schemeId", "dimension", "value"],
  ["schemeId", "dimension", "value"],
  "rating_colour_of_scheme_fkey",
)
export class Rating extends TenantRow {
  @Column("uuid")
  actionId!: string;

  @Column("uuid")
  schemeId!: string;

  @Column("text")
  dimension!: RatingDimension;

  @Column("text", { nullable: true })
  value!: RatingValue | null;

  @Column("text")
  basis!: RatingBasis;

  @Column("date")
  asAt!: string;

  @Column("timestamptz", { default: () => "now()" })
  recordedAt!: Date;

  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("text", { nullable: true })
  rationale!: string | null;
  /** The update that it was proposed with; null where it was given by itself. */
  @Column("uuid", { nullable: true })
  updateId!: string | null;

  @Column("text", { default: RatingStanding.SHARED })
  standing!: RatingStanding;
}
