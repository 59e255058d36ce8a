import { globalId } from "../../src/platform/graphql/ids";
import type { Service } from "./service";

export interface GrantPayload {
  grant: { id: string; reason: string; inForce: boolean } | null;
  userErrors: { code: string; field: string[] | null; message: string }[];
}

export const GRANT = `mutation ($input: GrantFieldAccessInput!) { grantFieldAccess(input: $input) {
  grant { id reason type field effect operation relation role sector agency { name } expiresOn grantedByPost inForce viewerCan { revoke } }
  userErrors { code field message } } }`;
export const REVOKE = `mutation ($input: RevokeFieldGrantInput!) { revokeFieldGrant(input: $input) {
  grant { id reason inForce revokedAt revokedByPost viewerCan { revoke } } userErrors { code field message } } }`;

/** Gives and revokes through GraphQL, as whoever is named. */
export const granting = (service: Service) => ({
  give: async (actor: string, input: object) =>
    (await service.as(actor).data<{ grantFieldAccess: GrantPayload }>(GRANT, { input })).grantFieldAccess,
  revoke: async (actor: string, input: object) =>
    (await service.as(actor).data<{ revokeFieldGrant: GrantPayload }>(REVOKE, { input })).revokeFieldGrant,
});

/** Global ids of agencies, by partnership and name: "wrenford/Wrenford Homes". */
export async function agencyIds(service: Service): Promise<Map<string, string>> {
  const rows = await service.database.owner.query<{ id: string; name: string; slug: string }[]>(
    "select g.id, g.name, p.slug from agency g join partnership p on p.id = g.partnership_id",
  );
  return new Map(rows.map(({ id, name, slug }) => [`${slug}/${name}`, globalId("Agency", id)]));
}

/** Global ids of actors, by the subject they sign in as. */
export async function actorIds(service: Service): Promise<Map<string, string>> {
  const rows = await service.database.owner.query<{ id: string; subject: string }[]>("select id, subject from person");
  return new Map(rows.map(({ id, subject }) => [subject, globalId("Actor", id)]));
}

/** Everything that a refused mutation must leave as it is. */
export const grantState = async ({ database: { owner } }: Service) => ({
  grants: await owner.query<object[]>("select * from field_grant order by id"),
  done: await owner.query<object[]>("select * from audit_entry where outcome = 'DONE' order by id"),
});

/** A grant that nobody minds: housing reads what the police say has helped. */
export const grantToHomes = (agencies: ReadonlyMap<string, string>) => ({
  partnership: "wrenford",
  agency: agencies.get("wrenford/Wrenford Homes"),
  field: "ProgressUpdate.impactNarrative",
  operation: "READ",
  effect: "ALLOW",
  reason: "Housing plans its own work by what has helped.",
});
