import { parse, validate } from "graphql";
import pino from "pino";
import { globalId } from "../../src/platform/graphql/ids";
import { buildSchema } from "../../src/schema";
import { actorIds } from "../support/grants";
import {
  ASSURANCE_MATRIX,
  contractText,
  INDICATOR_DASHBOARD,
  MY_AGENCY_ACTIONS,
  PLAN_OVERVIEW,
} from "../support/contract";
import { demonstrationDatabase, serve, type Service } from "../support/service";

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

interface Mine {
  viewer: {
    agency: {
      name: string;
      actions: {
        totalCount: number;
        edges: {
          node: {
            reference: string;
            latestUpdate: { overallProgress: string; impactNarrative: string | null; author: { name: string } } | null;
            ratings: { delivery: { value: string | null } };
            viewerCan: { submitProgressUpdate: boolean; requestDateRevision: boolean; raiseChallenge: boolean };
          };
        }[];
      };
    } | null;
  };
}

const operations = [
  ["my-agency-actions", MY_AGENCY_ACTIONS, { first: 50 }],
  ["assurance-matrix", ASSURANCE_MATRIX, { partnership: "wrenford", plan: "safeguarding-2018-2020" }],
  ["indicator-dashboard", INDICATOR_DASHBOARD, { partnership: "wrenford", from: "2018-01-01", to: "2018-12-31" }],
  ["plan-overview", PLAN_OVERVIEW, { partnership: "wrenford", plan: "safeguarding-2018-2020" }],
] as const;

describe.each(operations)("%s", (name, copy, variables) => {
  test("validates, and the copy here is the contract's own text", () => {
    const schema = buildSchema(pino({ level: "silent" }));
    expect(validate(schema, parse(copy))).toEqual([]);
    const text = contractText(name);
    if (text === null) {
      console.warn("skipped: ../shared is absent");
      return;
    }
    expect(copy.trim()).toBe(text.trim());
    expect(validate(schema, parse(text))).toEqual([]);
  });

  test("answers police, health and an officer, each differently", async () => {
    const answers = await Promise.all(
      ["wrenford-police-viewer", "wrenford-health-contributor", "wrenford-officer"].map((actor) =>
        service.as(actor).ask(copy, variables),
      ),
    );
    expect(answers.map(({ errors }) => errors)).toEqual([[], [], []]);
    const texts = answers.map(({ text }) => text);
    // totals and structure of a plan are the partnership's: what differs there is who may ask what of it
    if (name === "my-agency-actions") expect(new Set(texts).size).toBe(3);
  });
});

test("the police read their own list; health reads those of its collective; an officer has no agency", async () => {
  const read = async (actor: string) =>
    (await service.as(actor).data<Mine>(MY_AGENCY_ACTIONS, { first: 100 })).viewer.agency;
  const [police, health] = [await read("wrenford-police-viewer"), await read("wrenford-health-contributor")];
  expect([police?.name, police?.actions.totalCount, police?.actions.edges.length]).toEqual([
    "Wrenshire Constabulary",
    17,
    17,
  ]);
  const references = health?.actions.edges.map(({ node }) => node.reference) ?? [];
  expect(references).toEqual(expect.arrayContaining(["3.1", "4.1", "4.3", "2.2"]));
  expect(await read("wrenford-officer")).toBeNull();

  const missed = health?.actions.edges.find(({ node }) => node.reference === "3.1")?.node;
  expect(missed?.viewerCan).toEqual({ submitProgressUpdate: true, requestDateRevision: false, raiseChallenge: false });
  expect(police?.actions.edges.every(({ node }) => !node.viewerCan.submitProgressUpdate)).toBe(true);
});

test("an officer's overview counts what the public's withholds", async () => {
  const variables = { partnership: "wrenford", plan: "safeguarding-2018-2020" };
  interface Overview {
    partnership: {
      plan: { totals: { actions: number; overdue: number; stale: number | null; byDeliveryRating: unknown } };
    };
  }
  const officer = await service.as("wrenford-officer").ask<Overview>(PLAN_OVERVIEW, variables);
  const anybody = await service.as(null).ask<Overview>(PLAN_OVERVIEW, variables);
  expect(officer.redactions).toEqual([]);
  expect(officer.data?.partnership.plan.totals).toMatchObject({
    actions: 35,
    byDeliveryRating: expect.any(Array) as unknown,
  });
  expect(anybody.data?.partnership.plan.totals).toMatchObject({ actions: 35, stale: null, byDeliveryRating: null });
  expect(anybody.redactions).toEqual(
    ["byDeliveryRating", "byImpactRating", "stale"].map((field) => ({
      type: "PlanTotals",
      field,
      requires: "PARTNERSHIP",
    })),
  );
});

test("why the housing manager reads the risk note of its own action, and the police do not", async () => {
  const text = contractText("access-explain");
  if (text === null) {
    console.warn("skipped: ../shared is absent");
    return;
  }
  expect(validate(buildSchema(pino({ level: "silent" })), parse(text))).toEqual([]);
  const [update] = await service.database.owner.query<{ id: string }[]>(
    "select u.id from progress_update u join action a on a.id = u.action_id where a.reference = '8.1' and u.state = 'ACCEPTED' limit 1",
  );
  const actors = await actorIds(service);
  const explained = async (actor: string) =>
    (
      await service.as(actor).data<{ accessExplain: object }>(text, {
        node: globalId("ProgressUpdate", update?.id ?? ""),
        field: "riskNote",
        actor: actors.get(actor),
      })
    ).accessExplain;
  const decidedBy = { kind: "TIER", rule: "ProgressUpdate.riskNote:OWNER", grant: null };
  expect(await explained("wrenford-housing-contributor")).toMatchObject({
    verdict: "ALLOWED",
    tier: "OWNER",
    decidedBy,
  });
  expect(await explained("wrenford-police-viewer")).toMatchObject({ verdict: "WITHHELD", tier: "OWNER", decidedBy });
});
