import { rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import { childPages, type RequestContext } from "../access/index";
import { Indicator } from "./indicator.entity";

/** Loaders of indicators, for one request. */
export const indicatorLoaders = ({ db, source }: RequestContext) => ({
  indicatorById: rowLoader(
    (ids) =>
      db.query<Indicator>(
        `select ${columnsOf(source, Indicator, "i")} from indicator i where i.id = any ($1::uuid[])`,
        [ids],
      ),
    ({ id }) => id,
  ),
});

/** Pages of a partnership's indicators, in its order. */
export const indicatorPages = (context: RequestContext) =>
  childPages<Indicator>(context, {
    name: "indicators",
    columns: columnsOf(context.source, Indicator, "i"),
    from: "indicator i",
    parentColumn: "i.partnership_id",
    parentOf: ({ partnershipId }) => partnershipId,
    order: [
      { column: "i.position", type: "int", of: ({ position }) => String(position) },
      { column: "i.id", type: "uuid", of: ({ id }) => id },
    ],
  });
