import "reflect-metadata";
import { basename } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { importAsOperator, type OperatorResult } from "../operator-import";
import { MAX_FILE_BYTES, parseMapping, renderReport, UnreadablePlanError, type ColumnMapping } from "../reader/index";
import { bytesOfFile } from "./plan-file";
import { runCommand, atDesk } from "./run";

interface Options {
  plan: string;
  partnership?: string;
  title?: string;
  mapping?: string;
  asAt?: string;
  declared?: number;
  dryRun?: boolean;
  report: "text" | "json";
}

const LARGEST_MAPPING = 1024 * 1024;

const command = new Command("npm run import --")
  .description("Imports a published plan: CSV, XLSX or the tab-separated text of a document")
  .argument("<file>", `the plan, at most ${MAX_FILE_BYTES / 1024 / 1024} MB`)
  .requiredOption("--plan <slug>", "short name of the plan")
  .option(
    "--partnership <slug>",
    "short name of the partnership; needed to make a plan, or where several have one of that name",
  )
  .option("--title <text>", "title of the plan, where it is made")
  .option("--mapping <file>", "JSON file that says which header is which column (docs/operating.md)")
  .option(
    "--as-at <day>",
    "London day on which the plan stood like this, such as 2019-02-14; today where it is left out",
  )
  .option("--declared <n>", "number of actions that the plan is said to have", wholeNumber)
  .option("--dry-run", "read, say what would change, write nothing")
  .addOption(
    new Option("--report <form>", "form of the report on standard output").choices(["text", "json"]).default("text"),
  )
  .allowExcessArguments(false)
  .action((file: string, options: Options) => importFile(file, options));

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("Write a whole number.");
  return Number(text);
}

async function importFile(file: string, options: Options): Promise<void> {
  const bytes = bytesOfFile(file);
  const mapping = options.mapping === undefined ? undefined : mappingIn(options.mapping);
  await atDesk(async ({ db, clock, progress }) => {
    progress.say(`Reading ${basename(file)}…`);
    const result = await importAsOperator(db, clock, {
      bytes,
      mapping,
      fileName: basename(file),
      plan: options.plan,
      partnership: options.partnership,
      title: options.title,
      asAt: options.asAt,
      declared: options.declared,
      dryRun: options.dryRun ?? false,
      onProgress: progress.reading,
      say: progress.say,
    });
    progress.stop();
    if (options.report === "json") {
      process.stdout.write(`${JSON.stringify(jsonOf(file, options, result), null, 2)}\n`);
      process.stderr.write(`${outcomeOf(options, result)}\n`);
    } else {
      process.stdout.write(
        `${renderReport(result.reading, { planTitle: options.plan })}\n${outcomeOf(options, result)}\n`,
      );
    }
  });
}

function mappingIn(file: string): ColumnMapping {
  const text = bytesOfFile(file, LARGEST_MAPPING).toString("utf8");
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new UnreadablePlanError(
      "BAD_MAPPING",
      `${basename(file)} is no JSON. A mapping is JSON such as {"reference": "Ref"}.`,
    );
  }
  return parseMapping(json);
}

function jsonOf(file: string, { plan, dryRun }: Options, { reading, asAt, applied, ...result }: OperatorResult) {
  return {
    ...reading.report,
    file: basename(file),
    format: reading.format,
    plan,
    partnership: result.partnership?.slug ?? null,
    planExists: result.plan !== null && !result.plan.created,
    dryRun: dryRun ?? false,
    asAt,
    changes: applied && {
      inserted: applied.inserted,
      updated: applied.updated,
      unchanged: applied.unchanged,
      notInFile: applied.notInFile,
      alreadyApplied: applied.alreadyApplied,
    },
  };
}

/** What was done or would be, in a few lines. */
function outcomeOf({ plan, dryRun }: Options, { partnership, plan: found, applied }: OperatorResult): string {
  if (!applied || !found) {
    const whose = partnership ? `--partnership ${partnership.slug}` : "--partnership <slug>";
    return `Dry run: nothing was written. There is no plan called "${plan}" yet; without --dry-run and with ${whose} it is made, unpublished.`;
  }
  if (applied.alreadyApplied)
    return `This file was already applied to ${plan} on ${applied.appliedBefore?.toISOString().slice(0, 10) ?? "an earlier day"}: nothing ${dryRun ? "would change" : "was written"}.`;
  const { inserted, updated, unchanged, notInFile } = applied;
  const left =
    notInFile.length === 0
      ? ""
      : `\n${notInFile.length} of the plan's actions are not in the file and ${dryRun ? "would be" : "were"} left alone: ${notInFile.slice(0, 40).join(", ")}${notInFile.length > 40 ? ", …" : ""}.`;
  const counts = `${inserted} new, ${updated} changed, ${unchanged} unchanged`;
  if (dryRun) return `Dry run: nothing was written. Applying to ${plan} would give: ${counts}.${left}`;
  return `Applied to ${plan}: ${counts}.${found.created ? " The plan was made, unpublished." : ""}${left}`;
}

runCommand(async () => {
  await command.parseAsync();
});
