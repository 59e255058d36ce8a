import { defaultFieldResolver, graphql, type GraphQLSchema, isObjectType } from "graphql";
import pino from "pino";
import type { DataSource } from "typeorm";
import { type enforce, RequestContext, type RuledRow } from "../../../src/domains/access/index";
import type * as rules from "../../../src/domains/access/shield";
import { RequestDatabase } from "../../../src/platform/database/request-database";
import { Cursors } from "../../../src/platform/graphql/cursor";
import { schemaWithoutPolicy } from "../../../src/schema";
import type { Row } from "../reading";
import { serviceActor, STANDINGS } from "./pure";
import type { Tally } from "./tally";
import { NOW } from "./world";

const silent = pino({ level: "silent" });

/** What a field answers when its resolver is asked past everything above it, and whether the answer says that it was withheld. */
export async function resolved(
  schema: GraphQLSchema,
  { type, field }: { type: string; field: string },
  row: Row,
  app: DataSource,
  actor?: RequestContext["actor"],
): Promise<[value: unknown, told: boolean]> {
  const on = schema.getType(type);
  const found = isObjectType(on) ? on.getFields()[field] : undefined;
  if (!found) throw new Error(`${type}.${field} is not served`);
  const cursors = new Cursors(Buffer.alloc(32));
  const context = new RequestContext("proof", new RequestDatabase(app, null, NOW), app, cursors, NOW, null);
  if (actor) context.actor = actor;
  let value: unknown;
  try {
    value = await (found.resolve ?? defaultFieldResolver)(row, {}, context, { fieldName: field } as never);
  } catch (error) {
    // a rule answers before its resolver is asked: what fails in the resolver was let through
    value = `let through: ${String(error)}`;
  }
  await context.db.end();
  return [value, context.redactions.some((one) => one.type === type && one.field === field)];
}

/** A mutation that nobody has written a rule for is refused, whoever asks. */
export async function probeUnruled(put: typeof enforce, tally: Tally): Promise<void> {
  const built = schemaWithoutPolicy();
  const fields = built.getMutationType()?.getFields();
  const like = fields && Object.values(fields)[0];
  if (!fields || !like) throw new Error("there is no mutation to go by");
  fields.unruled = { ...like, name: "unruled", args: [], resolve: () => ({ userErrors: [] }) };
  const schema = put(built, {}, {}, silent);
  const { data, errors } = await graphql({
    schema,
    source: "mutation { unruled { userErrors { code } } }",
    contextValue: { actor: { memberships: [], grants: [] } },
  });
  tally.same(
    "an unruled mutation is refused",
    [null, ["FORBIDDEN"]],
    [data?.unruled ?? null, (errors ?? []).map(({ extensions }) => extensions.code)],
    () => "Mutation.unruled",
  );
}

/** Whether a field is let through where no resolver is asked, and whether the answer says that it was withheld. */
function guarded(
  guardOf: Rules["guardOf"],
  schema: GraphQLSchema,
  { type, field }: { type: string; field: string },
  row: Row & RuledRow,
  app: DataSource,
  actor?: RequestContext["actor"],
): [letThrough: boolean, told: boolean] {
  const cursors = new Cursors(Buffer.alloc(32));
  const context = new RequestContext("proof", new RequestDatabase(app, null, NOW), app, cursors, NOW, null);
  if (actor) context.actor = actor;
  let letThrough: boolean;
  try {
    const guard = guardOf(schema, type, field, context);
    letThrough = guard === null || (guard.everywhere(row.partnershipId, null) ?? guard.of(row)) === true;
  } catch {
    letThrough = false; // the answer is then for the resolvers to make
  }
  return [letThrough, context.redactions.some((one) => one.type === type && one.field === field)];
}

type Rules = Pick<typeof rules, "enforce" | "guardOf">;

/** What every rule does alike: what is withheld is null and told, relations count, and a rule that fails refuses. */
export async function probeRules({ enforce: put, guardOf }: Rules, app: DataSource, tally: Tally): Promise<void> {
  const served = (relations: () => ("PARTNER" | "LEAD")[]) =>
    put(schemaWithoutPolicy(), { ProgressUpdate: relations }, {}, silent);
  const toPartners = served(() => ["PARTNER"]);
  const toLeads = served(() => ["PARTNER", "LEAD"]);
  const toNobody = put(schemaWithoutPolicy(), {}, {}, silent);
  const failing = served(() => {
    throw new Error("relations cannot be found");
  });
  const viewer = STANDINGS.find(({ name }) => name === "AGENCY_VIEWER");
  if (!viewer) throw new Error("there is no viewer to ask as");
  const denied = (relation: string | null) =>
    serviceActor(viewer, [
      {
        partnership_id: viewer.holding.partnership,
        type: "ProgressUpdate",
        field: "overallProgress",
        operation: "READ",
        effect: "DENY",
        relation,
      },
    ]);
  const withheld = [null, true];
  for (const [who, schema, field, actor, expected] of [
    ["the public", toLeads, "riskNote", undefined, withheld],
    ["a partner", toPartners, "riskNote", serviceActor(viewer, []), withheld],
    ["a lead", toLeads, "riskNote", serviceActor(viewer, []), ["written", false]],
    ["a lead whose relations cannot be found", failing, "riskNote", serviceActor(viewer, []), [null, false]],
    ["whoever is denied", toPartners, "overallProgress", denied(null), withheld],
    ["whoever is denied as a lead, where none is found", toNobody, "overallProgress", denied("LEAD"), withheld],
  ] as const) {
    const row = { partnershipId: viewer.holding.partnership ?? "", [field]: "written" };
    const found = await resolved(schema, { type: "ProgressUpdate", field }, row, app, actor);
    tally.same("a rule holds", expected, found, () => `${who}: ProgressUpdate.${field}`);
    const without = guarded(guardOf, schema, { type: "ProgressUpdate", field }, row, app, actor);
    tally.same("a guard holds", [expected[0] !== null, expected[1]], without, () => `${who}: ProgressUpdate.${field}`);
  }
}
