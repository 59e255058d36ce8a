import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueOf } from "./domains/access/index";
import { createLogger } from "./platform/logger";
import { buildSchema, printedSchema } from "./schema";

/** The committed schema, at the top of the repository whether this runs compiled or not. */
const root = [join(__dirname, ".."), join(__dirname, "../..")].find((folder) =>
  existsSync(join(folder, "package.json")),
);
const file = join(root ?? process.cwd(), "schema.graphql");

/** What `npm run build` ends with: a field that does not say who may read it is no schema, and stops here. */
function classified(): void {
  const fields = catalogueOf(buildSchema(createLogger("silent")));
  console.log(`${fields.length} fields of ${new Set(fields.map(({ type }) => type)).size} types say who may read them`);
}

/** `npm run schema` writes schema.graphql; with `--check` it compares, and fails where they differ. */
function main(check: boolean): void {
  const printed = printedSchema(buildSchema(createLogger("silent")));
  if (!check) {
    writeFileSync(file, printed);
    console.log("schema.graphql is written.");
    return;
  }
  if (existsSync(file) && readFileSync(file, "utf8") === printed) {
    console.log("schema.graphql is what the code says.");
    return;
  }
  console.error("schema.graphql differs from the code. Run: npm run schema, look at the difference, and commit it.");
  process.exitCode = 1;
}

if (process.argv.includes("--classified")) classified();
else main(process.argv.includes("--check"));
