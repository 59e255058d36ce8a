import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { type Actor, agenciesOf } from "../identity/index";
import { type Relation, type RequestContext, relationToPartnership } from "../access/index";
import type { ActionRow } from "./action-list";
import { Action, type Assignment, AssignmentRole } from "./action.entity";
import { DateRevision } from "./date-revision.entity";
import { OVERDUE } from "./derived";
import { Finding, Objective, Plan, Theme } from "./plan.entity";

/** Loaders of plans and actions, for one request. */
export const planLoaders = (context: RequestContext) => {
  const { db, source } = context;
  const objectives = columnsOf(source, Objective, "o");
  const findings = columnsOf(source, Finding, "f");
  return {
    planById: rowLoader(
      (ids) =>
        db.query<Plan>(`select ${columnsOf(source, Plan, "p")} from plan p where p.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    themeById: rowLoader(
      (ids) =>
        db.query<Theme>(`select ${columnsOf(source, Theme, "t")} from theme t where t.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    objectiveById: rowLoader(
      (ids) => db.query<Objective>(`select ${objectives} from objective o where o.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    findingById: rowLoader(
      (ids) => db.query<Finding>(`select ${findings} from finding f where f.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    actionById: rowLoader(
      (ids) =>
        db.query<ActionRow>(
          `select ${columnsOf(source, Action, "a")}, ${OVERDUE} as "overdue" from action a where a.id = any ($1::uuid[])`,
          [ids],
        ),
      ({ id }) => id,
    ),
    dateRevisionById: rowLoader(
      (ids) =>
        db.query<DateRevision>(
          `select ${columnsOf(source, DateRevision, "v")} from date_revision v where v.id = any ($1::uuid[])`,
          [ids],
        ),
      ({ id }) => id,
    ),
    namedForAction: listLoader(
      (ids) =>
        db.query<Named & { actionId: string }>(
          `select s.action_id as "actionId", s.agency_id as "agencyId", s.role from assignment s
           where s.action_id = any ($1::uuid[]) order by s.action_id, s.position`,
          [ids],
        ),
      ({ actionId }) => actionId,
    ),
  };
};

/** The assignment that leads an action: the confirmed lead, else the first listed, who is presumed to. */
export const leadOf = <A extends Pick<Assignment, "role">>(assignments: readonly A[]): A | null =>
  assignments.find(({ role }) => role === AssignmentRole.LEAD) ??
  assignments.find(({ role }) => role === AssignmentRole.UNCONFIRMED) ??
  null;

/** An agency named for an action, as far as it says what somebody is to the action. */
export type Named = Pick<Assignment, "agencyId" | "role">;

/** What the actor is to an action for which these are named, in the order printed. */
export function relationsAmong(actor: Actor, partnershipId: string, named: readonly Named[]): Relation[] {
  const base = relationToPartnership(actor, partnershipId);
  if (base === "NONE") return [base];
  const mine = agenciesOf(actor, partnershipId);
  const lead = leadOf(named);
  if (lead?.agencyId && mine.has(lead.agencyId)) return [base, "LEAD"];
  return named.some(({ agencyId }) => agencyId !== null && mine.has(agencyId)) ? [base, "CONTRIBUTOR"] : [base];
}

/** A row about an action that may have been read with who is named for it (`namedForAction`). */
export interface MayHaveNamed {
  named?: readonly string[] | null;
}

/** Who is named for an action, as it was read. */
export const namedOf = (read: readonly string[]): Named[] =>
  read.map((one) => {
    const [role, agencyId] = one.split(" ") as [AssignmentRole, string];
    return { role, agencyId: agencyId === "" ? null : agencyId };
  });

/** What the actor is to an action: by its agencies, directly or through a collective, and by oversight. */
export function relationToAction(
  context: RequestContext,
  actionId: string,
  partnershipId: string,
  row: MayHaveNamed = {},
): Relation[] | Promise<Relation[]> {
  const named = namedFor(context, actionId, partnershipId, row);
  return named instanceof Promise
    ? named.then((found) => relationsAmong(context.actor, partnershipId, found))
    : relationsAmong(context.actor, partnershipId, named);
}

/** Who is named for an action: as its row has it, else looked up; not where it makes no difference to the actor. */
export function namedFor(
  context: RequestContext,
  actionId: string,
  partnershipId: string,
  { named }: MayHaveNamed = {},
): readonly Named[] | Promise<readonly Named[]> {
  if (
    agenciesOf(context.actor, partnershipId).size === 0 ||
    relationToPartnership(context.actor, partnershipId) === "NONE"
  )
    return [];
  return named ? namedOf(named) : context.use(planLoaders).namedForAction.load(actionId);
}
