import { ObjectType, Resolver } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { dayInWords } from "../../platform/days-in-words";
import { londonDay } from "../../platform/clock";
import {
  allActionAbilities,
  AsOf,
  decideForList,
  Derived,
  type InRow,
  InSql,
  Linked,
  Paged,
  PageAsOf,
  type Place,
  type PolicyField,
  readRows,
  type RequestContext,
} from "../access/index";
import { ownAgenciesOf } from "../identity/index";
import { Agency } from "../partnership/index";
import {
  Action,
  DateRevision,
  factsOf,
  type Named,
  namedFor,
  actionRow,
  namedForAction,
  namedOf,
  planLoaders,
  RatingDimension,
  RatingValue,
  standingFor,
  standingsOn,
} from "../plan/index";
import { ProgressUpdate, RatingBasis, RatingStanding, UpdateState } from "./reporting.entity";

@ObjectType("Rating", {
  description: "The current rating of one dimension. Not rated is null in `value`, never a colour",
})
export class RatingView {
  actionId!: string;
  partnershipId!: string;
  @Exposed("PUBLIC", () => RatingDimension, "Delivery or impact")
  dimension!: RatingDimension;
  @Exposed("PARTNERSHIP", () => RatingValue, "The colour; null when not rated")
  value!: RatingValue | null;
  @Exposed("PARTNERSHIP", () => String, "The partnership's word for the colour; null when not rated")
  label!: string | null;
  @Exposed("PARTNERSHIP", () => DateScalar, "Day as at which it was given; null when never rated")
  asAt!: string | null;
  @Exposed("PARTNERSHIP", () => RatingBasis, "Whose judgement it is; null when never rated")
  basis!: RatingBasis | null;
  @Exposed(
    "PARTNERSHIP",
    () => RatingStanding,
    "Whether it counts for everybody or, with an update that is not accepted yet, for its agency and oversight; null when never rated",
  )
  standing!: RatingStanding | null;
  @Exposed("PARTIES", () => String, "Why it was given")
  rationale!: string | null;
  @Exposed(
    "PARTNERSHIP",
    () => Boolean,
    "Whether it was not reaffirmed within the reporting cadence: silence is not green",
  )
  stale!: boolean;
}

@ObjectType({ description: "Two ratings, not one: is it done, and did it make a difference" })
export class ActionRatings {
  partnershipId!: string;
  actionId!: string;
}

@ObjectType({ description: "What the caller can do with an action now" })
export class ActionViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Draft and submit a progress update in its agency's name")
  submitProgressUpdate!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Draft what was done, in its agency's name; the same as to submit it")
  updateProgress!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Add a rating of its own: reported by the lead, moderated by an officer")
  setRating!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Move the by-when unasked, which is the officers' to do")
  moveDate!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Edit what the action says")
  editText!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Say that it is completed")
  close!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Ask for the by-when to be moved; one request at a time")
  requestDateRevision!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Raise a challenge about it")
  raiseChallenge!: boolean;
}

@ObjectType({ description: "What the caller can do with a progress update now" })
export class ProgressUpdateViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Change it: its own agency's draft, while the action is not over")
  edit!: boolean;
}

const ProgressUpdateConnection = connectionTypeOf("ProgressUpdate", () => ProgressUpdate);

const inCurrentRating =
  (column: string): InRow =>
  (rating) =>
    `${rating}.${column}`;

// the revision that the current rating of delivery rose with: it stands on that rating, which is joined first
const redating = (rating: Place): Place => {
  rating.of.join("delivery");
  return rating.of.join("redating");
};

// the current rating of one dimension: a row that the action's statement has joined
readRows("Rating", {
  columns: {
    // names its history in cursors
    id: (rating) => `${rating.of}.id || ' ' || ${rating}.dimension`,
    actionId: (rating) => `${rating.of}.id`,
    partnershipId: (rating) => `${rating.of}.partnership_id`,
    dimension: inCurrentRating("dimension"),
    value: inCurrentRating("value"),
    label: (rating) => `(select e.label from rating_scheme_entry e
      where e.scheme_id = ${rating}.scheme_id and e.dimension = ${rating}.dimension and e.value = ${rating}.value)`,
    asAt: inCurrentRating("as_at"),
    basis: inCurrentRating("basis"),
    rationale: inCurrentRating("rationale"),
    standing: inCurrentRating("standing"),
    stale: inCurrentRating("stale"),
    rose: (rating) => `(case when ${rating}.dimension = 'DELIVERY' then ${redating(rating)}.was end)`,
    movedFrom: (rating) => `${redating(rating)}.from_text`,
    movedTo: (rating) => `${redating(rating)}.to_text`,
    movedAt: (rating) => `${redating(rating)}.decided_at`,
    cadenceMonths: inCurrentRating("cadence_months"),
  },
  always: ["actionId", "partnershipId"],
  related: { named: (rating, context) => namedForAction("id")(rating.of, context) },
});
// a row of `action`
readRows("ActionRatings", {
  ...actionRow,
  columns: { actionId: (action) => `${action}.id`, partnershipId: (action) => `${action}.partnership_id` },
  always: ["actionId", "partnershipId"],
});
// what somebody is to an update is what it is to the action, and whether it wrote it
readRows("ProgressUpdate", {
  related: { named: namedForAction("action_id"), authorAgencyId: (update) => `${update}.author_agency_id` },
});

const SUBMITTED_AT: PolicyField = { type: "ProgressUpdate", field: "submittedAt", tier: "PUBLIC" };

/** Whether a public field may be used in every partnership that the caller is in. */
const mayUse = ({ actor }: RequestContext, field: PolicyField) =>
  actor.memberships.every(
    ({ partnership }) => partnership === null || decideForList(actor, partnership, field).allowed,
  );

@Resolver(() => ActionRatings)
export class ActionRatingsResolver {
  @Linked("PARTNERSHIP", () => RatingView, "Is it done?", (action) => action.join("delivery"))
  delivery!: RatingView | null;

  @Linked("PARTNERSHIP", () => RatingView, "Did it make a difference?", (action) => action.join("impact"))
  impact!: RatingView | null;
}

/** A rating with what it rose from and with. */
type Redated = RatingView & { rose: string | null; movedFrom: string; movedTo: string; movedAt: string };

@Resolver(() => RatingView)
export class RatingResolver {
  @Derived<RatingView & { cadenceMonths: number }>(
    "PARTNERSHIP",
    () => String,
    "The facts that `stale` was derived from, when it is true",
    ["stale", "asAt", "cadenceMonths"],
  )
  staleReason({ stale, asAt, cadenceMonths }: RatingView & { cadenceMonths: number }): string | null {
    return stale ? `Last given as at ${asAt ?? ""}, more than ${cadenceMonths} months ago.` : null;
  }

  @Derived<Redated>(
    "PARTNERSHIP",
    () => Boolean,
    "Whether the rating rose, to green or amber, with nothing but a later by-when to explain it; false for impact",
    ["rose"],
  )
  greenByRedating({ rose }: Redated): boolean {
    return rose !== null;
  }

  @Derived<Redated>("PARTNERSHIP", () => String, "The facts that `greenByRedating` was derived from, when it is true", [
    "rose",
    "value",
    "movedFrom",
    "movedTo",
    "movedAt",
  ])
  greenByRedatingReason({ rose, value, movedFrom, movedTo, movedAt }: Redated): string | null {
    if (rose === null) return null;
    const moved = `moved from ${movedFrom} to ${movedTo} on ${dayInWords(londonDay(new Date(movedAt)))}`;
    return `It rose from ${rose} to ${value ?? ""} after the by-when was ${moved}, and no progress accepted since the rating before that explains it.`;
  }

  @Linked(
    "PARTNERSHIP",
    () => DateRevision,
    "The move of the by-when that it rose with; null where `greenByRedating` is false",
    (rating) => ({ key: `(case when ${rating}.dimension = 'DELIVERY' then ${redating(rating)}.revision_id end)` }),
  )
  redatedBy!: DateRevision | null;
}

@Resolver(() => Action)
export class ActionReportingResolver {
  @Linked<AsOf>(
    "PARTNERSHIP",
    () => ActionRatings,
    "Current ratings: delivery and impact",
    (action, it, _context, { asOf }) =>
      asOf == null ? action : { from: `action ${it}`, where: `${it}.id = ${action}.id`, shared: ["named"] },
    { args: () => AsOf },
  )
  ratings!: ActionRatings | null;

  @InSql(
    "PARTNERSHIP",
    () => Boolean,
    "Whether either current rating is stale",
    (action) => `(${action.join("delivery")}.stale or ${action.join("impact")}.stale)`,
  )
  stale!: boolean | null;

  @InSql(
    "PARTNERSHIP",
    () => Boolean,
    "Done, but no difference yet: delivery is green and impact is red",
    (action) =>
      `coalesce(${action.join("delivery")}.value = 'GREEN' and ${action.join("impact")}.value = 'RED', false)`,
  )
  divergent!: boolean | null;

  @Linked(
    "PUBLIC",
    () => ProgressUpdate,
    "The newest update submitted, of those that the caller may see; null when there is none",
    (action, update, context) => ({
      where: `${update}.action_id = ${action}.id and ${update}.state in ('SUBMITTED', 'ACCEPTED')`,
      shared: ["named"],
      // an order tells of what it sorts by
      order: `${update}.period_end desc, ${update}.version desc, ${mayUse(context, SUBMITTED_AT) ? `${update}.submitted_at desc nulls last, ` : ""}${update}.id`,
    }),
    { nullable: true },
  )
  latestUpdate!: ProgressUpdate | null;

  @Paged(
    "PUBLIC",
    () => ProgressUpdateConnection,
    "Updates that the caller may see, newest first: its own drafts, what oversight may see, and what was accepted",
    (action, update) => ({
      name: (id) => `updates:${id}`,
      order: [
        { by: `${update}.period_end`, type: "date" },
        { by: `${update}.version`, type: "int" },
        { by: `${update}.id`, type: "uuid" },
      ],
      descending: true,
      count: () => `select count(*) from progress_update u where u.action_id = ${action}.id`,
      rows: ({ beyond }) => ({
        where: `${update}.action_id = ${action}.id and ${beyond(`${update}.period_end`, `${update}.version`, `${update}.id`)}`,
        shared: ["named"],
      }),
    }),
    { args: () => PageAsOf },
  )
  updates!: object;

  @Derived<NamedAction>("PUBLIC", () => ActionViewerCan, "What the caller can do with it now", [
    "partnershipId",
    "status",
    "byWhenKind",
    "named",
  ])
  viewerCan(action: NamedAction, context: RequestContext): ActionViewerCan {
    return abilitiesOn(context, action, namedOf(action.named));
  }
}

/** An action with who is named for it. */
type NamedAction = Pick<Action, "partnershipId" | "status" | "byWhenKind"> & { named: readonly string[] };

/** Names the question to what was settled in a request. */
const ABILITIES_ON = {};

/** Worked out once for all actions that are alike in what abilities hang on. */
function abilitiesOn(
  context: RequestContext,
  action: Omit<NamedAction, "named">,
  named: readonly Named[],
  by?: string,
): ActionViewerCan {
  const { actor } = context;
  const inHand = { action, named };
  const standings = by === undefined ? standingsOn(actor, inHand) : [standingFor(actor, inHand, by)];
  const facts = factsOf(action);
  const alike = JSON.stringify([action.partnershipId, facts, by, standings.map(({ relations }) => relations)]);
  return context.settled(ABILITIES_ON, alike, () => allActionAbilities(standings, facts));
}

@Resolver(() => ProgressUpdate)
export class ProgressUpdateResolver {
  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that wrote it; null where an imported plan does not say",
    (update) => ({ key: `${update}.author_agency_id` }),
    { nullable: true },
  )
  author!: Agency | null;

  @Linked("PUBLIC", () => Action, "The action that it is about", (update) => ({ key: `${update}.action_id` }))
  action!: Action;

  @Derived<ProgressUpdate>("PUBLIC", () => ProgressUpdateViewerCan, "What the caller can do with it now", [
    "actionId",
    "partnershipId",
    "authorAgencyId",
    "state",
  ])
  async viewerCan(
    { actionId, partnershipId, authorAgencyId, state }: ProgressUpdate,
    context: RequestContext,
  ): Promise<ProgressUpdateViewerCan> {
    const drafted =
      state === UpdateState.DRAFT && authorAgencyId !== null && ownAgenciesOf(context.actor).has(authorAgencyId);
    const action = drafted ? await context.use(planLoaders).actionById.load(actionId) : null;
    if (!action) return { edit: false };
    const named = await namedFor(context, actionId, partnershipId);
    const { status, byWhenKind } = action;
    const its = { partnershipId, status, byWhenKind };
    return { edit: abilitiesOn(context, its, named, authorAgencyId ?? undefined).updateProgress };
  }
}
