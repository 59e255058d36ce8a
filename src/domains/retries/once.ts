import { hash } from "node:crypto";
import { escapeLiteral } from "pg";
import { Secret } from "../../platform/config/index";
import type { Surrounding } from "../../platform/database/surrounding";
import { ConflictError } from "../../platform/errors/index";
import { canonical } from "./canonical";
import type { SentKey } from "./idempotency-key";

interface Repeated {
  mutation: string;
  input: string;
  shownOnce: boolean;
  result: unknown;
}

/**
 * Has a mutation's one transaction begin with the question whether the same key has done it before, and end by keeping what
 * it gave. What was refused keeps nothing: the same request again is tried again.
 *
 * Of what the work gives, a `Secret` is never kept. Whoever repeats such a request is told that it was done.
 */
export function onceOnly({ key, responseName, field }: SentKey, mutation: string, input: unknown): Surrounding {
  const sha256 = hash("sha256", canonical(input), "hex");
  return {
    async before(send) {
      const [repeated] = await send<Repeated>(
        `select r.mutation, encode(r.input_sha256, 'hex') as input, r.result is null as "shownOnce", r.result
         from app.repeated_request($1, $2) r`,
        [key, responseName],
      );
      if (!repeated) return null;
      if (repeated.mutation !== mutation || repeated.input !== sha256)
        throw new ConflictError(
          `This idempotency key was used for another ${repeated.mutation === mutation ? "input" : "mutation"}. Nothing was changed; send what differs under a key of its own.`,
          field,
        );
      if (repeated.shownOnce)
        throw new ConflictError(
          "This was done by an earlier request with the same idempotency key, and what it gave is shown once. Look at what there is; where the answer was lost, end that and ask anew under another key.",
          field,
        );
      return { result: repeated.result };
    },
    after(result) {
      const kept = holdsSecret(result) ? "null" : `${escapeLiteral(JSON.stringify(result ?? null))}::jsonb`;
      const [asKey, asName, asMutation] = [key, responseName, mutation].map(escapeLiteral);
      return `select app.keep_request(${asKey}, ${asName}, ${asMutation}, decode('${sha256}', 'hex'), ${kept})`;
    },
  };
}

const holdsSecret = (value: unknown): boolean =>
  value instanceof Secret || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));
