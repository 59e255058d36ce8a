import "reflect-metadata";
import { printSchemaWithDirectives } from "@graphql-tools/utils";
import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLNonNull,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
} from "graphql";
import type { Logger } from "pino";
import { buildSchemaSync, type ResolverData } from "type-graphql";
import { enforce, type RequestContext } from "./domains/access/index";
import { ActionProvenanceResolver, exchangeOperations, ImportResolver } from "./domains/exchange/index";
import { ActionIndicatorsResolver, IndicatorResolver, PartnershipIndicatorsResolver } from "./domains/indicators/index";
import {
  AgencyResolver,
  MembershipResolver,
  PartnershipResolver,
  PostResolver,
  ViewerResolver,
} from "./domains/partnership/index";
import {
  ActionResolver,
  AgencyActionsResolver,
  AssignmentResolver,
  FindingResolver,
  ObjectiveResolver,
  PartnershipPlansResolver,
  PlanResolver,
  ThemeResolver,
} from "./domains/plan/index";
import { ActionReportingResolver, ProgressUpdateResolver, reportingRelations } from "./domains/reporting/index";
import { NODE_TYPE, NodeResolver } from "./node.resolver";
import type { Connection } from "./platform/graphql/connection";
import { TIER_MEANINGS, TIERS } from "./platform/graphql/exposed";
import { globalId, typesWithIds } from "./platform/graphql/ids";
import { DateTimeScalar } from "./platform/graphql/scalars";

const resolvers = [
  ActionIndicatorsResolver,
  ActionProvenanceResolver,
  ActionReportingResolver,
  ActionResolver,
  AgencyActionsResolver,
  AgencyResolver,
  AssignmentResolver,
  FindingResolver,
  ImportResolver,
  IndicatorResolver,
  MembershipResolver,
  NodeResolver,
  ObjectiveResolver,
  PartnershipIndicatorsResolver,
  PartnershipPlansResolver,
  PartnershipResolver,
  PlanResolver,
  PostResolver,
  ProgressUpdateResolver,
  ThemeResolver,
  ViewerResolver,
] as const;

const accessDirective = new GraphQLDirective({
  name: "access",
  description: "Who may read a field, before any grants: its sensitivity tier",
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    tier: {
      type: new GraphQLNonNull(
        new GraphQLEnumType({
          name: "AccessTier",
          description: "Sensitivity of a field, from widest to narrowest readership",
          values: Object.fromEntries(TIERS.map((tier) => [tier, { description: TIER_MEANINGS[tier] }])),
        }),
      ),
      description: "The tier",
    },
  },
});

/** What type-graphql makes itself and does not describe. */
const ROOTS: Partial<Record<string, string>> = {
  Query: "Where reading begins. A list never quietly narrows to the caller's own: `viewer` is where that is",
  Mutation: "What can be done, one verb for each thing that happens",
};

/** The executable schema: every domain's door gathered, ids and counts in place, the field policy in force. */
export function buildSchema(log: Logger): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [...resolvers] as unknown as Parameters<typeof buildSchemaSync>[0]["resolvers"],
    validate: false,
    container: { get: instanceOf },
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    directives: [accessDirective],
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type) && type.name === "Node")
      type.resolveType = (row: { [NODE_TYPE]?: string }) => row[NODE_TYPE];
    if (!isObjectType(type)) continue;
    type.description ??= ROOTS[type.name];
    const { id, totalCount } = type.getFields();
    if (id && typesWithIds().includes(type.name)) id.resolve = (row: { id: string }) => globalId(type.name, row.id);
    if (totalCount && type.name.endsWith("Connection"))
      totalCount.resolve = (connection: Connection<unknown>) => connection.countAll();
  }
  return enforce(schema, { ...reportingRelations }, exchangeOperations, log);
}

/** SDL of the schema, sorted, with the tier of each field: what `schema.graphql` holds. */
export const printedSchema = (schema: GraphQLSchema): string =>
  `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`;

const instances = new Map<unknown, unknown>();
function instanceOf(resolver: new () => unknown, _data: ResolverData<RequestContext>): unknown {
  if (!instances.has(resolver)) instances.set(resolver, new resolver());
  return instances.get(resolver);
}
