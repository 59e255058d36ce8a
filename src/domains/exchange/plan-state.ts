import type { Statements } from "./rows";
import { NotFoundError } from "../../platform/errors/index";
import type { ActionStatus, ByWhenKind, ObjectiveKind, Precision, RatingDimension, RatingValue } from "../plan/index";
import type { AssignmentValues, KnownPost } from "./lead-roles";

/** A by-when as a row holds it: `end` stands for DUE and RANGE, and for no other kind. */
export interface ByWhenValues {
  text: string;
  kind: `${ByWhenKind}`;
  start: string | null;
  end: string | null;
  precision: `${Precision}` | null;
}

export interface MilestoneValues extends ByWhenValues {
  label: string | null;
}

/** What a file can say of an action, and change. */
export interface ActionValues {
  objectiveId: string | null;
  themeId: string | null;
  title: string;
  description: string | null;
  desiredOutcome: string | null;
  measure: string | null;
  successCriteria: string | null;
  status: `${ActionStatus}` | null;
  byWhen: ByWhenValues;
  doubts: string[];
}

export interface KnownAction extends ActionValues {
  id: string;
  reference: string;
  assignments: AssignmentValues[];
  milestones: MilestoneValues[];
  findingIds: string[];
}

export interface KnownObjective {
  id: string;
  reference: string;
  title: string;
  kind: `${ObjectiveKind}`;
  themeId: string | null;
  findingIds: string[];
}

/** One plan and what it holds, as far as an import looks at it. */
export interface PlanState {
  lastBatch: { id: string; sha256: string; appliedAt: Date; doubts: Map<string, string[]> } | null;
  agencies: Map<string, string>;
  /** Every writing of every agency, as one text: what a file's names are looked up in. */
  agencyNames: string;
  posts: KnownPost[];
  postAliases: Map<string, string>;
  themes: { id: string; position: number; title: string }[];
  findings: { id: string; source: string; reference: string }[];
  objectives: Map<string, KnownObjective>;
  actions: Map<string, KnownAction>;
  scheme: { id: string; colours: Set<string> } | null;
  /** Newest colour that was reported of an action, by action and dimension. */
  reported: Map<string, { value: `${RatingValue}` | null; asAt: string }>;
  /** Days for which a colour was reported, by action, dimension and colour. */
  reportedOn: Set<string>;
  updates: {
    actionId: string;
    authorAgencyId: string | null;
    periodEnd: string;
    version: number;
    overallProgress: string | null;
    impactNarrative: string | null;
  }[];
}

export const ratingKey = (actionId: string, dimension: `${RatingDimension}`) => `${actionId}/${dimension}`;

/**
 * Reads what the plan holds, in a constant number of statements, and keeps other imports of it waiting until the
 * transaction ends (`lock`).
 *
 * @throws {NotFoundError} where the plan is not of the partnership, or the transaction may not keep it.
 */
export async function planState(
  sql: Statements,
  partnershipId: string,
  planId: string,
  { lock }: { lock: boolean },
): Promise<PlanState> {
  const found = (await sql.query(
    `select id from plan where id = $1 and partnership_id = $2 ${lock ? "for no key update" : ""}`,
    [planId, partnershipId],
  )) as unknown[];
  if (found.length === 0) throw new NotFoundError();
  return {
    lastBatch: await lastBatch(sql, planId),
    ...(await whoIsKnown(sql, partnershipId)),
    ...(await structure(sql, planId)),
    actions: await actions(sql, planId),
    ...(await history(sql, planId)),
  };
}

async function lastBatch(sql: Statements, planId: string): Promise<PlanState["lastBatch"]> {
  const [batch] = (await sql.query(
    `select id, sha256, applied_at as "appliedAt", report -> 'doubtful' as doubtful
     from import_batch where plan_id = $1 order by applied_at desc, id desc limit 1`,
    [planId],
  )) as { id: string; sha256: string; appliedAt: Date; doubtful: { reference: string; doubts: string[] }[] | null }[];
  if (!batch) return null;
  const { doubtful, ...rest } = batch;
  return { ...rest, doubts: new Map((doubtful ?? []).map(({ reference, doubts }) => [reference, doubts])) };
}

async function whoIsKnown(sql: Statements, partnershipId: string) {
  const agencies = (await sql.query("select id, name from agency where partnership_id = $1", [partnershipId])) as {
    id: string;
    name: string;
  }[];
  const posts = (await sql.query(`select id, title, key, agency_id as "agencyId" from post where partnership_id = $1`, [
    partnershipId,
  ])) as KnownPost[];
  const aliases = (await sql.query(`select key, post_id as "postId" from post_alias where partnership_id = $1`, [
    partnershipId,
  ])) as { key: string; postId: string }[];
  const [writings] = (await sql.query(
    `select coalesce(string_agg(agency || ' ' || name, E'\\n' order by agency, name collate "C"), '') as names from (
       select id::text, name from agency where partnership_id = $1
       union select id::text, short_name from agency where partnership_id = $1 and short_name is not null
       union select agency_id::text, alias from agency_alias where partnership_id = $1) as w(agency, name)`,
    [partnershipId],
  )) as { names: string }[];
  return {
    agencyNames: writings?.names ?? "",
    agencies: new Map(agencies.map(({ id, name }) => [id, name])),
    posts,
    postAliases: new Map(aliases.map(({ key, postId }) => [key, postId])),
  };
}

async function structure(sql: Statements, planId: string) {
  const themes = (await sql.query("select id, position, title from theme where plan_id = $1 order by position", [
    planId,
  ])) as PlanState["themes"];
  const findings = (await sql.query("select id, source, reference from finding where plan_id = $1", [
    planId,
  ])) as PlanState["findings"];
  const objectives = (await sql.query(
    `select o.id, o.reference, o.title, o.kind, o.theme_id as "themeId",
            array(select f.finding_id::text from objective_finding f where f.objective_id = o.id) as "findingIds"
     from objective o where o.plan_id = $1`,
    [planId],
  )) as KnownObjective[];
  return { themes, findings, objectives: new Map(objectives.map((one) => [one.reference, one])) };
}

async function actions(sql: Statements, planId: string): Promise<Map<string, KnownAction>> {
  const rows = (await sql.query(
    `select a.id, a.reference, a.objective_id as "objectiveId", a.theme_id as "themeId", a.title, a.description,
            a.desired_outcome as "desiredOutcome", a.measure, a.success_criteria as "successCriteria", a.status, a.doubts,
            jsonb_build_object('text', a.by_when_text, 'kind', a.by_when_kind, 'start', a.by_when_start,
                               'end', a.by_when_end, 'precision', a.by_when_precision) as "byWhen",
            array(select f.finding_id::text from action_finding f where f.action_id = a.id) as "findingIds"
     from action a where a.plan_id = $1`,
    [planId],
  )) as Omit<KnownAction, "assignments" | "milestones">[];
  const assignments = (await sql.query(
    `select action_id as "actionId", agency_id as "agencyId", post_id as "postId", role, text
     from assignment where plan_id = $1 order by action_id, position`,
    [planId],
  )) as (AssignmentValues & { actionId: string })[];
  const milestones = (await sql.query(
    `select action_id as "actionId", label, text, kind, start, "end", precision
     from milestone where plan_id = $1 order by action_id, position`,
    [planId],
  )) as (MilestoneValues & { actionId: string })[];
  const assignmentsOf = grouped(assignments);
  const milestonesOf = grouped(milestones);
  return new Map(
    rows.map((row) => [
      row.reference,
      { ...row, assignments: assignmentsOf.get(row.id) ?? [], milestones: milestonesOf.get(row.id) ?? [] },
    ]),
  );
}

async function history(sql: Statements, planId: string) {
  const entries = (await sql.query(
    `select s.id, e.dimension, e.value
     from (select id from rating_scheme where plan_id = $1 order by version desc limit 1) s
     left join rating_scheme_entry e on e.scheme_id = s.id`,
    [planId],
  )) as { id: string; dimension: string | null; value: string | null }[];
  const ratings = (await sql.query(
    `select r.action_id as "actionId", r.dimension, r.value, r.as_at as "asAt"
     from rating r join action a on a.id = r.action_id
     where a.plan_id = $1 and r.basis = 'REPORTED' and r.standing <> 'WITHDRAWN' order by r.as_at, r.recorded_at`,
    [planId],
  )) as { actionId: string; dimension: `${RatingDimension}`; value: `${RatingValue}` | null; asAt: string }[];
  const updates = (await sql.query(
    `select u.action_id as "actionId", u.author_agency_id as "authorAgencyId", u.period_end as "periodEnd", u.version,
            u.overall_progress as "overallProgress", u.impact_narrative as "impactNarrative"
     from progress_update u join action a on a.id = u.action_id where a.plan_id = $1`,
    [planId],
  )) as PlanState["updates"];
  const [first] = entries;
  return {
    scheme: first ? { id: first.id, colours: new Set(entries.map((one) => `${one.dimension}/${one.value}`)) } : null,
    reported: new Map(ratings.map(({ actionId, dimension, ...rest }) => [ratingKey(actionId, dimension), rest])),
    reportedOn: new Set(ratings.map((one) => `${ratingKey(one.actionId, one.dimension)}/${one.value}/${one.asAt}`)),
    updates,
  };
}

function grouped<R extends { actionId: string }>(rows: R[]): Map<string, Omit<R, "actionId">[]> {
  const groups = new Map<string, Omit<R, "actionId">[]>();
  for (const { actionId, ...row } of rows) {
    const group = groups.get(actionId);
    if (group) group.push(row);
    else groups.set(actionId, [row]);
  }
  return groups;
}
