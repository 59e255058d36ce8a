import { DEMONSTRATION_ISSUER } from "../../../platform/http/tokens";
import { Role } from "../../identity/index";
import { toJson } from "../rows";
import { type FolderRow, tableOf } from "./csv-table";
import { loadDated, type Loading } from "./loading";

const AGENCY_ROLES: Role[] = [Role.AGENCY_VIEWER, Role.AGENCY_CONTRIBUTOR, Role.AGENCY_LEAD];

/** people.csv, checked: who may act, and as what. */
export interface Person {
  row: FolderRow;
  issuer: string;
  subject: string;
  label: string;
  role: Role;
  validFrom: string;
  validTo: string | null;
}

export function readPeople(folder: string, demonstration: boolean): Person[] {
  const columns = ["label", "role", "agency", "valid_from", "valid_to"];
  const named = demonstration ? ["actor"] : ["issuer", "subject"];
  return tableOf(folder, "people.csv", [...named, ...columns]).map((row) => {
    const role = row.requiredOneOf("role", Role);
    if (role === Role.PLATFORM_ADMIN) row.fail("PLATFORM_ADMIN is no role of a partnership.");
    const agency = row.text("agency");
    if (AGENCY_ROLES.includes(role) && agency === null) row.fail(`${role} needs an agency.`);
    if (!AGENCY_ROLES.includes(role) && role !== Role.INTEGRATOR && agency !== null)
      row.fail(`${role} is a role of the whole partnership: leave "agency" empty.`);
    return {
      row,
      issuer: demonstration ? DEMONSTRATION_ISSUER : row.required("issuer"),
      subject: row.required(demonstration ? "actor" : "subject"),
      label: row.required("label"),
      role,
      validFrom: row.day("valid_from") ?? row.fail('the column "valid_from" needs a value.'),
      validTo: row.day("valid_to"),
    };
  });
}

/** Adds the people who are not known yet. Needs the operator of no partnership, who alone may add people. */
export async function addPeople({ sql }: Pick<Loading, "sql">, people: Person[]): Promise<Map<Person, string>> {
  const rows = people.map(({ issuer, subject, label }) => ({ issuer, subject, label }));
  const records = "jsonb_to_recordset($1::jsonb) as r(issuer text, subject text, label text)";
  await sql.query(
    `insert into person (issuer, subject, label) select issuer, subject, label from ${records} on conflict (issuer, subject) do nothing`,
    [toJson(rows)],
  );
  const known = (await sql.query(
    `select p.id, p.issuer, p.subject from person p join ${records} on r.issuer = p.issuer and r.subject = p.subject`,
    [toJson(rows)],
  )) as { id: string; issuer: string; subject: string }[];
  const ids = new Map(known.map(({ id, issuer, subject }) => [JSON.stringify([issuer, subject]), id]));
  return new Map(
    people.map((one) => [one, one.row.found(JSON.stringify([one.issuer, one.subject]), ids, "the people known")]),
  );
}

/**
 * Adds the memberships that are not there yet, and ends those that are as the file says, as the partnership's own operator.
 * One that has ended does not begin again: whoever comes back gets a row from that day on.
 */
export async function addMemberships(
  loading: Loading,
  people: Map<Person, string>,
  agencies: Map<string, string>,
): Promise<void> {
  await loadDated(
    loading,
    "people.csv",
    "membership",
    { person_id: "uuid", agency_id: "uuid", role: "text", valid_from: "date", valid_to: "date" },
    [...people].map(([{ row, role, validFrom, validTo }, id]) => ({
      line: row.line,
      person_id: id,
      agency_id: row.lookup("agency", agencies, "agencies.csv"),
      role,
      valid_from: validFrom,
      valid_to: validTo,
    })),
    ["person_id", "agency_id", "role", "valid_from"],
    "(t.ended_at at time zone 'Europe/London')::date",
  );
}
