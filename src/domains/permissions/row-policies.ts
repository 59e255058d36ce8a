/** A row-level security policy, as the migrations leave it. */
export interface RowPolicy {
  table: string;
  policy: string;
  /** select, insert or update. */
  command: string;
  /** Cuts down what the others let through, as against letting through. */
  restrictive: boolean;
  /** The condition, in SQL. */
  condition: string;
}

const STEP =
  /create policy (?<policy>\w+) on (?<table>\w+)(?<restrictive> as restrictive)?(?: as permissive)? for (?<command>\w+) to golden_thread_app|drop policy (?:if exists )?(?<dropped>\w+) on (?<from>\w+)|drop table (?:if exists )?(?<gone>\w+)/g;

/** The policies that stand after these statements, in the order in which they were sent; sorted by table and name. */
export function rowPolicies(statements: readonly string[]): RowPolicy[] {
  const standing = new Map<string, RowPolicy>();
  for (const text of statements) {
    for (const match of text.matchAll(STEP)) {
      const { policy, table, restrictive, command, dropped, from, gone } = match.groups ?? {};
      if (policy && table && command)
        standing.set(`${table}.${policy}`, {
          table,
          policy,
          command,
          restrictive: restrictive !== undefined,
          condition: rest(text.slice(match.index + match[0].length)),
        });
      else if (dropped && from) standing.delete(`${from}.${dropped}`);
      else if (gone) for (const [key, one] of standing) if (one.table === gone) standing.delete(key);
    }
  }
  return [...standing.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, policy]) => policy);
}

/** What follows, to the end of its statement, on one line. */
function rest(text: string): string {
  const [statement = ""] = text.split(";", 1);
  return statement.replaceAll(/--.*$/gm, "").replaceAll(/\s+/g, " ").trim();
}
