import { orUserErrors } from "../../platform/graphql/user-error";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import type { Payload } from "./payloads";

/** Does `work` in one transaction, and answers what it made or changed as it then stands; or why nothing was done. */
export function written<Name extends string, Thing>(
  context: RequestContext,
  name: Name,
  work: (send: Send) => Promise<string>,
  read: (id: string) => Promise<Thing | null>,
): Promise<Payload<Name, Thing>> {
  const holding = (thing: Thing | null) => ({ [name]: thing }) as { [name in Name]: Thing | null };
  return orUserErrors(holding(null), async () => {
    const id = await context.db.write(work);
    context.forget();
    return holding(await read(id));
  });
}
