import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessMatrixFiles } from "../../src/access-matrix";
import type { MatrixDocument } from "../../src/domains/permissions/index";
import { createTestDatabase } from "../support/database";

let files: Record<string, string>;
let matrix: MatrixDocument;
beforeAll(async () => {
  files = await accessMatrixFiles();
  matrix = JSON.parse(files["docs/access-matrix.json"] ?? "{}") as MatrixDocument;
});

test("docs/access-matrix.* are what the policy says", () => {
  for (const [name, text] of Object.entries(files))
    expect(
      readFileSync(join(__dirname, "../..", name), "utf8") === text ? name : `${name}: run npm run access-matrix`,
    ).toBe(name);
});

test("the policies it lists are those that stand in a migrated database", async () => {
  const database = await createTestDatabase();
  try {
    const standing = await database.owner.query<object[]>(
      `select tablename::text as "table", policyname::text as policy, lower(cmd) as command, permissive = 'RESTRICTIVE' as restrictive
       from pg_policies where schemaname = 'public' order by 1, 2`,
    );
    const listed = matrix.rows.map(({ table, policy, command, restrictive }) => ({
      table,
      policy,
      command,
      restrictive,
    }));
    const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(listed)).toEqual(sorted(standing));
    expect(matrix.rows.filter(({ condition }) => !/^(using|with check) \(.+\)$/.test(condition))).toEqual([]);
  } finally {
    await database.drop();
  }
});

test("it says of the risk note, and of what follows from a rating, what the design says", () => {
  const of = (type: string, field: string) => matrix.fields.find((one) => one.type === type && one.field === field);
  expect(of("ProgressUpdate", "riskNote")).toEqual({
    type: "ProgressUpdate",
    field: "riskNote",
    tier: "OWNER",
    readers: ["LEAD", "AUTHOR", "OVERSIGHT"],
    grants: { allowRead: true, denyRead: true, write: true },
    relations: ["AUTHOR", "LEAD", "CONTRIBUTOR", "PARTNER"],
    givesAway: [],
  });
  expect(of("Action", "divergent")?.givesAway).toContain("Rating.value");
  const drafts = matrix.fields.filter(({ tier }) => tier === "AUTHOR_DRAFT");
  expect(drafts.length).toBeGreaterThan(0);
  expect(drafts.every(({ grants }) => !grants.allowRead && !grants.denyRead)).toBe(true);
  expect(files["docs/access-matrix.md"]).toContain("| `riskNote` | OWNER | yes | yes | yes |  |");
});
