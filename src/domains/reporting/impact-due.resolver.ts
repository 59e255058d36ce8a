import { Resolver } from "type-graphql";
import { Derived, InSql } from "../access/index";
import { Action, inWords } from "../plan/index";

/** An action with whether its impact should have been judged. */
type Due = Pick<Action, "impactJudgedOn"> & { impactDue: boolean | null };

@Resolver(() => Action)
export class ActionImpactResolver {
  @InSql(
    "PARTNERSHIP",
    () => Boolean,
    "Whether the day to judge its impact has passed and no impact rating was given; never of an action that is signed off or superseded",
    (action) => `coalesce(${action}.impact_judged_on < (select app.today()) and ${action.join("impact")}.value is null
      and ${action}.status is distinct from 'SIGNED_OFF' and ${action}.status is distinct from 'SUPERSEDED', false)`,
  )
  impactDue!: boolean | null;

  @Derived<Due>("PARTNERSHIP", () => String, "The facts that `impactDue` was derived from, when it is true", [
    "impactDue",
    "impactJudgedOn",
  ])
  impactDueReason({ impactDue, impactJudgedOn }: Due): string | null {
    return impactDue === true && impactJudgedOn !== null
      ? `Its impact was to be judged on ${inWords(impactJudgedOn)} and is not rated.`
      : null;
  }
}
