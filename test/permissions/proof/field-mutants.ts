import { getNamedType, type GraphQLField, type GraphQLSchema, isObjectType } from "graphql";
import { schemaWithoutPolicy } from "../../../src/schema";
import { serve, UNWATCHED } from "../../support/service";
import type { Facts } from "../reading";
import { nodeRows } from "../reading-people";
import { type Actor, actorsOf } from "./actors";
import type { Proven } from "./database";
import { type Grantable, grantableFields, putGrants } from "./grants";
import { Matrix } from "./matrix";
import { proveMutations } from "./mutations";
import { isNode, kindOf, objectTypes, printedTier, publishedSchema } from "./published-schema";
import { resolved } from "./rule-probes";
import type { Tally } from "./tally";
import { NOW } from "./world";

const ASKED = [
  "the public",
  "bexton-police-lead",
  "probation-viewer",
  "council-viewer",
  "health-contributor",
  "police-viewer",
  "ashby-officer",
  "token-police-nothing-said",
];

/** A rule that is taken off a field or an operation while `probe` runs. */
export interface RuleMutant {
  name: string;
  probe: (tally: Tally) => Promise<void>;
  /** What must hold while the rule stands, or what the probe notices means nothing. */
  standing: (tally: Tally) => Promise<void>;
}

/** A server whose rules can be taken off one by one, with its world. */
export class RuledServer {
  private constructor(
    readonly published: GraphQLSchema,
    private readonly ruled: GraphQLSchema,
    private readonly bare: GraphQLSchema,
    private readonly proven: Proven,
    private readonly actors: readonly Actor[],
    readonly stop: () => Promise<void>,
  ) {}

  static async start(proven: Proven): Promise<RuledServer> {
    let ruled: GraphQLSchema | undefined;
    const service = await serve(proven.database, { now: NOW, parts: UNWATCHED, alter: (schema) => (ruled = schema) });
    if (!ruled) throw new Error("no schema was served");
    const actors = await actorsOf(service, proven.world, proven.facts);
    const bare = schemaWithoutPolicy();
    return new RuledServer(publishedSchema(), ruled, bare, proven, actors, () => service.stop());
  }

  /** Fields and operations around which a rule stands: those whose resolver is not the bare schema's. */
  get mutants(): RuleMutant[] {
    return objectTypes(this.ruled).flatMap((type) => {
      const bare = this.bare.getType(type.name);
      return Object.values(type.getFields()).flatMap((field): RuleMutant[] => {
        const inner = isObjectType(bare) ? bare.getFields()[field.name] : undefined;
        // what the schema itself puts there once a build is the same in both
        const guarded =
          field.resolve !== undefined && inner !== undefined && field.resolve.toString() !== inner.resolve?.toString();
        if (!guarded) return [];
        const name = `${type.name}.${field.name}`;
        const without = async (work: () => Promise<void>) => {
          const kept = field.resolve;
          field.resolve = inner.resolve;
          try {
            await work();
          } finally {
            field.resolve = kept;
          }
        };
        const operation = type.name === "Mutation" || type.name === "Query";
        return [
          {
            name: `rule of ${name} taken off`,
            standing: (tally) => (operation ? Promise.resolve() : this.askResolver(type.name, field.name, tally)),
            probe: (tally) =>
              without(() =>
                operation ? this.askOperation(field.name, tally) : this.askField(type.name, field.name, tally),
              ),
          },
        ];
      });
    });
  }

  private async askOperation(name: string, tally: Tally): Promise<void> {
    const actors = this.actors.filter((actor) =>
      ["the public", "police-lead", "ashby-inspector", "ashby-chair", "administrator"].includes(actor.name),
    );
    await proveMutations(this.published, this.proven, actors, tally, [name]);
  }

  /** The field as several people on rows of its own, without and with a denial of it; where no query leads there, its resolver itself. */
  private async askField(type: string, field: string, tally: Tally): Promise<void> {
    const { database, facts, world } = this.proven;
    const way = pathTo(this.published, type);
    if (!way) {
      await this.askResolver(type, field, tally);
      return;
    }
    const wanted = new Set([...way.path, ...within(this.published, type, field)]);
    const ask = async (known: Facts) => {
      const matrix = new Matrix(this.published, known, tally, (on, name) => wanted.has(`${on}.${name}`));
      const node = this.published.getType(way.node);
      if (!isObjectType(node)) return;
      const { ashby } = world.partnerships;
      // people are of no partnership
      const rows = (nodeRows(known, way.node) ?? []).filter((row) =>
        [row.partnership_id ?? ashby, row.id].includes(ashby),
      );
      for (const actor of this.actors.filter(({ name, who }) => ASKED.includes(name) && who.scopes === null))
        await matrix.ask(actor, node, rows.slice(0, 40));
    };
    await ask(facts);
    await this.askResolver(type, field, tally);
    const one: Grantable | undefined = grantableFields(this.published).find(
      (grantable) => grantable.type === type && grantable.field === field && grantable.deniable,
    );
    if (!one) return;
    const denied = await putGrants(database.owner, facts, world.partnerships.ashby, [
      { agency_id: world.agencies.police, effect: "DENY", operation: "READ", type, field },
    ]);
    try {
      await ask(denied);
    } finally {
      await putGrants(database.owner, facts, world.partnerships.ashby, []);
    }
  }

  private publishedField(type: string, field: string): GraphQLField<unknown, unknown> {
    const on = this.published.getType(type);
    const found = isObjectType(on) ? on.getFields()[field] : undefined;
    if (!found) throw new Error(`${type}.${field} is not published`);
    return found;
  }

  /** The rule itself, asked as the public: no query may lead past what is withheld above it. */
  private async askResolver(type: string, field: string, tally: Tally): Promise<void> {
    if (printedTier(type, this.publishedField(type, field)) === "PUBLIC") return;
    const row = { partnershipId: this.proven.world.partnerships.ashby, [field]: "withheld" };
    const found = await resolved(this.ruled, { type, field }, row, this.proven.database.app);
    tally.same("a rule refuses the public", [null, true], found, () => `${type}.${field}`);
  }
}

/** Where a type is embedded: the node to begin at, and `Type.field` of each step. */
function pathTo(schema: GraphQLSchema, wanted: string): { node: string; path: string[] } | null {
  const queue = objectTypes(schema)
    .filter(isNode)
    .map(({ name }) => ({ node: name, at: name, path: [] as string[] }));
  const known = new Set<string>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (next.at === wanted) return { node: next.node, path: next.path };
    if (known.has(next.at)) continue;
    known.add(next.at);
    const on = schema.getType(next.at);
    if (!isObjectType(on)) continue;
    for (const field of Object.values(on.getFields()))
      if (kindOf(field) === "embedded")
        queue.push({
          node: next.node,
          at: getNamedType(field.type).name,
          path: [...next.path, `${next.at}.${field.name}`],
        });
  }
  return null;
}

/** Fields below an embedded field, so that it is asked for in full. */
function within(schema: GraphQLSchema, type: string, field: string): Set<string> {
  const found = new Set<string>();
  const walk = (on: string, names: readonly string[]): void => {
    const given = schema.getType(on);
    if (!isObjectType(given)) return;
    for (const one of Object.values(given.getFields())) {
      const kind = kindOf(one);
      if (!names.includes(one.name) || found.has(`${on}.${one.name}`) || (kind !== "leaf" && kind !== "embedded"))
        continue;
      found.add(`${on}.${one.name}`);
      const inner = getNamedType(one.type);
      if (kind === "embedded" && isObjectType(inner)) walk(inner.name, Object.keys(inner.getFields()));
    }
  };
  walk(type, [field]);
  return found;
}
