import { globalId } from "../../../src/platform/graphql/ids";
import { type Facts, mayReadField, grantsOf, relationsTo, type Row, rowsOf, weighedOn } from "../reading";
import { seesRow } from "../reading-rows";
import { awaitedIn, type AwaitedParty, owedBy, type Waiting, waitsOf } from "../reading-waiting";
import type { Actor } from "./actors";
import type { Tally } from "./tally";

/** Types whose rows are derived for whoever asks: each answer is held whole to the reading, and not to another's. */
export const WAITING_TYPES = ["Awaited", "Wait", "WaitCount"];

interface Named {
  agency: { id: string } | null;
  post: { id: string } | null;
}
const WHO = "who since agency { id } post { id }";
const idOf = (type: string, id: string | null) => (id === null ? null : { id: globalId(type, id) });
const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();
const inScope = (actor: Actor) =>
  actor.who.scopes === null || ["READ_PLAN", "READ_REPORTING"].every((scope) => actor.who.scopes?.includes(scope));

const waitTold = ({ what, who, since, agency, post }: Waiting) => ({
  what,
  who,
  since,
  agency: idOf("Agency", agency),
  post: idOf("Post", post),
});
const partyTold = ({ who, since, agency, post, actions, byWhat }: AwaitedParty) => ({
  who,
  since,
  agency: idOf("Agency", agency),
  post: idOf("Post", post),
  actions,
  byWhat,
});

/** Everything of one field that the actor sees a row of, held to what the reading says it is told. */
const held =
  (type: "Action" | "Agency" | "Partnership", field: string, selection: string, told: Reading) =>
  async (actor: Actor, facts: Facts, tally: Tally): Promise<void> => {
    if (!inScope(actor)) return;
    const table = type.toLowerCase();
    const sees = (name: string, row: Row) => seesRow(facts, actor.asking, name, row);
    const rows = rowsOf(facts, table).filter((row) => sees(table, row));
    for (let from = 0; from < rows.length; from += 5) {
      const some = rows.slice(from, from + 5);
      const { data, text } = await actor.client.ask<{ nodes: Record<string, (Named & object)[] | object | null>[] }>(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${field} { ${selection} } } } }`,
        { ids: some.map(({ id }) => globalId(type, String(id))) },
      );
      some.forEach((row, index) => {
        const partnership = String(type === "Partnership" ? row.id : row.partnership_id);
        const about = { partnership, action: type === "Action" ? String(row.id) : null };
        const may = mayReadField(
          weighedOn(grantsOf(facts, actor.who), type),
          relationsTo(facts, actor.who, about),
          { type, field, tier: "PARTNERSHIP" },
          partnership,
        );
        const found = data?.nodes[index]?.[field] ?? null;
        tally.same(
          "waiting as it is told",
          may ? sorted(told(facts, actor, sees, row)) : null,
          found === null ? null : sorted(Array.isArray(found) ? found : [found]),
          () => `${actor.name}, ${type}.${field} of ${String(row.id)}: ${text.slice(0, 200)}`,
        );
      });
    }
  };
type Reading = (facts: Facts, actor: Actor, sees: (table: string, row: Row) => boolean, row: Row) => object[];

/** What is asked of waiting, and what it must come to: everybody is told what they may see of it, and no more. */
export const WAITING = {
  "Action.waitingOn": held("Action", "waitingOn", `what ${WHO}`, (facts, { who }, sees, row) =>
    waitsOf(facts, who, sees, row).map(waitTold),
  ),
  "Agency.owes": held("Agency", "owes", `${WHO} actions byWhat { what actions }`, (facts, { who }, sees, row) => [
    partyTold(owedBy(facts, who, sees, row)),
  ]),
  "Partnership.waitingOn": held(
    "Partnership",
    "waitingOn",
    `${WHO} actions byWhat { what actions }`,
    (facts, { who }, sees, row) => awaitedIn(facts, who, sees, row.id).map(partyTold),
  ),
};
