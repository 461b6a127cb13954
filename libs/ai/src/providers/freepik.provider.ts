import { z } from 'zod';
import { isStandardWebhook, standardWebhookKey } from './callback-signatures.js';
import { parseJson } from './parse-json.js';
import { pollAfterMs, progressByTime } from './polling.js';
import { type ErrorReading, ProviderCall } from './provider-call.js';
import { healthBy } from './provider-health.js';
import { fileFields, fileOf, plainInput, toAddress } from './provider-input.js';
import { badResponse, invalidInput, ProviderError } from './provider.errors.js';
import type {
  CallbackNews,
  DoneResult,
  GenerationRequest,
  InputFile,
  Provider,
  ProviderAbilities,
  ProviderCallback,
  ProviderContext,
  ProviderResult,
} from './provider.js';

/** Answers come within `data`, some unwrapped; callbacks always unwrapped. */
const task = z.object({
  task_id: z.string().min(1),
  status: z.enum(['CREATED', 'IN_PROGRESS', 'COMPLETED', 'FAILED']),
  generated: z.array(z.unknown()).nullish(),
});
type Task = z.infer<typeof task>;
const taskAnswer = z.union([z.object({ data: task }).transform(({ data }) => data), task]);

/** `POST /v1/ai/beta/remove-background`, the one synchronous route. */
const cutOut = z.object({ high_resolution: z.url().optional(), url: z.url().optional() });

/** `{ message }`, `{ problem: { message, invalid_params } }` or problem+json with `invalid_params`. */
const invalidParams = z.array(z.object({ name: z.string(), reason: z.string() })).optional();
const problem = z.object({ message: z.string().optional(), invalid_params: invalidParams });
const errorBody = z.union([z.object({ problem }).transform((body) => body.problem), problem]);

/** Tasks of these are asked for at another path than they are submitted to. */
const POLL_ROUTES: Readonly<Record<string, string>> = {
  'image-to-video/kling-v2-6-pro': 'image-to-video/kling-v2-6',
  'video/kling-v3-pro': 'video/kling-v3',
};
const REMOVE_BACKGROUND = 'beta/remove-background';

/** Fields that take bare base64; the others take an address, of which a data URL is one. */
const BASE64_FIELDS: readonly string[] = ['image', 'structure_reference', 'style_reference', 'input_image'];

export interface FreepikProviderOptions {
  /** The platform's; without one only organizations with a key of their own are served. */
  apiKey?: string;
  /** Without the version, e.g. `https://api.magnific.com`. */
  baseUrl: string;
  /** `x-magnific-api-key`, or `x-freepik-api-key` at the older address. */
  keyHeader: string;
  /** For one request, body included. */
  timeoutMs: number;
  webhookSecret?: string;
}

/**
 * Freepik's API, now Magnific's: `POST /v1/ai/<route>` makes a task, `GET /v1/ai/<route>/{id}` asks for it. The model's
 * name at the provider is the route. It tells no reason for a failure, and cannot cancel.
 */
export class FreepikProvider implements Provider {
  readonly id = 'freepik';
  readonly abilities: ProviderAbilities = { idempotentSubmit: false, cancel: false, callbacks: true };

  constructor(private readonly options: FreepikProviderOptions) {}

  isConfigured(): boolean {
    return this.options.apiKey !== undefined;
  }

  /** @throws ProviderError */
  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    if (request.providerModel === REMOVE_BACKGROUND) return this.removeBackground(call, request);
    const body = {
      ...plainInput(request),
      ...fileFields(request, encode),
      ...(context.callbackUrl && { webhook_url: context.callbackUrl }),
    };
    const created = await call.json(
      this.url(request.providerModel),
      {
        method: 'POST',
        headers: { ...this.headers(call), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      taskAnswer,
    );
    return this.read(created, request, 0);
  }

  async poll(externalId: string, request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const call = this.call(context);
    const route = POLL_ROUTES[request.providerModel] ?? request.providerModel;
    const url = this.url(`${route}/${encodeURIComponent(externalId)}`);
    const found = await call.json(url, { headers: this.headers(call) }, taskAnswer);
    return this.read(found, request, context.sinceSubmitMs ?? request.expectedMs);
  }

  /** There is no way to stop a task. */
  cancel(): Promise<void> {
    return Promise.reject(new ProviderError('provider.unavailable', { retry: 'never' }));
  }

  parseCallback(callback: ProviderCallback): Promise<CallbackNews | undefined> {
    const { webhookSecret } = this.options;
    if (!webhookSecret) return Promise.resolve(undefined);
    // The documentation does not settle whether the secret is taken as text or as base64.
    const keys = [Buffer.from(webhookSecret), standardWebhookKey(webhookSecret)];
    if (!isStandardWebhook(callback, keys)) return Promise.resolve(undefined);
    const told = taskAnswer.safeParse(parseJson(callback.rawBody)).data;
    return Promise.resolve(told && { externalId: told.task_id });
  }

  /** The list of tasks costs nothing. */
  health(context: ProviderContext) {
    return healthBy(() => {
      const call = this.call(context);
      return call.json(this.url('mystic'), { headers: this.headers(call) }, z.unknown());
    });
  }

  private async removeBackground(call: ProviderCall, request: GenerationRequest): Promise<DoneResult> {
    const { url: address } = fileOf(request, 'image_url');
    if (address === undefined) throw invalidInput('image_url: the file has no public address');
    const cut = await call.json(
      this.url(REMOVE_BACKGROUND),
      { method: 'POST', headers: this.headers(call), body: new URLSearchParams({ image_url: address }) },
      cutOut,
    );
    const url = cut.high_resolution ?? cut.url;
    if (!url) throw badResponse('no file in the answer');
    return { state: 'done', outputs: [{ url }], usage: { costUsdMicros: null, quantities: { output: 1n } } };
  }

  private read(found: Task, request: GenerationRequest, ageMs: number): ProviderResult {
    switch (found.status) {
      case 'FAILED':
        throw new ProviderError('provider.generation_failed', { retry: 'never' });
      case 'COMPLETED': {
        const urls = (found.generated ?? []).map(urlOf);
        if (urls.length === 0) throw badResponse('a finished task without files');
        return {
          state: 'done',
          outputs: urls.map((url) => ({ url })),
          usage: { costUsdMicros: null, quantities: {} },
        };
      }
      default:
        return {
          state: 'pending',
          externalId: found.task_id,
          pollAfterMs: pollAfterMs(ageMs, request.expectedMs),
          progress: progressByTime(ageMs, request.expectedMs),
        };
    }
  }

  private call(context: ProviderContext): ProviderCall {
    const { apiKey: platformKey, timeoutMs } = this.options;
    return new ProviderCall({ context, platformKey, timeoutMs, readError });
  }

  private url(route: string): string {
    return `${this.options.baseUrl.replace(/\/$/, '')}/v1/ai/${route}`;
  }

  private headers(call: ProviderCall): Record<string, string> {
    return { [this.options.keyHeader]: call.apiKey };
  }
}

/** Base64 where the field is one of those that take no address. */
function encode(file: InputFile, field: string): string {
  return BASE64_FIELDS.includes(field) ? file.bytes.toString('base64') : toAddress(file);
}

/** A file is an address, or an object with one. */
function urlOf(generated: unknown): string {
  const url: unknown =
    typeof generated === 'object' && generated !== null && 'url' in generated ? generated.url : generated;
  if (typeof url === 'string' && URL.canParse(url)) return url;
  throw badResponse(`a file without an address: ${JSON.stringify(generated).slice(0, 200)}`);
}

function readError(body: unknown): ErrorReading {
  const error = errorBody.safeParse(body).data;
  const params = (error?.invalid_params ?? []).map(({ name, reason }) => `${name}: ${reason}`);
  const message = [error?.message, ...params].filter(Boolean).join('; ') || undefined;
  // Magnific reports an empty account with the status of a refused request, in words only.
  const broke = /insufficient|not enough|out of credits|quota|billing/i.test(message ?? '');
  const limited = /rate limit|too many/i.test(message ?? '');
  return { message, meaning: broke && !limited ? 'quota_exhausted' : undefined };
}
