import { Client } from "../../support/client";
import type { Service } from "../../support/service";
import { type Facts, NOBODY, rowsOf, type Who, whoIs } from "../reading";
import { type Asking, UNASKED } from "../reading-rows";
import { SERVICE_ACCOUNTS, tokenOf, type World } from "./world";
import { DEMONSTRATION_ISSUER } from "../../../src/platform/http/tokens";

/** Somebody who asks over HTTP, with what the reading makes of them. */
export interface Actor {
  name: string;
  client: Client;
  who: Who;
  asking: Asking;
  /** Whether the service lets them ask at all: somebody of no standing today is told to sign in. */
  admitted: boolean;
  /** What they are called in counts: the roles they hold, or what they act for. */
  role: string;
}

/** Everybody of the world and the public. Tokens are signed once, so that asking costs no signing. */
export async function actorsOf(service: Service, world: World, facts: Facts): Promise<Actor[]> {
  const url = `${service.address}/graphql`;
  const actors: Actor[] = [
    {
      name: "the public",
      client: new Client(url, null),
      who: NOBODY,
      asking: { ...UNASKED, asking: true, timed: true },
      admitted: true,
      role: "ANONYMOUS",
    },
  ];
  for (const [name, id] of Object.entries(world.persons)) {
    const row = rowsOf(facts, "person").find((one) => one.id === id);
    const who = whoIs(facts, id);
    const account = row?.issuer === SERVICE_ACCOUNTS;
    const token = account ? tokenOf(name) : await service.tokenFor(name);
    const admitted = who.holdings.length > 0 && !["token-revoked", "token-expired", "token-early"].includes(name);
    actors.push({
      name,
      client: new Client(url, () => Promise.resolve(token)),
      who,
      asking: {
        ...UNASKED,
        asking: true,
        timed: true,
        who,
        issuer: account ? null : DEMONSTRATION_ISSUER,
        subject: account ? null : name,
      },
      admitted,
      role:
        [...new Set(who.holdings.map(({ role, acting }) => (role === acting ? role : `${role} for ${acting}`)))]
          .sort()
          .join(" + ") || "NO STANDING",
    });
  }
  return actors;
}
