import { ID, ObjectType, Resolver } from "type-graphql";
import { NotFoundError } from "../../platform/errors/index";
import { Exposed } from "../../platform/graphql/exposed";
import { argument, byId, Derived, InSql, Linked, type Place, readRows, RootLinked } from "../access/index";
import { Agency, Post } from "./agency.entity";
import { Partnership } from "./partnership.entity";
import { MEMBER_TODAY, type PartnershipRow } from "./partnership.loaders";
import { PartnershipViewerCan } from "./viewer-can";

@ObjectType({ description: "An agency's code in somebody else's register" })
export class ExternalCode {
  @Exposed("PUBLIC", () => String, "The register: GSS, ODS, URN, police force")
  scheme!: string;
  @Exposed("PUBLIC", () => String, "The code in it")
  value!: string;
}

readRows("ExternalCode", { columns: { scheme: (row) => `${row}.scheme`, value: (row) => `${row}.value` }, always: [] });
// a partnership is its own tenant: rules find that where every row has it
readRows("Partnership", { columns: { partnershipId: (row) => `${row}.id` }, always: ["id", "partnershipId"] });

/** The agencies on one side of collectives' memberships in force today, seen from the other side. */
const beside =
  (mine: "collective_id" | "member_id", theirs: "collective_id" | "member_id") => (row: Place, it: Place) => ({
    from: `collective_member c join agency ${it} on ${it}.id = c.${theirs}`,
    where: `c.${mine} = ${row}.id and ${MEMBER_TODAY}`,
    order: `${it}.name`,
    key: `c.${theirs}`,
  });

@Resolver(() => Partnership)
export class PartnershipResolver {
  @RootLinked<{ slug: string }>(
    () => Partnership,
    "The partnership of that slug; NOT_FOUND where there is none that the caller may see",
    (_query, partnership, _context, { slug }, $) => ({ where: `${partnership}.slug = ${$(slug)}` }),
    { args: argument("slug", () => String, "Short name in addresses"), absent: () => new NotFoundError() },
  )
  partnership!: Partnership | null;

  @Linked(
    "PUBLIC",
    () => Agency,
    "Agencies of the partnership, those that have ended included, by name",
    (partnership, agency) => ({ where: `${agency}.partnership_id = ${partnership}.id`, order: `${agency}.name` }),
    { list: true },
  )
  agencies!: Agency[];

  @Derived<PartnershipRow>("PUBLIC", () => PartnershipViewerCan, "What the caller can do in it now", ["id"])
  viewerCan({ id }: PartnershipRow): PartnershipViewerCan {
    return { partnershipId: id };
  }
}

@Resolver(() => Agency)
export class AgencyResolver {
  @RootLinked<{ id: string }>(
    () => Agency,
    "The agency of that id; NOT_FOUND where there is none that the caller may see",
    byId("Agency"),
    { args: argument("id", () => ID, "Id of the agency"), absent: () => new NotFoundError() },
  )
  agency!: Agency | null;

  @InSql(
    "PUBLIC",
    () => String,
    "Other ways in which its name is written in plans",
    (agency) =>
      `(select coalesce(json_agg(x.alias order by x.alias), '[]') from agency_alias x where x.agency_id = ${agency}.id)`,
    { list: true },
  )
  aliases!: string[];

  @Linked(
    "PUBLIC",
    () => ExternalCode,
    "Codes of the agency in other registers",
    (agency, code) => ({
      from: `agency_code ${code}`,
      where: `${code}.agency_id = ${agency}.id`,
      order: `${code}.scheme, ${code}.value`,
    }),
    { list: true },
  )
  codes!: ExternalCode[];

  @Linked(
    "PUBLIC",
    () => Agency,
    "Organisations that a collective stands for today; empty for an organisation",
    beside("collective_id", "member_id"),
    { list: true },
  )
  members!: Agency[];

  @Linked(
    "PUBLIC",
    () => Agency,
    "Collectives that it is a member of today; what is assigned to them is on its list",
    beside("member_id", "collective_id"),
    { list: true },
  )
  collectives!: Agency[];

  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that took over from it; null while none has",
    (agency) => ({ key: `${agency}.successor_id` }),
    { nullable: true },
  )
  successor!: Agency | null;

  @Linked("PUBLIC", () => Partnership, "The partnership that it belongs to", (agency) => ({
    key: `${agency}.partnership_id`,
  }))
  partnership!: Partnership;
}

@Resolver(() => Post)
export class PostResolver {
  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that the post is in; null if not recorded",
    (post) => ({ key: `${post}.agency_id` }),
    { nullable: true },
  )
  agency!: Agency | null;
}
