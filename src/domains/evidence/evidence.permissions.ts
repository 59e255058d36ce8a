import { actingAs, type PolicyField, type Relation, type RequestContext } from "../access/index";
import { agenciesOf, ownAgenciesOf, Role } from "../identity/index";
import { type Named, namedOf, relationsAmong } from "../plan/index";
import type { Evidence } from "./evidence.entity";
import { evidenceLoaders } from "./evidence.loaders";

/** What is asked when a file is to be opened: on the field that gives the link, and again when the link is used. */
export const DOWNLOAD = { type: "Evidence", field: "download", tier: "PARTIES" } as const satisfies PolicyField;

type RuledEvidence = Pick<Evidence, "id" | "partnershipId" | "ownerAgencyId"> & { named?: readonly string[] | null };

/** Everything that the actor is to evidence: by the actions in which it is in use, and by its being its agency's. */
function relationsWhere(row: RuledEvidence, { actor }: RequestContext, named: readonly string[]): Relation[] {
  const byAction = new Map<string, string[]>();
  for (const one of named) {
    const [action = "", ...rest] = one.split(" ");
    byAction.set(action, [...(byAction.get(action) ?? []), rest.join(" ")]);
  }
  const lists: Named[][] = [...byAction.values()].map(namedOf);
  const found = [[], ...lists].flatMap((list) => relationsAmong(actor, row.partnershipId, list));
  if (ownAgenciesOf(actor).has(row.ownerAgencyId)) found.push("AUTHOR");
  return [...new Set(found)].sort();
}

/** What the caller is to evidence. */
export const evidenceRelations = {
  Evidence: (row: RuledEvidence, context: RequestContext): Relation[] | Promise<Relation[]> => {
    // whom an action names makes no difference to somebody of no agency there
    if (agenciesOf(context.actor, row.partnershipId).size === 0) return relationsWhere(row, context, []);
    if (row.named) return relationsWhere(row, context, row.named);
    return context
      .use(evidenceLoaders)
      .namedWhereUsed.load(row.id)
      .then((found) =>
        relationsWhere(
          row,
          context,
          found.flatMap(({ named }) => named),
        ),
      );
  },
};

/** Who may ask at all; the services say of which evidence. */
export const evidenceOperations = {
  Mutation: {
    addEvidence: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    attachEvidence: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    detachEvidence: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR, Role.PARTNERSHIP_OFFICER),
    renewEvidenceUpload: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    updateEvidence: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR),
    withdrawEvidence: actingAs(Role.AGENCY_LEAD, Role.AGENCY_CONTRIBUTOR, Role.PARTNERSHIP_OFFICER),
  },
};
