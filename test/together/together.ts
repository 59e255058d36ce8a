import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

const ALL = join(__dirname, "..");
/** How many groups there are: files beside this one. */
const GROUPS = readdirSync(__dirname).filter((name) => name.endsWith(".together.ts")).length;

/**
 * Runs one group of the test files in one process, each as a `describe` of its own: Jest gives every file a new world, and to
 * load the service anew for each took longer than what the tests do. Every file is in one group, by its place in the list.
 */
export function together(group: number): void {
  const files = readdirSync(ALL, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .sort();
  for (const name of files.filter((_, index) => index % GROUPS === group - 1))
    describe(relative(ALL, join(ALL, name)), () => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded here, so that its hooks are its own
      require(join(ALL, name));
    });
}
