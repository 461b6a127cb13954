import { isIP } from 'node:net';
import { z } from 'zod';
import { encryptionKeys } from './encryption-keys.js';

const optionalText = z.string().trim().min(1).optional();
/** `elevenlabs=15,openai=20` */
const numbersByName = z
  .string()
  .regex(/^\s*(\w+=[1-9]\d{0,3}\s*(,\s*(?=\w)|$))*$/, 'must be names with whole numbers, as in elevenlabs=15,openai=20')
  .transform((value) =>
    Object.fromEntries(
      value
        .split(',')
        .map((item) => item.trim().split('='))
        .map(([name = '', number]) => [name, Number(number)]),
    ),
  );
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const url = (protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    error: `must be a URL starting with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });

/** `true`, `false`, how many proxies stand before us, or their addresses. */
const trustedProxies = z.string().transform((value, context): boolean | number | string[] => {
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^[1-9]\d?$/.test(value)) return Number(value);
  const ranges = value.split(',').map((range) => range.trim());
  if (ranges.every((range) => isIP(range.replace(/\/\d{1,3}$/, '')) !== 0)) return ranges;
  context.addIssue('must be true, false, a number of proxies, or their addresses, e.g. 10.0.0.0/8');
  return z.NEVER;
});

/**
 * Every variable the platform reads, with its default. `.env.example` explains each one; a test keeps the two in step.
 */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  TRUST_PROXY: trustedProxies.default(false),
  CORS_ORIGINS: list.default([]),
  RATE_LIMIT_FACTOR: z.coerce.number().min(0.01).max(100_000).default(1),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),

  DATABASE_URL: url(['postgres:', 'postgresql:']),
  DIRECT_DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),

  APP_SECRET: z.string().min(32, 'must have at least 32 characters'),
  ENCRYPTION_KEYS: encryptionKeys.default([]),
  BULL_BOARD_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  AUTH_ISSUER: z.enum(['local', 'supabase']).default('local'),
  SUPABASE_URL: url(['http:', 'https:']).optional(),
  SUPABASE_JWT_SECRET: optionalText,
  SUPABASE_ANON_KEY: optionalText,
  SUPABASE_SECRET_KEY: optionalText,
  SUPABASE_TIMEOUT_SECONDS: z.coerce.number().min(0.2).max(60).default(8),
  EMAIL_CONFIRMATION: z.enum(['required', 'later']).optional(),

  STUDIO_URL: url(['http:', 'https:']).optional(),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: z.string().trim().min(3).default('BASE Agency <no-reply@localhost>'),

  DATA_DIR: z.string().default('.data'),
  STORAGE_DRIVER: z.enum(['local', 's3', 'supabase']).default('local'),
  STORAGE_BUCKET: optionalText,
  S3_ENDPOINT: url(['http:', 'https:']).optional(),
  S3_REGION: z.string().trim().min(1).default('us-east-1'),
  S3_ACCESS_KEY_ID: optionalText,
  S3_SECRET_ACCESS_KEY: optionalText,
  S3_FORCE_PATH_STYLE: z.stringbool().default(false),

  QUEUE_IMAGE_CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(5),
  QUEUE_VIDEO_CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(2),
  QUEUE_AUDIO_CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(5),
  JOB_STARTS_PER_SECOND: z.coerce.number().min(0.001).max(10_000).default(100),
  JOB_LEASE_SECONDS: z.coerce.number().min(1).max(600).default(30),
  JOB_RETRY_BASE_SECONDS: z.coerce.number().min(0.01).max(60).default(1),
  SWEEP_INTERVAL_SECONDS: z.coerce.number().min(0.2).max(600).default(10),
  SHUTDOWN_TIMEOUT_SECONDS: z.coerce.number().min(1).max(300).default(30),

  UPLOAD_MAX_MEGAPIXELS: z.coerce.number().min(0.01).max(500).default(50),
  FFMPEG_PATH: z.string().trim().min(1).default('ffmpeg'),
  UPLOAD_MAX_MINUTES: z.coerce.number().min(0.01).max(1440).default(240),

  CUSTOMER_ADDRESSES_ALLOWED_HOSTS: list.default([]),
  PROVIDER_FILES_ALLOWED_HOSTS: list.default([]),
  PROVIDER_REQUEST_TIMEOUT_SECONDS: z.coerce.number().min(0.2).max(600).default(60),
  PROVIDER_GENERATION_TIMEOUT_SECONDS: z.coerce.number().min(0.2).max(600).default(290),
  PROVIDER_RECOVERY_SECONDS: z.coerce.number().min(0.2).max(86_400).default(600),
  PROVIDER_LONGEST_POLL_SECONDS: z.coerce.number().min(0.1).max(300).default(15),
  PROVIDER_CIRCUIT_FAILURES: z.coerce.number().int().min(1).max(1000).default(5),
  PROVIDER_CIRCUIT_SECONDS: z.coerce.number().min(0.1).max(300).default(30),
  PROVIDER_MAX_CONCURRENT: numbersByName.default({}),
  PROVIDER_CALLBACK_URL: url(['http:', 'https:']).optional(),
  OPENAI_API_KEY: optionalText,
  OPENAI_BASE_URL: url(['http:', 'https:']).default('https://api.openai.com/v1'),
  OPENAI_TEXT_MODEL: z.string().min(1).max(120).default('gpt-5.6-luna'),
  REPLICATE_API_TOKEN: optionalText,
  REPLICATE_BASE_URL: url(['http:', 'https:']).default('https://api.replicate.com/v1'),
  REPLICATE_WEBHOOK_SECRET: optionalText,
  FREEPIK_API_KEY: optionalText,
  FREEPIK_BASE_URL: url(['http:', 'https:']).default('https://api.magnific.com'),
  FREEPIK_KEY_HEADER: z
    .string()
    .regex(/^[a-z0-9-]+$/i, 'must be the name of a header')
    .default('x-magnific-api-key'),
  FREEPIK_WEBHOOK_SECRET: optionalText,
  ELEVENLABS_API_KEY: optionalText,
  ELEVENLABS_BASE_URL: url(['http:', 'https:']).default('https://api.elevenlabs.io'),
  FAL_KEY: optionalText,
  FAL_QUEUE_URL: url(['http:', 'https:']).default('https://queue.fal.run'),
  FAL_JWKS_URL: url(['http:', 'https:']).default('https://rest.alpha.fal.ai/.well-known/jwks.json'),
  STRIPE_SECRET_KEY: optionalText,
  STRIPE_WEBHOOK_SECRET: optionalText,
  STRIPE_BASE_URL: url(['http:', 'https:']).default('https://api.stripe.com'),
  PAYMENT_INSTRUCTIONS: optionalText,
  ORDER_VOID_AFTER_DAYS: z.coerce.number().int().min(1).max(365).default(14),
  INVOICE_ISSUER_NAME: z.string().trim().min(1).default('BASE Agency'),
  INVOICE_ISSUER_TAX_ID: optionalText,
  INVOICE_ISSUER_ADDRESS: optionalText,
  INVOICE_ISSUER_EMAIL: optionalText,

  V1_WAIT_SECONDS: z.coerce.number().min(0.1).max(3600).default(300),

  SANDBOX_LATENCY_MS: z.coerce.number().int().min(0).max(600_000).default(400),
});

export type Environment = z.output<typeof environmentSchema>;
