import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  GraphQLError,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { type IRules, rule, shield } from "graphql-shield";
import type { Logger } from "pino";
import { tierOf } from "../../platform/graphql/exposed";
import { isDeniable } from "./catalogue";
import {
  decide,
  decideForAll,
  grantsOn,
  type PolicyField,
  type Relation,
  relationToPartnership,
  type Verdict,
  withoutParties,
} from "./policy";
import type { RequestContext } from "./request-context";

/** A row that rules are decided on. */
export interface RuledRow {
  partnershipId: string;
  /** The instant as of which it was read; not there for a row of today. */
  knownAt?: string | null;
}

/**
 * How a type finds what the actor is to one of its rows, beyond belonging to the partnership. A type without a finder has
 * no parties: its fields above PARTNERSHIP are oversight's alone, but for grants.
 */
export type RelationFinder = (row: never, context: RequestContext) => Promise<Relation[]> | Relation[];
export type RelationFinders = Readonly<Record<string, RelationFinder>>;

const todays = new WeakMap<object, RuledRow>();

/** A row of an instant, with what its caller is to it today in the place of what it was then. */
function todayOf(row: RuledRow): RuledRow {
  let made = todays.get(row);
  if (!made) {
    const known = row as unknown as Record<string, unknown>;
    made = Object.create(row, { knownAt: { value: null } }) as RuledRow;
    if (known.namedToday !== undefined) Object.defineProperty(made, "named", { value: known.namedToday });
    todays.set(row, made);
  }
  return made;
}

/** The verdict where it is one for all rows of the partnership, decided once in the request; null where the row decides. */
const settledOn = (policy: PolicyField, { partnershipId }: RuledRow, context: RequestContext): Verdict | null =>
  context.settled(policy, partnershipId, () => decideForAll(context.actor, partnershipId, policy));

/** What the caller is to rows that were asked about, where the row itself says; kept for the fields that ask next. */
const relationsTo = new WeakMap<object, Relation[]>();

/** What the caller is to a row, at once where it is known. */
function relationsOf(row: RuledRow, context: RequestContext, find: RelationFinder): Relation[] | Promise<Relation[]> {
  const known = relationsTo.get(row);
  if (known) return known;
  const found = find(row as never, context);
  if (Array.isArray(found)) relationsTo.set(row, found);
  return found;
}

/** The verdict for a row to which the caller is `relations`, decided once in the request for all such rows. */
const verdictFor = (
  policy: PolicyField,
  { partnershipId }: RuledRow,
  context: RequestContext,
  relations: readonly Relation[],
): Verdict =>
  context.settled(policy, `${partnershipId} ${relations.join()}`, () =>
    decide(policy, grantsOn(context.actor, partnershipId, policy), relations),
  );

/** The verdict on one field of one row for whoever is asking: by tier and grants, and by relation where those need it. */
export function verdictOn(
  policy: PolicyField,
  row: RuledRow,
  context: RequestContext,
  find: RelationFinder | undefined,
): Verdict | Promise<Verdict> {
  if (row.knownAt) return stricterVerdict(policy, row, context, find);
  return verdictAt(policy, row, context, find);
}

/** The stricter of what was so then and what is so today. */
function stricterVerdict(
  policy: PolicyField,
  row: RuledRow,
  context: RequestContext,
  find: RelationFinder | undefined,
): Verdict | Promise<Verdict> {
  const its = context.knownAt(row.knownAt ?? "");
  const then = verdictAt(policy, row, its, find);
  const orToday = (verdict: Verdict) => (verdict.allowed ? verdictAt(policy, todayOf(row), its, find) : verdict);
  return then instanceof Promise ? then.then(orToday) : orToday(then);
}

function verdictAt(
  policy: PolicyField,
  row: RuledRow,
  context: RequestContext,
  find: RelationFinder | undefined,
): Verdict | Promise<Verdict> {
  const { actor } = context;
  const settled = settledOn(policy, row, context);
  if (settled) return settled;
  if (find) {
    const found = relationsOf(row, context, find);
    const verdict = (relations: readonly Relation[]) => verdictFor(policy, row, context, relations);
    return Array.isArray(found) ? verdict(found) : found.then(verdict);
  }
  const base = relationToPartnership(actor, row.partnershipId);
  return decide(policy, withoutParties(grantsOn(actor, row.partnershipId, policy)), [base]);
}

/**
 * The same where it needs no waiting and has been decided for a like row before: the rule would say the same of every such
 * row, each by way of several promises, and that is most of what guarding a page would cost.
 */
function knownVerdict(
  policy: PolicyField,
  row: RuledRow,
  context: RequestContext,
  find: RelationFinder | undefined,
): Verdict | undefined {
  if (!row.knownAt) return knownVerdictAt(policy, row, context, find);
  const its = context.knownAt(row.knownAt);
  const then = knownVerdictAt(policy, row, its, find);
  return then?.allowed ? knownVerdictAt(policy, todayOf(row), its, find) : then;
}

function knownVerdictAt(
  policy: PolicyField,
  row: RuledRow,
  context: RequestContext,
  find: RelationFinder | undefined,
): Verdict | undefined {
  const settled = settledOn(policy, row, context);
  if (settled) return settled;
  const relations = find && knownRelations(row, context, find);
  return relations
    ? (context.alreadySettled(policy, `${row.partnershipId} ${relations.join()}`) as Verdict | undefined)
    : undefined;
}

/** What the caller is to a row where that is known at once; what goes wrong in telling is the rule's to refuse. */
function knownRelations(row: RuledRow, context: RequestContext, find: RelationFinder): readonly Relation[] | undefined {
  try {
    const relations = relationsOf(row, context, find);
    return Array.isArray(relations) ? relations : undefined;
  } catch {
    return undefined;
  }
}

/** What shield answers for a refusal: one object, so that a refused field is told from any other error. */
const refusal = new GraphQLError("You may not do this.", { extensions: { code: "FORBIDDEN" } });

/** What a schema's fields are guarded by, once it is enforced. */
const guards = new WeakMap<GraphQLSchema, { policies: ReadonlyMap<string, PolicyField>; finders: RelationFinders }>();

/** Whether a field may be read; what is withheld is noted. */
export interface Guard {
  /** Whether what the caller is to a row may matter, beyond the row's partnership. */
  looksAtRows: boolean;
  /** In every row of a partnership; null where the row decides. */
  everywhere: (partnershipId: string, knownAt: string | null) => boolean | null;
  /** In one row; null where that cannot be told without waiting. */
  of: (row: RuledRow) => boolean | null;
}

/**
 * What guards a field for this caller, for those who answer without its resolver: the verdict of its rule. Null where nothing
 * does: for every row the field is as public as the row.
 */
export function guardOf(schema: GraphQLSchema, type: string, field: string, context: RequestContext): Guard | null {
  const found = guards.get(schema);
  const policy = found?.policies.get(`${type}.${field}`);
  if (!found || !policy || isOpenTo(policy, context)) return null;
  const find = found.finders[type];
  return {
    looksAtRows: find !== undefined,
    everywhere: (partnershipId, knownAt) => {
      const verdict = settledOn(policy, { partnershipId }, knownAt === null ? context : context.knownAt(knownAt));
      return verdict && noted(policy, verdict, context);
    },
    of: (row) => {
      const verdict = verdictOn(policy, row, context, find);
      return verdict instanceof Promise ? null : noted(policy, verdict, context);
    },
  };
}

/** A public field is guarded only for an actor on whom a grant bears, or bore: nobody else can be denied it. */
const isOpenTo = ({ tier }: PolicyField, { actor: { grants, endedDenials } }: RequestContext) =>
  tier === "PUBLIC" && grants.length === 0 && endedDenials.length === 0;

/** Whether the verdict lets read; a field that is withheld is told of. */
function noted(policy: PolicyField, { allowed, grant }: Verdict, context: RequestContext): boolean {
  if (!allowed) context.withhold(policy, grant);
  return allowed;
}

/** Shield's own `deny` gives nothing to wrap a field with. */
const nobody = rule("nobody", { cache: "no_cache" })(() => false);

/** Whether a field may be withheld at all: by its tier, or because a grant may deny it. */
const ruledFields = (schema: GraphQLSchema): PolicyField[] =>
  Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith("__")) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const tier = tierOf(field.extensions);
      if (!tier) throw new Error(`${type.name}.${field.name} has no tier: say who may read it.`);
      if (type.name === "Query" || type.name === "Mutation") return [];
      return tier !== "PUBLIC" || isDeniable(type.name, field) ? [{ type: type.name, field: field.name, tier }] : [];
    });
  });

/**
 * Puts the policy into force: a graphql-shield rule for each field that may be withheld and for each operation, deny by
 * default, wrapped around those alone (wrapping every field costs far more than it guards). A withheld field answers null
 * and is noted once in the request's redactions. A field with no tier stops the start.
 */
export function enforce(
  schema: GraphQLSchema,
  finders: RelationFinders,
  operations: IRules,
  log: Logger,
): GraphQLSchema {
  const tree: Record<string, Record<string, unknown>> = { ...(operations as Record<string, Record<string, unknown>>) };
  const policies = new Map<string, PolicyField>();
  guards.set(schema, { policies, finders });
  for (const policy of ruledFields(schema)) {
    const name = `${policy.type}.${policy.field}`;
    policies.set(name, policy);
    // the name carries the parameters: shield refuses two rules of one name
    const ruled = rule(`${name}:${policy.tier}`, { cache: "no_cache" })(async (
      parent: RuledRow,
      _args,
      context: RequestContext,
    ) => {
      try {
        return noted(policy, await verdictOn(policy, parent, context, finders[policy.type]), context);
      } catch (error) {
        log.error({ err: error, field: name }, "a rule failed and so refused");
        return false;
      }
    });
    (tree[policy.type] ??= {})[policy.field] = ruled;
  }
  if (schema.getMutationType()) tree.Mutation = { "*": nobody, ...tree.Mutation };

  const generator = shield(tree as IRules, { fallbackRule: nobody, fallbackError: refusal, allowExternalErrors: true });
  const middleware = generator.generate(schema) as Record<string, Record<string, Middleware>>;
  for (const [typeName, fields] of Object.entries(tree)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const guard = middleware[typeName]?.[field.name];
      if (!guard || (!(field.name in fields) && !("*" in fields))) continue;
      const inner = field.resolve ?? defaultFieldResolver;
      const policy = policies.get(`${typeName}.${field.name}`);
      field.resolve = policy
        ? withholding(guard, inner, policy, finders[typeName])
        : (...all: Parameters<Resolver>) => guard(inner, ...all);
    }
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Middleware = (resolve: Resolver, ...args: Parameters<Resolver>) => Promise<unknown>;

/**
 * Turns a refusal into null; any other error goes on as it is. The rule decides the first row of a kind; what it decided is
 * applied to the others at once.
 */
function withholding(
  guard: Middleware,
  inner: Resolver,
  policy: PolicyField,
  find: RelationFinder | undefined,
): Resolver {
  const guarded: Resolver = async (parent, args, context, info) => {
    const value = await guard(inner, parent, args, context, info);
    return value === refusal ? null : value;
  };
  return (parent, args, context, info) => {
    if (isOpenTo(policy, context)) return inner(parent, args, context, info);
    const verdict = knownVerdict(policy, parent as RuledRow, context, find);
    if (!verdict) return guarded(parent, args, context, info);
    return noted(policy, verdict, context) ? inner(parent, args, context, info) : null;
  };
}
