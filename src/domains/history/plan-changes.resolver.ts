import { Resolver } from "type-graphql";
import { dayInWords } from "../../platform/days-in-words";
import { Derived, knownTables, Linked } from "../access/index";
import { Agency } from "../partnership/index";
import { Action, type DateRevisionState, Plan } from "../plan/index";
import { RatingBasis } from "../reporting/index";
import { changesOf, endsOf, findMeetings } from "./plan-changes";
import { PlanChange, PlanChangeKind, PlanChangesArgs } from "./plan-changes.types";

@Resolver(() => Plan)
export class PlanChangesResolver {
  @Linked<PlanChangesArgs>(
    "PARTNERSHIP",
    () => PlanChange,
    "What became of its actions between two instants: entered, left, re-rated, re-dated, newly overdue, by reference; what is the same at both ends, or in the plan at neither, is not told. What was known at both, under the stricter of the permissions of those days and today's",
    (plan, change, context, args, _$, instantAt) => {
      const { from, to } = endsOf(context, args);
      return changesOf(
        plan,
        change,
        instantAt(from, "between"),
        to && instantAt(to, "between"),
        knownTables(context.source),
      );
    },
    { list: true, args: () => PlanChangesArgs, before: findMeetings },
  )
  changes!: PlanChange[] | null;
}

const inWords = (text: string | null) => (text ?? "none").toLowerCase().replaceAll("_", " ");

const MOVED: Readonly<Partial<Record<DateRevisionState, string>>> = {
  APPROVED: ", moved by the business unit",
  IMPORTED: ", moved by an import of the plan's file",
};

@Resolver(() => PlanChange)
export class PlanChangeResolver {
  @Linked("PARTNERSHIP", () => Action, "The action as it is now; null where it is gone", (change) => ({
    key: `${change}.action_id`,
  }))
  action!: Action | null;

  @Linked(
    "PARTNERSHIP",
    () => Agency,
    "Of a rating that the agency reported itself, that agency; null for other changes",
    (change) => ({ key: `${change}.agency_id` }),
  )
  agency!: Agency | null;

  @Derived<PlanChange>("PARTNERSHIP", () => String, "Why, in a sentence of the facts that it follows from", [
    "kind",
    "before",
    "after",
    "basis",
    "asAt",
    "byWhenEnd",
    "status",
    "movedBy",
    "decidedOn",
  ])
  because({ kind, before, after, basis, asAt, byWhenEnd, status, movedBy, decidedOn }: PlanChange): string {
    const decided = decidedOn && `by a board's decision of ${dayInWords(decidedOn)}`;
    switch (kind) {
      case PlanChangeKind.ENTERED:
        return decided ? `It was carried here from another plan ${decided}.` : "It was not in the plan before.";
      case PlanChangeKind.LEFT:
        if (after === null) return "It was removed from the plan.";
        return decided ? `It was carried into another plan ${decided}.` : "It was merged or carried forward.";
      case PlanChangeKind.STATUS_CHANGED:
        return `It was ${inWords(before)} and is ${inWords(after)}${decided ? `, ${decided}` : ""}.`;
      case PlanChangeKind.RE_RATED:
        if (basis === null) return "Its rating no longer stands.";
        return `It was ${basis === RatingBasis.MODERATED ? "moderated by the business unit" : "reported by its agency"} as at ${asAt ?? "an unknown day"}.`;
      case PlanChangeKind.RE_DATED:
        return `The by-when was "${before ?? ""}" and is "${after ?? ""}"${(movedBy && MOVED[movedBy]) ?? ""}.`;
      case PlanChangeKind.NEWLY_OVERDUE:
        return `The by-when ended on ${byWhenEnd ?? ""} and the action is ${inWords(status)}.`;
    }
  }
}
