import { rowLoader } from "../../../platform/database/loaders";
import { columnsOf } from "../../../platform/database/rows";
import { childPages, RecordOpening, type RequestContext } from "../../access/index";

/** Loaders of openings, for one request. */
export const openingLoaders = ({ db, source }: RequestContext) => ({
  openingById: rowLoader(
    (ids) =>
      db.query<RecordOpening>(
        `select ${columnsOf(source, RecordOpening, "o")} from record_opening o where o.id = any ($1::uuid[])`,
        [ids],
      ),
    ({ id }) => id,
  ),
  /** The post by which somebody is known; null where the caller may not see who it is. */
  labelOfPerson: rowLoader(
    (ids) =>
      db.query<{ id: string; label: string }>(`select p.id, p.label from person p where p.id = any ($1::uuid[])`, [
        ids,
      ]),
    ({ id }) => id,
  ),
});

const pages = (context: RequestContext, by: "agency" | "partnership", name: string, where?: string) =>
  childPages<RecordOpening>(context, {
    name,
    columns: columnsOf(context.source, RecordOpening, "o"),
    from: "record_opening o",
    parentColumn: `o.${by}_id`,
    parentOf: ({ agencyId, partnershipId }) => (by === "agency" ? agencyId : partnershipId),
    descending: true,
    ...(where && { where }),
    order: [
      { column: "o.opened_at", type: "timestamptz", of: ({ openedAt }) => openedAt.toISOString() },
      { column: "o.id", type: "uuid", of: ({ id }) => id },
    ],
  });

/** Pages of openings that the caller may see, newest first. */
export const openingsOfAgency = (context: RequestContext) => pages(context, "agency", "agencyOpenings");
export const openingsOfPartnership = (context: RequestContext) => ({
  all: pages(context, "partnership", "openings"),
  reviewed: pages(context, "partnership", "openings:reviewed", "o.reviewed_at is not null"),
  unreviewed: pages(context, "partnership", "openings:unreviewed", "o.reviewed_at is null"),
});
