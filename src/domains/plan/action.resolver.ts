import { ID, Int, ObjectType, Resolver } from "type-graphql";
import { type Calendar, workingDaysBetween } from "../../clocks/index";
import { NotFoundError } from "../../platform/errors/index";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { dayInWords } from "../../platform/days-in-words";
import {
  argument,
  AsOf,
  byId,
  Derived,
  InSql,
  Linked,
  Paged,
  type RequestContext,
  RootLinked,
  RootPaged,
} from "../access/index";
import { byCalendar } from "../calendars/index";
import { Agency, Post } from "../partnership/index";
import { actionPages, type ActionRow, findFilteredPartnership } from "./action-list";
import { Action, Assignment, ByWhenKind, Milestone, Precision } from "./action.entity";
import { ActionsByWhen } from "./action.inputs";
import { leadAgencyOf, overdueOf } from "./derived";
import { Finding, Objective, Plan, Theme } from "./plan.entity";
import { citedBy } from "./plan.links";
import { ActionConnection } from "./plan.resolver";

@ObjectType({ description: "The by-when as it was first promised; it never changes" })
export class OriginalByWhen {
  @Exposed("PUBLIC", () => String, "The words as printed")
  text!: string;
  @Exposed("PUBLIC", () => ByWhenKind, "What kind of promise it was")
  kind!: ByWhenKind;
  @Exposed("PUBLIC", () => Precision, "How precise it was; null where no date was named", { nullable: true })
  precision!: Precision | null;
  @Exposed("PUBLIC", () => DateScalar, "First day of a range; null otherwise", { nullable: true })
  start!: string | null;
  @Exposed("PUBLIC", () => DateScalar, "Last day; null where no date was named", { nullable: true })
  end!: string | null;
}

@ObjectType({ description: "When an action is to be done, as printed and as dates" })
export class ByWhen {
  @Exposed("PUBLIC", () => String, "The words as printed")
  text!: string;
  @Exposed("PUBLIC", () => ByWhenKind, "What kind of promise it is")
  kind!: ByWhenKind;
  @Exposed("PUBLIC", () => Precision, "How precise the printed date is; null where no date is named", {
    nullable: true,
  })
  precision!: Precision | null;
  @Exposed("PUBLIC", () => DateScalar, "First day of a range; null otherwise", { nullable: true })
  start!: string | null;
  @Exposed("PUBLIC", () => DateScalar, "Last day: a month means its last day; null where no date is named", {
    nullable: true,
  })
  end!: string | null;
  @Exposed(
    "PUBLIC",
    () => OriginalByWhen,
    "The by-when as first promised; null where the source prints only a revised one",
    { nullable: true },
  )
  original!: OriginalByWhen | null;
  @Exposed(
    "PUBLIC",
    () => Int,
    "Working days of the partnership's part of the United Kingdom from the original end to the present one, negative when brought forward; null where either is unknown or the holidays of those years are",
    { nullable: true },
  )
  slippageWorkingDays!: number | null;
}

/** The by-when of a row, current and original; `calendar` is null where no days are counted. */
function byWhenOf(row: Action, calendar: Calendar | null): ByWhen {
  const original =
    row.originalText !== null && row.originalKind !== null
      ? {
          text: row.originalText,
          kind: row.originalKind,
          precision: row.originalPrecision,
          start: row.originalStart,
          end: row.originalEnd,
        }
      : null;
  return {
    text: row.byWhenText,
    kind: row.byWhenKind,
    precision: row.byWhenPrecision,
    start: row.byWhenStart,
    end: row.byWhenEnd,
    original,
    slippageWorkingDays:
      original?.end && row.byWhenEnd && calendar ? workingDaysBetween(original.end, row.byWhenEnd, calendar) : null,
  };
}

// made once: each keeps tens of kilobytes outside the heap until it is collected
const LONG_DATE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
/** A day as sentences say it. */
export const inWords = (day: string) => LONG_DATE.format(new Date(`${day}T00:00:00Z`));

/** The calendar of its partnership, named where days are to be counted. */
interface Counting {
  calendar: string | null;
}

/** What a by-when is made of. */
const BY_WHEN = [
  "byWhenText",
  "byWhenKind",
  "byWhenPrecision",
  "byWhenStart",
  "byWhenEnd",
  "originalText",
  "originalKind",
  "originalPrecision",
  "originalStart",
  "originalEnd",
  "calendar",
] as const;

@Resolver(() => Action)
export class ActionResolver {
  @RootLinked<{ id: string }>(
    () => Action,
    "The action of that id; NOT_FOUND where there is none that the caller may see",
    byId("Action"),
    { args: argument("id", () => ID, "Id of the action"), absent: () => new NotFoundError() },
  )
  action!: Action | null;

  @RootPaged(
    () => ActionConnection,
    "All actions that the caller may see, in every partnership; `viewer { agency { actions } }` is the caller's own",
    actionPages("everywhere"),
    { args: () => ActionsByWhen, before: findFilteredPartnership },
  )
  actions!: object | null;

  @Linked("PUBLIC", () => Plan, "The plan that it belongs to", (action) => ({ key: `${action}.plan_id` }))
  plan!: Plan;

  @Linked(
    "PUBLIC",
    () => Objective,
    "The objective that it serves; null where the source shows none",
    (action) => ({ key: `${action}.objective_id` }),
    { nullable: true },
  )
  objective!: Objective | null;

  @Linked(
    "PUBLIC",
    () => Theme,
    "The section of the plan that it stands under; null where the plan has none",
    (action) => ({ key: `${action}.theme_id` }),
    { nullable: true },
  )
  theme!: Theme | null;

  @Linked(
    "PUBLIC",
    () => Finding,
    "Findings that the action itself cites, beside those of its objective",
    citedBy("action"),
    { list: true },
  )
  findings!: Finding[];

  @Derived<Action & Counting>("PUBLIC", () => ByWhen, "When it is to be done", BY_WHEN)
  byWhen(action: Action & Counting, context: RequestContext): ByWhen | Promise<ByWhen> {
    const { calendar } = action;
    return calendar === null ? byWhenOf(action, null) : byCalendar(context, calendar, (days) => byWhenOf(action, days));
  }

  @Linked(
    "PUBLIC",
    () => Milestone,
    "Further dates printed with the action",
    (action, milestone) => ({ where: `${milestone}.action_id = ${action}.id`, order: `${milestone}.position` }),
    { list: true },
  )
  milestones!: Milestone[];

  @InSql(
    "PUBLIC",
    () => Boolean,
    "Whether its by-when has passed without its being completed; null where the record of completion was lost",
    overdueOf,
    { nullable: true },
  )
  overdue!: boolean | null;

  @Derived<ActionRow>(
    "PUBLIC",
    () => String,
    "The facts that `overdue` was derived from, when it is true or cannot be told",
    ["overdue", "byWhenEnd", "status"],
    { nullable: true },
  )
  overdueReason({ overdue, byWhenEnd, status }: ActionRow): string | null {
    if (overdue === false || byWhenEnd === null) return null;
    if (overdue === null)
      return `The by-when ended on ${dayInWords(byWhenEnd)}; the source's record of completion was lost.`;
    return `The by-when ended on ${dayInWords(byWhenEnd)} and the action is ${(status ?? "").toLowerCase().replaceAll("_", " ")}.`;
  }

  @Linked(
    "PUBLIC",
    () => Assignment,
    "Agencies and posts named for it, in the order printed",
    (action, assignment) => ({ where: `${assignment}.action_id = ${action}.id`, order: `${assignment}.position` }),
    { list: true, args: () => AsOf },
  )
  assignments!: Assignment[];

  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency that leads it, or is presumed to while `leadConfirmed` is false; null where the lead is a post of no recorded agency, or nobody",
    (action) => ({ key: leadAgencyOf(action) }),
    { nullable: true },
  )
  leadAgency!: Agency | null;

  @InSql(
    "PUBLIC",
    () => Boolean,
    "Whether the lead is confirmed: printed alone or in bold, or settled by an officer",
    (action) => `exists (select from assignment s where s.action_id = ${action}.id and s.role = 'LEAD')`,
  )
  leadConfirmed!: boolean;
}

@Resolver(() => Assignment)
export class AssignmentResolver {
  @Linked(
    "PUBLIC",
    () => Agency,
    "The agency; null where only a post of no recorded agency is named",
    (assignment) => ({ key: `${assignment}.agency_id` }),
    { nullable: true },
  )
  agency!: Agency | null;

  @Linked(
    "PUBLIC",
    () => Post,
    "The post; null where an agency is named",
    (assignment) => ({ key: `${assignment}.post_id` }),
    { nullable: true },
  )
  post!: Post | null;
}

@Resolver(() => Agency)
export class AgencyActionsResolver {
  @Paged(
    "PUBLIC",
    () => ActionConnection,
    "All actions that name this agency, directly or through a collective it is in today, and that the caller may see",
    actionPages("agency"),
    { args: () => ActionsByWhen, before: findFilteredPartnership },
  )
  actions!: object;
}
