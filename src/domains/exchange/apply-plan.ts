import { randomUUID } from "node:crypto";
import { dayInWords } from "../../platform/days-in-words";
import { applyHistory } from "./apply-history";
import { withNames } from "./fingerprint";
import { planChanges, type ActionChange, type PlanChanges, type ReadingToApply } from "./plan-changes";
import { planState, type PlanState } from "./plan-state";
import { insertRows, toJson, updateRows, type Columns, type Row, type Statements } from "./rows";
import { DECIDED_AT, referenceOrder } from "../plan/index";

export interface PlanToApply {
  partnershipId: string;
  planId: string;
  reading: ReadingToApply;
  fileName: string;
  /** Hash of the file's bytes and of what it was read with: the same again is the same import. */
  sha256: string;
  /** Who applied it, for the record: "operator", or a person's id. */
  appliedBy: string;
  /** London day on which the plan stood as the file says. */
  asAt: string;
  /** The day was stated, not presumed: a colour or a text that is still the same then counts as said again. */
  reaffirms?: boolean;
}

export interface AppliedPlan {
  /** Null where nothing was applied. */
  batchId: string | null;
  inserted: number;
  updated: number;
  unchanged: number;
  /** References that the plan has and the file has not; they were left alone. */
  notInFile: string[];
  /** The plan's last import was this same file, read the same way: nothing was written. */
  alreadyApplied: boolean;
  /** When that import was, where `alreadyApplied`. */
  appliedBefore: Date | null;
}

/** What applying would do; writes nothing and needs no more than to read the plan as its keeper. */
export async function previewPlan(
  sql: Statements,
  plan: Pick<PlanToApply, "partnershipId" | "planId" | "reading" | "sha256">,
): Promise<AppliedPlan> {
  const state = await planState(sql, plan.partnershipId, plan.planId, { lock: false });
  return summary(null, planChanges(plan.reading, state), state, withNames(plan.sha256, state.agencyNames));
}

/**
 * Applies a reading to a plan in the caller's transaction, which must be one that keeps the partnership: all of it, or an
 * error and the caller rolls back. A constant number of statements, however many actions. The same file again writes
 * nothing at all.
 *
 * @throws {NotFoundError} where the plan is not of the partnership, or the transaction may not keep it.
 */
export async function applyPlan(sql: Statements, plan: PlanToApply): Promise<AppliedPlan> {
  const { partnershipId, planId } = plan;
  const state = await planState(sql, partnershipId, planId, { lock: true });
  const changes = planChanges(plan.reading, state);
  const sha256 = withNames(plan.sha256, state.agencyNames);
  if (state.lastBatch?.sha256 === sha256) return summary(null, changes, state, sha256);

  const add = (table: string, columns: Columns, rows: readonly Row[]) =>
    insertRows(sql, table, partnershipId, { id: "uuid", plan_id: "uuid", ...columns }, rows.map(inPlan(planId)));
  await add("theme", { position: "int", title: "text" }, changes.themes);
  await add("finding", { source: "text", reference: "text", title: "text" }, changes.findings);
  await insertRows(sql, "post", partnershipId, { id: "uuid", title: "text", key: "text" }, changes.posts);
  await writeObjectives(sql, add, changes);
  await writeActions(sql, plan, add, changes);
  await applyHistory(sql, plan, changes.actions, state);
  const batchId = await record(sql, { ...plan, sha256 }, changes);
  return summary(batchId, changes, state, sha256);
}

type Add = (table: string, columns: Columns, rows: readonly Row[]) => Promise<void>;

const inPlan = (planId: string) => (row: Row) => ({ id: randomUUID(), plan_id: planId, ...row });

const objectiveColumns = { title: "text", kind: "text", theme_id: "uuid" };

async function writeObjectives(sql: Statements, add: Add, { objectives }: PlanChanges): Promise<void> {
  const rows = objectives.map(({ outcome, id, reference, values }) => ({
    outcome,
    id,
    reference,
    reference_order: referenceOrder(reference),
    title: values.title,
    kind: values.kind,
    theme_id: values.themeId,
  }));
  await add("objective", { reference: "text", reference_order: "text", ...objectiveColumns }, of(rows, "INSERTED"));
  await updateRows(sql, "objective", { id: "uuid", ...objectiveColumns }, of(rows, "UPDATED"));
  await add(
    "objective_finding",
    { objective_id: "uuid", finding_id: "uuid" },
    objectives.flatMap(({ id, findingsToAdd }) =>
      findingsToAdd.map((finding) => ({ objective_id: id, finding_id: finding })),
    ),
  );
}

const actionColumns = {
  objective_id: "uuid",
  theme_id: "uuid",
  title: "text",
  description: "text",
  desired_outcome: "text",
  measure: "text",
  success_criteria: "text",
  status: "text",
  by_when_text: "text",
  by_when_kind: "text",
  by_when_start: "date",
  by_when_end: "date",
  by_when_precision: "text",
  doubts: "text[]",
};
const originalColumns = {
  original_text: "text",
  original_kind: "text",
  original_start: "date",
  original_end: "date",
  original_precision: "text",
};
const milestoneColumns = {
  action_id: "uuid",
  position: "int",
  label: "text",
  text: "text",
  kind: "text",
  start: "date",
  end: "date",
  precision: "text",
};
const assignmentColumns = {
  action_id: "uuid",
  agency_id: "uuid",
  post_id: "uuid",
  position: "int",
  role: "text",
  text: "text",
};

async function writeActions(sql: Statements, plan: PlanToApply, add: Add, { actions }: PlanChanges): Promise<void> {
  const rows = actions.map(actionRow);
  await add(
    "action",
    { reference: "text", reference_order: "text", ...actionColumns, ...originalColumns },
    of(rows, "INSERTED"),
  );
  await reviseDates(sql, plan, of(rows, "UPDATED"));
  await updateRows(sql, "action", { id: "uuid", ...actionColumns }, of(rows, "UPDATED"), [
    "version = t.version + 1",
    "updated_at = coalesce(app.now(), now())",
  ]);

  await forget(
    sql,
    "milestone",
    actions.filter(({ outcome, milestones }) => outcome === "UPDATED" && milestones),
  );
  await forget(
    sql,
    "assignment",
    actions.filter(({ outcome, assignments }) => outcome === "UPDATED" && assignments),
  );
  await add(
    "milestone",
    milestoneColumns,
    actions.flatMap(({ id, milestones }) =>
      (milestones ?? []).map((one, index) => ({ ...one, action_id: id, position: index + 1 })),
    ),
  );
  await add(
    "assignment",
    assignmentColumns,
    actions.flatMap(({ id, assignments }) =>
      (assignments ?? []).map(({ agencyId, postId, role, text }, index) => ({
        action_id: id,
        agency_id: agencyId,
        post_id: postId,
        position: index + 1,
        role,
        text,
      })),
    ),
  );
  await add(
    "action_finding",
    { action_id: "uuid", finding_id: "uuid" },
    actions.flatMap(({ id, findingsToAdd }) =>
      findingsToAdd.map((finding) => ({ action_id: id, finding_id: finding })),
    ),
  );
}

const REVISED = ["text", "kind", "start", "end", "precision"];
const revised = (side: string, at: (name: string) => string) => REVISED.map((name) => at(`${side}_${name}`)).join(", ");

/** Each by-when that the file moves is a revision of it, from where it stands to what the file says. Other words for the same day are none. */
async function reviseDates(sql: Statements, { asAt }: PlanToApply, actions: readonly Row[]): Promise<void> {
  if (actions.length === 0) return;
  await sql.query(
    `insert into date_revision (partnership_id, action_id, state, ${revised("from", String)}, ${revised("to", String)}, asked_at, decided_by, decided_at, decision_reason)
     select a.partnership_id, a.id, 'IMPORTED', ${revised("by_when", (name) => `a.${name}`)}, ${revised("by_when", (name) => `r.${name}`)}, coalesce(app.now(), now()), app.person(), ${DECIDED_AT("a.id", "coalesce(app.now(), now())")}, $2
     from jsonb_to_recordset($1::jsonb) as r(id uuid, by_when_text text, by_when_kind text, by_when_start date, by_when_end date, by_when_precision text)
     join action a on a.id = r.id
     where (a.by_when_kind, a.by_when_start, a.by_when_end) is distinct from (r.by_when_kind, r.by_when_start, r.by_when_end)
     for no key update of a`,
    [toJson(actions), `Imported: the plan's file as at ${dayInWords(asAt)} says so.`],
  );
}

function actionRow({ outcome, id, reference, values, original }: ActionChange) {
  return {
    outcome,
    id,
    reference,
    reference_order: referenceOrder(reference),
    objective_id: values.objectiveId,
    theme_id: values.themeId,
    title: values.title,
    description: values.description,
    desired_outcome: values.desiredOutcome,
    measure: values.measure,
    success_criteria: values.successCriteria,
    status: values.status,
    by_when_text: values.byWhen.text,
    by_when_kind: values.byWhen.kind,
    by_when_start: values.byWhen.start,
    by_when_end: values.byWhen.end,
    by_when_precision: values.byWhen.precision,
    doubts: values.doubts,
    original_text: original?.text,
    original_kind: original?.kind,
    original_start: original?.start,
    original_end: original?.end,
    original_precision: original?.precision,
  };
}

/** Clears the list that the file replaces. */
async function forget(sql: Statements, table: "assignment" | "milestone", actions: ActionChange[]): Promise<void> {
  if (actions.length === 0) return;
  await sql.query(`delete from ${table} where action_id = any ($1::uuid[])`, [actions.map(({ id }) => id)]);
}

/** The batch and where each row came from. Batches of a plan follow each other in time, even where the clock stands still. */
async function record(sql: Statements, plan: PlanToApply, changes: PlanChanges): Promise<string> {
  const batchId = randomUUID();
  const report = {
    ...plan.reading.report,
    doubtful: changes.actions
      .filter(({ doubtsInFile }) => doubtsInFile.length > 0)
      .map(({ reference, lines, doubtsInFile }) => ({ reference, line: lines.from, doubts: doubtsInFile })),
  };
  await sql.query(
    `insert into import_batch (id, partnership_id, plan_id, file_name, sha256, report, applied_by, applied_at)
     select $1, $2, $3, $4, $5, $6::jsonb, $7,
            greatest(coalesce(app.now(), now()), max(applied_at) + interval '1 microsecond')
     from import_batch where plan_id = $3`,
    [batchId, plan.partnershipId, plan.planId, plan.fileName, plan.sha256, toJson(report), plan.appliedBy],
  );
  const rowOf = (entity: string) => (one: PlanChanges["objectives"][number] | ActionChange) => ({
    batch_id: batchId,
    entity,
    entity_id: one.id,
    reference: one.reference,
    outcome: one.outcome,
    line_from: one.lines.from,
    line_to: one.lines.to,
  });
  await insertRows(
    sql,
    "import_row",
    plan.partnershipId,
    {
      batch_id: "uuid",
      entity: "text",
      entity_id: "uuid",
      reference: "text",
      outcome: "text",
      line_from: "int",
      line_to: "int",
    },
    [...changes.objectives.map(rowOf("objective")), ...changes.actions.map(rowOf("action"))],
  );
  return batchId;
}

function summary(batchId: string | null, changes: PlanChanges, state: PlanState, sha256: string): AppliedPlan {
  const alreadyApplied = state.lastBatch?.sha256 === sha256;
  return {
    batchId,
    inserted: alreadyApplied ? 0 : of(changes.actions, "INSERTED").length,
    updated: alreadyApplied ? 0 : of(changes.actions, "UPDATED").length,
    unchanged: alreadyApplied ? changes.actions.length : of(changes.actions, "UNCHANGED").length,
    notInFile: changes.notInFile,
    alreadyApplied,
    appliedBefore: alreadyApplied ? (state.lastBatch?.appliedAt ?? null) : null,
  };
}

const of = <R extends { outcome: string }>(rows: R[], outcome: R["outcome"]) =>
  rows.filter((row) => row.outcome === outcome);
