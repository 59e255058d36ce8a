export {
  type AuthConfig,
  type CallerLimits,
  type Config,
  type DatabaseConfig,
  describeDatabase,
  readConfig,
} from "./config";
export { ConfigError } from "./config-error";
export { Secret } from "./secret";
export { renderSettingsTable, type SettingName, SETTINGS } from "./settings";
