import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";

const root = join(__dirname, "../..");

/** Every document of the repository, by its path. */
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  "data/README.md",
].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

interface Example {
  where: string;
  actor: string | null;
  query: string;
  answer: string;
}

const EXAMPLE = /As (?:`([\w-]+)`|nobody)(?:, the same:\n+|:\n+```graphql\n([\s\S]*?)```\n+)```json\n([\s\S]*?)```/g;

/**
 * Each query that a document shows with its answer: "As `actor`:" (or "As nobody:"), a graphql block, a json block; after
 * it "As `other`, the same:" and a json block is the same query's answer to somebody else.
 */
const examples: Example[] = documents.flatMap(({ path, text }) => {
  let query = "";
  return [...text.matchAll(EXAMPLE)].map((match, index) => {
    query = match[2] ?? query;
    return { where: `${path}, example ${index + 1}`, actor: match[1] ?? null, query, answer: match[3] ?? "" };
  });
});

describe("examples in the docs", () => {
  let database: TestDatabase;
  let service: Service;

  beforeAll(async () => {
    database = await demonstrationDatabase();
    service = await serve(database);
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test("the README has one", () => {
    expect(examples.some(({ where }) => where.startsWith("README.md"))).toBe(true);
  });

  test("the README's access section shows one query and its three different answers", () => {
    const shown = examples.filter(
      ({ where, query }) => where.startsWith("README.md") && query.includes("updates(last: 1)"),
    );
    expect([new Set(shown.map(({ query }) => query)).size, new Set(shown.map(({ answer }) => answer)).size]).toEqual([
      1, 3,
    ]);
  });

  test.each(examples)("$where answers as printed", async ({ actor, query, answer }) => {
    const { text } = await service.as(actor).ask(query);
    expect(JSON.parse(text)).toEqual(JSON.parse(answer));
  });
});

describe.each(documents)("$path", ({ path, text }) => {
  test("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
    const missing = links.filter((link) => !existsSync(join(root, dirname(path), link)));
    expect(missing.map((link) => `${relative(root, path)}: ${link}`)).toEqual([]);
  });

  test("names scripts that package.json has", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
