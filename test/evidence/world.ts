import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { type EvidenceParts, evidenceRoutes } from "../../src/domains/evidence/index";
import { Cursors } from "../../src/platform/graphql/cursor";
import { globalId } from "../../src/platform/graphql/ids";
import { type Files, openFiles } from "../../src/platform/storage/index";
import type { TestDatabase } from "../support/database";
import { enrol } from "../support/enrol";
import { NOW, type Service, type ServiceOptions } from "../support/service";
import { demonstrationOfWriters } from "../support/writes";

/** The demonstration with writers of several agencies in it, and a service that takes and gives files. */
export interface EvidenceWorld {
  database: TestDatabase;
  service: Service;
  /** Keys of actions by reference. The police lead 6.3; health and probation contribute to it; the council is not named. */
  actions: Readonly<Record<string, string>>;
  /** Where files arrive and are kept. */
  folder: string;
  /** Moves the clock that links are held against, and nothing else. */
  at: (moment: Date) => void;
  /** Names of all files below the folder. */
  kept: () => Promise<string[]>;
  /** Adds what a test changes, such as a disk that is full. */
  replace: (files: Partial<Files>) => void;
  drop: () => Promise<void>;
}

export async function evidenceWorld(mostBytes = 1024 * 1024): Promise<EvidenceWorld> {
  const folder = await mkdtemp(join(tmpdir(), "evidence-"));
  const files = await openFiles({ folder, s3: null });
  let now = NOW;
  const log = pino({ level: "silent" });
  const options = (database: TestDatabase): ServiceOptions => {
    const parts: EvidenceParts = {
      source: database.app,
      clock: { now: () => now, fixed: true },
      cursors: new Cursors(Buffer.alloc(32, "a secret of the tests")),
      log,
      files,
      mostBytes,
      corsOrigins: ["https://portal.example.org"],
    };
    return { parts: { extras: [evidenceRoutes(parts)] } };
  };
  const { database, service, actions } = await demonstrationOfWriters(options);
  await enrol(database, "health-writer", [{ role: "AGENCY_CONTRIBUTOR", agency: await nameOf(database, "health") }]);
  await enrol(database, "probation-writer", [{ role: "AGENCY_CONTRIBUTOR", agency: "Wrenshire Probation" }]);
  await enrol(database, "council-writer", [{ role: "AGENCY_CONTRIBUTOR", agency: await nameOf(database, "council") }]);
  return {
    database,
    service,
    actions,
    folder,
    at: (moment) => {
      now = moment;
    },
    kept: async () =>
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    replace: (changed) => void Object.assign(files, changed),
    drop: async () => {
      await service.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The agency of a demonstration actor's own, by the actor's name. */
async function nameOf({ owner }: TestDatabase, who: "health" | "council"): Promise<string> {
  const subject = who === "health" ? "wrenford-health-contributor" : "wrenford-council-lead";
  const [row] = await owner.query<{ name: string }[]>(
    "select g.name from membership m join person p on p.id = m.person_id join agency g on g.id = m.agency_id where p.subject = $1",
    [subject],
  );
  return row?.name ?? "";
}

export const ERRORS = "userErrors { code field message currentVersion }";
export const FACTS =
  "id title shows kind marking effectiveFrom effectiveTo receivedOn expiresOn expired link fileName fileState refusedBecause sha256 mediaType sizeBytes reach state version withdrawnAt withdrawnReason owner { name } viewerCan { attach update upload withdraw }";
export const ADD = `mutation ($input: AddEvidenceInput!) { addEvidence(input: $input) { evidence { ${FACTS} } upload { url expiresAt } ${ERRORS} } }`;
export const ATTACH = `mutation ($input: EvidenceUseInput!) { attachEvidence(input: $input) { evidence { ${FACTS} } ${ERRORS} } }`;
export const DETACH = `mutation ($input: EvidenceUseInput!) { detachEvidence(input: $input) { evidence { id } ${ERRORS} } }`;
export const UPDATE = `mutation ($input: UpdateEvidenceInput!) { updateEvidence(input: $input) { evidence { ${FACTS} } ${ERRORS} } }`;
export const WITHDRAW = `mutation ($input: WithdrawEvidenceInput!) { withdrawEvidence(input: $input) { evidence { ${FACTS} } ${ERRORS} } }`;
export const RENEW = `mutation ($input: RenewEvidenceUploadInput!) { renewEvidenceUpload(input: $input) { evidence { id fileState } upload { url expiresAt } ${ERRORS} } }`;

export interface Told {
  evidence: (Record<string, unknown> & { id: string; version: number }) | null;
  upload?: { url: string; expiresAt: string } | null;
  userErrors: { code: string; field: string[] | null; message: string; currentVersion: number | null }[];
}

/** What a mutation answered. */
export async function did(service: Service, actor: string, mutation: string, input: object): Promise<Told> {
  const data = await service.as(actor).data<Record<string, Told>>(mutation, { input });
  const [told] = Object.values(data);
  if (!told) throw new Error("nothing was answered");
  return told;
}

/** The evidence that a mutation must have given. */
export async function done(service: Service, actor: string, mutation: string, input: object) {
  const { evidence, userErrors, upload } = await did(service, actor, mutation, input);
  if (!evidence) throw new Error(`not done: ${JSON.stringify(userErrors)}`);
  return { ...evidence, upload };
}

export const actionId = ({ actions }: Pick<EvidenceWorld, "actions">, reference: string) =>
  globalId("Action", actions[reference] ?? "");

/** The node as somebody sees it, and the codes of what kept them from it. */
export async function seen(service: Service, actor: string | null, id: string, selection = FACTS) {
  const { data, errors, redactions } = await service
    .as(actor)
    .ask<{ node: Record<string, unknown> | null }>(
      `query ($id: ID!) { node(id: $id) { ... on Evidence { ${selection} } } }`,
      { id },
    );
  return { node: data?.node ?? null, codes: errors.map(({ extensions }) => extensions.code), redactions };
}
