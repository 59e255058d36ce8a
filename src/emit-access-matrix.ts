import "reflect-metadata";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessMatrixFiles } from "./access-matrix";

/** `npm run access-matrix` writes docs/access-matrix.*; with `--check` it compares, and fails where they differ. */
async function main(check: boolean): Promise<void> {
  const root = [join(__dirname, ".."), join(__dirname, "../..")].find((folder) =>
    existsSync(join(folder, "package.json")),
  );
  for (const [name, text] of Object.entries(await accessMatrixFiles())) {
    const file = join(root ?? process.cwd(), name);
    if (!check) {
      writeFileSync(file, text);
      console.log(`${name} is written.`);
    } else if (existsSync(file) && readFileSync(file, "utf8") === text) {
      console.log(`${name} is what the policy says.`);
    } else {
      console.error(
        `${name} differs from the policy. Run: npm run access-matrix, look at the difference, and commit it.`,
      );
      process.exitCode = 1;
    }
  }
}

void main(process.argv.includes("--check"));
