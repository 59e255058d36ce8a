import { deny } from "../permissions/non-interference";
import { INDICATOR_DASHBOARD } from "../support/contract";
import { demonstrationDatabase, serve, type Service } from "../support/service";

const OFFICER = "wrenford-officer";

interface Point {
  periodStart: string | null;
  periodEnd: string | null;
  value: number | null;
}
interface Shown {
  code: string;
  polarity: string;
  unit: string;
  target: { text: string; comparator: string; value: number | null } | null;
  targets: { text: string; comparator: string; value: number | null; upperValue: number | null }[];
  observations: Point[];
  comparators: { kind: string; label: string; observations: Point[] }[];
  trajectory: Point[];
  verdict: { rating: string | null; variation: string; assurance: string; reason: string };
}
interface Dashboard {
  partnership: { indicators: { totalCount?: number; nodes: Shown[] } };
}

let service: Service;
beforeAll(async () => {
  service = await serve(await demonstrationDatabase());
});
afterEach(() => service.database.owner.query("delete from field_grant where reason = 'a trial'"));
afterAll(async () => {
  await service.stop();
  await service.database.drop();
});

async function shown(partnership: string, actor: string | null, span: object = {}): Promise<(code: string) => Shown> {
  const query = INDICATOR_DASHBOARD.replace(
    "trajectory {",
    "targets { text comparator value upperValue } trajectory {",
  );
  const { partnership: found } = await service.as(actor).data<Dashboard>(query, { partnership, ...span });
  return (code) => {
    const one = found.indicators.nodes.find((indicator) => indicator.code === code);
    if (!one) throw new Error(`no ${code}`);
    return one;
  };
}

test("Coventry's critical indicators at December 2018, held against their targets", async () => {
  const of = await shown("coventry", null);
  const verdicts = Array.from({ length: 18 }, (_, index) => of(`CPI${index + 1}`).verdict.rating);
  expect(verdicts.map((rating, index) => (rating === "GREEN" ? index + 1 : 0)).filter(Boolean)).toEqual([6, 9, 17]);
  expect(verdicts.filter((rating) => rating === "RED")).toHaveLength(15);
  expect(of("CPI3").verdict).toEqual({
    rating: "RED",
    variation: "INSUFFICIENT_DATA",
    assurance: "INSUFFICIENT_DATA",
    reason: "25.9 on 31 December 2018, against a target of <19%.",
  });
});

test("a figure without a target, a target without a figure, and neither, are there with their nulls", async () => {
  const of = await shown("coventry", "coventry-officer");
  const plain = (code: string) => {
    const { target, observations, verdict } = of(code);
    return [target?.comparator ?? null, target?.value ?? null, observations.map(({ value }) => value), verdict.rating];
  };
  expect(plain("HV-CAF-NEW")).toEqual([null, null, [73], null]);
  expect(plain("ADOPT-MONTHS")).toEqual(["AT_MOST", 14, [], null]);
  expect(plain("HEALTH-CAF")).toEqual(["NOT_SET", null, [], null]);
  expect(plain("S175-RETURN")).toEqual(["AT_LEAST", 100, [100], "GREEN"]);
  expect(of("CONTACT-TURNED").verdict.reason).toBe("There is no observation with a day.");
  // of 2015-16 and held against the target of that year, though the year after has another
  expect(of("HV-BIRTH").targets.map(({ text }) => text)).toEqual(["97%", "100%"]);
  expect([of("HV-BIRTH").target?.text, of("HV-BIRTH").verdict.rating]).toEqual(["100%", "GREEN"]);
  expect(of("HV-15MONTHS").targets.map(({ comparator }) => comparator)).toEqual(["AT_LEAST", "NOT_APPLICABLE"]);
});

test("figures without a day come last as printed, in no span of days, and never as the newest", async () => {
  const all = (await shown("coventry", "coventry-officer"))("CP-COUNT");
  expect(all.observations.map(({ value }) => value)).toEqual([900, 504, 494, 918, 695, 465, 353, 307, 510]);
  expect(all.observations.slice(2).every((one) => one.periodStart === null && one.periodEnd === null)).toBe(true);
  const some = (await shown("coventry", "coventry-officer", { from: "2014-01-01", to: "2015-12-31" }))("CP-COUNT");
  expect(some.observations.map(({ value }) => value)).toEqual([900]);
  const { partnership } = await service
    .as("coventry-officer")
    .data<{ partnership: { indicators: { nodes: { code: string; latestObservation: object | null }[] } } }>(
      '{ partnership(slug: "coventry") { indicators(first: 100) { nodes { code latestObservation { value asAt needsReview } } } } }',
    );
  const newest = (code: string) => partnership.indicators.nodes.find((one) => one.code === code)?.latestObservation;
  expect(newest("CP-COUNT")).toEqual({ value: 504, asAt: "2016-07-31", needsReview: false });
  expect(newest("CASELOAD-RAS")).toBeNull();
});

test("comparators have series of their own, or are named without a figure", async () => {
  const of = await shown("coventry", null);
  expect(of("CONCEPTIONS").observations.map(({ value }) => value)).toEqual([64.3, 33.8]);
  expect(of("CONCEPTIONS").comparators).toHaveLength(9);
  expect(of("CONCEPTIONS").comparators[0]).toEqual({
    kind: "ENGLAND",
    label: "England",
    observations: [
      { periodEnd: "2002-12-31", value: 42.8 },
      { periodEnd: "2014-12-31", value: 22.8 },
    ],
  });
  expect(of("POLICE-POWERS").comparators).toEqual([
    { kind: "STATISTICAL_NEIGHBOURS", label: "Statistical neighbours", observations: [] },
  ]);
});

test("Wrenford's series run month by month, with what is missing and with zero apart, and a path to the target", async () => {
  const of = await shown("wrenford", OFFICER, { from: "2016-02-01", to: "2019-01-31" });
  for (const code of ["WPI7", "WPI8", "WPI9", "WPI10", "WPI11", "WPI12"])
    expect([code, of(code).observations.length]).toEqual([code, 36]);
  const families = of("WPI11").observations.map(({ value }) => value);
  expect([families.filter((one) => one === null).length, families.filter((one) => one === 0).length]).toEqual([3, 2]);
  expect([of("WPI7").trajectory.length, of("WPI7").trajectory.at(-1)]).toEqual([
    8,
    { periodEnd: "2020-03-31", value: 85 },
  ]);
  expect(of("WPI8").trajectory).toEqual([]);
});

test("a span that ends before it begins is refused by name", async () => {
  expect(
    new Set(
      await service
        .as(OFFICER)
        .refusals(INDICATOR_DASHBOARD, { partnership: "wrenford", from: "2019-01-01", to: "2018-01-01" }),
    ),
  ).toEqual(new Set(["BAD_USER_INPUT to"]));
});

test("whoever is denied the value is denied the verdict on it, a comparator's values too, and keeps the days", async () => {
  const LEAD = "wrenford-police-viewer";
  const before = await shown("wrenford", LEAD);
  expect(before("WPI7").verdict.rating).not.toBeNull();
  await deny(service, LEAD, "Observation.value");
  const { observations, comparators, verdict } = (await shown("wrenford", LEAD))("WPI7");
  expect(verdict).toEqual({ rating: null, variation: null, assurance: null, reason: null });
  expect(
    [...observations, ...comparators.flatMap((one) => one.observations)].every(({ value }) => value === null),
  ).toBe(true);
  expect(observations[0]?.periodEnd).toBe("2016-02-29");
});

test("an embargoed figure is in nobody's series, count or verdict but its owner's and oversight's", async () => {
  const [police, officer] = [await shown("wrenford", "wrenford-police-viewer"), await shown("wrenford", OFFICER)];
  expect([police("WPI2").observations.length, officer("WPI2").observations.length]).toEqual([3, 4]);
  expect(police("WPI2").verdict.reason).toContain("22.1 on 30 September 2018");
  expect(officer("WPI2").verdict.reason).toContain("21.2 on 31 December 2018");
});

test("pages run on in the partnership's order, forwards and backwards, and a page reads no more than itself", async () => {
  const page =
    'query ($first: Int, $after: String, $last: Int, $before: String) { partnership(slug: "coventry") { indicators(first: $first, after: $after, last: $last, before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { code } } } }';
  interface Page {
    partnership: {
      indicators: {
        totalCount: number;
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
        nodes: { code: string }[];
      };
    };
  }
  const codes: string[] = [];
  let after: string | null = null;
  for (let more = true; more;) {
    const { indicators }: Page["partnership"] = (await service.as(null).data<Page>(page, { first: 40, after }))
      .partnership;
    codes.push(...indicators.nodes.map(({ code }) => code));
    expect(indicators.totalCount).toBe(110);
    after = indicators.pageInfo.endCursor;
    more = indicators.pageInfo.hasNextPage;
  }
  expect([codes.length, new Set(codes).size, codes[0], codes[17], codes[18]]).toEqual([
    110,
    110,
    "CPI1",
    "CPI18",
    "CONCEPTIONS",
  ]);
  const last = (await service.as(null).data<Page>(page, { last: 3 })).partnership.indicators;
  expect([last.nodes.map(({ code }) => code), last.pageInfo.hasPreviousPage]).toEqual([codes.slice(-3), true]);
  expect(await service.as(null).refusals(page, { first: 1, after: "what" })).toEqual(["BAD_USER_INPUT after"]);
});
