import { type GraphQLSchema, getNamedType, isInterfaceType } from "graphql";
import { createTestDatabase } from "../../support/database";
import { serve, UNWATCHED } from "../../support/service";
import type { Facts } from "../reading";
import { nodeRows } from "../reading-people";
import { OUTSIDE } from "../reading-rows";
import { isRead } from "../reading-scopes";
import { type Actor, actorsOf } from "./actors";
import { contextsOf, writersAmong } from "./contexts";
import { asService, prepareWorld } from "./database";
import { proveGrants } from "./grants";
import { Matrix } from "./matrix";
import { type Asked, proveMutations } from "./mutations";
import { isNode, kindOf, objectTypes, publishedSchema } from "./published-schema";
import { READ_BY_ROOTS, ROOTS } from "./roots";
import { probeRows, probeWrites, tablesOf } from "./rows";
import { probeScopes } from "./scopes";
import { Tally } from "./tally";
import { judge, type Summary } from "./verdicts";
import { NOW } from "./world";

export interface Options {
  say: (line: string) => void;
  /** Names of those who are asked, where it is not everybody: the quick part says so. */
  only?: readonly string[];
  /** Half of it alone: rows and grants (1), or fields, roots, scopes and mutations, and what nothing covers (2). */
  half?: 1 | 2;
}

/** The whole proof: rows below the service, every field as everybody, roots, grants, mutations, and what nothing covers. */
export async function proveAccess(tally: Tally, { say, only, half }: Options): Promise<void> {
  const started = Date.now();
  const schema = publishedSchema();
  const proven = await prepareWorld(await createTestDatabase());
  const service = await serve(proven.database, { now: NOW, parts: UNWATCHED });
  const actors = await actorsOf(service, proven.world, proven.facts);
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  try {
    const some = only ? actors.filter(({ name }) => only.includes(name)) : actors;
    say(
      only
        ? `A part: ${some.length} of ${actors.length} actors (${only.join(", ")}). \`npm run prove:access\` asks as everybody.`
        : `Everybody: ${actors.length} actors.`,
    );

    const { facts, database, world } = proven;
    const tables = tablesOf(facts);
    for (const table of tables.unread)
      tally.hold(
        "every table is read",
        false,
        () => `nobody has read who sees and who writes ${table}: test/permissions/reading-rows.ts, reading-writes.ts`,
      );
    if (!only && half !== 2) {
      const contexts = contextsOf(world, facts);
      await asService(database, (send) => probeRows(send, facts, contexts, tables.read, tally));
      await asService(database, (send) => probeWrites(send, facts, writersAmong(contexts), tables.read, tally));
      say(
        `Rows below the service: ${tally.counted("row seen")} seen or not, ${tally.counted("write tried")} writes tried in ${contexts.length} contexts. ${seconds()}`,
      );
    }

    const grants = async () => {
      await proveGrants(proven, schema, some, tally, { say, configurations: only ? 2 : 16 });
      say(`Grants. ${seconds()}`);
    };
    if (half === 1) {
      await grants();
      return;
    }

    const matrix = new Matrix(schema, facts, tally);
    await probeStanding(actors, tally);
    for (const type of matrix.nodes.read)
      await inTurns(
        some.filter(({ admitted }) => admitted),
        (actor) => matrix.ask(actor, type, nodeRows(facts, type.name) ?? []),
      );
    const summary = judge(matrix, schema, facts, tally);
    const cells = matrix.cells.size;
    matrix.forget();
    say(
      `Fields: ${tally.counted("READ allowed")} read, ${tally.counted("READ withheld")} withheld, in ${cells} cells (field x row). ${seconds()}`,
    );
    for (const [name, sample] of Object.entries(ROOTS))
      if (typeof sample !== "string")
        await inTurns(
          some.filter(({ admitted }) => admitted),
          (actor) => sample(actor, facts, tally),
        ).then(() => tally.hold("root asked", true, () => name));
    await inTurns(
      some.filter(({ admitted, who }) => admitted && who.scopes !== null),
      (actor) => probeScopes(actor, matrix, schema, facts, tally),
    );
    say(
      `Roots: ${tally.counted("READ by a root")}; refused by scope: ${tally.counted("refused by scope")}. ${seconds()}`,
    );

    if (half !== 2) await grants();

    let asked: Asked | null = null;
    if (!only) {
      asked = await proveMutations(schema, proven, actors, tally);
      say(
        `Mutations: ${tally.counted("CALL done")} done, ${tally.counted("CALL refused") + tally.counted("CALL told")} refused. ${seconds()}`,
      );
    }
    cover(schema, matrix, facts, asked, tally);
    report({ say, tally, matrix, summary, actors: some });
  } finally {
    await service.stop();
    await proven.database.drop();
  }
}

const tableRows = (type: string) => type.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

/** Four at a time: as many as the service has connections. */
async function inTurns<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...list];
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
    }),
  );
}

/** Somebody of no standing today is told to sign in, whatever is asked. */
async function probeStanding(actors: readonly Actor[], tally: Tally): Promise<void> {
  for (const actor of actors.filter(({ admitted }) => !admitted)) {
    const { status, data, errors } = await actor.client.ask("{ __typename }");
    tally.same(
      "no standing, no answer",
      [401, null, ["UNAUTHENTICATED"]],
      [status, data, errors.map(({ extensions }) => extensions.code)],
      () => actor.name,
    );
  }
}

/** Fields that no cell of the matrix holds, with what covers them instead; what nothing covers fails by name. */
function cover(schema: GraphQLSchema, matrix: Matrix, facts: Facts, asked: Asked | null, tally: Tally): void {
  const uncovered = (what: string) => tally.hold("everything published is covered", false, () => what);
  for (const type of matrix.nodes.unread)
    uncovered(`${type}: no table ${tableRows(type)} that its rows could be found in`);
  const answered = answeredTypes(schema);
  for (const type of objectTypes(schema)) {
    if (!isRead(type.name))
      uncovered(`${type.name}: nobody has read which scope it needs (test/permissions/reading-scopes.ts)`);
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      if (type.name === "Mutation" || /(Connection|Edge|PageInfo)$/.test(type.name)) continue;
      if (matrix.judged.has(name) || name in ROOTS || READ_BY_ROOTS.includes(type.name)) continue;
      if (type.name === "Query" || kindOf(field) === "asks")
        uncovered(`${name}: no sample asks it (test/permissions/proof/roots.ts)`);
      else if (answered.has(type.name) && !isInterfaceType(getNamedType(field.type))) {
        if (asked && !asked.judged.has(field.name)) uncovered(`${name}: no mutation's sample was answered it`);
      } else uncovered(`${name}: no query of the proof reaches it`);
    }
  }
  for (const name of asked?.unsampled ?? [])
    uncovered(`Mutation.${name}: no sample (test/permissions/proof/operations.ts)`);
  for (const name of asked?.stale ?? []) uncovered(`Mutation.${name}: sampled, and not in the schema`);
  tally.hold(
    "the world has rows in every table",
    Object.entries(facts.tables).every(([name, rows]) => rows.length > 0 || OUTSIDE.includes(name)),
    () =>
      `empty: ${Object.keys(facts.tables)
        .filter((name) => facts.tables[name]?.length === 0)
        .join(", ")}`,
  );
}

/** Types that mutations answer with, themselves or within: payloads and what they hold, nodes left out. */
function answeredTypes(schema: GraphQLSchema): Set<string> {
  const types = objectTypes(schema);
  const answered = new Set<string>();
  const take = (name: string): void => {
    const type = types.find((one) => one.name === name);
    if (!type || answered.has(name) || isNode(type)) return;
    answered.add(name);
    for (const field of Object.values(type.getFields())) take(getNamedType(field.type).name);
  };
  for (const { name } of types) if (name.endsWith("Payload")) take(name);
  return answered;
}

interface Reported {
  say: (line: string) => void;
  tally: Tally;
  matrix: Matrix;
  summary: Summary;
  actors: readonly Actor[];
}

/** Says what was tried and what could not be, with the reason: nothing is left out in silence. */
function report({ say, tally, matrix, summary, actors }: Reported): void {
  say("\nTried, by kind:");
  for (const [kind, count] of tally.counts) say(`  ${String(count).padStart(8)}  ${kind}`);
  const roles = new Map<string, number>();
  for (const { role } of actors) roles.set(role, (roles.get(role) ?? 0) + 1);
  say(`\nActors by role: ${[...roles].map(([role, count]) => `${role} ${count}`).join(", ")}`);
  say(
    `Rows not there for somebody, in fields: ${[...matrix.absent].map(([type, count]) => `${type} ${count}`).join(", ")}`,
  );
  say(`Denials whose cell somebody entitled read: ${summary.twinned}.`);
  say("Denials of a cell that holds nothing for anybody (the field was read with a value in another row):");
  for (const [name, count] of [...summary.empty].sort()) say(`  ${name}: ${count}`);
  say("Cells that cannot exist:");
  say(
    "  relation PARTY to anything but an agency itself and a challenge: no grant is about a challenge; a grant to PARTY bears on nobody, which is tried.",
  );
  say("  AUTHOR of anything but a progress update: nothing else has an author.");
  say("  fields below a withheld object: the object is null, which is the verdict on them.");
}
