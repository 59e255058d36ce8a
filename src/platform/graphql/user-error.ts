import { Int, ObjectType, registerEnumType } from "type-graphql";
import { ConflictError, DomainError } from "../errors/index";
import { Exposed } from "./exposed";

export enum UserErrorCode {
  BAD_USER_INPUT = "BAD_USER_INPUT",
  CONFLICT = "CONFLICT",
  FORBIDDEN = "FORBIDDEN",
  LAST_LEAD = "LAST_LEAD",
  NOT_FOUND = "NOT_FOUND",
  UNREADABLE_FILE = "UNREADABLE_FILE",
}
registerEnumType(UserErrorCode, {
  name: "UserErrorCode",
  description: "What kept a mutation from being done; stable, for programs",
  valuesConfig: {
    BAD_USER_INPUT: { description: "An input makes no sense; `field` says which" },
    CONFLICT: {
      description: "It does not go with how things stand: changed meanwhile, closed, or done already; read it again",
    },
    FORBIDDEN: { description: "The caller may not do this to this object" },
    LAST_LEAD: { description: "The agency would be left without a lead: invite another one first" },
    NOT_FOUND: { description: "There is no such object, or none that the caller may see" },
    UNREADABLE_FILE: {
      description: "The file is empty, too large, not readable or not a plan; the message says what to do",
    },
  },
});

@ObjectType({ description: "Why a mutation was not done, for the person who asked" })
export class UserError {
  @Exposed("PUBLIC", () => UserErrorCode, "What kind of reason it is")
  code!: UserErrorCode;
  @Exposed("PUBLIC", () => String, "Path of the input at fault; null where it is none of them", {
    nullable: true,
    list: true,
  })
  field!: string[] | null;
  @Exposed("PUBLIC", () => String, "What is wrong and what to do, in plain words")
  message!: string;
  @Exposed(
    "PUBLIC",
    () => Int,
    "For a CONFLICT over `expectedVersion` or `expectedRevision` (`field` says which), the one that the object has now",
    { nullable: true },
  )
  currentVersion?: number | null;
}

/** The user error that a domain error is, or null for one that is no answer to a person: that goes on as a fault. */
export function userErrorOf(error: unknown): UserError | null {
  if (!(error instanceof DomainError) || !(error.code in UserErrorCode)) return null;
  return {
    code: UserErrorCode[error.code as keyof typeof UserErrorCode],
    field: error.field ? [...error.field] : null,
    message: error.message,
    currentVersion: error instanceof ConflictError ? (error.currentVersion ?? null) : null,
  };
}

/** What a mutation gives: `work`'s payload, or `nothing` with why it was not done. A fault goes on as one. */
export async function orUserErrors<P extends object>(
  nothing: P,
  work: () => Promise<P>,
): Promise<P & { userErrors: UserError[] }> {
  try {
    return { ...(await work()), userErrors: [] };
  } catch (error) {
    const userError = userErrorOf(error);
    if (!userError) throw error;
    return { ...nothing, userErrors: [userError] };
  }
}
