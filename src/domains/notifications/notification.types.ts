import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { payloadType } from "../writing/index";
import { NotificationGroup, NotificationHow, NotificationKind, NotificationProblem } from "./kinds";
import { NotificationPolicy } from "./notification-policy.entity";

@ObjectType("Notification", {
  description:
    "That the caller was told of something, or will be. It names what it is about and says nothing of it: ask for that by its id",
})
export class NotificationView {
  @Exposed("PUBLIC", () => NotificationKind, "What it tells of")
  kind!: NotificationKind;
  @Exposed("PUBLIC", () => DateTimeScalar, "When it happened")
  at!: Date;
  @Exposed("PUBLIC", () => DateTimeScalar, "When a message with it was sent; null while none was, or none will be", {
    nullable: true,
  })
  sentAt!: Date | null;
}

export const NotificationConnection = connectionTypeOf("Notification", () => NotificationView);

@ObjectType({ description: "How the caller is told of notifications of one group" })
export class NotificationPreference {
  @Exposed("PUBLIC", () => NotificationGroup, "The group")
  about!: NotificationGroup;
  @Exposed("PUBLIC", () => NotificationHow, "How they are told")
  how!: NotificationHow;
}

@ObjectType({ description: "How and where the caller is told of notifications. Nobody else sees it" })
export class NotificationSettings {
  @Exposed("PUBLIC", () => String, "E-mail address that messages go to; null where none is confirmed", {
    nullable: true,
  })
  address!: string | null;
  @Exposed(
    "PUBLIC",
    () => String,
    "Address that waits to be confirmed by the code mailed to it; null where none does",
    {
      nullable: true,
    },
  )
  newAddress!: string | null;
  @Exposed("PUBLIC", () => DateTimeScalar, "Until when the code that was mailed holds; null where none was", {
    nullable: true,
  })
  codeExpiresAt!: Date | null;
  @Exposed(
    "PUBLIC",
    () => NotificationProblem,
    "Why the code was not mailed; null where nothing is known to be wrong",
    {
      nullable: true,
    },
  )
  problem!: NotificationProblem | null;
  @Exposed("PUBLIC", () => NotificationPreference, "How the caller is told, for each group", { list: true })
  preferences!: NotificationPreference[];
}

@ObjectType({ description: "Notifications of a partnership that were not sent, by why not" })
export class UnsentNotifications {
  @Exposed("PUBLIC", () => NotificationProblem, "Why; null while they are not due, or nobody has tried", {
    nullable: true,
  })
  problem!: NotificationProblem | null;
  @Exposed("PUBLIC", () => Int, "How many")
  count!: number;
  @Exposed("PUBLIC", () => DateTimeScalar, "When the oldest of them was written")
  oldest!: Date;
}

@ObjectType({
  description: "Whether a partnership's notifications go out: counts, and nothing of to whom or about what",
})
export class NotificationHealth {
  @Exposed("PUBLIC", () => Int, "How many were sent")
  sent!: number;
  @Exposed("PUBLIC", () => DateTimeScalar, "When one was last sent; null where none was", { nullable: true })
  lastSentAt!: Date | null;
  @Exposed("PUBLIC", () => UnsentNotifications, "Those that wait to be sent, by what keeps them", { list: true })
  waiting!: UnsentNotifications[];
  @Exposed("PUBLIC", () => UnsentNotifications, "Those that could not be sent and are given up, by why", { list: true })
  dead!: UnsentNotifications[];
}

@InputType({ description: "How to be told of notifications of one group" })
export class NotificationPreferenceInput {
  @Field(() => NotificationGroup, { description: "The group" })
  about!: NotificationGroup;
  @Field(() => NotificationHow, { description: "How to be told" })
  how!: NotificationHow;
}

@InputType({ description: "How to be told of notifications; groups that are not named stay as they are" })
export class SetNotificationPreferencesInput {
  @Field(() => [NotificationPreferenceInput], { description: "For each group, at most once, how" })
  preferences!: NotificationPreferenceInput[];
}

@InputType({ description: "Where to be told of notifications" })
export class SetNotificationAddressInput {
  @Field(() => String, {
    nullable: true,
    description:
      "E-mail address, to which a code is mailed; messages go to the one before until it is confirmed. Null removes the address, and no messages are sent",
  })
  address?: string | null;
}

@InputType({ description: "The code that was mailed to a new address" })
export class ConfirmNotificationAddressInput {
  @Field(() => String, { description: "The code, with or without its hyphens" })
  code!: string;
}

@InputType({ description: "How messages about a partnership are to go out" })
export class SetNotificationPolicyInput {
  @Field(() => ID, { description: "Id of the partnership" })
  partnership!: string;
  @Field(() => Int, {
    nullable: true,
    description:
      "Minutes, at least, between the last message to a person and one about this partnership that is not the day's digest, from 5 to 1440; null or left out: as whoever runs the service has set",
  })
  everyMinutes?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: "`version` that the change is made to; CONFLICT where it has moved on. Left out: whatever it is",
  })
  expectedVersion?: number | null;
}

export const NotificationPolicyPayload = payloadType(
  "NotificationPolicyPayload",
  "notificationPolicy",
  () => NotificationPolicy,
  "policy",
);

@ObjectType({ description: "Outcome of changing how or where the caller is told" })
export class NotificationSettingsPayload {
  @Exposed("PUBLIC", () => NotificationSettings, "The settings as they now stand; null where nothing was changed", {
    nullable: true,
  })
  settings!: NotificationSettings | null;
  @Exposed("PUBLIC", () => UserError, "Why it was refused; empty when it was not", { list: true })
  userErrors!: UserError[];
}
