import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
import { Agency, AgencyAlias, AgencyCode, Post } from "./agency.entity";
import { Partnership } from "./partnership.entity";

/** A partnership as it is read: it is its own tenant, and rules find that where every row has it. */
export type PartnershipRow = Partnership & { partnershipId: string };

/** Loaders of partnerships and agencies, for one request. */
export const partnershipLoaders = (context: RequestContext) => {
  const { db, source } = context;
  const agency = columnsOf(source, Agency, "g");
  const partnership = `${columnsOf(source, Partnership, "p")}, p.id as "partnershipId"`;
  const inForce =
    "coalesce(c.valid_from <= (select app.today()), true) and coalesce(c.valid_to >= (select app.today()), true)";
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
    aliasesOfAgency: listLoader(
      (ids) =>
        db.query<AgencyAlias>(
          `select ${columnsOf(source, AgencyAlias, "x")} from agency_alias x where x.agency_id = any ($1::uuid[]) order by x.alias`,
          [ids],
        ),
      ({ agencyId }) => agencyId,
    ),
    codesOfAgency: listLoader(
      (ids) =>
        db.query<AgencyCode>(
          `select ${columnsOf(source, AgencyCode, "x")} from agency_code x where x.agency_id = any ($1::uuid[]) order by x.scheme, x.value`,
          [ids],
        ),
      ({ agencyId }) => agencyId,
    ),
    membersOfCollective: listLoader(
      (ids) =>
        db.query<Agency & { of: string }>(
          `select ${agency}, c.collective_id as "of" from collective_member c join agency g on g.id = c.member_id
           where c.collective_id = any ($1::uuid[]) and ${inForce} order by g.name`,
          [ids],
        ),
      (row) => row.of,
    ),
    collectivesOfAgency: listLoader(
      (ids) =>
        db.query<Agency & { of: string }>(
          `select ${agency}, c.member_id as "of" from collective_member c join agency g on g.id = c.collective_id
           where c.member_id = any ($1::uuid[]) and ${inForce} order by g.name`,
          [ids],
        ),
      (row) => row.of,
    ),
  };
};
