import type { GraphQLSchema } from "graphql";
import type { Credential, Subject } from "../../platform/database/request-database";
import { BadInputError, NotFoundError } from "../../platform/errors/index";
import { keyOf } from "../../platform/graphql/ids";
import {
  catalogued,
  type CataloguedField,
  catalogueOf,
  decide,
  type FoundNode,
  isRuled,
  missingScope,
  Operation,
  policyPartsOf,
  relationToPartnership,
  type RequestContext,
  verdictOn,
} from "../access/index";
import { enterAs, hasOversight, leadsAgency, UnknownHereError } from "../identity/index";
import type { AccessExplanation } from "./access.types";
import { lackingScope, noRow, toldOfReading } from "./decisions";
import { explainWriting } from "./explain-writing";

/** What is asked: global ids of an object and an actor, and a field by its name. */
export interface Asked {
  node: string;
  field: string;
  actor: string;
  operation: Operation;
}

/** Types without an id of their own: their fields are asked for on the object that they are part of. */
const PART_OF: Readonly<Record<string, string>> = {
  ActionRatings: "Action",
  ByWhen: "Action",
  ImportProvenance: "Action",
  PlanTotals: "Plan",
  Rating: "Action",
};

/**
 * Whether an actor may read or change one field of an object that the caller sees, and why: the very functions that
 * enforce the policy are asked, on the actor's own view of the database. Nothing of the object's content is in it.
 *
 * @throws {NotFoundError} where the caller sees no such object, or may not ask about the actor.
 * @throws {BadInputError} where the object has no such field, or nothing changes it.
 */
export async function explain(
  context: RequestContext,
  schema: GraphQLSchema,
  asked: Asked,
): Promise<AccessExplanation> {
  const parts = policyPartsOf(schema);
  const node = await parts.fetchNode(context, asked.node);
  if (!node) throw new NotFoundError();
  const field = fieldOf(schema, node, asked);
  const { partnershipId } = node.row;
  if (partnershipId === undefined)
    throw new BadInputError("What is explained is what a partnership keeps; this object is of none.", ["node"]);
  const credential = await credentialOf(context, asked.actor, partnershipId);
  return context.asAnother(credential, async (theirs) => {
    theirs.actor = await entered(theirs, credential);
    const { tier, type } = field;
    const scope = theirs.actor.scopes && missingScope(schema, type, field.field, theirs.actor.scopes);
    if (scope && asked.operation === Operation.READ) return { ...lackingScope(scope), relation: null, tier };
    const found = await parts.fetchNode(theirs, asked.node);
    if (!found) return { ...noRow(readPolicyOf(theirs, node.type)), relation: null, tier };
    if (asked.operation === Operation.WRITE) return { ...(await explainWriting(theirs, found, field)), tier };

    const row = {
      ...found.row,
      partnershipId,
      ...(type !== found.type && { actionId: found.key, entityId: found.key }),
    };
    const find = parts.finders[type];
    const verdict = isRuled(field)
      ? await verdictOn(field, row, theirs, find)
      : decide(field, [], [relationToPartnership(theirs.actor, partnershipId)]);
    return { ...toldOfReading(field, verdict), relation: verdict.relation, tier };
  });
}

/** The field asked about, of the object itself or of a part of it. */
function fieldOf(schema: GraphQLSchema, { type }: FoundNode, { field: text, operation }: Asked): CataloguedField {
  const [first = "", second, ...rest] = text.split(".");
  const on = second === undefined ? type : first;
  const name = second ?? first;
  const belongs = rest.length === 0 && (on === type || PART_OF[on] === type);
  const found = belongs ? catalogued(catalogueOf(schema), on, name) : undefined;
  const what = `${/^[AEIOU]/.test(type) ? "An" : "A"} ${type}`;
  if (!found)
    throw new BadInputError(`${what} has no field of that name. accessPolicy and docs/access-matrix.md list them.`, [
      "field",
    ]);
  if (operation === Operation.WRITE && !found.writable)
    throw new BadInputError(`Nothing changes ${on}.${name} by permission of a field; ask about reading it.`, [
      "operation",
    ]);
  return found;
}

/**
 * What vouches for the actor, where the caller may ask about it: itself, for oversight whoever holds a membership of the
 * object's partnership, for an agency's lead the agency's people there. Anybody else is as if there were nobody.
 */
async function credentialOf(context: RequestContext, id: string, partnershipId: string): Promise<Credential> {
  const { actor, credential, db } = context;
  const person = keyOf("Actor", id);
  if (person === null || actor.person === null) throw new NotFoundError();
  if (person === actor.person && credential) return credential;
  const held = await db.query<Subject & { agency: string | null }>(
    `select p.issuer, p.subject, m.agency_id as agency from person p join membership m on m.person_id = p.id
     where p.id = $1 and m.partnership_id = $2 and m.valid_from <= app.today() and coalesce(m.valid_to >= app.today(), true)
       and coalesce(m.ended_at > app.now(), true)`,
    [person, partnershipId],
  );
  const overseen = hasOversight(actor, partnershipId);
  const found = held.find(({ agency }) => overseen || (agency !== null && leadsAgency(actor, agency)));
  if (!found) throw new NotFoundError();
  return { issuer: found.issuer, subject: found.subject };
}

/** The actor on its own view; one whose memberships give nothing today is as if there were nobody. */
async function entered(theirs: RequestContext, credential: Credential) {
  try {
    return await enterAs(theirs.db, credential);
  } catch (error) {
    throw error instanceof UnknownHereError ? new NotFoundError() : error;
  }
}

/** Name of the policy by which rows of a type are read. */
const readPolicyOf = ({ source }: RequestContext, type: string): string => {
  const table = source.entityMetadatas.find(({ name }) => name === type)?.tableName;
  return `${table ?? type}_read`;
};
