import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { TrackedItem } from "../boards/index";
import { Indicator } from "../indicators/index";
import { Agency } from "../partnership/index";
import { Action } from "../plan/index";
import { ChallengeState } from "./challenge-lifecycle";
import { LadderStage } from "./ladder.entity";

export enum ChallengeGround {
  DRIFT = "DRIFT",
  OVERDUE = "OVERDUE",
  NOT_RETURNED = "NOT_RETURNED",
  DISAGREEMENT = "DISAGREEMENT",
  OTHER = "OTHER",
}
registerEnumType(ChallengeGround, {
  name: "ChallengeGround",
  description: "Why a challenge was raised",
  valuesConfig: {
    DRIFT: { description: "It is not getting on" },
    OVERDUE: { description: "Its day has passed" },
    NOT_RETURNED: { description: "An update or a return has not come" },
    DISAGREEMENT: { description: "Two agencies see it differently" },
    OTHER: { description: "Anything else" },
  },
});

registerEnumType(ChallengeState, {
  name: "ChallengeState",
  description: "Where a challenge stands at its stage, or how it ended",
  valuesConfig: {
    RAISED: { description: "Nobody has answered at this stage yet" },
    ACKNOWLEDGED: { description: "The agency that is challenged has said that it has it" },
    RESPONDED: { description: "It was answered" },
    RESOLUTION_PROPOSED: { description: "One side proposes a resolution, and the other has to say whether it agrees" },
    AGREED: { description: "Ended: the two sides agree" },
    DECIDED: { description: "Ended: the stage's decider, or the chair, has decided" },
    DEADLOCKED: { description: "Ended: the ladder is at its end and nothing was agreed or decided" },
    WITHDRAWN: { description: "Ended: whoever raised it took it back" },
  },
});

export enum ChallengeSide {
  RAISER = "RAISER",
  ANSWERER = "ANSWERER",
  DECIDER = "DECIDER",
}
registerEnumType(ChallengeSide, {
  name: "ChallengeSide",
  description: "Whose turn it is in a challenge",
  valuesConfig: {
    RAISER: { description: "Whoever raised it" },
    ANSWERER: { description: "The agency that is challenged" },
    DECIDER: { description: "The stage's decider" },
  },
});

export enum RaisedAs {
  AGENCY = "AGENCY",
  OFFICER = "OFFICER",
  CHAIR = "CHAIR",
  RULE = "RULE",
}
registerEnumType(RaisedAs, {
  name: "RaisedAs",
  description: "As what a challenge was raised",
  valuesConfig: {
    AGENCY: { description: "By an agency, through its lead" },
    OFFICER: { description: "By an officer of the partnership" },
    CHAIR: { description: "By its chair" },
    RULE: { description: "By a rule of the partnership, by itself" },
  },
});

export enum ChallengeEventKind {
  RAISED = "RAISED",
  ACKNOWLEDGED = "ACKNOWLEDGED",
  RESPONDED = "RESPONDED",
  PROPOSED = "PROPOSED",
  AGREED = "AGREED",
  DECLINED = "DECLINED",
  ESCALATED = "ESCALATED",
  EXPIRED = "EXPIRED",
  RECOUNTED = "RECOUNTED",
  DECIDED = "DECIDED",
  DEADLOCKED = "DEADLOCKED",
  WITHDRAWN = "WITHDRAWN",
  LEARNED = "LEARNED",
}
registerEnumType(ChallengeEventKind, {
  name: "ChallengeEventKind",
  description: "What happened to a challenge",
  valuesConfig: {
    RAISED: { description: "It was raised" },
    ACKNOWLEDGED: { description: "The agency that is challenged said that it has it" },
    RESPONDED: { description: "It was answered" },
    PROPOSED: { description: "A resolution was proposed" },
    AGREED: { description: "The two sides agreed" },
    DECLINED: { description: "The proposed resolution was declined" },
    ESCALATED: { description: "Somebody took it to a higher stage" },
    EXPIRED: { description: "The stage's clock ran out: it went to the next stage by itself" },
    RECOUNTED: { description: "Bank holidays were published: the time to answer is over on another day" },
    DECIDED: { description: "It was decided" },
    DEADLOCKED: { description: "The ladder came to its end with nothing agreed or decided" },
    WITHDRAWN: { description: "Whoever raised it took it back" },
    LEARNED: { description: "What was learned was recorded" },
  },
});

/** As what somebody acted: the clock and a rule are nobody. */
export enum ActedAs {
  AGENCY = "AGENCY",
  OFFICER = "OFFICER",
  CHAIR = "CHAIR",
  RULE = "RULE",
  CLOCK = "CLOCK",
}

/**
 * A challenge as it stands. `state` moves through `nextChallengeState` alone; one clock runs at a time, and `respondBy` is
 * when. Who is party stands in the row: row-level security reads it there.
 */
@ObjectType({
  description:
    "What one agency, an officer, the chair or a rule holds against an agency, on its way up a ladder. Read by those who take part in it and by oversight; to anybody else there is none",
  implements: Node,
})
@Entity({ name: "challenge" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "number"])
@Unique(["partnershipId", "cause"])
@Index(["ladderVersionId", "stageNumber", "partnershipId"])
@Index(["partnershipId", "raisedAt"])
@Index("challenge_due_idx", ["respondBy"], { where: "respond_by is not null" })
@Index("challenge_provisional_idx", ["partnershipId"], { where: "provisional" })
@Index(["raisedByPersonId"])
@OneOf("challenge", "ground", ChallengeGround)
@OneOf("challenge", "raisedAs", RaisedAs)
@OneOf("challenge", "state", ChallengeState)
@OneOf("challenge", "waitingOn", ChallengeSide)
@Check(
  "challenge_about_check",
  "num_nonnulls(action_id, about_agency_id, tracked_item_id, indicator_id) = 1 and (period_end is null or tracked_item_id is null)",
)
@Check(
  "challenge_raiser_check",
  "(raised_as = 'AGENCY') = (raised_by_agency_id is not null) and (raised_as = 'RULE') = (raised_by_person_id is null) and (raised_as = 'RULE') = (cause is not null)",
)
@Check("challenge_two_sides_check", "raised_by_agency_id is distinct from against_agency_id")
@Check(
  "challenge_proposed_by_check",
  "proposed_by is null or (proposed_by in ('RAISER', 'ANSWERER') and state in ('RESOLUTION_PROPOSED', 'AGREED'))",
)
@Check(
  "challenge_ended_check",
  "(state in ('AGREED', 'DECIDED', 'DEADLOCKED', 'WITHDRAWN')) = (ended_at is not null) and (ended_at is null) = (waiting_on is not null) and (ended_at is null or (respond_by is null and acknowledge_by is null))",
)
@Check("challenge_clock_check", "(respond_by is null) = (respond_day is null)")
@References(
  () => LadderStage,
  ["partnershipId", "ladderVersionId", "stageNumber"],
  ["partnershipId", "ladderVersionId", "number"],
)
@BelongsTo(() => Action, "actionId")
@BelongsTo(() => Agency, "aboutAgencyId")
@BelongsTo(() => TrackedItem, "trackedItemId")
@BelongsTo(() => Indicator, "indicatorId")
@BelongsTo(() => Agency, "raisedByAgencyId")
@BelongsTo(() => Agency, "againstAgencyId")
@References("Person", ["raisedByPersonId"], ["id"])
export class Challenge extends TenantRow {
  @Column("int")
  number!: number;

  @Column("uuid")
  ladderVersionId!: string;

  @Exposed("PARTIES", () => String, "What it is about, in a line")
  @Column("text")
  subject!: string;

  @Exposed("PARTIES", () => String, "What is held, and what is asked for; null if not said", { nullable: true })
  @Column("text", { nullable: true })
  detail!: string | null;

  @Exposed("PARTIES", () => ChallengeGround, "Why it was raised")
  @Column("text")
  ground!: ChallengeGround;

  @Column("uuid", { nullable: true })
  actionId!: string | null;

  @Column("uuid", { nullable: true })
  aboutAgencyId!: string | null;

  @Column("uuid", { nullable: true })
  trackedItemId!: string | null;

  @Column("uuid", { nullable: true })
  indicatorId!: string | null;

  @Exposed("PARTIES", () => DateScalar, "Last day of the period whose return it is about; null if it is about none", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  periodEnd!: string | null;

  @Exposed("PARTIES", () => RaisedAs, "As what it was raised")
  @Column("text")
  raisedAs!: RaisedAs;

  /** Null where no agency raised it. */
  @Column("uuid", { nullable: true })
  raisedByAgencyId!: string | null;

  @Column("uuid", { nullable: true })
  raisedByPersonId!: string | null;

  /** What a rule found: it raises the same never twice. */
  @Column("text", { nullable: true })
  cause!: string | null;

  @Column("uuid")
  againstAgencyId!: string;

  /** Other agencies that take part, as whoever raised it named them. */
  @Column("uuid", { array: true, default: "{}" })
  involvedAgencyIds!: string[];

  /** Agencies whose post or board decides a stage that it has come to. */
  @Column("uuid", { array: true, default: "{}" })
  decidingAgencyIds!: string[];

  @Exposed("PARTIES", () => String, "Why a child is at immediate risk, where that was said; null otherwise", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  riskReason!: string | null;

  @Exposed("PARTIES", () => ChallengeState, "Where it stands at its stage, or how it ended")
  @Column("text", { default: ChallengeState.RAISED })
  state!: ChallengeState;

  @Column("int")
  stageNumber!: number;

  @Column("timestamptz")
  stageFrom!: Date;

  @Exposed("PARTIES", () => ChallengeSide, "Whose turn it is; null once it has ended", { nullable: true })
  @Column("text", { nullable: true })
  waitingOn!: ChallengeSide | null;

  /** The side whose proposal is to be answered. */
  @Column("text", { nullable: true })
  proposedBy!: ChallengeSide.RAISER | ChallengeSide.ANSWERER | null;

  @Column("timestamptz", { nullable: true })
  acknowledgeBy!: Date | null;

  @Column("timestamptz", { nullable: true })
  respondBy!: Date | null;

  @Column("date", { nullable: true })
  respondDay!: string | null;

  @Column("boolean", { default: false })
  provisional!: boolean;

  @Exposed("PARTIES", () => String, "What it came to: what was agreed or decided; null while it has not ended", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  outcome!: string | null;

  @Exposed("PARTIES", () => String, "What was learned from it; null while nobody has said", { nullable: true })
  @Column("text", { nullable: true })
  learning!: string | null;

  @Exposed("PARTIES", () => DateTimeScalar, "When it was raised")
  @Column("timestamptz")
  raisedAt!: Date;

  @Exposed("PARTIES", () => DateTimeScalar, "When it ended; null while it has not", { nullable: true })
  @Column("timestamptz", { nullable: true })
  endedAt!: Date | null;

  @Exposed("PARTIES", () => Int, "Version, for `expectedVersion` when something happens to it")
  @Column("int", { default: 1 })
  version!: number;
}

/** How many challenges have been raised in a partnership: nobody who raises one sees all of them, and each has a number. */
@Entity({ name: "challenge_counter" })
@Unique(["partnershipId"])
@References("Partnership", ["partnershipId"], ["id"])
export class ChallengeCounter extends TenantRow {
  @Column("int", { default: 0 })
  raised!: number;
}

/** Something that happened to a challenge. It is never changed. */
@ObjectType({ description: "Something that happened to a challenge" })
@Entity({ name: "challenge_event" })
@Unique(["challengeId", "number"])
@Index(["personId"])
@OneOf("challenge_event", "kind", ChallengeEventKind)
@OneOf("challenge_event", "actedAs", ActedAs)
@Check(
  "challenge_event_actor_check",
  "(acted_as = 'AGENCY') = (agency_id is not null) and (acted_as in ('RULE', 'CLOCK')) = (person_id is null)",
)
@BelongsTo(() => Challenge, "challengeId")
@BelongsTo(() => Agency, "agencyId")
@References("Person", ["personId"], ["id"])
export class ChallengeEvent extends TenantRow {
  @Column("uuid")
  challengeId!: string;

  @Exposed("PARTIES", () => Int, "Number among what happened to the challenge, from 1")
  @Column("int")
  number!: number;

  @Exposed("PARTIES", () => ChallengeEventKind, "What happened")
  @Column("text")
  kind!: ChallengeEventKind;

  @Exposed("PARTIES", () => DateTimeScalar, "When")
  @Column("timestamptz")
  at!: Date;

  @Exposed("PARTIES", () => Int, "Number of the stage at which it happened")
  @Column("int")
  stageNumber!: number;

  @Exposed("PARTIES", () => Int, "Number of the stage that it led to; null where it stayed", { nullable: true })
  @Column("int", { nullable: true })
  toStage!: number | null;

  @Column("text")
  actedAs!: ActedAs;

  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("uuid", { nullable: true })
  personId!: string | null;

  @Exposed("PARTIES", () => String, "What was said; null if nothing", { nullable: true })
  @Column("text", { nullable: true })
  note!: string | null;

  @Exposed(
    "PARTIES",
    () => DateTimeScalar,
    "Instant until which the next answer is in time; null where no clock runs",
    {
      nullable: true,
    },
  )
  @Column("timestamptz", { nullable: true })
  respondBy!: Date | null;

  @Exposed("PARTIES", () => DateScalar, "The London day that it is the end of", { nullable: true })
  @Column("date", { nullable: true })
  respondDay!: string | null;
}

/** A party's own note on a challenge: nobody else reads it, oversight included. */
@ObjectType({ description: "A party's own note on a challenge, which nobody but that agency reads" })
@Entity({ name: "challenge_note" })
@Index(["personId"])
@BelongsTo(() => Challenge, "challengeId")
@BelongsTo(() => Agency, "agencyId")
@References("Person", ["personId"], ["id"])
export class ChallengeNote extends TenantRow {
  @Column("uuid")
  challengeId!: string;

  @Column("uuid")
  agencyId!: string;

  @Exposed("AUTHOR_DRAFT", () => String, "The note")
  @Column("text")
  text!: string;

  @Column("uuid")
  personId!: string;

  @Exposed("AUTHOR_DRAFT", () => DateTimeScalar, "When it was written")
  @Column("timestamptz")
  at!: Date;
}
