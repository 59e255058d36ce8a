import { globalId } from "../../../src/platform/graphql/ids";
import { holdingsIn, type Row, rowsOf } from "../reading";
import { seesRow } from "../reading-rows";
import type { Actor } from "./actors";
import type { Proven } from "./database";
import { EVIDENCE_OPERATIONS } from "./operations-evidence";
import { BOARD_OPERATIONS } from "./operations-boards";
import { CHALLENGE_OPERATIONS } from "./operations-challenges";
import { PEOPLE_OPERATIONS } from "./operations-people";
import { RULE_OPERATIONS } from "./operations-rules";
import { WRITING_OPERATIONS } from "./operations-writes";

/** What asking for a mutation must come to. */
export type Expected =
  /** An error of the whole operation, before anything is looked up. */
  | { kind: "refused"; code: string }
  /** Told in the payload: the caller may ask in general, and not for this. */
  | { kind: "told"; code: string }
  | { kind: "done" };

/** One thing asked of a mutation, as everybody, and what the reading says that it comes to for each. */
export interface OperationSample {
  name: string;
  input: (proven: Proven) => object;
  expected: (actor: Actor, proven: Proven) => Expected;
  /** Tables that it may change when it is done. Everything else stays as it was, and everything does when it is not. */
  changes: readonly string[];
}

const holds = (actor: Actor, ...roles: string[]) => actor.who.holdings.some(({ role }) => roles.includes(role));
const holdsThere = (actor: Actor, partnership: unknown, ...roles: string[]) =>
  holdingsIn(actor.who, partnership).some(({ role }) => roles.includes(role));
/** People do things; a service account is told so by name, unless the design lets it draft. */
const forPeople = (actor: Actor): Expected | null =>
  actor.who.scopes === null ? null : { kind: "refused", code: "FORBIDDEN" };

const planNamed = ({ facts }: Proven, slug: string): Row => {
  const found = rowsOf(facts, "plan").find((row) => row.slug === slug);
  if (!found) throw new Error(`the world has no plan ${slug}`);
  return found;
};

const importing = (slug: string): OperationSample => ({
  name: `importPlan of ${slug}`,
  input: (proven) => ({
    plan: globalId("Plan", String(planNamed(proven, slug).id)),
    fileName: "plan.csv",
    content: Buffer.from(
      "Ref,Action,Lead,Target date\n90.1,Check the list,Lighthouse,31/02/2020\n90.1,Check it again,police,\n,Words that stand alone,,\n90.4,Check it a third time,police,31/03/2020\n",
    ).toString("base64"),
    asAt: "2019-02-01",
  }),
  expected: (actor, proven) => {
    const plan = planNamed(proven, slug);
    const person = forPeople(actor);
    if (person) return person;
    if (!holds(actor, "PARTNERSHIP_OFFICER")) return { kind: "refused", code: "FORBIDDEN" };
    if (!seesRow(proven.facts, actor.asking, "plan", plan)) return { kind: "told", code: "NOT_FOUND" };
    if (!holdsThere(actor, plan.partnership_id, "PARTNERSHIP_OFFICER")) return { kind: "told", code: "FORBIDDEN" };
    return { kind: "done" };
  },
  changes: [
    "action",
    "assignment",
    "milestone",
    "theme",
    "objective",
    "import_batch",
    "import_row",
    "agency_alias",
    "audit_entry",
  ],
});

/**
 * What is asked of each mutation. A mutation of the schema that is not here fails the proof by its name: say what is sent,
 * who may, and which tables it changes.
 */
export const OPERATIONS: Readonly<Record<string, readonly OperationSample[]>> = {
  importPlan: [importing("ashby-plan"), importing("ashby-draft"), importing("bexton-draft")],
  ...BOARD_OPERATIONS,
  ...RULE_OPERATIONS,
  ...CHALLENGE_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...EVIDENCE_OPERATIONS,
  ...WRITING_OPERATIONS,
};
