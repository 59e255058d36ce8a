import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, ID, Info, Query, Resolver } from "type-graphql";
import { londonDay } from "../../platform/clock";
import { BadInputError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { type Connection, connectionOf, type Page, PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { catalogueOf, Operation, type RequestContext } from "../access/index";
import { type Actor, isMember, Role } from "../identity/index";
import { partnershipLoaders } from "../partnership/index";
import { AccessPolicyRow, AccessPolicyRowConnection } from "./access.types";
import { fieldGrantLoaders } from "./field-grant.loaders";
import { everybody, everything, syntheticActor, verdictsOn, type What, type Whom } from "./policy-matrix";

/** What the matrix is narrowed to; null: not narrowed. */
interface Narrowed {
  agency: string | null;
  role: Role | null;
  type: string | null;
  field: string | null;
  operation: Operation | null;
}

@Resolver()
export class AccessPolicyResolver {
  @Query(() => AccessPolicyRowConnection, {
    nullable: true,
    description:
      "The effective matrix of a partnership today: for each agency and role, each field that anything can be decided about, each operation, what the policy with the grants in force says of a row that they see, and what decided. Fields that are left out are PUBLIC. A service account that acts for a role has what both rows say, cut down to its scopes. For members of the partnership",
  })
  @Access("PUBLIC")
  async accessPolicy(
    @Arg("partnership", () => String, { description: "Slug of the partnership" }) slug: string,
    @Arg("agency", () => ID, { nullable: true, description: "One agency alone" }) agency: string | null,
    @Arg("role", () => Role, { nullable: true, description: "One role alone" }) role: Role | null,
    @Arg("type", () => String, { nullable: true, description: "One type alone, such as ProgressUpdate" })
    type: string | null,
    @Arg("field", () => String, {
      nullable: true,
      description: "One field alone: riskNote or ProgressUpdate.riskNote",
    })
    field: string | null,
    @Arg("operation", () => Operation, { nullable: true, description: "Reading or changing alone" })
    operation: Operation | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Promise<Connection<AccessPolicyRow>> {
    const partnership = await context.use(partnershipLoaders).partnershipBySlug.load(slug);
    if (!partnership) throw new NotFoundError();
    if (!isMember(context.actor, partnership.id))
      throw new ForbiddenError("The matrix of a partnership is for its agencies and its oversight to read.", [
        "partnership",
      ]);
    const narrowed = { agency: agency ?? null, role: role ?? null, type: type ?? null, field: field ?? null };
    const only: Narrowed = { ...narrowed, operation: operation ?? null };
    const whats = whatsOf(everything(catalogueOf(schema)), only);
    const whoms = await whomsOf(context, partnership.id, only);
    return pageOfMatrix(context, partnership.id, whoms, whats, pageOf(page));
  }
}

/** Everybody asked for. An agency that has ended gives its people nothing, and is no part of the matrix. */
async function whomsOf(context: RequestContext, partnershipId: string, only: Narrowed): Promise<Whom[]> {
  const loaders = context.use(partnershipLoaders);
  const today = londonDay(context.now);
  const agencies = (await loaders.agenciesOfPartnership.load(partnershipId)).filter(
    ({ validTo }) => validTo === null || validTo >= today,
  );
  const key = only.agency === null ? null : keyOf("Agency", only.agency);
  if (only.agency !== null && !agencies.some(({ id }) => id === key))
    throw new BadInputError("No agency that is part of this partnership today has that id.", ["agency"]);
  const collectives = await Promise.all(agencies.map(({ id }) => loaders.collectivesOfAgency.load(id)));
  const all = agencies.map((agency, index) => ({
    agency,
    collectives: (collectives[index] ?? []).map(({ id }) => id),
  }));
  return everybody(all).filter(
    ({ agency, role }) => (key === null || agency?.id === key) && (only.role === null || role === only.role),
  );
}

function whatsOf(all: readonly What[], { type, field, operation }: Narrowed): What[] {
  const [first = "", second] = field?.split(".", 2) ?? [];
  const on = second === undefined ? type : first;
  const name = field === null ? null : (second ?? first);
  const found = all.filter(
    ({ field: one }) => (on === null || one.type === on) && (name === null || one.field === name),
  );
  if (found.length === 0 || (second !== undefined && type !== null && type !== first))
    throw new BadInputError(
      "No such type or field is in the matrix: leave it out to see which are. Fields that are not are PUBLIC.",
      [field === null ? "type" : "field"],
    );
  return found.filter((what) => operation === null || what.operation === operation);
}

/** A page of (whom x what), computed for that page alone. */
async function pageOfMatrix(
  context: RequestContext,
  partnershipId: string,
  whoms: readonly Whom[],
  whats: readonly What[],
  page: Page,
): Promise<Connection<AccessPolicyRow>> {
  const grants = await context.use(fieldGrantLoaders).grantsInForce.load(partnershipId);
  for (const grant of grants) context.use(fieldGrantLoaders).grantById.prime(grant.id, grant);
  const list = `accessPolicy:${partnershipId}`;
  const total = whoms.length * whats.length;
  const indexOf = (cursor: string, argument: string): number => {
    const [agency, role, name, operation] = context.cursors.open(list, cursor, [argument]);
    const whom = whoms.findIndex((one) => (one.agency?.id ?? "") === agency && one.role === role);
    const what = whats.findIndex((one) => nameOf(one) === name && one.operation === operation);
    if (whom < 0 || what < 0)
      throw new BadInputError(`${argument} is no cursor of this list. Start again from the first page.`, [argument]);
    return whom * whats.length + what;
  };
  const from = page.after === null ? 0 : indexOf(page.after, "after") + 1;
  const to = page.before === null ? total : indexOf(page.before, "before");
  const bounds = page.backwards ? [Math.max(from, to - page.size - 1), to] : [from, Math.min(to, from + page.size + 1)];
  const [start = 0, end = 0] = bounds;

  const actors = new Map<Whom, Actor>();
  const rows = Array.from({ length: Math.max(0, end - start) }, (_, offset) => {
    const index = start + offset;
    const whom = whoms[Math.floor(index / whats.length)];
    const what = whats[index % whats.length];
    if (!whom || !what) throw new Error("a cell beyond the matrix");
    const actor = actors.get(whom) ?? syntheticActor(partnershipId, whom, grants);
    actors.set(whom, actor);
    const { type, field, tier } = what.field;
    const verdicts = verdictsOn(partnershipId, actor, whom.agency, what);
    return { agency: whom.agency, role: whom.role, type, field, operation: what.operation, tier, verdicts };
  });
  const cursorOf = ({ agency, role, type, field, operation }: AccessPolicyRow) =>
    context.cursors.seal(list, [agency?.id ?? "", role, `${type}.${field}`, operation]);
  return connectionOf<AccessPolicyRow>(page.backwards ? rows.reverse() : rows, page, cursorOf, () => total);
}

const nameOf = ({ field }: What) => `${field.type}.${field.field}`;
