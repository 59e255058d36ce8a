import { statSync } from "node:fs";
import type { CataloguedField } from "../access/index";
import { recordAsOperator } from "../audit/index";
import { DivisionEnum } from "../calendars/index";
import type { AppliedPlan } from "./apply-plan";
import { actionIds, applyPlanTables, readPlanTables } from "./folder/actions";
import { loadBoards, loadMeetings, loadTrackedItems, loadWorkProgramme, postIds } from "./folder/boards";
import { FolderError } from "./folder-error";
import { tableOf, type FolderRow } from "./folder/csv-table";
import { actionKey, loadIndicators } from "./folder/indicators";
import { loadGrants } from "./folder/grants";
import { loadLadders } from "./folder/ladders";
import type { Loading } from "./folder/loading";
import { addMemberships, addPeople, readPeople } from "./folder/people";
import {
  loadFindings,
  loadObjectives,
  loadPlans,
  loadPublishedTotals,
  loadRatingSchemes,
  loadThemes,
  readFindings,
  readObjectives,
  slugOf,
} from "./folder/plans";
import { loadRatings, loadUpdates } from "./folder/reporting";
import { loadSignOffs } from "./folder/sign-offs";
import { loadAgencies, loadPosts } from "./folder/who";
import type { Statements } from "./rows";

export interface LoadFolderOptions {
  /** people.csv names demonstration actors, who sign in with the demonstration's own tokens. */
  demonstration?: boolean;
  now: Date;
  /** The fields that the API has (`catalogueOf` of its schema), for grants.csv: asked for only where there is one. */
  fields: () => readonly CataloguedField[];
}

export interface LoadedFolder {
  partnership: { id: string; slug: string; created: boolean };
  plans: { plan: string; applied: AppliedPlan }[];
  /** What was left as it is. */
  notes: string[];
}

/**
 * Loads a partnership folder (docs/operating.md) in the caller's transaction, which it makes the operator's: all of it,
 * or an error and the caller rolls back. The same folder again changes nothing; a changed one brings the rows it names up
 * to date, adds to history, and removes nothing.
 *
 * @throws {FolderError} naming the file and the line.
 */
export async function loadFolder(sql: Statements, folder: string, options: LoadFolderOptions): Promise<LoadedFolder> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new FolderError("This is no folder. Name the folder that holds partnership.csv.");
  const { demonstration = false, now, fields } = options;
  const people = readPeople(folder, demonstration);
  const notes: string[] = [];

  await sql.query("select app.enter_as_operator(null, $1)", [now.toISOString()]);
  const partnership = await addPartnership(sql, folder, notes);
  const persons = await addPeople({ sql }, people);

  await sql.query("select app.enter_as_operator($1, $2)", [partnership.id, now.toISOString()]);
  const loading: Loading = { sql, folder, demonstration, now, partnershipId: partnership.id, notes };
  const agencies = await loadAgencies(loading);
  await loadPosts(loading, agencies);
  await addMemberships(loading, persons, agencies);
  await loadGrants(loading, agencies, fields);
  const plans = await loadAllPlans(loading);
  const actions = await actionIds(loading);
  await loadUpdates(loading, agencies, actions);
  await loadRatings(loading, agencies, actions);
  await loadIndicators(loading, agencies, actions);
  await recordAsOperator((text, values) => sql.query(text, values), {
    kind: "partnership.loaded",
    partnershipId: partnership.id,
    subjectType: "Partnership",
    subjectId: partnership.id,
  });
  await loadAllBoards(loading, agencies, actions);
  return { partnership, plans, notes };
}

async function loadAllBoards(
  loading: Loading,
  agencies: Map<string, string>,
  actions: Map<string, string>,
): Promise<void> {
  const known = { agencies, posts: await postIds(loading) };
  const boards = await loadBoards(loading, known);
  await loadLadders(loading, known.posts, boards);
  await loadMeetings(loading, boards);
  await loadTrackedItems(loading, boards, known, actions);
  await loadWorkProgramme(loading, boards);
  await loadSignOffs(loading, boards, known, actions);
}

async function loadAllPlans(loading: Loading): Promise<LoadedFolder["plans"]> {
  const plans = await loadPlans(loading);
  await loadRatingSchemes(loading, plans);
  await loadPublishedTotals(loading, plans);
  await loadThemes(loading, plans);
  const findings = readFindings(loading.folder);
  const objectives = readObjectives(loading.folder, plans, findings);
  const tables = await readPlanTables(loading, plans, findings);
  await loadFindings(loading, [
    ...objectives.flatMap(({ plan, findings: cited }) => cited.map((finding) => ({ plan, finding }))),
    ...tables.flatMap(({ plan, cited }) => [...cited.values()].flat().map((finding) => ({ plan, finding }))),
  ]);
  await loadObjectives(loading, objectives);
  const themes = tableOf(loading.folder, "themes.csv", ["plan", "position", "title"]);
  return applyPlanTables(loading, tables, {
    objectives: new Set(objectives.map(({ plan, reference }) => actionKey(plan.slug, reference))),
    themes: new Set(themes.map((row) => row.required("plan"))),
  });
}

async function addPartnership(sql: Statements, folder: string, notes: string[]) {
  const row = onlyRow(folder);
  const slug = slugOf(row);
  const values = [
    slug,
    row.required("name"),
    row.required("label"),
    row.whole("cadence_months") ?? 3,
    row.whole("suppression_threshold") ?? 5,
    row.startOfDay("published_on"),
    row.oneOf("division", DivisionEnum) ?? DivisionEnum.ENGLAND_AND_WALES,
  ];
  await sql.query(
    `insert into partnership (slug, name, label, cadence_months, suppression_threshold, published_at, division)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (slug) do nothing`,
    values,
  );
  const [found] = (await sql.query(
    `select id, xmin = pg_current_xact_id()::xid as created,
            (slug, name, label, cadence_months, suppression_threshold, published_at, division)
              is distinct from ($1::text, $2::text, $3::text, $4::int, $5::int, $6::timestamptz, $7::text) as differs
     from partnership where slug = $1`,
    values,
  )) as { id: string; created: boolean; differs: boolean }[];
  if (!found) throw new FolderError("partnership.csv: the partnership could not be added.");
  if (found.differs)
    notes.push(`partnership.csv: ${slug} is there already under other particulars; they were left as they are.`);
  return { id: found.id, slug, created: found.created };
}

function onlyRow(folder: string): FolderRow {
  const columns = ["slug", "name", "label", "cadence_months", "suppression_threshold", "published_on", "division"];
  const [row, second] = tableOf(folder, "partnership.csv", columns);
  if (!row) throw new FolderError("partnership.csv is missing or has no row: it names the partnership of this folder.");
  return second ? second.fail("a folder is of one partnership.") : row;
}
