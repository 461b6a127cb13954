export { AppConfig, ConfigurationError, loadConfig, loadEnvFile } from './app-config.js';
export { AppConfigModule } from './config.module.js';
export { runMain } from './run-main.js';
