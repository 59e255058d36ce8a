import type { MigrationInterface, QueryRunner } from "typeorm";

/** What an operator loads into one partnership. */
const loaded = "(select app.operator()) and partnership_id = any ((select app.keeper())::uuid[])";

/** Lets the operator of a partnership end its memberships, as a folder says that they end: sooner, and never later. */
export class MembershipsEndedByLoad1763700000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create policy membership_load on membership for update to golden_thread_app
       using (${loaded}) with check (${loaded} and ended_at is null)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop policy membership_load on membership");
  }
}
