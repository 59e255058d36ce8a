import { ImportBatch, ImportRow } from "./exchange/import.entity";
import { AuditEntry } from "./audit/index";
import { FieldGrant, RecordOpening } from "./access/index";
import { Invitation, Membership, Person, ServiceToken } from "./identity/index";
import {
  ActionIndicator,
  Comparator,
  Indicator,
  IndicatorTarget,
  Observation,
  TrajectoryPoint,
} from "./indicators/index";
import { Agency, AgencyAlias, AgencyCode, CollectiveMember, Partnership, Post, PostAlias } from "./partnership/index";
import {
  Action,
  ActionFinding,
  Assignment,
  Finding,
  Milestone,
  Objective,
  ObjectiveFinding,
  Plan,
  PublishedTotal,
  RatingScheme,
  RatingSchemeEntry,
  Theme,
} from "./plan/index";
import { ProgressUpdate, Rating } from "./reporting/index";

/** Every table that TypeORM knows; the migrations are checked against it. */
export const entities = [
  Action,
  ActionFinding,
  ActionIndicator,
  Agency,
  AgencyAlias,
  AgencyCode,
  Assignment,
  AuditEntry,
  CollectiveMember,
  Comparator,
  FieldGrant,
  Finding,
  ImportBatch,
  ImportRow,
  Indicator,
  IndicatorTarget,
  Invitation,
  Membership,
  Milestone,
  Objective,
  ObjectiveFinding,
  Observation,
  Partnership,
  Person,
  Plan,
  Post,
  PostAlias,
  ProgressUpdate,
  PublishedTotal,
  Rating,
  RatingScheme,
  RatingSchemeEntry,
  RecordOpening,
  ServiceToken,
  Theme,
  TrajectoryPoint,
];
