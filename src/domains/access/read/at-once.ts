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
import { answerSizeIn, MAX_ANSWER_SIZE } from "../../../platform/graphql/answer-size";
import type { KnownActor, KnownActors } from "../../identity/index";
import type { RequestContext, WithheldNotes } from "../request-context";
import { requireScopes } from "../scopes";
import { Reading } from "./reading";
import { type Asked, selectionOf } from "./selection";
import { NotWrittenError } from "./leaf";
import { Writing } from "./writing";

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
  asked: AskedOperation,
  known: KnownActor,
  actors: KnownActors,
): Promise<string | KnownActor> {
  context.startAs(known.actor);
  const ready = readyFor(context, asked);
  const { entered, rows, keep } = await context.db.atOnce<Answer>(ready.text, ready.values);
  if (entered !== known.said) return actors.keep(context.credential, entered);
  const answer = ready.answer(context, rows[0]);
  keep();
  return answer;
}
type Answer = Readonly<Record<string, (unknown[] | null)[]>>;

/** A statement and how its answer is written: put together for somebody, an operation and what it is asked with. */
class Ready {
  readonly text: string | null;
  readonly values: unknown[];
  private readonly reading: Reading;
  private readonly writing: Writing;
  private readonly write: (row: number) => string;
  /** What is withheld whichever rows there are: what filters and orders may not tell. */
  private readonly noted: WithheldNotes;

  /** What is decided in it holds for as long as the caller holds the same. */
  private readonly context: RequestContext;

  constructor(asking: RequestContext, { schema, document, operation, variables }: AskedOperation) {
    const context = asking.forWhatIsKept();
    this.context = context;
    const asked = { schema, document, operation, variables };
    if (answerSizeIn(asked) > MAX_ANSWER_SIZE) throw new NotWrittenError(false);
    requireScopes(context.actor, schema, document, operation, variables);
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (!coerced) throw new NotWrittenError(false);
    const read = { schema, fragments: fragmentsOf(document), variableValues: coerced };
    this.reading = new Reading(context, read);
    const { root } = this.reading;
    root.take(selectionOf(read, root.type, [operation]));
    const resolvers = asBuilt.get(schema);
    const isAsDeclared = (field: GraphQLField<unknown, unknown>) =>
      resolvers?.has(field) === true && resolvers.get(field) === field.resolve;
    this.reading.answerOnlyUsed();
    this.writing = new Writing(context, read, isAsDeclared);
    this.write = this.writing.object(root, [operation]);
    this.text = this.reading.text;
    this.values = this.reading.values;
    this.noted = context.takeWithheld();
  }

  /** Writes the answer, at once: nobody else's rows come between. */
  answer(context: RequestContext, rows: Answer | undefined): string {
    this.context.takeWithheld();
    this.reading.fill(rows);
    try {
      return this.write(0);
    } finally {
      const ofRows = this.context.takeWithheld();
      context.addWithheld(this.noted);
      context.addWithheld(ofRows);
      this.writing.forgetRows();
      this.reading.fill(undefined);
    }
  }
}

/** What is kept put together; the one not asked for the longest goes first. */
const MOST_READY = 100;
/** Longest variables of what is kept, in characters of JSON. */
const LONGEST_VARIABLES = 2_000;
const ready = new Map<string, Ready>();
const numbers = new WeakMap<object, number>();
let last = 0;
const numberOf = (thing: object): number => {
  const known = numbers.get(thing);
  if (known !== undefined) return known;
  numbers.set(thing, (last += 1));
  return last;
};

/** What answers an operation to whoever asks: kept from the last time, or put together. */
function readyFor(context: RequestContext, asked: AskedOperation): Ready {
  const variables = JSON.stringify(asked.variables);
  if (variables.length > LONGEST_VARIABLES) return new Ready(context, asked);
  const key = [context.actor, asked.operation, context.source, asked.schema].map(numberOf).join(" ") + variables;
  const found = ready.get(key) ?? new Ready(context, asked);
  ready.delete(key);
  ready.set(key, found);
  for (const [oldest] of ready) {
    if (ready.size <= MOST_READY) break;
    ready.delete(oldest);
  }
  return found;
}

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
