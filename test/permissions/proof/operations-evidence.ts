import type { Row } from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import type { Expected, OperationSample } from "./operations";
import { DONE, idOf, refused, the, told } from "./operations-people";

const WRITERS = ["AGENCY_CONTRIBUTOR", "AGENCY_LEAD"];
const NEEDED = ["READ_PLAN", "READ_REPORTING", "WRITE_REPORTING"];

const isWriter = ({ who }: Actor) => who.holdings.some(({ acting }) => WRITERS.includes(acting));
const isOfficer = ({ who }: Actor) => who.holdings.some(({ acting }) => acting === "PARTNERSHIP_OFFICER");
const writesFor = ({ who }: Actor, agency: unknown) =>
  who.holdings.some((held) => held.agency === agency && WRITERS.includes(held.acting));
const keeps = ({ who }: Actor, partnership: unknown) =>
  who.holdings.some((held) => held.role === "PARTNERSHIP_OFFICER" && held.partnership === partnership);
/** A program is stopped by its scopes: by the one that the mutation takes before anything, by the others in its answer. */
function byScope({ who: { scopes } }: Actor): Expected | null {
  if (!scopes) return null;
  // the answer that the proof selects is of evidence, which takes the scope of reading it
  return NEEDED.every((scope) => scopes.includes(scope)) ? null : refused("FORBIDDEN");
}

const police = ({ world }: Proven) => world.agencies.police ?? "";
const shared = (proven: Proven): Row =>
  the(proven, "evidence", { owner_agency_id: police(proven), reach: "PARTNERSHIP", file_state: null });
const owned = (proven: Proven, named: Row): Row => the(proven, "evidence", named);

/** To something of evidence: as if it were not there, forbidden, or done. */
const toEvidence =
  (find: (proven: Proven) => Row, ended = false) =>
  (actor: Actor, proven: Proven): Expected => {
    if (!isWriter(actor) && !(ended && isOfficer(actor))) return refused("FORBIDDEN");
    const { scopes } = actor.who;
    if (scopes && !scopes.includes("WRITE_REPORTING")) return refused("FORBIDDEN");
    const stopped = byScope(actor);
    if (stopped) return scopes?.includes("READ_REPORTING") ? told("FORBIDDEN") : stopped;
    const row = find(proven);
    if (!seesRow(proven.facts, actor.asking, "evidence", row)) return told("NOT_FOUND");
    if (writesFor(actor, row.owner_agency_id)) return DONE;
    return ended && row.reach !== "OWN" && keeps(actor, row.partnership_id) ? DONE : told("FORBIDDEN");
  };

const changes = ["evidence", "audit_entry"];

/** Mutations of evidence, and of where it is used. */
export const EVIDENCE_OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  addEvidence: [
    {
      name: "a link",
      input: () => ({ title: "A record", kind: "OUTPUT", url: "https://records.example.org/" }),
      expected: (actor) => {
        const { scopes, holdings } = actor.who;
        if (!isWriter(actor)) return refused("FORBIDDEN");
        if (scopes && !scopes.includes("WRITE_REPORTING")) return refused("FORBIDDEN");
        const stopped = byScope(actor);
        if (stopped) return scopes?.includes("READ_REPORTING") ? told("FORBIDDEN") : stopped;
        const own = holdings.filter(({ agency, acting }) => agency !== null && WRITERS.includes(acting));
        return new Set(own.map(({ agency }) => agency)).size > 1 ? told("BAD_USER_INPUT") : DONE;
      },
      changes,
    },
  ],
  updateEvidence: [
    {
      name: "another title of what is shared",
      input: (proven) => ({ evidence: idOf("Evidence", shared(proven)), title: "Another record" }),
      expected: toEvidence(shared),
      changes,
    },
  ],
  withdrawEvidence: [
    {
      name: "what is shared",
      input: (proven) => ({ evidence: idOf("Evidence", shared(proven)), reason: "It names a child" }),
      expected: toEvidence(shared, true),
      changes,
    },
  ],
  renewEvidenceUpload: [
    {
      name: "what was refused of health",
      input: (proven) => ({ evidence: idOf("Evidence", owned(proven, { file_state: "REFUSED" })) }),
      expected: toEvidence((proven) => owned(proven, { file_state: "REFUSED" })),
      changes,
    },
  ],
  attachEvidence: [
    {
      name: "what is shared to another action that the police are named for",
      input: (proven) => ({
        evidence: idOf("Evidence", shared(proven)),
        action: idOf("Action", the(proven, "action", { id: proven.world.actions["ashby-plan A3"]?.id })),
      }),
      expected: toEvidence(shared),
      changes: ["evidence_use", ...changes],
    },
  ],
  detachEvidence: [
    {
      name: "what is shared from the first action",
      input: (proven) => ({
        evidence: idOf("Evidence", shared(proven)),
        action: idOf("Action", the(proven, "action", { id: proven.world.actions["ashby-plan A1"]?.id })),
      }),
      expected: toEvidence(shared, true),
      changes: ["evidence_use", ...changes],
    },
  ],
};
