import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as rules from "../../../src/domains/access/shield";
import type * as revealingModule from "../../../src/domains/access/revealing";
import { createTestDatabase } from "../../support/database";
import { ABILITY_MUTANTS, POLICY, POLICY_MUTANTS, REVEALING, RULE_MUTANTS, SCOPE_MUTANTS } from "./code-mutants";
import { contextsOf, writersAmong } from "./contexts";
import { asService, prepareWorld, type Proven } from "./database";
import {
  type DatabaseMutant,
  functionMutants,
  policyMutants,
  privilegeMutants,
  triggerMutants,
} from "./database-mutants";
import { probeEnter } from "./enter";
import { RuledServer } from "./field-mutants";
import { loadText, mutatedText, type TextMutant } from "./mutated";
import { giveToOwner, probeForce, probePrivileges } from "./privileges";
import { publishedSchema, ROOT } from "./published-schema";
import {
  type AbilitiesModule,
  type PolicyModule,
  probeReading,
  probeRequiredScopes,
  probeWriting,
  type ScopesModule,
} from "./pure";
import { probeRows, probeWrites, type Send, tablesOf } from "./rows";
import { probeRules, probeUnruled } from "./rule-probes";
import { FirstFailure, Noticed, type Tally } from "./tally";

/** What became of one mutant: the probe that noticed it and what it said, or nothing. */
interface Fate {
  group: string;
  name: string;
  noticed: string | null;
}

/** Mutants that change nothing that anybody could see, with the reason: they are listed, and not tried. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  "rule of Mutation.acceptInvitation taken off":
    "it lets everybody by, and stands so that the mutation is not refused as one without a rule: the service refuses who is not signed in",
  // the proof's world has fewer answered reports than the sample that figures are told above: they are null for everybody, and
  // test/reporting/optimism.test.ts tries who reads them
  ...Object.fromEntries(
    ["pairs", "higher", "same", "lower", "reason"].map((field) => [
      `rule of AgencyOptimism.${field} taken off`,
      "in the proof's world it is null for everybody; who reads it is tried in test/reporting/optimism.test.ts",
    ]),
  ),
  // a party's notes are rows that nobody else is shown: what is taken off stands before a policy that holds the same
  ...Object.fromEntries(
    ["Challenge.notes", "ChallengeNote.agency", "ChallengeNote.at", "ChallengeNote.text"].map((field) => [
      `rule of ${field} taken off`,
      "row-level security shows a note to its own agency alone, to whom every field of it is open",
    ]),
  ),
  // the probes write rows as they stand, one column at a time; these let through a change of several at once, which the
  // operations of `prove:access` try as everybody
  "policy progress_update_submit dropped": "nothing is submitted without it: submitProgressUpdate in prove:access",
  "policy rating_proposed_add dropped":
    "no submission proposes a rating without it: submitProgressUpdate in prove:access",
  // whose a row is stands in none of the columns that may be changed, and whoever may not change it is not shown it
  ...Object.fromEntries(
    [
      "bank_holiday_calendar_change with check",
      "challenge_counter_change using",
      "notification_change with check",
      "notification_address_change using",
      "notification_address_change with check",
      "notification_preference_change with check",
    ].map((policy) => [
      `policy ${policy} (true)`,
      "whose the row is may not be changed, by the columns that are granted, and the policy of reading holds the rest",
    ]),
  ),
  "policy tracked_item_answer with check (true)":
    "the probes change no status of a tracked item: that who is asked may not close it is held by the service and its tests",
};

/** Takes each safeguard away in turn: some probe must notice each time. `write` keeps the table in docs/mutants.md. */
export async function proveMutants(
  tally: Tally,
  { say, write, third }: { say: (line: string) => void; write: boolean; third: number | null },
): Promise<void> {
  const started = Date.now();
  const fates: Fate[] = [];
  let met = 0;
  const trial: Trial = async (group, name, find) => {
    if (third !== null && met++ % 3 !== third) return;
    let noticed: string | null = null;
    let failure = "was noticed by no probe";
    try {
      noticed = await find();
    } catch (error) {
      // its text is no longer there, or a probe came to nothing: the others are tried all the same
      failure = `could not be tried: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
    fates.push({ group, name, noticed });
    say(noticed === null ? `SURVIVED ${group}: ${name}` : `noticed  ${group}: ${name} — ${noticed.slice(0, 140)}`);
    tally.hold(group, noticed !== null, () => `${name} ${failure}`);
  };
  const proven = await prepareWorld(await createTestDatabase());
  try {
    await ofCode(trial);
    await ofDatabase(proven, trial, tally);
    await ofRules(proven, trial, tally);
  } finally {
    await proven.database.drop();
  }
  for (const [name, why] of Object.entries(EQUIVALENT)) say(`equivalent ${name}: ${why}`);
  say(`${fates.length} mutants in ${Math.round((Date.now() - started) / 1000)} s.`);
  if (write && third === null) writeFileSync(join(ROOT, "docs/mutants.md"), document(fates));
}

/** Tries one mutant: what `find` gives is what noticed it. */
type Trial = (group: string, name: string, find: () => Promise<string | null>) => Promise<void>;

/** What a probe says of a mutant; null where it holds although something is gone. */
async function noticedBy(probes: readonly ((tally: Tally) => Promise<void> | void)[]): Promise<string | null> {
  for (const probe of probes)
    try {
      await probe(new FirstFailure());
    } catch (error) {
      if (error instanceof Noticed) return error.message;
      throw error;
    }
  return null;
}

async function ofCode(trial: Trial): Promise<void> {
  const schema = publishedSchema();
  for (const mutant of POLICY_MUTANTS)
    await trial("policy", mutant.name, () =>
      noticedBy([(tally) => probeReading(loadText(mutant.file, mutatedText(mutant)) as PolicyModule, schema, tally)]),
    );

  const source = readFileSync(join(ROOT, REVEALING), "utf8");
  const whole = loadText(REVEALING, source) as typeof revealingModule;
  const policy = readFileSync(join(ROOT, POLICY), "utf8");
  for (const [field, hidden] of Object.entries(whole.REVEALS))
    for (const gone of hidden) {
      const name = `${field} no longer gives ${gone} away`;
      const from = new RegExp(`"${field}": \\[[^\\]]*\\]`).exec(source)?.[0] ?? name;
      const to = from.replace(new RegExp(`"${gone}"(, )?`), "");
      const revealing = loadText(REVEALING, mutatedText({ file: REVEALING, name, from, to })) as typeof revealingModule;
      // another entry says it too: nothing is withheld any less
      const told = Object.keys(whole.REVEALS).filter((one) => !same(whole.revealedBy(one), revealing.revealedBy(one)));
      if (told.length === 0) continue;
      const loaded = loadText(POLICY, policy, { "./revealing": revealing }) as PolicyModule;
      await trial("REVEALS", name, () =>
        noticedBy([(tally) => probeReading(loaded, schema, tally, (one) => told.includes(one))]),
      );
    }
  for (const mutant of ABILITY_MUTANTS)
    await trial("abilities", mutant.name, () =>
      noticedBy([(tally) => probeWriting(loadText(mutant.file, mutatedText(mutant)) as AbilitiesModule, tally)]),
    );
  const scopes = readFileSync(join(ROOT, "src/domains/access/scopes.ts"), "utf8");
  const entries = scopes
    .split("\n")
    .filter((line) => /^ {2}("?[\w.]+"?): Scope\.READ_\w+,$/.test(line) && !line.includes("ActionFilter"))
    .map((line): TextMutant => ({
      file: "src/domains/access/scopes.ts",
      name: `${line.trim()} taken out`,
      from: `\n${line}`,
      to: "",
    }));
  for (const mutant of [...SCOPE_MUTANTS, ...entries])
    await trial("scopes", mutant.name, () =>
      noticedBy([
        (tally) => probeRequiredScopes(loadText(mutant.file, mutatedText(mutant)) as ScopesModule, schema, tally),
      ]),
    );
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((name) => other.has(name));

async function ofDatabase({ database, world, facts }: Proven, trial: Trial, tally: Tally): Promise<void> {
  const { read } = tablesOf(facts);
  const contexts = contextsOf(world, facts);
  const writers = writersAmong(contexts);
  const owner: Send = <R extends object>(text: string, values?: unknown[]) => database.owner.query<R[]>(text, values);
  const probes = (send: Send, mutant: DatabaseMutant) => {
    const tables = mutant.tables.length > 0 ? mutant.tables : read;
    return {
      rows: (one: Tally) => probeRows(send, facts, contexts, tables, one),
      writes: (one: Tally) => probeWrites(send, facts, writers, tables, one),
      privileges: (one: Tally) => probePrivileges(send, facts, one),
      force: (one: Tally) => probeForce(send, facts, one, tables),
      enter: (one: Tally) => probeEnter(send, facts, contexts, one),
    };
  };
  const mutants = [
    ...(await policyMutants(owner, read)),
    ...(await triggerMutants(owner)),
    ...privilegeMutants(read),
    ...(await functionMutants(owner)),
  ];
  // the probes must hold while nothing is changed, or what they notice means nothing
  await asService(database, (send) => probeEnter(send, facts, contexts, tally));
  await asService(database, (send) => probePrivileges(send, facts, tally));
  await asOwner(database, read, (send) => probeForce(send, facts, tally));
  for (const mutant of mutants.filter(({ name }) => !(name in EQUIVALENT))) {
    const change = async (send: Send) => {
      for (const statement of mutant.statements) await send(statement);
    };
    const forced = mutant.probes.includes("force");
    const kinds = { force: "FORCE", privileges: "privileges", enter: "context" } as const;
    const [kind = "rows"] = mutant.probes;
    await trial(kind in kinds ? kinds[kind as keyof typeof kinds] : "policies", mutant.name, async () => {
      // a transaction for each: what one leaves of its context is not for the next to stumble over
      for (const name of mutant.probes) {
        const run = (send: Send) => noticedBy([probes(send, mutant)[name]]);
        const noticed = forced
          ? await asOwner(database, mutant.tables, run, change)
          : await asService(database, run, change);
        if (noticed !== null) return noticed;
      }
      return null;
    });
  }
}

/** As the tables' owner, who is no superuser for the purpose: made in the transaction, and gone with it. */
const asOwner = <T>(
  database: Proven["database"],
  tables: readonly string[],
  work: (send: Send) => Promise<T>,
  before: (send: Send) => Promise<void> = () => Promise.resolve(),
) =>
  asService(
    database,
    work,
    async (send) => {
      await before(send);
      for (const statement of giveToOwner(tables)) await send(statement);
    },
    "golden_thread_proof_owner",
  );

async function ofRules(proven: Proven, trial: Trial, tally: Tally): Promise<void> {
  const { app } = proven.database;
  await probeUnruled(rules.enforce, tally);
  await probeRules(rules, app, tally);
  for (const mutant of RULE_MUTANTS)
    await trial("rules", mutant.name, () => {
      const mutated = loadText(mutant.file, mutatedText(mutant)) as typeof rules;
      return noticedBy([(one) => probeUnruled(mutated.enforce, one), (one) => probeRules(mutated, app, one)]);
    });
  const server = await RuledServer.start(proven);
  try {
    for (const { standing } of server.mutants) await standing(tally);
    for (const { name, probe } of server.mutants.filter(({ name: one }) => !(one in EQUIVALENT)))
      await trial("rules", name, () => noticedBy([probe]));
  } finally {
    await server.stop();
  }
}

function document(fates: readonly Fate[]): string {
  const groups = [...new Set(fates.map(({ group }) => group))];
  const cell = (text: string) => text.replaceAll("|", "\\|").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…");
  return [
    "# Mutants",
    "",
    `What \`npm run prove:mutants -- --write\` found: each safeguard taken away in turn, and the probe that noticed. ${fates.length} mutants; ${fates.filter(({ noticed }) => noticed === null).length} survived.`,
    "",
    "| Kind | Mutants | Noticed |",
    "| --- | --- | --- |",
    ...groups.map((group) => {
      const of = fates.filter((fate) => fate.group === group);
      return `| ${group} | ${of.length} | ${of.filter(({ noticed }) => noticed !== null).length} |`;
    }),
    "",
    "| Kind | Mutant | Noticed by |",
    "| --- | --- | --- |",
    ...Object.entries(EQUIVALENT).map(([name, why]) => `| equivalent | ${cell(name)} | not tried: ${cell(why)} |`),
    ...fates.map(
      ({ group, name, noticed }) => `| ${group} | ${cell(name)} | ${cell((noticed ?? "**survived**").slice(0, 110))} |`,
    ),
    "",
  ].join("\n");
}
