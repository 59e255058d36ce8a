import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { ForbiddenError, UnauthenticatedError } from "../../platform/errors/index";
import { Access } from "../../platform/graphql/exposed";
import { keyOf } from "../../platform/graphql/ids";
import { orUserErrors } from "../../platform/graphql/user-error";
import type { RequestContext } from "../access/index";
import type { Send } from "../audit/index";
import type { MembershipView } from "../partnership/index";
import { isService } from "./authority";
import { accept, invite, withdraw } from "./invitations";
import { endMembership } from "./memberships";
import {
  AcceptInvitationInput,
  CreateServiceAccountInput,
  EndMembershipInput,
  EndServiceAccountInput,
  InvitePersonInput,
  InvitePersonPayload,
  MembershipPayload,
  RevokeServiceTokenInput,
  RotateServiceTokenInput,
  ServiceAccountPayload,
  ServiceTokenPayload,
  WithdrawInvitationInput,
  WithdrawInvitationPayload,
} from "./people.inputs";
import { peopleLoaders } from "./people.loaders";
import { placeOf } from "./place";
import { createAccount, endAccount, type MintedAccount, revokeToken, rotate } from "./service-accounts";

const DETAILS = "What to do it to, and how";

/** Does `work` in one transaction, and forgets what was read before it. */
async function changing<T>(context: RequestContext, work: (send: Send) => Promise<T>): Promise<T> {
  const result = await context.db.write(work);
  context.forget();
  return result;
}

const membership = async (context: RequestContext, id: string) => ({
  membership: (await context.use(peopleLoaders).membershipById.load(id)) as MembershipView | null,
});
const account = async (context: RequestContext, id: string) => ({
  serviceAccount: await context.use(peopleLoaders).accountById.load(id),
});
const minted = async (context: RequestContext, { id, token }: MintedAccount) => ({
  ...(await account(context, id)),
  token: token.reveal(),
});

@Resolver()
export class PeopleMutationsResolver {
  @Mutation(() => InvitePersonPayload, {
    description:
      "Invites somebody to a role. An agency's lead invites into that agency, an officer to the roles of its partnership but chair, a platform administrator to any",
  })
  @Access("PUBLIC")
  invitePerson(
    @Arg("input", () => InvitePersonInput, { description: DETAILS }) input: InvitePersonInput,
    @Ctx() context: RequestContext,
  ): Promise<InvitePersonPayload> {
    return orUserErrors<Omit<InvitePersonPayload, "userErrors">>({ invitation: null, code: null }, async () => {
      const place = await placeOf(context, input);
      const { id, code } = await changing(context, (send) => invite(send, context, place, input));
      return { invitation: await context.use(peopleLoaders).invitationById.load(id), code: code.reveal() };
    });
  }

  @Mutation(() => MembershipPayload, {
    description:
      "Takes up an invitation, for whoever is signed in by their identity provider, known here or not. A code works once, and not for whoever sent it",
  })
  @Access("PUBLIC")
  acceptInvitation(
    @Arg("input", () => AcceptInvitationInput, { description: DETAILS }) { code }: AcceptInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<MembershipPayload> {
    return orUserErrors<Omit<MembershipPayload, "userErrors">>({ membership: null }, async () => {
      const { credential, actor } = context;
      if (!credential)
        throw new UnauthenticatedError("Sign in with your identity provider first, then take up the invitation.");
      if ("tokenHash" in credential || isService(actor))
        throw new ForbiddenError("Service accounts take up no invitations: a person does.");
      return membership(context, await changing(context, (send) => accept(send, context, credential, code)));
    });
  }

  @Mutation(() => WithdrawInvitationPayload, { description: "Withdraws an invitation that nobody has taken up" })
  @Access("PUBLIC")
  withdrawInvitation(
    @Arg("input", () => WithdrawInvitationInput, { description: DETAILS }) input: WithdrawInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<WithdrawInvitationPayload> {
    return orUserErrors<Omit<WithdrawInvitationPayload, "userErrors">>({ invitation: null }, async () => {
      const id = await changing(context, (send) => withdraw(send, context, keyOf("Invitation", input.invitation)));
      return { invitation: await context.use(peopleLoaders).invitationById.load(id) };
    });
  }

  @Mutation(() => MembershipPayload, {
    description:
      "Ends a membership: at once, so that the holder's next request is refused, or with the end of a later day. LAST_LEAD where the agency would have no lead left",
  })
  @Access("PUBLIC")
  endMembership(
    @Arg("input", () => EndMembershipInput, { description: DETAILS }) input: EndMembershipInput,
    @Ctx() context: RequestContext,
  ): Promise<MembershipPayload> {
    return orUserErrors<Omit<MembershipPayload, "userErrors">>({ membership: null }, async () => {
      const key = keyOf("Membership", input.membership);
      return membership(
        context,
        await changing(context, (send) => endMembership(send, context, key, input.on ?? null)),
      );
    });
  }

  @Mutation(() => ServiceTokenPayload, {
    description:
      "Makes a service account with its first token, which is shown this once. An agency's lead makes the agency's, an officer the partnership's",
  })
  @Access("PUBLIC")
  createServiceAccount(
    @Arg("input", () => CreateServiceAccountInput, { description: DETAILS }) input: CreateServiceAccountInput,
    @Ctx() context: RequestContext,
  ): Promise<ServiceTokenPayload> {
    return orUserErrors<Omit<ServiceTokenPayload, "userErrors">>({ serviceAccount: null, token: null }, async () => {
      const place = await placeOf(context, input);
      return minted(context, await changing(context, (send) => createAccount(send, context, place, input)));
    });
  }

  @Mutation(() => ServiceTokenPayload, {
    description:
      "Gives a service account a new token, which is shown this once; those that it had hold on for the overlap at most",
  })
  @Access("PUBLIC")
  rotateServiceToken(
    @Arg("input", () => RotateServiceTokenInput, { description: DETAILS }) input: RotateServiceTokenInput,
    @Ctx() context: RequestContext,
  ): Promise<ServiceTokenPayload> {
    return orUserErrors<Omit<ServiceTokenPayload, "userErrors">>({ serviceAccount: null, token: null }, async () => {
      const key = keyOf("ServiceAccount", input.serviceAccount);
      return minted(context, await changing(context, (send) => rotate(send, context, key, input)));
    });
  }

  @Mutation(() => ServiceAccountPayload, { description: "Revokes one token of a service account at once" })
  @Access("PUBLIC")
  revokeServiceToken(
    @Arg("input", () => RevokeServiceTokenInput, { description: DETAILS }) input: RevokeServiceTokenInput,
    @Ctx() context: RequestContext,
  ): Promise<ServiceAccountPayload> {
    return orUserErrors<Omit<ServiceAccountPayload, "userErrors">>({ serviceAccount: null }, async () => {
      const key = keyOf("ServiceAccount", input.serviceAccount);
      return account(context, await changing(context, (send) => revokeToken(send, context, key, input.prefix)));
    });
  }

  @Mutation(() => ServiceAccountPayload, { description: "Ends a service account and all its tokens at once" })
  @Access("PUBLIC")
  endServiceAccount(
    @Arg("input", () => EndServiceAccountInput, { description: DETAILS }) input: EndServiceAccountInput,
    @Ctx() context: RequestContext,
  ): Promise<ServiceAccountPayload> {
    return orUserErrors<Omit<ServiceAccountPayload, "userErrors">>({ serviceAccount: null }, async () => {
      const key = keyOf("ServiceAccount", input.serviceAccount);
      return account(context, await changing(context, (send) => endAccount(send, context, key)));
    });
  }
}
