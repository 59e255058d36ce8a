import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { type IRules, deny, rule, shield } from "graphql-shield";
import type { Logger } from "pino";
import { type Tier, tierOf } from "../../platform/graphql/exposed";
import { mayRead, type Relation, relationToPartnership } from "./policy";
import type { RequestContext } from "./request-context";

/** A row that rules are decided on. */
export interface RuledRow {
  partnershipId: string;
}

/**
 * How a type finds what the actor is to one of its rows, beyond belonging to the partnership. A type without a finder has
 * no parties: its fields above PARTNERSHIP are oversight's alone.
 */
export type RelationFinder = (row: never, context: RequestContext) => Promise<Relation[]> | Relation[];

type Decide = (parent: RuledRow, context: RequestContext) => Promise<boolean> | boolean;

/** The verdict on one field of one row, decided by tier and relation. */
function decide(tier: Tier, find: RelationFinder | undefined): Decide {
  return (row, context) => {
    const base = relationToPartnership(context.actor, row.partnershipId);
    if (mayRead(tier, [base])) return true;
    if (!find || base === "NONE") return false;
    const found = find(row as never, context);
    return found instanceof Promise ? found.then((relations) => mayRead(tier, relations)) : mayRead(tier, found);
  };
}

/** What shield answers for a refusal: one object, so that a refused field is told from any other error. */
const refusal = new GraphQLError("You may not do this.", { extensions: { code: "FORBIDDEN" } });

/**
 * Puts the declared tiers into force: a graphql-shield rule for each field above PUBLIC and each operation, deny by
 * default, wrapped around ruled fields alone (wrapping every field costs far more than it guards). A withheld field
 * answers null and is noted once in the request's redactions. A field with no tier stops the start.
 */
export function enforce(
  schema: GraphQLSchema,
  finders: Readonly<Record<string, RelationFinder>>,
  operations: IRules,
  log: Logger,
): GraphQLSchema {
  const tree: Record<string, Record<string, unknown>> = { ...(operations as Record<string, Record<string, unknown>>) };
  const tiers = new Map<string, Tier>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) {
      const tier = tierOf(field.extensions);
      if (!tier) throw new Error(`${type.name}.${field.name} has no tier: say who may read it.`);
      if (tier === "PUBLIC" || type.name === "Query" || type.name === "Mutation") continue;
      tiers.set(`${type.name}.${field.name}`, tier);
      const verdict = decide(tier, finders[type.name]);
      // the name carries the parameters: shield refuses two rules of one name
      const ruled = rule(`${type.name}.${field.name}:${tier}`, { cache: "no_cache" })(async (
        parent: RuledRow,
        _args,
        context: RequestContext,
      ) => {
        try {
          return await verdict(parent, context);
        } catch (error) {
          log.error({ err: error, field: `${type.name}.${field.name}` }, "a rule failed and so refused");
          return false;
        }
      });
      (tree[type.name] ??= {})[field.name] = ruled;
    }
  }
  if (schema.getMutationType()) tree.Mutation = { "*": deny, ...tree.Mutation };

  const generator = shield(tree as IRules, { fallbackRule: deny, fallbackError: refusal, allowExternalErrors: true });
  const middleware = generator.generate(schema) as Record<string, Record<string, Middleware>>;
  for (const [typeName, fields] of Object.entries(tree)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const guard = middleware[typeName]?.[field.name];
      if (!guard || (!(field.name in fields) && !("*" in fields))) continue;
      const inner = field.resolve ?? defaultFieldResolver;
      const tier = tiers.get(`${typeName}.${field.name}`);
      field.resolve = tier
        ? withholding(guard, inner, { type: typeName, field: field.name, requires: tier })
        : (...all: Parameters<Resolver>) => guard(inner, ...all);
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Middleware = (resolve: Resolver, ...args: Parameters<Resolver>) => Promise<unknown>;

/** Turns a refusal into null and a redaction; any other error goes on as it is. */
function withholding(
  guard: Middleware,
  inner: Resolver,
  redaction: { type: string; field: string; requires: Tier },
): Resolver {
  return async (parent, args, context, info) => {
    const value = await guard(inner, parent, args, context, info);
    if (value !== refusal) return value;
    context.withhold(redaction);
    return null;
  };
}
