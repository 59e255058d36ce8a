import { abilityWriting, type CataloguedField, type Verdict, type WriteVerdict } from "../access/index";
import type { HeldGrant, Scope } from "../identity/index";
import { type AccessDecision, AccessVerdict, DecisionKind } from "./access.types";

/** A verdict of the policy in the words of the API. */
export interface ToldVerdict {
  verdict: AccessVerdict;
  decidedBy: AccessDecision;
}

const decided = (kind: DecisionKind, rule: string, grant: HeldGrant | null = null): AccessDecision => ({
  kind,
  rule,
  grantKey: grant?.id ?? null,
});

const byGrant = (grant: HeldGrant) =>
  decided(DecisionKind.GRANT, `${grant.effect} ${grant.operation} ${grant.type}.${grant.field}`, grant);

const told = (allowed: boolean, decidedBy: AccessDecision): ToldVerdict => ({
  verdict: allowed ? AccessVerdict.ALLOWED : AccessVerdict.WITHHELD,
  decidedBy,
});

/** A verdict on reading. */
export const toldOfReading = ({ type, field, tier }: CataloguedField, { allowed, grant }: Verdict): ToldVerdict =>
  told(allowed, grant ? byGrant(grant) : decided(DecisionKind.TIER, `${type}.${field}:${tier}`));

/** A verdict on changing. */
export function toldOfWriting({ type, field }: CataloguedField, { allowed, grant, scope }: WriteVerdict): ToldVerdict {
  if (grant) return told(allowed, byGrant(grant));
  if (scope) return lackingScope(scope);
  return told(allowed, decided(DecisionKind.ROLE, abilityWriting(`${type}.${field}`) ?? ""));
}

/** A service account that lacks a scope is refused before anything is looked at. */
export const lackingScope = (scope: Scope): ToldVerdict => told(false, decided(DecisionKind.SCOPE, scope));

/** The object's state leaves no room for a change that the actor might else make. */
export const overtaken = (rule: string): ToldVerdict => told(false, decided(DecisionKind.STATE, rule));

/** An object that is not there for the actor, by the policy of its table. */
export const noRow = (policy: string): ToldVerdict => ({
  verdict: AccessVerdict.NO_ROW,
  decidedBy: decided(DecisionKind.ROW, policy),
});
