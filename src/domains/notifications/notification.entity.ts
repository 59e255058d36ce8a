import { Check, Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "typeorm";
import { OneOf, References, TenantRow } from "../../platform/database/columns";
import { Person } from "../identity/index";
import { NotificationGroup, NotificationHow, NotificationKind, NotificationProblem, NotificationState } from "./kinds";
import type { NotificationDetail } from "./notify";

/**
 * That somebody is to be told of something, written in the transaction that did it, and what became of telling them. A cause
 * is told once to each. Nothing of what it is about stands in it: words are read when it is sent, as its recipient.
 */
@Entity({ name: "notification" })
@Unique(["partnershipId", "personId", "cause"])
@OneOf("notification", "kind", NotificationKind)
@OneOf("notification", "state", NotificationState)
@OneOf("notification", "lastError", NotificationProblem)
@Check("notification_sent_check", "(state = 'SENT') = (sent_at is not null)")
@Index(["personId", "at", "id"])
@Index("notification_due_idx", ["nextTryAt", "personId"], { where: "state = 'PENDING'" })
@Index("notification_sent_idx", ["personId", "sentAt"], { where: "state = 'SENT'" })
@References("Partnership", ["partnershipId"], ["id"])
@References(() => Person, ["personId"], ["id"])
export class NotificationRow extends TenantRow {
  @Column("uuid")
  personId!: string;

  @Column("text")
  kind!: NotificationKind;

  @Column("text")
  subjectType!: string;

  @Column("uuid")
  subjectId!: string;

  @Column("text")
  cause!: string;

  @Column("jsonb", { default: {} })
  detail!: NotificationDetail;

  @Column("timestamptz")
  at!: Date;

  @Column("text", { default: NotificationState.PENDING })
  state!: NotificationState;

  @Column("timestamptz")
  nextTryAt!: Date;

  /** The message that it goes out with, from the first try on: what is tried together stays together. */
  @Column("uuid", { nullable: true })
  message!: string | null;

  /** Whether that message is the day's digest. */
  @Column("boolean", { nullable: true })
  digest!: boolean | null;

  @Column("int", { default: 0 })
  attempts!: number;

  @Column("timestamptz", { nullable: true })
  firstTriedAt!: Date | null;

  @Column("text", { nullable: true })
  lastError!: NotificationProblem | null;

  @Column("timestamptz", { nullable: true })
  sentAt!: Date | null;
}

/** How somebody wants to be told of the kinds of one group. */
@Entity({ name: "notification_preference" })
@Unique(["personId", "about"])
@OneOf("notification_preference", "about", NotificationGroup)
@OneOf("notification_preference", "how", NotificationHow)
@References(() => Person, ["personId"], ["id"])
export class NotificationPreferenceRow {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("uuid")
  personId!: string;

  @Column("text")
  about!: NotificationGroup;

  @Column("text")
  how!: NotificationHow;
}

const { NO_SERVER, UNREACHABLE, DEFERRED, REFUSED } = NotificationProblem;

/**
 * Where somebody's messages go: `address` once they have shown, by a code mailed to it, that it is theirs. The code is made
 * when it is mailed and kept as its SHA-256.
 */
@Entity({ name: "notification_address" })
@Unique(["personId"])
@OneOf("notification_address", "lastError", [NO_SERVER, UNREACHABLE, DEFERRED, REFUSED])
@Check("notification_address_code_check", "new_address is not null or (code_hash is null and code_due_at is null)")
@Index("notification_address_code_due_idx", ["codeDueAt"], { where: "code_due_at is not null" })
@References(() => Person, ["personId"], ["id"])
export class NotificationAddressRow {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("uuid")
  personId!: string;

  @Column("text", { nullable: true })
  address!: string | null;

  /** One that waits for its code. */
  @Column("text", { nullable: true })
  newAddress!: string | null;

  /** When a code was last asked for. */
  @Column("timestamptz", { nullable: true })
  setAt!: Date | null;

  @Column("bytea", { nullable: true })
  codeHash!: Buffer | null;

  @Column("timestamptz", { nullable: true })
  codeExpiresAt!: Date | null;

  /** Wrong codes given for this one. */
  @Column("int", { default: 0 })
  codeAttempts!: number;

  /** When a code is to be mailed; null where none is. */
  @Column("timestamptz", { nullable: true })
  codeDueAt!: Date | null;

  /** Times that mailing one was tried. */
  @Column("int", { default: 0 })
  codeTries!: number;

  @Column("text", { nullable: true })
  lastError!: NotificationProblem | null;
}
