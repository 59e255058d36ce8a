import { columnsOf } from "../../platform/database/rows";
import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import { AGENCY_WRITERS, type Writer } from "../access/index";
import { type Happened, record, type Send } from "../audit/index";
import { type Actor, DRAFTING_SCOPES, holdsRole, Role } from "../identity/index";
import { EVIDENCE_TRANSITIONS, EvidenceReach, nextState } from "./evidence-lifecycle";
import { Evidence } from "./evidence.entity";

/** Agencies in whose name the actor writes, each with its partnership. */
const writtenFor = ({ memberships }: Actor) =>
  memberships.flatMap(({ agency, partnership, role, actsFor }) =>
    agency && partnership && AGENCY_WRITERS.includes(actsFor ?? role)
      ? [{ agencyId: agency, partnershipId: partnership }]
      : [],
  );

/** Whether the actor writes in the name of this agency. */
export const writesFor = (actor: Actor, agencyId: string): boolean =>
  (actor.scopes === null || DRAFTING_SCOPES.every((scope) => actor.scopes?.includes(scope))) &&
  writtenFor(actor).some((one) => one.agencyId === agencyId);

/** Whether the actor may withdraw evidence and end its uses: its agency's writers, and the business unit. */
export const mayEnd = (actor: Actor, { ownerAgencyId, partnershipId, reach }: Ended): boolean =>
  writesFor(actor, ownerAgencyId) ||
  (reach !== EvidenceReach.OWN && holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER));
type Ended = Pick<Evidence, "ownerAgencyId" | "partnershipId" | "reach">;

/**
 * The agency in whose name evidence is added: the actor's own, and named where it writes for several.
 *
 * @throws {ForbiddenError} where it writes for none, names one that is not its own, or lacks a scope.
 * @throws {BadInputError} where it writes for several and names none.
 */
export function agencyAdding(actor: Actor, named: string | null | undefined) {
  const field = ["input", "agency"];
  requireScopesToWrite(actor);
  const own = writtenFor(actor);
  if (named != null) {
    const found = own.find(({ agencyId }) => agencyId === keyOf("Agency", named));
    if (found) return found;
    throw new ForbiddenError("You may add evidence of your own agency alone. Leave agency out.", field);
  }
  const [only] = own;
  if (!only) throw new ForbiddenError("Only a contributor or lead of an agency may add evidence.");
  if (own.some(({ agencyId }) => agencyId !== only.agencyId))
    throw new BadInputError("You write for several agencies. Say in agency whose evidence this is.", field);
  return only;
}

/** Row-level security shows a token nothing outside its scopes, and evidence is about what was reported of actions. */
export function requireScopesToWrite({ scopes }: Actor): void {
  const missing = DRAFTING_SCOPES.filter((scope) => scopes && !scopes.includes(scope));
  if (missing.length > 0)
    throw new ForbiddenError(
      `Writing evidence also needs ${missing.join(" and ")}, which this token has not. Ask the agency's lead for a token with it.`,
    );
}

/**
 * The evidence of that global id, held until the transaction ends.
 *
 * @throws {NotFoundError} where there is none that the writer may see.
 * @throws {ForbiddenError} where it is not the writer's to write (`may`).
 * @throws {ConflictError} where it was withdrawn, or is of another version than expected.
 */
export async function evidenceInHand(
  send: Send,
  { actor, source }: Writer,
  input: { evidence: string; expectedVersion?: number | null },
  may: (actor: Actor, evidence: Evidence) => boolean = (one, { ownerAgencyId }) => writesFor(one, ownerAgencyId),
): Promise<Evidence> {
  requireScopesToWrite(actor);
  const key = keyOf("Evidence", input.evidence);
  const [found] = key
    ? await send<Evidence>(`select ${columnsOf(source, Evidence, "e")} from evidence e where e.id = $1`, [key])
    : [];
  if (!found) throw new NotFoundError();
  if (!may(actor, found))
    throw new ForbiddenError("This evidence is another agency's. Ask that agency, or the business unit.", [
      "input",
      "evidence",
    ]);
  const [held] = await send<Evidence>(
    `select ${columnsOf(source, Evidence, "e")} from evidence e where e.id = $1 for update`,
    [found.id],
  );
  if (!held) throw new NotFoundError();
  nextState(EVIDENCE_TRANSITIONS, held.state, "CHANGE");
  if (input.expectedVersion != null && input.expectedVersion !== held.version)
    throw new ConflictError(
      `The evidence is at version ${held.version} by now. Read it again.`,
      ["input", "expectedVersion"],
      held.version,
    );
  return held;
}

/** Writes the entry of what was done to evidence: its agency's alone as long as the evidence is. */
export const recordEvidence = (
  send: Send,
  writer: Writer,
  kind: string,
  { id, partnershipId, ownerAgencyId, reach }: Ended & { id: string },
  detail: Happened["detail"],
): Promise<void> =>
  record(send, writer, {
    kind: `evidence.${kind}`,
    partnershipId,
    subjectType: "Evidence",
    subjectId: id,
    detail,
    ...(reach === EvidenceReach.OWN && { onlyFor: ownerAgencyId }),
  });
