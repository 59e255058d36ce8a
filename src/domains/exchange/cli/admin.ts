import "reflect-metadata";
import { Command } from "commander";
import type { QueryRunner } from "typeorm";
import { recordAsOperator } from "../../audit/index";
import { extendBankHolidays, type ExtendBankHolidaysInput, extended } from "../../calendars/index";
import { asOperator } from "../../../platform/database/as-operator";
import { readBankHolidays } from "../bank-holidays-file";
import { bytesOfFile } from "./plan-file";
import { atDesk, runCommand } from "./run";

interface Administrator {
  issuer: string;
  subject: string;
  label: string;
}

const command = new Command("npm run admin --");

command
  .command("person", { isDefault: true })
  .description("Makes somebody a platform administrator (docs/people.md); again for the same person changes nothing")
  .requiredOption("--issuer <issuer>", "issuer of their identity provider's tokens")
  .requiredOption("--subject <subject>", "their subject in those tokens")
  .requiredOption("--label <post>", "their post, never a name")
  .allowExcessArguments(false)
  .action((administrator: Administrator) =>
    atDesk(async ({ db, clock }) => {
      const made = await asOperator(db, clock, null, (sql) => makeAdministrator(sql, administrator));
      process.stdout.write(made ? "Made a platform administrator.\n" : "They are a platform administrator already.\n");
    }),
  );

command
  .command("bank-holidays")
  .description("Brings the bank holidays up to date from GOV.UK's bank-holidays.json (docs/clocks.md)")
  .argument("<file>", "the file, as fetched from https://www.gov.uk/bank-holidays.json")
  .allowExcessArguments(false)
  .action((file: string) =>
    atDesk(async ({ db, clock }) => {
      const told = readBankHolidays(bytesOfFile(file, LARGEST_CALENDAR));
      const lines = await asOperator(db, clock, null, (sql) => bringUpToDate(sql, told));
      process.stdout.write(`${lines.join("\n")}\n`);
    }),
  );

/** Bytes of a file of bank holidays, at most; GOV.UK's has some 40 KB. */
const LARGEST_CALENDAR = 1024 * 1024;

/** Every division in one transaction: all, or none where one makes no sense. Gives a line for each. */
async function bringUpToDate(sql: QueryRunner, told: ExtendBankHolidaysInput[]): Promise<string[]> {
  const send = <R extends object>(text: string, values?: unknown[]) => sql.query(text, values) as Promise<R[]>;
  const lines = [];
  for (const input of told) {
    const { id, happened } = await extendBankHolidays(send, input);
    if (happened) await recordAsOperator(send, extended(id, { ...happened }));
    lines.push(
      happened
        ? `${input.division}: version ${happened.version}, published to ${happened.to}.`
        : `${input.division}: as it was.`,
    );
  }
  return lines;
}

/** Whether there was something to make. The entry in the trail names nobody: the operator is no person here. */
async function makeAdministrator(sql: QueryRunner, { issuer, subject, label }: Administrator) {
  await sql.query("insert into person (issuer, subject, label) values ($1, $2, $3) on conflict do nothing", [
    issuer,
    subject,
    label,
  ]);
  const made = (await sql.query(
    `insert into membership (person_id, role, valid_from)
     select p.id, 'PLATFORM_ADMIN', app.today() from person p
     where p.issuer = $1 and p.subject = $2 and not exists (
       select 1 from membership m where m.person_id = p.id and m.role = 'PLATFORM_ADMIN' and m.ended_at is null
         and (m.valid_to is null or m.valid_to >= app.today()))
     returning id`,
    [issuer, subject],
  )) as { id: string }[];
  for (const { id } of made)
    await recordAsOperator((text, values) => sql.query(text, values), {
      kind: "makeAdministrator",
      subjectType: "Membership",
      subjectId: id,
    });
  return made.length > 0;
}

runCommand(async () => {
  await command.parseAsync();
});
