import { Args, Ctx, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import { connectionTypeOf, PageArgs, pageOf } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { allActionAbilities, type RequestContext } from "../access/index";
import { ownAgenciesOf } from "../identity/index";
import { Agency } from "../partnership/index";
import {
  Action,
  factsOf,
  namedFor,
  planLoaders,
  RatingDimension,
  RatingValue,
  standingFor,
  standingsOn,
} from "../plan/index";
import { ProgressUpdate, RatingBasis, UpdateState } from "./reporting.entity";
import { type CurrentRating, reportingLoaders, updatePages, type UpdateRow } from "./reporting.loaders";

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
  @Exposed("PARTIES", () => String, "Why it was given")
  rationale!: string | null;
  @Exposed(
    "PARTNERSHIP",
    () => Boolean,
    "Whether it was not reaffirmed within the reporting cadence: silence is not green",
  )
  stale!: boolean;
  @Exposed("PARTNERSHIP", () => String, "The facts that `stale` was derived from, when it is true")
  staleReason!: string | null;
}

@ObjectType({ description: "Two ratings, not one: is it done, and did it make a difference" })
export class ActionRatings {
  partnershipId!: string;
  actionId!: string;
  @Exposed("PARTNERSHIP", () => RatingView, "Is it done?")
  delivery!: RatingView;
  @Exposed("PARTNERSHIP", () => RatingView, "Did it make a difference?")
  impact!: RatingView;
}

@ObjectType({ description: "What the caller can do with an action now" })
export class ActionViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Draft and submit a progress update in its agency's name")
  submitProgressUpdate!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Draft what was done, in its agency's name; the same as to submit it")
  updateProgress!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Add a rating of its own: reported by the lead, moderated by an officer")
  setRating!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Move the by-when")
  moveDate!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Edit what the action says")
  editText!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Say that it is completed")
  close!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Ask for the by-when to be moved")
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

const unrated = (action: Action, dimension: RatingDimension): CurrentRating => ({
  actionId: action.id,
  partnershipId: action.partnershipId,
  dimension,
  value: null,
  label: null,
  asAt: null,
  basis: null,
  rationale: null,
  stale: false,
  cadenceMonths: 0,
});

const view = (rating: CurrentRating) => ({
  ...rating,
  staleReason: rating.stale
    ? `Last given as at ${rating.asAt ?? ""}, more than ${rating.cadenceMonths} months ago.`
    : null,
});

@Resolver(() => Action)
export class ActionReportingResolver {
  @FieldResolver(() => ActionRatings, { nullable: true, description: "Current ratings: delivery and impact" })
  @Access("PARTNERSHIP")
  async ratings(@Root() action: Action, @Ctx() context: RequestContext): Promise<ActionRatings> {
    const ratings = await context.use(reportingLoaders).ratingsOfAction.load(action.id);
    const of = (dimension: RatingDimension) =>
      view(ratings.find((rating) => rating.dimension === dimension) ?? unrated(action, dimension));
    return {
      actionId: action.id,
      partnershipId: action.partnershipId,
      delivery: of(RatingDimension.DELIVERY),
      impact: of(RatingDimension.IMPACT),
    };
  }

  @FieldResolver(() => Boolean, { nullable: true, description: "Whether either current rating is stale" })
  @Access("PARTNERSHIP")
  async stale(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return (await context.use(reportingLoaders).ratingsOfAction.load(id)).some(({ stale }) => stale);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: "Done, but no difference yet: delivery is green and impact is red",
  })
  @Access("PARTNERSHIP")
  async divergent(@Root() { id }: Action, @Ctx() context: RequestContext) {
    const ratings = await context.use(reportingLoaders).ratingsOfAction.load(id);
    const colour = (dimension: RatingDimension) => ratings.find((rating) => rating.dimension === dimension)?.value;
    return colour(RatingDimension.DELIVERY) === RatingValue.GREEN && colour(RatingDimension.IMPACT) === RatingValue.RED;
  }

  @FieldResolver(() => ProgressUpdate, {
    nullable: true,
    description: "The newest update submitted, of those that the caller may see; null when there is none",
  })
  @Access("PUBLIC")
  latestUpdate(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return context.use(reportingLoaders).latestUpdateOfAction.load(id);
  }

  @FieldResolver(() => ProgressUpdateConnection, {
    description:
      "Updates that the caller may see, newest first: its own drafts, what oversight may see, and what was accepted",
  })
  @Access("PUBLIC")
  updates(@Root() { id }: Action, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return context.use(updatePages)(id, pageOf(page));
  }

  @FieldResolver(() => ActionViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  viewerCan(@Root() action: Action, @Ctx() context: RequestContext): Promise<ActionViewerCan> {
    return abilitiesOn(context, action);
  }
}

async function abilitiesOn(context: RequestContext, action: Action, by?: string): Promise<ActionViewerCan> {
  const { actor } = context;
  const inHand = { action, named: await namedFor(context, action.id, action.partnershipId) };
  const standings = by === undefined ? standingsOn(actor, inHand) : [standingFor(actor, inHand, by)];
  return allActionAbilities(standings, factsOf(action));
}

@Resolver(() => ProgressUpdate)
export class ProgressUpdateResolver {
  @FieldResolver(() => Agency, {
    nullable: true,
    description: "The agency that wrote it; null where an imported plan does not say",
  })
  @Access("PUBLIC")
  author(@Root() { author }: UpdateRow) {
    return author;
  }

  @FieldResolver(() => Action, { description: "The action that it is about" })
  @Access("PUBLIC")
  action(@Root() { actionId }: ProgressUpdate, @Ctx() context: RequestContext) {
    return context.use(planLoaders).actionById.load(actionId);
  }

  @FieldResolver(() => ProgressUpdateViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  async viewerCan(
    @Root() { actionId, authorAgencyId, state }: ProgressUpdate,
    @Ctx() context: RequestContext,
  ): Promise<ProgressUpdateViewerCan> {
    const its =
      state === UpdateState.DRAFT && authorAgencyId !== null && ownAgenciesOf(context.actor).has(authorAgencyId);
    const action = its ? await context.use(planLoaders).actionById.load(actionId) : null;
    return { edit: action ? (await abilitiesOn(context, action, authorAgencyId ?? undefined)).updateProgress : false };
  }
}
