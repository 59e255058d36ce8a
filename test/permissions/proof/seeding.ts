import type { DataSource } from "typeorm";
import type { Row } from "../reading";

/** A column as the catalogue has it, so far as filling one needs. */
interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
  defaulted: boolean;
}

/** Key that says by its digits which row it is: the same in every run. */
export const key = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Tables whose rows mean something by what they leave out; every other row is filled in every column. */
const BY_HAND = [
  "challenge",
  "challenge_event",
  "ladder",
  "ladder_stage",
  "membership",
  "invitation",
  "service_token",
  "field_grant",
  "record_opening",
  "audit_entry",
  "idempotent_request",
  "notification",
  "notification_address",
  "notification_preference",
  "evidence",
  "evidence_use",
  "partnership",
];
/** Columns that mean something by being null. */
const LEFT_OUT = /^(valid_to|missing_reason|upper_value|published_at|qualifier_not)$/;

/** Writes rows as the tables' owner, filling each column that a row does not name, and gives them keys. */
export class Seeder {
  private columns: Column[] = [];
  private next = 1;
  private readonly pending: { table: string; row: Record<string, unknown> }[] = [];

  constructor(private readonly owner: DataSource) {}

  async open(): Promise<this> {
    this.columns = await this.owner.query<Column[]>(
      `select table_name as table, column_name as name, data_type as type, is_nullable = 'YES' as nullable, column_default is not null as defaulted
       from information_schema.columns where table_schema = 'public' and is_generated = 'NEVER'`,
    );
    return this;
  }

  /** A row to be written at the next `flush`; its key is known at once. */
  add(table: string, given: Row): string {
    const id = typeof given.id === "string" ? given.id : key(this.next++);
    const row: Record<string, unknown> = { ...given, id };
    if (!BY_HAND.includes(table))
      for (const column of this.columns) {
        if (column.table !== table || column.name in row || !column.nullable || LEFT_OUT.test(column.name)) continue;
        const value = filler(column, this.next);
        if (value !== undefined) row[column.name] = value;
      }
    this.pending.push({ table, row });
    return id;
  }

  /** One statement for each run of rows of one shape, in the order added. */
  async flush(): Promise<void> {
    const statements: { text: string; values: unknown[] }[] = [];
    let shape = "";
    for (const { table, row } of this.pending.splice(0)) {
      const names = Object.keys(row);
      const last = statements.at(-1);
      const mine = `${table}(${names.join()})`;
      const values = last && mine === shape && last.values.length < 2000 ? last.values : [];
      const places = `(${names.map((name) => `$${values.push(row[name])}`).join(", ")})`;
      if (last && values === last.values) last.text += `, ${places}`;
      else
        statements.push({
          text: `insert into ${table} (${names.map((name) => `"${name}"`).join(", ")}) values ${places}`,
          values,
        });
      shape = mine;
    }
    for (const { text, values } of statements) await this.owner.query(text, values);
  }
}

/** A value that tells where it stands; undefined where only the row's writer can know one. */
function filler({ table, name, type }: Column, number: number): unknown {
  if (type === "text") return `${table} ${name.replaceAll("_", " ")} ${number}`;
  if (type === "integer" || type === "numeric") return number;
  if (type === "date") return "2018-10-01";
  if (type === "timestamp with time zone") return "2018-11-02T10:00:00Z";
  return undefined;
}

/** Every row of every table, read by the owner. */
export async function readTables(owner: DataSource): Promise<Record<string, Row[]>> {
  const names = await owner.query<{ name: string; keyed: boolean }[]>(
    `select c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'id') as keyed
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  const tables: Record<string, Row[]> = {};
  for (const { name, keyed } of names)
    tables[name] = await owner.query<Row[]>(`select * from "${name}"${keyed ? " order by id" : ""}`);
  return tables;
}
