import Replicate from 'replicate';
import { z } from 'zod';
import { ShortLivedCache } from '#core/cache';
import { sha256 } from '#core/crypto';
import { isStandardWebhook, standardWebhookKey } from './callback-signatures.js';
import { parseJson } from './parse-json.js';
import { pollAfterMs, progressByTime } from './polling.js';
import { type ErrorReading, ProviderCall } from './provider-call.js';
import { healthBy } from './provider-health.js';
import { plainInput, toDataUrl, toFile } from './provider-input.js';
import { badResponse, ProviderError } from './provider.errors.js';
import type {
  CallbackNews,
  GenerationRequest,
  InputFile,
  Provider,
  ProviderAbilities,
  ProviderCallback,
  ProviderContext,
  ProviderResult,
} from './provider.js';

/** Replicate's own advice: data URLs up to 256 kB, uploads above. */
const MAX_DATA_URL_BYTES = 256 * 1024;
/** Of 100 predictions each: what a busy account creates in the minute or so until a lost create is looked for. */
const MAX_PAGES = 50;
const SECRET_TTL_MS = 10 * 60_000;

const prediction = z.object({
  id: z.string().min(1),
  status: z.enum(['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted']),
  output: z.unknown(),
  error: z.unknown(),
  logs: z.string().nullish(),
  created_at: z.string(),
  webhook: z.string().nullish(),
});
type Prediction = z.infer<typeof prediction>;
const predictionList = z.object({ results: z.array(prediction), next: z.url().nullish() });

/** `{ detail }`, also as problem+json with `{ title, detail, status }`. */
const errorBody = z.object({
  title: z.string().optional(),
  detail: z.string(),
  /** Seconds, of a throttled create. */
  retry_after: z.number().nonnegative().optional(),
});

export interface ReplicateProviderOptions {
  /** The platform's; without one only organizations with a key of their own are served. */
  apiKey?: string;
  /** With the version, e.g. `https://api.replicate.com/v1`. */
  baseUrl: string;
  /** For one request, body included. */
  timeoutMs: number;
  /** Of the platform's account; without one it is asked for with the key of the job. */
  webhookSecret?: string;
}

/** Replicate's official models, through its SDK: predictions are created, then polled or reported. */
export class ReplicateProvider implements Provider {
  readonly id = 'replicate';
  readonly abilities: ProviderAbilities = { idempotentSubmit: false, cancel: true, callbacks: true };
  private readonly secrets = new ShortLivedCache<string>({ max: 1000, ttlMs: SECRET_TTL_MS });

  constructor(private readonly options: ReplicateProviderOptions) {}

  isConfigured(): boolean {
    return this.options.apiKey !== undefined;
  }

  /** @throws ProviderError */
  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const input = { ...plainInput(request), ...(await this.references(request, context)) };
    const call = this.call(context);
    const created: unknown = await call.run(() =>
      this.client(call).predictions.create({
        model: request.providerModel,
        input,
        ...(context.callbackUrl && { webhook: context.callbackUrl, webhook_events_filter: ['completed'] }),
      }),
    );
    return this.read(call.check(created, prediction), request);
  }

  async poll(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    const found: unknown = await call.run(() => this.client(call).predictions.get(externalId));
    return this.read(call.check(found, prediction), request);
  }

  async cancel(externalId: string, _request: GenerationRequest, context: ProviderContext): Promise<void> {
    const call = this.call(context);
    const left: unknown = await call.run(() => this.client(call).predictions.cancel(externalId));
    // The wish came too late, which Replicate does not call an error; the prediction is billed.
    if (call.check(left, prediction).status === 'succeeded') {
      throw new ProviderError('provider.unavailable', { retry: 'never' });
    }
  }

  /**
   * Looks for the prediction that would report to this job's address, which no other does: from the newest, page by page,
   * to those that are older than the job.
   */
  async recover(
    request: GenerationRequest,
    since: Date,
    context: ProviderContext,
  ): Promise<ProviderResult | undefined> {
    if (!context.callbackUrl) return undefined;
    const sinceMs = toSeconds(since);
    let search = '';
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { results, next } = await this.list(search, context);
      const young = results.filter((one) => Date.parse(one.created_at) >= sinceMs);
      const mine = young.find((one) => one.webhook === context.callbackUrl);
      if (mine) return this.poll(mine.id, request, context);
      if (!next || young.length < results.length) return undefined;
      search = new URL(next).search;
    }
    return undefined;
  }

  /** By hand: the SDK's own paging would carry the key to whatever address the answer names. */
  private async list(search: string, context: ProviderContext) {
    const call = this.call(context);
    const listed: unknown = await call.run(async () =>
      (await this.client(call).request(`/predictions${search}`, { method: 'GET' })).json(),
    );
    return call.check(listed, predictionList);
  }

  async parseCallback(callback: ProviderCallback, context: ProviderContext): Promise<CallbackNews | undefined> {
    const key = standardWebhookKey(await this.webhookSecret(context));
    if (!isStandardWebhook(callback, [key])) return undefined;
    const parsed = z.object({ id: z.string().min(1).max(500) }).safeParse(parseJson(callback.rawBody));
    return parsed.data && { externalId: parsed.data.id };
  }

  health(context: ProviderContext) {
    return healthBy(async () => {
      const call = this.call(context);
      await call.run(() => this.client(call).accounts.current());
    });
  }

  /** Every account has a secret of its own: the platform's is configured, an organization's own is asked for. */
  private webhookSecret(context: ProviderContext): Promise<string> {
    const { webhookSecret } = this.options;
    if (webhookSecret && !context.credentials) return Promise.resolve(webhookSecret);
    const call = this.call(context);
    return this.secrets.get(sha256(call.apiKey).toString('hex'), async () => {
      const answer: unknown = await call.run(() => this.client(call).webhooks.default.secret.get());
      return call.check(answer, z.object({ key: z.string() })).key;
    });
  }

  private call(context: ProviderContext): ProviderCall {
    const { apiKey: platformKey, timeoutMs } = this.options;
    return new ProviderCall({ context, platformKey, timeoutMs, readError });
  }

  /** `call.fetch` is what stops the SDK from sending a request five times. */
  private client(call: ProviderCall): Replicate {
    return new Replicate({ auth: call.apiKey, baseUrl: this.options.baseUrl, fetch: call.fetch, useFileOutput: false });
  }

  /** Small files travel within the request, larger ones are uploaded first. */
  private async references(request: GenerationRequest, context: ProviderContext): Promise<Record<string, unknown>> {
    const fields: Record<string, unknown> = {};
    for (const [field, files] of Object.entries(request.files)) {
      const sent: string[] = [];
      for (const file of files) {
        sent.push(file.bytes.length <= MAX_DATA_URL_BYTES ? toDataUrl(file) : await this.upload(file, context));
      }
      fields[field] = Array.isArray(request.input[field]) ? sent : sent[0];
    }
    return fields;
  }

  /** An upload costs nothing: whatever goes wrong with it, nothing was begun. */
  private async upload(file: InputFile, context: ProviderContext): Promise<string> {
    const call = this.call(context);
    try {
      const stored: unknown = await call.run(() => this.client(call).files.create(toFile(file, 'input')));
      return call.check(stored, z.object({ urls: z.object({ get: z.url() }) })).urls.get;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.options.retry !== 'ambiguous') throw error;
      throw new ProviderError(error.code, { ...error.options, retry: 'safe' });
    }
  }

  private read(found: Prediction, request: GenerationRequest): ProviderResult {
    switch (found.status) {
      case 'succeeded':
        return {
          state: 'done',
          outputs: urlsIn(found.output).map((url) => ({ url })),
          usage: { costUsdMicros: null, quantities: {} },
        };
      case 'failed':
        throw failure(found);
      case 'canceled':
      case 'aborted':
        throw new ProviderError('provider.canceled', { retry: 'never', providerMessage: found.status });
      default: {
        const ageMs = Math.max(0, Date.now() - Date.parse(found.created_at));
        return {
          state: 'pending',
          externalId: found.id,
          pollAfterMs: pollAfterMs(ageMs, request.expectedMs),
          progress: loggedProgress(found.logs) ?? progressByTime(ageMs, request.expectedMs),
        };
      }
    }
  }
}

function readError(body: unknown): ErrorReading {
  const error = errorBody.safeParse(body).data;
  // The status says the rest: 402 is an empty account, 422 a fault of the input.
  return error ? { message: [error.title, error.detail].filter(Boolean).join(': '), ...throttle(error) } : {};
}

/**
 * An account with little credit is throttled, and told so in words: "Your rate limit for creating predictions is reduced
 * to 6 requests per minute with a burst of 1 requests … Your rate limit resets in ~5s."
 */
function throttle({ detail, retry_after: retryAfter }: z.infer<typeof errorBody>): Partial<ErrorReading> {
  const seconds = retryAfter ?? Number(/resets in ~?(\d+(?:\.\d+)?)\s*s/i.exec(detail)?.[1] ?? NaN);
  const perMinute = Number(/reduced to (\d+) requests per minute/i.exec(detail)?.[1] ?? NaN);
  return {
    ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 }),
    ...(perMinute > 0 && { spacingMs: 60_000 / perMinute }),
  };
}

/** Refusals of the models themselves come as failed predictions, in words only. */
function failure(found: Prediction): ProviderError {
  const words = typeof found.error === 'string' ? found.error : JSON.stringify(found.error ?? '');
  const refused = /nsfw|sensitive|safety|flagged|moderat|content policy|\(E005\)/i.test(words);
  return new ProviderError(refused ? 'provider.content_policy' : 'provider.generation_failed', {
    retry: 'never',
    providerMessage: words.slice(0, 500),
  });
}

/** The files of an output, whatever its shape: one address, a list, or fields that hold them. */
function urlsIn(output: unknown): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && /^https?:\/\//.test(value)) found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(output);
  if (found.length === 0) throw badResponse(`no files in the output: ${JSON.stringify(output ?? null).slice(0, 300)}`);
  return found;
}

/** The last percentage of a progress bar in the logs, as most models print one. */
function loggedProgress(logs: string | null | undefined): number | undefined {
  const percent = logs?.match(/\b(\d{1,3})%(?=\|)/g)?.at(-1);
  return percent === undefined ? undefined : Math.min(95, Number.parseInt(percent, 10));
}

/** Replicate's clock may tell whole seconds only. */
function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}
