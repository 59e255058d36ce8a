import type { ExecutionResult, GraphQLError } from "graphql";

/** Where the answer has null on the way to where an error stands, as a path; null where the error has its own place. */
function nulledAbove({ path }: GraphQLError, data: unknown): string | null {
  let at = data;
  for (const [index, step] of (path ?? []).entries()) {
    if (at === null || at === undefined) return JSON.stringify(path?.slice(0, index));
    at = (at as Record<string | number, unknown>)[step];
  }
  return null;
}

/** Where an error was asked for, and then the row it is of. */
const byPlace = (one: GraphQLError, other: GraphQLError): number => {
  const [from, to] = [one.locations?.[0], other.locations?.[0]];
  const places = (from?.line ?? 0) - (to?.line ?? 0) || (from?.column ?? 0) - (to?.column ?? 0);
  if (places !== 0) return places;
  for (const [index, step] of (one.path ?? []).entries()) {
    const against = other.path?.[index];
    if (typeof step === "number" && typeof against === "number" && step !== against) return step - against;
  }
  return 0;
};

/**
 * An answer with its errors in the order of the query, however it was executed and whichever came first. Of several
 * that make the same place null one is told: a faulty argument of a list within a hundred rows is one mistake.
 */
export function withErrorsInOrder(result: ExecutionResult): ExecutionResult {
  if (!result.errors || result.errors.length < 2) return result;
  const told = new Set<string>();
  const errors = [...result.errors].sort(byPlace).filter((error) => {
    const nulled = nulledAbove(error, result.data);
    if (nulled === null) return true;
    if (told.has(nulled)) return false;
    told.add(nulled);
    return true;
  });
  return { ...result, errors };
}
