import { globalId } from "../../src/platform/graphql/ids";
import type { TestDatabase } from "../support/database";
import { enrol, grant } from "../support/enrol";
import type { Service } from "../support/service";
import { demonstrationOfWriters, entries, POLICE } from "../support/writes";
import { untilWaiting } from "../support/until";

const PROBATION = "Wrenshire Probation";

let database: TestDatabase;
let service: Service;
let actions: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ database, service, actions } = await demonstrationOfWriters());
  await enrol(database, "probation-contributor", [{ role: "AGENCY_CONTRIBUTOR", agency: PROBATION }]);
  for (const agency of [POLICE, PROBATION]) await grant(database, { agency, field: "Action.title" });
  await service
    .as("police-lead")
    .data("mutation ($input: SaveProgressDraftInput!) { saveProgressDraft(input: $input) { userErrors { code } } }", {
      input: { ...READ, action: actionId(), overallProgress: "Begun" },
    });
});
afterAll(async () => {
  await service.stop();
  await database.drop();
});

const actionId = () => globalId("Action", actions["5.2"] ?? "");
const one = async <R extends object>(sql: string): Promise<R> =>
  (await database.owner.query<R[]>(sql, [actions["5.2"]]))[0]!;

const READ = { periodEnd: "2029-03-31" };
const THAT_DRAFT = `action_id = $1 and period_end = '${READ.periodEnd}' and state = 'DRAFT'`;

/** A thing that two write at the same version at once. A mutation that takes `expectedVersion` or `expectedRevision` has its line here. */
interface Written {
  mutation: string;
  /** Two who may. */
  writers: [string, string];
  input: (version: number, words: string, round: number) => object;
  /** Takes what both then wait for, when they have read and are about to write. */
  hold: (round: number) => string;
  /** The version before anybody writes. */
  version: () => Promise<number>;
  /** What stands afterwards. */
  stands: (round: number) => Promise<string>;
  /** How much later the version is that the conflict tells; null where it tells none. */
  told: number | null;
}

const CASES: readonly Written[] = [
  {
    mutation: "editActionText",
    // of two agencies, each by a grant
    writers: ["police-contributor", "probation-contributor"],
    input: (expectedVersion, title) => ({ action: actionId(), expectedVersion, title }),
    hold: () => "select 1 from action where id = $1 for update",
    version: async () => (await one<{ version: number }>("select version from action where id = $1")).version,
    stands: async () => (await one<{ title: string }>("select title from action where id = $1")).title,
    told: 1,
  },
  {
    mutation: "saveProgressDraft",
    // of one agency, beginning its draft of a period
    writers: ["police-contributor", "police-lead"],
    input: (expectedVersion, overallProgress, round) => ({
      action: actionId(),
      periodEnd: `20${String(30 + round)}-03-31`,
      expectedVersion,
      overallProgress,
    }),
    hold: (round) =>
      `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, version, state)
       select a.partnership_id, a.id, g.id, '20${String(30 + round)}-03-31', 1, 'DRAFT' from action a join agency g on g.partnership_id = a.partnership_id
       where a.id = $1 and g.name = '${POLICE}'`,
    version: () => Promise.resolve(1),
    stands: async (round) =>
      (
        await one<{ text: string }>(
          `select string_agg(overall_progress, ' and ') as text from progress_update where action_id = $1 and period_end = '20${String(30 + round)}-03-31'`,
        )
      ).text,
    told: null,
  },
  {
    mutation: "saveProgressDraft",
    // of one agency, changing the draft that both have read
    writers: ["police-contributor", "police-lead"],
    input: (expectedRevision, overallProgress) => ({ ...READ, action: actionId(), expectedRevision, overallProgress }),
    hold: () => `select 1 from progress_update where ${THAT_DRAFT} for update`,
    version: async () =>
      (await one<{ at: number }>(`select revision as at from progress_update where ${THAT_DRAFT}`)).at,
    stands: async () =>
      (await one<{ text: string }>(`select overall_progress as text from progress_update where ${THAT_DRAFT}`)).text,
    told: 1,
  },
];

interface Saved {
  progressUpdate: { id: string } | null;
  userErrors: { code: string }[];
}
interface Payload {
  userErrors: { code: string; currentVersion: number | null }[];
}

test.each(CASES)(
  "$mutation, two at one version: one wins, the other is told of it, and nothing is lost",
  async (written) => {
    const { mutation, writers, input, hold, version, stands, told } = written;
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code currentVersion } } }`;
    const wins = [0, 0];
    for (let round = 0; round < 10; round += 1) {
      const [at, trail] = [await version(), (await entries(database)).length];
      const words = writers.map((writer) => `Round ${String(round)} of ${writer}`);
      const holder = database.owner.createQueryRunner();
      await holder.startTransaction();
      await holder.query(hold(round), [actions["5.2"]]);
      const asked = writers.map((writer, index) =>
        service.as(writer).data<Record<string, Payload>>(document, { input: input(at, words[index]!, round) }),
      );
      await untilWaiting(database.owner, 2);
      await holder.rollbackTransaction();
      await holder.release();
      const answers = await Promise.all(asked);
      const refused = answers.map((answer) => answer[mutation]!.userErrors);
      const winner = refused.findIndex((errors) => errors.length === 0);
      wins[winner]! += 1;
      expect(refused.filter((errors) => errors.length > 0)).toEqual([
        [{ code: "CONFLICT", currentVersion: told === null ? null : at + told }],
      ]);
      expect(await stands(round)).toBe(words[winner]);
      expect((await entries(database)).length).toBe(trail + 1);
    }
    expect(wins[0]! + wins[1]!).toBe(10);
  },
);

test("a draft that is saved, submitted and thrown away at one revision at once: one of it is done, nothing of the others", async () => {
  const documents = {
    saveProgressDraft: "SaveProgressDraftInput",
    submitProgressUpdate: "SubmitProgressUpdateInput",
    discardProgressDraft: "NameProgressUpdateInput",
  };
  const names = Object.keys(documents) as (keyof typeof documents)[];
  for (let round = 0; round < 6; round += 1) {
    const periodEnd = `19${String(50 + round)}-03-31`;
    const send = async (name: keyof typeof documents, input: object) => {
      const document = `mutation ($input: ${documents[name]}!) { ${name}(input: $input) { progressUpdate { id } userErrors { code } } }`;
      const writer = name === "saveProgressDraft" ? "police-contributor" : "police-lead";
      return (await service.as(writer).data<Record<string, Saved>>(document, { input }))[name]!;
    };
    const begin = { action: actionId(), periodEnd, overallProgress: "Begun" };
    const { id } = (await send("saveProgressDraft", begin)).progressUpdate!;
    const inputs = {
      saveProgressDraft: { ...begin, overallProgress: "Saved", expectedRevision: 1 },
      submitProgressUpdate: { progressUpdate: id, riskNote: "Sent along", expectedRevision: 1 },
      discardProgressDraft: { progressUpdate: id, expectedRevision: 1 },
    };
    const trail = (await entries(database)).length;
    const holder = database.owner.createQueryRunner();
    await holder.startTransaction();
    await holder.query("select 1 from progress_update where action_id = $1 and period_end = $2 for update", [
      actions["5.2"],
      periodEnd,
    ]);
    const order = names.map((_, index) => names[(index + round) % names.length]!);
    const asked = [];
    for (const name of order) {
      asked.push(send(name, inputs[name]));
      await untilWaiting(database.owner, asked.length);
    }
    await holder.rollbackTransaction();
    await holder.release();
    const answers = await Promise.all(asked);
    const winner = answers.findIndex(({ userErrors }) => userErrors.length === 0);
    expect(answers.filter((_, index) => index !== winner).map(({ userErrors }) => userErrors)).toEqual([
      [{ code: "CONFLICT" }],
      [{ code: "CONFLICT" }],
    ]);
    const rows = await database.owner.query<{ stands: string }[]>(
      "select concat_ws(' ', state, overall_progress, risk_note) as stands from progress_update where action_id = $1 and period_end = $2",
      [actions["5.2"], periodEnd],
    );
    expect(rows.map(({ stands }) => stands)).toEqual(
      {
        saveProgressDraft: ["DRAFT Saved"],
        submitProgressUpdate: ["SUBMITTED Begun Sent along"],
        discardProgressDraft: [],
      }[order[winner]!],
    );
    expect((await entries(database)).length).toBe(trail + 1);
  }
});

test("a mutation that PostgreSQL gives up in a deadlock is done all the same, once", async () => {
  const { version } = await one<{ version: number }>("select version from action where id = $1");
  const trail = (await entries(database)).length;
  const other = database.owner.createQueryRunner();
  await other.startTransaction();
  // the other one is patient, so that it is the service that is given up
  await other.query("set local deadlock_timeout = '1min'");
  await other.query("select 1 from partnership where slug = 'wrenford' for update");
  service.statements();
  const editing = service
    .as("wrenford-officer")
    .data<{ editActionText: Payload & { action: object } }>(
      `mutation ($input: EditActionTextInput!) { editActionText(input: $input) { action { title version } userErrors { code currentVersion } } }`,
      { input: { action: actionId(), expectedVersion: version, title: "After a deadlock" } },
    );
  // it holds the action and waits for the partnership of its entry
  await untilWaiting(database.owner);
  await other.query("select 1 from action where id = $1 for update", [actions["5.2"]]);
  await other.rollbackTransaction();
  await other.release();
  expect(await editing).toEqual({
    editActionText: { action: { title: "After a deadlock", version: version + 1 }, userErrors: [] },
  });
  expect(service.statements().filter(({ text }) => text === "begin")).toHaveLength(2);
  expect((await entries(database)).length).toBe(trail + 1);
});
