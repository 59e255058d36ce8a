import { catalogueOf, Operation } from "../../src/domains/access/index";
import { globalId } from "../../src/platform/graphql/ids";
import { buildSchema } from "../../src/schema";
import pino from "pino";
import { actorIds, agencyIds } from "../support/grants";
import { demonstrationDatabase, serve, type Service } from "../support/service";

interface Verdict {
  relation: string;
  verdict: string;
  decidedBy: { kind: string; rule: string; grant: { effect: string } | null };
}
interface Row {
  agency: { id: string; name: string } | null;
  role: string;
  type: string;
  field: string;
  operation: string;
  tier: string;
  verdicts: Verdict[];
}
interface Matrix {
  accessPolicy: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Row[] };
}
const POLICY = `query ($agency: ID, $role: Role, $type: String, $field: String, $operation: Operation, $first: Int, $after: String) {
  accessPolicy(partnership: "wrenford", agency: $agency, role: $role, type: $type, field: $field, operation: $operation, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { agency { id name } role type field operation tier verdicts { relation verdict decidedBy { kind rule grant { effect } } } } } }`;

let service: Service;
let agencies: Map<string, string>;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
  agencies = await agencyIds(service);
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

async function rows(variables: object): Promise<Row[]> {
  const all: Row[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Matrix = await service
      .as("wrenford-police-viewer")
      .data<Matrix>(POLICY, { ...variables, first: 100, after });
    all.push(...page.accessPolicy.nodes);
    after = page.accessPolicy.pageInfo.endCursor;
    if (page.accessPolicy.pageInfo.hasNextPage) continue;
    expect(all.length).toBe(page.accessPolicy.totalCount);
    return all;
  }
}
const short = ({ agency, role, operation, verdicts }: Row) => [
  agency?.name ?? null,
  role,
  operation,
  Object.fromEntries(verdicts.map(({ relation, verdict, decidedBy }) => [relation, `${verdict} ${decidedBy.kind}`])),
];

test("the risk note: by role and relation, with what decided", async () => {
  const found = await rows({ field: "ProgressUpdate.riskNote", operation: "READ" });
  const of = (name: string | null, role: string) =>
    found.filter((row) => (row.agency?.name ?? null) === name && row.role === role).map(short);
  const byTier = {
    AUTHOR: "ALLOWED TIER",
    LEAD: "ALLOWED TIER",
    CONTRIBUTOR: "WITHHELD TIER",
    PARTNER: "WITHHELD TIER",
  };
  expect(of("Wrenford Homes", "AGENCY_VIEWER")).toEqual([["Wrenford Homes", "AGENCY_VIEWER", "READ", byTier]]);
  expect(of("Wrenshire Probation", "INTEGRATOR")).toEqual([
    ["Wrenshire Probation", "INTEGRATOR", "READ", { ...byTier, CONTRIBUTOR: "ALLOWED GRANT" }],
  ]);
  for (const name of ["Schools", "Kestrel Lane Primary School"])
    expect(of(name, "AGENCY_LEAD")[0]?.[3]).toEqual({
      AUTHOR: "WITHHELD GRANT",
      LEAD: "WITHHELD GRANT",
      CONTRIBUTOR: "WITHHELD GRANT",
      PARTNER: "WITHHELD GRANT",
    });
  for (const role of ["PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR", "INSPECTOR"])
    expect(of(null, role)).toEqual([[null, role, "READ", { OVERSIGHT: "ALLOWED TIER" }]]);
  expect(of(null, "SCRUTINY_MEMBER")[0]?.[3]).toEqual({ NONE: "WITHHELD TIER" });
  expect(of(null, "INTEGRATOR")[0]?.[3]).toEqual({ PARTNER: "WITHHELD TIER" });
  // an agency that has ended gives its people nothing
  expect(found.some(({ agency }) => agency?.name === "Wrenford Safeguarding Children Board")).toBe(false);
});

test("it is what the enforcement answers, for each actor of Wrenford and each relation that occurs", async () => {
  const actors = await actorIds(service);
  const held = await service.database.owner.query<
    { subject: string; role: string; agency: string | null; person: string }[]
  >(
    `select p.subject, m.role, m.agency_id as agency, p.id as person from membership m join person p on p.id = m.person_id
     join partnership w on w.id = m.partnership_id where w.slug = 'wrenford'`,
  );
  const updates = await service.database.owner.query<{ id: string }[]>(
    `select distinct on (a.reference) u.id from progress_update u join action a on a.id = u.action_id
     where u.state = 'ACCEPTED' and u.published_at is not null and a.reference in ('1.2', '2.2', '5.1', '8.1', '11.2', '6.3')
     order by a.reference, u.period_end`,
  );
  expect(updates.length).toBeGreaterThan(3);
  const fields = ["impactNarrative", "riskNote", "returnedReason", "acceptedAt", "overallProgress"];
  const explain = `query ($node: ID!, $actor: ID!) { ${fields
    .map(
      (field) =>
        `${field}: accessExplain(node: $node, field: "${field}", actor: $actor) { verdict relation decidedBy { kind rule } }`,
    )
    .join(" ")} }`;
  const compared = new Set<string>();
  for (const { subject, role, agency } of held) {
    const matrix = await rows({
      type: "ProgressUpdate",
      role,
      operation: "READ",
      ...(agency && { agency: globalId("Agency", agency) }),
    });
    for (const { id } of updates) {
      const told = await service
        .as("wrenford-officer")
        .data<Record<string, { verdict: string; relation: string; decidedBy: { kind: string; rule: string } }>>(
          explain,
          {
            node: globalId("ProgressUpdate", id),
            actor: actors.get(subject),
          },
        );
      for (const field of fields) {
        const row = matrix.find(
          (one) => one.field === field && (one.agency?.id ?? null) === (agency && globalId("Agency", agency)),
        );
        const { verdict, relation, decidedBy } = told[field] ?? { verdict: "", relation: "", decidedBy: null };
        const cell = row?.verdicts.find((one) => one.relation === relation);
        expect([subject, field, relation, cell?.verdict, cell?.decidedBy.kind, cell?.decidedBy.rule]).toEqual([
          subject,
          field,
          relation,
          verdict,
          decidedBy?.kind,
          decidedBy?.rule,
        ]);
        compared.add(`${relation} ${verdict} ${decidedBy?.kind ?? ""}`);
      }
    }
  }
  expect(compared.size).toBeGreaterThan(8);
});

test("changing: abilities by role and relation", async () => {
  const found = await rows({
    field: "Action.title",
    operation: Operation.WRITE,
    agency: agencies.get("wrenford/Wrenford Homes"),
  });
  expect(found.map(({ role, verdicts }) => [role, verdicts.map(({ verdict }) => verdict)])).toEqual(
    ["AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "AGENCY_LEAD", "INTEGRATOR"].map((role) => [
      role,
      ["WITHHELD", "WITHHELD", "WITHHELD"],
    ]),
  );
  const [officer] = await rows({ field: "Action.title", operation: Operation.WRITE, role: "PARTNERSHIP_OFFICER" });
  expect(officer?.verdicts).toEqual([
    { relation: "OVERSIGHT", verdict: "ALLOWED", decidedBy: { kind: "ROLE", rule: "editText", grant: null } },
  ]);
});

test("a page is one number of statements, whatever its size; every field that is ruled is in it", async () => {
  const count = async (first: number) => {
    service.statements();
    await service.as("wrenford-officer").data(POLICY, { first });
    return service.statements().length;
  };
  const [one, many] = [await count(1), await count(100)];
  expect([one, many]).toEqual([many, 7]);
  const fields = catalogueOf(buildSchema(pino({ level: "silent" })));
  const ruled = fields.filter(({ tier, mayDeny }) => tier !== "PUBLIC" || mayDeny);
  const found = await rows({ role: "PARTNERSHIP_CHAIR", operation: "READ" });
  const named = new Set(found.map(({ type, field }) => `${type}.${field}`));
  expect(ruled.filter(({ type, field }) => !named.has(`${type}.${field}`))).toEqual([]);
});

test("members alone read it; what is not there is named; a cursor of elsewhere is refused", async () => {
  const refusals = (actor: string | null, variables: object) => service.as(actor).refusals(POLICY, variables);
  for (const actor of [null, "wrenford-scrutiny", "coventry-officer"])
    expect([actor, await refusals(actor, {})]).toEqual([actor, ["FORBIDDEN partnership"]]);
  expect(
    await service.as("wrenford-officer").refusals('{ accessPolicy(partnership: "nowhere") { totalCount } }'),
  ).toEqual(["NOT_FOUND"]);
  expect(await refusals("wrenford-officer", { field: "ProgressUpdate.risk" })).toEqual(["BAD_USER_INPUT field"]);
  expect(await refusals("wrenford-officer", { type: "Updates" })).toEqual(["BAD_USER_INPUT type"]);
  expect(
    await refusals("wrenford-officer", { agency: [...agencies].find(([name]) => name.startsWith("coventry/"))?.[1] }),
  ).toEqual(["BAD_USER_INPUT agency"]);
  expect(await refusals("wrenford-officer", { after: "what" })).toEqual(["BAD_USER_INPUT after"]);
  expect(await refusals("wrenford-officer", { first: 101 })).toEqual(["BAD_USER_INPUT first"]);
});
