import { Arg, Args, Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import { type Connection, PageArgs, pageOf } from "../../platform/graphql/connection";
import { ForbiddenError } from "../../platform/errors/index";
import { Access } from "../../platform/graphql/exposed";
import { globalId, typesWithIds } from "../../platform/graphql/ids";
import type { RequestContext } from "../access/index";
import { hasOversight, membershipsIn, Role } from "../identity/index";
import { Agency, Partnership, partnershipLoaders } from "../partnership/index";
import { ActorView, peopleLoaders } from "../people/index";
import { AuditCheckpoint, AuditEntryConnection, AuditEntryFilter, AuditEntryView } from "./audit.types";
import { issueCheckpoint } from "./audit-checkpoint";
import { auditEntriesOf } from "./audit-entries";

@Resolver(() => Partnership)
export class PartnershipAuditResolver {
  @FieldResolver(() => AuditEntryConnection, {
    nullable: true,
    description:
      "The audit trail that the caller may see, newest first: oversight's, and what an agency did with its drafts for that agency alone. That oversight read it is recorded",
  })
  @Access("PARTNERSHIP")
  auditEntries(
    @Root() { id }: Partnership,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => AuditEntryFilter, { nullable: true, description: "Which of them" })
    filter?: AuditEntryFilter | null,
  ): Promise<Connection<AuditEntryView>> {
    return auditEntriesOf(context, id, pageOf(page), filter ?? {});
  }

  @FieldResolver(() => AuditCheckpoint, {
    nullable: true,
    description:
      "Where the audit trail stands, signed, to be kept elsewhere: for oversight now, for an agency's lead at the end of the last day that is over; null while there is nothing to sign. That it was given is recorded",
  })
  @Access("PARTNERSHIP")
  auditCheckpoint(@Root() { id, slug }: Partnership, @Ctx() context: RequestContext): Promise<AuditCheckpoint | null> {
    const { actor } = context;
    const leads = membershipsIn(actor, id).some(({ role }) => role === Role.AGENCY_LEAD);
    if (!leads && !hasOversight(actor, id))
      throw new ForbiddenError("The partnership's oversight and the leads of its agencies are given checkpoints.");
    return issueCheckpoint(context, id, slug);
  }
}

@Resolver(() => AuditEntryView)
export class AuditEntryResolver {
  @FieldResolver(() => ActorView, {
    nullable: true,
    description: "Who did it; null for the operator at the command line, for nobody known, and for somebody erased",
  })
  @Access("PARTNERSHIP")
  actor(@Root() { actorId }: AuditEntryView, @Ctx() context: RequestContext) {
    return actorId === null ? null : context.use(peopleLoaders).actorById.load(actorId);
  }

  @FieldResolver(() => Agency, {
    nullable: true,
    description: "The agency whose alone the entry is, as its drafts are; null for others",
  })
  @Access("PARTNERSHIP")
  agency(@Root() { agencyId }: AuditEntryView, @Ctx() context: RequestContext) {
    return agencyId === null ? null : context.use(partnershipLoaders).agencyById.load(agencyId);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: "Id of the object that it is about, whether or not the caller may see that; null where it has none",
  })
  @Access("PARTNERSHIP")
  subject(@Root() { subjectType, subjectId }: AuditEntryView): string | null {
    return subjectType && subjectId && typesWithIds().includes(subjectType) ? globalId(subjectType, subjectId) : null;
  }
}
