import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * What callers have spent of their budgets, shared by every replica. Unlogged: after a crash everybody starts anew. It holds no
 * content and no name (keys are hashes), so it has no row-level security. The columns' order is the library's.
 */
export class RateLimits1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create unlogged table rate_limit (
      key text collate "C" constraint rate_limit_pkey primary key,
      points integer not null,
      expire bigint
    )`);
    await runner.query("grant select, insert, update, delete on rate_limit to golden_thread_app");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table rate_limit");
  }
}
