import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { childPages, decideForList, type PolicyField, type RequestContext } from "../access/index";
import { Agency, partnershipLoaders } from "../partnership/index";
import { RatingDimension, type RatingValue, STALE } from "../plan/index";
import { ProgressUpdate, type RatingBasis } from "./reporting.entity";

/** An update with who wrote it. */
export type UpdateRow = ProgressUpdate & { author: Agency | null };

/** The current rating of one dimension of one action, with the words of its scheme. */
export interface CurrentRating {
  actionId: string;
  partnershipId: string;
  dimension: RatingDimension;
  value: RatingValue | null;
  label: string | null;
  asAt: string | null;
  basis: RatingBasis | null;
  rationale: string | null;
  stale: boolean;
  cadenceMonths: number;
}

const SUBMITTED_AT: PolicyField = { type: "ProgressUpdate", field: "submittedAt", tier: "PUBLIC" };

/** Whether a public field may be used in every partnership that the caller is in. */
const mayUse = ({ actor }: RequestContext, field: PolicyField) =>
  actor.memberships.every(
    ({ partnership }) => partnership === null || decideForList(actor, partnership, field).allowed,
  );

/** Loaders of what agencies reported, for one request. */
export const reportingLoaders = (context: RequestContext) => {
  const { db, source } = context;
  const update = `${columnsOf(source, ProgressUpdate, "u")}, ${columnsOf(source, Agency, "g", "author.")}`;
  // an order tells of what it sorts by
  const newest = mayUse(context, SUBMITTED_AT) ? "u.submitted_at desc nulls last," : "";
  const prime = (rows: UpdateRow[]) => {
    for (const { author } of rows) if (author) context.use(partnershipLoaders).agencyById.prime(author.id, author);
    return rows;
  };
  return {
    /** The newest entry of each dimension: a moderation counts from when it was recorded, until a newer report comes. */
    // the cadence is read by a lateral with a limit: it keeps the planner from scanning the tenants' table once a rating
    ratingsOfAction: listLoader(
      (ids) =>
        db.query<CurrentRating>(
          `select a.id as "actionId", a.partnership_id as "partnershipId", d.dimension, r.value, e.label, r.as_at as "asAt", r.basis, r.rationale,
             p.cadence_months as "cadenceMonths", ${STALE("r", "p.cadence_months")} as stale
           from action a
           cross join lateral (select p.cadence_months from partnership p where p.id = a.partnership_id limit 1) as p
           cross join (values ('DELIVERY'), ('IMPACT')) as d (dimension)
           cross join lateral (
             select r.* from rating r where r.action_id = a.id and r.dimension = d.dimension
             order by r.as_at desc, r.recorded_at desc limit 1
           ) as r
           left join rating_scheme_entry e on e.scheme_id = r.scheme_id and e.dimension = r.dimension and e.value = r.value
           where a.id = any ($1::uuid[])`,
          [ids],
        ),
      ({ actionId }) => actionId,
    ),
    /** The newest update that was submitted, of those that the caller may see. */
    latestUpdateOfAction: rowLoader(
      async (ids) =>
        prime(
          await db.query<UpdateRow>(
            `select ${update} from unnest($1::uuid[]) as wanted (id)
             cross join lateral (
               select u.* from progress_update u where u.action_id = wanted.id and u.state in ('SUBMITTED', 'ACCEPTED')
               order by u.period_end desc, u.version desc, ${newest} u.id limit 1
             ) as u
             left join agency g on g.id = u.author_agency_id`,
            [ids],
          ),
        ),
      ({ actionId }) => actionId,
    ),
    updateById: rowLoader(
      async (ids) =>
        prime(
          await db.query<UpdateRow>(
            `select ${update} from progress_update u left join agency g on g.id = u.author_agency_id where u.id = any ($1::uuid[])`,
            [ids],
          ),
        ),
      ({ id }) => id,
    ),
  };
};

/** Pages of the updates of actions that the caller may see, newest first. */
export const updatePages = (context: RequestContext) =>
  childPages<UpdateRow>(context, {
    name: "updates",
    columns: `${columnsOf(context.source, ProgressUpdate, "u")}, ${columnsOf(context.source, Agency, "g", "author.")}`,
    from: "progress_update u left join agency g on g.id = u.author_agency_id",
    parentColumn: "u.action_id",
    parentOf: ({ actionId }) => actionId,
    descending: true,
    order: [
      { column: "u.period_end", type: "date", of: ({ periodEnd }) => periodEnd },
      { column: "u.version", type: "int", of: ({ version }) => String(version) },
      { column: "u.id", type: "uuid", of: ({ id }) => id },
    ],
  });

/** An agency's drafts on an action, newest first, where the caller may see them. */
export const draftsOf = ({ db, source }: RequestContext, actionId: string, agencyId: string): Promise<UpdateRow[]> =>
  db.query<UpdateRow>(
    `select ${columnsOf(source, ProgressUpdate, "u")}, ${columnsOf(source, Agency, "g", "author.")}
     from progress_update u join agency g on g.id = u.author_agency_id
     where u.action_id = $1 and u.author_agency_id = $2 and u.state = 'DRAFT' order by u.period_end desc, u.id`,
    [actionId, agencyId],
  );
