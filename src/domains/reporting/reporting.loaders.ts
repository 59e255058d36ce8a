import { rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
import { ProgressUpdate } from "./reporting.entity";

/** Loaders of what agencies reported, for one request. */
export const reportingLoaders = ({ db, source }: RequestContext) => ({
  updateById: rowLoader(
    (ids) =>
      db.query<ProgressUpdate>(
        `select ${columnsOf(source, ProgressUpdate, "u")} from progress_update u where u.id = any ($1::uuid[])`,
        [ids],
      ),
    ({ id }) => id,
  ),
});

/** An agency's drafts on an action, newest first, where the caller may see them. */
export const draftsOf = (
  { db, source }: RequestContext,
  actionId: string,
  agencyId: string,
): Promise<ProgressUpdate[]> =>
  db.query<ProgressUpdate>(
    `select ${columnsOf(source, ProgressUpdate, "u")}
     from progress_update u
     where u.action_id = $1 and u.author_agency_id = $2 and u.state = 'DRAFT' order by u.period_end desc, u.id`,
    [actionId, agencyId],
  );
