import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLogger } from "./platform/logger";
import { buildSchema, printedSchema } from "./schema";

/** The committed schema, at the top of the repository whether this runs compiled or not. */
const root = [join(__dirname, ".."), join(__dirname, "../..")].find((folder) =>
  existsSync(join(folder, "package.json")),
);
const file = join(root ?? process.cwd(), "schema.graphql");

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

main(process.argv.includes("--check"));
