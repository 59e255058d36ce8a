import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { childPages, FieldGrant, type RequestContext } from "../access/index";
import type { FieldGrantRow } from "./field-grant.types";

/** Neither revoked nor past its last day: the same condition under which `app.admit` gives a grant to an actor. */
const IN_FORCE = "f.revoked_at is null and coalesce(f.expires_on >= (select app.today()), true)";
const post = (column: string) => `(select p.label from person p where p.id = f.${column})`;

const columns = ({ source }: RequestContext) =>
  `${columnsOf(source, FieldGrant, "f")}, ${post("granted_by")} as "grantedByPost", ${post("revoked_by")} as "revokedByPost", ${IN_FORCE} as "inForce"`;

/** Loaders of grants that the caller may see, for one request. */
export const fieldGrantLoaders = (context: RequestContext) => {
  const { db } = context;
  return {
    grantById: rowLoader(
      (ids) =>
        db.query<FieldGrantRow>(`select ${columns(context)} from field_grant f where f.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    /** Those in force in each partnership. */
    grantsInForce: listLoader(
      (ids) =>
        db.query<FieldGrantRow>(
          `select ${columns(context)} from field_grant f where f.partnership_id = any ($1::uuid[]) and ${IN_FORCE} order by f.granted_at, f.id`,
          [ids],
        ),
      ({ partnershipId }) => partnershipId,
    ),
  };
};

const pages = (name: string, where: string | undefined) => (context: RequestContext) =>
  childPages<FieldGrantRow>(context, {
    name,
    columns: columns(context),
    from: "field_grant f",
    parentColumn: "f.partnership_id",
    parentOf: ({ partnershipId }) => partnershipId,
    descending: true,
    order: [
      { column: "f.granted_at", type: "timestamptz", of: ({ grantedAt }) => grantedAt.toISOString() },
      { column: "f.id", type: "uuid", of: ({ id }) => id },
    ],
    ...(where !== undefined && { where }),
  });

/** Pages of a partnership's grants, the newest first: all of them, those in force, those that are not. */
export const allGrants = pages("fieldGrants", undefined);
export const grantsInForce = pages("fieldGrants in force", IN_FORCE);
export const grantsEnded = pages("fieldGrants ended", `not (${IN_FORCE})`);
