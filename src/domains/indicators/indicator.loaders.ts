import { listLoader, rowLoader } from "../../platform/database/loaders";
import { columnsOf } from "../../platform/database/rows";
import type { RequestContext } from "../access/index";
import { Indicator } from "./indicator.entity";

/** Loaders of indicators, for one request. */
export const indicatorLoaders = ({ db, source }: RequestContext) => {
  const columns = columnsOf(source, Indicator, "i");
  return {
    indicatorById: rowLoader(
      (ids) => db.query<Indicator>(`select ${columns} from indicator i where i.id = any ($1::uuid[])`, [ids]),
      ({ id }) => id,
    ),
    indicatorsOfPartnership: listLoader(
      (ids) =>
        db.query<Indicator>(
          `select ${columns} from indicator i where i.partnership_id = any ($1::uuid[]) order by i.position`,
          [ids],
        ),
      ({ partnershipId }) => partnershipId,
    ),
  };
};
