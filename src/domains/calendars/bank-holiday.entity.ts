import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from "typeorm";
import { type Division, DIVISIONS } from "../../clocks/index";
import { OneOf, References } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { DateScalar, DateTimeScalar } from "../../platform/graphql/scalars";

/** The divisions as a GraphQL enum. */
export const DivisionEnum = Object.fromEntries(DIVISIONS.map((division) => [division, division])) as {
  [D in Division]: D;
};
registerEnumType(DivisionEnum, {
  name: "Division",
  description: "Part of the United Kingdom that keeps bank holidays of its own",
  valuesConfig: {
    ENGLAND_AND_WALES: { description: "England and Wales" },
    SCOTLAND: { description: "Scotland" },
    NORTHERN_IRELAND: { description: "Northern Ireland" },
  },
});

/** What is published of a division's bank holidays. `version` moves with every change of it or of its days. */
@ObjectType({ description: "Bank holidays of a division, as they are published from a day to a day" })
@Entity({ name: "bank_holiday_calendar" })
@Unique(["division"])
@OneOf("bank_holiday_calendar", "division", DivisionEnum)
@Check("bank_holiday_calendar_span_check", "published_from <= published_to")
export class BankHolidayCalendar {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Exposed("PUBLIC", () => DivisionEnum, "The division")
  @Column("text")
  division!: Division;

  @Exposed("PUBLIC", () => Int, "Counts the changes, from 1: two answers of one version are of the same days")
  @Column("int")
  version!: number;

  @Exposed("PUBLIC", () => String, "Where the days come from, with what is to be said of their licence")
  @Column("text")
  source!: string;

  @Exposed("PUBLIC", () => DateScalar, "First day of the published years")
  @Column("date")
  publishedFrom!: string;

  @Exposed("PUBLIC", () => DateScalar, "Last day of the published years: what is counted past it is provisional")
  @Column("date")
  publishedTo!: string;

  @Exposed("PUBLIC", () => DateTimeScalar, "When it was last changed")
  @Column("timestamptz")
  changedAt!: Date;
}

/** One weekday on which a division is closed. */
@ObjectType({ description: "A bank holiday of a division, Christmas Day and Good Friday among them" })
@Entity({ name: "bank_holiday" })
@Unique(["division", "day"])
@References(() => BankHolidayCalendar, ["division"], ["division"])
export class BankHoliday {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("text")
  division!: Division;

  @Exposed("PUBLIC", () => DateScalar, "The day")
  @Column("date")
  day!: string;

  @Exposed("PUBLIC", () => String, "What it is called")
  @Column("text")
  name!: string;
}
