import { entityLoader } from "../../platform/database/loaders";
import type { RequestContext } from "../access/index";
import { Challenge } from "./challenge.entity";
import { Ladder } from "./ladder.entity";

/** Loaders of ladders and challenges, for one request. */
export const challengeLoaders = (context: RequestContext) => ({
  challengeById: entityLoader(context, Challenge),
  ladderById: entityLoader(context, Ladder),
});
