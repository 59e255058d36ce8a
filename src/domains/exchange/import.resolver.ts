import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { listLoader } from "../../platform/database/loaders";
import { BadInputError, ForbiddenError, NotFoundError } from "../../platform/errors/index";
import { Access } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { type UserError, UserErrorCode, userErrorOf } from "../../platform/graphql/user-error";
import type { RequestContext } from "../access/index";
import { record } from "../audit/index";
import { holdsRole, Role } from "../identity/index";
import { Action, Plan, planLoaders } from "../plan/index";
import type { AppliedPlan } from "./apply-plan";
import { ImportService, type PlanImport } from "./import.service";
import { ImportPlanInput, ImportPlanPayload, ImportProvenance, PlanViewerCan } from "./import.types";
import { publishedCountOf } from "./published-count";
import { MAX_FILE_BYTES, parseMapping, type PlanReading, renderReport, UnreadablePlanError } from "./reader/index";
import { vocabularyOf } from "./vocabulary";

@Resolver()
export class ImportResolver {
  @Mutation(() => ImportPlanPayload, {
    description:
      "Reads a published plan's file and applies it to the plan, whole or not at all; the same file again changes nothing. For the plan's officers",
  })
  @Access("PUBLIC")
  async importPlan(
    @Arg("input", () => ImportPlanInput, { description: "The file and how to read it" }) input: ImportPlanInput,
    @Ctx() context: RequestContext,
  ): Promise<ImportPlanPayload> {
    try {
      return await importAsOfficer(context, input);
    } catch (error) {
      const userError = unreadable(error) ?? userErrorOf(error);
      if (!userError) throw error;
      return { plan: null, report: null, changes: null, userErrors: [userError] };
    }
  }
}

async function importAsOfficer(context: RequestContext, input: ImportPlanInput): Promise<ImportPlanPayload> {
  const plan = await planToImport(context, input.plan);
  const { id: planId, partnershipId } = plan;
  const request: PlanImport = {
    partnershipId,
    planId,
    appliedBy: context.actor.person ?? "",
    dryRun: input.dryRun,
    bytes: bytesOf(input.content),
    fileName: input.fileName,
    ...(input.mapping != null && { mapping: mappingOf(input.mapping) }),
    ...(input.asAt != null && { asAt: input.asAt }),
    ...(input.declared != null && { declared: input.declared }),
  };
  const service = new ImportService({ now: () => context.now, fixed: true });
  const vocabulary = await vocabularyOf(context.db, partnershipId);
  const publishedCount = await publishedCountOf(context.db, planId);
  // reading takes its time: no connection waits for it
  await context.db.close();
  const reading = await service.read(request, vocabulary, publishedCount);
  const applied = input.dryRun
    ? await service.apply(context.db, request, reading)
    : await context.db.write(async (query) => {
        const changes = await service.apply({ query }, request, reading);
        const { inserted, updated, alreadyApplied } = changes;
        const detail = { inserted, updated, alreadyApplied };
        await record(query, context, {
          kind: "importPlan",
          partnershipId,
          subjectType: "Plan",
          subjectId: planId,
          detail,
        });
        return changes;
      });
  context.forget();
  return {
    plan: await context.use(planLoaders).planById.load(planId),
    report: reportOf(reading, plan),
    changes: changesOf(applied, partnershipId),
    userErrors: [],
  };
}

const mayImport = ({ actor }: RequestContext, { partnershipId }: Plan) =>
  holdsRole(actor, partnershipId, Role.PARTNERSHIP_OFFICER);

/** The plan, if the caller keeps it. One that it may only read is refused; one that it may not see is not there. */
async function planToImport(context: RequestContext, id: string): Promise<Plan> {
  const key = keyOf("Plan", id);
  const plan = key && (await context.use(planLoaders).planById.load(key));
  if (!plan) throw new NotFoundError();
  if (!mayImport(context, plan))
    throw new ForbiddenError("Only an officer of the plan's partnership may import it.", ["input", "plan"]);
  return plan;
}

function bytesOf(content: string): Buffer {
  const field = ["input", "content"];
  if (content.length > Math.ceil(MAX_FILE_BYTES / 3) * 4)
    throw new BadInputError("The file is larger than 20 MB. Leave out what is not the plan.", field);
  const bytes = Buffer.from(content, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") !== content.replace(/=+$/, ""))
    throw new BadInputError("content is not Base64.", field);
  return bytes;
}

function mappingOf(text: string): PlanImport["mapping"] {
  const field = ["input", "mapping"];
  try {
    return parseMapping(JSON.parse(text));
  } catch (error) {
    throw new BadInputError(error instanceof UnreadablePlanError ? error.message : "mapping is not JSON.", field);
  }
}

const unreadable = (error: unknown): UserError | null =>
  error instanceof UnreadablePlanError
    ? { code: UserErrorCode.UNREADABLE_FILE, field: ["input", "content"], message: error.message }
    : null;

function reportOf(reading: PlanReading, { partnershipId, title }: Plan): ImportPlanPayload["report"] {
  const { declared, recovered, references, doubtful, unplaced, missing, unknownAgencies } = reading.report;
  const of = <R extends object>(rows: R[]) => rows.map((row) => ({ ...row, partnershipId }));
  return {
    partnershipId,
    declared,
    recovered,
    references,
    doubtful: of(doubtful),
    unplaced: of(unplaced.map(({ sheet = null, ...row }) => ({ ...row, sheet }))),
    missing: of(missing),
    unknownAgencies: of(unknownAgencies),
    text: renderReport(reading, { planTitle: title }),
  };
}

const changesOf = (
  { inserted, updated, unchanged, notInFile, alreadyApplied }: AppliedPlan,
  partnershipId: string,
): ImportPlanPayload["changes"] => ({
  partnershipId,
  inserted,
  updated,
  unchanged,
  notInFile,
  alreadyApplied,
});

const provenance = ({ db }: RequestContext) =>
  listLoader(
    (ids) =>
      db.query<ImportProvenance & { entityId: string }>(
        `select r.entity_id as "entityId", r.partnership_id as "partnershipId", b.file_name as "fileName", r.line_from as "lineFrom",
           r.line_to as "lineTo", r.outcome, b.applied_at as "appliedAt"
         from import_row r join import_batch b on b.id = r.batch_id
         where r.entity_id = any ($1::uuid[]) and r.entity = 'action' order by b.applied_at desc`,
        [ids],
      ),
    ({ entityId }) => entityId,
  );

@Resolver(() => Action)
export class ActionProvenanceResolver {
  @FieldResolver(() => [ImportProvenance], { nullable: true, description: "Imports that it was read by, newest first" })
  @Access("OVERSIGHT")
  imports(@Root() { id }: Action, @Ctx() context: RequestContext) {
    return context.use(provenance).load(id);
  }
}

@Resolver(() => Plan)
export class PlanImportResolver {
  @FieldResolver(() => PlanViewerCan, { description: "What the caller can do with it now" })
  @Access("PUBLIC")
  viewerCan(@Root() plan: Plan, @Ctx() context: RequestContext): PlanViewerCan {
    return { import: mayImport(context, plan) };
  }
}
