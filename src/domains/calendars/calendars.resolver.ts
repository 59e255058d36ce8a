import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import { Linked, readRows, type RequestContext, RootLinked } from "../access/index";
import { record } from "../audit/index";
import { BankHoliday, BankHolidayCalendar } from "./bank-holiday.entity";
import { extendBankHolidays } from "./bank-holidays.service";
import { BankHolidaysPayload, DivisionArgs, ExtendBankHolidaysInput } from "./calendars.inputs";
import { calendarLoaders } from "./calendars.loaders";

// of no partnership: there is nothing that a rule could find
readRows("BankHolidayCalendar", { always: ["id", "division"] });
readRows("BankHoliday", { always: ["id"] });

@Resolver(() => BankHolidayCalendar)
export class BankHolidayCalendarResolver {
  @RootLinked<DivisionArgs>(
    () => BankHolidayCalendar,
    "The bank holidays of a division as they are published; the same for every partnership, and for everybody to read",
    (_query, calendar, _context, { division }, $) => ({ where: `${calendar}.division = ${$(division)}` }),
    { args: () => DivisionArgs },
  )
  bankHolidays!: BankHolidayCalendar | null;

  @Linked(
    "PUBLIC",
    () => BankHoliday,
    "The days, in their order",
    (calendar, holiday) => ({ where: `${holiday}.division = ${calendar}.division`, order: `${holiday}.day` }),
    { list: true },
  )
  days!: BankHoliday[];

  @Mutation(() => BankHolidaysPayload, {
    description:
      "Tells the calendar of a division of bank holidays that have been published. The same again changes nothing. For platform administrators",
  })
  @Access("PUBLIC")
  extendBankHolidays(
    @Arg("input", () => ExtendBankHolidaysInput, { description: "What has been published" })
    input: ExtendBankHolidaysInput,
    @Ctx() context: RequestContext,
  ): Promise<BankHolidaysPayload> {
    return orUserErrors({ calendar: null }, async () => {
      const id = await context.db.write(async (send) => {
        const { id, happened } = await extendBankHolidays(send, input);
        if (happened) await record(send, context, extended(id, happened));
        return id;
      });
      context.forget();
      return { calendar: await context.use(calendarLoaders).calendarById.load(id) };
    });
  }
}

/** A change of a calendar, as the trail tells it. */
export const extended = (id: string, detail: Record<string, unknown>) => ({
  kind: "extendBankHolidays",
  subjectType: "BankHolidayCalendar",
  subjectId: id,
  detail,
});
