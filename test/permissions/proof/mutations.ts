import { createHash } from "node:crypto";
import { getNamedType, type GraphQLSchema, isObjectType } from "graphql";
import type { Answer } from "../../support/client";
import type { TestDatabase } from "../../support/database";
import type { Actor } from "./actors";
import { OUTSIDE } from "../reading-rows";
import { keepTables, type Proven } from "./database";
import { OPERATIONS, type OperationSample } from "./operations";
import { selectionOf } from "./published-schema";
import type { Tally } from "./tally";

/** A digest of each table: two that are one hold the same rows. */
export async function digests({ owner }: TestDatabase, tables: readonly string[]): Promise<Map<string, string>> {
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

/** Every mutation as everybody: refused with nothing changed, or done; what was done is put back before the next is asked. */
export async function proveMutations(
  schema: GraphQLSchema,
  proven: Proven,
  actors: readonly Actor[],
  tally: Tally,
  only?: readonly string[],
): Promise<Asked> {
  const fields = schema.getMutationType()?.getFields() ?? {};
  const asked: Asked = {
    unsampled: Object.keys(fields).filter((name) => !(OPERATIONS[name]?.length ?? 0)),
    stale: Object.keys(OPERATIONS).filter((name) => !(name in fields)),
    judged: new Set(),
  };
  const tables = Object.keys(proven.facts.tables).filter((table) => !OUTSIDE.includes(table));
  const asItWas = await digests(proven.database, tables);
  const putBack = await keepTables(proven.database, tables);
  for (const [name, field] of Object.entries(fields).filter(([one]) => !only || only.includes(one))) {
    const payload = getNamedType(field.type);
    const input = field.args.find((arg) => arg.name === "input");
    if (!isObjectType(payload) || !input) continue;
    const document = `mutation ($input: ${String(input.type)}) { ${name}(input: $input) ${selectionOf(payload, () => true)} }`;
    for (const sample of OPERATIONS[name] ?? [])
      for (const actor of actors.filter(({ admitted }) => admitted)) {
        const answer = await actor.client.ask<Answered>(document, { input: sample.input(proven) });
        const now = await digests(proven.database, tables);
        const changed = tables.filter((table) => asItWas.get(table) !== now.get(table));
        if (changed.length > 0) await putBack(changed);
        judge(actor, answer, name, sample, changed, proven, asked, tally);
      }
  }
  return asked;
}

type Answered = Record<string, { userErrors: { code: string }[] } | null>;

function judge(
  actor: Actor,
  answer: Answer<Answered>,
  name: string,
  sample: OperationSample,
  changed: readonly string[],
  proven: Proven,
  asked: Asked,
  tally: Tally,
): void {
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
