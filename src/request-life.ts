import { Kind, type OperationDefinitionNode, OperationTypeNode } from "graphql";
import type { Logger } from "pino";
import { type ApolloServerPlugin, HeaderMap } from "@apollo/server";
import { type RequestContext, requireScopes } from "./domains/access/index";
import { noteRefusedMutation } from "./domains/audit/index";
import { UnknownHereError } from "./domains/identity/index";
import type { TokenUses } from "./domains/people/index";
import { BadInputError, DomainError, ForbiddenError, UnauthenticatedError } from "./platform/errors/index";
import { answerSizeIn, CostLimitError, MAX_ANSWER_SIZE } from "./platform/graphql/answer-size";
import { WrittenData } from "./platform/graphql/written";
import { withoutUnaskedNames } from "./platform/graphql/limits/index";
import { isPlainJson } from "./platform/http/answer";
import { answerError, statusOf, toGraphQLError } from "./platform/http/errors";
import { type Introspection, mayIntrospect } from "./platform/http/limits/index";
import { isTokenOfOurs, type NoteRefusal } from "./sign-in";
import type { NotWritten, WrittenAnswers } from "./written-answers";

/** What the life of a request needs beside its context. */
export interface RequestLife {
  log: Logger;
  introspection: Introspection;
  refused: NoteRefusal;
  /** Counts a service token that nobody here has; gives the refusal where that was one too many. */
  failed: (context: RequestContext) => Promise<DomainError | null>;
  tokenUses: TokenUses;
  written: WrittenAnswers;
  /** What came of writing the answer before GraphQL was asked, where that was tried. */
  notWritten: (context: RequestContext) => NotWritten["notWritten"];
}

/** Opens the request's snapshot before anything is resolved and closes it before the answer leaves; lists what was withheld. */
export function requestLife({
  log,
  introspection,
  refused,
  failed,
  tokenUses,
  written,
  notWritten,
}: RequestLife): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: ({ contextValue: context }) => {
      let answer: string | null = null;
      return Promise.resolve({
        async didResolveOperation({ schema, document, operation, request }) {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION)
            throw toGraphQLError(new BadInputError("Nothing can be subscribed to here: ask by query."));
          const asked = operation && { schema, document, operation, variables: request.variables ?? {} };
          const size = asked ? answerSizeIn(asked) : 0;
          if (size > MAX_ANSWER_SIZE) throw toGraphQLError(new CostLimitError(size));
          if (operation) written.remember(request.query, request.operationName, { document, operation });
          try {
            const tried = notWritten(context);
            if (tried?.error) throw tried.error;
            answer = asked && !tried ? await written.answerOf(context, asked) : null;
            if (answer !== null) return;
            context.startAs(written.actors.keep(context.credential, await context.db.enter()).actor);
            if (operation) requireScopes(context.actor, schema, document, operation, request.variables ?? {});
          } catch (error) {
            if (error instanceof UnknownHereError && operation && onlyTakesUpInvitation(operation)) return;
            if (!(error instanceof DomainError)) {
              await context.db.end();
              throw error;
            }
            if (error instanceof ForbiddenError && operation?.operation === OperationTypeNode.MUTATION)
              await noteRefusedMutation(context, log, schema, { kind: firstOf(operation), codes: ["FORBIDDEN"] });
            await context.db.end();
            if (context.credential && error instanceof UnauthenticatedError) {
              const guessed = isTokenOfOurs(context.credential);
              const tooMany = guessed ? await failed(context) : null;
              if (tooMany) throw toGraphQLError(tooMany);
              await refused({ reason: guessed ? "unknown token" : "unknown subject", requestId: context.requestId });
            }
            throw toGraphQLError(error);
          }
        },
        responseForOperation: () => {
          if (answer === null) return Promise.resolve(null);
          const data = new WrittenData(answer) as unknown as Record<string, unknown>;
          return Promise.resolve({
            http: { headers: new HeaderMap() },
            body: { kind: "single" as const, singleResult: { data } },
          });
        },
        async willSendResponse({ request, response, errors }) {
          await context.db.end();
          tokenUses.note(context);
          if (response.body.kind !== "single") return;
          const result = response.body.singleResult;
          if (result.errors && errors) {
            const tell = mayIntrospect(introspection, context.credential !== null && !isTokenOfOurs(context.credential))
              ? (message: string) => message
              : (message: string) => withoutUnaskedNames(message, JSON.stringify([request.query, request.variables]));
            result.errors = result.errors.map((formatted, index) =>
              answerError(formatted, errors[index], context.requestId, log, tell),
            );
          }
          const { redactions } = context;
          if (redactions.length > 0) result.extensions = { ...result.extensions, redactions };
          const status = statusOf(result, isPlainJson(request.http?.headers.get("accept")));
          if (status) response.http.status = status;
          if (status === 503) response.http.headers.set("retry-after", "10");
          if (response.http.status === 401) response.http.headers.set("www-authenticate", "Bearer");
        },
      });
    },
  };
}

/** Name of the mutation that an operation begins with. */
const firstOf = ({ selectionSet: { selections } }: OperationDefinitionNode): string =>
  selections[0]?.kind === Kind.FIELD ? selections[0].name.value : "mutation";

/** Somebody whom nobody here knows yet may do one thing: take up an invitation. */
const onlyTakesUpInvitation = ({ operation, selectionSet }: OperationDefinitionNode): boolean =>
  operation === OperationTypeNode.MUTATION &&
  selectionSet.selections.every((one) => one.kind === Kind.FIELD && one.name.value === "acceptInvitation");
