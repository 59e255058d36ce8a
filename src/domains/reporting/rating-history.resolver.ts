import { Int, ObjectType, registerEnumType, Resolver } from "type-graphql";
import { connectionTypeOf, PageArgs } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";
import { Derived, Linked, Paged, type Place, readRows } from "../access/index";
import { Agency } from "../partnership/index";
import { namedForAction, RatingDimension, RatingValue } from "../plan/index";
import { ProgressUpdate, RatingBasis, RatingStanding } from "./reporting.entity";
import { RatingView } from "./reporting.resolver";

@ObjectType({ description: "One entry in the history of an action's ratings. Entries are added, never changed" })
export class RatingEntry {
  actionId!: string;
  partnershipId!: string;
  @Exposed("PUBLIC", () => RatingDimension, "Delivery or impact")
  dimension!: RatingDimension;
  @Exposed("PARTNERSHIP", () => RatingValue, "The colour; null for not rated")
  value!: RatingValue | null;
  @Exposed("PARTNERSHIP", () => String, "The plan's word for the colour, in the scheme of its day; null for not rated")
  label!: string | null;
  @Exposed("PARTNERSHIP", () => RatingBasis, "Whose judgement it is")
  basis!: RatingBasis;
  @Exposed("PARTNERSHIP", () => RatingStanding, "Whether it counts, and for whom")
  standing!: RatingStanding;
  @Exposed("PARTNERSHIP", () => DateScalar, "Day as at which it was given")
  asAt!: string;
  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was entered")
  recordedAt!: Date;
  @Exposed("PARTIES", () => String, "Why it was given")
  rationale!: string | null;
  @Exposed("PARTNERSHIP", () => Int, "Version of the plan's rating scheme that its colour is one of")
  schemeVersion!: number;
}

export enum RatingRule {
  NOT_RATED = "NOT_RATED",
  NEWEST_REPORT = "NEWEST_REPORT",
  MODERATED_AFTER_REPORT = "MODERATED_AFTER_REPORT",
  MODERATED_WITHOUT_REPORT = "MODERATED_WITHOUT_REPORT",
}
registerEnumType(RatingRule, {
  name: "RatingRule",
  description: "How a current rating follows from the history",
  valuesConfig: {
    NOT_RATED: { description: "There is no entry that counts" },
    NEWEST_REPORT: { description: "The newest report: nothing was moderated after it" },
    MODERATED_AFTER_REPORT: { description: "The newest moderated entry after the newest report" },
    MODERATED_WITHOUT_REPORT: { description: "The newest moderated entry: nothing was reported" },
  },
});

@ObjectType({ description: "Why a current rating is what it is" })
export class RatingExplanation {
  actionId!: string;
  partnershipId!: string;
  @Exposed("PARTNERSHIP", () => RatingRule, "The rule that applied")
  rule!: RatingRule;
  @Exposed(
    "PARTNERSHIP",
    () => Int,
    "Version of the plan's rating scheme that the current colour is one of; null when never rated",
  )
  schemeVersion!: number | null;
}

const RatingEntryConnection = connectionTypeOf("RatingEntry", () => RatingEntry);

const inEntry = (column: string) => (entry: Place) => `${entry}.${column}`;
const versionOf = (rating: Place) => `(select s.version from rating_scheme s where s.id = ${rating}.scheme_id)`;

readRows("RatingEntry", {
  columns: {
    id: inEntry("id"),
    actionId: inEntry("action_id"),
    partnershipId: inEntry("partnership_id"),
    dimension: inEntry("dimension"),
    value: inEntry("value"),
    label: (entry) => `(select e.label from rating_scheme_entry e
      where e.scheme_id = ${entry}.scheme_id and e.dimension = ${entry}.dimension and e.value = ${entry}.value)`,
    basis: inEntry("basis"),
    standing: inEntry("standing"),
    asAt: inEntry("as_at"),
    recordedAt: inEntry("recorded_at"),
    rationale: inEntry("rationale"),
    schemeVersion: versionOf,
  },
  always: ["id", "actionId", "partnershipId"],
  related: { named: namedForAction("action_id") },
});

/** The newest report that counts, of the dimension of a current rating. */
const newestReport = (rating: Place, what: string) => `(select ${what} from rating r
  where r.action_id = ${rating}.action_id and r.dimension = ${rating}.dimension and r.basis = 'REPORTED' and r.standing <> 'WITHDRAWN'
  order by r.as_at desc, r.recorded_at desc limit 1)`;

// the very row of the current rating, which the action's statement has joined
readRows("RatingExplanation", {
  columns: {
    actionId: (rating) => `${rating}.action_id`,
    partnershipId: (rating) => `${rating}.partnership_id`,
    rule: (rating) => `case
      when ${rating}.entry_id is null then '${RatingRule.NOT_RATED}'
      when ${rating}.basis = 'REPORTED' then '${RatingRule.NEWEST_REPORT}'
      when ${newestReport(rating, "true")} then '${RatingRule.MODERATED_AFTER_REPORT}'
      else '${RatingRule.MODERATED_WITHOUT_REPORT}' end`,
    schemeVersion: versionOf,
  },
  always: ["actionId", "partnershipId"],
});

@Resolver(() => RatingEntry)
export class RatingEntryResolver {
  @Linked(
    "PARTNERSHIP",
    () => Agency,
    "The agency that reported it; null where the business unit moderated",
    (entry) => ({ key: `${entry}.agency_id` }),
  )
  agency!: Agency | null;

  @Linked(
    "PARTNERSHIP",
    () => ProgressUpdate,
    "The update that it was proposed with, where the caller may see that; null where it was given by itself",
    (entry) => ({ key: `${entry}.update_id` }),
  )
  update!: ProgressUpdate | null;
}

@Resolver(() => RatingView)
export class RatingHistoryResolver {
  @Paged(
    "PARTNERSHIP",
    () => RatingEntryConnection,
    "Every entry of this dimension that the caller may see, newest first: by the day as at which it was given, then by when it was entered",
    (rating, entry) => {
      const ofRating = (it: string) =>
        `${it}.action_id = ${rating}.action_id and ${it}.dimension = ${rating}.dimension`;
      return {
        name: (id) => `ratings:${id}`,
        order: [
          { by: `${entry}.as_at`, type: "date" },
          { by: `${entry}.recorded_at`, type: "timestamptz" },
          { by: `${entry}.id`, type: "uuid" },
        ],
        descending: true,
        count: () => `select count(*) from rating r where ${ofRating("r")}`,
        rows: ({ beyond }) => ({
          from: `rating ${entry}`,
          where: `${ofRating(entry.toString())} and ${beyond(`${entry}.as_at`, `${entry}.recorded_at`, `${entry}.id`)}`,
          shared: ["named"],
        }),
      };
    },
    { args: () => PageArgs },
  )
  history!: object | null;

  @Linked(
    "PARTNERSHIP",
    () => RatingExplanation,
    "Why it is what it is: the rule, and the entries that it was derived from",
    (rating) => rating,
  )
  explanation!: RatingExplanation | null;
}

@Resolver(() => RatingExplanation)
export class RatingExplanationResolver {
  @Linked(
    "PARTNERSHIP",
    () => RatingEntry,
    "The entries that it was derived from: the current one and, where that is moderated, the report that it came after; newest first",
    (rating, entry) => ({
      from: `rating ${entry}`,
      where: `${entry}.action_id = ${rating}.action_id and ${entry}.id in (${rating}.entry_id, ${newestReport(rating, "r.id")})`,
      order: `${entry}.as_at desc, ${entry}.recorded_at desc`,
      shared: ["named"],
    }),
    { list: true },
  )
  entries!: RatingEntry[] | null;

  @Derived<RatingExplanation>("PARTNERSHIP", () => String, "The rule in words", ["rule"])
  sentence({ rule }: RatingExplanation): string {
    return SENTENCES[rule];
  }
}

const SENTENCES: Readonly<Record<RatingRule, string>> = {
  NOT_RATED: "No rating counts yet.",
  NEWEST_REPORT: "The newest report stands: nothing was moderated after it.",
  MODERATED_AFTER_REPORT: "The newest moderated rating stands: it came after the newest report.",
  MODERATED_WITHOUT_REPORT: "The newest moderated rating stands: nothing was reported.",
};
