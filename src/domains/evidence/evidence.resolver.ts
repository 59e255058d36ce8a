import { ArgsType, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Access, Exposed } from "../../platform/graphql/exposed";
import {
  Derived,
  InSql,
  Linked,
  Paged,
  type PageLink,
  type Place,
  type RequestContext,
  PageAsOf,
} from "../access/index";
import { Agency } from "../partnership/index";
import { Action } from "../plan/index";
import { ProgressUpdate } from "../reporting/index";
import { mayEnd, writesFor } from "./evidence-in-hand";
import { EvidenceState, FileState } from "./evidence-lifecycle";
import { linkFor } from "./evidence-links";
import { Evidence, EvidenceKind, EvidenceUse } from "./evidence.entity";
import { EvidenceDownload } from "./evidence.inputs";
import { evidenceLoaders } from "./evidence.loaders";
import { DOWNLOAD } from "./evidence.permissions";

@ObjectType({ description: "What the caller can do with evidence now" })
export class EvidenceViewerCan {
  @Exposed("PUBLIC", () => Boolean, "Attach it to an action that its agency is named for")
  attach!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Say something else of it")
  update!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Send its file, or send it again")
  upload!: boolean;
  @Exposed("PUBLIC", () => Boolean, "Withdraw it, and end its uses")
  withdraw!: boolean;
}

@ArgsType()
export class EvidenceArgs extends PageAsOf {
  @Field(() => [EvidenceKind], { nullable: true, description: "Kinds to be listed; all where none is given" })
  kind?: EvidenceKind[] | null;
}

const EvidenceConnection = connectionTypeOf("Evidence", () => Evidence);

/** Evidence of one place, newest first by the day on which it was received. */
const evidenceOf =
  (place: string, where: (row: Place, it: Place | string) => string): PageLink<EvidenceArgs> =>
  (row, it, _context, { kind }, $) => {
    const ofKind = (alias: Place | string) => (kind ? ` and ${alias}.kind = any (${$(kind)}::text[])` : "");
    return {
      name: (id) => `evidence:${place}:${id}:${[...(kind ?? [])].sort().join()}`,
      order: [
        { by: `${it}.received_on`, type: "date" },
        { by: `${it}.id`, type: "uuid" },
      ],
      descending: true,
      count: () => `select count(*) from evidence e where ${where(row, "e")}${ofKind("e")}`,
      rows: ({ beyond }) => ({
        where: `${where(row, it)}${ofKind(it)} and ${beyond(`${it}.received_on`, `${it}.id`)}`,
      }),
    };
  };

const inUse = (column: string) => (row: Place, it: Place | string) =>
  `${it}.id in (select u.evidence_id from evidence_use u where u.${column} = ${row}.id and u.ended_at is null)`;

@Resolver(() => Evidence)
export class EvidenceResolver {
  @Linked("PARTNERSHIP", () => Agency, "The agency whose it is", (evidence) => ({
    key: `${evidence}.owner_agency_id`,
  }))
  owner!: Agency | null;

  @InSql(
    "PARTNERSHIP",
    () => Boolean,
    "Whether the last day on which it counts is over",
    (evidence) => `coalesce(${evidence}.expires_on < (select app.today()), false)`,
  )
  expired!: boolean | null;

  @InSql(
    "PARTIES",
    () => String,
    "Where it is, for a link; null for a file, and once it was withdrawn",
    // as of an instant, what is withdrawn today is not given either
    (evidence) =>
      `case when ${evidence}.state = 'ACTIVE' and exists (select 1 from public.evidence today where today.id = ${evidence}.id and today.state = 'ACTIVE') then ${evidence}.url end`,
  )
  link!: string | null;

  @Linked(
    "PARTNERSHIP",
    () => EvidenceUse,
    "Its uses that the caller may know of, first to last: in use where `endedAt` is null",
    (evidence, use) => ({ where: `${use}.evidence_id = ${evidence}.id`, order: `${use}.attached_at, ${use}.id` }),
    { list: true },
  )
  uses!: EvidenceUse[] | null;

  // what it gives is of this moment and of whoever asks, so that it is no value of the row
  @FieldResolver(() => EvidenceDownload, {
    nullable: true,
    description:
      "Where the file may be opened, for the caller alone and for five minutes; null for a link, while no file was kept, and once it was withdrawn",
  })
  @Access(DOWNLOAD.tier)
  async download(@Root() { id }: Evidence, @Ctx() context: RequestContext): Promise<EvidenceDownload | null> {
    const evidence = await context.use(evidenceLoaders).evidenceById.load(id);
    return evidence && canBeOpened(evidence) ? linkFor(context, "download", evidence) : null;
  }

  @Derived<Evidence>("PUBLIC", () => EvidenceViewerCan, "What the caller can do with it now", [
    "partnershipId",
    "ownerAgencyId",
    "reach",
    "state",
    "fileState",
  ])
  viewerCan(evidence: Evidence, { actor }: RequestContext): EvidenceViewerCan {
    const active = evidence.state === EvidenceState.ACTIVE;
    const writes = active && writesFor(actor, evidence.ownerAgencyId);
    return {
      attach: writes && (evidence.fileState === null || evidence.fileState === FileState.CLEAN),
      update: writes,
      upload: writes && evidence.fileState !== null && evidence.fileState !== FileState.CLEAN,
      withdraw: active && mayEnd(actor, evidence),
    };
  }
}

/** Whether there is a file to open: one that was kept, of evidence that counts. */
export const canBeOpened = ({ state, fileState }: Pick<Evidence, "state" | "fileState">): boolean =>
  state === EvidenceState.ACTIVE && fileState === FileState.CLEAN;

@Resolver(() => EvidenceUse)
export class EvidenceUseResolver {
  @Linked("PUBLIC", () => Action, "The action that it is used of", (use) => ({ key: `${use}.action_id` }), {
    nullable: true,
  })
  action!: Action | null;

  @Linked(
    "PUBLIC",
    () => ProgressUpdate,
    "The update that cites it; null where it is used of the action as such",
    (use) => ({ key: `${use}.progress_update_id` }),
    { nullable: true },
  )
  progressUpdate!: ProgressUpdate | null;
}

@Resolver(() => Action)
export class ActionEvidenceResolver {
  @Paged<EvidenceArgs>(
    "PUBLIC",
    () => EvidenceConnection,
    "Evidence in use of it, of itself and in updates, that the caller may see, newest first by the day received",
    evidenceOf("action", inUse("action_id")),
    { args: () => EvidenceArgs },
  )
  evidence!: object;
}

@Resolver(() => ProgressUpdate)
export class ProgressUpdateEvidenceResolver {
  @Paged<EvidenceArgs>(
    "PUBLIC",
    () => EvidenceConnection,
    "Evidence that it cites and that the caller may see, newest first by the day received",
    evidenceOf("update", inUse("progress_update_id")),
    { args: () => EvidenceArgs },
  )
  evidence!: object;
}

@Resolver(() => Agency)
export class AgencyEvidenceResolver {
  @Paged<EvidenceArgs>(
    "PUBLIC",
    () => EvidenceConnection,
    "Evidence of the agency that the caller may see, in use or not, newest first by the day received",
    evidenceOf("agency", (agency, it) => `${it}.owner_agency_id = ${agency}.id`),
    { args: () => EvidenceArgs },
  )
  evidence!: object;
}
