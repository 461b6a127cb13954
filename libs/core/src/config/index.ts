export { AppConfig, loadConfig, loadEnvFile } from './app-config.js';
export { AppConfigModule } from './config.module.js';
export { DERIVED_KEY_VERSION, type EncryptionKey } from './encryption-keys.js';
export { ConfigurationError } from './parse-environment.js';
export { loadPlatformConfig, withoutOwnSettings, type PlatformConfig } from './platform-environment.js';
export { runMain } from './run-main.js';
export { untilStopped } from './until-stopped.js';
