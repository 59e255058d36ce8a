import type { PageLink, Parameter, Place } from "../access/index";
import type { PageArgs } from "../../platform/graphql/connection";

/** What a list of a board's may be narrowed by: columns, and the values that each may have. */
export type Narrowing = Readonly<Record<string, readonly string[] | null | undefined>>;

const conditions = (row: Place | string, given: Narrowing, $: Parameter): string[] =>
  Object.entries(given).flatMap(([column, values]) => (values ? [`${row}.${column} = any (${$(values)})`] : []));

interface BoardList<A> {
  name: string;
  table: string;
  /** What the order is by, a column and its type; the row's key decides between equals. */
  by: string;
  type: string;
  descending?: boolean;
  narrowedBy: (args: A) => Narrowing;
}

/** A list of what hangs on a board, read page by page. */
export const listOfBoard =
  <A extends PageArgs>({ name, table, by, type, descending, narrowedBy }: BoardList<A>): PageLink<A> =>
  (board, it, _context, args, $) => ({
    name: (id) => `${name}:${id}`,
    order: [
      { by: `${it}.${by}`, type },
      { by: `${it}.id`, type: "uuid" },
    ],
    descending,
    count: () =>
      `select count(*) from ${table} l where ${[`l.board_id = ${board}.id`, ...conditions("l", narrowedBy(args), $)].join(" and ")}`,
    rows: ({ beyond }) => ({
      where: [
        `${it}.board_id = ${board}.id`,
        ...conditions(it, narrowedBy(args), $),
        beyond(`${it}.${by}`, `${it}.id`),
      ].join(" and "),
    }),
  });
