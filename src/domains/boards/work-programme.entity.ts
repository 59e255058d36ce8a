import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Board } from "./board.entity";
import { Meeting } from "./meeting.entity";

export enum WorkProgrammeBasis {
  SCHEDULED = "SCHEDULED",
  BY_EXCEPTION = "BY_EXCEPTION",
  PROPOSED = "PROPOSED",
}
registerEnumType(WorkProgrammeBasis, {
  name: "WorkProgrammeBasis",
  description: "On what footing something is on a work programme",
  valuesConfig: {
    SCHEDULED: { description: "For a meeting or a day" },
    BY_EXCEPTION: { description: "Comes to the board only where it is off track; otherwise circulated" },
    PROPOSED: { description: "Somebody would like it, and no day is set" },
  },
});

/** What a board will look at. What was proposed is scheduled in place; nothing leaves the programme without an outcome. */
@ObjectType({ description: "What a board will look at, has looked at, or was asked to", implements: Node })
@Entity({ name: "work_programme_item" })
@Unique(["partnershipId", "id"])
@Unique(["boardId", "number"])
@Index(["meetingId", "boardId", "partnershipId"])
@OneOf("work_programme_item", "basis", WorkProgrammeBasis)
@Check(
  "work_programme_item_scheduled_check",
  "case basis when 'SCHEDULED' then scheduled_on is not null when 'PROPOSED' then scheduled_on is null and meeting_id is null else true end",
)
@BelongsTo(() => Board, "boardId")
@References(() => Meeting, ["partnershipId", "boardId", "meetingId"], ["partnershipId", "boardId", "id"])
export class WorkProgrammeItem extends TenantRow {
  @Column("uuid")
  boardId!: string;

  @Column("uuid", { nullable: true })
  meetingId!: string | null;

  @Exposed("PUBLIC", () => Int, "Number on the board's programme, from 1")
  @Column("int")
  number!: number;

  @Exposed("PUBLIC", () => String, "The year that it is on the programme of, as the board calls it")
  @Column("text")
  yearLabel!: string;

  @Exposed("PUBLIC", () => String, "What is looked at, in short")
  @Column("text")
  title!: string;

  @Exposed("PUBLIC", () => WorkProgrammeBasis, "On what footing it is there")
  @Column("text")
  basis!: WorkProgrammeBasis;

  @Exposed("PUBLIC", () => DateScalar, "Day that it is for; null where none is set", { nullable: true })
  @Column("date", { nullable: true })
  scheduledOn!: string | null;

  @Exposed("PUBLIC", () => String, "What came of it; null while nothing is recorded", { nullable: true })
  @Column("text", { nullable: true })
  outcome!: string | null;

  @Exposed("PUBLIC", () => DateTimeScalar, "Instant from which it is public; null while it is the partnership's own", {
    nullable: true,
  })
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;
}
