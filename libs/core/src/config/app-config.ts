import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EncryptionKey } from './encryption-keys.js';
import { environmentSchema, type Environment } from './environment.js';
import { ConfigurationError, parseEnvironment } from './parse-environment.js';

interface KeyedProvider {
  /** The platform's own key. */
  apiKey?: string;
  baseUrl: string;
}

/** How the providers are reached, and how long they are waited for. */
export interface ProviderSettings {
  /** For one request to an asynchronous provider, body included. */
  requestTimeoutMs: number;
  /** For one whole generation of a synchronous provider, body included. */
  generationTimeoutMs: number;
  /** How long a generation whose create was never answered is looked for. */
  recoveryMs: number;
  /** The longest wait between two looks at a generation. */
  longestPollMs: number;
  /** So many failures of a provider in a row keep everybody from asking it, */
  circuitFailures: number;
  /** for this long at first. */
  circuitMs: number;
  /** How many generations the platform's key may have under way, by provider; absent: as many as the provider allows. */
  maxConcurrent: Readonly<Record<string, number | undefined>>;
  /** Where providers report to, when the API has a public address. */
  callbackBaseUrl?: string;
  sandbox: { latencyMs: number };
  /** `textModel`: for prompts. */
  openai: KeyedProvider & { textModel: string };
  replicate: KeyedProvider & { webhookSecret?: string };
  /** `keyHeader`: Magnific and the older Freepik API differ in it. */
  freepik: KeyedProvider & { keyHeader: string; webhookSecret?: string };
  elevenlabs: KeyedProvider;
  fal: KeyedProvider & { jwksUrl: string };
}

/** Where files are kept: in a bucket when there is one, else in the folder. */
export interface StorageSettings {
  directory: string;
  s3?: {
    bucket: string;
    region: string;
    /** Undefined: Amazon's. */
    endpoint?: string;
    /** The bucket is part of the path, not of the host's name. */
    forcePathStyle: boolean;
    accessKeyId: string;
    secretAccessKey: string;
  };
  supabase?: { url: string; secretKey: string; bucket: string };
}

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
  readonly storage: StorageSettings;
  /** What uploads may be; how large they may be is a matter of the plan. */
  readonly uploads: { maxPixels: number; maxDurationMs: number };
  readonly queue: { concurrency: { image: number; video: number; audio: number } };
  readonly jobs: { startsPerSecond: number; leaseMs: number; sweepIntervalMs: number; retryBaseMs: number };
  readonly shutdownTimeoutMs: number;
  /** How long the OpenAI-compatible routes wait for the end of a job. */
  readonly v1: { waitMs: number };
  /** Hosts outside of the public internet that may be fetched from nevertheless, by who names the address. */
  readonly outbound: { allowedHosts: { customer: string[]; provider: string[] } };
  readonly providers: ProviderSettings;
  /** For previews of what no decoder of ours knows; the program may be missing. */
  readonly ffmpegPath: string;

  /** Without `stripe` an operator marks invoices paid. */
  readonly payments: {
    stripe?: { secretKey: string; webhookSecret: string; baseUrl: string };
    instructions?: string;
    /** How long after it was due an unpaid order can be paid still. */
    voidAfterDays: number;
    /** Printed on invoices as who issued them. */
    issuer: { name: string; taxId?: string; address?: string; email?: string };
  };

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
    this.storage = storageSettings(env);
    this.uploads = {
      maxPixels: Math.round(env.UPLOAD_MAX_MEGAPIXELS * 1_000_000),
      maxDurationMs: Math.round(env.UPLOAD_MAX_MINUTES * 60_000),
    };
    this.queue = {
      concurrency: {
        image: env.QUEUE_IMAGE_CONCURRENCY,
        video: env.QUEUE_VIDEO_CONCURRENCY,
        audio: env.QUEUE_AUDIO_CONCURRENCY,
      },
    };
    this.jobs = {
      startsPerSecond: env.JOB_STARTS_PER_SECOND,
      leaseMs: env.JOB_LEASE_SECONDS * 1000,
      sweepIntervalMs: env.SWEEP_INTERVAL_SECONDS * 1000,
      retryBaseMs: env.JOB_RETRY_BASE_SECONDS * 1000,
    };
    this.shutdownTimeoutMs = env.SHUTDOWN_TIMEOUT_SECONDS * 1000;
    this.v1 = { waitMs: env.V1_WAIT_SECONDS * 1000 };
    this.outbound = {
      allowedHosts: { customer: env.CUSTOMER_ADDRESSES_ALLOWED_HOSTS, provider: env.PROVIDER_FILES_ALLOWED_HOSTS },
    };
    this.providers = providerSettings(env);
    this.ffmpegPath = env.FFMPEG_PATH;
    this.payments = {
      stripe: stripeOf(env),
      instructions: env.PAYMENT_INSTRUCTIONS,
      voidAfterDays: env.ORDER_VOID_AFTER_DAYS,
      issuer: {
        name: env.INVOICE_ISSUER_NAME,
        taxId: env.INVOICE_ISSUER_TAX_ID,
        address: env.INVOICE_ISSUER_ADDRESS,
        email: env.INVOICE_ISSUER_EMAIL,
      },
    };
  }
}

function storageSettings(env: Environment): StorageSettings {
  const directory = resolve(env.DATA_DIR, 'files');
  const { STORAGE_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const { SUPABASE_URL: url, SUPABASE_SECRET_KEY: secretKey } = env;
  switch (env.STORAGE_DRIVER) {
    case 's3': {
      if (!bucket || !accessKeyId || !secretAccessKey) {
        throw new ConfigurationError([
          'STORAGE_DRIVER is s3: STORAGE_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY have to be set',
        ]);
      }
      const { S3_REGION: region, S3_ENDPOINT: endpoint, S3_FORCE_PATH_STYLE: forcePathStyle } = env;
      return { directory, s3: { bucket, region, endpoint, forcePathStyle, accessKeyId, secretAccessKey } };
    }
    case 'supabase':
      if (!bucket || !url || !secretKey) {
        throw new ConfigurationError([
          'STORAGE_DRIVER is supabase: STORAGE_BUCKET, SUPABASE_URL and SUPABASE_SECRET_KEY have to be set',
        ]);
      }
      return { directory, supabase: { bucket, url: url.replace(/\/$/, ''), secretKey } };
    default:
      return { directory };
  }
}

function providerSettings(env: Environment): ProviderSettings {
  return {
    requestTimeoutMs: env.PROVIDER_REQUEST_TIMEOUT_SECONDS * 1000,
    generationTimeoutMs: env.PROVIDER_GENERATION_TIMEOUT_SECONDS * 1000,
    recoveryMs: env.PROVIDER_RECOVERY_SECONDS * 1000,
    longestPollMs: env.PROVIDER_LONGEST_POLL_SECONDS * 1000,
    circuitFailures: env.PROVIDER_CIRCUIT_FAILURES,
    circuitMs: env.PROVIDER_CIRCUIT_SECONDS * 1000,
    maxConcurrent: env.PROVIDER_MAX_CONCURRENT,
    // Providers report to https addresses only.
    callbackBaseUrl: (
      env.PROVIDER_CALLBACK_URL ?? (env.PUBLIC_URL?.startsWith('https:') ? env.PUBLIC_URL : undefined)
    )?.replace(/\/$/, ''),
    sandbox: { latencyMs: env.SANDBOX_LATENCY_MS },
    openai: { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL, textModel: env.OPENAI_TEXT_MODEL },
    replicate: {
      apiKey: env.REPLICATE_API_TOKEN,
      baseUrl: env.REPLICATE_BASE_URL,
      webhookSecret: env.REPLICATE_WEBHOOK_SECRET,
    },
    freepik: {
      apiKey: env.FREEPIK_API_KEY,
      baseUrl: env.FREEPIK_BASE_URL,
      keyHeader: env.FREEPIK_KEY_HEADER.toLowerCase(),
      webhookSecret: env.FREEPIK_WEBHOOK_SECRET,
    },
    elevenlabs: {
      apiKey: env.ELEVENLABS_API_KEY,
      baseUrl: env.ELEVENLABS_BASE_URL,
    },
    fal: { apiKey: env.FAL_KEY, baseUrl: env.FAL_QUEUE_URL, jwksUrl: env.FAL_JWKS_URL },
  };
}

/** Money that is taken but never told of would be lost: a key without the webhook's secret is no configuration. */
function stripeOf(env: Environment): AppConfig['payments']['stripe'] {
  if (!env.STRIPE_SECRET_KEY) return undefined;
  if (!env.STRIPE_WEBHOOK_SECRET) {
    throw new ConfigurationError(['STRIPE_WEBHOOK_SECRET is not set, but STRIPE_SECRET_KEY is']);
  }
  return {
    secretKey: env.STRIPE_SECRET_KEY,
    webhookSecret: env.STRIPE_WEBHOOK_SECRET,
    baseUrl: env.STRIPE_BASE_URL.replace(/\/$/, ''),
  };
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
