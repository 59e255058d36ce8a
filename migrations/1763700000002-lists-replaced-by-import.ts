import type { MigrationInterface, QueryRunner } from "typeorm";

/** Lists that a newer file replaces as a whole: an action's names and its further dates. Their rows are no history. */
const replaced = ["assignment", "milestone"];

/** Lets whoever keeps a plan take an action's printed names and further dates away, so that an import can replace them. */
export class ListsReplacedByImport1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of replaced) {
      await runner.query(
        `create policy ${table}_remove on ${table} for delete to golden_thread_app
         using (partnership_id = any ((select app.keeper())::uuid[]))`,
      );
      await runner.query(`grant delete on ${table} to golden_thread_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of replaced) {
      await runner.query(`revoke delete on ${table} from golden_thread_app`);
      await runner.query(`drop policy ${table}_remove on ${table}`);
    }
  }
}
