import type { PlatformConfig } from '#core/config';

/** What the platform decides for its services; everything else they inherit. */
export interface ServiceSettings {
  databaseUrl: string;
  /** A session connection of the same login, where `databaseUrl` goes through a pooler. */
  directUrl: string | undefined;
  appSecret: string;
  bullBoardPassword: string | undefined;
  dataDir: string;
  port: number;
  publicUrl?: string;
  logFormat: 'json' | 'pretty';
  /** Whether the services' output ends on a terminal that shows colours; their own stdout is a pipe. */
  color: boolean;
}

/**
 * The whole environment of one service. Every variable that decides where data goes is set here, also the empty ones,
 * so that a `.env` file read by the service cannot send it elsewhere.
 */
export function serviceEnvironment(config: PlatformConfig, settings: ServiceSettings): Record<string, string> {
  return {
    ...config.inherited,
    DATABASE_URL: settings.databaseUrl,
    DIRECT_DATABASE_URL: settings.directUrl ?? '',
    REDIS_URL: config.redisUrl ?? '',
    APP_SECRET: settings.appSecret,
    BULL_BOARD_PASSWORD: settings.bullBoardPassword ?? '',
    DATA_DIR: settings.dataDir,
    PORT: String(settings.port),
    PUBLIC_URL: settings.publicUrl ?? config.inherited['PUBLIC_URL'] ?? '',
    LOG_FORMAT: settings.logFormat,
    ...(settings.color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  };
}
