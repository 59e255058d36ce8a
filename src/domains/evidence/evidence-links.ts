import type { Credential } from "../../platform/database/request-database";
import { BadInputError } from "../../platform/errors/index";
import type { Cursors } from "../../platform/graphql/cursor";
import type { RequestContext } from "../access/index";
import type { Evidence } from "./evidence.entity";

/** What a link lets do, and for how many minutes: nobody needs longer to begin. */
export const MINUTES = { upload: 15, download: 5 } as const;
export type LinkKind = keyof typeof MINUTES;

/** What a link was made for. It opens nothing by itself: whoever uses it is let in as this person, at that moment. */
export interface LinkClaims {
  credential: Credential;
  person: string;
  partnershipId: string;
  evidenceId: string;
  version: number;
  expiresAt: Date;
}

/** Where links lead, below the service's own address. */
export const pathOf = (kind: LinkKind, token: string): string => `/evidence/${kind}/${token}`;

/**
 * A link for whoever asks, to the file of evidence as it now stands. It is sealed as cursors are, with the keys that the
 * replicas share: nobody else makes one, changes one, or reads out of it whose it is.
 */
export function linkFor(
  context: RequestContext,
  kind: LinkKind,
  { id, partnershipId, version }: Pick<Evidence, "id" | "partnershipId" | "version">,
): { url: string; expiresAt: Date } {
  const { credential, actor, now, cursors } = context;
  if (!credential || actor.person === null) throw new Error("nobody is asking");
  const expiresAt = new Date(now.getTime() + MINUTES[kind] * 60_000);
  const position = [
    JSON.stringify(credential),
    actor.person,
    partnershipId,
    id,
    String(version),
    expiresAt.toISOString(),
  ];
  return { url: pathOf(kind, cursors.seal(listOf(kind), position)), expiresAt };
}

/** What a link says; null where it was not made here for this, or was changed. Its time may be over. */
export function claimsOf(cursors: Cursors, kind: LinkKind, token: string): LinkClaims | null {
  try {
    const [credential = "", person = "", partnershipId = "", evidenceId = "", version, expiresAt = ""] = cursors.open(
      listOf(kind),
      token,
      [],
    );
    return {
      credential: JSON.parse(credential) as Credential,
      person,
      partnershipId,
      evidenceId,
      version: Number(version),
      expiresAt: new Date(expiresAt),
    };
  } catch (error) {
    if (error instanceof BadInputError) return null;
    throw error;
  }
}

const listOf = (kind: LinkKind) => `evidence ${kind}`;
