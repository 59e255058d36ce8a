import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { RequestDatabase } from "../../platform/database/request-database";
import { DomainError } from "../../platform/errors/index";
import { parseGlobalId } from "../../platform/graphql/ids";
import type { RequestContext } from "../access/index";
import { ANONYMOUS } from "../identity/index";
import { AuditOutcome } from "./audit-entry.entity";
import { record, recordRefusal } from "./record";

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

/** Writes the entry of a refused mutation. One that cannot be written is logged, and the refusal stands. */
export async function noteRefusedMutation(
  context: RequestContext,
  log: Logger,
  { kind, ...detail }: Refused,
): Promise<void> {
  const { actor, requestId } = context;
  const partnershipId = actor.memberships.find(({ partnership }) => partnership)?.partnership ?? null;
  try {
    await recordRefusal(context, { kind, partnershipId, detail });
  } catch (error) {
    log.error({ err: error, mutation: kind, requestId }, "a refusal could not be recorded");
  }
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
      noteRefusedMutation(context, log, { kind: field.name, codes, named: idsIn(args) });
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
