import type { RequestHandler, Response } from "express";
import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import type { Clock } from "../../platform/clock";
import { type Credential, RequestDatabase, type StatementListener } from "../../platform/database/request-database";
import { NotFoundError, UnauthenticatedError } from "../../platform/errors/index";
import type { Cursors } from "../../platform/graphql/cursor";
import { refuse } from "../../platform/http/answer";
import type { CallerLimiter } from "../../platform/http/limits/index";
import type { Files } from "../../platform/storage/index";
import { RequestContext } from "../access/index";
import { AuditOutcome, type Happened, record } from "../audit/index";
import { ANONYMOUS, enterAs, ownAgenciesOf } from "../identity/index";
import { EvidenceReach } from "./evidence-lifecycle";
import { claimsOf, type LinkClaims, type LinkKind } from "./evidence-links";
import type { Evidence } from "./evidence.entity";
import { evidenceLoaders } from "./evidence.loaders";

/** What sending and opening files stands on. */
export interface EvidenceParts {
  source: DataSource;
  clock: Clock;
  cursors: Cursors;
  log: Logger;
  files: Files;
  /** Bytes that one file may have. */
  mostBytes: number;
  corsOrigins?: readonly string[];
  /** What one caller may ask; without it there is no limit. */
  limiter?: CallerLimiter;
  onStatement?: StatementListener;
}

interface Linked {
  requestId: string;
  claims: LinkClaims | null;
  /** Whose budget of requests is spent. */
  credential: Credential | null;
}

/** Reads the link that was followed: what is made up or changed is nobody's. */
export const readLink =
  ({ cursors }: EvidenceParts, kind: LinkKind): RequestHandler<{ token: string }> =>
  (request, response, next) => {
    const claims = claimsOf(cursors, kind, request.params.token);
    Object.assign(response.locals, { claims, credential: claims?.credential ?? null });
    response.setHeader("cache-control", "private, no-store");
    next();
  };

export const callerOf = (response: Response): Credential | null => (response.locals as Linked).credential;

/** Whatever is wrong with a link, and whatever is not for whoever follows it, is answered alike. */
export const nothingHere = (response: Response): void => refuse(response, 404, new NotFoundError());

/** Somebody who follows a link: whom it was made for, as what they are now, whatever they were when it was made. */
export class Visit {
  private about: Evidence | null = null;

  private constructor(
    readonly context: RequestContext,
    readonly claims: LinkClaims,
    private readonly kind: LinkKind,
    private readonly log: Logger,
  ) {}

  /** Null where the link was not made here. Give the connection back with `context.db.end()`. */
  static async of(
    { source, clock, cursors, log, onStatement }: EvidenceParts,
    kind: LinkKind,
    response: Response,
  ): Promise<Visit | null> {
    const { claims, requestId } = response.locals as Linked;
    if (!claims) {
      log.info({ requestId, kind }, "a link that was not made here was followed");
      return null;
    }
    const { credential } = claims;
    const db = new RequestDatabase(source, credential, clock.now(), onStatement);
    const context = new RequestContext(requestId, db, source, cursors, db.now, credential);
    try {
      context.startAs(await enterAs(db, credential));
    } catch (error) {
      // whoever has left since is let in as nobody, and finds nothing
      if (!(error instanceof UnauthenticatedError)) throw error;
      context.startAs(ANONYMOUS);
    }
    return new Visit(context, claims, kind, log);
  }

  get isLate(): boolean {
    return this.claims.expiresAt <= this.context.now;
  }

  /** The evidence that the link is about, where whoever follows it sees it now. */
  async evidence(): Promise<Evidence | null> {
    return (this.about = await this.context.use(evidenceLoaders).evidenceById.load(this.claims.evidenceId));
  }

  /** Writes that the link led nowhere and why, in the name of whom it was made for. What cannot be written is logged. */
  async refused(reason: string): Promise<void> {
    const { partnershipId, person } = this.claims;
    const { now, requestId, db } = this.context;
    const actor = { ...ANONYMOUS, person };
    try {
      const happened = { kind: `evidence.${this.kind}`, partnershipId, ...(await this.told(reason)) };
      await db.write((send) => record(send, { actor, now, requestId }, happened, AuditOutcome.REFUSED));
    } catch (error) {
      this.log.error({ err: error, requestId, reason }, "a refusal could not be recorded");
    }
  }

  /**
   * What the trail is told of a link that led nowhere. What an agency does with what it has not shared is its own; and where
   * whoever follows the link does not see whether it was shared, or is not of the agency, the trail is not told which it was.
   */
  private async told(reason: string): Promise<Omit<Happened, "kind">> {
    const { evidenceId, version } = this.claims;
    const about = this.about ?? (await this.evidence());
    const named = { subjectType: "Evidence", subjectId: evidenceId, detail: { reason, version } };
    if (about && about.reach !== EvidenceReach.OWN) return named;
    if (about && ownAgenciesOf(this.context.actor).has(about.ownerAgencyId))
      return { ...named, onlyFor: about.ownerAgencyId };
    return { detail: { reason } };
  }
}
