import type { DataSource } from "typeorm";
import type { RequestContext } from "../access/index";
import { record } from "../audit/index";
import { hasOversight } from "../identity/index";
import type { AuditCheckpoint } from "./audit.types";
import { checkpointOf, newSigningKey, publicKeyOf } from "./checkpoint";

const SIGNING = "audit checkpoints";

/**
 * A checkpoint of the partnership's trail, signed; null while there is nothing to sign. Oversight is given where the trail stands
 * now; an agency where it stood at the end of the last day on which something was recorded and that is over, since how fast
 * it grows would tell of others' drafts. That it was given is recorded.
 */
export async function issueCheckpoint(
  context: RequestContext,
  partnershipId: string,
  slug: string,
): Promise<AuditCheckpoint | null> {
  const oversees = hasOversight(context.actor, partnershipId);
  return context.db.write(async (send) => {
    const [head] = await send<{ seq: number; hash: string }>(
      oversees
        ? `select l.seq::int as seq, encode(l.hash, 'hex') as hash from history.audit_link l where l.partnership_id = $1 order by l.seq desc limit 1`
        : `select d.seq::int as seq, encode(d.hash, 'hex') as hash from history.daily_head d
           where d.partnership_id = $1 and d.day < app.today() order by d.day desc limit 1`,
      [partnershipId],
    );
    if (!head) return null;
    await send("insert into service_secret (purpose, secret) values ($1, $2) on conflict do nothing", [
      SIGNING,
      newSigningKey(),
    ]);
    const [kept] = await send<{ secret: Buffer }>("select s.secret from service_secret s where s.purpose = $1", [
      SIGNING,
    ]);
    if (!kept) throw new Error("there is no key to sign with");
    const issuedAt = context.now.toISOString();
    const checkpoint = checkpointOf({ partnership: slug, sequence: head.seq, hash: head.hash, issuedAt }, kept.secret);
    await record(send, context, {
      kind: "auditCheckpoint.issued",
      partnershipId,
      subjectType: "Partnership",
      subjectId: partnershipId,
      detail: { sequence: head.seq },
    });
    const { sequence, hash, key } = checkpoint;
    return { partnershipId, sequence, hash, issuedAt, key, document: JSON.stringify(checkpoint) };
  });
}

/** The public key that this service signs checkpoints with; null where it has signed none. */
export async function signingKeyOf(db: DataSource): Promise<string | null> {
  const [kept] = await db.query<{ secret: Buffer }[]>("select s.secret from service_secret s where s.purpose = $1", [
    SIGNING,
  ]);
  return kept ? publicKeyOf(kept.secret) : null;
}
