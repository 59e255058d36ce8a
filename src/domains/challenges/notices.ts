import type { Send } from "../audit/index";
import type { Role } from "../identity/index";
import { NotificationKind, notify } from "../notifications/index";

/** Kinds of notices about a challenge. */
export type ChallengeNotice = `${Extract<NotificationKind, `CHALLENGE_${string}`>}`;

/** What is told of a challenge: keys and days alone, never words. */
export interface Notice {
  partnershipId: string;
  kind: ChallengeNotice;
  subjectId: string;
  /** Names the event: told twice of it is told once. */
  cause: string;
  detail: { stage: number; respondDay: string | null };
  to: { agencyIds: string[]; roles: Role[] };
  by: string | null;
}

/** Has those whom it concerns told, in the change's own transaction. */
export async function notifyOf(
  send: Send,
  { kind, detail: { stage, respondDay }, ...notice }: Notice,
  at: Date,
): Promise<void> {
  await notify(
    send,
    {
      ...notice,
      kind: NotificationKind[kind],
      subjectType: "Challenge",
      detail: { stage, byDay: respondDay ?? undefined },
    },
    at,
  );
}
