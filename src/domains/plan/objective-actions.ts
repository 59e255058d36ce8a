import { childPages, type RequestContext } from "../access/index";
import { type ActionRow, actionColumns } from "./action-list";

/** Pages of the actions of objectives, in order of reference. */
export const objectiveActions = (context: RequestContext) =>
  childPages<ActionRow>(context, {
    name: "objective actions",
    columns: actionColumns(context),
    from: "action a",
    parentColumn: "a.objective_id",
    parentOf: ({ objectiveId }) => objectiveId ?? "",
    order: [
      { column: "a.reference_order", type: "text", of: ({ referenceOrder }) => referenceOrder },
      { column: "a.id", type: "uuid", of: ({ id }) => id },
    ],
  });
