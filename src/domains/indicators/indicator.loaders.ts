import { rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
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
