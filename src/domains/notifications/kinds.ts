import { registerEnumType } from "type-graphql";

export enum NotificationKind {
  CHALLENGE_RAISED = "CHALLENGE_RAISED",
  CHALLENGE_ACKNOWLEDGED = "CHALLENGE_ACKNOWLEDGED",
  CHALLENGE_ANSWERED = "CHALLENGE_ANSWERED",
  CHALLENGE_ESCALATED = "CHALLENGE_ESCALATED",
  CHALLENGE_MOVED = "CHALLENGE_MOVED",
  CHALLENGE_ENDED = "CHALLENGE_ENDED",
  DUE_SOON = "DUE_SOON",
  DUE = "DUE",
  OVERDUE = "OVERDUE",
  RULE_WARNING = "RULE_WARNING",
}
registerEnumType(NotificationKind, {
  name: "NotificationKind",
  description: "What somebody is told of",
  valuesConfig: {
    CHALLENGE_RAISED: { description: "A challenge was raised" },
    CHALLENGE_ACKNOWLEDGED: { description: "The agency that is challenged says that it has the challenge" },
    CHALLENGE_ANSWERED: { description: "A challenge was answered, or had a resolution proposed or declined" },
    CHALLENGE_ESCALATED: { description: "A challenge went to the next stage of its ladder" },
    CHALLENGE_MOVED: { description: "A challenge is to be answered by another day: bank holidays were published" },
    CHALLENGE_ENDED: { description: "A challenge was agreed, decided, withdrawn, or ended in deadlock" },
    DUE_SOON: { description: "Something is to be done in a few working days" },
    DUE: { description: "The day has come by which something is to be done" },
    OVERDUE: { description: "The day is over by which something was to be done" },
    RULE_WARNING: { description: "A rule of the partnership found something to look at" },
  },
});

export enum NotificationGroup {
  CHALLENGES = "CHALLENGES",
  REMINDERS = "REMINDERS",
  WARNINGS = "WARNINGS",
}
registerEnumType(NotificationGroup, {
  name: "NotificationGroup",
  description: "Kinds of notifications for which somebody says how they are told",
  valuesConfig: {
    CHALLENGES: { description: "What happens to challenges; told at once unless chosen otherwise" },
    REMINDERS: { description: "What is due soon, due or overdue; told by digest unless chosen otherwise" },
    WARNINGS: { description: "What rules found; told by digest unless chosen otherwise" },
  },
});

export enum NotificationHow {
  AT_ONCE = "AT_ONCE",
  DIGEST = "DIGEST",
  NEVER = "NEVER",
}
registerEnumType(NotificationHow, {
  name: "NotificationHow",
  description: "How somebody is told",
  valuesConfig: {
    AT_ONCE: { description: "By a message within minutes; what happens shortly afterwards is gathered into the next" },
    DIGEST: { description: "By one message each working day at 08:00 in London" },
    NEVER: { description: "By no message; it still stands among the notifications here" },
  },
});

export enum NotificationState {
  PENDING = "PENDING",
  SENT = "SENT",
  DEAD = "DEAD",
  DROPPED = "DROPPED",
}

/** Why a notification was not sent yet, or will not be. */
export enum NotificationProblem {
  NO_SERVER = "NO_SERVER",
  NO_ADDRESS = "NO_ADDRESS",
  UNREACHABLE = "UNREACHABLE",
  DEFERRED = "DEFERRED",
  REFUSED = "REFUSED",
  NOT_RENDERED = "NOT_RENDERED",
  NOT_READABLE = "NOT_READABLE",
  NOT_WANTED = "NOT_WANTED",
}
registerEnumType(NotificationProblem, {
  name: "NotificationProblem",
  description: "Why a message was not sent yet, or never will be",
  valuesConfig: {
    NO_SERVER: { description: "No mail server is configured (SMTP_URL)" },
    NO_ADDRESS: { description: "Its recipient has confirmed no address" },
    UNREACHABLE: { description: "The mail server cannot be reached, or does not let the service in" },
    DEFERRED: { description: "The mail server asks to try again later" },
    REFUSED: { description: "The mail server refuses the message or its recipient for good" },
    NOT_RENDERED: { description: "The message could not be written; the service's log says why" },
    NOT_READABLE: { description: "Its recipient may no longer read what it is about" },
    NOT_WANTED: { description: "Its recipient wants no messages of this kind" },
  },
});

interface KindOf {
  group: NotificationGroup;
  /** What happened to the subject, after its name: "Challenge CH-7 was raised". */
  happened: string;
  /** What the day is that is told with it: "Answer by". */
  by: string;
}

const challenges = (happened: string): KindOf => ({
  group: NotificationGroup.CHALLENGES,
  happened,
  by: "Next step by",
});
const reminders = (happened: string, by = "Due by"): KindOf => ({ group: NotificationGroup.REMINDERS, happened, by });

/** Every kind: what it belongs to, and its words. */
export const KINDS: Readonly<Record<NotificationKind, KindOf>> = {
  CHALLENGE_RAISED: challenges("was raised"),
  CHALLENGE_ACKNOWLEDGED: challenges("was acknowledged"),
  CHALLENGE_ANSWERED: challenges("was answered"),
  CHALLENGE_ESCALATED: challenges("went to the next stage"),
  CHALLENGE_MOVED: challenges("is to be answered by another day"),
  CHALLENGE_ENDED: challenges("has ended"),
  DUE_SOON: reminders("is due soon"),
  DUE: reminders("has come due"),
  OVERDUE: reminders("is overdue", "Was due by"),
  RULE_WARNING: { group: NotificationGroup.WARNINGS, happened: "needs a look", by: "By" },
};

/** How somebody is told who has not chosen. */
export const UNLESS_CHOSEN: Readonly<Record<NotificationGroup, NotificationHow>> = {
  CHALLENGES: NotificationHow.AT_ONCE,
  REMINDERS: NotificationHow.DIGEST,
  WARNINGS: NotificationHow.DIGEST,
};

/** What somebody has chosen, by group. */
export type Chosen = Partial<Record<NotificationGroup, NotificationHow>>;

/** How somebody who chose this is told of a kind. */
export function howOf(kind: NotificationKind, chosen: Chosen): NotificationHow {
  const { group } = KINDS[kind];
  return chosen[group] ?? UNLESS_CHOSEN[group];
}
