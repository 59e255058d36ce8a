import { Check, Column, ForeignKey, Index, PrimaryGeneratedColumn } from "typeorm";
import { snake } from "./naming";

type Constructor = abstract new (...args: never[]) => object;

/** What every tenant row has: its own key and the partnership it belongs to. */
export abstract class TenantRow {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("uuid")
  partnershipId!: string;
}

/** A foreign key written out: for keys that are not simply (partnership, row). The index is declared beside it. */
export function References(
  target: (() => unknown) | string,
  columns: string[],
  referenced: string[],
  name?: string,
): ClassDecorator {
  return (row) =>
    (ForeignKey as unknown as (...args: unknown[]) => ClassDecorator)(target, columns, referenced, { name })(row);
}

/**
 * A reference to a row of the same partnership: foreign key over (partnership, row), so that no row can point into
 * another partnership, and the index that serves it (unless a wider one on the row begins with the same columns).
 */
export function BelongsTo(
  target: () => Constructor,
  property: string,
  options: { cascade?: boolean; indexed?: boolean } = {},
): ClassDecorator {
  return (row) => {
    const declare = ForeignKey as unknown as (...args: unknown[]) => ClassDecorator;
    declare(target, ["partnershipId", property], ["partnershipId", "id"], {
      onDelete: options.cascade ? "CASCADE" : "NO ACTION",
    })(row);
    if (options.indexed !== false) Index([property, "partnershipId"])(row);
  };
}

/** A text column that holds one of the values of an enum; the database refuses any other. */
export function OneOf(table: string, property: string, values: object): ClassDecorator {
  const column = snake(property);
  const list = Object.values(values)
    .map((value) => `'${String(value)}'`)
    .join(", ");
  return Check(`${table}_${column}_check`, `${column} in (${list})`);
}
