import { connectionOf } from "../../../platform/graphql/connection";
import { noCursor } from "../../../platform/graphql/cursor";
import type { RequestContext } from "../request-context";
import { NeedsRowError } from "./declare";
import type { Linkage, ReadPage, Shape } from "./reading";

/** A row as resolvers are given it: its properties, and what its fields lead to. An error stands where a field is one. */
export type RowObject = Record<string, unknown>;

/** Rows that keys lead to are one object each, however many lead there. */
const made = new WeakMap<Shape, Map<number, RowObject>>();

/** The object of one row of a shape, with everything that was selected beneath it. */
export function objectOf(context: RequestContext, shape: Shape, index: number): RowObject {
  let known = made.get(shape);
  if (!known) made.set(shape, (known = new Map<number, RowObject>()));
  const found = known.get(index);
  if (found) return found;
  // a field that may lead to several types finds in it which it is
  const row: RowObject = { __typename: shape.type.name };
  known.set(index, row);
  for (const [property, column] of shape.columns) row[property] = shape.level.valuesOf(column)[index];
  for (const [property, link] of shape.links) row[property] = valueOf(context, shape, link, index);
  // what needs the row is asked again when the row is there
  for (const [property, error] of shape.refused) if (!(error instanceof NeedsRowError)) row[property] = error;
  return row;
}

/** What a field of one row leads to: an object, objects, a connection, or null. */
export function valueOf(context: RequestContext, shape: Shape, link: Linkage, index: number): unknown {
  if (link.kind === "nothing") return null;
  const { shape: to } = link;
  if (link.kind === "same") return objectOf(context, to, index);
  if (link.kind === "key") {
    const row = to.level.rowOf(shape.level.valuesOf(link.column)[index]);
    return row === undefined ? null : objectOf(context, to, row);
  }
  if (link.kind === "keys") {
    const [from, end] = link.level.span(index);
    const rows = link.level
      .valuesOf(link.column)
      .slice(from, end)
      .map((key) => to.level.rowOf(key));
    return rows.flatMap((row) => (row === undefined ? [] : [objectOf(context, to, row)]));
  }
  const [from, end] = to.level.span(index);
  if (link.kind === "page") return connection(context, shape, to, link.read, index, [from, end]);
  if (link.kind === "one") return end > from ? objectOf(context, to, from) : null;
  return Array.from({ length: end - from }, (_, at) => objectOf(context, to, from + at));
}

/** The name of the list that hangs on a row; an error where a cursor is of another. */
export function listOf(shape: Shape, { paged, parent, cursors }: ReadPage, index: number): string | Error {
  const list = paged.name(parent === null ? "" : String(shape.level.valuesOf(parent)[index]));
  const other = cursors.find((cursor) => cursor.list !== list);
  return other ? noCursor([other.argument]) : list;
}

function connection(
  context: RequestContext,
  shape: Shape,
  to: Shape,
  read: ReadPage,
  index: number,
  [from, end]: [number, number],
): unknown {
  const list = listOf(shape, read, index);
  if (typeof list !== "string") return list;
  const places = new Map<RowObject, number>();
  const rows = Array.from({ length: end - from }, (_, at) => {
    const row = objectOf(context, to, from + at);
    places.set(row, from + at);
    return row;
  });
  const { page, position, total } = read;
  const cursorOf = (row: RowObject) => context.cursors.seal(list, positionOf(to, position, places.get(row) ?? 0));
  return connectionOf(rows, page, cursorOf, () => {
    if (total === null) throw new Error("the number of all was not read");
    return Number(shape.level.valuesOf(total)[index]);
  });
}

/** Where a row stands in the order of its list, as a cursor has it. */
export const positionOf = ({ level }: Shape, position: readonly number[], row: number): string[] =>
  position.map((column) => String(level.valuesOf(column)[row]));
