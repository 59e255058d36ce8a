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

/** Each query that a document shows with its answer: "As `actor`:" (or "As nobody:"), a graphql block, a json block. */
const examples: Example[] = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/As (?:`([\w-]+)`|nobody):\n+```graphql\n([\s\S]*?)```\n+```json\n([\s\S]*?)```/g)].map(
    (match, index) => ({
      where: `${path}, example ${index + 1}`,
      actor: match[1] ?? null,
      query: match[2] ?? "",
      answer: match[3] ?? "",
    }),
  ),
);

describe("examples in the docs", () => {
  let database: TestDatabase;
  let service: Service;

  beforeAll(async () => {
    database = await demonstrationDatabase();
    service = await serve(database);
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test("the README has one", () => {
    expect(examples.some(({ where }) => where.startsWith("README.md"))).toBe(true);
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
