import { Int, ObjectType } from "type-graphql";
import { Exposed } from "../../platform/graphql/exposed";
import { Role } from "../identity/index";
import examples from "./ladder-examples.json";
import { DeciderKind, LimitUnit, OutOfScope } from "./ladder.entity";

@ObjectType({ description: "How long something may take" })
export class TimeLimit {
  @Exposed("PUBLIC", () => LimitUnit, "What it is counted in")
  unit!: LimitUnit;
  @Exposed("PUBLIC", () => Int, "How many; null for the same working day", { nullable: true })
  count!: number | null;
}

@ObjectType({ description: "A stage of an example" })
export class LadderExampleStage {
  @Exposed("PUBLIC", () => Int, "Number of the stage, from 1")
  number!: number;
  @Exposed("PUBLIC", () => String, "Name of the stage")
  name!: string;
  @Exposed("PUBLIC", () => Boolean, "Whether it comes before anything formal")
  informal!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Whether it may be left out for a child at immediate risk")
  mayBeSkipped!: boolean;
  @Exposed("PUBLIC", () => DeciderKind, "Who decides at it, where the two sides do not agree")
  deciderKind!: DeciderKind;
  @Exposed("PUBLIC", () => Role, "The role that decides; null where none does", { nullable: true })
  role!: Role | null;
  @Exposed("PUBLIC", () => String, "Who deals with it, in words")
  decider!: string;
  @Exposed("PUBLIC", () => TimeLimit, "How long the stage has; null: as long as it takes", { nullable: true })
  limit!: TimeLimit | null;
  @Exposed("PUBLIC", () => TimeLimit, "How long there is to say that one has it; null: as long as it takes", {
    nullable: true,
  })
  acknowledgeWithin!: TimeLimit | null;
}

@ObjectType({ description: "A ladder as an area publishes it, to be copied: facts of its practice in our own words" })
export class LadderExample {
  @Exposed("PUBLIC", () => String, "What `createLadder` calls it by")
  key!: string;
  @Exposed("PUBLIC", () => String, "Name of the example")
  name!: string;
  @Exposed("PUBLIC", () => String, "Whose practice it is")
  source!: string;
  @Exposed("PUBLIC", () => String, "Time of day at which a working day is over; null: at midnight", { nullable: true })
  cutOff!: string | null;
  @Exposed("PUBLIC", () => OutOfScope, "What does not belong on it", { list: true })
  outOfScope!: OutOfScope[];
  @Exposed("PUBLIC", () => String, "Where what does not belong on it goes instead; null if not said", {
    nullable: true,
  })
  outOfScopeNote!: string | null;
  @Exposed("PUBLIC", () => String, "What leads to a challenge or an alert", { list: true })
  triggers!: string[];
  @Exposed("PUBLIC", () => Boolean, "Whether it has triggers and no stages: nothing can be raised on it")
  triggersOnly!: boolean;
  @Exposed("PUBLIC", () => LadderExampleStage, "Its stages, in order", { list: true })
  stages!: LadderExampleStage[];
}

/** Ladders of the areas named, as far as they publish them. */
export const LADDER_EXAMPLES = examples as unknown as readonly LadderExample[];

export const exampleOf = (key: string): LadderExample | undefined => LADDER_EXAMPLES.find((one) => one.key === key);
