import type { MigrationInterface, QueryRunner } from "typeorm";

/** Which part of the United Kingdom a partnership lies in, and so whose bank holidays it keeps. */
export class PartnershipDivision1763700000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table partnership add column division text not null default 'ENGLAND_AND_WALES',
        add constraint partnership_division_check check (division in ('ENGLAND_AND_WALES', 'SCOTLAND', 'NORTHERN_IRELAND'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("alter table partnership drop column division");
  }
}
