import {
  type GraphQLField,
  type GraphQLObjectType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
  type FieldNode,
} from "graphql";
import pino from "pino";
import { Reading, readingOf, RequestContext } from "../../src/domains/access/index";
import { enterAs } from "../../src/domains/identity/index";
import { RequestDatabase } from "../../src/platform/database/request-database";
import { Cursors } from "../../src/platform/graphql/cursor";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";
import { buildSchema } from "../../src/schema";
import type { TestDatabase } from "../support/database";
import { demonstrationDatabase, NOW } from "../support/service";

/**
 * A row that hangs on another is of the same partnership: verdicts are decided for a row by the partnership of what it hangs
 * on, so this must hold of every link that there is. Asked of every row of the demonstration.
 */
let database: TestDatabase;
beforeAll(async () => (database = await demonstrationDatabase()));
const onEnd: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of onEnd) await end();
  await database.drop();
});

const schema = buildSchema(pino({ level: "silent" }));

/** The ways in which a field that leads to rows is asked: without arguments, or with each value that a required one may have. */
function nodesOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): FieldNode[] {
  const required = field.args.filter(isRequiredArgument).map(({ name }) => name);
  const ways: Record<string, string[]> = {
    between: ['{ from: "2000-01-01T00:00:00Z", to: "2019-02-14T09:00:00Z" }'],
    groupBy: ["LEAD_AGENCY", "SECTOR", "THEME", "OBJECTIVE"],
    slug: ['"safeguarding-2018-2020"', '"improvement-2017-2019"'],
  };
  const [argument] = required;
  const given = argument === undefined ? [""] : (ways[argument] ?? []).map((value) => `(${argument}: ${value})`);
  if (given.length === 0) throw new Error(`say how ${type.name}.${field.name} is asked`);
  return given.map((args) => {
    const below = /Connection$/.test(String(field.type).replace("!", ""))
      ? "{ nodes { __typename } }"
      : "{ __typename }";
    const [definition] = parse(`{ ${field.name}${args} ${below} }`).definitions;
    const found = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections[0] : undefined;
    if (found?.kind !== Kind.FIELD) throw new Error(`${field.name} cannot be asked`);
    return found;
  });
}

/** The types that have a table, by its name. */
const tables = () =>
  database.app.entityMetadatas.flatMap(({ targetName, tableName }) => {
    const type = schema.getType(targetName);
    return isObjectType(type) ? [{ type, table: tableName }] : [];
  });

test.each(["wrenford-officer", "coventry-officer"])(
  "every link of every row that %s sees stays in its partnership",
  async (subject) => {
    const credential = { issuer: DEMONSTRATION_ISSUER, subject };
    const db = new RequestDatabase(database.app, credential, NOW);
    const context = new RequestContext("test", db, database.app, new Cursors(Buffer.alloc(32)), NOW, credential);
    onEnd.push(() => db.end());
    context.actor = await enterAs(db, credential);
    let [links, rows] = [0, 0];
    for (const { type, table } of tables()) {
      const ids = (await db.query<{ id: string }>(`select id from ${table}`)).map(({ id }) => id);
      for (const field of Object.values(type.getFields())) {
        const declared = readingOf(field.extensions);
        if (!declared || !("link" in declared || "pages" in declared)) continue;
        for (const node of nodesOf(type, field)) {
          const reading = new Reading(context, { schema, fragments: {}, variableValues: {} });
          const shape = reading.byIds(type, ids).take(new Map([[field.name, [node]]]));
          await reading.read();
          for (const link of shape.links.values()) {
            if (link.kind !== "one" && link.kind !== "many" && link.kind !== "page") continue;
            const to = link.shape;
            if (!to.columns.has("partnershipId") || !shape.columns.has("partnershipId")) continue;
            links += 1;
            const [own, theirs] = [shape.valuesOf("partnershipId"), to.valuesOf("partnershipId")];
            for (const [row, partnership] of theirs.entries()) {
              rows += 1;
              if (partnership !== own[to.level.parentOf(row)])
                throw new Error(`${type.name}.${field.name} leads out of its partnership`);
            }
          }
        }
      }
    }
    expect(links).toBeGreaterThan(25);
    expect(rows).toBeGreaterThan(500);
  },
);
