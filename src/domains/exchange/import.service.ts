import { DateTime } from "luxon";
import { londonDay, type Clock } from "../../platform/clock";
import { BadInputError } from "../../platform/errors/index";
import { applyPlan, previewPlan, type AppliedPlan } from "./apply-plan";
import { fingerprintOf } from "./fingerprint";
import {
  readPlan,
  UnreadablePlanError,
  type ColumnMapping,
  type PlanReading,
  type ReadPlanOptions,
} from "./reader/index";
import { publishedCountOf } from "./published-count";
import type { Statements } from "./rows";
import { vocabularyOf } from "./vocabulary";

/** A file and how to read it. */
export interface FileToImport {
  bytes: Buffer;
  fileName: string;
  mapping?: ColumnMapping;
  /** Number of actions that the plan is said to have. */
  declared?: number;
  /** London day, YYYY-MM-DD, on which the plan stood as the file says; presumed to be today where neither this nor the mapping says. */
  asAt?: string;
  onProgress?: ReadPlanOptions["onProgress"];
}

export interface PlanImport extends FileToImport {
  partnershipId: string;
  planId: string;
  /** For the record: "operator", or a person's id. */
  appliedBy: string;
  /** Reads, and says what would change; writes nothing. */
  dryRun: boolean;
}

export interface ImportResult {
  reading: PlanReading;
  applied: AppliedPlan;
  asAt: string;
}

/** Imports a published plan: for an officer's mutation and for the operator's command line alike. */
export class ImportService {
  constructor(private readonly clock: Clock) {}

  /**
   * Reads the file with the partnership's own names and applies it to the plan, in the caller's transaction, which must
   * be one that keeps the partnership.
   *
   * @throws {UnreadablePlanError} where the file is not a plan that can be read, or has no action to apply.
   * @throws {BadInputError} where `asAt` is no day.
   * @throws {NotFoundError} where the plan is not of the partnership, or the transaction may not keep it.
   */
  async importPlan(sql: Statements, request: PlanImport): Promise<ImportResult> {
    const asAt = this.asAt(request);
    const vocabulary = await vocabularyOf(sql, request.partnershipId);
    const reading = await this.read(request, vocabulary, await publishedCountOf(sql, request.planId));
    return { reading, asAt, applied: await this.apply(sql, request, reading) };
  }

  /** Reads the file, and touches no database: work for outside a transaction. */
  async read(
    file: FileToImport,
    vocabulary: ReadPlanOptions["vocabulary"],
    publishedCount?: number,
  ): Promise<PlanReading> {
    const { bytes, fileName, mapping, declared, onProgress } = file;
    return readPlan(bytes, { fileName, vocabulary, mapping, declared, publishedCount, onProgress });
  }

  /** Applies what was read, or (dry run) says what applying would do. */
  async apply(sql: Statements, request: PlanImport, reading: PlanReading): Promise<AppliedPlan> {
    const { partnershipId, planId, fileName, appliedBy, dryRun } = request;
    const plan = {
      partnershipId,
      planId,
      fileName,
      appliedBy,
      reading,
      sha256: fingerprintOf({ ...request, statedDay: statedDay(request) }),
    };
    if (dryRun) return previewPlan(sql, plan);
    if (reading.actions.length === 0) throw new UnreadablePlanError("NOT_A_PLAN", noActions(reading));
    return applyPlan(sql, { ...plan, asAt: this.asAt(request), reaffirms: statedDay(request) !== undefined });
  }

  /** The London day on which the plan stood as the file says. */
  asAt(file: FileToImport): string {
    const day = statedDay(file);
    if (day === undefined) return londonDay(this.clock.now());
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !DateTime.fromISO(day).isValid)
      throw new BadInputError(`"${day}" is no day. Write the as-at day as year-month-day, such as 2019-02-14.`, [
        "asAt",
      ]);
    return day;
  }
}

const noActions = ({ report }: PlanReading) =>
  `No row of the file has a number of its own, so there is nothing to apply (${report.unplaced.length} rows are listed by a dry run). ` +
  'If rows are to be numbered by their position, say "reference": "#row" in a mapping file.';

const statedDay = ({ asAt, mapping }: FileToImport) => asAt ?? mapping?.asAt;
