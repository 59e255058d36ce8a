import { DEMONSTRATION_ISSUER } from "../../src/platform/http/tokens";
import { NOW } from "../support/service";
import { mustOpen, openings, type Outcome, REASON, trail, world } from "./opening-world";

const ACKNOWLEDGE = `mutation ($input: AcknowledgeRecordOpeningInput!) {
  acknowledgeRecordOpening(input: $input) { opening { acknowledgedBy acknowledgedAt viewerCan { acknowledge review } } userErrors { code field message } }
}`;
const REVIEW = `mutation ($input: ReviewRecordOpeningInput!) {
  reviewRecordOpening(input: $input) { opening { reviewedBy reviewedAt reviewNote viewerCan { acknowledge review } } userErrors { code field message } }
}`;
const LISTS = `{
  partnership(slug: "wrenford") {
    recordOpenings { nodes { id } totalCount }
    agencies { name recordOpenings { nodes { id reason openedBy } } }
  }
}`;
interface Lists {
  partnership: {
    recordOpenings: { nodes: { id: string }[]; totalCount: number } | null;
    agencies: { name: string; recordOpenings: { nodes: { id: string; reason: string; openedBy: string }[] } | null }[];
  };
}

test.each([
  ["wrenford-officer", "oversight"],
  ["wrenford-chair", "oversight"],
  ["wrenford-inspector", "oversight"],
  ["police-lead", "own"],
  ["wrenford-police-viewer", "own"],
  ["wrenford-council-lead", "other"],
  ["wrenford-probation-viewer", "other"],
  ["wrenford-scrutiny", "other"],
  ["coventry-officer", "other"],
  [null, "other"],
])("%s (%s): who is told of an opening", async (actor, sees) => {
  const id = await mustOpen("wrenford-officer");
  const { data, errors, redactions } = await world.service.as(actor).ask<Lists>(LISTS);
  expect(errors).toEqual([]);
  const told = { id, reason: REASON, openedBy: "Partnership business manager" };
  expect(data?.partnership.recordOpenings).toEqual(sees === "oversight" ? { nodes: [{ id }], totalCount: 1 } : null);
  const police = data?.partnership.agencies.find(({ name }) => name === "Wrenshire Constabulary")?.recordOpenings;
  expect(police ?? null).toEqual(sees === "other" ? null : { nodes: [told] });
  expect(redactions.map(({ type, field }) => `${type}.${field}`)).toEqual(
    sees === "oversight" ? [] : ["Agency.recordOpenings", "Partnership.recordOpenings"],
  );
  const node = await world.service
    .as(actor)
    .ask(`query ($id: ID!) { node(id: $id) { ... on RecordOpening { reason } } }`, { id });
  if (sees === "other") expect(node.errors.map(({ extensions }) => extensions.code)).toEqual(["NOT_FOUND"]);
  else expect(node.data).toEqual({ node: { reason: REASON } });
});

test.each([
  ["police-lead", "done"],
  ["police-contributor", "FORBIDDEN"],
  ["wrenford-police-viewer", "FORBIDDEN"],
  ["wrenford-officer", "FORBIDDEN"],
  ["wrenford-chair", "FORBIDDEN"],
  ["wrenford-council-lead", "NOT_FOUND"],
  [null, "FORBIDDEN"],
])("%s acknowledges an opening of the police's drafts: %s", async (actor, expected) => {
  const opening = await mustOpen("wrenford-officer");
  const [rows, entries] = [await openings(), await trail()];
  const { data, errors } = await world.service
    .as(actor)
    .ask<{ acknowledgeRecordOpening: Outcome }>(ACKNOWLEDGE, { input: { opening } });
  const outcome = data?.acknowledgeRecordOpening;
  const codes = [
    ...errors.map(({ extensions }) => extensions.code),
    ...(outcome?.userErrors ?? []).map(({ code }) => code),
  ];
  if (expected !== "done") {
    expect(codes).toEqual([expected]);
    expect([await openings(), await trail()]).toEqual([rows, entries]);
    return;
  }
  expect(codes).toEqual([]);
  expect(outcome?.opening).toEqual({
    acknowledgedBy: "Post of police-lead",
    acknowledgedAt: NOW.toISOString(),
    viewerCan: { acknowledge: false, review: false },
  });
  expect((await trail()).filter(({ kind }) => kind === "recordOpening.acknowledged")).toHaveLength(1);
  const again = await world.service
    .as(actor)
    .data<{ acknowledgeRecordOpening: Outcome }>(ACKNOWLEDGE, { input: { opening } });
  expect(again.acknowledgeRecordOpening.userErrors.map(({ code }) => code)).toEqual(["CONFLICT"]);
});

test.each([
  ["wrenford-chair", "done"],
  ["officer-and-chair", "FORBIDDEN"],
  ["wrenford-officer", "FORBIDDEN"],
  ["wrenford-inspector", "FORBIDDEN"],
  ["police-lead", "FORBIDDEN"],
  ["coventry-chair", "NOT_FOUND"],
  [null, "FORBIDDEN"],
])("%s reviews what officer-and-chair opened: %s", async (actor, expected) => {
  const opening = await mustOpen("officer-and-chair");
  const [rows, entries] = [await openings(), await trail()];
  const { data, errors } = await world.service
    .as(actor)
    .ask<{ reviewRecordOpening: Outcome }>(REVIEW, { input: { opening, note: "It was needed." } });
  const outcome = data?.reviewRecordOpening;
  const codes = [
    ...errors.map(({ extensions }) => extensions.code),
    ...(outcome?.userErrors ?? []).map(({ code }) => code),
  ];
  const list = async (reviewed: boolean) =>
    (
      await world.service
        .as("wrenford-inspector")
        .data<Lists>(
          `{ partnership(slug: "wrenford") { recordOpenings(reviewed: ${reviewed}) { nodes { id } totalCount } } }`,
        )
    ).partnership.recordOpenings?.nodes.map(({ id }) => id);
  expect([await list(true), await list(false)]).toEqual(expected === "done" ? [[opening], []] : [[], [opening]]);
  if (expected !== "done") {
    expect(codes).toEqual([expected]);
    expect([await openings(), await trail()]).toEqual([rows, entries]);
    return;
  }
  expect(codes).toEqual([]);
  expect(outcome?.opening).toEqual({
    reviewedBy: "Independent chair",
    reviewedAt: NOW.toISOString(),
    reviewNote: "It was needed.",
    viewerCan: { acknowledge: false, review: false },
  });
  expect((await trail()).filter(({ kind }) => kind === "recordOpening.reviewed")).toHaveLength(1);
  const again = await world.service
    .as(actor)
    .data<{ reviewRecordOpening: Outcome }>(REVIEW, { input: { opening, note: "Once more." } });
  expect(again.reviewRecordOpening.userErrors.map(({ code }) => code)).toEqual(["CONFLICT"]);
});

test("viewerCan says who acknowledges and who reviews", async () => {
  const id = await mustOpen("officer-and-chair");
  const can = async (actor: string) =>
    (
      await world.service
        .as(actor)
        .data<{ node: { viewerCan: object } }>(
          "query ($id: ID!) { node(id: $id) { ... on RecordOpening { viewerCan { acknowledge review } } } }",
          { id },
        )
    ).node.viewerCan;
  expect(await can("police-lead")).toEqual({ acknowledge: true, review: false });
  expect(await can("wrenford-chair")).toEqual({ acknowledge: false, review: true });
  for (const actor of ["officer-and-chair", "wrenford-officer", "wrenford-inspector", "wrenford-police-viewer"])
    expect([actor, await can(actor)]).toEqual([actor, { acknowledge: false, review: false }]);
});

test("below the service an opening is made in nobody else's name, and closed by its lead and its chair alone", async () => {
  await mustOpen("wrenford-officer");
  const as = async (subject: string, text: string, values: unknown[] = []) => {
    const runner = world.database.app.createQueryRunner();
    await runner.startTransaction();
    try {
      await runner.query("select app.enter($1, $2, $3)", [DEMONSTRATION_ISSUER, subject, NOW.toISOString()]);
      const result = (await runner.query(text, values)) as unknown;
      return Array.isArray(result) ? (result as [unknown, number])[1] : result;
    } catch (error) {
      return (error as Error).message.replace(/ for table .*/, "");
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  };
  const inName = (whose: string, of = "partnership_id, action_id, agency_id") =>
    `insert into record_opening (${of}, opened_by, reason, opened_at, opened_until)
     select ${of}, (select id from person where subject = '${whose}'), reason, opened_at, opened_until from record_opening limit 1`;
  const refused = "new row violates row-level security policy";
  expect(await as("second-officer", inName("wrenford-officer"))).toBe(refused);
  expect(await as("wrenford-chair", inName("wrenford-chair"))).toBe(refused);
  expect(await as("police-lead", inName("police-lead"))).toBe(refused);
  expect(
    await as("wrenford-officer", "update record_opening set opened_until = opened_until + interval '1 hour'"),
  ).toBe("permission denied");
  const acknowledge = "update record_opening set acknowledged_at = app.now(), acknowledged_by = app.person()";
  const review = "update record_opening set reviewed_at = app.now(), reviewed_by = app.person()";
  expect(await as("police-lead", acknowledge)).toBe(1);
  expect(await as("wrenford-chair", review)).toBe(1);
  for (const subject of ["police-contributor", "wrenford-officer", "wrenford-inspector", "wrenford-council-lead"])
    for (const text of [acknowledge, review]) expect([subject, await as(subject, text)]).toEqual([subject, 0]);
  const not = "an opening is acknowledged by the agency's lead and reviewed by the chair, once each";
  expect(await as("wrenford-chair", acknowledge)).toBe(not);
  expect(await as("police-lead", review)).toBe(not);
  expect(await as("police-lead", `${acknowledge}, review_note = 'mine'`)).toBe(not);
  expect(await as("wrenford-chair", `${review}, acknowledged_at = app.now()`)).toBe(not);
});
