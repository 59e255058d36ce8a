import DataLoader from "dataloader";
import type { FieldNode, GraphQLObjectType, GraphQLResolveInfo } from "graphql";
import type { RequestContext } from "../request-context";
import { objectOf, type RowObject } from "./objects";
import { Reading } from "./reading";
import type { Asked, Selection } from "./selection";

/** A row that was read without a field. */
interface LateRow {
  id: string;
  partnershipId?: string;
  /** The instant as of which it was read. */
  knownAt?: string | null;
}

interface Wanted {
  type: GraphQLObjectType;
  row: LateRow;
  field: string;
  nodes: readonly FieldNode[];
  asked: Asked;
}

/**
 * Fields of rows that were read without them: by an id, or as the answer to a mutation. The same declarations are read,
 * one statement for each type, partnership and tick, whatever the number of rows and fields.
 */
const lateReads = (context: RequestContext) =>
  new DataLoader<Wanted, RowObject | null>(
    async (wanted) => {
      const groups = new Map<string, Wanted[]>();
      for (const one of wanted) {
        const key = `${one.type.name} ${one.row.partnershipId ?? ""} ${one.row.knownAt ?? ""}`;
        const group = groups.get(key);
        if (group) group.push(one);
        else groups.set(key, [one]);
      }
      const found = new Map<Wanted, RowObject | null>();
      for (const group of groups.values()) await readLate(context, group, found);
      return wanted.map((one) => found.get(one) ?? null);
    },
    { cache: false },
  );

async function readLate(
  context: RequestContext,
  group: readonly Wanted[],
  found: Map<Wanted, RowObject | null>,
): Promise<void> {
  const [first] = group;
  if (!first) return;
  const selection: Selection = new Map();
  for (const { field, nodes } of group) {
    const known = new Set(selection.get(field));
    selection.set(field, [...known, ...nodes.filter((node) => !known.has(node))]);
  }
  const reading = new Reading(context, first.asked);
  const ids = [...new Set(group.map(({ row }) => row.id))];
  const shape = reading.byIds(first.type, ids, first.row.partnershipId, first.row.knownAt).take(selection);
  await reading.read();
  const rows = new Map(shape.valuesOf("id").map((id, index) => [id, index]));
  for (const one of group) {
    const index = rows.get(one.row.id);
    found.set(one, index === undefined ? null : objectOf(context, shape, index));
  }
}

/** The row with the value of one of its fields, read now; null where the row is no longer there for the caller. */
export function readLater(
  context: RequestContext,
  info: Pick<GraphQLResolveInfo, "schema" | "fragments" | "variableValues" | "parentType" | "fieldName" | "fieldNodes">,
  row: LateRow,
): Promise<RowObject | null> {
  const { parentType: type, fieldName: field, fieldNodes: nodes } = info;
  return context.use(lateReads).load({ type, row, field, nodes, asked: info });
}
