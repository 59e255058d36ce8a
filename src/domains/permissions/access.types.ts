import { ObjectType, registerEnumType } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Exposed, type Tier, TierEnum } from "../../platform/graphql/exposed";
import { Operation, type Relation, RELATIONS } from "../access/index";
import { Role } from "../identity/index";
import { Agency } from "../partnership/index";

export enum AccessVerdict {
  ALLOWED = "ALLOWED",
  WITHHELD = "WITHHELD",
  NO_ROW = "NO_ROW",
}
registerEnumType(AccessVerdict, {
  name: "AccessVerdict",
  description: "Whether somebody may read or change a field",
  valuesConfig: {
    ALLOWED: { description: "May" },
    WITHHELD: { description: "May not: the field reads as null, or the change is refused" },
    NO_ROW: { description: "May not even know that the object is there: to them it does not exist" },
  },
});

export enum DecisionKind {
  TIER = "TIER",
  GRANT = "GRANT",
  ROLE = "ROLE",
  SCOPE = "SCOPE",
  ROW = "ROW",
  STATE = "STATE",
}
registerEnumType(DecisionKind, {
  name: "AccessDecisionKind",
  description: "What kind of rule decided",
  valuesConfig: {
    TIER: { description: "The field's tier and what the actor is to the row; `rule` is field and tier" },
    GRANT: { description: "A field grant; `rule` is its effect and the field that it names" },
    ROLE: { description: "What the actor's role and relation let it change; `rule` is the ability" },
    SCOPE: { description: "What the service account's token is cut down to; `rule` is the scope that it lacks" },
    STATE: {
      description:
        "What the object has come to, whoever asks: what is over or submitted is not changed; `rule` is the field that says so, and its value",
    },
    ROW: { description: "Row-level security: the object is not there for the actor; `rule` is the table's policy" },
  },
});

const RelationEnum = Object.fromEntries(RELATIONS.map((relation) => [relation, relation])) as Record<
  Relation,
  Relation
>;
registerEnumType(RelationEnum, {
  name: "AccessRelation",
  description: "What somebody is to a row, strongest first",
  valuesConfig: {
    OVERSIGHT: { description: "Officer, chair or inspector of the partnership" },
    AUTHOR: { description: "Of the agency that wrote it" },
    LEAD: { description: "Of the agency that leads the action" },
    CONTRIBUTOR: { description: "Of an agency that contributes to the action, itself or through a collective" },
    PARTY: { description: "Of a party to the challenge" },
    PARTNER: { description: "Of the same partnership, and nothing closer" },
    NONE: { description: "Of elsewhere, or nobody known" },
  },
});

@ObjectType({ description: "What decided about a field" })
export class AccessDecision {
  grantKey!: string | null;
  @Exposed("PUBLIC", () => DecisionKind, "What kind of rule it is")
  kind!: DecisionKind;
  @Exposed("PUBLIC", () => String, "Its name, such as ProgressUpdate.riskNote:OWNER")
  rule!: string;
}

@ObjectType({ description: "Whether one actor may read or change one field of one object, and why" })
export class AccessExplanation {
  @Exposed("PUBLIC", () => AccessVerdict, "Whether it may")
  verdict!: AccessVerdict;
  @Exposed(
    "PUBLIC",
    () => RelationEnum,
    "What it is to the object, so far as that counted; null where it never came to that",
    {
      nullable: true,
    },
  )
  relation!: Relation | null;
  @Exposed("PUBLIC", () => TierEnum, "The field's tier")
  tier!: Tier;
  @Exposed("PUBLIC", () => AccessDecision, "What decided")
  decidedBy!: AccessDecision;
}

@ObjectType({ description: "The verdict for somebody who is one thing to a row that they see" })
export class AccessPolicyVerdict {
  @Exposed("PUBLIC", () => RelationEnum, "What they are to the row")
  relation!: Relation;
  @Exposed("PUBLIC", () => AccessVerdict, "Whether they may")
  verdict!: AccessVerdict;
  @Exposed("PUBLIC", () => AccessDecision, "What decided")
  decidedBy!: AccessDecision;
}

@ObjectType({ description: "One cell of the effective matrix: an agency's role, a field, and an operation" })
export class AccessPolicyRow {
  @Exposed("PUBLIC", () => Agency, "The agency; null for a role that is bound to the partnership", { nullable: true })
  agency!: Agency | null;
  @Exposed("PUBLIC", () => Role, "The role")
  role!: Role;
  @Exposed("PUBLIC", () => String, "Type that the field is of")
  type!: string;
  @Exposed("PUBLIC", () => String, "Name of the field")
  field!: string;
  @Exposed("PUBLIC", () => Operation, "Reading it or changing it")
  operation!: Operation;
  @Exposed("PUBLIC", () => TierEnum, "The field's tier")
  tier!: Tier;
  @Exposed("PUBLIC", () => AccessPolicyVerdict, "The verdicts, by what the agency is to the row", { list: true })
  verdicts!: AccessPolicyVerdict[];
}

export const AccessPolicyRowConnection = connectionTypeOf("AccessPolicyRow", () => AccessPolicyRow);
