export { type Calendar, type Division, DIVISIONS, expectedHolidays } from "./calendar";
export { type Deadline, deadlineOf, type Limit } from "./deadline";
export { PUBLISHED } from "./published";
export { addWorkingDays, countWorkingDays, isWorkingDay, workingDaysBetween } from "./working-days";
