import { registerEnumType } from "type-graphql";

/** What a membership lets somebody do; the table of roles is in the access design. */
export enum Role {
  AGENCY_VIEWER = "AGENCY_VIEWER",
  AGENCY_CONTRIBUTOR = "AGENCY_CONTRIBUTOR",
  AGENCY_LEAD = "AGENCY_LEAD",
  PARTNERSHIP_OFFICER = "PARTNERSHIP_OFFICER",
  PARTNERSHIP_CHAIR = "PARTNERSHIP_CHAIR",
  SCRUTINY_MEMBER = "SCRUTINY_MEMBER",
  INSPECTOR = "INSPECTOR",
  INTEGRATOR = "INTEGRATOR",
  PLATFORM_ADMIN = "PLATFORM_ADMIN",
}

registerEnumType(Role, {
  name: "Role",
  description: "What a membership lets somebody do",
  valuesConfig: {
    AGENCY_VIEWER: { description: "Reads what its agency may read" },
    AGENCY_CONTRIBUTOR: { description: "Also drafts and submits updates, evidence and responses" },
    AGENCY_LEAD: { description: "Also asks for date moves, raises challenges and manages its agency's people" },
    PARTNERSHIP_OFFICER: { description: "Keeps the plan, moderates ratings and runs boards" },
    PARTNERSHIP_CHAIR: { description: "Signs off and decides challenges; cannot edit what agencies said" },
    SCRUTINY_MEMBER: { description: "Reads what is published" },
    INSPECTOR: { description: "Reads everything until a date; changes nothing" },
    INTEGRATOR: { description: "A service account that reads what the agency it acts for may read" },
    PLATFORM_ADMIN: { description: "Creates partnerships and memberships; reads no content" },
  },
});

/** What a service account is let do of what the role it acts for may; it never adds to that role. */
export enum Scope {
  READ_PLAN = "READ_PLAN",
  READ_REPORTING = "READ_REPORTING",
  READ_INDICATORS = "READ_INDICATORS",
  WRITE_REPORTING = "WRITE_REPORTING",
}

/** What drafting takes: a draft is about an action, and is answered as it stands. */
export const DRAFTING_SCOPES: readonly Scope[] = [Scope.READ_PLAN, Scope.READ_REPORTING, Scope.WRITE_REPORTING];

registerEnumType(Scope, {
  name: "Scope",
  description: "What a service account is let do of what the role it acts for may",
  valuesConfig: {
    READ_PLAN: {
      description:
        "Read plans: themes, objectives, findings, actions and who is named for them; and boards, what they decide and track",
    },
    READ_REPORTING: { description: "Read what was reported: progress updates, ratings and what is derived from them" },
    READ_INDICATORS: { description: "Read indicators, their targets and observations" },
    WRITE_REPORTING: { description: "Draft progress updates in its agency's name" },
  },
});
