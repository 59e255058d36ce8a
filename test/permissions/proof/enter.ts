import { type Facts, grantsOf, type Who } from "../reading";
import type { Context } from "./contexts";
import type { Send } from "./rows";
import type { Tally } from "./tally";

interface Entered {
  memberships: { id: string; agencies: string[]; sector: string | null }[];
  grants: { id: string; memberships: string[] }[];
  openings: { id: string }[];
}

/** Memberships through which a grant comes: each of those that would bring it alone. */
const through = (facts: Facts, who: Who, grant: unknown): string[] =>
  who.holdings
    .filter((one) => grantsOf(facts, { ...who, holdings: [one] }).some(({ id }) => id === grant))
    .map(({ id }) => id);

/** What entering gives, for every context: the memberships that count, the agencies of each, the grants with theirs and the openings. */
export async function probeEnter(send: Send, facts: Facts, contexts: readonly Context[], tally: Tally): Promise<void> {
  for (const { name, enter, asking } of contexts) {
    if (!/^select app\.enter(_with_token)?\(/.test(enter) || enter.includes(";")) continue;
    const [row] = await send<{ entered: Entered | null }>(enter.replace(/$/, " as entered"));
    if (!asking.asking) {
      tally.same("nobody known enters", null, row?.entered ?? null, () => name);
      continue;
    }
    const { who } = asking;
    const entered = row?.entered;
    const sorted = (list: readonly string[]) => [...list].sort();
    tally.same(
      "what entering gives",
      {
        memberships: who.holdings.map(({ id, names, sector }) => [id, sorted(names), sector]).sort(),
        grants: grantsOf(facts, who)
          .map(({ id }) => [id, sorted(through(facts, who, id))])
          .sort(),
      },
      {
        memberships: (entered?.memberships ?? [])
          .map(({ id, agencies, sector }) => [id, sorted(agencies), sector])
          .sort(),
        grants: (entered?.grants ?? []).map(({ id, memberships }) => [id, sorted(memberships)]).sort(),
      },
      () => name,
    );
    const opened = (facts.tables.record_opening ?? []).filter(
      (one) =>
        who.person !== null &&
        one.opened_by === who.person &&
        one.opened_until instanceof Date &&
        one.opened_until > facts.now &&
        who.holdings.some(
          ({ role, partnership }) => role === "PARTNERSHIP_OFFICER" && partnership === one.partnership_id,
        ),
    );
    tally.same(
      "openings that last",
      sorted(opened.map(({ id }) => String(id))),
      sorted((entered?.openings ?? []).map(({ id }) => id)),
      () => name,
    );
  }
}
