import { parseGlobalId, requiredKey } from "../../platform/graphql/ids";
import { BadInputError } from "../../platform/errors/index";
import { type Connection, connectionOf, type Page } from "../../platform/graphql/connection";
import type { RequestContext } from "../access/index";
import { record } from "../audit/index";
import { hasOversight } from "../identity/index";
import type { AuditEntryFilter, AuditEntryView } from "./audit.types";
import { toldDetail } from "./told-detail";

const ENTRY = `e.id, e.partnership_id as "partnershipId", e.actor_id as "actorId", e.agency_id as "agencyId", e.at, e.kind, e.outcome,
  e.subject_type as "subjectType", e.subject_id as "subjectId", e.request_id as "requestId", e.detail`;

/** Entries as a list walks them: the columns that place one, and their types. */
interface Walk {
  from: string;
  position: string;
  type: string;
  sequence: string;
}

/** By their place in the chain, which is the order in which they became known. */
const BY_PLACE: Walk = {
  from: `history.audit_row r join audit_entry e on e.id = r.row_id and r.table_name = 'audit_entry' and r.partnership_id = $1`,
  position: "r.seq",
  type: "bigint",
  sequence: "r.seq::int",
};
/** For those to whom the gaps between places would tell of what others do. */
const BY_TIME: Walk = { from: "audit_entry e", position: "e.at", type: "timestamptz", sequence: "null::int" };

/**
 * A page of a partnership's audit entries that the caller may see, newest first. Reading by oversight is itself recorded,
 * before anything is read.
 */
export async function auditEntriesOf(
  context: RequestContext,
  partnershipId: string,
  page: Page,
  filter: AuditEntryFilter,
): Promise<Connection<AuditEntryView>> {
  const { from, position, type, sequence } = hasOversight(context.actor, partnershipId) ? BY_PLACE : BY_TIME;
  const values: unknown[] = [partnershipId];
  const conditions = ["e.partnership_id = $1", ...conditionsOf(filter, (value) => `$${values.push(value)}`)];
  const counted = [...values];
  const list = `auditEntries:${partnershipId}:${type}`;
  const listed = [...conditions];
  for (const argument of ["after", "before"] as const) {
    const cursor = page[argument];
    if (cursor === null) continue;
    const [place, id] = context.cursors.open(list, cursor, [argument]);
    const at = `($${values.push(place)}::${type}, $${values.push(id)}::uuid)`;
    listed.push(`(${position}, e.id) ${argument === "after" ? "<" : ">"} ${at}`);
  }
  const direction = page.backwards ? "asc" : "desc";
  await notePrivilegedReading(context, partnershipId, "auditEntries.read");
  const rows = await context.db.query<AuditEntryView & { position: string }>(
    `select ${ENTRY}, ${sequence} as sequence, ${position}::text as position from ${from} where ${listed.join(" and ")}
     order by ${position} ${direction}, e.id ${direction} limit ${page.size + 1}`,
    values,
  );
  return connectionOf(
    rows.map((row) => Object.assign(row, { detail: toldDetail(row.detail ?? {}) })),
    page,
    (row) => context.cursors.seal(list, [row.position, row.id]),
    async () => {
      const [row] = await context.db.query<{ count: number }>(
        `select count(*)::int as count from audit_entry e where ${conditions.join(" and ")}`,
        counted,
      );
      return row?.count ?? 0;
    },
  );
}

function conditionsOf(filter: AuditEntryFilter, $: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  if (filter.kind != null) conditions.push(`e.kind = ${$(filter.kind)}`);
  if (filter.outcome != null) conditions.push(`e.outcome = ${$(filter.outcome)}`);
  if (filter.subject != null) {
    const parsed = parseGlobalId(filter.subject);
    if (!parsed) throw new BadInputError("filter.subject is no id of this API.", ["filter", "subject"]);
    conditions.push(`e.subject_id = ${$(parsed.key)}::uuid and e.subject_type = ${$(parsed.type)}`);
  }
  if (filter.actor != null)
    conditions.push(`e.actor_id = ${$(requiredKey("Actor", filter.actor, ["filter", "actor"]))}::uuid`);
  if (filter.since != null) conditions.push(`e.at >= ${$(filter.since)}`);
  if (filter.until != null) conditions.push(`e.at < ${$(filter.until)}`);
  return conditions;
}

const noted = () => new Set<string>();

/** Records, once in a request, that somebody read by privilege; nothing of an agency that reads what is its own. */
export async function notePrivilegedReading(
  context: RequestContext,
  partnershipId: string,
  kind: string,
): Promise<void> {
  const known = context.use(noted);
  if (!hasOversight(context.actor, partnershipId) || known.has(kind + partnershipId)) return;
  known.add(kind + partnershipId);
  await context.db.write((send) =>
    record(send, context, { kind, partnershipId, subjectType: "Partnership", subjectId: partnershipId }),
  );
}
