import {
  type DocumentNode,
  getVariableValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import { DomainError } from "../../../platform/errors/index";
import type { KnownActor, KnownActors } from "../../identity/index";
import type { RequestContext } from "../request-context";
import { requireScopes } from "../scopes";
import { Reading } from "./reading";
import { type Asked, selectionOf } from "./selection";
import { NotWrittenError, Writing } from "./writing";

/** An operation that was validated. */
export interface AskedOperation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

type Resolvers = ReadonlyMap<GraphQLField<unknown, unknown>, GraphQLFieldResolver<unknown, unknown> | undefined>;
const asBuilt = new WeakMap<GraphQLSchema, Resolvers>();

/** Remembers how the fields of a schema are resolved when it is built: a field that is resolved otherwise is for its resolver. */
export function keepResolvers(schema: GraphQLSchema): GraphQLSchema {
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) ? Object.values(type.getFields()) : [],
  );
  asBuilt.set(schema, new Map(fields.map((field) => [field, field.resolve])));
  return schema;
}

/** Operations that are for the resolvers, whoever asks and with whatever. */
const forResolvers = new WeakSet<OperationDefinitionNode>();

/** Most times that somebody is asked as who they are found to be now. */
const MOST_TRIES = 2;

/**
 * The answer to a query as JSON, read by one statement and written from it, in one round trip with who is asking and the
 * snapshot: what the caller was last known to hold decides what is asked, and the answer counts only where the database says
 * the same again in that snapshot. Null where the answer is for the resolvers to make: something selected does not say how it
 * is read, something is refused or missing, or this caller is not known yet. Nothing is open afterwards.
 *
 * @throws {DomainError} where the database does not answer.
 */
export async function answerAtOnce(
  context: RequestContext,
  asked: AskedOperation,
  actors: KnownActors,
): Promise<string | null> {
  const { operation } = asked;
  if (operation.operation !== OperationTypeNode.QUERY || forResolvers.has(operation)) return null;
  let known = actors.of(context.credential);
  for (let tries = 0; known && tries < MOST_TRIES; tries += 1) {
    try {
      const answer: string | KnownActor = await answerAs(context, asked, known, actors);
      if (typeof answer === "string") return answer;
      known = answer;
    } catch (error) {
      if (error instanceof NotWrittenError && error.always) forResolvers.add(operation);
      if (error instanceof DomainError && error.code === "UNAVAILABLE") throw error;
      return null; // whatever it is, the resolvers find it too, and tell it where it stands
    }
  }
  return null;
}

/** The answer to somebody as they are known; where they are something else by now, as what. */
async function answerAs(
  context: RequestContext,
  { schema, document, operation, variables }: AskedOperation,
  known: KnownActor,
  actors: KnownActors,
): Promise<string | KnownActor> {
  context.startAs(known.actor);
  requireScopes(context.actor, schema, document, operation, variables);
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (!coerced) throw new NotWrittenError(false);
  const read = { schema, fragments: fragmentsOf(document), variableValues: coerced };
  const reading = new Reading(context, read);
  const { root } = reading;
  root.take(selectionOf(read, root.type, [operation]));
  const resolvers = asBuilt.get(schema);
  const isAsDeclared = (field: GraphQLField<unknown, unknown>) =>
    resolvers?.has(field) === true && resolvers.get(field) === field.resolve;
  const write = new Writing(context, read, isAsDeclared).object(root, [operation]);

  const { entered, rows, keep } = await context.db.atOnce<Answer>(reading.text, reading.values);
  if (entered !== known.said) return actors.keep(context.credential, entered);
  reading.fill(rows[0]);
  const answer = write(0);
  keep();
  return answer;
}
type Answer = Readonly<Record<string, (unknown[] | null)[]>>;

const fragments = new WeakMap<DocumentNode, Asked["fragments"]>();
function fragmentsOf(document: DocumentNode): Asked["fragments"] {
  const known = fragments.get(document);
  if (known) return known;
  const found = Object.fromEntries(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  fragments.set(document, found);
  return found;
}
