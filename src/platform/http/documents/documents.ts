import type { RequestHandler, Response } from "express";
import { z } from "zod";
import type { Credential } from "../../database/request-database";
import { refuse } from "../answer";
import { MemoryOfCallers, type Place } from "../memory-of-callers";
import { putQuery, sentBy } from "../sent-query";
import { hashOf, type TrustedDocuments } from "./trusted";

/** Bytes of texts that callers may name by their hash after they have sent them once. */
const REMEMBERED_BYTES = 32 * 1024 * 1024;

/** `extensions.persistedQuery`, as clients of stored queries send it. */
const named = z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** A text that was sent with its hash, to be remembered once it has kept the limits. */
interface Remembering {
  place: Place<string>;
  hash: string;
  text: string;
}

/**
 * Operations named by their hash: those that the operator vouches for, and those that the same caller has sent before. The
 * text takes the place of the hash before anything looks at the request, so limits, introspection and the rule against
 * mutations by GET hold for it as for any other; a hash brings no variables and nobody else's text.
 */
export class Documents {
  private readonly remembered: MemoryOfCallers<string>;

  constructor(
    private readonly trusted: TrustedDocuments | null,
    credentialOf: (response: Response) => Credential | null,
  ) {
    this.remembered = new MemoryOfCallers(REMEMBERED_BYTES, credentialOf);
  }

  /** Puts the text in the place of its hash, and refuses what is not vouched for where nothing else is answered. */
  readonly find: RequestHandler = (request, response, next) => {
    const { query, extensions } = sentBy(request);
    const persisted = (extensions as { persistedQuery?: unknown } | null | undefined)?.persistedQuery;
    const only = this.trusted?.only ?? false;
    const texts = this.trusted?.texts;
    if (persisted == null) {
      if (only && typeof query === "string" && !texts?.has(hashOf(query))) refuse(response, 403, NOT_TRUSTED);
      else next();
      return;
    }
    const hash = named.safeParse(persisted).data?.sha256Hash;
    if (hash === undefined) {
      refuse(response, 400, UNREADABLE);
      return;
    }
    if (typeof query === "string" && query !== "" && hashOf(query) !== hash) {
      refuse(response, 400, ANOTHER);
      return;
    }
    if (only && !texts?.has(hash)) {
      refuse(response, 403, NOT_TRUSTED);
      return;
    }
    const place = this.remembered.placeOf(request, response);
    const text = typeof query === "string" && query !== "" ? query : (texts?.get(hash) ?? place.get(hash));
    if (text === undefined) {
      refuse(response, 200, NOT_FOUND);
      return;
    }
    putQuery(request, text);
    if (!texts?.has(hash)) response.locals.remembering = { place, hash, text } satisfies Remembering;
    next();
  };

  /** Remembers what was sent with its hash and has kept the limits. */
  readonly remember: RequestHandler = (_request, response, next) => {
    const { remembering } = response.locals as { remembering?: Remembering };
    // two bytes a character at most
    if (remembering) remembering.place.set(remembering.hash, remembering.text, 2 * remembering.text.length);
    next();
  };
}

const NOT_FOUND = { code: "PERSISTED_QUERY_NOT_FOUND", message: "PersistedQueryNotFound" } as const;
const UNREADABLE = {
  code: "BAD_USER_INPUT",
  message: "extensions.persistedQuery needs version 1 and, as sha256Hash, the SHA-256 of the query in lower-case hex.",
} as const;
const ANOTHER = {
  code: "BAD_USER_INPUT",
  message: "extensions.persistedQuery.sha256Hash is not the SHA-256 of this query. Send the hash of the very text.",
} as const;
const NOT_TRUSTED = {
  code: "FORBIDDEN",
  message:
    "This service answers only the operations that it was given. Ask whoever runs it to add this one to TRUSTED_DOCUMENTS.",
} as const;
