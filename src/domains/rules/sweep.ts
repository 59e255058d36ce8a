import type { DataSource } from "typeorm";
import type { Calendar } from "../../clocks/index";
import { jobTransaction } from "../../platform/database/as-operator";
import { columnsOf } from "../../platform/database/rows";
import { recordAsOperator, type Send } from "../audit/index";
import { calendarOf } from "../calendars/index";
import { type Look, lookAt } from "./days";
import { type Answered, effects as ofTheService, type Effects, type FoundNow } from "./effects";
import { type Found, finds, STANDING_TODAY } from "./finds";
import { Rule, RuleEffect } from "./rule.entity";

/** Findings that are written in one transaction: the turn in the trail that it takes at its end, and what numbers challenges, is held briefly. */
const BATCH: Readonly<Record<RuleEffect, number>> = { WARN: 10, RAISE: 2 };

/** Partnerships gone over side by side: nothing that one of them locks is the other's. */
const SIDE_BY_SIDE = 2;

export interface SweepOptions {
  effects?: Effects;
  /** Told of each partnership that was gone over. */
  onPartnership?: (slug: string) => void;
}

/** What a sweep did. */
export interface Swept {
  partnerships: number;
  rules: number;
  found: number;
  raised: number;
  warned: number;
}

/**
 * Goes over every partnership with rules that are on at `now`, and raises or warns of what they find and have not found
 * before. What is found is read without a lock; what comes of it is written in batches, each with its entry in the trail, and
 * a fact is written down once however many sweeps run: a batch may be tried again, after a restart of the database too.
 */
export async function sweep(
  db: DataSource,
  now: Date,
  { effects = ofTheService, onPartnership = () => undefined }: SweepOptions = {},
): Promise<Swept> {
  const swept: Swept = { partnerships: 0, rules: 0, found: 0, raised: 0, warned: 0 };
  const left = (await partnershipsOf(db, now)).values();
  const goOver = async () => {
    for (const { id, slug } of left) {
      const rules = await sweepOne(db, now, id, effects, swept);
      if (rules === 0) continue;
      swept.partnerships += 1;
      swept.rules += rules;
      onPartnership(slug);
    }
  };
  // what fails for one partnership ends the sweep when the other side has done what it could
  const ends = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, goOver));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return swept;
}

/** Goes over one partnership, and counts what was written. Gives how many rules it has that are on. */
async function sweepOne(db: DataSource, now: Date, id: string, effects: Effects, swept: Swept): Promise<number> {
  const { rules, calendar } = await jobTransaction(db, now, id, async (send) => {
    const rules = await rulesOn(send, db, id, now);
    return { rules, calendar: await calendarOf(send, id) };
  });
  for (const rule of rules) {
    const found = await jobTransaction(db, now, id, (send) =>
      notFoundBefore(send, db, rule, lookAt(now, 0, rule, calendar), calendar),
    );
    for (let from = 0; from < found.length; from += BATCH[rule.effect]) {
      const batch = found.slice(from, from + BATCH[rule.effect]);
      const done = await jobTransaction(db, now, id, (send) => write(send, rule, batch, now, effects));
      swept.found += done.found;
      swept.raised += done.raised;
      swept.warned += done.warned;
    }
  }
  return rules.length;
}

/** Every partnership, from any one on: workers that begin at the same moment are seldom in each other's way. */
export async function partnershipsOf(db: DataSource, now: Date): Promise<{ id: string; slug: string }[]> {
  const all = await jobTransaction(db, now, null, (send) =>
    send<{ id: string; slug: string }>("select p.id, p.slug from partnership p order by p.id"),
  );
  const first = Math.floor(Math.random() * all.length);
  return [...all.slice(first), ...all.slice(0, first)];
}

type RuleOn = Rule & { onFrom: Date };

const rulesOn = (send: Send, db: DataSource, partnershipId: string, now: Date): Promise<RuleOn[]> =>
  send<RuleOn>(
    `select ${columnsOf(db, Rule, "r")} from rule r where r.partnership_id = $1 and r.on_from <= $2 order by r.id`,
    [partnershipId, now],
  );

async function notFoundBefore(
  send: Send,
  db: DataSource,
  rule: RuleOn,
  look: Look,
  calendar: Calendar,
): Promise<Found[]> {
  const { text, values } = await finds(send, db, rule, [look], calendar, "now");
  return send<Found>(
    `select f.* from (${text}) f where not exists (select 1 from rule_finding k where k.rule_id = $${String(values.length + 1)} and k.cause = f.cause)
     order by f.cause`,
    [...values, rule.id],
  );
}

/** Writes down what was found, where the rule is still on and nobody was faster, and does what is to come of it. */
async function write(
  send: Send,
  rule: RuleOn,
  batch: readonly Found[],
  now: Date,
  effects: Effects,
): Promise<Pick<Swept, "found" | "raised" | "warned">> {
  const raise = rule.effect === RuleEffect.RAISE ? await effects.raising(send, rule, now) : null;
  const written = await send<Omit<FoundNow, "periodEnd">>(
    `insert into rule_finding (partnership_id, rule_id, cause, action_id, indicator_id, agency_id, against_agency_id, since, found_at)
     select r.partnership_id, r.id, f.cause, f."actionId", f."indicatorId", f."agencyId", ${STANDING_TODAY('f."againstId"')}, f.since, $3
     from rule r cross join jsonb_to_recordset($2::jsonb) as f (cause text, "actionId" uuid, "indicatorId" uuid, "agencyId" uuid, "againstId" uuid, since date)
     where r.id = $1 and r.on_from <= $3
     order by f.cause
     on conflict (rule_id, cause) do nothing
     returning id, cause, action_id as "actionId", indicator_id as "indicatorId", agency_id as "agencyId", against_agency_id as "againstId", since`,
    [rule.id, JSON.stringify(batch), now],
  );
  if (written.length === 0) return { found: 0, raised: 0, warned: 0 };
  const periods = new Map(batch.map(({ cause, periodEnd }) => [cause, periodEnd]));
  const challenges: { id: string; challenge: string }[] = [];
  let warned = 0;
  for (const one of written) {
    const found = { ...one, periodEnd: periods.get(one.cause) ?? null };
    // nobody can be challenged where nobody answers for it: the officers are told
    const came = raise && isAnswered(found) ? await raise(found) : "WARN";
    if (came === "WARN") await effects.warn(send, rule, found, now);
    if (came === "WARN" || came === "WARNED") warned += 1;
    if (typeof came === "object") challenges.push({ id: found.id, ...came });
  }
  if (challenges.length > 0)
    await send(
      "update rule_finding f set challenge_id = c.challenge from jsonb_to_recordset($1::jsonb) as c (id uuid, challenge uuid) where f.id = c.id",
      [JSON.stringify(challenges)],
    );
  const raised = challenges.length;
  await recordAsOperator(send, {
    kind: "rule.found",
    partnershipId: rule.partnershipId,
    subjectType: "Rule",
    subjectId: rule.id,
    detail: { findings: written.length, raised, warned },
  });
  return { found: written.length, raised, warned };
}

const isAnswered = (found: FoundNow): found is Answered => found.againstId !== null;
