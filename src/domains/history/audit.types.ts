import { GraphQLJSONObject } from "graphql-scalars";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionTypeOf } from "../../platform/graphql/connection";
import { Exposed } from "../../platform/graphql/exposed";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { AuditOutcome } from "../audit/index";

@ObjectType("AuditEntry", {
  description:
    "What somebody did, was refused or read by privilege: written in the change's own transaction, never changed, and chained. It holds names and kinds, never text that may be withheld. Seen by oversight; what an agency did with its drafts by that agency alone",
})
export class AuditEntryView {
  id!: string;
  partnershipId!: string;
  actorId!: string | null;
  agencyId!: string | null;
  subjectType!: string | null;
  subjectId!: string | null;
  @Exposed(
    "OVERSIGHT",
    () => Int,
    "Its place in the partnership's chain, by which the verification names it; entries of one transaction share it",
  )
  sequence!: number | null;
  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was done, by the clock of whoever was asked")
  at!: Date | null;
  @Exposed(
    "PARTNERSHIP",
    () => String,
    "What was done, or asked for: `progressUpdate.submitted`, or the mutation refused",
  )
  kind!: string | null;
  @Exposed("PARTNERSHIP", () => AuditOutcome, "Whether it was done or refused")
  outcome!: AuditOutcome | null;
  @Exposed("PARTNERSHIP", () => String, "Id of the request, as in the error that its caller was told")
  requestId!: string | null;
  @Exposed("PARTNERSHIP", () => GraphQLJSONObject, "Names and kinds: which fields, which states, which codes")
  detail!: Record<string, unknown> | null;
}

@InputType({ description: "Which audit entries; what is given must all hold" })
export class AuditEntryFilter {
  @Field(() => String, { nullable: true, description: "Of this kind, such as `rating.added`" })
  kind?: string | null;
  @Field(() => AuditOutcome, { nullable: true, description: "Done or refused" })
  outcome?: AuditOutcome | null;
  @Field(() => ID, { nullable: true, description: "About this object, by its id" })
  subject?: string | null;
  @Field(() => ID, { nullable: true, description: "By this `Actor`" })
  actor?: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: "At this instant or later" })
  since?: Date | null;
  @Field(() => DateTimeScalar, { nullable: true, description: "Before this instant" })
  until?: Date | null;
}

export const AuditEntryConnection = connectionTypeOf("AuditEntry", () => AuditEntryView);

@ObjectType({
  description:
    "Where the partnership's audit trail stands, signed, for somebody else to keep: whoever holds it sees whether what came before was rewritten",
})
export class AuditCheckpoint {
  partnershipId!: string;
  @Exposed("PARTNERSHIP", () => Int, "Number of links in the chain")
  sequence!: number | null;
  @Exposed("PARTNERSHIP", () => String, "Hash of the last of them, SHA-256 in hex")
  hash!: string | null;
  @Exposed("PARTNERSHIP", () => DateTimeScalar, "When it was signed")
  issuedAt!: string | null;
  @Exposed(
    "PARTNERSHIP",
    () => String,
    "The service's public key, Ed25519 (SPKI in Base64), the same in every checkpoint: keep it once, apart from them, to tell a checkpoint of somebody else's making",
  )
  key!: string | null;
  @Exposed(
    "PARTNERSHIP",
    () => String,
    "The whole as JSON text, with the public key and the Ed25519 signature: what to keep, and what `npm run audit:verify -- --checkpoint` takes",
  )
  document!: string | null;
}
