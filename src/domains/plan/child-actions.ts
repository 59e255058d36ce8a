import { childPages, type RequestContext } from "../access/index";
import { type ActionRow, actionColumns } from "./action-list";

/** Pages of the actions that hang on a parent by one of their columns, in order of reference. */
const actionsBy =
  (name: string, parentColumn: string, parentOf: (row: ActionRow) => string) => (context: RequestContext) =>
    childPages<ActionRow>(context, {
      name,
      columns: actionColumns(context),
      from: "action a",
      parentColumn,
      parentOf,
      order: [
        { column: "a.reference_order", type: "text", of: ({ referenceOrder }) => referenceOrder },
        { column: "a.id", type: "uuid", of: ({ id }) => id },
      ],
    });

export const objectiveActions = actionsBy(
  "objective actions",
  "a.objective_id",
  ({ objectiveId }) => objectiveId ?? "",
);
export const themeActions = actionsBy("theme actions", "a.theme_id", ({ themeId }) => themeId ?? "");
