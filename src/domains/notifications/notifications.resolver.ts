import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import { PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import { globalId, typesWithIds } from "../../platform/graphql/ids";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { orUserErrors } from "../../platform/graphql/user-error";
import { Linked, type RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import { Partnership, partnershipLoaders, Viewer } from "../partnership/index";
import { personOf } from "../people/index";
import { type Payload, written } from "../writing/index";
import { NotificationState } from "./kinds";
import { NotificationPolicy } from "./notification-policy.entity";
import { setNotificationPolicy } from "./notification-policy.service";
import type { NotificationRow } from "./notification.entity";
import {
  ConfirmNotificationAddressInput,
  NotificationConnection,
  NotificationHealth,
  NotificationPolicyPayload,
  NotificationSettings,
  NotificationSettingsPayload,
  NotificationView,
  SetNotificationAddressInput,
  SetNotificationPolicyInput,
  SetNotificationPreferencesInput,
  type UnsentNotifications,
} from "./notification.types";
import { notificationPolicyLoader, notificationsOf, settingsOf } from "./notifications.loaders";
import { confirmAddress, setAddress, setPreferences, wrongCode } from "./settings.service";

@Resolver(() => Viewer)
export class ViewerNotificationsResolver {
  @FieldResolver(() => NotificationConnection, {
    description: "What the caller was told of or will be, newest first, whatever messages they want",
  })
  @Access("PUBLIC")
  notifications(@Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(notificationsOf)(personOf(context.actor), pageOf(page));
  }

  @FieldResolver(() => NotificationSettings, { description: "How and where the caller is told" })
  @Access("PUBLIC")
  notificationSettings(@Ctx() context: RequestContext): Promise<NotificationSettings> {
    return settingsOf(context);
  }
}

@Resolver(() => NotificationView)
export class NotificationResolver {
  @FieldResolver(() => Partnership, {
    nullable: true,
    description: "The partnership that it is of; null where the caller may no longer see it",
  })
  @Access("PUBLIC")
  partnership(@Root() { partnershipId }: NotificationRow, @Ctx() context: RequestContext) {
    return context.use(partnershipLoaders).partnershipById.load(partnershipId);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: "Id of the object that it is about, whether or not the caller may still see that",
  })
  @Access("PUBLIC")
  subject(@Root() { subjectType, subjectId }: NotificationRow): string | null {
    return typesWithIds().includes(subjectType) ? globalId(subjectType, subjectId) : null;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: "Instant by which something was asked for, as things then stood; null where none was",
  })
  @Access("PUBLIC")
  by(@Root() { detail }: NotificationRow): Date | null {
    return detail.by === undefined ? null : new Date(detail.by);
  }

  @FieldResolver(() => DateScalar, {
    nullable: true,
    description:
      "Day by which something was asked for, as things then stood, where no hour matters; null where none was",
  })
  @Access("PUBLIC")
  byDay(@Root() { detail }: NotificationRow): string | null {
    return detail.byDay ?? null;
  }
}

@Resolver(() => Partnership)
export class NotificationPolicyResolver {
  @Linked(
    "PARTNERSHIP",
    () => NotificationPolicy,
    "How messages about it go out, as it has said or as whoever runs the service has set",
    (partnership, policy) => ({
      from: `(select coalesce(p.id, gen_random_uuid()) as id, own.id as partnership_id, p.every_minutes, coalesce(p.version, 0) as version
        from (select ${partnership}.id as id) own left join notification_policy p on p.partnership_id = own.id) ${policy}`,
      where: "true",
    }),
  )
  notificationPolicy!: NotificationPolicy | null;

  @Mutation(() => NotificationPolicyPayload, {
    description: "Says how messages about a partnership go out. For officers",
  })
  @Access("PUBLIC")
  setNotificationPolicy(
    @Arg("input", () => SetNotificationPolicyInput, { description: "How they do" }) input: SetNotificationPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<"notificationPolicy", NotificationPolicy>> {
    return written(
      context,
      "notificationPolicy",
      (send) => setNotificationPolicy(send, context, input),
      (id) => context.use(notificationPolicyLoader).load(id),
    );
  }
}

type Counted = UnsentNotifications & { state: NotificationState; newest: Date | null };

@Resolver(() => Partnership)
export class PartnershipNotificationsResolver {
  @FieldResolver(() => NotificationHealth, {
    nullable: true,
    description: "Whether the partnership's notifications go out; for oversight and platform administrators",
  })
  @Access("OVERSIGHT")
  async notificationHealth(@Root() { id }: Partnership, @Ctx() { db }: RequestContext): Promise<NotificationHealth> {
    const counted = await db.query<Counted>(
      "select h.state, h.last_error as problem, h.count, h.oldest, h.newest from app.notification_health($1) h",
      [id],
    );
    const of = (state: NotificationState) => counted.filter((one) => one.state === state);
    const [sent] = of(NotificationState.SENT);
    return {
      sent: sent?.count ?? 0,
      lastSentAt: sent?.newest ?? null,
      waiting: of(NotificationState.PENDING),
      dead: of(NotificationState.DEAD),
    };
  }
}

/** Changes the caller's own settings, and answers them as they then stand. */
function changing(context: RequestContext, work: (send: Send) => Promise<void>): Promise<NotificationSettingsPayload> {
  return orUserErrors<{ settings: NotificationSettings | null }>({ settings: null }, async () => {
    await context.db.write(work);
    context.forget();
    return { settings: await settingsOf(context) };
  });
}

@Resolver()
export class NotificationWritesResolver {
  @Mutation(() => NotificationSettingsPayload, { description: "Chooses how the caller is told of notifications" })
  @Access("PUBLIC")
  setNotificationPreferences(
    @Arg("input", () => SetNotificationPreferencesInput, { description: "Which groups, and how" })
    input: SetNotificationPreferencesInput,
    @Ctx() context: RequestContext,
  ): Promise<NotificationSettingsPayload> {
    return changing(context, (send) => setPreferences(send, context, input));
  }

  @Mutation(() => NotificationSettingsPayload, {
    description:
      "Names the address at which the caller is told. A code is mailed to it within minutes: confirm it with `confirmNotificationAddress`. A code can be asked for every five minutes",
  })
  @Access("PUBLIC")
  setNotificationAddress(
    @Arg("input", () => SetNotificationAddressInput, { description: "The address" })
    input: SetNotificationAddressInput,
    @Ctx() context: RequestContext,
  ): Promise<NotificationSettingsPayload> {
    return changing(context, (send) => setAddress(send, context, input));
  }

  @Mutation(() => NotificationSettingsPayload, {
    description:
      "Confirms the new address by the code that was mailed to it. A code holds for an hour, and for five wrong attempts",
  })
  @Access("PUBLIC")
  confirmNotificationAddress(
    @Arg("input", () => ConfirmNotificationAddressInput, { description: "The code" })
    input: ConfirmNotificationAddressInput,
    @Ctx() context: RequestContext,
  ): Promise<NotificationSettingsPayload> {
    return orUserErrors<{ settings: NotificationSettings | null }>({ settings: null }, async () => {
      const wrong = await context.db.write((send) => confirmAddress(send, context, input));
      if (wrong) throw wrongCode();
      context.forget();
      return { settings: await settingsOf(context) };
    });
  }
}
