import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
import { Evidence } from "./evidence.entity";
import { NAMED_WHERE_USED } from "./evidence.links";

/** Loaders of evidence, for one request. */
export const evidenceLoaders = ({ db, source }: RequestContext) => ({
  evidenceById: rowLoader(
    (ids) =>
      db.query<Evidence>(`select ${columnsOf(source, Evidence, "e")} from evidence e where e.id = any ($1::uuid[])`, [
        ids,
      ]),
    ({ id }) => id,
  ),
  /** Who is named where evidence is in use, as its row has it when it is read with it. */
  namedWhereUsed: listLoader(
    (ids) =>
      db.query<{ evidenceId: string; named: string[] }>(
        `select e.id as "evidenceId", ${NAMED_WHERE_USED("e")} as named from evidence e where e.id = any ($1::uuid[])`,
        [ids],
      ),
    ({ evidenceId }) => evidenceId,
  ),
});
