import { Int, ObjectType } from "type-graphql";
import { Column, Entity, PrimaryGeneratedColumn, Unique } from "typeorm";
import type { Division } from "../../clocks/index";
import { OneOf } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DivisionEnum } from "../calendars/index";

/** The tenant: every other row of the domain belongs to exactly one partnership and never moves to another. */
@ObjectType({
  description: "A local safeguarding partnership: the agencies of one area, their plans and their assurance",
  implements: Node,
})
@Entity({ name: "partnership" })
@Unique(["slug"])
@OneOf("partnership", "division", DivisionEnum)
export class Partnership {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Exposed("PUBLIC", () => String, "Short name in addresses, lower case")
  @Column("text")
  slug!: string;

  @Exposed("PUBLIC", () => String, "Name of the partnership")
  @Column("text")
  name!: string;

  @Exposed("PUBLIC", () => String, "What such a body is called there and then: LSCB, LSCP, CSCP")
  @Column("text")
  label!: string;

  @Exposed("PUBLIC", () => DivisionEnum, "Part of the United Kingdom that it lies in, whose bank holidays it keeps")
  @Column("text", { default: "ENGLAND_AND_WALES" })
  division!: Division;

  @Exposed("PUBLIC", () => Int, "Reporting cadence in months: a rating not reaffirmed within it is stale")
  @Column("int", { default: 3 })
  cadenceMonths!: number;

  @Exposed("OVERSIGHT", () => Int, "Counts below this are suppressed for audiences that may not see them")
  @Column("int", { default: 5 })
  suppressionThreshold!: number;

  /** Null: nothing of this partnership is visible from outside it. */
  @Column("timestamptz", { nullable: true })
  publishedAt!: Date | null;
}
