import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { Access } from "../../platform/graphql/exposed";
import { orUserErrors } from "../../platform/graphql/user-error";
import type { RequestContext } from "../access/index";
import { KeptToAgency, type Send } from "../audit/index";
import { linkFor } from "./evidence-links";
import { attachEvidence, detachEvidence } from "./evidence-use.service";
import type { Evidence } from "./evidence.entity";
import {
  AddEvidenceInput,
  EvidencePayload,
  EvidenceUpload,
  EvidenceUploadPayload,
  EvidenceUseInput,
  RenewEvidenceUploadInput,
  UpdateEvidenceInput,
  WithdrawEvidenceInput,
} from "./evidence.inputs";
import { evidenceLoaders } from "./evidence.loaders";
import { addEvidence, renewEvidenceUpload, updateEvidence, withdrawEvidence } from "./evidence.service";

/** Writes by `work`, and reads the evidence that it names as it then stands. */
async function written(context: RequestContext, work: (send: Send) => Promise<string>): Promise<Evidence | null> {
  const id = await context.db.write(work);
  context.forget();
  return context.use(evidenceLoaders).evidenceById.load(id);
}

/** Where the file of this evidence is to be sent, where one is waited for. */
const uploadOf = (context: RequestContext, evidence: Evidence | null): EvidenceUpload | null =>
  evidence?.fileState ? linkFor(context, "upload", evidence) : null;

const WRITERS = "For contributors and leads of the agency whose it is, and service accounts with WRITE_REPORTING";

@Resolver()
export class EvidenceWritesResolver {
  @Mutation(() => EvidenceUploadPayload, {
    description: `Puts evidence of the caller's own agency on record: a link, or a file, whose bytes are then sent to \`upload.url\`. Nobody else sees it until it is used. ${WRITERS}`,
  })
  @Access("PUBLIC")
  @KeptToAgency()
  addEvidence(
    @Arg("input", () => AddEvidenceInput, { description: "The evidence" }) input: AddEvidenceInput,
    @Ctx() context: RequestContext,
  ): Promise<EvidenceUploadPayload> {
    return orUserErrors({ evidence: null, upload: null }, async () => {
      const evidence = await written(context, (send) => addEvidence(send, context, input));
      return { evidence, upload: uploadOf(context, evidence) };
    });
  }

  @Mutation(() => EvidenceUploadPayload, {
    description: `Gives another address to send the file of evidence to, after it was refused or never came. ${WRITERS}`,
  })
  @Access("PUBLIC")
  @KeptToAgency()
  renewEvidenceUpload(
    @Arg("input", () => RenewEvidenceUploadInput, { description: "The evidence" }) input: RenewEvidenceUploadInput,
    @Ctx() context: RequestContext,
  ): Promise<EvidenceUploadPayload> {
    return orUserErrors({ evidence: null, upload: null }, async () => {
      const evidence = await written(context, (send) => renewEvidenceUpload(send, context, input));
      return { evidence, upload: uploadOf(context, evidence) };
    });
  }

  @Mutation(() => EvidencePayload, {
    description: `Says something else of evidence; its file or link stays the one. ${WRITERS}`,
  })
  @Access("PUBLIC")
  @KeptToAgency()
  updateEvidence(
    @Arg("input", () => UpdateEvidenceInput, { description: "What is to be said" }) input: UpdateEvidenceInput,
    @Ctx() context: RequestContext,
  ): Promise<EvidencePayload> {
    return orUserErrors({ evidence: null }, async () => ({
      evidence: await written(context, (send) => updateEvidence(send, context, input)),
    }));
  }

  @Mutation(() => EvidencePayload, {
    description: `Uses evidence of an action that its agency is named for, which shares it with the partnership within its marking; or in the agency's own update on that action, which shows it to whoever may read the update. ${WRITERS}`,
  })
  @Access("PUBLIC")
  @KeptToAgency()
  attachEvidence(
    @Arg("input", () => EvidenceUseInput, { description: "Where it is used" }) input: EvidenceUseInput,
    @Ctx() context: RequestContext,
  ): Promise<EvidencePayload> {
    return orUserErrors({ evidence: null }, async () => ({
      evidence: await written(context, (send) => attachEvidence(send, context, input)),
    }));
  }

  @Mutation(() => EvidencePayload, {
    description: `Ends a use of evidence; that it was used stays on record. ${WRITERS}, and officers`,
  })
  @Access("PUBLIC")
  @KeptToAgency()
  detachEvidence(
    @Arg("input", () => EvidenceUseInput, { description: "The use that ends" }) input: EvidenceUseInput,
    @Ctx() context: RequestContext,
  ): Promise<EvidencePayload> {
    return orUserErrors({ evidence: null }, async () => ({
      evidence: await written(context, (send) => detachEvidence(send, context, input)),
    }));
  }

  @Mutation(() => EvidencePayload, {
    description: `Withdraws evidence with a reason: it stays on record where it was used, and nobody opens it any more. ${WRITERS}, and officers`,
  })
  @Access("PUBLIC")
  @KeptToAgency()
  withdrawEvidence(
    @Arg("input", () => WithdrawEvidenceInput, { description: "The evidence, and why" }) input: WithdrawEvidenceInput,
    @Ctx() context: RequestContext,
  ): Promise<EvidencePayload> {
    return orUserErrors({ evidence: null }, async () => ({
      evidence: await written(context, (send) => withdrawEvidence(send, context, input)),
    }));
  }
}
