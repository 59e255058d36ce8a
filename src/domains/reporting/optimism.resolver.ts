import { Int, ObjectType, Resolver } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { Derived, Linked, type Place, readRows } from "../access/index";
import { Agency, Partnership } from "../partnership/index";

/** Fewest answered reports from which anything is said of an agency: of fewer, one more would turn the figures over. */
export const MINIMUM_SAMPLE = 10;

@ObjectType({
  description:
    "How an agency's reported ratings compare with the moderated ones that answered them. A report is answered by the last moderated rating before the agency reports again; not rated compares with nothing",
})
export class AgencyOptimism {
  partnershipId!: string;
  agencyId!: string;
  @Exposed("OWNER", () => Int, "Number of reports that were answered")
  pairs!: number;
  @Exposed("OWNER", () => Int, "Number reported better than moderated; null below the minimum sample")
  higher!: number | null;
  @Exposed("OWNER", () => Int, "Number reported as moderated; null below the minimum sample")
  same!: number | null;
  @Exposed("OWNER", () => Int, "Number reported worse than moderated; null below the minimum sample")
  lower!: number | null;
  @Exposed("PUBLIC", () => Int, "Number of answered reports from which figures are given")
  minimumSample!: number;
}

const RANK = (value: string) => `array_position(array['RED', 'AMBER', 'GREEN'], ${value})`;

/** Each report with the last moderated rating before the next, by agency; what is not shared yet is nobody's record. */
const answeredReports = (partnership: Place, it: Place) => `(
  select said.agency_id, ${partnership}.id as partnership_id,
    count(said.moderated)::int as pairs,
    count(*) filter (where said.reported > said.moderated)::int as higher,
    count(*) filter (where said.reported = said.moderated)::int as same,
    count(*) filter (where said.reported < said.moderated)::int as lower
  from (
    select (array_agg(e.agency_id) filter (where e.basis = 'REPORTED'))[1] as agency_id,
      min(${RANK("e.value")}) filter (where e.basis = 'REPORTED') as reported,
      (array_agg(${RANK("e.value")} order by e.as_at desc, e.recorded_at desc) filter (where e.basis = 'MODERATED' and e.value is not null))[1] as moderated
    from (
      select r.*, count(*) filter (where r.basis = 'REPORTED') over (
        partition by r.action_id, r.dimension order by r.as_at, r.recorded_at, r.id) as turn
      from rating r where r.partnership_id = ${partnership}.id and r.standing = 'SHARED') e
    where e.turn > 0
    group by e.action_id, e.dimension, e.turn) said
  where said.agency_id is not null and said.reported is not null
  group by said.agency_id) ${it}`;

const counted = (column: string) => (optimism: Place) => `${optimism}.${column}`;
const fromSample = (column: string) => (optimism: Place) =>
  `case when ${optimism}.pairs >= ${MINIMUM_SAMPLE} then ${optimism}.${column} end`;

readRows("AgencyOptimism", {
  columns: {
    partnershipId: counted("partnership_id"),
    agencyId: counted("agency_id"),
    pairs: counted("pairs"),
    higher: fromSample("higher"),
    same: fromSample("same"),
    lower: fromSample("lower"),
    minimumSample: () => String(MINIMUM_SAMPLE),
  },
  always: ["partnershipId", "agencyId"],
});

@Resolver(() => AgencyOptimism)
export class AgencyOptimismResolver {
  @Linked("PUBLIC", () => Agency, "The agency that reported", (optimism) => ({ key: `${optimism}.agency_id` }))
  agency!: Agency;

  @Derived<AgencyOptimism>("OWNER", () => String, "Why no figures are given, where none are", ["pairs"])
  reason({ pairs }: AgencyOptimism): string | null {
    return pairs < MINIMUM_SAMPLE
      ? `${pairs} reports were answered; figures are given from ${MINIMUM_SAMPLE} on.`
      : null;
  }
}

@Resolver(() => Partnership)
export class PartnershipOptimismResolver {
  @Linked(
    "PARTNERSHIP",
    () => AgencyOptimism,
    "Reported against moderated ratings, for each agency that reported a colour; the figures are for the agency itself and oversight",
    (partnership, optimism) => ({
      from: answeredReports(partnership, optimism),
      where: "true",
      order: `(select g.name from agency g where g.id = ${optimism}.agency_id)`,
    }),
    { list: true },
  )
  optimism!: AgencyOptimism[] | null;
}
