import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { type Actor, agenciesOf } from "../identity/index";
import { type Relation, type RequestContext, relationToPartnership } from "../access/index";
import { Agency, partnershipLoaders, Post } from "../partnership/index";
import { type ActionRow, actionColumns } from "./action-list";
import { Assignment, AssignmentRole, Milestone } from "./action.entity";
import { Finding, Objective, Plan, PublishedTotal, RatingSchemeEntry, Theme } from "./plan.entity";

/** An assignment with whom it names. */
export type AssignmentRow = Assignment & { agency: Agency | null; post: Post | null };

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
    plansOfPartnership: listLoader(
      (ids) =>
        db.query<Plan>(
          `select ${columnsOf(source, Plan, "p")} from plan p where p.partnership_id = any ($1::uuid[]) order by p.period_start nulls last, p.slug`,
          [ids],
        ),
      ({ partnershipId }) => partnershipId,
    ),
    themeById: rowLoader(
      (ids) =>
        db.query<Theme>(`select ${columnsOf(source, Theme, "t")} from theme t where t.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    themesOfPlan: listLoader(
      (ids) =>
        db.query<Theme>(
          `select ${columnsOf(source, Theme, "t")} from theme t where t.plan_id = any ($1::uuid[]) order by t.position`,
          [ids],
        ),
      ({ planId }) => planId,
    ),
    objectiveById: rowLoader(
      (ids) => db.query<Objective>(`select ${objectives} from objective o where o.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    objectivesOfTheme: listLoader(
      (ids) =>
        db.query<Objective>(
          `select ${objectives} from objective o where o.theme_id = any ($1::uuid[]) order by o.reference_order`,
          [ids],
        ),
      ({ themeId }) => themeId ?? "",
    ),
    objectivesOfPlan: listLoader(
      (ids) =>
        db.query<Objective>(
          `select ${objectives} from objective o where o.plan_id = any ($1::uuid[]) order by o.reference_order`,
          [ids],
        ),
      ({ planId }) => planId,
    ),
    findingById: rowLoader(
      (ids) => db.query<Finding>(`select ${findings} from finding f where f.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    findingsOfObjective: listLoader(
      (ids) =>
        db.query<Finding & { of: string }>(
          `select ${findings}, x.objective_id as "of" from objective_finding x join finding f on f.id = x.finding_id
           where x.objective_id = any ($1::uuid[]) order by f.source, f.reference`,
          [ids],
        ),
      (row) => row.of,
    ),
    findingsOfAction: listLoader(
      (ids) =>
        db.query<Finding & { of: string }>(
          `select ${findings}, x.action_id as "of" from action_finding x join finding f on f.id = x.finding_id
           where x.action_id = any ($1::uuid[]) order by f.source, f.reference`,
          [ids],
        ),
      (row) => row.of,
    ),
    schemeOfPlan: listLoader(
      (ids) =>
        db.query<RatingSchemeEntry>(
          `select ${columnsOf(source, RatingSchemeEntry, "e")} from rating_scheme_entry e
           where e.plan_id = any ($1::uuid[]) and e.scheme_id = (
             select s.id from rating_scheme s where s.plan_id = e.plan_id order by s.version desc limit 1)
           order by e.dimension, array_position(array['RED', 'AMBER', 'GREEN'], e.value)`,
          [ids],
        ),
      ({ planId }) => planId,
    ),
    publishedTotalsOfPlan: listLoader(
      (ids) =>
        db.query<PublishedTotal>(
          `select ${columnsOf(source, PublishedTotal, "x")} from published_total x where x.plan_id = any ($1::uuid[]) order by x.dimension, x.position`,
          [ids],
        ),
      ({ planId }) => planId,
    ),
    actionById: rowLoader(
      (ids) =>
        db.query<ActionRow>(`select ${actionColumns(context)} from action a where a.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    milestonesOfAction: listLoader(
      (ids) =>
        db.query<Milestone>(
          `select ${columnsOf(source, Milestone, "m")} from milestone m where m.action_id = any ($1::uuid[]) order by m.position`,
          [ids],
        ),
      ({ actionId }) => actionId,
    ),
    assignmentsOfAction: listLoader(
      async (ids) => {
        const rows = await db.query<AssignmentRow>(
          `select ${columnsOf(source, Assignment, "s")}, ${columnsOf(source, Agency, "g", "agency.")}, ${columnsOf(source, Post, "t", "post.")}
         from assignment s left join agency g on g.id = s.agency_id left join post t on t.id = s.post_id
         where s.action_id = any ($1::uuid[]) order by s.action_id, s.position`,
          [ids],
        );
        const { agencyById } = context.use(partnershipLoaders);
        for (const { agency } of rows) if (agency) agencyById.prime(agency.id, agency);
        return rows;
      },
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

/** What the actor is to an action: by its agencies, directly or through a collective, and by oversight. */
export async function relationToAction(
  context: RequestContext,
  actionId: string,
  partnershipId: string,
): Promise<Relation[]> {
  return relationsAmong(context.actor, partnershipId, await namedFor(context, actionId, partnershipId));
}

/** Who is named for an action; not looked up where it makes no difference to the actor. */
export async function namedFor(
  context: RequestContext,
  actionId: string,
  partnershipId: string,
): Promise<readonly Named[]> {
  const none = agenciesOf(context.actor, partnershipId).size === 0;
  return none || relationToPartnership(context.actor, partnershipId) === "NONE"
    ? []
    : context.use(planLoaders).assignmentsOfAction.load(actionId);
}
