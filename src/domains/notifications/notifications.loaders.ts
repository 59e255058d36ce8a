import { entityLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { childPages, type RequestContext } from "../access/index";
import { type Chosen, NotificationGroup, UNLESS_CHOSEN } from "./kinds";
import { NotificationPolicy } from "./notification-policy.entity";
import { NotificationRow } from "./notification.entity";
import type { NotificationSettings } from "./notification.types";

export const notificationPolicyLoader = (context: RequestContext) => entityLoader(context, NotificationPolicy);

/** Pages of what somebody is told, newest first. */
export const notificationsOf = (context: RequestContext) =>
  childPages<NotificationRow>(context, {
    name: "notifications",
    columns: columnsOf(context.source, NotificationRow, "n"),
    from: "notification n",
    parentColumn: "n.person_id",
    parentOf: ({ personId }) => personId,
    order: [
      { column: "n.at", type: "timestamptz", of: ({ at }) => at.toISOString() },
      { column: "n.id", type: "uuid", of: ({ id }) => id },
    ],
    descending: true,
  });

/** How and where somebody is told, with what holds where they have not chosen. */
export async function settingsOf({ db, actor }: RequestContext): Promise<NotificationSettings> {
  const [row] = await db.query<Omit<NotificationSettings, "preferences"> & { chosen: Chosen }>(
    `select a.address, a.new_address as "newAddress", a.code_expires_at as "codeExpiresAt", a.last_error as problem,
       (select coalesce(jsonb_object_agg(c.about, c.how), '{}') from notification_preference c where c.person_id = $1) as chosen
     from (select 1) as one left join notification_address a on a.person_id = $1`,
    [actor.person],
  );
  if (!row) throw new Error("one row was asked for");
  const { chosen, ...address } = row;
  return {
    ...address,
    preferences: Object.values(NotificationGroup).map((about) => ({
      about,
      how: chosen[about] ?? UNLESS_CHOSEN[about],
    })),
  };
}
