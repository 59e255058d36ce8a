import { DefaultNamingStrategy, type NamingStrategyInterface, Table } from "typeorm";

/** A property's name as a column has it: `byWhenEnd` is `by_when_end`. */
export const snake = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
const tableName = (table: Table | string) => (typeof table === "string" ? table : table.name).split(".").pop() ?? "";
const named = (table: Table | string, columns: string[], suffix: string) =>
  [tableName(table), ...columns.map(snake), suffix].join("_").slice(0, 63);

/** snake_case columns, and PostgreSQL's own style of names for every key, index and constraint, so that none is a hash. */
export class SnakeCaseNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string | undefined): string {
    return custom ?? snake(property);
  }
  override primaryKeyName(table: Table | string): string {
    return named(table, [], "pkey");
  }
  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return named(table, columns, "key");
  }
  override foreignKeyName(table: Table | string, columns: string[]): string {
    return named(table, columns, "fkey");
  }
  override indexName(table: Table | string, columns: string[]): string {
    return named(table, columns, "idx");
  }
}
