import { holding } from "../access/index";
import { Role } from "../identity/index";

const officers = holding(Role.PARTNERSHIP_OFFICER);

/** Officers make rules and say when people are reminded; the services say of which partnership. */
export const ruleOperations = {
  Mutation: {
    changeRule: officers,
    createRule: officers,
    retireRule: officers,
    setReminderPolicy: officers,
    switchRule: officers,
  },
};
