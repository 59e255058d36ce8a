import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { matrixOf, matrixText, rowPolicies } from "./domains/permissions/index";
import { createLogger } from "./platform/logger";
import { buildSchema } from "./schema";

/**
 * Every statement of the migrations, in their order. They are told to nobody: no database is needed, and whoever asks one
 * what stands in it is answered that nothing does.
 */
async function statementsOfMigrations(): Promise<string[]> {
  const folder = join(__dirname, "../migrations");
  const sent: string[] = [];
  const runner = {
    query: (text: string) => {
      sent.push(text);
      return Promise.resolve([]);
    },
  } as unknown as QueryRunner;
  for (const file of readdirSync(folder)
    .filter((name) => /\.[tj]s$/.test(name))
    .sort()) {
    const exported = (await import(join(folder, file))) as Record<string, new () => MigrationInterface>;
    for (const migration of Object.values(exported))
      if (typeof migration === "function") await new migration().up(runner);
  }
  return sent;
}

/** The two files of the access matrix as they should be, by name. */
export async function accessMatrixFiles(): Promise<Record<string, string>> {
  const matrix = matrixOf(buildSchema(createLogger("silent")), rowPolicies(await statementsOfMigrations()));
  return {
    "docs/access-matrix.json": byLine(matrix),
    "docs/access-matrix.md": matrixText(matrix),
  };
}

/** JSON with one thing a line, so that a difference shows what it is about. */
const byLine = (matrix: object): string =>
  `{\n${Object.entries(matrix)
    .map(
      ([name, things]: [string, object[]]) =>
        `"${name}": [\n${things.map((one) => JSON.stringify(one)).join(",\n")}\n]`,
    )
    .join(",\n")}\n}\n`;
