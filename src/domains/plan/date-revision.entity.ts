import { ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Person } from "../identity/index";
import { Agency } from "../partnership/index";
import { Action, ByWhenKind, Precision } from "./action.entity";
import { DateRevisionState } from "./date-revision-lifecycle";

registerEnumType(DateRevisionState, {
  name: "DateRevisionState",
  description: "Where a revision of a by-when stands",
  valuesConfig: {
    REQUESTED: { description: "Asked for by the lead agency; the by-when is as it was" },
    APPROVED: { description: "The by-when was moved, by an officer" },
    REFUSED: { description: "An officer said no, with a reason; the by-when is as it was" },
    WITHDRAWN: { description: "The agency that asked took it back; the by-when is as it was" },
    IMPORTED: { description: "The by-when was moved by an import of the plan's file; nobody asked and nobody decided" },
  },
});

@ObjectType({ description: "A by-when as it was before a move, or is after it" })
export class MovedByWhen {
  @Exposed("PUBLIC", () => String, "The words: as printed, or made from the day that it was moved to")
  text!: string;
  @Exposed("PUBLIC", () => ByWhenKind, "What kind of promise it is")
  kind!: ByWhenKind;
  @Exposed("PUBLIC", () => Precision, "How precise it is; null where the source does not say", { nullable: true })
  precision!: Precision | null;
  @Exposed("PUBLIC", () => DateScalar, "First day of a range; null otherwise", { nullable: true })
  start!: string | null;
  @Exposed(
    "PUBLIC",
    () => DateScalar,
    "Last day: a month means its last day; null where there was none, as only an import takes or gives one",
    { nullable: true },
  )
  end!: string | null;
}

/** From a day to a day; a file alone may say that there is none. */
const DATED =
  "state = 'IMPORTED' or (from_kind in ('DUE', 'RANGE') and to_kind in ('DUE', 'RANGE') and from_end is not null and to_end is not null and to_precision is not null)";
const MOVES =
  "(to_kind, to_start, to_end) is distinct from (from_kind, from_start, from_end) and (state = 'IMPORTED' or to_end <> from_end)";

/**
 * One move of an action's by-when, asked for or made. It is decided once, and never by who asked; approved, it moves the
 * by-when in the same transaction. The original by-when is not its concern and never changes. What nobody asked for (an
 * officer moved the date) has no asking agency, nobody who asked and no reason but the decision's. What an import of the
 * plan's file moved was decided by nobody either, and says who imported it where that was a person; it may take a date
 * away or give one, which no other revision does.
 */
@ObjectType({
  description:
    "A move of an action's by-when: asked for by the agency that leads it, or made by an officer or by an import of the plan. Until it is approved it is known to those named for the action and to oversight",
  implements: Node,
})
@Entity({ name: "date_revision" })
@Unique(["partnershipId", "id"])
@Index("date_revision_one_request_idx", ["actionId"], { unique: true, where: "state = 'REQUESTED'" })
@Index("date_revision_list_idx", ["actionId", "askedAt", "id"])
@OneOf("date_revision", "state", DateRevisionState)
@OneOf("date_revision", "fromKind", ByWhenKind)
@OneOf("date_revision", "toKind", ByWhenKind)
@OneOf("date_revision", "fromPrecision", Precision)
@OneOf("date_revision", "toPrecision", Precision)
@Check("date_revision_dated_check", DATED)
@Check("date_revision_order_check", "to_start is null or to_start <= to_end")
@Check("date_revision_moves_check", MOVES)
@Check(
  "date_revision_asked_check",
  "(asked_by is null) = (asked_by_agency_id is null) and (reason is null) = (asked_by_agency_id is null)",
)
@Check("date_revision_unasked_check", "asked_by is not null or state in ('APPROVED', 'IMPORTED')")
@Check(
  "date_revision_decided_check",
  "(decided_at is null) = (state = 'REQUESTED') and (state = 'IMPORTED' or (decided_by is null) = (state = 'REQUESTED'))",
)
@Check(
  "date_revision_reasoned_check",
  "decision_reason is not null or state not in ('APPROVED', 'REFUSED', 'IMPORTED')",
)
@Check(
  "date_revision_own_check",
  "state = 'WITHDRAWN' or decided_by is null or asked_by is null or decided_by <> asked_by",
)
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Agency, "askedByAgencyId")
@Index(["askedBy"])
@Index(["decidedBy"])
@References(() => Person, ["askedBy"], ["id"])
@References(() => Person, ["decidedBy"], ["id"])
export class DateRevision extends TenantRow {
  @Column("uuid")
  actionId!: string;

  @Exposed("PUBLIC", () => DateRevisionState, "Where it stands")
  @Column("text")
  state!: DateRevisionState;

  @Column("text")
  fromText!: string;

  @Column("text")
  fromKind!: ByWhenKind;

  @Column("date", { nullable: true })
  fromStart!: string | null;

  @Column("date", { nullable: true })
  fromEnd!: string | null;

  @Column("text", { nullable: true })
  fromPrecision!: Precision | null;

  @Column("text")
  toText!: string;

  @Column("text")
  toKind!: ByWhenKind;

  @Column("date", { nullable: true })
  toStart!: string | null;

  @Column("date", { nullable: true })
  toEnd!: string | null;

  @Column("text", { nullable: true })
  toPrecision!: Precision | null;

  @Exposed("PARTIES", () => String, "Why the lead agency asked; null where nobody did")
  @Column("text", { nullable: true })
  reason!: string | null;

  @Column("uuid", { nullable: true })
  askedByAgencyId!: string | null;

  @Column("uuid", { nullable: true })
  askedBy!: string | null;

  @Exposed("PUBLIC", () => DateTimeScalar, "When it was asked for, or made or imported where nobody asked")
  @Column("timestamptz")
  askedAt!: Date;

  @Column("uuid", { nullable: true })
  decidedBy!: string | null;

  @Exposed(
    "PARTNERSHIP",
    () => DateTimeScalar,
    "When it was approved, refused, withdrawn or imported; null while it is open",
  )
  @Column("timestamptz", { nullable: true })
  decidedAt!: Date | null;

  @Exposed(
    "PARTNERSHIP",
    () => String,
    "Why it was approved or refused, or that it was imported; null while it is open, or where it was withdrawn",
  )
  @Column("text", { nullable: true })
  decisionReason!: string | null;
}
