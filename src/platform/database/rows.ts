import type { DataSource, ObjectLiteral, ObjectType } from "typeorm";

const lists = new WeakMap<DataSource, Map<string, string>>();

/**
 * The select list of an entity's columns under their property names: `a.by_when_text as "byWhenText"`. With a prefix,
 * `a.name as "author.name"`, which `nested` puts into an object `author`. TypeORM's metadata is the one source of columns.
 */
export function columnsOf(source: DataSource, entity: ObjectType<ObjectLiteral>, alias: string, prefix = ""): string {
  const cache = lists.get(source) ?? new Map<string, string>();
  lists.set(source, cache);
  const key = `${entity.name}/${alias}/${prefix}`;
  const known = cache.get(key);
  if (known) return known;
  const list = source
    .getMetadata(entity)
    .columns.map((column) => `${alias}."${column.databaseName}" as "${prefix}${column.propertyName}"`)
    .join(", ");
  cache.set(key, list);
  return list;
}

/** Rows whose dotted columns are objects of their own; an object whose `id` is null was not there and is null. */
export function nested<R extends object>(rows: R[]): R[] {
  const [first] = rows;
  if (!first) return rows;
  const dotted = Object.keys(first).filter((name) => name.includes("."));
  if (dotted.length === 0) return rows;
  const paths = dotted.map((name) => {
    const at = name.indexOf(".");
    return [name, name.slice(0, at), name.slice(at + 1)] as const;
  });
  for (const row of rows as Record<string, unknown>[]) {
    for (const [name, group, property] of paths) {
      const object = (row[group] ??= {}) as Record<string, unknown>;
      object[property] = row[name];
      Reflect.deleteProperty(row, name);
    }
    for (const [, group] of paths) {
      const object = row[group] as Record<string, unknown> | null;
      if (object && "id" in object && object.id === null) row[group] = null;
    }
  }
  return rows;
}
