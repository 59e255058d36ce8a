import type { DataSource, QueryRunner } from "typeorm";
import type { Clock } from "../../platform/clock";
import { BadInputError } from "../../platform/errors/index";
import { recordAsOperator } from "../audit/index";
import type { AppliedPlan } from "./apply-plan";
import { asOperator } from "../../platform/database/as-operator";
import { generalVocabulary } from "./general-vocabulary";
import { ImportService, type FileToImport } from "./import.service";
import type { AgencyVocabulary, PlanReading } from "./reader/index";
import { publishedCountOf } from "./published-count";
import { vocabularyOf } from "./vocabulary";

export interface OperatorImport extends FileToImport {
  /** Slug of the plan. */
  plan: string;
  /** Slug of the partnership; may be left out where only one has such a plan. */
  partnership?: string;
  /** Title of the plan, where it is made. */
  title?: string;
  dryRun: boolean;
  /** Told what is being done. */
  say?: (message: string) => void;
}

export interface OperatorResult {
  reading: PlanReading;
  asAt: string;
  partnership: { id: string; slug: string } | null;
  /** Null where the plan does not exist and this is a dry run. */
  plan: { id: string; slug: string; created: boolean } | null;
  /** Null where there is no plan to hold the file against. */
  applied: AppliedPlan | null;
}

interface Target {
  partnership: { id: string; slug: string } | null;
  planId: string | null;
  vocabulary: AgencyVocabulary;
  publishedCount?: number;
}

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * An import by the operator at the command line, in transactions of its own: one to look, one to apply. A plan that does
 * not exist is made when applying, unpublished; a dry run of it still reads the file.
 *
 * @throws {BadInputError} with what to do, where the plan or the partnership cannot be told.
 */
export async function importAsOperator(db: DataSource, clock: Clock, request: OperatorImport): Promise<OperatorResult> {
  const service = new ImportService(clock);
  const asAt = service.asAt(request);
  const say = request.say ?? (() => undefined);
  const target = await asOperator(db, clock, null, (runner) => findTarget(runner, request));
  const { partnership } = target;
  if (!partnership && !request.dryRun) throw new BadInputError(unknownPlan(request.plan));

  const reading = await service.read(request, target.vocabulary, target.publishedCount);
  if (!partnership || (!target.planId && request.dryRun))
    return { reading, asAt, partnership, plan: null, applied: null };

  say(request.dryRun ? "Holding the file against the plan…" : "Applying…");
  return asOperator(db, clock, partnership.id, async (runner) => {
    const planId = target.planId ?? (await makePlan(runner, partnership.id, request));
    const applied = await service.apply(
      runner,
      { ...request, partnershipId: partnership.id, planId, appliedBy: "operator" },
      reading,
    );
    const { inserted, updated, alreadyApplied } = applied;
    if (!request.dryRun)
      await recordAsOperator((text, values) => runner.query(text, values), {
        kind: "importPlan",
        partnershipId: partnership.id,
        subjectType: "Plan",
        subjectId: planId,
        detail: { inserted, updated, alreadyApplied },
      });
    return { reading, asAt, partnership, plan: { id: planId, slug: request.plan, created: !target.planId }, applied };
  });
}

/** In a transaction of no partnership: finds the plan among all of them, and the names to read the file with. */
async function findTarget(runner: QueryRunner, { plan, partnership: slug }: OperatorImport): Promise<Target> {
  if (!SLUG.test(plan) || plan.length > 100)
    throw new BadInputError(
      `"${plan}" cannot name a plan: use small letters, digits and hyphens, such as improvement-2019.`,
    );
  const partnerships = (await runner.query("select id, slug from partnership order by slug")) as {
    id: string;
    slug: string;
  }[];
  const asked = slug === undefined ? partnerships : partnerships.filter((one) => one.slug === slug);
  if (slug !== undefined && asked.length === 0) throw new BadInputError(unknownPartnership(slug, partnerships));

  await runner.query("select set_config('app.partnerships', $1::uuid[]::text, true)", [asked.map(({ id }) => id)]);
  const plans = (await runner.query(
    `select id, partnership_id as "partnershipId" from plan where slug = $1 and partnership_id = any ($2::uuid[])`,
    [plan, asked.map(({ id }) => id)],
  )) as { id: string; partnershipId: string }[];
  if (plans.length > 1) {
    const where = asked.filter(({ id }) => plans.some((one) => one.partnershipId === id)).map((one) => one.slug);
    throw new BadInputError(
      `Several partnerships have a plan called "${plan}": say which with --partnership (${where.join(", ")}).`,
    );
  }
  const partnershipId = plans[0]?.partnershipId ?? (slug === undefined ? undefined : asked[0]?.id);
  const partnership = asked.find(({ id }) => id === partnershipId) ?? null;
  if (partnership) {
    const planId = plans[0]?.id ?? null;
    const vocabulary = await vocabularyOf(runner, partnership.id);
    return {
      partnership,
      planId,
      vocabulary,
      ...(planId && { publishedCount: await publishedCountOf(runner, planId) }),
    };
  }

  const known = [];
  for (const { id } of asked) known.push(await vocabularyOf(runner, id));
  return { partnership: null, planId: null, vocabulary: generalVocabulary(known) };
}

async function makePlan(runner: QueryRunner, partnershipId: string, { plan, title }: OperatorImport): Promise<string> {
  const [made] = (await runner.query(
    `insert into plan (partnership_id, slug, title) values ($1, $2, $3)
     on conflict (partnership_id, slug) do update set slug = excluded.slug returning id`,
    [partnershipId, plan, title?.trim() || plan],
  )) as { id: string }[];
  if (!made) throw new BadInputError(unknownPlan(plan));
  return made.id;
}

const unknownPlan = (plan: string) =>
  `No partnership has a plan called "${plan}". Check the name, or make the plan in the same step by saying whose it is: add --partnership <slug>.`;

function unknownPartnership(slug: string, partnerships: { slug: string }[]): string {
  const known = partnerships.slice(0, 10).map((one) => one.slug);
  const list =
    known.length === 0 ? "There is none yet" : `There are: ${known.join(", ")}${partnerships.length > 10 ? ", …" : ""}`;
  return `No partnership is called "${slug}". ${list}. To set one up, load its folder: npm run load -- <folder> (docs/operating.md).`;
}
