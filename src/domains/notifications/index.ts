export { NotificationGroup, NotificationHow, NotificationKind, NotificationProblem, NotificationState } from "./kinds";
export { NotificationPolicy } from "./notification-policy.entity";
export * from "./notification.entity";
export * from "./notifications.permissions";
export {
  NotificationPolicyResolver,
  NotificationResolver,
  NotificationWritesResolver,
  PartnershipNotificationsResolver,
  ViewerNotificationsResolver,
} from "./notifications.resolver";
export { type Asked, type AskedBy, notify, type NotificationDetail, type Telling } from "./notify";
export { notificationJobs, sendDue, type Sending, type Sent } from "./send-due";
export { type Described, registerSubject, type Subject } from "./subjects";
