import { randomUUID } from "node:crypto";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";
import { mintServiceToken } from "../../src/platform/http/service-tokens";
import { Client } from "./client";
import type { TestDatabase } from "./database";
import type { Service } from "./service";

/** What somebody is to hold; the partnership is Wrenford unless said otherwise. */
export interface Held {
  role: string;
  /** Name of the agency. */
  agency?: string;
  partnership?: string;
  actsFor?: string;
  scopes?: string[];
}

/** Somebody of that subject at the demonstration's issuer with these memberships, made behind the service's back. Gives the person's key. */
export async function enrol(
  { owner }: TestDatabase,
  subject: string,
  held: Held[],
  issuer = DEMONSTRATION_ISSUER,
): Promise<string> {
  const person = randomUUID();
  await owner.query("insert into person (id, issuer, subject, label) values ($1, $2, $3, $4)", [
    person,
    issuer,
    subject,
    `Post of ${subject}`,
  ]);
  for (const { role, agency = null, partnership = "wrenford", actsFor = null, scopes = null } of held)
    await owner.query(
      `insert into membership (person_id, partnership_id, agency_id, role, acts_for, scopes, valid_from)
       select $1, p.id, (select id from agency where name = $3 and partnership_id = p.id), $4, $5, $6, '2018-04-01' from partnership p where p.slug = $2`,
      [person, partnership, agency, role, actsFor, scopes],
    );
  return person;
}

/** A service account that acts for a role of an agency within scopes, signed in by a token of its own. */
export async function serviceAccount(service: Service, subject: string, held: Omit<Held, "role">): Promise<Client> {
  const { owner } = service.database;
  const person = await enrol(
    service.database,
    subject,
    [{ ...held, role: "INTEGRATOR" }],
    "golden-thread-service-account",
  );
  const { token, prefix, hash } = mintServiceToken();
  await owner.query(
    `insert into service_token (partnership_id, person_id, prefix, secret_hash, created_by, created_at, expires_at)
     select m.partnership_id, m.person_id, $2, $3, m.person_id, '2019-01-01', '2019-12-31' from membership m where m.person_id = $1`,
    [person, prefix, hash],
  );
  return new Client(`${service.address}/graphql`, () => Promise.resolve(token));
}

/** A grant in force for an agency of Wrenford. */
export async function grant(
  { owner }: TestDatabase,
  given: { agency: string; field: string; operation?: string; effect?: string; relation?: string },
): Promise<string> {
  const { agency, field, operation = "WRITE", effect = "ALLOW", relation = null } = given;
  const [type, name] = field.split(".");
  const [row] = await owner.query<{ id: string }[]>(
    `insert into field_grant (partnership_id, agency_id, type, field, operation, effect, relation, reason, granted_at)
     select g.partnership_id, g.id, $2, $3, $4, $5, $6, 'Tried in a test', '2019-01-01' from agency g join partnership p on p.id = g.partnership_id
     where g.name = $1 and p.slug = 'wrenford' returning id`,
    [agency, type, name, operation, effect, relation],
  );
  return row?.id ?? "";
}
