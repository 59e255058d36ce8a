import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type GraphQLSchema, parse, validate } from "graphql";
import { z } from "zod";
import { ConfigError } from "../../config/index";
import { DomainError } from "../../errors/index";
import { limitQuery } from "../../graphql/limits/index";

/** Operations that the operator vouches for, by the SHA-256 of their texts in hex. */
export interface TrustedDocuments {
  readonly texts: ReadonlyMap<string, string>;
  /** Whether everything else is refused. */
  readonly only: boolean;
}

/** The name of a text, as clients of stored queries make it. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

const MOST_TOLD = 5;

/**
 * Reads the file that clients are built with: a JSON object from SHA-256 to text. Each text must have that hash, be valid
 * for this schema and keep the limits, so that none of it fails on a caller later.
 *
 * @throws {ConfigError} saying which documents cannot be used, and why.
 */
export function readTrustedDocuments(
  { file, only }: { file: string; only: boolean },
  schema: GraphQLSchema,
): TrustedDocuments {
  const texts = new Map(Object.entries(contentOf(file)));
  const problems = [...texts].flatMap(([hash, text]) => {
    const problem = problemOf(hash, text, schema);
    return problem ? [`TRUSTED_DOCUMENTS: ${hash.slice(0, 12)}… ${problem}`] : [];
  });
  const more = problems.length - MOST_TOLD;
  if (problems.length > 0)
    throw new ConfigError([
      ...problems.slice(0, MOST_TOLD),
      ...(more > 0 ? [`TRUSTED_DOCUMENTS: ${more} more documents cannot be used.`] : []),
    ]);
  return { texts, only };
}

function contentOf(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new ConfigError([
      `TRUSTED_DOCUMENTS: ${file} cannot be read as a JSON object of texts by their SHA-256, such as {"9f86…": "query …"}.`,
    ]);
  }
}

function problemOf(hash: string, text: string, schema: GraphQLSchema): string | null {
  if (hashOf(text) !== hash) return "is not the SHA-256 of its text, in lower-case hex.";
  try {
    if (limitQuery(text) === null) return "is no GraphQL.";
    const [error] = validate(schema, parse(text));
    return error ? `is not valid for this schema: ${error.message}` : null;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
