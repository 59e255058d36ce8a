import { Resolver } from "type-graphql";
import { DateScalar } from "../../platform/graphql/scalars";
import { InSql, keyed, Linked } from "../access/index";
import { Agency } from "../partnership/index";
import { Action, Plan } from "../plan/index";
import { Board } from "./board.entity";
import { Decision } from "./meeting.entity";
import { HighlightReport, PlanHandOver, PlanSignOff, SignOff } from "./sign-off.entity";
import { over, reported } from "./sign-off.sql";

const boardOf = (entry: string) => `(select d.board_id from decision d where d.id = ${entry}.decision_id)`;

@Resolver(() => HighlightReport)
export class HighlightReportResolver {
  @Linked("PUBLIC", () => Action, "The action that it is about", keyed("action_id"))
  action!: Action;

  @Linked("PUBLIC", () => Agency, "The agency that filed it", keyed("agency_id"))
  agency!: Agency;
}

@Resolver(() => SignOff)
export class SignOffResolver {
  @InSql("PUBLIC", () => DateScalar, "Day of the decision", (entry) => `${entry}.decided_on`)
  on!: string;

  @Linked("PUBLIC", () => Action, "The action", keyed("action_id"))
  action!: Action;

  @Linked("PUBLIC", () => Decision, "The decision; null where the caller may not see it", keyed("decision_id"), {
    nullable: true,
  })
  decision!: Decision | null;

  @Linked(
    "PUBLIC",
    () => Board,
    "The board that decided; null where the caller may not see the decision",
    (entry) => ({ key: boardOf(`${entry}`) }),
    { nullable: true },
  )
  board!: Board | null;

  @Linked(
    "PUBLIC",
    () => HighlightReport,
    "The highlight report that was accepted; null for a reversal, or where the caller may not see it",
    keyed("highlight_report_id"),
    { nullable: true },
  )
  highlightReport!: HighlightReport | null;
}

@Resolver(() => Action)
export class ActionSignOffResolver {
  @Linked(
    "PUBLIC",
    () => SignOff,
    "The sign-off in force: by which board's decision, and when. Null where there is none, or none was recorded here",
    (action, entry) => ({
      where: `${entry}.action_id = ${action}.id and ${entry}.event = 'SIGNED_OFF' and not exists (
        select from sign_off later where later.action_id = ${entry}.action_id and later.number > ${entry}.number)`,
    }),
    { nullable: true },
  )
  signOff!: SignOff | null;

  @Linked(
    "PUBLIC",
    () => SignOff,
    "Every sign-off and every one that was taken back, oldest first",
    (action, entry) => ({ where: `${entry}.action_id = ${action}.id`, order: `${entry}.number` }),
    { list: true },
  )
  signOffHistory!: SignOff[];

  @Linked(
    "PUBLIC",
    () => HighlightReport,
    "The newest highlight report; null while there is none, and outside the partnership",
    (action, report) => ({ where: `${report}.action_id = ${action}.id`, order: `${report}.number desc` }),
    { nullable: true },
  )
  highlightReport!: HighlightReport | null;

  @Linked(
    "PUBLIC",
    () => HighlightReport,
    "Highlight reports filed about it, oldest first; empty outside the partnership",
    (action, report) => ({ where: `${report}.action_id = ${action}.id`, order: `${report}.number` }),
    { list: true },
  )
  highlightReports!: HighlightReport[];

  @InSql(
    "PARTNERSHIP",
    () => Boolean,
    "Whether both ratings are green and the lead agency has yet to file a highlight report: one counts until a rating that is not green is given after it",
    (action) => `coalesce(${action.join("delivery")}.value = 'GREEN' and ${action.join("impact")}.value = 'GREEN'
      and not ${over(action)} and not ${reported(action)}, false)`,
  )
  highlightReportDue!: boolean | null;

  @Linked(
    "PUBLIC",
    () => Action,
    "The action of an earlier plan that was carried forward into it; null where none was",
    (action) => ({ key: `(select c.from_action_id from carried_action c where c.action_id = ${action}.id)` }),
    { nullable: true },
  )
  carriedFrom!: Action | null;

  @Linked(
    "PUBLIC",
    () => Action,
    "The action of a later plan that it was carried forward into; null where it was not",
    (action) => ({ key: `(select c.action_id from carried_action c where c.from_action_id = ${action}.id)` }),
    { nullable: true },
  )
  carriedTo!: Action | null;
}

@Resolver(() => PlanSignOff)
export class PlanSignOffResolver {
  @InSql("PUBLIC", () => DateScalar, "Day of the decision", (entry) => `${entry}.decided_on`)
  on!: string;

  @Linked("PUBLIC", () => Decision, "The decision; null where the caller may not see it", keyed("decision_id"), {
    nullable: true,
  })
  decision!: Decision | null;

  @Linked(
    "PUBLIC",
    () => Board,
    "The board that decided; null where the caller may not see the decision",
    (entry) => ({ key: boardOf(`${entry}`) }),
    { nullable: true },
  )
  board!: Board | null;
}

@Resolver(() => PlanHandOver)
export class PlanHandOverResolver {
  @InSql("PUBLIC", () => DateScalar, "Day of the decision", (entry) => `${entry}.decided_on`)
  on!: string;

  @Linked("PUBLIC", () => Decision, "The decision; null where the caller may not see it", keyed("decision_id"), {
    nullable: true,
  })
  decision!: Decision | null;

  @Linked(
    "PUBLIC",
    () => Board,
    "The board that oversees it from then on; null where a plan follows",
    keyed("to_board_id"),
    {
      nullable: true,
    },
  )
  toBoard!: Board | null;

  @Linked(
    "PUBLIC",
    () => Plan,
    "The plan that carries on its open actions; null where a board takes over, or the caller may not see the plan",
    keyed("to_plan_id"),
    { nullable: true },
  )
  toPlan!: Plan | null;

  @Linked(
    "PUBLIC",
    () => Action,
    "The actions that were carried forward, as they now stand in the plan that follows, by reference",
    (entry, action) => ({
      from: `carried_action c join action ${action} on ${action}.id = c.action_id`,
      where: `c.hand_over_id = ${entry}.id`,
      order: `${action}.reference_order`,
      key: "c.action_id",
    }),
    { list: true },
  )
  carried!: Action[];
}

@Resolver(() => Plan)
export class PlanSignOffsResolver {
  @Linked(
    "PUBLIC",
    () => PlanSignOff,
    "By which board's decision it was signed off; null where it was not, or no decision was recorded here",
    (plan, entry) => ({ where: `${entry}.plan_id = ${plan}.id` }),
    { nullable: true },
  )
  signOff!: PlanSignOff | null;

  @Linked(
    "PUBLIC",
    () => PlanHandOver,
    "To whom it was handed over, oldest first",
    (plan, entry) => ({ where: `${entry}.plan_id = ${plan}.id`, order: `${entry}.number` }),
    { list: true },
  )
  handOvers!: PlanHandOver[];
}
