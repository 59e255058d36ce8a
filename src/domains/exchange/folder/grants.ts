import {
  type CataloguedField,
  GRANTED_TO,
  GrantEffect,
  grantProblem,
  GrantRelation,
  Operation,
} from "../../access/index";
import { Sector } from "../../partnership/index";
import { toJson } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { eachOnce, inFile, type Loading } from "./loading";

const COLUMNS = [
  "agency",
  "sector",
  "role",
  "relation",
  "type",
  "field",
  "operation",
  "effect",
  "reason",
  "granted_on",
  "expires_on",
];
const ROLES = Object.fromEntries(GRANTED_TO.map((role) => [role, role])) as Record<string, (typeof GRANTED_TO)[number]>;
/** Characters of a reason, at most: as for those that officers give. */
const LONGEST_REASON = 500;

/**
 * Field grants of grants.csv that were never there. One that was, and was revoked since, stays revoked; a reason that the
 * file words anew leaves the grant as it is. What no grant may say is refused as it is to an officer.
 */
export async function loadGrants(
  { sql, folder, now, partnershipId }: Loading,
  agencies: Map<string, string>,
  fields: () => readonly CataloguedField[],
): Promise<void> {
  const rows = tableOf(folder, "grants.csv", COLUMNS);
  if (rows.length === 0) return;
  const known = fields();
  const grants = rows.map((row) => ({ row, grant: grantOf(row, agencies, known, now) }));
  const keys = new Map(
    grants.map(({ row, grant: { reason: _reason, granted_at: _at, ...key } }) => [row, JSON.stringify(key)]),
  );
  eachOnce(rows, (row) => keys.get(row) ?? "");
  await inFile("grants.csv", () =>
    sql.query(
      `insert into field_grant (partnership_id, agency_id, sector, role, relation, type, field, operation, effect, reason, expires_on, granted_at)
       select $1::uuid, r.agency_id, r.sector, r.role, r.relation, r.type, r.field, r.operation, r.effect, r.reason, r.expires_on, r.granted_at
       from jsonb_to_recordset($2::jsonb) as r(agency_id uuid, sector text, role text, relation text, type text, field text,
         operation text, effect text, reason text, expires_on date, granted_at timestamptz)
       where not exists (
         select 1 from field_grant f where f.partnership_id = $1 and f.agency_id is not distinct from r.agency_id
           and f.sector is not distinct from r.sector and f.role is not distinct from r.role
           and f.relation is not distinct from r.relation and f.type = r.type and f.field = r.field
           and f.operation = r.operation and f.effect = r.effect and f.expires_on is not distinct from r.expires_on)`,
      [partnershipId, toJson(grants.map(({ grant }) => grant))],
    ),
  );
}

function grantOf(row: FolderRow, agencies: Map<string, string>, fields: readonly CataloguedField[], now: Date) {
  const agency = row.lookup("agency", agencies, "agencies.csv");
  const sector = row.oneOf("sector", Sector);
  if ((agency === null) === (sector === null)) row.fail('name an "agency" or a "sector", and not both.');
  const grant = {
    agency_id: agency,
    sector,
    role: row.oneOf("role", ROLES),
    relation: row.oneOf("relation", GrantRelation),
    type: row.required("type"),
    field: row.required("field"),
    operation: row.requiredOneOf("operation", Operation),
    effect: row.requiredOneOf("effect", GrantEffect),
    reason: row.required("reason"),
    expires_on: row.day("expires_on"),
    granted_at: row.startOfDay("granted_on") ?? now.toISOString(),
  };
  const problem = grantProblem(fields, grant);
  if (problem) row.fail(problem.message);
  if (grant.reason.length > LONGEST_REASON) row.fail(`a reason has ${LONGEST_REASON} characters at most.`);
  if (row.day("granted_on") !== null && grant.granted_at > now.toISOString()) row.fail('"granted_on" is yet to come.');
  return grant;
}
