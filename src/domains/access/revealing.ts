/**
 * What a field gives away of another: whoever is denied `Rating.value` must not learn it from a total or from "stale".
 * A denial of a field on the right is a denial of the field on the left. Tiers need no such list: a derived field's tier
 * is at least as narrow as that of what it is derived from, which a test holds.
 */
export const REVEALS: Readonly<Record<string, readonly string[]>> = {
  // either end of what blocks what tells of the other
  "Action.blockedBy": ["Action.blocks"],
  "Action.blocks": ["Action.blockedBy"],
  "Action.divergent": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.value"],
  "Action.impactDue": ["Action.impactJudgedOn", "Action.ratings", "ActionRatings.impact", "Rating.value"],
  "Action.impactDueReason": ["Action.impactDue"],
  "Action.highlightReportDue": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.value"],
  "Action.stale": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.stale"],
  "Action.waitingOn": [
    "Action.blockedBy",
    "Action.dateRevisions",
    "Action.impactJudgedOn",
    "Action.reviewOn",
    "ActionRatings.impact",
    "Rating.value",
  ],
  "ActionRatings.delivery": ["Action.ratings"],
  "ActionRatings.impact": ["Action.ratings"],
  "Agency.owes": ["Action.waitingOn"],
  "AssuranceGroup.divergent": ["Action.divergent"],
  "AssuranceGroup.matrix": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.value"],
  "AssuranceGroup.stale": ["Action.stale"],
  "AssuranceGroup.unrated": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.value"],
  "IndicatorVerdict.assurance": ["Observation.value"],
  "IndicatorVerdict.rating": ["Observation.value"],
  "IndicatorVerdict.reason": ["Observation.value"],
  "IndicatorVerdict.variation": ["Observation.value"],
  "Observation.denominator": ["Observation.numerator", "Observation.value"],
  "Observation.numerator": ["Observation.denominator", "Observation.value"],
  "Observation.missingReason": ["Observation.value"],
  "Observation.qualifier": ["Observation.value"],
  "Observation.upperValue": ["Observation.value"],
  // a row for each change tells of every one of these
  "Plan.changes": [
    "Action.byWhen",
    "Action.overdue",
    "Action.status",
    "ActionRatings.delivery",
    "ActionRatings.impact",
    "Rating.value",
  ],
  "PlanChange.agency": ["Rating.basis"],
  "PlanChange.asAt": ["Rating.asAt"],
  "PlanChange.basis": ["Rating.basis"],
  "PlanChange.because": ["Action.dateRevisions", "Rating.asAt", "Rating.basis"],
  "PlanChange.title": ["Action.title"],
  "PlanTotals.byDeliveryRating": ["Action.ratings", "ActionRatings.delivery", "Rating.value"],
  "PlanTotals.byImpactRating": ["Action.ratings", "ActionRatings.impact", "Rating.value"],
  "PlanTotals.stale": ["Action.stale"],
  "Partnership.waitingOn": ["Action.waitingOn"],
  "Rating.greenByRedating": ["Action.dateRevisions", "Rating.value"],
  "Rating.greenByRedatingReason": ["DateRevision.decidedAt", "Rating.greenByRedating"],
  "Rating.history": ["Rating.asAt"],
  "Rating.label": ["Rating.value"],
  "Rating.redatedBy": ["Rating.greenByRedating"],
  "Rating.stale": ["Rating.asAt", "Rating.value"],
  "Rating.staleReason": ["Rating.stale"],
  "Rating.value": ["Rating.label"],
  "RatingEntry.asAt": ["Rating.asAt"],
  "RatingEntry.basis": ["Rating.basis"],
  "RatingEntry.label": ["Rating.value"],
  "RatingEntry.rationale": ["Rating.rationale"],
  "RatingEntry.standing": ["Rating.standing"],
  "RatingEntry.value": ["Rating.value"],
  "RatingExplanation.entries": ["Rating.history"],
  "RatingExplanation.rule": ["Rating.basis"],
  "RatingExplanation.sentence": ["Rating.basis"],
};

const closures = new Map<string, ReadonlySet<string>>();

/** Everything that a field (`Type.field`) gives away, through as many steps as it takes; not itself. */
export function revealedBy(field: string): ReadonlySet<string> {
  const known = closures.get(field);
  if (known) return known;
  const found = new Set<string>();
  const walk = (name: string) => {
    for (const next of REVEALS[name] ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      walk(next);
    }
  };
  walk(field);
  found.delete(field);
  closures.set(field, found);
  return found;
}
