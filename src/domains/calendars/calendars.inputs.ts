import { ArgsType, Field, InputType, ObjectType } from "type-graphql";
import type { Division } from "../../clocks/index";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar } from "../../platform/graphql/scalars";
import { UserError } from "../../platform/graphql/user-error";
import { BankHolidayCalendar, DivisionEnum } from "./bank-holiday.entity";

@ArgsType()
export class DivisionArgs {
  @Field(() => DivisionEnum, { description: "The division" })
  division!: Division;
}

@InputType({ description: "A bank holiday" })
export class BankHolidayInput {
  @Field(() => DateScalar, { description: "The weekday that is closed: the substitute of one that falls on a weekend" })
  day!: string;
  @Field(() => String, { description: "What it is called, 1 to 200 characters" })
  name!: string;
}

@InputType({ description: "Bank holidays that have been published" })
export class ExtendBankHolidaysInput {
  @Field(() => DivisionEnum, { description: "The division that keeps them" })
  division!: Division;
  @Field(() => String, { description: "Where they were published, 1 to 200 characters" })
  source!: string;
  @Field(() => DateScalar, {
    nullable: true,
    description:
      "First day that this tells of: the day after those published already unless given. An earlier one restates the days from then on, as when a holiday is proclaimed or moved in a published year",
  })
  publishedFrom?: string | null;
  @Field(() => DateScalar, { description: "Last day that this tells of, with no later one known" })
  publishedTo!: string;
  @Field(() => [BankHolidayInput], { description: "All bank holidays from the first of these days to the last" })
  days!: BankHolidayInput[];
}

@ObjectType({ description: "What came of telling of bank holidays" })
export class BankHolidaysPayload {
  @Exposed("PUBLIC", () => BankHolidayCalendar, "The division's calendar as it stands; null where nothing was done", {
    nullable: true,
  })
  calendar!: BankHolidayCalendar | null;
  @Exposed("PUBLIC", () => UserError, "Why it was not done; empty where it was", { list: true })
  userErrors!: UserError[];
}
