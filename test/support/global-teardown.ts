import { asAdmin } from "./server";

/** Drops the template, and whatever a test file that died left behind. */
export default async function tearDown(): Promise<void> {
  const run = globalThis.goldenThreadTests;
  if (!run) return;
  const { admin, prefix } = run.server;
  await asAdmin(admin, async (db) => {
    const left = await db.query<{ datname: string }[]>(
      "select datname from pg_database where starts_with(datname, $1)",
      [prefix],
    );
    for (const { datname } of left) await db.query(`drop database if exists ${datname} with (force)`);
  });
  await run.stop();
}
