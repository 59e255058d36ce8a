import { entityLoader } from "../../platform/database/loaders";
import type { RequestContext } from "../access/index";
import { Board, BoardMember } from "./board.entity";
import { AgendaItem, Decision, Meeting } from "./meeting.entity";
import { HighlightReport, PlanHandOver, PlanSignOff, SignOff } from "./sign-off.entity";
import { TrackedItem } from "./tracked-item.entity";
import { WorkProgrammeItem } from "./work-programme.entity";

/** Loaders of boards and what they do, for one request. */
export const boardLoaders = (context: RequestContext) => ({
  agendaItemById: entityLoader(context, AgendaItem),
  boardById: entityLoader(context, Board),
  boardMemberById: entityLoader(context, BoardMember),
  decisionById: entityLoader(context, Decision),
  highlightReportById: entityLoader(context, HighlightReport),
  meetingById: entityLoader(context, Meeting),
  planHandOverById: entityLoader(context, PlanHandOver),
  planSignOffById: entityLoader(context, PlanSignOff),
  signOffById: entityLoader(context, SignOff),
  trackedItemById: entityLoader(context, TrackedItem),
  workProgrammeItemById: entityLoader(context, WorkProgrammeItem),
});
