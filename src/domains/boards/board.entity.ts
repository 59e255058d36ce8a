import { Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, Unique } from "typeorm";
import { BelongsTo, OneOf, References, TenantRow } from "../../platform/database/columns";
import { Exposed } from "../../platform/graphql/exposed";
import { Node } from "../../platform/graphql/node";
import { DateScalar } from "../../platform/graphql/scalars";
import { Agency, Post } from "../partnership/index";

export enum BoardKind {
  SUB_GROUP = "SUB_GROUP",
  TASK_AND_FINISH_GROUP = "TASK_AND_FINISH_GROUP",
  OPERATIONAL_GROUP = "OPERATIONAL_GROUP",
  EXECUTIVE_GROUP = "EXECUTIVE_GROUP",
  IMPROVEMENT_BOARD = "IMPROVEMENT_BOARD",
  PROGRAMME_BOARD = "PROGRAMME_BOARD",
  SCRUTINY_BOARD = "SCRUTINY_BOARD",
  PARTNERSHIP_BOARD = "PARTNERSHIP_BOARD",
  OTHER = "OTHER",
}
registerEnumType(BoardKind, {
  name: "BoardKind",
  description: "What kind of board it is",
  valuesConfig: {
    SUB_GROUP: { description: "A standing group under another board, for one part of its work" },
    TASK_AND_FINISH_GROUP: { description: "A group that ends when it has reported on one question" },
    OPERATIONAL_GROUP: { description: "Managers who carry actions forward between meetings of a board" },
    EXECUTIVE_GROUP: { description: "Chief officers who hold the pace and weigh progress" },
    IMPROVEMENT_BOARD: { description: "Oversees a plan made after an inspection, until it is signed off" },
    PROGRAMME_BOARD: { description: "Oversees a programme of projects" },
    SCRUTINY_BOARD: { description: "Elected members who question and recommend in public" },
    PARTNERSHIP_BOARD: { description: "The safeguarding board or partnership itself" },
    OTHER: { description: "Anything else, such as the body that a scrutiny board belongs to" },
  },
});

/**
 * A board for as long as it exists under that name. Which board it reports to and which one followed it never go round in a
 * circle, also where two write at once: a trigger holds that.
 */
@ObjectType({
  description:
    "A board or group that meets, decides and keeps track: an improvement board, a scrutiny board, a sub-group",
  implements: Node,
})
@Entity({ name: "board" })
@Unique(["partnershipId", "id"])
@Unique(["partnershipId", "name"])
@OneOf("board", "kind", BoardKind)
@Check("board_parent_check", "parent_id is null or parent_id <> id")
@Check("board_successor_check", "successor_id is null or (successor_id <> id and valid_to is not null)")
@Check("board_validity_check", "valid_to is null or valid_from is null or valid_from <= valid_to")
@BelongsTo(() => Board, "parentId")
@BelongsTo(() => Board, "successorId")
@References("Partnership", ["partnershipId"], ["id"])
export class Board extends TenantRow {
  @Exposed("PUBLIC", () => String, "Name of the board, unique in its partnership")
  @Column("text")
  name!: string;

  @Exposed("PUBLIC", () => BoardKind, "What kind of board it is")
  @Column("text")
  kind!: BoardKind;

  /** No field: clients reach the board itself, through `Board.parent`. */
  @Column("uuid", { nullable: true })
  parentId!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "First day of the board; null if not recorded", { nullable: true })
  @Column("date", { nullable: true })
  validFrom!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day of the board; null while it exists, or if not recorded", {
    nullable: true,
  })
  @Column("date", { nullable: true })
  validTo!: string | null;

  /** No field: clients reach the board itself, through `Board.successor`. */
  @Column("uuid", { nullable: true })
  successorId!: string | null;

  @Exposed("PUBLIC", () => String, "What is to be known of it besides, such as where sources differ; null if nothing", {
    nullable: true,
  })
  @Column("text", { nullable: true })
  note!: string | null;

  @Exposed("PARTNERSHIP", () => Int, "Version, for `expectedVersion` when changing it")
  @Column("int", { default: 1 })
  version!: number;
}

export enum BoardRole {
  CHAIR = "CHAIR",
  MEMBER = "MEMBER",
  ADVISER = "ADVISER",
}
registerEnumType(BoardRole, {
  name: "BoardRole",
  description: "What an agency or post is on a board",
  valuesConfig: {
    CHAIR: { description: "Chairs it" },
    MEMBER: { description: "Is a member of it" },
    ADVISER: { description: "Attends and advises, by invitation" },
  },
});

/** A seat on a board: an agency's, a post's, or a post's of an agency. Never a person's. */
@ObjectType({ description: "A seat on a board: of an agency, of a post, or of a post in an agency", implements: Node })
@Entity({ name: "board_member" })
@OneOf("board_member", "role", BoardRole)
@Check("board_member_whom_check", "agency_id is not null or post_id is not null")
@Check("board_member_validity_check", "valid_to is null or valid_from is null or valid_from <= valid_to")
@BelongsTo(() => Board, "boardId")
@BelongsTo(() => Agency, "agencyId")
@BelongsTo(() => Post, "postId")
export class BoardMember extends TenantRow {
  @Column("uuid")
  boardId!: string;

  /** The post's own agency where a post alone was named: it decides who reads the board's private business. */
  @Column("uuid", { nullable: true })
  agencyId!: string | null;

  @Column("uuid", { nullable: true })
  postId!: string | null;

  @Exposed("PUBLIC", () => BoardRole, "What it is on the board")
  @Column("text")
  role!: BoardRole;

  @Exposed("PUBLIC", () => DateScalar, "First day of the seat; null if not recorded", { nullable: true })
  @Column("date", { nullable: true })
  validFrom!: string | null;

  @Exposed("PUBLIC", () => DateScalar, "Last day of the seat; null while it lasts", { nullable: true })
  @Column("date", { nullable: true })
  validTo!: string | null;
}
