import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asAuditor, eraseWords, verifyTrail } from "../../src/domains/history/index";
import { entities } from "../../src/domains/entities";
import { loadFolder } from "../../src/domains/exchange/index";
import { APP_ROLE, type Connection, dataSourceFor } from "../../src/platform/database/data-source";
import { migrate } from "../../src/platform/database/prepare";
import { fieldsOfApi } from "../../src/schema";
import { operatorTransaction } from "../support/database";
import { asAdmin, onDatabase, testServer } from "../support/server";
import { NOW } from "../support/service";

/** Whoever owns the tables on a hosted server is no superuser, and bound by the policies as everybody is. */
test("versions are kept, found and verified where the tables' owner is no superuser; and there from before they were", async () => {
  const { admin, prefix } = testServer();
  const name = `${prefix}_plain_${randomBytes(3).toString("hex")}`;
  await asAdmin(admin, async (db) => {
    await db.query(`create role ${name} login nosuperuser nobypassrls`);
    await db.query(`grant ${APP_ROLE} to ${name}`);
    await db.query(`create database ${name} owner ${name}`);
  });
  const connection = as(onDatabase(admin, name), name);
  const owner = await dataSourceFor(connection, { asAppRole: false, poolSize: 2, entities }).initialize();
  const app = await dataSourceFor(connection, { asAppRole: true, poolSize: 2, entities }).initialize();
  // as a folder of that time was: without what later tables are for
  const folder = mkdtempSync(join(tmpdir(), "wrenford-"));
  cpSync(join(__dirname, "../../data/wrenford"), folder, {
    recursive: true,
    filter: (source) => !/ladder(s|-stages)\.csv$/.test(source),
  });
  try {
    await migrate(owner);
    // back to before there was history, and a partnership from then
    const isKept = async () =>
      (await owner.query<{ kept: boolean }[]>("select to_regclass('history.audit_link') is not null as kept"))[0]?.kept;
    while (await isKept()) await owner.undoLastMigration({ transaction: "each" });
    await app.transaction((manager) =>
      loadFolder(manager, folder, {
        demonstration: true,
        now: NOW,
        fields: fieldsOfApi,
      }),
    );
    await migrate(owner);
    const [found] = await operatorTransaction(
      app,
      null,
      (runner) => runner.query("select id from partnership where slug = 'wrenford'") as Promise<{ id: string }[]>,
    );
    const id = found?.id ?? "";
    const verified = () => asAuditor(app, id, NOW, (ask) => verifyTrail(ask, id));
    expect(await verified()).toMatchObject({ verdict: "VALID", links: 1, problems: [] });
    const [update] = await operatorTransaction(app, id, async (runner) => {
      await runner.query("update plan set title = 'Another title' where slug = 'neglect-2019'");
      await runner.query(
        "insert into audit_entry (partnership_id, at, kind, outcome) values ($1, app.now(), 'tried', 'DONE')",
        [id],
      );
      return (await runner.query("select id from progress_update where state = 'ACCEPTED' order by id limit 1")) as {
        id: string;
      }[];
    });
    expect(await verified()).toMatchObject({ verdict: "VALID", links: 2 });
    await eraseWords(owner, { table: "progress_update", id: update?.id ?? "", columns: ["overall_progress"] }, NOW);
    expect(await verified()).toMatchObject({ verdict: "VALID", links: 3, problems: [] });
    // what is removed is marked so, which a policy of today's would keep an owner from
    await operatorTransaction(app, id, async (runner) => {
      await runner.query("delete from milestone where id = (select id from milestone order by id limit 1)");
      await runner.query(
        "insert into audit_entry (partnership_id, at, kind, outcome) values ($1, app.now(), 'tried', 'DONE')",
        [id],
      );
    });
    expect(await verified()).toMatchObject({ verdict: "VALID", links: 4, problems: [] });
    const titles = await operatorTransaction(
      app,
      id,
      (runner) =>
        runner.query(
          "select h.title from history.plan h join plan p on p.id = h.id where p.slug = 'neglect-2019' order by h.known_from",
        ) as Promise<{ title: string }[]>,
    );
    expect(titles.map(({ title }) => title)).toEqual([expect.stringContaining("Neglect Plan"), "Another title"]);
  } finally {
    rmSync(folder, { recursive: true });
    await app.destroy();
    await owner.destroy();
    await asAdmin(admin, async (db) => {
      await db.query(`drop database ${name} with (force)`);
      await db.query(`revoke ${APP_ROLE} from ${name}`);
      await db.query(`drop role ${name}`);
    });
  }
});

/** The same database, as somebody else. */
function as(connection: Connection, user: string): Connection {
  if (!("url" in connection)) return { ...connection, user };
  const url = new URL(connection.url);
  url.username = user;
  url.password = "";
  return { url: url.toString() };
}
