import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Person } from "../identity/index";
import { Agency } from "../partnership/index";
import { Action } from "../plan/index";
import { ProgressUpdate } from "../reporting/index";
import { EvidenceReach, EvidenceState, FileState } from "./evidence-lifecycle";

export enum EvidenceKind {
  ACTIVITY = "ACTIVITY",
  OUTPUT = "OUTPUT",
  OUTCOME = "OUTCOME",
  CHILDS_VOICE = "CHILDS_VOICE",
}
registerEnumType(EvidenceKind, {
  name: "EvidenceKind",
  description: "What kind of thing evidence shows",
  valuesConfig: {
    ACTIVITY: { description: "That something was done, such as a meeting or a training" },
    OUTPUT: { description: "What came of it, such as a policy or a number of people trained" },
    OUTCOME: { description: "What difference it made for children" },
    CHILDS_VOICE: { description: "What children themselves said or wrote" },
  },
});

export enum ProtectiveMarking {
  OFFICIAL = "OFFICIAL",
  OFFICIAL_SENSITIVE = "OFFICIAL_SENSITIVE",
}
registerEnumType(ProtectiveMarking, {
  name: "ProtectiveMarking",
  description:
    "Marking of the Government Security Classifications. What is SECRET or TOP SECRET is not put into this service",
  valuesConfig: {
    OFFICIAL: { description: "Known to the whole partnership once it is shared" },
    OFFICIAL_SENSITIVE: {
      description:
        "OFFICIAL with the marking -SENSITIVE: once shared, known to those named for an action in which it is in use, and to oversight",
    },
  },
});

registerEnumType(EvidenceState, {
  name: "EvidenceState",
  description: "Whether evidence still counts",
  valuesConfig: {
    ACTIVE: { description: "It counts" },
    WITHDRAWN: { description: "Withdrawn, with a reason; it stays on record and is not opened any more" },
  },
});
registerEnumType(FileState, {
  name: "FileState",
  description: "Where the file of evidence stands",
  valuesConfig: {
    PENDING: { description: "Waited for: nothing is kept" },
    CLEAN: { description: "Arrived, checked and kept" },
    REFUSED: { description: "Arrived, checked and not kept; `refusedBecause` says why" },
  },
});
registerEnumType(EvidenceReach, {
  name: "EvidenceReach",
  description: "Who may know of evidence; it only ever widens",
  valuesConfig: {
    OWN: { description: "The agency whose it is alone: used nowhere, or in a draft" },
    OVERSIGHT: { description: "Oversight besides: used in an update that was sent in" },
    PARTNERSHIP: {
      description: "The partnership, within its marking: attached to an action, or used in an accepted update",
    },
  },
});

/**
 * Something that shows that an action was done or made a difference: a link, or a file that is kept elsewhere under
 * `storageName`. What it says is changed with a new version; what was withdrawn stays.
 */
@ObjectType({ description: "Something that shows what was done or what difference it made", implements: Node })
@Entity({ name: "evidence" })
@Unique(["partnershipId", "id"])
@OneOf("evidence", "kind", EvidenceKind)
@OneOf("evidence", "marking", ProtectiveMarking)
@OneOf("evidence", "reach", EvidenceReach)
@OneOf("evidence", "state", EvidenceState)
@OneOf("evidence", "fileState", FileState)
@Check("evidence_days_check", "effective_from <= effective_to")
@Check(
  "evidence_link_or_file_check",
  "(url is null) <> (file_name is null) and (file_name is null) = (file_state is null)",
)
@Check(
  "evidence_clean_check",
  `(file_state is not distinct from 'CLEAN') = (storage_name is not null) and (storage_name is null) = (sha256 is null)
    and (storage_name is null) = (media_type is null) and (storage_name is null) = (size_bytes is null)`,
)
@Check("evidence_refused_check", "(file_state is not distinct from 'REFUSED') = (refused_because is not null)")
@Check(
  "evidence_withdrawn_check",
  "(state = 'WITHDRAWN') = (withdrawn_reason is not null) and (state = 'WITHDRAWN') = (withdrawn_at is not null)",
)
@BelongsTo(() => Agency, "ownerAgencyId")
@Index(["addedBy"])
@Index(["withdrawnBy"])
@References(() => Person, ["addedBy"], ["id"])
@References(() => Person, ["withdrawnBy"], ["id"])
export class Evidence extends TenantRow {
  @Column("uuid")
  ownerAgencyId!: string;

  @Exposed("PARTNERSHIP", () => String, "What it is")
  @Column("text")
  title!: string;

  @Exposed("PARTNERSHIP", () => String, "What it shows, in its agency's words")
  @Column("text", { nullable: true })
  shows!: string | null;

  @Exposed("PARTNERSHIP", () => EvidenceKind, "What kind of thing it shows")
  @Column("text")
  kind!: EvidenceKind;

  @Exposed("PARTNERSHIP", () => ProtectiveMarking, "Its protective marking")
  @Column("text")
  marking!: ProtectiveMarking;

  @Exposed("PARTNERSHIP", () => DateScalar, "First day that it speaks of")
  @Column("date", { nullable: true })
  effectiveFrom!: string | null;

  @Exposed("PARTNERSHIP", () => DateScalar, "Last day that it speaks of")
  @Column("date", { nullable: true })
  effectiveTo!: string | null;

  @Exposed("PARTNERSHIP", () => DateScalar, "Day on which its agency came by it")
  @Column("date")
  receivedOn!: string;

  @Exposed("PARTNERSHIP", () => DateScalar, "Last day on which it counts; null where it does not expire")
  @Column("date", { nullable: true })
  expiresOn!: string | null;

  /** No field of this name: withdrawn evidence is not opened (`link`). */
  @Column("text", { nullable: true })
  url!: string | null;

  @Exposed("PARTNERSHIP", () => String, "Name of the file, as it was given, without a path; null for a link")
  @Column("text", { nullable: true })
  fileName!: string | null;

  @Exposed("PARTNERSHIP", () => FileState, "Where the file stands; null for a link")
  @Column("text", { nullable: true })
  fileState!: FileState | null;

  @Exposed("PARTIES", () => String, "Why the file was not kept; null unless it was refused")
  @Column("text", { nullable: true })
  refusedBecause!: string | null;

  /** What the agency said that the file's hash would be. */
  @Column("text", { nullable: true })
  declaredSha256!: string | null;

  @Exposed("PARTIES", () => String, "SHA-256 of the file in hex; null while there is none")
  @Column("text", { nullable: true })
  sha256!: string | null;

  @Exposed("PARTNERSHIP", () => String, "Media type of the file, by its content; null while there is none")
  @Column("text", { nullable: true })
  mediaType!: string | null;

  @Exposed("PARTNERSHIP", () => Int, "Size of the file in bytes; null while there is none")
  @Column("int", { nullable: true })
  sizeBytes!: number | null;

  @Column("text", { nullable: true })
  storageName!: string | null;

  @Exposed("PARTNERSHIP", () => EvidenceReach, "Who may know of it")
  @Column("text", { default: EvidenceReach.OWN })
  reach!: EvidenceReach;

  @Exposed("PARTNERSHIP", () => EvidenceState, "Whether it still counts")
  @Column("text", { default: EvidenceState.ACTIVE })
  state!: EvidenceState;

  @Exposed("PARTNERSHIP", () => Int, "Version: each change of what is said of it is a new one")
  @Column("int", { default: 1 })
  version!: number;

  @Column("uuid")
  addedBy!: string;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was put on record")
  @Column("timestamptz")
  addedAt!: Date;

  @Column("uuid", { nullable: true })
  withdrawnBy!: string | null;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was withdrawn; null while it counts")
  @Column("timestamptz", { nullable: true })
  withdrawnAt!: Date | null;

  @Exposed("PARTNERSHIP", () => String, "Why it was withdrawn; null while it counts")
  @Column("text", { nullable: true })
  withdrawnReason!: string | null;
}

/** One use of evidence: of an action, and of an update on it. It ends, and stays on record, unless a draft is thrown away with it. */
@ObjectType({
  description: "One use of evidence, of an action and perhaps of an update on it; it ends and stays on record",
})
@Entity({ name: "evidence_use" })
@OneOf("evidence_use", "reach", EvidenceReach)
@Check("evidence_use_ended_check", "(ended_at is null) = (ended_by is null)")
@BelongsTo(() => Evidence, "evidenceId")
@BelongsTo(() => Action, "actionId")
@BelongsTo(() => ProgressUpdate, "progressUpdateId", { cascade: true })
@BelongsTo(() => Agency, "agencyId")
@Index(["attachedBy"])
@Index(["endedBy"])
@Index("evidence_use_of_action_idx", ["evidenceId", "actionId"], {
  unique: true,
  where: "ended_at is null and progress_update_id is null",
})
@Index("evidence_use_of_update_idx", ["evidenceId", "progressUpdateId"], { unique: true, where: "ended_at is null" })
@References(() => Person, ["attachedBy"], ["id"])
@References(() => Person, ["endedBy"], ["id"])
export class EvidenceUse extends TenantRow {
  @Column("uuid")
  evidenceId!: string;

  @Column("uuid")
  actionId!: string;

  /** Null: used of the action as such. */
  @Column("uuid", { nullable: true })
  progressUpdateId!: string | null;

  /** The agency that uses it, whose the evidence is. */
  @Column("uuid")
  agencyId!: string;

  @Column("text")
  reach!: EvidenceReach;

  @Column("uuid")
  attachedBy!: string;

  @Exposed("PUBLIC", () => DateTimeScalar, "When it was attached")
  @Column("timestamptz")
  attachedAt!: Date;

  @Column("uuid", { nullable: true })
  endedBy!: string | null;

  @Exposed("PUBLIC", () => DateTimeScalar, "When the use ended; null while it is in use", { nullable: true })
  @Column("timestamptz", { nullable: true })
  endedAt!: Date | null;
}
