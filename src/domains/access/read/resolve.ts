import { type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import type { RequestContext } from "../request-context";
import { type Declared, nothingCanBeDone, propertyOf, readingOf } from "./declare";
import { readLater } from "./late";
import { objectOf, type RowObject } from "./objects";
import { Reading } from "./reading";

type Args = Record<string, unknown>;
type Resolver = GraphQLFieldResolver<
  RowObject & { id: string; partnershipId?: string; knownAt?: string | null },
  RequestContext,
  Args
>;
type RootResolver = GraphQLFieldResolver<unknown, RequestContext, Args>;

/** What a row has for a field: a value, or the error that it is. */
function given(row: RowObject | null, property: string): unknown {
  const value = row?.[property] ?? null;
  if (value instanceof Error) throw value;
  return value;
}

/** What the row has already, at once; what it was read without, by a statement of its own. */
const atHand =
  (field: string, declared: Exclude<Declared, { needs: unknown }>): Resolver =>
  (row, args, context, info) => {
    const property = propertyOf(field, args);
    const told = (found: RowObject | null) => {
      const value = given(found, property);
      if (value === null && "absent" in declared && declared.absent) throw declared.absent();
      return value;
    };
    if (row[property] !== undefined) return told(row);
    const before = "before" in declared ? declared.before?.(context, args as never) : null;
    const later = () => readLater(context, info, row);
    return (before ? before.then(later) : later()).then(told);
  };

const derived = (
  field: GraphQLField<unknown, unknown>,
  needs: readonly string[],
  of: (row: never, context: RequestContext) => unknown,
): Resolver => {
  const nothing = nothingCanBeDone(field);
  return (row, _args, context, info) => {
    if (nothing && row.knownAt != null) return nothing;
    return needs.every((property) => row[property] !== undefined)
      ? of(row as never, context)
      : readLater(context, info, row).then((found) => found && of({ ...row, ...found } as never, context));
  };
};

/** A field of the query itself: what it leads to is read with what was selected beneath it, in one statement. */
const fromRoot =
  (field: string, declared: Exclude<Declared, { needs: unknown }>): RootResolver =>
  async (_query, args, context, info) => {
    if ("before" in declared) await declared.before?.(context, args as never);
    const reading = new Reading(context, info);
    const root = reading.root.take(new Map([[field, [...info.fieldNodes]]]));
    await reading.read();
    const value = given(objectOf(context, root, 0), propertyOf(field, args));
    if (value === null && "absent" in declared && declared.absent) throw declared.absent();
    return value;
  };

/** Gives each field that says how it is read the resolver that follows from it: no promise where the value is at hand. */
export function resolveReads(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const reading = readingOf(field.extensions);
      if (!reading) continue;
      if ("needs" in reading) {
        field.resolve = derived(field, reading.needs, reading.of) as typeof field.resolve;
      } else if (type === schema.getQueryType()) {
        field.resolve = fromRoot(field.name, reading) as typeof field.resolve;
      } else {
        field.resolve = atHand(field.name, reading) as typeof field.resolve;
      }
    }
  }
}
