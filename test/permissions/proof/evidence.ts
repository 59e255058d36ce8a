import type { DataSource } from "typeorm";
import type { Row } from "../reading";
import type { Seeder } from "./seeding";
import type { Placed } from "./world";

const AT = "2018-11-02T10:00:00Z";

/** Evidence of every reach, marking and state, as link and as file, and uses of it that last and that have ended. */
export async function evidenced(
  seed: Seeder,
  owner: DataSource,
  { ashby, bexton, corley }: Record<"ashby" | "bexton" | "corley", string>,
  at: (name: string) => Placed,
  { agencies, persons }: { agencies: Readonly<Record<string, string>>; persons: Readonly<Record<string, string>> },
): Promise<void> {
  const [added_by] = Object.values(persons);
  const add = (of: string, agency: string, reach: string, more: Row = {}): Used => {
    const owner_agency_id = agencies[agency] ?? "";
    const id = seed.add("evidence", {
      partnership_id: of,
      owner_agency_id,
      title: `of ${agency}`,
      shows: `what ${agency} did`,
      kind: "OUTPUT",
      marking: "OFFICIAL",
      effective_from: "2018-04-01",
      effective_to: "2018-09-30",
      received_on: "2018-10-01",
      expires_on: "2019-01-31",
      url: "https://records.example.org/",
      file_name: null,
      file_state: null,
      refused_because: null,
      sha256: null,
      media_type: null,
      size_bytes: null,
      storage_name: null,
      reach,
      state: "ACTIVE",
      withdrawn_by: null,
      withdrawn_at: null,
      withdrawn_reason: null,
      added_by,
      added_at: AT,
      ...more,
    });
    return { id, of, agency_id: owner_agency_id };
  };
  const use = ({ id, of, agency_id }: Used, action: string, reach: string, more: Row = {}) =>
    seed.add("evidence_use", {
      partnership_id: of,
      evidence_id: id,
      action_id: at(action).id,
      progress_update_id: null,
      agency_id,
      reach,
      attached_by: added_by,
      attached_at: AT,
      ended_by: null,
      ended_at: null,
      ...more,
    });
  const update = async (state: string): Promise<string> => {
    const [found] = await owner.query<{ id: string }[]>(
      "select id from progress_update where action_id = $1 and author_agency_id = $2 and state = $3 order by id limit 1",
      [at("ashby-plan A1").id, agencies.police, state],
    );
    if (!found) throw new Error(`the world has no ${state} update`);
    return found.id;
  };
  const file = { url: null, file_name: "minutes.pdf" };
  const clean = {
    ...file,
    file_state: "CLEAN",
    sha256: "ab".repeat(32),
    media_type: "application/pdf",
    size_bytes: 1234,
    storage_name: "a/b/c",
  };
  const sensitive = { marking: "OFFICIAL_SENSITIVE" };
  const ended = { ended_by: added_by, ended_at: "2018-12-01T10:00:00Z" };

  add(ashby, "police", "OWN");
  add(ashby, "health", "OWN", { ...file, file_state: "PENDING" });
  add(ashby, "health", "OWN", { ...file, file_state: "REFUSED", refused_because: "The file is empty." });
  const shared = add(ashby, "police", "PARTNERSHIP");
  use(shared, "ashby-plan A1", "PARTNERSHIP");
  use(shared, "ashby-plan A2", "OWN", { progress_update_id: null });
  const kept = add(ashby, "police", "PARTNERSHIP", clean);
  use(kept, "ashby-plan A2", "PARTNERSHIP");
  use(kept, "ashby-plan A1", "PARTNERSHIP", ended);
  const secret = add(ashby, "police", "PARTNERSHIP", { ...clean, ...sensitive });
  use(secret, "ashby-plan A1", "PARTNERSHIP");
  const unused = add(ashby, "health", "PARTNERSHIP", sensitive);
  use(unused, "ashby-plan A3", "PARTNERSHIP", ended);
  const gone = add(ashby, "police", "PARTNERSHIP", {
    ...clean,
    state: "WITHDRAWN",
    withdrawn_by: added_by,
    withdrawn_at: "2018-12-01T10:00:00Z",
    withdrawn_reason: "It names a child",
    expires_on: null,
  });
  use(gone, "ashby-plan A1", "PARTNERSHIP");
  const sent = add(ashby, "police", "OVERSIGHT", sensitive);
  use(sent, "ashby-plan A1", "OVERSIGHT", { progress_update_id: await update("SUBMITTED") });
  const drafted = add(ashby, "police", "OWN", clean);
  use(drafted, "ashby-plan A1", "OWN", { progress_update_id: await update("DRAFT") });
  const accepted = add(ashby, "school", "PARTNERSHIP", sensitive);
  use(accepted, "ashby-plan A2", "PARTNERSHIP");
  use(add(bexton, "bexton-police", "PARTNERSHIP", sensitive), "bexton-plan A1", "PARTNERSHIP");
  use(add(corley, "corley-police", "PARTNERSHIP", clean), "corley-plan A1", "PARTNERSHIP");
}

interface Used {
  id: string;
  of: string;
  agency_id: string;
}
