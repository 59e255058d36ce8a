import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Index, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { Person } from "../identity/index";
import { Agency } from "../partnership/index";
import { Action } from "./action.entity";

export enum ContributionState {
  NOT_STARTED = "NOT_STARTED",
  UNDER_WAY = "UNDER_WAY",
  DONE = "DONE",
  CANNOT = "CANNOT",
}
registerEnumType(ContributionState, {
  name: "ContributionState",
  description: "How an agency says that its own part of an action stands; apart from the action's status",
  valuesConfig: {
    NOT_STARTED: { description: "Nothing of its part has been done yet" },
    UNDER_WAY: { description: "Its part is under way" },
    DONE: { description: "Its part is done" },
    CANNOT: { description: "It cannot do its part as things are; the note says why" },
  },
});

/**
 * How the part of an agency named for an action stands, as that agency says. Entries are added, never changed; the one of
 * the highest version is the current. It hangs on the action and the agency, so that a list of names printed anew keeps it.
 */
@ObjectType({ description: "How an agency says that its own part of an action stands" })
@Entity({ name: "contribution" })
@Unique("contribution_version_key", ["actionId", "agencyId", "version"])
@OneOf("contribution", "state", ContributionState)
@Check("contribution_cannot_check", "state <> 'CANNOT' or note is not null")
@BelongsTo(() => Action, "actionId", { cascade: true })
@BelongsTo(() => Agency, "agencyId")
@BelongsTo(() => Agency, "saidByAgencyId")
@Index(["saidBy"])
@References(() => Person, ["saidBy"], ["id"])
export class Contribution extends TenantRow {
  @Column("uuid")
  actionId!: string;

  /** The agency named for the action: the speaker's own, or a collective that it is in. */
  @Column("uuid")
  agencyId!: string;

  @Exposed("PARTNERSHIP", () => Int, "How many times it has been said: for `expectedVersion`")
  @Column("int")
  version!: number;

  @Exposed("PARTNERSHIP", () => ContributionState, "How it stands")
  @Column("text")
  state!: ContributionState;

  @Exposed("PARTIES", () => String, "What the agency adds to that, such as why it cannot")
  @Column("text", { nullable: true })
  note!: string | null;

  @Column("uuid")
  saidByAgencyId!: string;

  @Column("uuid")
  saidBy!: string;

  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was said")
  @Column("timestamptz")
  since!: Date;
}
