import type { ApolloServerOptionsWithGateway } from "@apollo/server";
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import { type CompiledQuery, compileQuery, isCompiledQuery } from "graphql-jit";
import { placesDepend, variablesInObjects, withDefaults } from "./compilable";
import { withErrorsInOrder } from "./told-errors";

/**
 * How queries are executed: field by field as graphql-js does, or compiled to a function of their own. Compiling costs many
 * executions, so that an operation is compiled when it has been asked for `from` times.
 */
export type Execution = { kind: "plain" } | { kind: "compiled"; from: number };
export const COMPILED: Execution = { kind: "compiled", from: 2 };

/** Operations that are kept, compiled or counted; the one not asked for the longest goes first. */
const MOST_KEPT = 300;

interface Kept {
  asked: number;
  /** Null where it cannot be compiled, or would be answered otherwise. */
  compiled?: CompiledQuery | null;
  /** Variables without which it is executed field by field. */
  needs?: ReadonlySet<string>;
}

/** What an operation is executed with. */
export interface Execute {
  schema: GraphQLSchema;
  document: DocumentNode;
  /** Undefined where the document does not say which is meant: graphql-js answers that. */
  operation: OperationDefinitionNode | undefined;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
  context: unknown;
}

/** Compiled operations by the parsed document that each stands in, which Apollo keeps one of for each text. */
class CompiledQueries {
  private readonly kept = new Map<OperationDefinitionNode, Kept>();

  constructor(private readonly from: number) {}

  /** The compiled query, once it has been asked for often enough; null until then, and where it cannot be compiled. */
  of({ schema, document, variables }: Execute, operation: OperationDefinitionNode): CompiledQuery | null {
    const one = this.kept.get(operation) ?? { asked: 0 };
    this.kept.delete(operation);
    this.kept.set(operation, one);
    for (const [oldest] of this.kept) {
      if (this.kept.size <= MOST_KEPT) break;
      this.kept.delete(oldest);
    }
    if (++one.asked < this.from) return null;
    if (one.compiled === undefined) {
      one.needs = variablesInObjects(document);
      const compiled = placesDepend(document)
        ? null
        : compileQuery(schema, document, operation.name?.value, { disablingCapturingStackErrors: true });
      one.compiled = compiled && isCompiledQuery(compiled) ? compiled : null;
    }
    for (const name of one.needs ?? []) if (variables[name] === undefined) return null;
    return one.compiled;
  }
}

/** Executes an operation. Mutations run field by field: they are few, and what they cost is not their fields. */
async function executeOperation(asked: Execute, queries: CompiledQueries | null): Promise<ExecutionResult> {
  const { schema, document, operation, operationName, variables, context } = asked;
  const compiled = operation?.operation === OperationTypeNode.QUERY ? queries?.of(asked, operation) : null;
  if (!operation || !compiled)
    return withErrorsInOrder(
      await execute({ schema, document, operationName, variableValues: variables, contextValue: context }),
    );
  // faults of variables are graphql-js's own, word for word
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 50 });
  if (coerced.errors) return { errors: coerced.errors };
  const result = await compiled.query(undefined, context, withDefaults(schema, operation, variables));
  return result.errors ? withErrorsInOrder({ ...result, errors: result.errors.map(asGraphQLError) }) : result;
}

/** The compiler's errors as graphql-js makes them, so that whoever formats them finds their origin and extensions. */
function asGraphQLError(error: GraphQLError): GraphQLError {
  const { originalError, locations, path } = error;
  return Object.defineProperty(new GraphQLError(error.message, { path, originalError }), "locations", {
    value: locations,
    enumerable: locations !== undefined,
  });
}

/** Apollo's way of being given an executor: a gateway of which the schema is all there is. */
export function executing(
  schema: GraphQLSchema,
  execution: Execution,
): ApolloServerOptionsWithGateway<never>["gateway"] {
  const queries = execution.kind === "compiled" ? new CompiledQueries(execution.from) : null;
  return {
    load: () =>
      Promise.resolve({
        executor: async ({ document, operation, request, context }) => {
          const { variables = {}, operationName } = request;
          const asked: Execute = { schema, document, operation, operationName, variables, context };
          return await executeOperation(asked, queries);
        },
      }),
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    stop: () => Promise.resolve(),
  };
}
