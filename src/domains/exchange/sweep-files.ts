import type { DataSource } from "typeorm";
import type { Clock } from "../../platform/clock";
import type { KeptName, Storage } from "../../platform/storage/index";
import { recordAsOperator } from "../audit/index";
import { lostFiles } from "../evidence/index";
import { asOperator } from "../../platform/database/as-operator";

/** What a sweep works with; `owner` is the tables' owner. */
interface Sweeping {
  db: DataSource;
  owner: Pick<DataSource, "query">;
  clock: Clock;
  storage: Storage;
}

/** Finds the files kept before an instant that no evidence names; removes them where asked to, and says in the trail how many. */
export async function sweepFiles(
  { db, owner, clock, storage }: Sweeping,
  before: Date,
  remove: boolean,
): Promise<KeptName[]> {
  const found: KeptName[] = [];
  const removed = new Map<string, number>();
  for await (const file of lostFiles(owner, storage, before)) found.push(file);
  if (!remove) return found;
  try {
    for (const { name } of found) {
      await storage.remove(name);
      const partnershipId = name.slice(0, name.indexOf("/"));
      removed.set(partnershipId, (removed.get(partnershipId) ?? 0) + 1);
    }
  } finally {
    for (const [partnershipId, files] of removed)
      await asOperator(db, clock, partnershipId, (sql) =>
        recordAsOperator((text, values) => sql.query(text, values), {
          kind: "evidence.lostFilesRemoved",
          partnershipId,
          subjectType: "Partnership",
          subjectId: partnershipId,
          detail: { files },
        }),
      );
  }
  return found;
}
