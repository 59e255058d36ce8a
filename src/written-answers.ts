import type { Request, RequestHandler, Response } from "express";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { answerAtOnce, type AskedOperation, type RequestContext } from "./domains/access/index";
import { KnownActors } from "./domains/identity/index";
import { DomainError } from "./platform/errors/index";
import { stringifyAnswer, WrittenData } from "./platform/graphql/written";
import { isSentPlainly, sentBy } from "./platform/http/sent-query";

/** What writing answers needs of the server. */
export interface WrittenAnswersParts {
  schema: GraphQLSchema;
  /** Whether it is done at all. */
  on: boolean;
  contextOf: (request: Request, response: Response) => RequestContext;
  /** Called before what is asked is read, with what it is. */
  onAsked: (context: RequestContext, asked: AskedOperation) => void;
  /** Called when an answer was written. */
  onWritten: (context: RequestContext) => void;
  /** Called with an answer that is about to be sent, its headers set. */
  onSend: (request: Request, response: Response, text: string) => void;
}

/** Operations that GraphQL found valid, by their text; the one not asked for the longest goes first. */
const MOST_KNOWN = 300;
/** Longest text that is known, in characters. */
const LONGEST = 20_000;

interface KnownOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** What is told of a request beside its answer: set where the answer could not be written, for who answers it then. */
export interface NotWritten {
  notWritten?: { error: DomainError | null };
}

/**
 * Answers queries that GraphQL has found valid before without GraphQL: with what `answerAtOnce` writes. Everything else, and
 * whatever that leaves to the resolvers, goes on to GraphQL.
 */
export class WrittenAnswers {
  readonly actors = new KnownActors();
  private readonly operations = new Map<string, KnownOperation>();

  constructor(private readonly parts: WrittenAnswersParts) {}

  /** Remembers an operation that GraphQL found valid. */
  remember(text: unknown, name: unknown, known: KnownOperation): void {
    if (typeof text !== "string" || text.length > LONGEST) return;
    const key = keyOf(text, name);
    this.operations.delete(key);
    this.operations.set(key, known);
    for (const [oldest] of this.operations) {
      if (this.operations.size <= MOST_KNOWN) break;
      this.operations.delete(oldest);
    }
  }

  /** The answer as JSON, where it can be written; null where resolvers must make it. */
  async answerOf(context: RequestContext, asked: AskedOperation): Promise<string | null> {
    if (!this.parts.on) return null;
    const written = await answerAtOnce(context, asked, this.actors);
    if (written !== null) this.parts.onWritten(context);
    return written;
  }

  readonly answer: RequestHandler = async (request, response, next) => {
    const asked = this.parts.on ? this.askedBy(request) : null;
    if (!asked) {
      next();
      return;
    }
    const context = this.parts.contextOf(request, response);
    let error: DomainError | null = null;
    let written: string | null = null;
    try {
      this.parts.onAsked(context, asked);
      written = await this.answerOf(context, asked);
    } catch (failure) {
      if (!(failure instanceof DomainError)) throw failure;
      error = failure;
    }
    await context.db.end();
    if (response.destroyed) return; // the caller left meanwhile
    if (written === null) {
      response.locals.notWritten = { error };
      next();
      return;
    }
    const { redactions } = context;
    response.setHeader("content-type", `${request.headers.accept ?? "application/json"}; charset=utf-8`);
    const data = new WrittenData(written) as unknown as Record<string, unknown>;
    const text = stringifyAnswer({ data, ...(redactions.length > 0 && { extensions: { redactions } }) });
    if (request.method === "GET") {
      response.send(text); // which tells a caller who has it already
      return;
    }
    this.parts.onSend(request, response, text);
    // a text that is ended with is written as it is; express would copy it to memory that only a collection frees
    response.setHeader("content-length", Buffer.byteLength(text));
    response.end(text);
  };

  /** What is asked, where it is a known operation. */
  private askedBy(request: Request): AskedOperation | null {
    if (!isSentPlainly(request)) return null;
    const { query, operationName, variables } = sentBy(request);
    const known = typeof query === "string" ? this.operations.get(keyOf(query, operationName)) : undefined;
    if (!known) return null;
    return { schema: this.parts.schema, ...known, variables: (variables ?? {}) as Readonly<Record<string, unknown>> };
  }
}

const keyOf = (text: string, name: unknown): string => JSON.stringify([name ?? null, text]);
