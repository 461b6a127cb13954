import { resolve } from 'node:path';
import { environmentSchema, type Environment } from './environment.js';
import { ConfigurationError, parseEnvironment } from './parse-environment.js';

/**
 * What the platform (`npm start` and its sisters) may be given: the same variables, but the database, the secret and
 * the log format may be missing, because the platform finds values for them.
 */
const platformEnvironmentSchema = environmentSchema.extend({
  DATABASE_URL: environmentSchema.shape.DATABASE_URL.optional(),
  APP_SECRET: environmentSchema.shape.APP_SECRET.optional(),
  LOG_FORMAT: environmentSchema.shape.LOG_FORMAT.unwrap().optional(),
});

/** The settings of the platform itself; its services read their own from the environment it gives them. */
export interface PlatformConfig {
  isProduction: boolean;
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  /** Undefined: the embedded PostgreSQL. */
  database: { url: string; directUrl: string } | undefined;
  redisUrl: string | undefined;
  appSecret: string | undefined;
  bullBoardPassword: string | undefined;
  logFormat: Environment['LOG_FORMAT'] | undefined;
  /** npm runs this program and should be the first to end it. */
  startedByNpm: boolean;
  /** `NO_COLOR` is not set (https://no-color.org). */
  mayColor: boolean;
  shutdownTimeoutMs: number;
  /** The environment as found, which the services inherit. */
  inherited: Record<string, string>;
}

/** Checks every variable, so that a fault in any of them is told before anything is started. */
export function loadPlatformConfig(env: Record<string, string | undefined> = process.env): PlatformConfig {
  const checked = parseEnvironment(platformEnvironmentSchema, env);
  const { DATABASE_URL: url, DIRECT_DATABASE_URL: directUrl } = checked;
  if (directUrl !== undefined && url === undefined) {
    throw new ConfigurationError(['DATABASE_URL is not set, but DIRECT_DATABASE_URL is: set both or neither']);
  }
  return {
    isProduction: checked.NODE_ENV === 'production',
    host: checked.HOST,
    port: checked.PORT,
    dataDir: resolve(checked.DATA_DIR),
    database: url === undefined ? undefined : { url, directUrl: directUrl ?? url },
    redisUrl: checked.REDIS_URL,
    appSecret: checked.APP_SECRET,
    bullBoardPassword: checked.BULL_BOARD_PASSWORD,
    logFormat: checked.LOG_FORMAT,
    startedByNpm: env['npm_lifecycle_event'] !== undefined,
    mayColor: !env['NO_COLOR'],
    shutdownTimeoutMs: checked.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    inherited: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

/** The same machine without anything that was set for this project: for throw-away platforms. */
export function withoutOwnSettings(config: PlatformConfig): PlatformConfig {
  const own = new Set(Object.keys(environmentSchema.shape));
  const others = Object.fromEntries(Object.entries(config.inherited).filter(([name]) => !own.has(name)));
  return { ...loadPlatformConfig(others), mayColor: config.mayColor };
}
