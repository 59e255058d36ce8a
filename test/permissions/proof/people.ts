import { createHash } from "node:crypto";
import type { Row } from "../reading";
import type { Seeder } from "./seeding";
import { codeHash, NOW, SERVICE_ACCOUNTS, TODAY, tokenHash, tokenOf, TOMORROW, YESTERDAY } from "./world";

type Places = Readonly<Record<"ashby" | "bexton" | "corley", string>>;
type Names = Readonly<Record<string, string>>;

interface Setting {
  issuer: string;
  action: string;
  bextonAction: string;
}

const SCOPE_SETS: readonly (readonly string[])[] = [
  [],
  ["READ_PLAN"],
  ["READ_REPORTING"],
  ["READ_INDICATORS"],
  ["WRITE_REPORTING"],
  ["READ_PLAN", "READ_REPORTING"],
  ["READ_PLAN", "READ_INDICATORS"],
  ["READ_PLAN", "READ_REPORTING", "READ_INDICATORS", "WRITE_REPORTING"],
];

/** Everybody of the proof's world, by name: each role at each kind of agency, in each partnership, and every standing. */
export function people(
  seed: Seeder,
  places: Places,
  agencies: Names,
  { issuer, action, bextonAction }: Setting,
): Record<string, string> {
  const persons: Record<string, string> = {};
  const person = (name: string, from = issuer) =>
    (persons[name] ??= seed.add("person", { issuer: from, subject: name, label: name }));
  const member = (name: string, of: string | null, role: string, agency: string | null = null, more: Row = {}) =>
    seed.add("membership", {
      person_id: person(name, role === "INTEGRATOR" ? SERVICE_ACCOUNTS : issuer),
      partnership_id: of,
      agency_id: agency === null ? null : (agencies[agency] ?? ""),
      role,
      valid_from: "2018-01-01",
      valid_to: null,
      acts_for: null,
      scopes: null,
      ended_at: null,
      ended_by: null,
      ...more,
    });

  for (const agency of ["police", "health", "council", "probation", "school", "college", "schools"])
    for (const role of ["VIEWER", "CONTRIBUTOR", "LEAD"])
      member(`${agency}-${role.toLowerCase()}`, places.ashby, `AGENCY_${role}`, agency);
  for (const [slug, of] of Object.entries(places)) {
    for (const role of ["PARTNERSHIP_OFFICER", "PARTNERSHIP_CHAIR", "SCRUTINY_MEMBER", "INSPECTOR"])
      member(
        `${slug}-${role.replace("PARTNERSHIP_", "").toLowerCase()}`,
        of,
        role,
        null,
        role === "INSPECTOR" ? { valid_to: TODAY } : {},
      );
    if (slug !== "ashby")
      for (const role of ["VIEWER", "CONTRIBUTOR", "LEAD"])
        member(`${slug}-police-${role.toLowerCase()}`, of, `AGENCY_${role}`, `${slug}-police`);
  }
  member("administrator", null, "PLATFORM_ADMIN");
  member("second-officer", places.ashby, "PARTNERSHIP_OFFICER");
  // several memberships at once
  member("police-and-bexton", places.ashby, "AGENCY_VIEWER", "police");
  member("police-and-bexton", places.bexton, "AGENCY_LEAD", "bexton-police");
  member("officer-and-scrutiny", places.bexton, "PARTNERSHIP_OFFICER");
  member("officer-and-scrutiny", places.ashby, "SCRUTINY_MEMBER");
  member("chair-and-officer", places.ashby, "PARTNERSHIP_CHAIR");
  member("chair-and-officer", places.bexton, "PARTNERSHIP_OFFICER");
  member("school-and-health", places.ashby, "AGENCY_LEAD", "school");
  member("school-and-health", places.ashby, "AGENCY_VIEWER", "health");
  // standings that give nothing today, and those that do for the last or the first day
  member("leaver", places.ashby, "AGENCY_LEAD", "police", { ended_at: NOW });
  member("leaving", places.ashby, "AGENCY_LEAD", "police", { ended_at: "2019-02-14T09:00:01Z", valid_to: TODAY });
  member("was-inspector", places.ashby, "INSPECTOR", null, { valid_to: YESTERDAY });
  member("was-lead", places.ashby, "AGENCY_LEAD", "police", { valid_to: YESTERDAY });
  member("comes-tomorrow", places.ashby, "PARTNERSHIP_OFFICER", null, { valid_from: TOMORROW });
  member("comes-today", places.ashby, "AGENCY_VIEWER", "police", { valid_from: TODAY });
  member("was-officer", places.ashby, "PARTNERSHIP_OFFICER", null, { ended_at: NOW });
  member("of-ended-agency", places.ashby, "AGENCY_LEAD", "housing");
  person("nobody-yet");

  serviceAccounts(seed, places, member, persons);
  const { ashby, bexton } = places;
  const of = (name: string) => persons[name] ?? "";
  const offer = (name: string, more: Row) =>
    seed.add("invitation", {
      partnership_id: ashby,
      agency_id: agencies.police ?? "",
      role: "AGENCY_VIEWER",
      label: name,
      valid_from: TODAY,
      valid_to: null,
      code_hash: codeHash(name),
      invited_by: of("police-lead"),
      invited_at: "2019-02-13T09:00:00Z",
      expires_at: "2019-02-20T09:00:00Z",
      accepted_at: null,
      accepted_by: null,
      withdrawn_at: null,
      ...more,
    });
  const officers = { agency_id: null, invited_by: of("ashby-officer") };
  offer("open", {});
  offer("inspection", { ...officers, role: "INSPECTOR", valid_to: TOMORROW });
  offer("scrutiny", { ...officers, role: "SCRUTINY_MEMBER" });
  offer("chairing", { ...officers, role: "PARTNERSHIP_CHAIR", invited_by: of("administrator") });
  offer("leading", { role: "AGENCY_LEAD", agency_id: agencies.health ?? "", invited_by: of("administrator") });
  offer("withdrawn", { withdrawn_at: "2019-02-13T10:00:00Z" });
  offer("expired", { expires_at: NOW });
  offer("taken", { accepted_at: NOW, accepted_by: of("nobody-yet") });
  offer("taken-withdrawn", {
    accepted_at: "2019-02-13T10:00:00Z",
    accepted_by: of("nobody-yet"),
    withdrawn_at: "2019-02-13T11:00:00Z",
  });
  offer("elsewhere", {
    partnership_id: bexton,
    agency_id: agencies["bexton-police"] ?? "",
    invited_by: of("bexton-police-lead"),
  });

  const grant = (more: Row) =>
    seed.add("field_grant", {
      partnership_id: ashby,
      agency_id: null,
      sector: null,
      role: null,
      relation: null,
      type: "ProgressUpdate",
      field: "riskNote",
      operation: "READ",
      effect: "ALLOW",
      reason: "so that the world has one",
      expires_on: null,
      granted_by: of("ashby-officer"),
      granted_at: "2019-01-01T00:00:00Z",
      revoked_by: null,
      revoked_at: null,
      ...more,
    });
  const { probation = "", police = "", health = "" } = agencies;
  grant({ agency_id: probation });
  grant({ agency_id: police, field: "draftingNote" });
  grant({ agency_id: police, type: "ChallengeNote", field: "text" });
  grant({ sector: "HEALTH", expires_on: YESTERDAY });
  grant({ agency_id: health, revoked_at: "2019-01-02T00:00:00Z", revoked_by: of("ashby-officer") });
  grant({ agency_id: health, type: "Action", field: "title", operation: "WRITE", role: "AGENCY_CONTRIBUTOR" });
  grant({
    agency_id: agencies["bexton-police"] ?? "",
    partnership_id: bexton,
    granted_by: of("bexton-officer"),
    expires_on: TODAY,
  });
  grant({ agency_id: agencies.council ?? "", type: "Action", field: "title", operation: "WRITE", effect: "DENY" });
  grant({ agency_id: agencies.council ?? "", type: "Action", field: "stale" });
  const writing = { type: "Action", operation: "WRITE" };
  grant({ sector: "POLICE", ...writing, field: "successCriteria", relation: "LEAD" });
  grant({ sector: "HEALTH", ...writing, field: "description", relation: "CONTRIBUTOR" });
  grant({ sector: "HEALTH", ...writing, field: "measure" });
  grant({ agency_id: agencies.college ?? "", ...writing, field: "measure", role: "AGENCY_LEAD" });
  grant({ agency_id: health, ...writing, field: "measure", relation: "PARTNER", effect: "DENY" });
  grant({ agency_id: health, type: "Action", field: "measure", effect: "DENY", role: "AGENCY_CONTRIBUTOR" });
  grant({ agency_id: health, type: "Rating", field: "rationale", operation: "WRITE", effect: "DENY" });
  grant({
    agency_id: agencies.school ?? "",
    type: "Rating",
    field: "value",
    operation: "WRITE",
    relation: "CONTRIBUTOR",
  });
  grant({ agency_id: police, field: "impactNarrative", role: "AGENCY_CONTRIBUTOR" });
  grant({ sector: "POLICE", partnership_id: bexton, granted_by: of("bexton-officer"), role: "AGENCY_VIEWER" });
  grant({ sector: "PROBATION", field: "impactNarrative", effect: "DENY", granted_by: null });

  const opening = (more: Row) =>
    seed.add("record_opening", {
      partnership_id: ashby,
      action_id: action,
      agency_id: police,
      opened_by: of("ashby-officer"),
      reason: "a child may be at risk",
      opened_at: "2019-02-14T08:00:00Z",
      opened_until: "2019-02-14T11:00:00Z",
      acknowledged_by: null,
      acknowledged_at: null,
      reviewed_by: null,
      reviewed_at: null,
      review_note: null,
      ...more,
    });
  opening({});
  opening({ agency_id: health, opened_at: "2019-02-14T06:00:00Z", opened_until: NOW });
  opening({ opened_by: of("chair-and-officer"), agency_id: agencies.school ?? "" });
  opening({ opened_by: of("was-inspector"), agency_id: agencies.council ?? "" });
  opening({
    partnership_id: bexton,
    action_id: bextonAction,
    agency_id: agencies["bexton-police"] ?? "",
    opened_by: of("bexton-officer"),
    reviewed_by: of("bexton-chair"),
    reviewed_at: "2019-02-14T08:30:00Z",
    acknowledged_by: of("bexton-police-lead"),
    acknowledged_at: "2019-02-14T08:20:00Z",
  });

  for (const [partnership_id, name] of [
    [ashby, "ashby-officer"],
    [ashby, "police-lead"],
    [bexton, "bexton-officer"],
    [null, null],
    [null, "administrator"],
  ] as const)
    seed.add("audit_entry", {
      partnership_id,
      agency_id: name === "police-lead" ? police : null,
      at: "2019-02-01T00:00:00Z",
      actor_id: name && of(name),
      kind: "world",
      outcome: "DONE",
      subject_type: null,
      subject_id: null,
      request_id: null,
      detail: "{}",
    });
  for (const [name, at] of [
    ["police-lead", "2019-02-14T08:00:00Z"],
    ["police-lead", "2019-02-12T08:00:00Z"],
    ["ashby-officer", "2019-02-13T12:00:00Z"],
    ["bexton-officer", "2019-02-01T08:00:00Z"],
  ] as const)
    seed.add("idempotent_request", {
      person_id: of(name),
      key: `of ${name} at ${at}`.replaceAll(" ", "-"),
      response_name: "",
      mutation: "editActionText",
      input_sha256: Buffer.alloc(32),
      result: "{}",
      at,
    });
  told(seed, { ashby, bexton }, of);
  return persons;
}

/** The code that was mailed to the lead of the police. */
export const MAILED_CODE = "0000-0000-0000";

/** What people are told of, how, and where. */
function told(seed: Seeder, { ashby, bexton }: Pick<Places, "ashby" | "bexton">, of: (name: string) => string): void {
  for (const [partnership_id, name, state] of [
    [ashby, "police-lead", "PENDING"],
    [ashby, "ashby-officer", "SENT"],
    [bexton, "bexton-officer", "DEAD"],
  ] as const) {
    seed.add("notification", {
      partnership_id,
      person_id: of(name),
      kind: "OVERDUE",
      subject_type: "Partnership",
      subject_id: partnership_id,
      cause: `world ${name}`,
      detail: "{}",
      at: "2019-02-13T10:00:00Z",
      state,
      next_try_at: "2019-02-14T08:00:00Z",
      attempts: 0,
      sent_at: state === "SENT" ? "2019-02-14T08:00:00Z" : null,
    });
    seed.add("notification_preference", { person_id: of(name), about: "REMINDERS", how: "AT_ONCE" });
  }
  seed.add("notification_address", {
    person_id: of("police-lead"),
    address: null,
    new_address: "new@police.example",
    code_hash: createHash("sha256").update(MAILED_CODE.replaceAll("-", "")).digest(),
    code_expires_at: "2019-02-14T10:00:00Z",
    code_attempts: 0,
    code_tries: 1,
  });
  seed.add("notification_address", {
    person_id: of("ashby-officer"),
    address: "officer@ashby.example",
    new_address: null,
    code_hash: null,
    code_expires_at: null,
    code_attempts: 0,
    code_tries: 0,
  });
}

type Member = (name: string, of: string | null, role: string, agency?: string | null, more?: Row) => string;

/** A service account of every kind: bound to an agency or the partnership, for each role it may act for, with each set of scopes. */
function serviceAccounts(
  seed: Seeder,
  { ashby, bexton }: Places,
  member: Member,
  persons: Record<string, string>,
): void {
  const token = (name: string, of: string, more: Row = {}) =>
    seed.add("service_token", {
      partnership_id: of,
      person_id: persons[name] ?? "",
      prefix: tokenOf(name).slice(0, 12),
      secret_hash: tokenHash(name),
      created_by: persons["police-lead"] ?? "",
      created_at: "2019-01-01T00:00:00Z",
      expires_at: "2020-01-01T00:00:00Z",
      revoked_at: null,
      last_used_at: null,
      ...more,
    });
  const account = (
    name: string,
    of: string,
    agency: string | null,
    acts: string | null,
    scopes: readonly string[] | null,
    more: Row = {},
  ) => {
    member(name, of, "INTEGRATOR", agency, { acts_for: acts, scopes });
    token(name, of, more);
  };
  for (const acts of [null, "AGENCY_VIEWER", "AGENCY_CONTRIBUTOR", "SCRUTINY_MEMBER"]) {
    const name = (acts ?? "nothing-said").toLowerCase();
    account(`token-police-${name}`, ashby, "police", acts, null);
    if (acts === "AGENCY_CONTRIBUTOR" || acts === null)
      SCOPE_SETS.forEach((scopes, index) => account(`token-police-${name}-${index}`, ashby, "police", acts, scopes));
  }
  account("token-health-viewer", ashby, "health", "AGENCY_VIEWER", ["READ_PLAN", "READ_REPORTING"]);
  for (const acts of [null, "PARTNERSHIP_OFFICER", "SCRUTINY_MEMBER"])
    for (const scopes of [null, SCOPE_SETS[1] ?? [], SCOPE_SETS[5] ?? []])
      account(
        `token-ashby-${(acts ?? "nothing-said").toLowerCase()}-${scopes ? scopes.length : "uncut"}`,
        ashby,
        null,
        acts,
        scopes,
      );
  account("token-bexton", bexton, "bexton-police", "AGENCY_VIEWER", null);
  account("token-revoked", ashby, "police", null, null, { revoked_at: "2019-02-01T00:00:00Z" });
  account("token-expired", ashby, "police", null, null, { expires_at: NOW });
  member("token-ended", ashby, "INTEGRATOR", "police", {
    acts_for: "AGENCY_VIEWER",
    scopes: ["READ_PLAN"],
    ended_at: "2019-02-01T00:00:00Z",
  });
  token("token-ended", ashby, { revoked_at: "2019-02-01T00:00:00Z" });
  account("token-early", ashby, "police", null, null, { created_at: "2019-02-14T09:00:01Z" });
}
