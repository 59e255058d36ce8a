import { isObjectType } from "graphql";
import type { TestDatabase } from "../support/database";
import { letSubmittedChange } from "../support/database";
import { demonstrationDatabase, serve, type Service } from "../support/service";
import { deny } from "../permissions/non-interference";

/** What is committed while a request is answered: the answer is wholly of the moment before, and the next one of the one after. */
let database: TestDatabase;
let service: Service;
/** Runs once, before the field of that name is resolved. */
let meanwhile: { field: string; change: () => Promise<unknown> } | null = null;
const FIELDS = ["Query.partnership", "Partnership.actions", "Action.updates", "Query.viewer", "Agency.actions"];

beforeAll(async () => {
  database = await demonstrationDatabase();
  await letSubmittedChange(database);
  service = await serve(database, {
    alter: (schema) => {
      for (const name of FIELDS) {
        const [typeName = "", fieldName = ""] = name.split(".");
        const type = schema.getType(typeName);
        const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
        if (!field?.resolve) throw new Error(`${name} has no resolver`);
        const { resolve } = field;
        field.resolve = async (row, args, context, info) => {
          if (meanwhile?.field === name) {
            const { change } = meanwhile;
            meanwhile = null;
            await change();
          }
          return await resolve(row, args, context, info);
        };
      }
    },
  });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const READER = "wrenford-council-lead";
const READ = `nodes { reference ratings { delivery { value rationale } impact { value rationale } } updates(first: 3) { totalCount nodes { state riskNote impactNarrative viewerCan { edit } } } viewerCan { editText updateProgress } }`;
const QUERY = `{ viewer { memberships { role } agency { actions(first: 20) { totalCount ${READ} } } }
  partnership(slug: "wrenford") { fieldGrants { nodes { type field effect inForce } } actions(first: 20, filter: { deliveryRating: { isNull: false } }) { totalCount ${READ} } } }`;

const DENIED = ["ProgressUpdate.riskNote", "ProgressUpdate.impactNarrative", "Rating.rationale"];
const CHANGES: { name: string; change: () => Promise<unknown>; undo: string }[] = [
  {
    name: "fields are denied",
    change: async () => {
      for (const field of DENIED) await deny(service, READER, field);
    },
    undo: "delete from field_grant where reason = 'a trial'",
  },
  {
    name: "the membership ends",
    change: () =>
      database.owner.query(
        "update membership set ended_at = '2019-02-01' where person_id = (select id from person where subject = $1)",
        [READER],
      ),
    undo: `update membership set ended_at = null where person_id = (select id from person where subject = '${READER}')`,
  },
  {
    name: "values change",
    change: () =>
      database.owner.query(
        "update progress_update set risk_note = 'Changed', impact_narrative = 'Changed', state = 'ACCEPTED'",
      ),
    undo: "select 1",
  },
];

for (const { name, change, undo } of CHANGES)
  test(`${name} while a request is answered: wholly before, and the next wholly after`, async () => {
    for (const execution of ["first asked", "asked again"])
      for (const field of FIELDS) {
        const query = `${QUERY} # ${field} ${name} ${execution}`; // nothing kept of an earlier one
        const before = await service.as(READER).ask(QUERY);
        meanwhile = { field, change };
        const during = await service.as(READER).ask(query);
        expect(meanwhile).toBeNull();
        expect(during.text).toBe(before.text);
        const after = await service.as(READER).ask(query);
        expect(after.text).toBe((await service.as(READER).ask(`${query} anew`)).text);
        if (name !== "values change" || field === FIELDS[0])
          expect(after.text === before.text).toBe(name === "values change" && execution === "asked again");
        await database.owner.query(undo);
      }
  });
