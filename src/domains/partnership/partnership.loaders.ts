import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
import { Agency, Post } from "./agency.entity";
import { Partnership } from "./partnership.entity";

/** A partnership as it is read: it is its own tenant, and rules find that where every row has it. */
export type PartnershipRow = Partnership & { partnershipId: string };

/** That a row `c` of collective_member is in force today. */
export const MEMBER_TODAY =
  "coalesce(c.valid_from <= (select app.today()), true) and coalesce(c.valid_to >= (select app.today()), true)";

/** Loaders of partnerships and agencies, for one request. */
export const partnershipLoaders = (context: RequestContext) => {
  const { db, source } = context;
  const agency = columnsOf(source, Agency, "g");
  const partnership = `${columnsOf(source, Partnership, "p")}, p.id as "partnershipId"`;
  return {
    partnershipById: rowLoader(
      (ids) =>
        db.query<PartnershipRow>(`select ${partnership} from partnership p where p.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    partnershipBySlug: rowLoader(
      (slugs) =>
        db.query<PartnershipRow>(`select ${partnership} from partnership p where p.slug = any ($1::text[])`, [slugs]),
      ({ slug }) => slug,
    ),
    agencyById: rowLoader(
      (ids) => db.query<Agency>(`select ${agency} from agency g where g.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    postById: rowLoader(
      (ids) =>
        db.query<Post>(`select ${columnsOf(source, Post, "t")} from post t where t.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    agenciesOfPartnership: listLoader(
      (ids) =>
        db.query<Agency>(`select ${agency} from agency g where g.partnership_id = any ($1::uuid[]) order by g.name`, [
          ids,
        ]),
      ({ partnershipId }) => partnershipId,
    ),
    collectivesOfAgency: listLoader(
      (ids) =>
        db.query<Agency & { of: string }>(
          `select ${agency}, c.member_id as "of" from collective_member c join agency g on g.id = c.collective_id
           where c.member_id = any ($1::uuid[]) and ${MEMBER_TODAY} order by g.name`,
          [ids],
        ),
      (row) => row.of,
    ),
  };
};
