import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from "graphql";
import { globalId, typesWithIds } from "../../src/platform/graphql/ids";
import type { Service } from "./service";

/** Objects asked for by their ids in one query; fewer where every field of every row is, which is near the limit of an answer. */
const NODES_PER_PAGE = process.env.ACCESS_PROOF === "full" ? 20 : 40;

/** The object type of that name. */
export function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`no object type ${name}`);
  return type;
}

export const fieldsOf = (type: GraphQLObjectType) => Object.values(type.getFields());

/** Whether a type has ids of its own and `node` finds it. */
export const isNode = (type: GraphQLObjectType) => type.getInterfaces().some(({ name }) => name === "Node");

/** Values for arguments that must be given, by `Type.field`. A new one stops the tests until it is put here. */
const REQUIRED: Readonly<Record<string, string>> = {
  "Partnership.ladderStatistics": "(year: 2017)",
  "Partnership.plan": '(slug: "safeguarding-2018-2020")',
  "Plan.assurance": "(groupBy: LEAD_AGENCY)",
  // what is there entered since nothing was known
  "Plan.changes": '(between: { from: "2000-01-01T00:00:00Z", to: "2019-02-14T09:00:00Z" })',
  "Rule.dryRun": '(between: { from: "2019-01-01", to: "2019-01-31" })',
  // a few cells of the matrix: what leads on from there are the agencies and the grants that decided
  "Query.accessPolicy": '(partnership: "wrenford", type: "ProgressUpdate", field: "riskNote", first: 20)',
};

/** Fields that answer for another actor and not for the caller, and are tried by a test of their own. */
export const FOR_ANOTHER: ReadonlySet<string> = new Set(["Query.accessExplain"]);

/**
 * Fields that answer otherwise each time they are asked, since to read them is recorded in what they tell of: left out of
 * answers that are compared whole, and held to what they must be in test/history/audit-entries.test.ts.
 */
export const RECORDED_WHEN_READ: ReadonlySet<string> = new Set([
  "Partnership.auditCheckpoint",
  "Partnership.auditEntries",
]);

/** Fields of a type that answer the same as long as nothing changes. */
const steadyFieldsOf = (type: GraphQLObjectType) =>
  fieldsOf(type).filter(({ name }) => !RECORDED_WHEN_READ.has(`${type.name}.${name}`));

/** The field with its arguments: pages of `page`, and what must be given. */
export function asked(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, page: number): string {
  const given = REQUIRED[`${type.name}.${field.name}`];
  if (given) return `${field.name}${given}`;
  if (field.args.some(isRequiredArgument)) throw new Error(`say what to give ${type.name}.${field.name} in REQUIRED`);
  return field.args.some(({ name }) => name === "first") ? `${field.name}(first: ${page})` : field.name;
}

/** Every leaf of a type, and of the objects without ids that it holds. */
export function ownFacts(schema: GraphQLSchema, name: string): string {
  const type = objectType(schema, name);
  const inner = (field: GraphQLField<unknown, unknown>): string[] => {
    const of = getNamedType(field.type);
    if (isLeafType(of)) return [asked(type, field, 1)];
    if (isInterfaceType(of) || !isObjectType(of) || isNode(of) || /Connection$|Edge$/.test(of.name)) return [];
    return [`${asked(type, field, 1)} { __typename ${ownFacts(schema, of.name)} }`];
  };
  return steadyFieldsOf(type).flatMap(inner).join(" ");
}

/** Everything of a type: its own facts, and those of each object that one field leads to, with pages, counts and cursors. */
export const everything = (schema: GraphQLSchema, name: string): string => partsOf(schema, name).join(" ");

/** The same in as many selections as it takes for each to be no more than may be asked for at once. */
function inQueries(schema: GraphQLSchema, name: string): string[] {
  const selections: string[] = [""];
  for (const part of partsOf(schema, name)) {
    const both = `${selections.at(-1) ?? ""} ${part}`;
    if ((both.match(/\w+/g) ?? []).length <= 400) selections[selections.length - 1] = both;
    else selections.push(part);
  }
  return selections;
}

function partsOf(schema: GraphQLSchema, name: string): string[] {
  const type = objectType(schema, name);
  const inner = (field: GraphQLField<unknown, unknown>): string[] => {
    const of = getNamedType(field.type);
    if (isLeafType(of)) return [asked(type, field, 3)];
    if (isUnionType(of)) {
      const on = of
        .getTypes()
        .map((one) => `... on ${one.name} { ${isNode(one) ? "id" : ownFacts(schema, one.name)} }`);
      return [`${asked(type, field, 3)} { __typename ${on.join(" ")} }`];
    }
    if (!isObjectType(of)) return [];
    const connection = /^(.*)Connection$/.exec(of.name);
    if (connection)
      return [
        `${asked(type, field, 3)} { totalCount pageInfo { ${ownFacts(schema, "PageInfo")} } edges { cursor node { ${ownFacts(schema, connection[1] ?? "")} } } }`,
      ];
    return [
      `${asked(type, field, 3)} { __typename ${isNode(of) ? ownFacts(schema, of.name) : everything(schema, of.name)} }`,
    ];
  };
  return steadyFieldsOf(type).flatMap(inner);
}

/** Probing values of each filter; a new filter stops the tests until it is put here. */
const PROBES: Readonly<Record<string, (ids: Readonly<Record<string, string[]>>) => unknown[]>> = {
  byWhenKind: () => [["DUE"], ["ONGOING"]],
  deliveryRating: () => [{ in: ["RED"] }, { in: ["AMBER", "GREEN"] }, { isNull: true }],
  dueBetween: () => [{ from: "2018-10-01", to: "2019-03-31" }],
  finding: ({ Finding = [] }) => Finding.slice(0, 1),
  greenByRedating: () => [true, false],
  impactRating: () => [{ in: ["RED"] }, { isNull: false }],
  involves: ({ Agency = [] }) => Agency.slice(0, 2),
  leadAgency: ({ Agency = [] }) => Agency.slice(0, 2),
  objective: ({ Objective = [] }) => Objective.slice(0, 1),
  overdue: () => [true, false],
  partnership: () => ["wrenford"],
  plan: ({ Plan = [] }) => Plan.slice(0, 1),
  reference: () => [["1.1", "7.2"]],
  search: () => ["altered", "children"],
  stale: () => [true, false],
  status: () => [{ in: ["IN_PROGRESS"] }, { isNull: true }],
  theme: ({ Theme = [] }) => Theme.slice(0, 1),
  waitingOn: ({ Agency = [] }) => Agency.slice(0, 2),
};

export interface Question {
  query: string;
  variables: object;
}

/** Requests at once: as many as the test's pool has connections. */
const AT_ONCE = 4;

/** Answers to the questions as they came, in their order. An answer that the service could not give stops the test. */
export async function wholeAnswer(
  service: Service,
  actor: string | null,
  questions: readonly Question[],
): Promise<string[]> {
  const client = service.as(actor);
  const answers: string[] = [];
  const waiting = [...questions.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, { query, variables }] = next;
      const { text } = await client.ask(query, variables);
      if (/"(COST_LIMIT_EXCEEDED|INTERNAL|UNAVAILABLE|GRAPHQL_VALIDATION_FAILED)"/.test(text))
        throw new Error(`${query.slice(0, 300)}…\nanswered ${text.slice(0, 600)}`);
      answers[index] = text;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

/** Where two answers to the same questions first differ, in words; null where they are the same byte for byte. */
export function difference(questions: readonly Question[], one: string[], other: string[]): string | null {
  const index = questions.findIndex((_, at) => one[at] !== other[at]);
  if (index < 0) return null;
  const [a = "", b = ""] = [one[index], other[index]];
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const near = (text: string) => text.slice(Math.max(0, at - 120), at + 80);
  return `${questions[index]?.query.slice(0, 100) ?? ""}… ${JSON.stringify(questions[index]?.variables).slice(0, 100)}\n  ${near(a)}\n  ${near(b)}`;
}

/**
 * Queries that reach every field of every type, generated from the schema: each object by its id with all that one step
 * from it gives, each root, and the list of actions under each filter and order. `ids` are global ids by type.
 */
export function questionsOf(schema: GraphQLSchema, ids: Readonly<Record<string, string[]>>): Question[] {
  const list = "totalCount pageInfo { startCursor endCursor hasNextPage } nodes { id }";
  const nodes = typesWithIds()
    .filter((name) => isObjectType(schema.getType(name)))
    .flatMap((name) => {
      const all = ids[name] ?? [];
      const pages = Math.ceil(all.length / NODES_PER_PAGE);
      return inQueries(schema, name).flatMap((selection) =>
        Array.from({ length: pages }, (_, page) => ({
          query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${name} { ${selection} } } }`,
          variables: { ids: all.slice(page * NODES_PER_PAGE, (page + 1) * NODES_PER_PAGE) },
        })),
      );
    });
  const filter = schema.getType("ActionFilter");
  if (!isInputObjectType(filter)) throw new Error("no ActionFilter");
  const filtered = Object.keys(filter.getFields()).flatMap((name) => {
    const probes = PROBES[name];
    if (!probes) throw new Error(`say how to probe ActionFilter.${name} in PROBES`);
    return probes(ids).map((value) => ({
      query: `query ($filter: ActionFilter) { actions(first: 20, filter: $filter) { ${list} } }`,
      variables: { filter: { [name]: value } },
    }));
  });
  const orders = ["BY_WHEN", "REFERENCE"].flatMap((field) =>
    ["ASC", "DESC"].map((direction) => ({
      query: `query ($orderBy: ActionOrder) { actions(last: 20, orderBy: $orderBy) { ${list} } partnership(slug: "wrenford") { actions(first: 10, orderBy: $orderBy) { ${list} } } }`,
      variables: { orderBy: { field, direction } },
    })),
  );
  const roots = [
    ...inQueries(schema, "Partnership").map((selection) => ({
      query: `{ partnership(slug: "wrenford") { ${selection} } }`,
      variables: {},
    })),
    { query: `{ viewer { ${everything(schema, "Viewer")} } }`, variables: {} },
    {
      query: `{ partnership(slug: "wrenford") { plans { slug totals { ${ownFacts(schema, "PlanTotals")} } } } }`,
      variables: {},
    },
  ];
  return [...nodes, ...filtered, ...orders, ...roots];
}

/** Tables of the types that have ids. */
const TABLES: Readonly<Record<string, string>> = {
  Action: "action",
  Actor: "(select distinct person_id as id, partnership_id from membership)",
  Agency: "agency",
  AgendaItem: "agenda_item",
  Board: "board",
  BoardMember: "board_member",
  Challenge: "challenge",
  DateRevision: "date_revision",
  Decision: "decision",
  Evidence: "evidence",
  FieldGrant: "field_grant",
  Finding: "finding",
  HighlightReport: "highlight_report",
  Indicator: "indicator",
  Ladder: "ladder",
  Invitation: "invitation",
  Meeting: "meeting",
  Membership: "membership",
  Objective: "objective",
  Partnership: "partnership",
  Plan: "plan",
  PlanHandOver: "plan_hand_over",
  PlanSignOff: "plan_sign_off",
  Post: "post",
  ProgressUpdate: "progress_update",
  RecordOpening: "record_opening",
  Rule: "rule",
  SignOff: "sign_off",
  Theme: "theme",
  TrackedItem: "tracked_item",
  WorkProgrammeItem: "work_programme_item",
};

/** Global ids of every row there is, hidden ones included, by type; at most `most` of each from the first partnership on. */
export async function idsOf(service: Service, most: number): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [type, table] of Object.entries(TABLES)) {
    const partnership = table === "partnership" ? "id" : "partnership_id";
    const rows = await service.database.owner.query<{ id: string }[]>(
      `select r.id from ${table} r join partnership w on w.id = r.${partnership} order by w.slug desc, r.id limit $1`,
      [most],
    );
    found[type] = rows.map(({ id }) => globalId(type, id));
  }
  // people belong to no partnership: they are whoever holds a membership
  const people = await service.database.owner.query<{ id: string; service: boolean }[]>(
    `select distinct p.id, p.issuer = 'golden-thread-service-account' as service from person p
     join membership m on m.person_id = p.id order by p.id limit $1`,
    [most],
  );
  found.Actor = people.map(({ id }) => globalId("Actor", id));
  found.ServiceAccount = people.filter((one) => one.service).map(({ id }) => globalId("ServiceAccount", id));
  return found;
}
