import { ObjectType } from "type-graphql";

/** Each domain adds what it lets the caller do, by a field resolver of its own. */
@ObjectType({ description: "What the caller can do in a partnership now" })
export class PartnershipViewerCan {
  partnershipId!: string;
}
