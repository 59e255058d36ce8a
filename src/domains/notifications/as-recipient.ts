import { execute, type GraphQLSchema, parse } from "graphql";
import type { DataSource } from "typeorm";
import { RequestDatabase, type Subject } from "../../platform/database/request-database";
import { MAX_PAGE } from "../../platform/graphql/connection";
import type { Cursors } from "../../platform/graphql/cursor";
import { globalId } from "../../platform/graphql/ids";
import { RequestContext } from "../access/index";
import { enterAs, membershipsIn, UnknownHereError } from "../identity/index";
import type { Told } from "./message";
import type { NotificationRow } from "./notification.entity";
import { subjectOf } from "./subjects";

/** The API that recipients read by: what one of them is not shown there is in no message. */
export interface Api {
  source: DataSource;
  schema: GraphQLSchema;
  cursors: Cursors;
}

type Named = Pick<NotificationRow, "id" | "partnershipId" | "kind" | "subjectType" | "subjectId" | "detail">;

/**
 * What somebody may read now of what they are to be told: asked of the API itself, with their grants and row-level security,
 * as a request of theirs would be. What they may not read any more is left out; so is all of a partnership that they have left,
 * though some of it be public.
 */
export async function readAs(
  { source, schema, cursors }: Api,
  recipient: Subject,
  notifications: readonly Named[],
  { now, publicUrl }: { now: Date; publicUrl: string | null },
): Promise<Map<string, Told>> {
  const db = new RequestDatabase(source, recipient, now);
  const context = new RequestContext("notifications", db, source, cursors, now, recipient);
  try {
    context.startAs(await enterAs(db, recipient));
    const ask = askingAs(context, schema);
    const theirs = notifications.filter(({ partnershipId }) => membershipsIn(context.actor, partnershipId).length > 0);
    const partnerships = await ask(
      "Partnership",
      "name",
      theirs.map(({ partnershipId }) => partnershipId),
    );
    const agencies = await ask(
      "Agency",
      "name",
      theirs.flatMap(({ detail }) => detail.agency ?? []),
    );
    const told = new Map<string, Told>();
    for (const type of new Set(theirs.map(({ subjectType }) => subjectType))) {
      const { noun, selection, describe } = subjectOf(type);
      const about = theirs.filter(({ subjectType }) => subjectType === type);
      const found = await ask(
        type,
        selection,
        about.map(({ subjectId }) => subjectId),
      );
      for (const { id, kind, partnershipId, subjectId, detail } of about) {
        const [answered, partnership] = [found.get(subjectId), partnerships.get(partnershipId)];
        if (!answered || !partnership) continue;
        const agency = detail.agency ? agencies.get(detail.agency) : undefined;
        told.set(id, {
          ...describe(answered as never),
          kind,
          noun,
          detail,
          partnership: String(partnership.name),
          agency: agency ? String(agency.name) : null,
          link: publicUrl && `${publicUrl}/${globalId(type, subjectId)}`,
        });
      }
    }
    return told;
  } catch (error) {
    if (error instanceof UnknownHereError) return new Map();
    throw error;
  } finally {
    await db.end();
  }
}

type Answered = Record<string, unknown>;

/** Asks for objects of one type by their keys; those that are not there for the caller are not in what is given. */
const askingAs =
  (context: RequestContext, schema: GraphQLSchema) =>
  async (type: string, selection: string, keys: readonly string[]): Promise<Map<string, Answered>> => {
    const found = new Map<string, Answered>();
    const wanted = [...new Set(keys)];
    for (let from = 0; from < wanted.length; from += MAX_PAGE) {
      const some = wanted.slice(from, from + MAX_PAGE);
      const { data, errors = [] } = await execute({
        schema,
        document: parse(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${selection} } } }`),
        variableValues: { ids: some.map((key) => globalId(type, key)) },
        contextValue: context,
      });
      const fault = errors.find(({ extensions, originalError }) => codeOf(extensions, originalError) !== "NOT_FOUND");
      if (fault) throw fault;
      const nodes = (data?.nodes ?? []) as (Answered | null)[];
      some.forEach((key, index) => {
        const node = nodes[index];
        if (node) found.set(key, node);
      });
    }
    return found;
  };

const codeOf = ({ code }: Readonly<Record<string, unknown>>, original: unknown): unknown =>
  code ?? (original as { code?: string } | undefined)?.code;
