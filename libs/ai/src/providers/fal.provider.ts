import { z } from 'zod';
import { ShortLivedCache } from '#core/cache';
import { type Ed25519Jwk, isFalWebhook } from './callback-signatures.js';
import { parseJson } from './parse-json.js';
import { pollAfterMs, progressByTime } from './polling.js';
import { type ErrorReading, ProviderCall, type ProviderCallOptions } from './provider-call.js';
import { healthBy } from './provider-health.js';
import { fileFields, plainInput, toAddress } from './provider-input.js';
import { badResponse } from './provider.errors.js';
import type {
  CallbackNews,
  GenerationRequest,
  Provider,
  ProviderAbilities,
  ProviderCallback,
  ProviderContext,
  ProviderResult,
} from './provider.js';

const JWKS_TTL_MS = 24 * 3600_000;
const MAX_JWKS_KEYS = 20;

const submitted = z.object({ request_id: z.string().min(1) });
const status = z.object({ status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']) });
const jwks = z.object({
  keys: z.array(z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })).max(MAX_JWKS_KEYS),
});

/** `{ detail }` as text or as FastAPI's list, whose `type` names what was refused. */
const errorBody = z.object({
  detail: z.union([
    z.string(),
    z.array(z.object({ loc: z.array(z.unknown()).optional(), msg: z.string(), type: z.string().optional() })),
  ]),
});

export interface FalProviderOptions {
  /** The platform's; without one only organizations with a key of their own are served. */
  apiKey?: string;
  /** The queue, `https://queue.fal.run`. */
  baseUrl: string;
  /** The public keys that callbacks are signed with. */
  jwksUrl: string;
  /** For one request, body included. */
  timeoutMs: number;
}

/**
 * fal's queue: requests are submitted, then polled or reported. fal does not bill what failed. By hand: the official
 * client has no option for the address, and repeats requests by itself (docs/adr/0013).
 */
export class FalProvider implements Provider {
  readonly id = 'fal';
  readonly abilities: ProviderAbilities = { idempotentSubmit: false, cancel: true, callbacks: true };
  private readonly keys = new ShortLivedCache<Ed25519Jwk[]>({ max: 1, ttlMs: JWKS_TTL_MS });

  constructor(private readonly options: FalProviderOptions) {}

  isConfigured(): boolean {
    return this.options.apiKey !== undefined;
  }

  /** @throws ProviderError */
  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    const input = { ...plainInput(request), ...fileFields(request, toAddress) };
    const query = context.callbackUrl ? `?${new URLSearchParams({ fal_webhook: context.callbackUrl }).toString()}` : '';
    const queued = await call.json(
      `${this.queueUrl}/${request.providerModel}${query}`,
      {
        method: 'POST',
        headers: {
          ...this.headers(call),
          'content-type': 'application/json',
          // fal would run a failed request again by itself; whether to do so is decided here.
          'x-fal-no-retry': '1',
        },
        body: JSON.stringify(input),
      },
      submitted,
    );
    return pending(queued.request_id, request, 0);
  }

  async poll(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    const url = this.requestUrl(request, externalId);
    const init = { headers: this.headers(call) };
    const told = await call.json(`${url}/status`, init, status);
    if (told.status !== 'COMPLETED') return pending(externalId, request, context.sinceSubmitMs ?? request.expectedMs);
    const result = await this.call(context, readEnd).json(url, init, z.unknown());
    return {
      state: 'done',
      outputs: filesIn(result).map((file) => ({ url: file })),
      usage: { costUsdMicros: null, quantities: {} },
    };
  }

  async cancel(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<void> {
    const call = this.call(context);
    const init = { method: 'PUT', headers: this.headers(call) };
    await call.json(`${this.requestUrl(request, externalId)}/cancel`, init, z.unknown());
  }

  async parseCallback(callback: ProviderCallback, context: ProviderContext): Promise<CallbackNews | undefined> {
    if (!isFalWebhook(callback, await this.publicKeys(context))) return undefined;
    const parsed = z.object({ request_id: z.string().min(1).max(500) }).safeParse(parseJson(callback.rawBody));
    return parsed.data && { externalId: parsed.data.request_id };
  }

  /** The keys of the callbacks are public, and their server is fal's own. */
  health(context: ProviderContext) {
    return healthBy(() => this.call(context).json(this.options.jwksUrl, {}, jwks));
  }

  private publicKeys(context: ProviderContext): Promise<Ed25519Jwk[]> {
    return this.keys.get('jwks', async () => (await this.call(context).json(this.options.jwksUrl, {}, jwks)).keys);
  }

  private call(context: ProviderContext, readError: ProviderCallOptions['readError'] = readAnswer): ProviderCall {
    const { apiKey: platformKey, timeoutMs } = this.options;
    return new ProviderCall({ context, platformKey, timeoutMs, readError });
  }

  private headers(call: ProviderCall): Record<string, string> {
    return { authorization: `Key ${call.apiKey}` };
  }

  private get queueUrl(): string {
    return this.options.baseUrl.replace(/\/$/, '');
  }

  /** Requests are kept under the app, `owner/name`, without the path of the endpoint within it. */
  private requestUrl(request: GenerationRequest, externalId: string): string {
    const app = request.providerModel.split('/', 2).join('/');
    return `${this.queueUrl}/${app}/requests/${encodeURIComponent(externalId)}`;
  }
}

function pending(externalId: string, request: GenerationRequest, ageMs: number): ProviderResult {
  return {
    state: 'pending',
    externalId,
    pollAfterMs: pollAfterMs(ageMs, request.expectedMs),
    progress: progressByTime(ageMs, request.expectedMs),
  };
}

/** Results name their files `{ url, content_type, … }`, one or several, under the model's own names. */
function filesIn(data: unknown): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('url' in value && typeof value.url === 'string') found.push(value.url);
    else Object.values(value).forEach(walk);
  };
  walk(data);
  if (found.length === 0) throw badResponse(`no files in the result: ${JSON.stringify(data ?? null).slice(0, 300)}`);
  return found;
}

/**
 * A finished request whose result is an error in fal's own words failed for good: asking again gives the same. A gateway's
 * page before it (502 to 504) says nothing of the request, which is looked at again.
 */
function readEnd(body: unknown, status: number): ErrorReading {
  const reading = readAnswer(body);
  return status === 500 && reading.message !== undefined ? { meaning: 'generation_failed', ...reading } : reading;
}

function readAnswer(body: unknown): ErrorReading {
  const detail = errorBody.safeParse(body).data?.detail;
  if (detail === undefined) return {};
  const message =
    typeof detail === 'string'
      ? detail
      : detail.map(({ loc = [], msg }) => [...loc.slice(1), msg].join(': ')).join('; ');
  const types = typeof detail === 'string' ? [] : detail.map(({ type }) => type);
  if (types.includes('content_policy_violation')) return { message, meaning: 'content_policy' };
  if (/exhausted balance|user is locked/i.test(message)) return { message, meaning: 'quota_exhausted' };
  return { message };
}
