import type { Place, RowSource } from "./declare";
import { asKnown, type Instant } from "./known";

/** A row of the statement: its alias, and the joins that its fields asked for. */
export class Row implements Place {
  kind?: string;
  partnershipId?: string;
  readonly of: Row;

  constructor(
    private readonly level: Level,
    readonly alias: string,
    public source: RowSource,
    joinedTo?: Row,
  ) {
    this.of = joinedTo ?? this;
  }

  toString(): string {
    return this.alias;
  }

  join(name: string): Row {
    const join = this.source.joins?.[name];
    if (!join) throw new Error(`no join is called ${name}`);
    return this.level.joined(this, name, join);
  }
}

/** Rows that lead to those of a level by a key: the level that they are in, and its column that has the key. */
interface Leading {
  level: Level;
  column: number;
}

/** How the rows of a level are found, once its select list is known. */
export interface Found {
  from: string;
  where: string;
  order?: string;
  limit?: number;
}

/**
 * Rows that are read at once: one common table expression of the statement, which gives each of its columns as an array.
 * It is the child of a level (some rows of its own for each of that level's), or is led to by keys that stand in others
 * (one row for each different key), or is the one row that everything hangs on.
 */
export class Level {
  private readonly columns: string[] = [];
  private readonly places = new Map<string, number>();
  /** The columns that are answered; null where all of them are. */
  private used: Set<number> | null = null;
  /** What its children ask of its rows, under the names that they ask by. */
  private readonly passedOn = new Map<string, string>();
  private readonly aliases = new Set<string>();
  private readonly joins = new Map<string, { it: Row; sql: () => string }>();
  private readonly leading: Leading[] = [];
  private found: Found | null = null;
  private hasChildren = false;
  private data: unknown[][] = [];
  private spans: Int32Array | null = null;
  private rowsByKey: Map<unknown, number> | null = null;

  constructor(
    readonly name: string,
    private readonly parent: Level | null,
    private readonly nextAlias: () => string,
    /** The instant as of which its rows are read; null: as they are today. */
    readonly instant: Instant | null,
    private readonly knownTables: ReadonlySet<string>,
  ) {}

  /** Makes it part of the statement: its parent's rows are told apart by number for it. */
  join(): this {
    if (this.parent) this.parent.hasChildren = true;
    return this;
  }

  /** A row of this level. */
  row(source: RowSource, joinedTo?: Row): Row {
    const alias = this.nextAlias();
    this.aliases.add(alias);
    return new Row(this, alias, source, joinedTo);
  }

  joined(row: Row, name: string, sql: (row: Place, it: Place) => string): Row {
    const key = `${row.alias} ${name}`;
    const known = this.joins.get(key);
    if (known) return known.it;
    const it = this.row({}, row);
    this.joins.set(key, { it, sql: () => sql(row, it) });
    return it;
  }

  /** Says how its rows are found. */
  findBy(found: Found): void {
    this.found = found;
  }

  /** Makes the keys in a column of `level` lead here. */
  ledToBy(level: Level, column: number): void {
    if (!this.leading.some((one) => one.level === level && one.column === column)) this.leading.push({ level, column });
  }

  /** The levels that must be there before this one. */
  get before(): readonly Level[] {
    return this.parent ? [this.parent] : this.leading.map(({ level }) => level);
  }

  /** Whether this one cannot be read before `other` is. Each level on the way is looked at once, by however many ways it is come to. */
  needs(other: Level, seen = new Set<Level>()): boolean {
    if (this === other) return true;
    if (seen.has(this)) return false;
    seen.add(this);
    return this.before.some((level) => level.needs(other, seen));
  }

  /** The place among the columns of a value of its rows. */
  column(sql: string): number {
    const known = this.places.get(sql);
    if (known !== undefined) return known;
    this.places.set(sql, this.columns.length);
    return this.columns.push(sql) - 1;
  }

  /** Answers, from here on, those columns alone that `use` names. */
  answerOnlyUsed(): void {
    this.used = new Set();
  }

  /** Uses what leads to the rows of this level. */
  useKeys(): void {
    for (const { level, column } of this.leading) level.use(column);
  }

  use(column: number): void {
    this.used?.add(column);
  }

  /** The common table expression. */
  get expression(): string {
    return `${this.name} as materialized (${this.parent || this.leading.length > 0 ? this.reading() : this.single()})`;
  }

  /** Its columns as one value. */
  get answer(): string {
    const own = this.columns.map((_, index) => (this.isUsed(index) ? `json_agg(c${index})` : "null"));
    return `(select array_to_json(array[${[`json_agg(${this.parent ? "p" : "k"})`, ...own].join(", ")}]) from ${this.name}) as ${this.name}`;
  }

  /** Whether it holds anything that is answered: the row that everything hangs on may not. */
  get isEmpty(): boolean {
    return this.columns.length === 0 && !this.hasChildren;
  }

  private isUsed(column: number): boolean {
    return this.used?.has(column) ?? true;
  }

  private get list(): string[] {
    const own = this.columns.flatMap((sql, index) => (this.isUsed(index) ? [`${sql} as c${index}`] : []));
    return [...own, ...[...this.passedOn].map(([name, sql]) => `${sql} as ${name}`)];
  }

  private single(): string {
    return this.asOf(`select ${["1 as n", "true as k", ...this.list].join(", ")}`);
  }

  private reading(): string {
    const { parent, found } = this;
    if (!found) throw new Error("nobody said how the rows are found");
    const { from, where, order, limit } = found;
    const list = this.list;
    const joins = [...this.joins.values()].map(({ sql }) => sql()).join(" ");
    const select = this.asOf(
      `select ${list.length > 0 ? list.join(", ") : "true as here"} from ${from} ${joins} where ${where}${order ? ` order by ${order}` : ""}${limit === undefined ? "" : ` limit ${limit}`}`,
    );
    const numbered = this.hasChildren ? "row_number() over () as n, " : "";
    if (parent)
      return `select ${numbered}${parent.name}.n as p, it.* from ${parent.name} cross join lateral (${parent.asked(select)}) it`;
    const keys = this.leading.map(({ level, column }) => `select c${column} as k from ${level.name}`).join(" union ");
    return `select ${numbered}keys.k, it.* from (select distinct k from (${keys}) led where k is not null) keys cross join lateral (${select}) it`;
  }

  private asOf(sql: string): string {
    return this.instant ? asKnown(sql, this.instant, this.knownTables) : sql;
  }

  /** SQL that names rows of this level, as a child says it: what it names is passed on. */
  private asked(sql: string): string {
    return sql.replace(/\b(r\d+)\.(\w+)/g, (whole, alias: string, column: string) => {
      if (!this.aliases.has(alias)) return whole;
      const name = `${alias}_${column}`;
      this.passedOn.set(name, whole);
      return `${this.name}.${name}`;
    });
  }

  /** Takes what was read; the row that everything hangs on is always there. */
  fill(answer: (unknown[] | null)[] | undefined): void {
    this.data = (answer ?? []).map((column) => column ?? []);
    this.spans = this.rowsByKey = null;
  }

  get size(): number {
    return this.data[0]?.length ?? 0;
  }

  /** The values of one column, row by row. */
  valuesOf(column: number): readonly unknown[] {
    return this.data[column + 1] ?? [];
  }

  /** The rows of a child that belong to row `index` of its parent: the first, and the one after the last. */
  span(index: number): [from: number, to: number] {
    if (!this.spans) {
      const parents = (this.data[0] ?? []) as number[];
      // of each number of a parent's row, where its rows end; they stand in the order of the parent's
      const most = parents.at(-1) ?? 0;
      this.spans = new Int32Array(most + 1);
      let before = 0;
      for (const [row, parent] of parents.entries()) {
        if (parent < before) throw new Error("rows do not stand in the order of those that they belong to");
        this.spans[(before = parent)] = row + 1;
      }
      for (let at = 1; at <= most; at += 1) this.spans[at] = Math.max(this.spans[at] ?? 0, this.spans[at - 1] ?? 0);
    }
    const last = this.spans.length - 1;
    return [this.spans[Math.min(index, last)] ?? 0, this.spans[Math.min(index + 1, last)] ?? 0];
  }

  /** The row of the parent that a row of a child belongs to. */
  parentOf(row: number): number {
    return Number(this.data[0]?.[row]) - 1;
  }

  /** The row that a key leads to; undefined where there is none for the caller. */
  rowOf(key: unknown): number | undefined {
    this.rowsByKey ??= new Map((this.data[0] ?? []).map((value, row) => [value, row]));
    return this.rowsByKey.get(key);
  }
}
