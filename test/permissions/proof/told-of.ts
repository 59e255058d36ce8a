import { globalId } from "../../../src/platform/graphql/ids";
import { type Facts, type Row, rowsOf } from "../reading";
import { seesRow, watches, administers } from "../reading-rows";
import type { Actor } from "./actors";
import type { Tally } from "./tally";

const VIEWER = `{ viewer {
  notifications(first: 100) { totalCount nodes { kind at sentAt by byDay subject partnership { id } } }
  notificationSettings { address newAddress codeExpiresAt problem preferences { about how } } } }`;

const GROUPS = { CHALLENGES: "AT_ONCE", REMINDERS: "DIGEST", WARNINGS: "DIGEST" };
const instant = (value: unknown) => (value instanceof Date ? value.toISOString() : null);

/** What somebody is told, how and where, and whether a partnership's mail goes out; held to what is in the tables. */
export async function toldOf(actor: Actor, facts: Facts, tally: Tally): Promise<void> {
  if (actor.who.scopes !== null) return;
  const own = (table: string): Row[] => rowsOf(facts, table).filter((row) => row.person_id === actor.who.person);
  const [address] = own("notification_address");
  const chosen = new Map(own("notification_preference").map(({ about, how }) => [String(about), how]));
  const seen = (id: unknown) => {
    const row = rowsOf(facts, "partnership").find((one) => one.id === id);
    return row && seesRow(facts, actor.asking, "partnership", row)
      ? { id: globalId("Partnership", String(row.id)) }
      : null;
  };
  const { data } = await actor.client.ask<{ viewer: unknown } | null>(VIEWER);
  if (actor.who.person !== null)
    tally.same(
      "READ of what one is told",
      {
        notifications: {
          totalCount: own("notification").length,
          nodes: own("notification").map((row) => ({
            kind: row.kind,
            at: instant(row.at),
            sentAt: instant(row.sent_at),
            by: null,
            byDay: null,
            subject: globalId("Partnership", String(row.subject_id)),
            partnership: seen(row.partnership_id),
          })),
        },
        notificationSettings: {
          address: address?.address ?? null,
          newAddress: address?.new_address ?? null,
          codeExpiresAt: instant(address?.code_expires_at),
          problem: null,
          preferences: Object.entries(GROUPS).map(([about, how]) => ({ about, how: chosen.get(about) ?? how })),
        },
      },
      data?.viewer,
      () => `${actor.name}, what they are told`,
    );
  for (const partnership of rowsOf(facts, "partnership")) {
    if (!seesRow(facts, actor.asking, "partnership", partnership)) continue;
    const { data: health } = await actor.client.ask<{ partnership: unknown }>(
      `{ partnership(slug: "${String(partnership.slug)}") { notificationHealth { sent lastSentAt waiting { problem count } dead { problem count } } } }`,
    );
    const all = rowsOf(facts, "notification").filter((row) => row.partnership_id === partnership.id);
    const of = (state: string) => all.filter((row) => row.state === state);
    const counted = (rows: Row[]) => (rows.length > 0 ? [{ problem: null, count: rows.length }] : []);
    const may = watches(actor.asking, partnership.id) || administers(actor.asking);
    tally.same(
      "READ of what was sent",
      {
        notificationHealth: may
          ? {
              sent: of("SENT").length,
              lastSentAt: instant(of("SENT")[0]?.sent_at),
              waiting: counted(of("PENDING")),
              dead: counted(of("DEAD")),
            }
          : null,
      },
      health?.partnership,
      () => `${actor.name}, what was sent in ${String(partnership.slug)}`,
    );
  }
}
