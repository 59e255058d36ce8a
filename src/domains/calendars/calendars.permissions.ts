import { holding } from "../access/index";
import { Role } from "../identity/index";

/** Bank holidays are everybody's to read, and of no partnership: whoever administers the platform keeps them. */
export const calendarOperations = {
  Mutation: {
    extendBankHolidays: holding(Role.PLATFORM_ADMIN),
  },
};
