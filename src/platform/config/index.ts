export {
  type AuthConfig,
  type CallerLimits,
  type Config,
  type DatabaseConfig,
  describeDatabase,
  type MailConfig,
  readConfig,
  type S3Config,
  type SmtpConfig,
  type StorageConfig,
} from "./config";
export { ConfigError } from "./config-error";
export { Secret } from "./secret";
export { renderSettingsTable, type SettingName, SETTINGS } from "./settings";
