import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import { Extensions } from "type-graphql";
import type { DataSource } from "typeorm";
import { RequestDatabase } from "../../platform/database/request-database";
import { DomainError } from "../../platform/errors/index";
import { parseGlobalId } from "../../platform/graphql/ids";
import { type FoundNode, policyPartsOf, type RequestContext } from "../access/index";
import { type Actor, ANONYMOUS, isAdministrator, membershipsIn } from "../identity/index";
import { AuditOutcome } from "./audit-entry.entity";
import { type Happened, record, recordRefusal } from "./record";

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Codes under which something was refused, as against having failed. */
const REFUSALS = new Set([
  "BAD_USER_INPUT",
  "CONFLICT",
  "FORBIDDEN",
  "LAST_LEAD",
  "NOT_FOUND",
  "UNAUTHENTICATED",
  "UNREADABLE_FILE",
]);

/** What a refusal was of: a mutation, the codes it was refused with, and the ids of the objects it named, where those are known. */
interface Refused {
  kind: string;
  codes: string[];
  named?: string[];
}

/**
 * A mutation of what an agency keeps to itself, such as a draft: that somebody of an agency was refused it is in the trail for
 * that agency alone, since the object named and the reason would tell others what there is.
 */
export const KeptToAgency = (): MethodDecorator => Extensions({ keptToAgency: true });

/** Writes the entry of a refused mutation. One that cannot be written is logged, and the refusal stands. */
export async function noteRefusedMutation(
  context: RequestContext,
  log: Logger,
  schema: GraphQLSchema,
  { kind, ...refused }: Refused,
): Promise<void> {
  const { actor, requestId } = context;
  const kept = schema.getMutationType()?.getFields()[kind]?.extensions.keptToAgency === true;
  try {
    for (const { partnershipId, ...detail } of await trailsOf(context, schema, refused)) {
      const place = kept && partnershipId !== null ? keptToAgency(actor, partnershipId, detail) : { detail };
      await recordRefusal(context, { kind, partnershipId, ...place });
    }
  } catch (error) {
    log.error({ err: error, mutation: kind, requestId }, "a refusal could not be recorded");
  }
}

/** What a trail is told of a refusal, and whose trail it is: null, of no partnership. */
interface Told extends Partial<Omit<Refused, "kind">> {
  partnershipId: string | null;
}

/**
 * The trails that a refusal belongs in: of each of the actor's partnerships that a named object is of, as far as the actor sees
 * it; no trail is told of another's. Where it sees none, that is told to its own and names nothing; if it has several, not even
 * the reason, since it may have been another's. Whoever is of no partnership is in none's trail, whatever they name.
 */
async function trailsOf(
  context: RequestContext,
  schema: GraphQLSchema,
  { codes, named = [] }: Omit<Refused, "kind">,
): Promise<Told[]> {
  const { actor } = context;
  const seen = named.length > 0 ? await partnershipsNamed(context, schema, named) : new Map<string, string[]>();
  const own = new Set(actor.memberships.map(({ partnership }) => partnership));
  if (own.size === 0) return [{ partnershipId: null, codes, named: [...seen.values()].flat() }];
  const about = [...seen].filter(([partnership]) => own.has(partnership) || isAdministrator(actor));
  if (about.length > 0) return about.map(([partnershipId, ids]) => ({ partnershipId, codes, named: ids }));
  return [...own].map((partnershipId) => ({ partnershipId, ...(own.size === 1 && { codes }) }));
}

/** The named objects that the actor sees, by the partnership that they are of; those of none are left out. */
async function partnershipsNamed(
  context: RequestContext,
  schema: GraphQLSchema,
  named: readonly string[],
): Promise<Map<string, string[]>> {
  const { fetchNode } = policyPartsOf(schema);
  const found = await Promise.all(named.map((id) => fetchNode(context, id)));
  const seen = new Map<string, string[]>();
  found.forEach((node, index) => {
    const [partnership, id] = [node && partnershipOf(node), named[index]];
    if (partnership && id) seen.set(partnership, [...(seen.get(partnership) ?? []), id]);
  });
  return seen;
}

function partnershipOf({ type, key, row }: FoundNode): string | null {
  if (type === "Partnership") return key;
  return row.partnershipId ?? ("partnership" in row && typeof row.partnership === "string" ? row.partnership : null);
}

/**
 * The same for the actor's agency alone. Whose it was of several may not have come out: then it is for oversight, and tells
 * neither what was meant nor why not.
 */
function keptToAgency(actor: Actor, partnershipId: string, detail: object): Pick<Happened, "onlyFor" | "detail"> {
  const agencies = new Set(membershipsIn(actor, partnershipId).flatMap(({ agency }) => agency ?? []));
  const [onlyFor, another] = agencies;
  return another ? {} : { onlyFor, detail: { ...detail } };
}

/**
 * Makes every mutation that is refused leave one entry in the trail: who asked, for what, which objects it named and the
 * code of the refusal; never the words that were sent. Whoever is refused changed nothing, so the entry is a transaction
 * of its own.
 */
export function recordRefusals(schema: GraphQLSchema, log: Logger): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const inner: Resolver = field.resolve ?? defaultFieldResolver;
    const refused = (context: RequestContext, args: unknown, codes: string[]) =>
      noteRefusedMutation(context, log, schema, { kind: field.name, codes, named: idsIn(args) });
    const recording: Resolver = async (parent, args, context, info) => {
      let outcome: unknown;
      try {
        outcome = await inner(parent, args, context, info);
      } catch (error) {
        await noteError(error, (codes) => refused(context, args, codes));
        throw error;
      }
      await noteError(outcome, (codes) => refused(context, args, codes));
      const { userErrors } = (outcome ?? {}) as { userErrors?: { code: string }[] };
      if (userErrors && userErrors.length > 0)
        await refused(
          context,
          args,
          userErrors.map(({ code }) => code),
        );
      return outcome;
    };
    field.resolve = recording;
  }
  return schema;
}

/** An error that is a refusal, by its code; shield answers one as a value. */
async function noteError(error: unknown, note: (codes: string[]) => Promise<void>): Promise<void> {
  if (!(error instanceof Error)) return;
  const code =
    error instanceof DomainError ? error.code : (error as { extensions?: { code?: unknown } }).extensions?.code;
  if (typeof code === "string" && REFUSALS.has(code)) await note([code]);
}

/** Global ids anywhere in the arguments, at most twenty: what was meant, without a word of what was said. */
function idsIn(value: unknown, found: string[] = []): string[] {
  if (found.length >= 20) return found;
  if (typeof value === "string" && parseGlobalId(value)) found.push(value);
  else if (typeof value === "object" && value !== null) for (const one of Object.values(value)) idsIn(one, found);
  return found;
}

/** Writes that a credential was not accepted, and why; nobody is known, so the entry is of no partnership. */
export const recordRefusedCredential = (
  source: DataSource,
  { now, requestId }: { now: Date; requestId: string },
  reason: string,
): Promise<void> =>
  new RequestDatabase(source, null, now).write((send) =>
    record(
      send,
      { actor: ANONYMOUS, now, requestId },
      { kind: "credential", detail: { reason } },
      AuditOutcome.REFUSED,
    ),
  );
