import type { DataSource } from "typeorm";
import type { KeptName, Storage } from "../../platform/storage/index";

/**
 * Kept files that were there before an instant and that no evidence names, today or in any earlier version of it: a file is
 * kept before the record says so, and where that was not committed nobody will ever ask for it. Of partnerships of this
 * database alone: what else is kept beside them is somebody else's.
 *
 * @param owner the tables' owner, who is shown every version: what was merely not shown must not be taken for lost.
 */
export async function* lostFiles(
  owner: Pick<DataSource, "query">,
  storage: Pick<Storage, "list">,
  before: Date,
): AsyncGenerator<KeptName> {
  for await (const page of storage.list()) {
    const old = page.filter(({ keptAt }) => keptAt < before);
    if (old.length === 0) continue;
    const lost = await owner.query<{ name: string }[]>(
      `select kept.name from unnest($1::text[]) kept (name)
       where exists (select 1 from history.partnership p where p.id::text = split_part(kept.name, '/', 1))
         and not exists (select 1 from history.evidence e where e.storage_name = kept.name)`,
      [old.map(({ name }) => name)],
    );
    const names = new Set(lost.map(({ name }) => name));
    yield* old.filter(({ name }) => names.has(name));
  }
}
