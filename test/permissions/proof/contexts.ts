import { DEMONSTRATION_ISSUER } from "../../../src/platform/http/tokens";
import { type Facts, NOBODY, rowsOf, whoIs } from "../reading";
import { type Asking, UNASKED } from "../reading-rows";
import { codeHash, SERVICE_ACCOUNTS, tokenHash, type World } from "./world";

/** A way to stand before the database: the statement that says who asks, and what the reading makes of it. */
export interface Context {
  name: string;
  /** Empty: nothing is said. */
  enter: string;
  asking: Asking;
}

const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Everybody and nobody. The first says nothing at all, and so must come first in a transaction. */
export function contextsOf(world: World, facts: Facts): Context[] {
  const now = literal(facts.now.toISOString());
  const { ashby, bexton } = world.partnerships;
  const contexts: Context[] = [
    { name: "no context", enter: "", asking: UNASKED },
    { name: "context emptied", enter: "select app.forget()", asking: UNASKED },
    {
      name: "unknown person",
      enter: enter("no-such-person"),
      asking: { ...UNASKED, timed: true, issuer: DEMONSTRATION_ISSUER, subject: "no-such-person" },
    },
    {
      name: "anonymous",
      enter: `select app.enter(null, null, ${now})`,
      asking: { ...UNASKED, timed: true, asking: true },
    },
    operator("operator of ashby", ashby),
    operator("operator of bexton", bexton),
    {
      name: "operator of the platform",
      enter: `select app.enter_as_operator(null, ${now})`,
      asking: { ...UNASKED, timed: true, asking: true, platform: true },
    },
  ];
  function enter(subject: string): string {
    return `select app.enter(${literal(DEMONSTRATION_ISSUER)}, ${literal(subject)}, ${now})`;
  }
  function operator(name: string, of: string): Context {
    return {
      name,
      enter: `select app.enter_as_operator(${literal(of)}, ${now})`,
      asking: { ...UNASKED, timed: true, asking: true, operatorOf: of },
    };
  }
  for (const [name, id] of Object.entries(world.persons)) {
    const person = rowsOf(facts, "person").find((row) => row.id === id);
    if (person?.issuer !== SERVICE_ACCOUNTS) {
      contexts.push({
        name,
        enter: enter(name),
        asking: {
          ...UNASKED,
          timed: true,
          asking: true,
          who: whoIs(facts, id),
          issuer: DEMONSTRATION_ISSUER,
          subject: name,
        },
      });
      continue;
    }
    const token = tokenHash(name).toString("hex");
    const works = rowsOf(facts, "service_token").some(
      (row) =>
        row.person_id === id &&
        row.revoked_at === null &&
        row.created_at instanceof Date &&
        row.created_at <= facts.now &&
        row.expires_at instanceof Date &&
        row.expires_at > facts.now,
    );
    contexts.push({
      name,
      enter: `select app.enter_with_token(${literal(token)}, ${now})`,
      asking: { ...UNASKED, timed: true, asking: works, who: works ? whoIs(facts, id) : NOBODY, token },
    });
  }
  const also = (name: string, from: string, settings: Record<string, string>, more: Partial<Asking>) => {
    const base = contexts.find((one) => one.name === from);
    if (!base) throw new Error(`no context ${from}`);
    const set = Object.entries(settings).map(
      ([key, value]) => `select set_config('app.${key}', ${literal(value)}, true)`,
    );
    contexts.push({ name, enter: [base.enter, ...set].join("; "), asking: { ...base.asking, ...more } });
  };
  for (const code of ["open", "taken", "taken-withdrawn", "withdrawn", "expired", "elsewhere"]) {
    const hash = codeHash(code).toString("hex");
    also(`nobody-yet with the code ${code}`, "nobody-yet", { invitation: hash }, { invitation: hash });
  }
  const open = codeHash("open").toString("hex");
  also("unknown person with the code open", "unknown person", { invitation: open }, { invitation: open });
  also("police-lead with its own code open", "police-lead", { invitation: open }, { invitation: open });
  for (const maker of ["police-lead", "ashby-officer", "police-viewer"]) {
    const account = world.persons["token-police-nothing-said"] ?? "";
    also(`${maker} making a service account`, maker, { service_account: account }, { serviceAccount: account });
  }
  // whoever comes after somebody finds nothing of them
  for (const before of [
    "token-police-agency_contributor-1",
    "police-contributor",
    "administrator",
    "police-lead making a service account",
    "health-contributor",
  ]) {
    also(`${before} with somebody after`, before, {}, {});
    also(`anonymous with nothing left of ${before}`, "anonymous", {}, {});
  }
  // on whom no grant bears, after somebody of the same agency whom one lets write
  also("college-lead with somebody after", "college-lead", {}, {});
  also("college-contributor with nothing left of college-lead", "college-contributor", {}, {});
  // what is left over of somebody shows here, and is soonest noticed where these come soon
  const [silent, ...rest] = contexts;
  const after = rest.filter(({ name }) => LEFT_OVER.test(name));
  return [...(silent ? [silent] : []), ...after, ...rest.filter((one) => !after.includes(one))];
}

const LEFT_OVER = / with somebody after$| with nothing left of /;

/** Contexts that differ in what they may write; the others differ from one of these in whose agency they are of alone. */
const WRITERS = new Set([
  "no context",
  "anonymous",
  "operator of ashby",
  "operator of the platform",
  "police-viewer",
  "police-contributor",
  "council-lead",
  "police-lead",
  "health-contributor",
  "school-lead",
  "ashby-officer",
  "ashby-chair",
  "ashby-inspector",
  "ashby-scrutiny_member",
  "bexton-officer",
  "bexton-police-lead",
  "administrator",
  "leaver",
  "officer-and-scrutiny",
  "token-police-agency_contributor",
  "token-police-agency_contributor-1",
  "token-police-agency_contributor-7",
  "token-ashby-partnership_officer-uncut",
  "token-expired",
]);

export const writersAmong = (contexts: readonly Context[]) =>
  contexts.filter(({ name }) => WRITERS.has(name) || / with | making /.test(name));
