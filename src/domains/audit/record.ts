import type { Send } from "../../platform/database/surrounding";
import type { RequestContext } from "../access/index";
import { AuditOutcome } from "./audit-entry.entity";

export type { Send };

/** What happened, for the trail. `detail` holds names and kinds, never text that may be withheld. */
export interface Happened {
  kind: string;
  partnershipId?: string | null;
  /** The agency whose alone the entry is, where what happened is as restricted as a draft. */
  onlyFor?: string;
  subjectType?: string;
  subjectId?: string | null;
  detail?: Record<string, unknown>;
}

/** Writes one audit entry in the change's own transaction: the two stand or fall together. */
export async function record(
  send: Send,
  { actor, now, requestId }: Pick<RequestContext, "actor" | "now" | "requestId">,
  { kind, partnershipId = null, subjectType, subjectId = null, detail = {}, onlyFor }: Happened,
  outcome: AuditOutcome = AuditOutcome.DONE,
): Promise<void> {
  await send(
    `insert into audit_entry (partnership_id, agency_id, at, actor_id, kind, outcome, subject_type, subject_id, request_id, detail)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)`,
    [
      partnershipId,
      onlyFor ?? null,
      now,
      actor.person,
      kind,
      outcome,
      subjectType ?? null,
      subjectId,
      requestId,
      JSON.stringify(detail),
    ],
  );
}

/** What the operator at the command line did, in the transaction that did it. */
export async function recordAsOperator(
  send: (text: string, values: unknown[]) => Promise<unknown>,
  { kind, partnershipId = null, subjectType, subjectId = null, detail = {} }: Happened,
): Promise<void> {
  await send(
    `insert into audit_entry (partnership_id, at, kind, outcome, subject_type, subject_id, detail)
     values ($1, app.now(), $2, 'DONE', $3, $4, $5::jsonb)`,
    [partnershipId, kind, subjectType ?? null, subjectId, JSON.stringify(detail)],
  );
}

/** Writes that something was refused, in a transaction of its own: what was refused changed nothing. */
export const recordRefusal = (context: RequestContext, happened: Happened): Promise<void> =>
  context.db.write((send) => record(send, context, happened, AuditOutcome.REFUSED));
