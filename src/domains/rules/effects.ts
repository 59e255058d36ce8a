import { DomainError } from "../../platform/errors/index";
import type { Send } from "../audit/index";
import { ChallengeGround, raiseByRule, type RaisedByRule, raisedOn } from "../challenges/index";
import { Role } from "../identity/index";
import { NotificationKind, notify } from "../notifications/index";
import { type Rule, RuleKind } from "./rule.entity";

/** What a rule found and is to be told of or raised, as it was written down. */
export interface FoundNow {
  id: string;
  cause: string;
  actionId: string | null;
  indicatorId: string | null;
  agencyId: string | null;
  againstId: string | null;
  since: string;
  periodEnd: string | null;
}

/** What is told of a rule: enough to raise a challenge by it. */
export type Acting = Pick<Rule, "id" | "partnershipId" | "kind" | "name" | "ladderId">;

/** A finding that somebody answers for. */
export type Answered = FoundNow & { againstId: string };

/** The challenge that was raised; or that people were warned instead, or that its cause was raised before. */
export type Raised = { challenge: string } | "WARNED" | "BEFORE";

/** What comes of findings, in the transaction that writes them down. */
export interface Effects {
  /** Reads what is raised on, before anything is written and others have to wait; what it gives raises what was found. */
  raising(send: Send, rule: Acting, at: Date): Promise<(found: Answered) => Promise<Raised>>;
  warn(send: Send, rule: Acting, found: FoundNow, at: Date): Promise<unknown>;
}

/** The ground of a challenge, by what was looked for. */
const GROUND: Readonly<Record<RuleKind, ChallengeGround>> = {
  OVERDUE: ChallengeGround.OVERDUE,
  NO_UPDATE: ChallengeGround.NOT_RETURNED,
  RETURN_NOT_RECEIVED: ChallengeGround.NOT_RETURNED,
  IMPACT_RED_TWICE: ChallengeGround.DRIFT,
  STALE: ChallengeGround.DRIFT,
  ATTENDANCE_BELOW_TARGET: ChallengeGround.DRIFT,
};

/** In words that tell nothing which the parties may not read: what was found, and since when. */
const DETAIL: Readonly<Record<RuleKind, (since: string) => string>> = {
  OVERDUE: (since) => `The by-when, ${since}, has passed.`,
  NO_UPDATE: (since) => `The update that was due on ${since} was not submitted.`,
  RETURN_NOT_RECEIVED: (since) => `Nothing of the return that was due on ${since} was received.`,
  IMPACT_RED_TWICE: (since) => `Impact was rated red twice running, the second time on ${since}.`,
  STALE: (since) => `A rating is older than the reporting cadence since ${since}.`,
  ATTENDANCE_BELOW_TARGET: (since) => `The observation of ${since} does not meet the target of its day.`,
};

function aboutOf({ actionId, indicatorId, agencyId }: FoundNow): RaisedByRule["about"] {
  if (actionId !== null) return { actionId };
  if (indicatorId !== null) return { indicatorId };
  if (agencyId !== null) return { agencyId };
  throw new Error("a finding is about something");
}

/** What the rules of the service do: the doors of challenges and of notifications, asked here alone. */
export const effects: Effects = {
  async raising(send, rule, at) {
    const { partnershipId, kind, name, ladderId, id } = rule;
    const on = await raisedOn(send, partnershipId, ladderId, at).catch((error: unknown) => {
      // no ladder, or nobody said which: the officers are told all the same, and nothing after it is held up
      if (!(error instanceof DomainError)) throw error;
      return null;
    });
    return async (found) => {
      if (!on) {
        await this.warn(send, rule, found, at);
        return "WARNED";
      }
      const challenge = await raiseByRule(
        send,
        on,
        {
          partnershipId,
          cause: `${id} ${found.cause}`,
          about: aboutOf(found),
          againstAgencyId: found.againstId,
          subject: name,
          detail: DETAIL[kind](found.since),
          ground: GROUND[kind],
          periodEnd: found.periodEnd,
        },
        at,
      );
      return challenge === null ? "BEFORE" : { challenge };
    };
  },
  warn: (send, { partnershipId, id, kind }, found, at) =>
    notify(
      send,
      {
        partnershipId,
        kind: NotificationKind.RULE_WARNING,
        subjectType: found.actionId ? "Action" : found.indicatorId ? "Indicator" : "Agency",
        subjectId: found.actionId ?? found.indicatorId ?? found.agencyId ?? "",
        cause: `${id} ${found.cause}`,
        detail: { found: kind, since: found.since },
        to: {
          agencyIds: found.againstId === null ? [] : [found.againstId],
          roles: [Role.PARTNERSHIP_OFFICER],
        },
        by: null,
      },
      at,
    ),
};
