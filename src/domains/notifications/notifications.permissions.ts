import { holding } from "../access/index";
import { Role } from "../identity/index";
import { person } from "../people/index";

/** Each person chooses for themselves; a service account is told nothing. Officers say how often people are mailed. */
export const notificationOperations = {
  Mutation: {
    confirmNotificationAddress: person,
    setNotificationAddress: person,
    setNotificationPolicy: holding(Role.PARTNERSHIP_OFFICER),
    setNotificationPreferences: person,
  },
};
