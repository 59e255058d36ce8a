import { createHash } from "node:crypto";
import { getNamedType, type GraphQLSchema, isObjectType } from "graphql";
import type { TestDatabase } from "../../support/database";
import type { Actor } from "./actors";
import { OUTSIDE } from "../reading-rows";
import type { Proven } from "./database";
import { OPERATIONS, type OperationSample } from "./operations";
import { selectionOf } from "./published-schema";
import type { Tally } from "./tally";

/** A digest of each table: two that are one hold the same rows. */
async function digests({ owner }: TestDatabase, tables: readonly string[]): Promise<Map<string, string>> {
  const union = tables.map(
    (table) =>
      // when a token was last used is kept beside every answer
      `select '${table}' as table, coalesce(md5(string_agg(${table === "service_token" ? "(to_jsonb(t) - 'last_used_at')" : "t"}::text, '|' order by t.id)), '') as digest from "${table}" t`,
  );
  const rows = await owner.query<{ table: string; digest: string }[]>(union.join(" union all "));
  return new Map(rows.map(({ table, digest }) => [table, createHash("sha256").update(digest).digest("hex")]));
}

export interface Asked {
  /** Mutations of the schema that nothing is sent to. */
  unsampled: string[];
  /** Samples of mutations that the schema has no more. */
  stale: string[];
  /** Fields of what mutations answer, as far as somebody was answered them: `Type.field`. */
  judged: Set<string>;
}

/**
 * Every mutation as everybody: refused with nothing changed, or done. `afresh` gives the proof's world as it was, once
 * something has been done in it.
 */
export async function proveMutations(
  schema: GraphQLSchema,
  current: () => { proven: Proven; actors: readonly Actor[] },
  afresh: () => Promise<void>,
  tally: Tally,
  only?: readonly string[],
): Promise<Asked> {
  const fields = schema.getMutationType()?.getFields() ?? {};
  const asked: Asked = {
    unsampled: Object.keys(fields).filter((name) => !(OPERATIONS[name]?.length ?? 0)),
    stale: Object.keys(OPERATIONS).filter((name) => !(name in fields)),
    judged: new Set(),
  };
  for (const [name, field] of Object.entries(fields).filter(([one]) => !only || only.includes(one))) {
    const payload = getNamedType(field.type);
    const input = field.args.find((arg) => arg.name === "input");
    if (!isObjectType(payload) || !input) continue;
    const document = `mutation ($input: ${String(input.type)}) { ${name}(input: $input) ${selectionOf(payload, () => true)} }`;
    for (const sample of OPERATIONS[name] ?? [])
      for (let index = 0; index < current().actors.length; index += 1) {
        const { proven, actors } = current();
        const actor = actors[index];
        if (!actor?.admitted) continue;
        const changed = await attempt(actor, document, name, sample, proven, asked, tally);
        if (changed) await afresh();
      }
  }
  return asked;
}

async function attempt(
  actor: Actor,
  document: string,
  name: string,
  sample: OperationSample,
  proven: Proven,
  asked: Asked,
  tally: Tally,
): Promise<boolean> {
  const tables = Object.keys(proven.facts.tables).filter((table) => !OUTSIDE.includes(table));
  const before = await digests(proven.database, tables);
  const answer = await actor.client.ask<Record<string, { userErrors: { code: string }[] } | null>>(document, {
    input: sample.input(proven),
  });
  const after = await digests(proven.database, tables);
  const changed = tables.filter((table) => before.get(table) !== after.get(table));
  const expected = sample.expected(actor, proven);
  const payload = answer.data?.[name] ?? null;
  const codes = {
    refused: answer.errors.map(({ extensions }) => extensions.code),
    told: (payload?.userErrors ?? []).map(({ code }) => code),
  };
  const where = () => `${actor.name} (${actor.role}), ${sample.name}: ${answer.text.slice(0, 300)}`;
  tally.same(
    `CALL ${expected.kind}`,
    expected.kind === "done" ? { refused: [], told: [] } : { refused: [], told: [], [expected.kind]: [expected.code] },
    codes,
    where,
  );
  // a refusal may be written down, and nothing else
  const may = expected.kind === "done" ? sample.changes : ["audit_entry"];
  tally.same(
    "nothing else changed",
    [],
    changed.filter((table) => !may.includes(table)),
    where,
  );
  if (expected.kind === "done") tally.hold("something was done", changed.length > 0, where);
  if (payload) note(payload, asked.judged);
  // a line in the trail changes nothing that is asked here
  return changed.some((table) => table !== "audit_entry");
}

/** Notes the names of fields that were answered: a field below an object that nobody was answered is not among them. */
function note(value: unknown, judged: Set<string>): void {
  if (Array.isArray(value)) value.forEach((one) => note(one, judged));
  else if (typeof value === "object" && value !== null)
    for (const [name, one] of Object.entries(value)) {
      judged.add(name);
      note(one, judged);
    }
}
