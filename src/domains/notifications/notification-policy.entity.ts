import { Int, ObjectType } from "type-graphql";
import { Check, Column, Entity, Unique } from "typeorm";
import { References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";

/** Fewest and most minutes that a partnership may put between two messages. */
export const FEWEST_MINUTES = 5;
export const MOST_MINUTES = 1_440;

/** How messages about a partnership go out; where no row says, the service's own settings do. */
@ObjectType({ description: "How messages about a partnership go out to its people" })
@Entity({ name: "notification_policy" })
@Unique(["partnershipId"])
@Check("notification_policy_every_minutes_check", `every_minutes between ${FEWEST_MINUTES} and ${MOST_MINUTES}`)
@References("Partnership", ["partnershipId"], ["id"])
export class NotificationPolicy extends TenantRow {
  @Exposed(
    "PARTNERSHIP",
    () => Int,
    "Minutes, at least, between the last message to a person and one about this partnership that is not the day's digest; what happens meanwhile is gathered. Null: as whoever runs the service has set",
    { nullable: true },
  )
  @Column("int", { nullable: true })
  everyMinutes!: number | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it; 0 where nothing was said")
  @Column("int", { default: 1 })
  version!: number;
}
