import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Unique } from "typeorm";
import { OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";

export enum RemindedOf {
  ACTION = "ACTION",
  UPDATE = "UPDATE",
  TRACKED_ITEM = "TRACKED_ITEM",
  CHALLENGE = "CHALLENGE",
}
registerEnumType(RemindedOf, {
  name: "RemindedOf",
  description: "What people are reminded of",
  valuesConfig: {
    ACTION: { description: "The by-when of an action, of the agency that leads it" },
    UPDATE: { description: "A reporting period's updates, of an agency that has submitted nothing of it" },
    TRACKED_ITEM: { description: "What a board asked for, of the agency that was asked" },
    CHALLENGE: { description: "A challenge's clock, of whoever has to acknowledge, answer or decide it" },
  },
});

/** When people of a partnership are reminded of one kind of thing; where no row says, `USUAL` does. */
@ObjectType({ description: "When the people of a partnership are reminded of one kind of thing that falls due" })
@Entity({ name: "reminder_policy" })
@Unique(["partnershipId", "about"])
@OneOf("reminder_policy", "about", RemindedOf)
@Check("reminder_policy_days_check", "days_before between 1 and 60 and days_after between 1 and 60")
@References("Partnership", ["partnershipId"], ["id"])
export class ReminderPolicy extends TenantRow {
  @Exposed("PARTNERSHIP", () => RemindedOf, "What people are reminded of")
  @Column("text")
  about!: RemindedOf;

  @Exposed("PARTNERSHIP", () => Int, "Working days before the day due; null: not before it", { nullable: true })
  @Column("int", { nullable: true })
  daysBefore!: number | null;

  @Exposed("PARTNERSHIP", () => Boolean, "Whether on the day itself; on the last working day before where it is none")
  @Column("boolean")
  onTheDay!: boolean;

  @Exposed("PARTNERSHIP", () => Int, "Working days after the day due; null: not after it", { nullable: true })
  @Column("int", { nullable: true })
  daysAfter!: number | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it; 0 where it is as usual")
  @Column("int", { default: 1 })
  version!: number;
}
