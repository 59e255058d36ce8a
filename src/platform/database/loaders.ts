import DataLoader from "dataloader";
import type { DataSource, ObjectLiteral, ObjectType } from "typeorm";
import { columnsOf } from "./rows";

/** Rows put back in the order of the keys that asked for them; an absent row is null. */
export function inKeyOrder<R>(keys: readonly string[], rows: R[], keyOf: (row: R) => string): (R | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Rows grouped by the key that asked for them, each group in the order the rows came. */
export function groupedByKey<R>(keys: readonly string[], rows: R[], keyOf: (row: R) => string): R[][] {
  const groups = new Map<string, R[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
}

/** One row a key, in one statement for all keys asked in the same tick. */
export const rowLoader = <R>(fetch: (keys: string[]) => Promise<R[]>, keyOf: (row: R) => string) =>
  new DataLoader<string, R | null>(async (keys) => inKeyOrder(keys, await fetch([...keys]), keyOf), {
    maxBatchSize: 1000,
  });

/** Rows of an entity by their ids, with every column of it. */
export function entityLoader<R extends ObjectLiteral & { id: string }>(
  {
    db,
    source,
  }: { db: { query: <Q extends object>(text: string, values: unknown[]) => Promise<Q[]> }; source: DataSource },
  entity: ObjectType<R>,
) {
  const { tableName } = source.getMetadata(entity);
  const text = `select ${columnsOf(source, entity, "t")} from ${tableName} t where t.id = any ($1::uuid[])`;
  return rowLoader<R>(
    (ids) => db.query<R>(text, [ids]),
    ({ id }) => id,
  );
}

/** Many rows a key, in one statement for all keys asked in the same tick. */
export const listLoader = <R>(fetch: (keys: string[]) => Promise<R[]>, keyOf: (row: R) => string) =>
  new DataLoader<string, R[]>(async (keys) => groupedByKey(keys, await fetch([...keys]), keyOf), {
    maxBatchSize: 1000,
  });
