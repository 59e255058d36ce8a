import {
  decideForList,
  decideForStrangers,
  type PolicyField,
  refusedArgument,
  type Parameter,
  type RequestContext,
  type Verdict,
} from "../access/index";
import { type ActionFilter, type ActionOrder, ActionOrderField } from "./action.inputs";

const open = (type: string, field: string): PolicyField => ({ type, field, tier: "PUBLIC" });
const shared = (type: string, field: string): PolicyField => ({ type, field, tier: "PARTNERSHIP" });
const rating = (dimension: string) => [
  shared("Action", "ratings"),
  shared("ActionRatings", dimension),
  shared("Rating", "value"),
];

/**
 * The fields that each filter tells of: whoever may not read one of them in a list may not filter that list by it. What a
 * search tells of stands in `SEARCHED`. A test holds the tiers to the schema.
 */
export const TOLD_BY_FILTER: Readonly<Record<Exclude<keyof ActionFilter, "search">, readonly PolicyField[]>> = {
  byWhenKind: [open("ByWhen", "kind")],
  deliveryRating: rating("delivery"),
  dueBetween: [open("ByWhen", "end")],
  finding: [open("Action", "findings"), open("Objective", "findings")],
  greenByRedating: [...rating("delivery"), shared("Rating", "greenByRedating")],
  impactRating: rating("impact"),
  involves: [open("Action", "assignments")],
  leadAgency: [open("Action", "leadAgency")],
  objective: [open("Action", "objective")],
  overdue: [open("Action", "overdue")],
  partnership: [open("Plan", "partnership")],
  plan: [open("Action", "plan")],
  reference: [open("Action", "reference")],
  stale: [shared("Action", "stale")],
  status: [open("Action", "status")],
  theme: [open("Action", "theme")],
  waitingOn: [shared("Action", "waitingOn")],
};

/** The same for each order. */
export const TOLD_BY_ORDER: Readonly<Record<ActionOrderField, readonly PolicyField[]>> = {
  [ActionOrderField.BY_WHEN]: [open("ByWhen", "end"), open("Action", "reference")],
  [ActionOrderField.REFERENCE]: [open("Action", "reference")],
};

/** The columns that a search looks through, and the field that each is. The first two cannot be denied. */
export const SEARCHED: readonly { column: string; field: PolicyField }[] = [
  { column: "a.reference", field: open("Action", "reference") },
  { column: "a.title", field: open("Action", "title") },
  { column: "a.description", field: open("Action", "description") },
  { column: "a.measure", field: open("Action", "measure") },
  { column: "a.success_criteria", field: open("Action", "successCriteria") },
];

/** Where in a list a field may be read. */
type Readable =
  | { kind: "all" }
  | { kind: "none"; verdict: Verdict }
  /** In the caller's partnerships that are named, and nowhere else. */
  | { kind: "only"; partnerships: string[]; refused: Verdict | null }
  /** Everywhere but in the caller's partnerships that are named. */
  | { kind: "except"; partnerships: string[]; refused: Verdict };

/** Asks the policy where a field may be read, in a list of one partnership or (null) of several. */
function readable(context: RequestContext, partnershipId: string | null, field: PolicyField): Readable {
  const { actor } = context;
  if (partnershipId !== null) {
    const verdict = decideForList(actor, partnershipId, field);
    return verdict.allowed ? { kind: "all" } : { kind: "none", verdict };
  }
  const strangers = decideForStrangers(field);
  const held = [...new Set(actor.memberships.flatMap(({ partnership }) => partnership ?? []))].map((partnership) => ({
    partnership,
    verdict: decideForList(actor, partnership, field),
  }));
  const named = (allowed: boolean) =>
    held.filter(({ verdict }) => verdict.allowed === allowed).map(({ partnership }) => partnership);
  const refused = held.find(({ verdict }) => verdict.grant && !verdict.allowed)?.verdict ?? null;
  if (strangers.allowed) return refused ? { kind: "except", partnerships: named(false), refused } : { kind: "all" };
  const partnerships = named(true);
  if (partnerships.length === 0) return { kind: "none", verdict: refused ?? strangers };
  return { kind: "only", partnerships, refused };
}

/** Notes what a grant keeps out of a list, so that a list which is narrower for it says so. */
function noted(context: RequestContext, field: PolicyField, where: Readable): void {
  const grant = where.kind === "all" ? null : where.kind === "none" ? where.verdict.grant : where.refused?.grant;
  if (grant) context.withhold(field, grant);
}

function conditionsOf(where: Readable, $: Parameter): string[] {
  if (where.kind === "only") return [`a.partnership_id = any (${$(where.partnerships)}::uuid[])`];
  return where.kind === "except" ? [`a.partnership_id <> all (${$(where.partnerships)}::uuid[])`] : [];
}

/**
 * Conditions that keep filters and order from telling what the caller may not read. A list of several partnerships is kept
 * to those where it may be read; where there is none, or the one partnership's field may not be read, it is refused by name.
 */
export function permittedConditions(
  context: RequestContext,
  partnershipId: string | null,
  filter: ActionFilter,
  order: ActionOrder,
  $: Parameter,
): string[] {
  const only: string[][] = [];
  const except: string[] = [];
  const ask = (argument: string[], fields: readonly PolicyField[]) => {
    for (const field of fields) {
      const where = readable(context, partnershipId, field);
      if (where.kind === "none") throw refusedArgument(argument, field, where.verdict);
      noted(context, field, where);
      if (where.kind === "only") only.push(where.partnerships);
      if (where.kind === "except") except.push(...where.partnerships);
    }
  };
  for (const [name, fields] of Object.entries(TOLD_BY_FILTER))
    if (filter[name as keyof typeof TOLD_BY_FILTER] != null) ask(["filter", name], fields);
  ask(["orderBy", "field"], TOLD_BY_ORDER[order.field]);

  const [first, ...others] = only;
  const everyOne = first?.filter((id) => others.every((ids) => ids.includes(id)));
  return [
    ...(everyOne ? [`a.partnership_id = any (${$(everyOne)}::uuid[])`] : []),
    ...(except.length > 0 ? [`a.partnership_id <> all (${$(except)}::uuid[])`] : []),
  ];
}

/** Whether what a filter and an order tell of may be read in every partnership alike, so that it matters not whose list it is. */
export function isToldAlikeEverywhere(context: RequestContext, filter: ActionFilter, order: ActionOrder): boolean {
  const asked = Object.entries(TOLD_BY_FILTER).filter(([name]) => filter[name as keyof typeof TOLD_BY_FILTER] != null);
  const searched = filter.search == null ? [] : SEARCHED.map(({ field }) => field);
  return [...asked.flatMap(([, fields]) => fields), ...TOLD_BY_ORDER[order.field], ...searched].every(
    (field) => readable(context, null, field).kind === "all",
  );
}

/** The columns that a search may look through, each with where; what is left out is noted as withheld. */
export const searchedColumns = (
  context: RequestContext,
  partnershipId: string | null,
  $: Parameter,
): { column: string; where: string[] }[] =>
  SEARCHED.flatMap(({ column, field }) => {
    const where = readable(context, partnershipId, field);
    noted(context, field, where);
    return where.kind === "none" ? [] : [{ column, where: conditionsOf(where, $) }];
  });
