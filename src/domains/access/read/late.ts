import DataLoader from "dataloader";
import type { FieldNode, GraphQLObjectType, GraphQLResolveInfo } from "graphql";
import type { RequestContext } from "../request-context";
import type { Asked, Selection } from "./selection";
import { RowStatement } from "./statement";

interface Wanted {
  type: GraphQLObjectType;
  id: string;
  field: string;
  property: string;
  nodes: readonly FieldNode[];
  asked: Asked;
}

type Late = Record<string, unknown>;

/**
 * Fields of rows that were read without them: by an id, or as the answer to a mutation. The same declarations are read,
 * one statement for each type and tick, whatever the number of rows and fields.
 */
const lateReads = (context: RequestContext) =>
  new DataLoader<Wanted, Late | null>(
    async (wanted) => {
      const byType = new Map<GraphQLObjectType, Wanted[]>();
      for (const one of wanted) {
        const group = byType.get(one.type);
        if (group) group.push(one);
        else byType.set(one.type, [one]);
      }
      const rows = new Map<GraphQLObjectType, LateRows>();
      for (const [type, group] of byType) rows.set(type, await readLate(context, type, group));
      return wanted.map(({ type, id, property }) => {
        const found = rows.get(type);
        const refused = found?.refused.get(property);
        return refused === undefined ? (found?.byId.get(id) ?? null) : asError(refused);
      });
    },
    { cache: false },
  );

interface LateRows {
  byId: ReadonlyMap<string, Late>;
  refused: ReadonlyMap<string, unknown>;
}

const asError = (refused: unknown) => (refused instanceof Error ? refused : new Error("a field could not be read"));

async function readLate(context: RequestContext, type: GraphQLObjectType, group: Wanted[]): Promise<LateRows> {
  const [first] = group;
  if (!first) return { byId: new Map(), refused: new Map() };
  const selection: Selection = new Map();
  for (const { field, nodes } of group) {
    const known = new Set(selection.get(field));
    selection.set(field, [...known, ...nodes.filter((node) => !known.has(node))]);
  }
  const statement = new RowStatement(context, first.asked);
  const row = statement.rowOf(type);
  const list = statement.list(type, row, selection);
  const ids = statement.$([...new Set(group.map(({ id }) => id))]);
  const rows = await context.db.query<{ row: Late & { id: string } }>(
    `select row_to_json(one) as row from (select ${list} from ${statement.table(type)} ${row} ${row.joins()}
       where ${row}.id = any (${ids}::uuid[])) one`,
    statement.values,
  );
  return { byId: new Map(rows.map(({ row: found }) => [found.id, found])), refused: statement.refused };
}

/** The row with the value of one of its fields, read now; null where the row is no longer there for the caller. */
export function readLater(
  context: RequestContext,
  info: Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues" | "parentType" | "fieldName" | "fieldNodes">,
  id: string,
  property: string,
): Promise<Late | null> {
  const { parentType: type, fieldName: field, fieldNodes: nodes } = info;
  return context.use(lateReads).load({ type, id, field, property, nodes, asked: info });
}
