import pino from "pino";
import { generate, STATED_SIZE } from "../../bench/generate";
import { MAX_ANSWER_SIZE } from "../../src/platform/graphql/answer-size";
import { QUERY_LIMITS } from "../../src/platform/graphql/limits/index";
import { buildSchema } from "../../src/schema";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { serve, type Service } from "../support/service";
import { everything, ownFacts } from "../support/whole-answer";

/** The largest that may be asked for: answered alike compiled and field by field, in few statements, or refused. */
let database: TestDatabase;
let compiled: Service;
let plain: Service;
const schema = buildSchema(pino({ level: "silent" }));
beforeAll(async () => {
  database = await createTestDatabase();
  await database.owner.transaction(async ({ queryRunner }) => {
    if (queryRunner) await generate(queryRunner, { ...STATED_SIZE, partnerships: 8 });
  });
  await database.owner.query("analyze");
  compiled = await serve(database, { parts: { execution: { kind: "compiled", from: 1 } } });
  plain = await serve(database, { parts: { execution: { kind: "plain" }, atOnce: false, keptAnswers: 0 } });
});
afterAll(async () => {
  await compiled.stop();
  await plain.stop();
  await database.drop();
});

/** Statements of a request beside those that read: the snapshot, the context and the commit. */
const AROUND = 3;

/** Asks both ways as somebody of an agency and as the public; gives the size of the answer and its statements. */
async function asked(query: string): Promise<{ text: string; statements: number }> {
  let most = { text: "", statements: 0 };
  for (const actor of [null, "area-7-agency-3"]) {
    compiled.statements();
    const one = await compiled.as(actor).ask(query);
    const statements = compiled.statements().length;
    const other = await plain.as(actor).ask(query);
    if (one.text !== other.text) throw new Error(`${String(actor)} is answered otherwise field by field: ${query}`);
    most = { text: one.text, statements: Math.max(statements, most.statements) };
  }
  return most;
}

const aliased = (count: number, inner: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${inner(index)}`).join(" ");

test("one connection under twenty aliases with different arguments: a few statements for each, and each its own answer", async () => {
  const orders = ["BY_WHEN", "REFERENCE"].flatMap((field) =>
    ["ASC", "DESC"].map((direction) => `{ field: ${field}, direction: ${direction} }`),
  );
  const pages = (index: number) =>
    `actions(${index % 2 ? "first" : "last"}: ${index + 1}, orderBy: ${orders[index % 4] ?? ""}, filter: { overdue: ${String(index % 3 === 0)} })`;
  const { text, statements } = await asked(
    `{ ${aliased(20, (index) => `${pages(index)} { nodes { reference title updates(first: 2) { nodes { periodEnd riskNote } } } }`)} }`,
  );
  const data = (JSON.parse(text) as { data: Record<string, { nodes: object[] }> }).data;
  expect(Object.values(data).map(({ nodes }) => nodes.length)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(statements).toBeLessThanOrEqual(20 * 3 + AROUND);
  // within a row too, twenty lists of a hundred rows are twenty statements and not two thousand
  const within = await asked(
    `{ actions(first: 100) { nodes { reference ${aliased(20, (index) => `updates(first: ${index + 1}) { nodes { periodEnd version } }`)} } } }`,
  );
  expect(within.statements).toBeLessThanOrEqual(20 + 1 + AROUND);
});

test("nested to the limit of depth: answered; one level more, or lists within lists: refused", async () => {
  const nested = (levels: number): string => {
    if (levels === 1) return "slug";
    return `${levels % 2 ? 'plan(slug: "plan")' : "partnership"} { ${nested(levels - 1)} }`;
  };
  const deep = (depth: number) => `{ partnership(slug: "area-7") { plan(slug: "plan") { ${nested(depth - 2)} } } }`;
  const { text, statements } = await asked(deep(QUERY_LIMITS.depth));
  expect(text).toContain('{"slug":"area-7"}');
  expect(statements).toBeLessThanOrEqual(QUERY_LIMITS.depth + AROUND);
  expect((await asked(deep(QUERY_LIMITS.depth + 1))).text).toContain(`At most ${QUERY_LIMITS.depth} levels`);
  const lists = `agencies { partnership { agencies { partnership { agencies { partnership { agencies { actions(first: 100) { nodes { id } } } } } } } } }`;
  expect((await asked(`{ partnership(slug: "area-7") { ${lists} } }`)).text).toContain(
    MAX_ANSWER_SIZE.toLocaleString("en"),
  );
});

test("a hundred rows with every field of theirs: the same both ways, in few statements", async () => {
  // all that there is of an action, and of what it leads to, is more text than one query may have
  expect((await asked(`{ actions(first: 100) { nodes { ${everything(schema, "Action")} } } }`)).text).toContain(
    `At most ${QUERY_LIMITS.tokens.toLocaleString("en")} tokens`,
  );
  const facts = (type: string) => ownFacts(schema, type);
  const { text, statements } =
    await asked(`{ actions(first: 100) { nodes { ${facts("Action")} plan { slug title period { start } } theme { ${facts("Theme")} }
    objective { ${facts("Objective")} } leadAgency { ${facts("Agency")} } findings { ${facts("Finding")} } indicators { code }
    latestUpdate { ${facts("ProgressUpdate")} } updates(first: 3) { totalCount edges { cursor node { ${facts("ProgressUpdate")} } } } } } }`);
  expect((JSON.parse(text) as { data: { actions: { nodes: object[] } } }).data.actions.nodes).toHaveLength(100);
  expect(statements).toBeLessThanOrEqual(12 + AROUND);
  const lists = `updates(first: 100) { nodes { ${ownFacts(schema, "ProgressUpdate")} action { updates(first: 100) { nodes { id } } } } }`;
  const refused = await asked(`{ actions(first: 100) { nodes { ${lists} } } }`);
  expect(refused.text).toContain(MAX_ANSWER_SIZE.toLocaleString("en"));
  expect(refused.statements).toBeLessThanOrEqual(AROUND);
});
