import { randomUUID } from "node:crypto";
import { operatorTransaction, type TestDatabase } from "../support/database";
import { DEMONSTRATION_ISSUER } from "../support/service";

/** A partnership made by hand, each thing at the moment at which it is said; all of it is invented. */
export class World {
  readonly partnership = randomUUID();
  readonly plan = randomUUID();
  private readonly scheme = randomUUID();
  readonly agencies: Record<string, string> = {};
  readonly actions: Record<string, string> = {};

  private constructor(
    readonly database: TestDatabase,
    readonly slug: string,
  ) {}

  /** A partnership with the police, and a council that a new one takes over from, with a plan from April 2018 on. */
  static async made(database: TestDatabase, slug: string, now: string): Promise<World> {
    const world = new World(database, slug);
    const { partnership, plan, scheme } = world;
    await world.at(
      now,
      "insert into partnership (id, slug, name, label) values ($1, $2, $2 || ' (invented)', 'LSCP')",
      [partnership, slug],
    );
    for (const [name, sector] of [
      ["Police", "POLICE"],
      ["New council", "COUNCIL"],
      ["Old council", "COUNCIL"],
    ] as const) {
      world.agencies[name] = randomUUID();
      await world.at(
        now,
        "insert into agency (id, partnership_id, name, sector, kind, valid_to, successor_id) values ($1, $2, $3, $4, 'ORGANISATION', $5, $6)",
        [
          world.agencies[name],
          partnership,
          name,
          sector,
          ...(name === "Old council" ? ["2018-03-31", world.agencies["New council"]] : [null, null]),
        ],
      );
    }
    await world.at(
      now,
      "insert into plan (id, partnership_id, slug, title, period_start) values ($1, $2, 'plan', 'A plan', '2018-04-01')",
      [plan, partnership],
    );
    await world.at(now, "insert into rating_scheme (id, partnership_id, plan_id) values ($1, $2, $3)", [
      scheme,
      partnership,
      plan,
    ]);
    await world.at(
      now,
      `insert into rating_scheme_entry (partnership_id, plan_id, scheme_id, dimension, value, label)
       select $1, $2, $3, d, v, initcap(v) from unnest(array['DELIVERY','IMPACT']) d, unnest(array['RED','AMBER','GREEN']) v`,
      [partnership, plan, scheme],
    );
    return world;
  }

  /** One statement, committed at that moment. */
  at(now: string, text: string, values: unknown[] = []): Promise<unknown> {
    return operatorTransaction(
      this.database.owner,
      this.partnership,
      (runner) => runner.query(text, values),
      new Date(now),
    );
  }

  /** An action of the plan that the police lead, or who is named. */
  async action(
    now: string,
    reference: string,
    byWhen: string | null,
    { lead = "Police", status = "IN_PROGRESS" } = {},
  ) {
    const id = (this.actions[reference] = randomUUID());
    await this.at(
      now,
      `insert into action (id, partnership_id, plan_id, reference, reference_order, title, status, by_when_text, by_when_kind, by_when_end)
       values ($1, $2, $3, $4, $4, 'Action ' || $4, $5, coalesce($6::text, 'Ongoing'), case when $6::date is null then 'ONGOING' else 'DUE' end, $6::date)`,
      [id, this.partnership, this.plan, reference, status, byWhen],
    );
    if (lead !== "")
      await this.at(
        now,
        `insert into assignment (partnership_id, plan_id, action_id, agency_id, position, role) values ($1, $2, $3, $4, 1, 'LEAD')`,
        [this.partnership, this.plan, id, this.agencies[lead]],
      );
    return id;
  }

  rate(now: string, reference: string, dimension: string, value: string | null, asAt: string) {
    return this.at(
      now,
      `insert into rating (partnership_id, action_id, scheme_id, dimension, value, basis, as_at, recorded_at)
       values ($1, $2, $3, $4, $5, 'MODERATED', $6, $7)`,
      [this.partnership, this.actions[reference], this.scheme, dimension, value, asAt, now],
    );
  }

  update(now: string, reference: string, periodEnd: string, agency = "Police", state = "SUBMITTED") {
    return this.at(
      now,
      `insert into progress_update (partnership_id, action_id, author_agency_id, period_end, state, overall_progress, submitted_at)
       values ($1, $2, $3, $4, $5, 'Said', $6)`,
      [this.partnership, this.actions[reference], this.agencies[agency], periodEnd, state, now],
    );
  }

  set(now: string, reference: string, columns: string) {
    return this.at(now, `update action set ${columns} where id = $1`, [this.actions[reference]]);
  }

  async rule(
    now: string,
    kind: string,
    workingDays: number,
    { onFrom = now, effect = "WARN", indicator = null as string | null } = {},
  ): Promise<string> {
    const id = randomUUID();
    await this.at(
      now,
      `insert into rule (id, partnership_id, kind, name, working_days, effect, indicator_id, on_from) values ($1::uuid, $2, $3, 'Rule ' || $1::text, $4, $5, $6, $7)`,
      [id, this.partnership, kind, workingDays, effect, indicator, onFrom],
    );
    return id;
  }

  /** Somebody of that subject who holds that role. */
  async enrol(now: string, subject: string, role: string, agency: string | null = null): Promise<string> {
    const id = randomUUID();
    await this.database.owner.query("insert into person (id, issuer, subject, label) values ($1, $2, $3, $3)", [
      id,
      DEMONSTRATION_ISSUER,
      subject,
    ]);
    await this.at(
      now,
      "insert into membership (person_id, partnership_id, agency_id, role, valid_from) values ($1, $2, $3, $4, '2018-01-01')",
      [id, this.partnership, agency === null ? null : this.agencies[agency], role],
    );
    return id;
  }

  /** What the rules found, without the keys: the rule's kind, what and when. */
  async found(): Promise<{ what: string; against: string | null; since: string; foundOn: string }[]> {
    return this.database.owner.query(
      `select r.kind || ' ' || coalesce(a.reference, i.code, g.name) as what, t.name as against, f.since::text as since,
         (f.found_at at time zone 'Europe/London')::date::text as "foundOn"
       from rule_finding f join rule r on r.id = f.rule_id left join action a on a.id = f.action_id left join indicator i on i.id = f.indicator_id
       left join agency g on g.id = f.agency_id left join agency t on t.id = f.against_agency_id
       where f.partnership_id = $1 order by f.found_at, 1, f.cause`,
      [this.partnership],
    );
  }
}
