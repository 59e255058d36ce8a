import type { TestDatabase } from "./database";
import { enrol } from "./enrol";
import { demonstrationDatabase, NOW, serve, type Service, type ServiceOptions } from "./service";
import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";

/** The agency whose people write in the tests of writing. */
export const POLICE = "Wrenshire Constabulary";

/** The demonstration with writers of the police in it, and the keys of its actions by reference (with plan, where not Wrenford's own). */
export async function demonstrationOfWriters(optionsOn: (database: TestDatabase) => ServiceOptions = () => ({})) {
  const database = await demonstrationDatabase();
  const service = await serve(database, optionsOn(database));
  const actions: Record<string, string> = {};
  for (const { id, reference } of await database.owner.query<{ id: string; reference: string }[]>(
    "select a.id, w.slug || ' ' || p.slug || ' ' || a.reference as reference from action a join plan p on p.id = a.plan_id join partnership w on w.id = a.partnership_id",
  ))
    actions[reference.replace("wrenford safeguarding-2018-2020 ", "")] = id;
  await enrol(database, "police-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: POLICE }]);
  await enrol(database, "police-lead", [{ role: "AGENCY_LEAD", agency: POLICE }]);
  return { database, service, actions };
}

export interface Outcome {
  userErrors: { code: string; field: string[] | null; message: string; currentVersion: number | null }[];
}

/** Codes of whatever kept a mutation from being done, each with the input that it names; none where it was done. */
export async function refusalsOf(service: Service, actor: string | null, mutation: string, input: object) {
  const { data, errors } = await service.as(actor).ask<Record<string, Outcome>>(mutation, { input });
  const told = Object.values(data ?? {}).flatMap(({ userErrors }) => userErrors);
  return [
    ...errors.map(({ extensions }) => extensions.code),
    ...told.map(({ code, field }) => (field ? `${code} ${field.join(".")}` : code)),
  ];
}

/** The rows of tables and the done entries of the trail, for showing that nothing moved. */
export async function state({ owner }: TestDatabase, ...tables: string[]): Promise<string[]> {
  const prints: string[] = [];
  for (const table of [...tables, "audit_entry"]) {
    const [row] = await owner.query<{ print: string }[]>(
      `select count(*) || ':' || coalesce(md5(string_agg(t::text, '' order by t.id)), '') as print from ${table} t
       ${table === "audit_entry" ? "where t.outcome = 'DONE'" : ""}`,
    );
    prints.push(`${table} ${row?.print ?? ""}`);
  }
  return prints;
}

/** The done entries of the trail, in the order of their chain. */
export const entries = ({ owner }: TestDatabase) =>
  owner.query<{ kind: string; subjectId: string; detail: { fields?: string[] } }[]>(
    `select e.kind, e.subject_id as "subjectId", e.detail from audit_entry e join history.audit_row r on r.row_id = e.id and r.table_name = 'audit_entry'
     join history.audit_link l on l.partnership_id = r.partnership_id and l.seq = r.seq
     where e.outcome = 'DONE' order by l.at, r.seq, e.kind, e.id`,
  );

/** One statement below the service as somebody, undone afterwards: rows it touched, or what refused it. */
export async function below(database: TestDatabase, subject: string, text: string, values: unknown[] = []) {
  const runner = database.app.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.query("select app.enter($1, $2, $3)", [DEMONSTRATION_ISSUER, subject, NOW.toISOString()]);
    const result = (await runner.query(
      `with touched as (${text} returning 1) select count(*)::int as rows from touched`,
      values,
    )) as {
      rows: number;
    }[];
    return result[0]?.rows;
  } catch (error) {
    return (error as Error).message.replace(/ (for|on) table "?\w+"?/, "");
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
