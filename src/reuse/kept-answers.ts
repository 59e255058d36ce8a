import { createHash } from "node:crypto";
import type { ApolloServerPlugin } from "@apollo/server";
import type { Request, RequestHandler, Response } from "express";
import type { RequestContext } from "../domains/access/index";
import type { Credential, LookedUp, Reach, RequestDatabase } from "../platform/database/request-database";
import { DomainError } from "../platform/errors/index";
import { MemoryOfCallers, type Place } from "../platform/http/memory-of-callers";
import { questionOf } from "./question";
import { type Operation, reachOf } from "./reach";

/** An answer as it was sent, and what it was true of. */
interface KeptAnswer {
  body: Buffer;
  type: string;
  etag: string;
  reach: Reach;
  stamp: string;
}

/** A request whose answer may be kept, as far as can be told before GraphQL looks at it. */
interface Asking {
  question: string;
  place: Place<KeptAnswer>;
  /** Set when the operation is known to be one whose answers may be kept. */
  reach: Reach | null;
  /** Set when there is an answer, without errors, all of one snapshot. */
  stamp: string | null;
}

/** What of a request the kept answers need: a way to ask for the stamp, and who is asking. */
export interface KeptAnswersParts {
  /** Bytes of memory; 0 keeps nothing. */
  bytes: number;
  /** A handle of its own for one look-up; closed by the one who asked. */
  databaseOf: (response: Response) => RequestDatabase;
  credentialOf: (response: Response) => Credential | null;
  /** Called for each answer that was given again, with the token that was borne. */
  onReuse: (response: Response, found: LookedUp) => void;
}

/** Bytes that are kept unless said. */
export const KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Answers that are given again while nothing that they are made of has changed. One is found by its caller and question
 * alone, and given only where its stamp is the one that the database gives now, in one round trip: the same permissions, the
 * same versions of the data, the same day (`app.stamp`). So it is never another caller's and never an old one.
 */
export class KeptAnswers {
  private readonly memory: MemoryOfCallers<KeptAnswer>;
  private readonly asking = new WeakMap<RequestDatabase, Asking>();

  constructor(private readonly parts: KeptAnswersParts) {
    this.memory = new MemoryOfCallers(parts.bytes, parts.credentialOf);
  }

  /** Answers what is kept and still true; otherwise lets GraphQL answer, and keeps that where it may be kept. */
  readonly answer: RequestHandler = async (request, response, next) => {
    const question = this.parts.bytes > 0 ? questionOf(request) : null;
    if (question === null) {
      next();
      return;
    }
    const place = this.memory.placeOf(request, response);
    const kept = place.get(question);
    if (kept) {
      const found = await this.lookUp(response, kept.reach);
      if (response.destroyed) return; // the caller left meanwhile
      if (found?.stamp === kept.stamp) {
        this.parts.onReuse(response, found);
        tell(request, response, kept);
        response.setHeader("content-type", kept.type);
        response.send(kept.body);
        return;
      }
      place.delete(question);
    }
    this.watch(request, response, { question, place, reach: null, stamp: null });
    next();
  };

  /** Says which request the database handle of an answer under way belongs to. */
  begin(db: RequestDatabase, response: Response): void {
    const { asking } = response.locals as { asking?: Asking };
    if (asking) this.asking.set(db, asking);
  }

  /** Finds out what an answer is made of before the snapshot is opened, so it must come before what opens it. */
  readonly plugin: ApolloServerPlugin<RequestContext> = {
    requestDidStart: ({ contextValue: { db } }) =>
      Promise.resolve({
        didResolveOperation: ({ schema, document, operation, request }) => {
          if (operation) this.ask(db, { schema, document, operation, variables: request.variables ?? {} });
          return Promise.resolve();
        },
        willSendResponse: ({ response: { body }, errors }) => {
          if (body.kind === "single" && !errors && !body.singleResult.errors) this.answered(db);
          return Promise.resolve();
        },
      }),
  };

  /** Finds out what the answer to an operation is made of; before anything is read for it. */
  ask(db: RequestDatabase, asked: Operation): void {
    const asking = this.asking.get(db);
    if (!asking) return;
    asking.reach = reachOf(asked);
    if (asking.reach) db.stampFor(asking.reach);
  }

  /** Says that there is an answer without errors. */
  answered(db: RequestDatabase): void {
    const asking = this.asking.get(db);
    if (asking) asking.stamp = db.stamp;
  }

  /** The stamp that the answer must have now; null where the database cannot say, which GraphQL then tells. */
  private async lookUp(response: Response, reach: Reach): Promise<LookedUp | null> {
    const db = this.parts.databaseOf(response);
    try {
      return await db.lookUp(reach);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    } finally {
      await db.end();
    }
  }

  /** Keeps the answer's text when it is sent, if by then it may be kept. */
  private watch(request: Request, response: Response, asking: Asking): void {
    response.locals.asking = asking;
    const send = response.send.bind(response);
    response.send = (text: unknown) => {
      if (typeof text === "string") this.keep(request, response, text);
      return send(text);
    };
  }

  /** Keeps an answer that is about to be sent, its headers set, if by now it may be kept. */
  keep(request: Request, response: Response, text: string): void {
    const { asking } = response.locals as { asking?: Asking };
    if (!asking?.reach || !asking.stamp || response.statusCode !== 200) return;
    const { question, place, reach, stamp } = asking;
    const body = Buffer.from(text);
    const type = String(response.getHeader("content-type"));
    const etag = `"${createHash("sha256").update(type).update(body).digest("base64url")}"`;
    place.set(question, { body, type, etag, reach, stamp }, body.length);
    tell(request, response, { etag });
  }
}

/**
 * By GET the caller may keep the answer too and ask whether it still holds. The tag is of the answer's text alone: it tells
 * nothing that the text does not, and stays the same when something changes that this caller may not see.
 */
function tell(request: Request, response: Response, { etag }: Pick<KeptAnswer, "etag">): void {
  response.setHeader("etag", etag);
  if (request.method !== "GET") return;
  response.setHeader("cache-control", "private, no-cache");
  response.vary("authorization").vary("accept");
}
