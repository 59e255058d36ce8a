import { ObjectType, Resolver } from "type-graphql";
import { londonDay } from "../../platform/clock";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { Derived, readRows, type RequestContext } from "../access/index";
import { byCalendar, CALENDAR_OF } from "../calendars/index";
import { CADENCE_OF, Plan } from "../plan/index";
import { type ReportingPeriod, reportingPeriods } from "./reporting-period";

@ObjectType("ReportingPeriod", { description: "A time that agencies report on, by the partnership's cadence" })
export class ReportingPeriodView implements ReportingPeriod {
  @Exposed("PUBLIC", () => DateScalar, "First day")
  start!: string;
  @Exposed("PUBLIC", () => DateScalar, "Last day: `ProgressUpdate.periodEnd` of the updates for it")
  end!: string;
  @Exposed("PUBLIC", () => DateScalar, "Day by which updates are to be submitted: ten working days after the last day")
  dueOn!: string;
  @Exposed("PUBLIC", () => Boolean, "Whether `dueOn` lies beyond the bank holidays that are published, and may move")
  provisional!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Whether today is in it")
  current!: boolean;
}

readRows("Plan", { columns: { cadenceMonths: CADENCE_OF, calendar: CALENDAR_OF } });

/** What of a plan its periods follow from. */
type Reported = Pick<Plan, "periodStart" | "periodEnd"> & { cadenceMonths: number; calendar: string };

@Resolver(() => Plan)
export class PlanReportingResolver {
  @Derived<Reported>(
    "PUBLIC",
    () => ReportingPeriodView,
    "Periods that the plan is reported on, oldest first: whole quarters of the financial year where the cadence is three months, cut to the plan's own days. None where its first day is not recorded, at most 240",
    ["periodStart", "periodEnd", "cadenceMonths", "calendar"],
    { list: true },
  )
  reportingPeriods(
    { periodStart, periodEnd, cadenceMonths, calendar }: Reported,
    context: RequestContext,
  ): ReportingPeriodView[] | Promise<ReportingPeriodView[]> {
    const today = londonDay(context.now);
    return byCalendar(context, calendar, (days) =>
      reportingPeriods(cadenceMonths, { start: periodStart, end: periodEnd }, today, days).map((period) => ({
        ...period,
        current: period.start <= today && today <= period.end,
      })),
    );
  }
}
