import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { FoundNode, RequestContext, RuledRow } from "./domains/access/index";
import { boardLoaders } from "./domains/boards/index";
import { challengeLoaders } from "./domains/challenges/index";
import { evidenceLoaders } from "./domains/evidence/index";
import { indicatorLoaders } from "./domains/indicators/index";
import { partnershipLoaders } from "./domains/partnership/index";
import { fieldGrantLoaders, openingLoaders } from "./domains/permissions/index";
import { peopleLoaders } from "./domains/people/index";
import { planLoaders } from "./domains/plan/index";
import { reportingLoaders } from "./domains/reporting/index";
import { ruleLoaders } from "./domains/rules/index";
import { BadInputError, NotFoundError } from "./platform/errors/index";
import { MAX_PAGE } from "./platform/graphql/connection";
import { Access } from "./platform/graphql/exposed";
import { parseGlobalId, registerIdCode } from "./platform/graphql/ids";
import { Node } from "./platform/graphql/node";

type Fetch = (context: RequestContext, key: string) => Promise<(object & Partial<RuledRow>) | null>;

/** Each type that has an id: the byte that its ids begin with, for ever, and how one is found. */
const kinds: Record<string, { code: number; fetch: Fetch }> = {
  Partnership: { code: 1, fetch: (context, key) => context.use(partnershipLoaders).partnershipById.load(key) },
  Agency: { code: 2, fetch: (context, key) => context.use(partnershipLoaders).agencyById.load(key) },
  Post: { code: 3, fetch: (context, key) => context.use(partnershipLoaders).postById.load(key) },
  Plan: { code: 4, fetch: (context, key) => context.use(planLoaders).planById.load(key) },
  Theme: { code: 5, fetch: (context, key) => context.use(planLoaders).themeById.load(key) },
  Objective: { code: 6, fetch: (context, key) => context.use(planLoaders).objectiveById.load(key) },
  Finding: { code: 7, fetch: (context, key) => context.use(planLoaders).findingById.load(key) },
  Action: { code: 8, fetch: (context, key) => context.use(planLoaders).actionById.load(key) },
  ProgressUpdate: { code: 9, fetch: (context, key) => context.use(reportingLoaders).updateById.load(key) },
  Indicator: { code: 10, fetch: (context, key) => context.use(indicatorLoaders).indicatorById.load(key) },
  Actor: { code: 11, fetch: (context, key) => context.use(peopleLoaders).actorById.load(key) },
  FieldGrant: { code: 12, fetch: (context, key) => context.use(fieldGrantLoaders).grantById.load(key) },
  Invitation: { code: 13, fetch: (context, key) => context.use(peopleLoaders).invitationById.load(key) },
  RecordOpening: { code: 14, fetch: (context, key) => context.use(openingLoaders).openingById.load(key) },
  ServiceAccount: { code: 15, fetch: (context, key) => context.use(peopleLoaders).accountById.load(key) },
  Membership: { code: 16, fetch: (context, key) => context.use(peopleLoaders).membershipById.load(key) },
  Evidence: { code: 17, fetch: (context, key) => context.use(evidenceLoaders).evidenceById.load(key) },
  DateRevision: { code: 18, fetch: (context, key) => context.use(planLoaders).dateRevisionById.load(key) },
  Board: { code: 19, fetch: (context, key) => context.use(boardLoaders).boardById.load(key) },
  BoardMember: { code: 20, fetch: (context, key) => context.use(boardLoaders).boardMemberById.load(key) },
  Meeting: { code: 21, fetch: (context, key) => context.use(boardLoaders).meetingById.load(key) },
  AgendaItem: { code: 22, fetch: (context, key) => context.use(boardLoaders).agendaItemById.load(key) },
  Decision: { code: 23, fetch: (context, key) => context.use(boardLoaders).decisionById.load(key) },
  TrackedItem: { code: 24, fetch: (context, key) => context.use(boardLoaders).trackedItemById.load(key) },
  WorkProgrammeItem: { code: 25, fetch: (context, key) => context.use(boardLoaders).workProgrammeItemById.load(key) },
  HighlightReport: { code: 26, fetch: (context, key) => context.use(boardLoaders).highlightReportById.load(key) },
  SignOff: { code: 27, fetch: (context, key) => context.use(boardLoaders).signOffById.load(key) },
  PlanSignOff: { code: 28, fetch: (context, key) => context.use(boardLoaders).planSignOffById.load(key) },
  PlanHandOver: { code: 29, fetch: (context, key) => context.use(boardLoaders).planHandOverById.load(key) },
  Ladder: { code: 30, fetch: (context, key) => context.use(challengeLoaders).ladderById.load(key) },
  Challenge: { code: 31, fetch: (context, key) => context.use(challengeLoaders).challengeById.load(key) },
  Rule: { code: 40, fetch: (context, key) => context.use(ruleLoaders).ruleById.load(key) },
};
for (const [type, { code }] of Object.entries(kinds)) registerIdCode(type, code);

/** Type of a row that `node` found; `resolveType` of the Node interface reads it. */
export const NODE_TYPE = Symbol("node type");

/** The object of a global id, or null where there is none that whoever the context is may see. */
export async function fetchNode(context: RequestContext, id: string): Promise<FoundNode | null> {
  const parsed = parseGlobalId(id);
  const row = parsed && (await kinds[parsed.type]?.fetch(context, parsed.key));
  return row ? { ...parsed, row } : null;
}

async function find(context: RequestContext, id: string): Promise<object | NotFoundError> {
  const found = await fetchNode(context, id);
  return found ? Object.assign(found.row, { [NODE_TYPE]: found.type }) : new NotFoundError();
}

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description:
      "The object of that id; NOT_FOUND where there is none that the caller may see, whatever the id looks like",
  })
  @Access("PUBLIC")
  async node(@Arg("id", () => ID, { description: "Id of the object" }) id: string, @Ctx() context: RequestContext) {
    const found = await find(context, id);
    if (found instanceof Error) throw found;
    return found;
  }

  @Query(() => [Node], {
    nullable: "items",
    description: `Objects of those ids in the order asked, at most ${MAX_PAGE}; null with NOT_FOUND in the place of each that is not there for the caller`,
  })
  @Access("PUBLIC")
  nodes(@Arg("ids", () => [ID], { description: "Ids of the objects" }) ids: string[], @Ctx() context: RequestContext) {
    if (ids.length > MAX_PAGE)
      throw new BadInputError(`ids may hold ${MAX_PAGE} at most; there were ${ids.length}.`, ["ids"]);
    return Promise.all(ids.map((id) => find(context, id)));
  }
}
