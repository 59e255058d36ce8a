import "reflect-metadata";
import { Command } from "commander";
import type { QueryRunner } from "typeorm";
import { asOperator } from "../as-operator";
import { atDesk, runCommand } from "./run";

interface Administrator {
  issuer: string;
  subject: string;
  label: string;
}

const command = new Command("npm run admin --")
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
    await sql.query(
      `insert into audit_entry (at, kind, outcome, subject_type, subject_id) values (app.now(), 'makeAdministrator', 'DONE', 'Membership', $1)`,
      [id],
    );
  return made.length > 0;
}

runCommand(async () => {
  await command.parseAsync();
});
