import { listLoader, rowLoader } from "../../platform/database/loaders";
import { childPages, type RequestContext } from "../access/index";
import { Role, SERVICE_ACCOUNT_ISSUER } from "../identity/index";
import type { ActorView, InvitationView, ServiceAccountView, ServiceTokenView } from "./people.types";

/** A membership as `Membership` shows it; `partnership` and `agency` are keys, as in what `app.enter` gives. */
export interface MembershipRow {
  id: string;
  personId: string;
  partnership: string | null;
  agency: string | null;
  role: Role;
  /** The holder's. */
  label: string;
  validFrom: string;
  validTo: string | null;
  endedAt: Date | null;
}

const MEMBERSHIP = `m.id, m.person_id as "personId", m.partnership_id as partnership, m.agency_id as agency, m.role, p.label,
  m.valid_from as "validFrom", m.valid_to as "validTo", m.ended_at as "endedAt"`;
const HELD = "membership m join person p on p.id = m.person_id";

const INVITATION = `i.id, i.partnership_id as "partnershipId", i.agency_id as "agencyId", i.role, i.label, i.valid_from as "validFrom", i.valid_to as "validTo",
  i.invited_by as "invitedBy", i.invited_at as "invitedAt", i.expires_at as "expiresAt", i.accepted_at as "acceptedAt", i.accepted_by as "acceptedBy", i.withdrawn_at as "withdrawnAt"`;

const ACCOUNT = `p.id, p.label, m.partnership_id as "partnershipId", m.agency_id as "agencyId", m.acts_for as "actsFor", m.scopes, m.ended_at as "endedAt"`;
const ACCOUNTS = `membership m join person p on p.id = m.person_id and m.role = 'INTEGRATOR' and p.issuer = '${SERVICE_ACCOUNT_ISSUER}'`;
const notService = `p.issuer <> '${SERVICE_ACCOUNT_ISSUER}'`;

/** Loaders of people, invitations and service accounts, for one request. */
export const peopleLoaders = ({ db }: RequestContext) => ({
  actorById: rowLoader(
    (ids) => db.query<ActorView>("select p.id, p.label from person p where p.id = any ($1::uuid[])", [ids]),
    ({ id }) => id,
  ),
  membershipById: rowLoader(
    (ids) => db.query<MembershipRow>(`select ${MEMBERSHIP} from ${HELD} where m.id = any ($1::uuid[])`, [ids]),
    ({ id }) => id,
  ),
  membershipsOfActor: listLoader(
    (ids) =>
      db.query<MembershipRow>(
        `select ${MEMBERSHIP} from ${HELD} where m.person_id = any ($1::uuid[]) order by m.valid_from, m.id`,
        [ids],
      ),
    ({ personId }) => personId,
  ),
  invitationById: rowLoader(
    (ids) => db.query<InvitationView>(`select ${INVITATION} from invitation i where i.id = any ($1::uuid[])`, [ids]),
    ({ id }) => id,
  ),
  accountById: rowLoader(
    (ids) => db.query<ServiceAccountView>(`select ${ACCOUNT} from ${ACCOUNTS} where p.id = any ($1::uuid[])`, [ids]),
    ({ id }) => id,
  ),
  accountsOfAgency: listLoader(
    (ids) =>
      db.query<ServiceAccountView>(
        `select ${ACCOUNT} from ${ACCOUNTS} where m.agency_id = any ($1::uuid[]) order by p.label, p.id`,
        [ids],
      ),
    ({ agencyId }) => agencyId ?? "",
  ),
  accountsOfPartnership: listLoader(
    (ids) =>
      db.query<ServiceAccountView>(
        `select ${ACCOUNT} from ${ACCOUNTS} where m.partnership_id = any ($1::uuid[]) and m.agency_id is null order by p.label, p.id`,
        [ids],
      ),
    ({ partnershipId }) => partnershipId,
  ),
  tokensOfAccount: listLoader(
    (ids) =>
      db.query<ServiceTokenView>(
        `select t.id, t.person_id as "personId", t.partnership_id as "partnershipId", m.agency_id as "agencyId", t.prefix, t.created_at as "createdAt",
           t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt"
         from service_token t join membership m on m.person_id = t.person_id and m.role = 'INTEGRATOR'
         where t.person_id = any ($1::uuid[]) order by t.created_at desc, t.id`,
        [ids],
      ),
    ({ personId }) => personId,
  ),
});

const byLabel = [
  { column: "p.label", type: "text", of: ({ label }: MembershipRow) => label },
  { column: "m.id", type: "uuid", of: ({ id }: MembershipRow) => id },
];

/** Pages of the people of an agency, and of those who are bound to a partnership and no agency; service accounts apart. */
export const agencyPeople = (context: RequestContext) =>
  childPages<MembershipRow>(context, {
    name: "agency people",
    columns: MEMBERSHIP,
    from: HELD,
    parentColumn: "m.agency_id",
    parentOf: ({ agency }) => agency ?? "",
    order: byLabel,
    where: notService,
  });
export const partnershipPeople = (context: RequestContext) =>
  childPages<MembershipRow>(context, {
    name: "partnership people",
    columns: MEMBERSHIP,
    from: HELD,
    parentColumn: "m.partnership_id",
    parentOf: ({ partnership }) => partnership ?? "",
    order: byLabel,
    where: `m.agency_id is null and ${notService}`,
  });

const newestFirst = [
  { column: "i.invited_at", type: "timestamptz", of: ({ invitedAt }: InvitationView) => invitedAt.toISOString() },
  { column: "i.id", type: "uuid", of: ({ id }: InvitationView) => id },
];

/** Pages of the invitations into an agency, and of those to a role of the partnership. */
export const agencyInvitations = (context: RequestContext) =>
  childPages<InvitationView>(context, {
    name: "agency invitations",
    columns: INVITATION,
    from: "invitation i",
    parentColumn: "i.agency_id",
    parentOf: ({ agencyId }) => agencyId ?? "",
    order: newestFirst,
    descending: true,
  });
export const partnershipInvitations = (context: RequestContext) =>
  childPages<InvitationView>(context, {
    name: "partnership invitations",
    columns: INVITATION,
    from: "invitation i",
    parentColumn: "i.partnership_id",
    parentOf: ({ partnershipId }) => partnershipId,
    order: newestFirst,
    descending: true,
    where: "i.agency_id is null",
  });
