/**
 * What a field gives away of another: whoever is denied `Rating.value` must not learn it from a total or from "stale".
 * A denial of a field on the right is a denial of the field on the left. Tiers need no such list: a derived field's tier
 * is at least as narrow as that of what it is derived from, which a test holds.
 */
export const REVEALS: Readonly<Record<string, readonly string[]>> = {
  "Action.divergent": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.value"],
  "Action.stale": ["Action.ratings", "ActionRatings.delivery", "ActionRatings.impact", "Rating.stale"],
  "ActionRatings.delivery": ["Action.ratings"],
  "ActionRatings.impact": ["Action.ratings"],
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
  "PlanTotals.byDeliveryRating": ["Action.ratings", "ActionRatings.delivery", "Rating.value"],
  "PlanTotals.byImpactRating": ["Action.ratings", "ActionRatings.impact", "Rating.value"],
  "PlanTotals.stale": ["Action.stale"],
  "Rating.label": ["Rating.value"],
  "Rating.stale": ["Rating.asAt", "Rating.value"],
  "Rating.staleReason": ["Rating.stale"],
  "Rating.value": ["Rating.label"],
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
