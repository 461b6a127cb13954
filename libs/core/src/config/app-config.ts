import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EncryptionKey } from './encryption-keys.js';
import { environmentSchema, type Environment } from './environment.js';
import { parseEnvironment } from './parse-environment.js';

/** The settings, checked and grouped. Read once at the start; modules take it by injection. */
export class AppConfig {
  readonly environment: Environment['NODE_ENV'];
  readonly http: {
    host: string;
    port: number;
    publicUrl: string;
    trustProxy: boolean | number | string[];
    corsOrigins: string[];
  };
  /** What all rate limits are multiplied by. */
  readonly limits: { factor: number };
  readonly log: { level: Environment['LOG_LEVEL']; format: Environment['LOG_FORMAT'] };
  readonly database: { url: string; directUrl: string; poolSize: number };
  readonly redisUrl: string | undefined;
  readonly auth: {
    issuer: 'local' | 'supabase';
    /** required: an account begins with the link in the mail; later: with the registration. */
    emailConfirmation: 'required' | 'later';
    supabase: { url?: string; jwtSecret?: string; anonKey?: string; secretKey?: string; timeoutMs: number };
  };
  /** Root secret; every use derives a key of its own from it (`core/crypto`). */
  readonly appSecret: string;
  /** Key-encryption keys, the active one first; empty: the one derived from `appSecret` is. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** HTTP Basic password of the user `operator` for Bull Board; undefined: no board. */
  readonly bullBoardPassword: string | undefined;
  /** Where the links of mails lead. */
  readonly studioUrl: string;
  /** Without `smtpUrl` mails are kept in the mailbox's folder. */
  readonly mail: { smtpUrl?: string; from: string; mailboxDirectory: string };
  readonly storage: { directory: string };
  readonly queue: { concurrency: { image: number; video: number; audio: number } };
  readonly jobs: { leaseMs: number; sweepIntervalMs: number };
  readonly shutdownTimeoutMs: number;
  readonly providers: { openai: { apiKey?: string; baseUrl: string }; sandbox: { latencyMs: number } };

  constructor(env: Environment) {
    this.environment = env.NODE_ENV;
    this.http = {
      host: env.HOST,
      port: env.PORT,
      publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/$/, ''),
      trustProxy: env.TRUST_PROXY,
      corsOrigins: env.CORS_ORIGINS,
    };
    this.limits = { factor: env.RATE_LIMIT_FACTOR };
    this.log = { level: env.LOG_LEVEL, format: env.LOG_FORMAT };
    this.database = {
      url: env.DATABASE_URL,
      directUrl: env.DIRECT_DATABASE_URL ?? env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
    };
    this.redisUrl = env.REDIS_URL;
    this.auth = {
      issuer: env.AUTH_ISSUER,
      emailConfirmation: env.EMAIL_CONFIRMATION ?? (env.SMTP_URL ? 'required' : 'later'),
      supabase: {
        url: env.SUPABASE_URL?.replace(/\/$/, ''),
        jwtSecret: env.SUPABASE_JWT_SECRET,
        anonKey: env.SUPABASE_ANON_KEY,
        secretKey: env.SUPABASE_SECRET_KEY,
        timeoutMs: env.SUPABASE_TIMEOUT_SECONDS * 1000,
      },
    };
    this.appSecret = env.APP_SECRET;
    this.encryptionKeys = env.ENCRYPTION_KEYS;
    this.bullBoardPassword = env.BULL_BOARD_PASSWORD;
    this.studioUrl = (env.STUDIO_URL ?? this.http.publicUrl).replace(/\/$/, '');
    this.mail = { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM, mailboxDirectory: resolve(env.DATA_DIR, 'mailbox') };
    this.storage = { directory: resolve(env.DATA_DIR, 'files') };
    this.queue = {
      concurrency: {
        image: env.QUEUE_IMAGE_CONCURRENCY,
        video: env.QUEUE_VIDEO_CONCURRENCY,
        audio: env.QUEUE_AUDIO_CONCURRENCY,
      },
    };
    this.jobs = { leaseMs: env.JOB_LEASE_SECONDS * 1000, sweepIntervalMs: env.SWEEP_INTERVAL_SECONDS * 1000 };
    this.shutdownTimeoutMs = env.SHUTDOWN_TIMEOUT_SECONDS * 1000;
    this.providers = {
      openai: { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL },
      sandbox: { latencyMs: env.SANDBOX_LATENCY_MS },
    };
  }
}

/**
 * Checks the environment and groups it.
 * @throws ConfigurationError naming all faults at once, never the values (they may be secrets).
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): AppConfig {
  return new AppConfig(parseEnvironment(environmentSchema, env));
}

/** Reads `.env` of the working directory when there is one; variables already set win. */
export function loadEnvFile(path = '.env'): void {
  if (existsSync(path)) process.loadEnvFile(path);
}
