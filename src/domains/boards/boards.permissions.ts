import { holding } from "../access/index";
import { Role } from "../identity/index";

const { AGENCY_CONTRIBUTOR, AGENCY_LEAD, PARTNERSHIP_CHAIR, PARTNERSHIP_OFFICER } = Role;
const officers = holding(PARTNERSHIP_OFFICER);
const chair = holding(PARTNERSHIP_CHAIR);

/** Officers run boards, the chair signs off, and agencies answer; the services say of which board, item or action. */
export const boardOperations = {
  Mutation: {
    addAgendaItem: officers,
    addBoardMember: officers,
    addWorkProgrammeItem: officers,
    cancelMeeting: officers,
    closeTrackedItem: officers,
    createBoard: officers,
    endBoard: officers,
    endBoardMembership: officers,
    fileHighlightReport: holding(AGENCY_LEAD, AGENCY_CONTRIBUTOR),
    handOverPlan: officers,
    holdMeeting: officers,
    linkTrackedItem: officers,
    publishMeeting: officers,
    recordDecision: holding(PARTNERSHIP_OFFICER, PARTNERSHIP_CHAIR),
    recordWorkProgrammeOutcome: officers,
    reopenTrackedItem: officers,
    respondToTrackedItem: holding(PARTNERSHIP_OFFICER, AGENCY_LEAD, AGENCY_CONTRIBUTOR),
    revertSignOff: chair,
    scheduleMeeting: officers,
    scheduleWorkProgrammeItem: officers,
    signOffAction: chair,
    signOffPlan: chair,
  },
};
