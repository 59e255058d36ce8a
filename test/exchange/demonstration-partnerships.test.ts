import { cell, column, ordered, read, type Row } from "./demonstration-files";

/** What each of the two demonstration partnerships is there to show. */
const clock = "2019-02-14T09:00:00Z";

describe("Coventry", () => {
  const actions = read("coventry/actions/improvement-2017-2019.csv");

  test("counts are those of its documents", () => {
    expect(actions).toHaveLength(109);
    expect(read("coventry/objectives.csv")).toHaveLength(48);
    expect(read("coventry/findings.csv")).toHaveLength(48);
    expect(read("coventry/themes.csv")).toHaveLength(3);
    const critical = (file: string) => read(file).filter((row) => /^CPI\d+$/.test(row.code ?? row.indicator ?? ""));
    expect(critical("coventry/indicators.csv")).toHaveLength(18);
    expect(critical("coventry/targets.csv")).toHaveLength(18);
    // what the note prints in its table, and one month that it tells in its text
    expect(critical("coventry/observations.csv")).toHaveLength(31);
    expect(column("coventry/observations.csv", "measure").filter((one) => one === "ROLLING_12_MONTHS")).toHaveLength(
      12,
    );
    expect(column("coventry/objectives.csv", "kind").filter((one) => one === "RECOMMENDATION")).toHaveLength(9);
    expect(column("coventry/published-totals.csv", "count").map(Number)).toEqual([101, 8, 0, 71, 33, 5]);
    expect(column("coventry/published-totals.csv", "value").join()).toBe("GREEN,AMBER,RED,GREEN,AMBER,RED");
  });

  test("tables of earlier and later papers keep their nulls: no figure, no target, no day", () => {
    const codes = column("coventry/indicators.csv", "code").filter((code) => !/^CPI\d+$/.test(code));
    const observations = read("coventry/observations.csv");
    const without = (rows: Row[]) => codes.filter((code) => !rows.some((row) => row.indicator === code)).length;
    expect([codes.length, without(observations), without(read("coventry/targets.csv"))]).toEqual([92, 22, 78]);
    const undated = observations.filter((row) => row.as_at === "");
    expect(undated.filter((row) => row.needs_review !== "yes" || row.period_end !== "")).toEqual([]);
    for (const [code, values] of [
      ["CP-COUNT", "494,918,695,465,353,307,510"],
      ["LAC-COUNT", "632,588,579,620,652,703,693,724"],
      ["AGENCY", "39,33,60,98,82,46,43"],
    ])
      expect(undated.filter((row) => row.indicator === code).map((row) => row.value)).toEqual(values?.split(","));
    const kinds = new Set(column("coventry/targets.csv", "comparator"));
    for (const kind of ["AT_LEAST", "AT_MOST", "LESS_THAN", "BETWEEN", "NOT_SET", "NOT_APPLICABLE", "IN_WORDS"])
      expect([kind, kinds.has(kind)]).toEqual([kind, true]);
    const silent = read("coventry/comparators.csv").filter(
      ({ indicator, label }) => !observations.some((row) => row.indicator === indicator && row.comparator === label),
    );
    expect(silent.map(({ indicator }) => indicator)).toEqual(["POLICE-POWERS"]);
  });

  test("references run on from .1 under each objective, 1 to 48", () => {
    expect(column("coventry/objectives.csv", "reference")).toEqual(
      Array.from({ length: 48 }, (_, index) => String(index + 1)),
    );
    const next = new Map<string, number>();
    for (const row of actions) {
      const place = (next.get(cell(row, "Objective")) ?? 0) + 1;
      next.set(cell(row, "Objective"), place);
      expect(row["No."]).toBe(`${cell(row, "Objective")}.${place}`);
    }
  });

  test("lost colours stay null, and what is lost is said", () => {
    for (const name of ["Status", "RAG delivery", "RAG impact"])
      expect(new Set(ordered(actions, name))).toEqual(new Set([""]));
    expect(read("coventry/updates.csv").concat(read("coventry/ratings.csv"))).toEqual([]);
    const gaps = actions.filter(
      (row) => row["By When"] === "" || row["Delivery Lead"] === "" || /lost/.test(cell(row, "Action")),
    );
    expect(ordered(gaps, "No.")).toEqual(["2.1", "22.1", "28.2", "29.1", "31.1", "34.1", "36.1", "37.1", "39.2"]);
    expect(gaps.filter((row) => row.Doubts === "")).toEqual([]);
    expect(actions.filter((row) => row.Doubts !== "")).toHaveLength(20);
    expect(
      ordered(
        actions.filter((row) => cell(row, "Delivery Lead").includes("**")),
        "No.",
      ),
    ).toEqual(["33.1", "45.1"]);
  });
});

describe("Wrenford shows what Coventry's papers cannot", () => {
  const updates = read("wrenford/updates.csv");
  const ratings = read("wrenford/ratings.csv");
  const all = read("wrenford/observations.csv");
  const observations = all.filter((row) => row.source === "Wrenford quarterly return");

  test("plans, actions, statuses and updates in every state", () => {
    expect(read("wrenford/actions/safeguarding-2018-2020.csv")).toHaveLength(36);
    expect(read("wrenford/actions/neglect-2019.csv")).toHaveLength(4);
    expect(read("wrenford/plans.csv").find((row) => row.slug === "neglect-2019")?.published_on).toBe("");
    const statuses = new Set(column("wrenford/actions/safeguarding-2018-2020.csv", "Status"));
    expect([...statuses].sort()).toEqual(["COMPLETED", "IN_PROGRESS", "NOT_STARTED", "SIGNED_OFF", "SUPERSEDED"]);
    expect([...new Set(ordered(updates, "state"))].sort()).toEqual(["ACCEPTED", "DRAFT", "RETURNED", "SUBMITTED"]);
    const points = updates.map((row) => [row.reference, row.author, row.period_end, row.version].join(" "));
    expect(points).toHaveLength(new Set(points).size);
    expect(updates.some((row) => row.version === "2" && row.state === "ACCEPTED")).toBe(true);
  });

  test("an update's instants agree with its state, and nothing is later than the clock", () => {
    for (const row of updates) {
      const { submitted_at, accepted_at, returned_at, published_at } = row;
      expect([submitted_at !== "", accepted_at !== "", returned_at !== ""]).toEqual([
        row.state !== "DRAFT",
        row.state === "ACCEPTED",
        row.state === "RETURNED",
      ]);
      expect(row.returned_reason !== "").toBe(row.state === "RETURNED");
      if (published_at !== "")
        expect(accepted_at !== "" && cell(row, "accepted_at") < cell(row, "published_at")).toBe(true);
    }
    const instants = [...updates, ...ratings].flatMap((row) =>
      Object.entries(row).filter(([name]) => name.endsWith("_at")),
    );
    expect(
      instants.filter(
        ([name, at]) => name !== "as_at" && at !== "" && !(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at) && at < clock),
      ),
    ).toEqual([]);
  });

  test("ratings disagree, go stale, and can be null", () => {
    const has = (wanted: Row): boolean =>
      ratings.some((row) => Object.entries(wanted).every(([name, value]) => row[name] === value));
    expect(
      has({ reference: "2.2", dimension: "DELIVERY", value: "GREEN", basis: "REPORTED", as_at: "2018-12-31" }),
    ).toBe(true);
    expect(
      has({ reference: "2.2", dimension: "DELIVERY", value: "AMBER", basis: "MODERATED", as_at: "2018-12-31" }),
    ).toBe(true);
    expect(
      has({ reference: "6.3", dimension: "DELIVERY", value: "GREEN", basis: "MODERATED", as_at: "2018-12-31" }),
    ).toBe(true);
    expect(has({ reference: "6.3", dimension: "IMPACT", value: "RED", basis: "MODERATED", as_at: "2018-12-31" })).toBe(
      true,
    );
    expect(has({ reference: "10.3", value: "", basis: "MODERATED" })).toBe(true);
    expect(ratings.filter((row) => row.reference === "1.3" && cell(row, "as_at") > "2018-06-30")).toEqual([]);
    expect(ratings.filter((row) => row.basis === "REPORTED" && row.agency === "")).toEqual([]);
  });

  test("missing, small, zero, embargoed and not yet set are five different things", () => {
    expect(observations).toHaveLength(24);
    for (const row of all) expect(row.value === "").toBe(row.missing_reason !== "");
    expect(observations.filter((row) => row.numerator === "3" && row.denominator === "7")).toHaveLength(1);
    expect(observations.filter((row) => row.value === "0")).toHaveLength(1);
    expect(observations.filter((row) => row.status === "EMBARGOED")).toHaveLength(1);
    expect(observations.filter((row) => row.missing_reason === "NOT_RETURNED")).toHaveLength(1);
    expect(column("wrenford/targets.csv", "comparator").filter((one) => one === "NOT_SET")).toHaveLength(1);
  });

  test("six series run for 36 months, each month once, with what is missing in its place", () => {
    const months = Array.from({ length: 36 }, (_, index) =>
      new Date(Date.UTC(2016, index + 2, 0)).toISOString().slice(0, 10),
    );
    const monthly = all.filter((row) => row.source === "Wrenford monthly return");
    const codes = [...new Set(ordered(monthly, "indicator"))];
    expect(codes).toHaveLength(6);
    for (const code of codes)
      expect(monthly.filter((row) => row.indicator === code).map((row) => row.period_end)).toEqual(months);
    expect(new Set(ordered(monthly, "missing_reason"))).toEqual(
      new Set(["", "NOT_RETURNED", "NOT_COLLECTED", "SUPPRESSED"]),
    );
    for (const { numerator = "", denominator = "", value } of monthly.filter((row) => row.denominator !== ""))
      expect((100 * Number(numerator)) / Number(denominator)).toBeCloseTo(Number(value), 1);
  });
});
