import { ArgsType, Extensions, Field, Int, ObjectType, type ClassType } from "type-graphql";
import { BadInputError } from "../errors/index";
import { Exposed } from "./exposed";

/** Largest page that may be asked for. */
export const MAX_PAGE = 100;
/** Page given when neither `first` nor `last` is. */
export const DEFAULT_PAGE = 50;

@ObjectType({ description: "Where a page stands in its list" })
export class PageInfo {
  @Exposed("PUBLIC", () => Boolean, "Whether more follows")
  hasNextPage!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Whether something comes before")
  hasPreviousPage!: boolean;
  @Exposed("PUBLIC", () => String, "Cursor of the first item; null on an empty page", { nullable: true })
  startCursor!: string | null;
  @Exposed("PUBLIC", () => String, "Cursor of the last item; null on an empty page", { nullable: true })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Number of items from the start, 1 to ${MAX_PAGE}; ${DEFAULT_PAGE} when neither first nor last is given`,
  })
  first?: number | null;
  @Field(() => String, { nullable: true, description: "Cursor to start after" })
  after?: string | null;
  @Field(() => Int, {
    nullable: true,
    description: `Number of items from the end, 1 to ${MAX_PAGE}; not together with first`,
  })
  last?: number | null;
  @Field(() => String, { nullable: true, description: "Cursor to end before" })
  before?: string | null;
}

/** A page asked for, checked: how many, from which end, between which cursors. */
export interface Page {
  size: number;
  backwards: boolean;
  after: string | null;
  before: string | null;
}

/** Checks paging arguments. Errors name the argument and say what it may be. */
export function pageOf(args: PageArgs): Page {
  const { first = null, last = null } = args;
  if (first !== null && last !== null) throw new BadInputError("Give first or last, not both.", ["last"]);
  for (const [name, value] of [
    ["first", first],
    ["last", last],
  ] as const) {
    if (value !== null && (value < 1 || value > MAX_PAGE))
      throw new BadInputError(`${name} must be from 1 to ${MAX_PAGE}; it was ${value}.`, [name]);
  }
  return {
    size: first ?? last ?? DEFAULT_PAGE,
    backwards: last !== null,
    after: args.after ?? null,
    before: args.before ?? null,
  };
}

export interface Edge<R> {
  readonly cursor: string;
  readonly node: R;
}

/** An edge whose cursor is sealed only when it is asked for. */
class LazyEdge<R> implements Edge<R> {
  constructor(
    readonly node: R,
    private readonly cursorOf: (row: R) => string,
  ) {}

  get cursor(): string {
    return this.cursorOf(this.node);
  }
}

/** A connection as resolvers give it; `countAll` runs only when `totalCount` is asked for. */
export interface Connection<R> {
  edges: Edge<R>[];
  nodes: R[];
  pageInfo: PageInfo;
  countAll: () => Promise<number> | number;
}

/**
 * A connection from rows fetched one beyond the page (so that `hasNextPage` needs no count), in the direction of travel.
 */
export function connectionOf<R>(
  rows: R[],
  page: Page,
  cursorOf: (row: R) => string,
  countAll: Connection<R>["countAll"],
): Connection<R> {
  const more = rows.length > page.size;
  const nodes = rows.slice(0, page.size);
  if (page.backwards) nodes.reverse();
  const edges = nodes.map((node) => new LazyEdge(node, cursorOf));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: page.backwards ? page.before !== null : more,
      hasPreviousPage: page.backwards ? more : page.after !== null,
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
    countAll,
  };
}

/** GraphQL types of a connection over `item`; `totalCount` is answered by `finishSchema`. */
export function connectionTypeOf(name: string, item: () => ClassType): ClassType<Connection<unknown>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in its place in a list` })
  class EdgeType {
    @Exposed("PUBLIC", () => String, "Cursor of this place: opaque, for after and before")
    cursor!: string;
    @Exposed("PUBLIC", item, `The ${name}`)
    node!: object;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name} objects` })
  class ConnectionType {
    @Exposed("PUBLIC", () => EdgeType, "Items with their cursors", { list: true })
    edges!: EdgeType[];
    @Exposed("PUBLIC", item, "Items without their cursors", { list: true })
    nodes!: object[];
    @Exposed("PUBLIC", () => PageInfo, "Where this page stands in the list")
    pageInfo!: PageInfo;
    @Field(() => Int, {
      description: "Number of items in the whole list that the caller may see; counted only when asked for",
    })
    @Extensions({ directives: { access: { tier: "PUBLIC" } } })
    totalCount!: number;
  }
  return ConnectionType as unknown as ClassType<Connection<unknown>>;
}
