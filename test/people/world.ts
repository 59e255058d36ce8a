import { globalId } from "../../src/platform/graphql/ids";
import { Client } from "../support/client";
import type { TestDatabase } from "../support/database";
import { DEMONSTRATION_ISSUER, serve, type Service } from "../support/service";

/** What a refused or answered mutation of people says. */
export interface Outcome {
  userErrors: { code: string; field: string[] | null; message: string }[];
  invitation?: { id: string; state: string; label: string } | null;
  membership?: { id: string; role: string; endedAt: string | null; validTo: string | null } | null;
  serviceAccount?: { id: string; label: string; endedAt: string | null } | null;
  code?: string | null;
  token?: string | null;
}

const ERRORS = "userErrors { code field message }";
const INVITATION = "invitation { id state label role validFrom validTo viewerCan { withdraw } }";
const MEMBERSHIP = "membership { id role validFrom validTo endedAt agency { name } }";
const ACCOUNT = "serviceAccount { id label actsFor scopes endedAt viewerCan { rotate end } }";
const SELECTIONS = {
  invitePerson: `${INVITATION} code`,
  withdrawInvitation: INVITATION,
  acceptInvitation: MEMBERSHIP,
  endMembership: MEMBERSHIP,
  createServiceAccount: `${ACCOUNT} token`,
  rotateServiceToken: `${ACCOUNT} token`,
  revokeServiceToken: ACCOUNT,
  endServiceAccount: ACCOUNT,
};
export type Change = keyof typeof SELECTIONS;

export const textOf = (change: Change): string =>
  `mutation ($input: ${change.charAt(0).toUpperCase()}${change.slice(1)}Input!) { outcome: ${change}(input: $input) { ${SELECTIONS[change]} ${ERRORS} } }`;

/** Asks for a change that must be answered: done, or refused by user errors. */
export async function change(client: Client, name: Change, input: object): Promise<Outcome> {
  return (await client.data<{ outcome: Outcome }>(textOf(name), { input })).outcome;
}

/** Asks for a change that must be done. */
export async function done(client: Client, name: Change, input: object): Promise<Required<Outcome>> {
  const outcome = await change(client, name, input);
  if (outcome.userErrors.length > 0) throw new Error(`${name} was refused: ${JSON.stringify(outcome.userErrors)}`);
  return outcome as Required<Outcome>;
}

/** Code and field of the one reason why a change was refused, by a user error or an error; it changed nothing. */
export async function refused(service: Service, client: Client, name: Change, input: object): Promise<string> {
  const before = await everything(service.database);
  const { data, errors, text } = await client.ask<{ outcome: Outcome } | null>(textOf(name), { input });
  const after = await everything(service.database);
  if (after !== before) throw new Error(`${name} was refused and changed something`);
  const [userError, ...more] = data?.outcome.userErrors ?? [];
  const [error] = errors;
  if (more.length > 0 || (!userError && !error)) throw new Error(`${name} should have been refused once: ${text}`);
  return userError
    ? [userError.code, ...(userError.field ? [userError.field.join(".")] : [])].join(" ")
    : (error?.extensions.code ?? "");
}

/** All that there is about people, as one word; when tokens were used and what was refused left out. */
export async function everything({ owner }: TestDatabase): Promise<string> {
  const [row] = await owner.query<{ all: string }[]>(
    `select md5(concat(
       (select string_agg(t::text, ';' order by t.id) from person t), (select string_agg(t::text, ';' order by t.id) from membership t),
       (select string_agg(t::text, ';' order by t.id) from invitation t),
       (select string_agg((to_jsonb(t) - 'last_used_at')::text, ';' order by t.id) from service_token t),
       (select string_agg(t::text, ';' order by t.id) from audit_entry t where outcome = 'DONE'))) as all`,
  );
  return row?.all ?? "";
}

/** Kinds of what was done, in order, since `seen` entries. */
export async function entries({ owner }: TestDatabase): Promise<{ kind: string; actor: string; detail: object }[]> {
  return owner.query(
    `select kind, p.label as actor, detail from audit_entry e join person p on p.id = e.actor_id where outcome = 'DONE' order by e.ctid`,
  );
}

/** Global ids of Wrenford's agencies by name, and of its partnerships by slug. */
export async function places({ owner }: TestDatabase) {
  const rows = await owner.query<{ kind: string; name: string; id: string }[]>(
    "select 'Agency' as kind, a.name, a.id from agency a join partnership w on w.id = a.partnership_id where w.slug = 'wrenford' union all select 'Partnership', slug, id from partnership",
  );
  return (name: string): string => {
    const row = rows.find((one) => one.name === name);
    if (!row) throw new Error(`nothing is called ${name}`);
    return globalId(row.kind, row.id);
  };
}

/** Somebody more, who holds a role in an agency of Wrenford (or the partnership of that slug, or nowhere), put there behind the service's back. */
export async function addPerson(
  { owner }: TestDatabase,
  subject: string,
  role: string,
  place: { agency?: string; partnership?: string },
  days: { from?: string; to?: string } = {},
): Promise<{ person: string; membership: string }> {
  const [row] = await owner.query<{ person: string; membership: string }[]>(
    `with p as (insert into person (issuer, subject, label) values ($1, $2, $2)
         on conflict (issuer, subject) do update set label = excluded.label returning id),
       m as (insert into membership (person_id, partnership_id, agency_id, role, valid_from, valid_to)
         select p.id, coalesce((select a.partnership_id from agency a join partnership w on w.id = a.partnership_id where a.name = $4 and w.slug = 'wrenford'), (select id from partnership where slug = $5)),
           (select a.id from agency a join partnership w on w.id = a.partnership_id where a.name = $4 and w.slug = 'wrenford'), $3, coalesce($6::date, '2018-04-01'), $7::date from p returning id)
     select p.id as person, m.id as membership from p, m`,
    [
      DEMONSTRATION_ISSUER,
      subject,
      role,
      place.agency ?? null,
      place.partnership ?? null,
      days.from ?? null,
      days.to ?? null,
    ],
  );
  if (!row) throw new Error("nobody was added");
  return { person: globalId("Actor", row.person), membership: globalId("Membership", row.membership) };
}

/** Somebody who bears this token. */
export const bearing = (service: Service, token: string) =>
  new Client(`${service.address}/graphql`, () => Promise.resolve(token));

/** `work` with another instance of the service, over the same database at another moment. */
export async function at<T>(
  { database }: Service,
  instant: string | Date,
  work: (then: Service) => Promise<T>,
): Promise<T> {
  const then = await serve(database, { now: new Date(instant) });
  try {
    return await work(then);
  } finally {
    await then.stop();
  }
}
