import { Readable } from 'node:stream';
import OpenAI, { APIConnectionError, APIError } from 'openai';
import { z } from 'zod';
import { countCharacters } from '../input-text.js';
import { sniffAudio, sniffImage, takeHead } from './media-sniffing.js';
import { answeredError, connectionError, errorCodes } from './openai.errors.js';
import { ProviderError } from './provider.errors.js';
import type {
  GenerationRequest,
  Provider,
  ProviderAbilities,
  ProviderContext,
  ProviderOutput,
  ProviderResult,
  ProviderUsage,
} from './provider.js';
import { redactSecrets } from './redact-secrets.js';

/** Just under the five minutes after which Node's own fetch gives up waiting for an answer. */
const DEFAULT_TIMEOUT_MS = 290_000;

/** `POST /images/generations` for the GPT image models; anything else in the input would be paid for and ignored. */
const imageInput = z.strictObject({
  prompt: z.string(),
  n: z.int().optional(),
  size: z.string().optional(),
  quality: z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'auto']).optional(),
  output_format: z.enum(['png', 'jpeg', 'webp']).optional(),
  output_compression: z.int().optional(),
  background: z.enum(['transparent', 'opaque', 'auto']).optional(),
  moderation: z.enum(['low', 'auto']).optional(),
});

/** `POST /audio/speech`. */
const speechInput = z.strictObject({
  input: z.string(),
  voice: z.union([z.string(), z.strictObject({ id: z.string() })]),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).optional(),
  speed: z.number().optional(),
  instructions: z.string().optional(),
});

const count = z.int().nonnegative().transform(BigInt);
const tokenUsage = z.object({
  input_tokens_details: z.object({ text_tokens: count, image_tokens: count }),
  output_tokens: count,
});

export interface OpenAiProviderOptions {
  /** The platform's; without one only organizations with a key of their own are served. */
  apiKey?: string;
  /** With the version, e.g. `https://api.openai.com/v1`; any compatible server will do. */
  baseUrl: string;
  /** For one whole generation, body included. */
  timeoutMs?: number;
}

/** What ends a request early. */
type Ends = Readonly<Record<'job' | 'deadline', AbortSignal>>;

/** One request under one key. */
interface Call {
  client: OpenAI;
  apiKey: string;
  ends: Ends;
}

/**
 * OpenAI's images and speech through the official SDK. Both are synchronous: `submit` always ends in `done`, there is
 * nothing to poll or to cancel, and no way to ask what became of a request whose connection broke.
 */
export class OpenAiProvider implements Provider {
  readonly id = 'openai';
  readonly abilities: ProviderAbilities = { idempotentSubmit: false, cancel: false };
  private readonly platformKey: string | undefined;
  private readonly baseUrl: string;
  private readonly timeoutMs: number;

  constructor({ apiKey, baseUrl, timeoutMs = DEFAULT_TIMEOUT_MS }: OpenAiProviderOptions) {
    this.platformKey = apiKey;
    this.baseUrl = baseUrl;
    this.timeoutMs = timeoutMs;
  }

  isConfigured(): boolean {
    return this.platformKey !== undefined;
  }

  /** @throws ProviderError */
  async submit(request: GenerationRequest, context: ProviderContext): Promise<ProviderResult> {
    const apiKey = context.credentials?.apiKey ?? this.platformKey;
    if (!apiKey) throw new ProviderError('provider.not_configured', { retry: 'never' });
    // No header carries such a key: fetch would throw, with the key in its message.
    if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new ProviderError('provider.authentication_failed', { retry: 'never' });
    if (context.signal.aborted) {
      throw new ProviderError('provider.unavailable', { retry: 'safe', providerMessage: 'given up before sending' });
    }
    const ends: Ends = { job: context.signal, deadline: AbortSignal.timeout(this.timeoutMs) };
    const call: Call = { client: this.clientFor(apiKey), apiKey, ends };
    if (request.type === 'image') return this.generateImages(call, request);
    if (request.type === 'audio' && request.ability === 'speech') return this.speak(call, request);
    throw this.invalidInput(`no ability "${request.ability}" for ${request.type}`);
  }

  /** Never called for a result of `submit`; an id that turns up nevertheless names nothing OpenAI could be asked about. */
  poll(): Promise<ProviderResult> {
    return Promise.reject(new ProviderError('provider.outcome_unknown', { retry: 'ambiguous' }));
  }

  /** Closing the connection (`context.signal`) is all that can be done to a running request. */
  cancel(): Promise<void> {
    return Promise.reject(new ProviderError('provider.unavailable', { retry: 'never' }));
  }

  private clientFor(apiKey: string): OpenAI {
    return new OpenAI({
      apiKey,
      baseURL: this.baseUrl,
      // Every request carries our own deadline, body included; the SDK's, which may end with the headers, comes later.
      timeout: this.timeoutMs + 10_000,
      // The SDK's retries carry no idempotency key: a repeated create can be paid twice. A followed redirect
      // would repeat the POST as well.
      maxRetries: 0,
      fetchOptions: { redirect: 'manual' },
      // Said outright, because the SDK would otherwise take them from the environment.
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
    });
  }

  private async generateImages(call: Call, request: GenerationRequest) {
    const input = this.parse(imageInput, request.input);
    const answer = await call.client.images
      .generate({ ...input, model: request.providerModel }, { signal: AbortSignal.any(Object.values(call.ends)) })
      .catch((error: unknown) => Promise.reject(this.failure(error, call)));

    const outputs: ProviderOutput[] = [];
    for (const item of this.imagesIn(answer, call)) {
      const body = Buffer.from(item.b64_json, 'base64');
      // The text is let go at once: ten large images would otherwise be held twice.
      item.b64_json = '';
      const image = await sniffImage(body);
      if (!image) throw this.badResponse('an image is unreadable', call);
      outputs.push({ ...image, body });
    }
    return { state: 'done' as const, outputs, usage: imageUsage(outputs.length, answer.usage) };
  }

  /** @returns the images of a 200 answer, which a proxy or a compatible server may have filled with anything */
  private imagesIn(answer: OpenAI.ImagesResponse | string | null | undefined, call: Call): { b64_json: string }[] {
    const images: unknown = typeof answer === 'object' ? answer?.data : undefined;
    if (Array.isArray(images) && images.length > 0 && images.every(isBase64Image)) return images;
    const told = typeof answer === 'string' ? answer : JSON.stringify(answer ?? 'empty body');
    throw this.badResponse(`no images in the answer: ${told.slice(0, 5000)}`, call);
  }

  private async speak(call: Call, request: GenerationRequest): Promise<ProviderResult> {
    const input = this.parse(speechInput, request.input);
    const released = new AbortController();
    const fail = (error: unknown) => this.failure(error, call);
    const answer = await call.client.audio.speech
      .create(
        { ...input, model: request.providerModel },
        { signal: AbortSignal.any([...Object.values(call.ends), released.signal]) },
      )
      .catch((error: unknown) => Promise.reject(fail(error)));

    if (!answer.body) throw this.badResponse('empty body', call);
    const chunks = answer.body.values();
    const head = await takeHead(chunks).catch((error: unknown) => Promise.reject(fail(error)));
    const mimeType = await audioType(head, answer.headers.get('content-type') ?? '', input.response_format);
    if (!mimeType) {
      released.abort();
      throw this.badResponse(`not audio: ${head.subarray(0, 200).toString('latin1')}`, call);
    }
    const body = Readable.from(restOf(head, chunks, fail), { objectMode: false });
    // A stream destroyed before its first read never enters the generator, so the connection is let go from here.
    body.once('close', () => released.abort());
    const usage = { costUsdMicros: null, quantities: { output: countCharacters(input.input) } };
    return {
      state: 'done',
      outputs: [{ mimeType, body, ...(mimeType === PCM_TYPE && { metadata: PCM_FORMAT }) }],
      usage,
    };
  }

  private parse<T>(schema: z.ZodType<T>, input: unknown): T {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    throw this.invalidInput(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }

  private invalidInput(providerMessage: string): ProviderError {
    return new ProviderError('provider.invalid_input', { retry: 'never', providerMessage });
  }

  /** An unusable answer under status 200: the generation was most likely made and will be billed. */
  private badResponse(providerMessage: string, { apiKey }: Call): ProviderError {
    return new ProviderError('provider.bad_response', {
      retry: 'ambiguous',
      providerMessage: redactSecrets(providerMessage, [apiKey]),
    });
  }

  /**
   * The platform's error for whatever the SDK threw. The original is not kept as the cause: it carries the answer's
   * body and headers, which may repeat parts of the key.
   */
  private failure(error: unknown, call: Call): ProviderError {
    const { job, deadline } = call.ends;
    const message = redactSecrets(error instanceof Error ? error.message : String(error), [call.apiKey]);
    if (isAnswer(error)) {
      return answeredError({
        status: error.status,
        code: error.code ?? undefined,
        type: error.type,
        message,
        requestId: error.requestID ?? undefined,
        headers: error.headers,
      });
    }
    if (job.aborted) {
      return new ProviderError('provider.outcome_unknown', { retry: 'ambiguous', providerMessage: 'given up waiting' });
    }
    if (deadline.aborted) return new ProviderError('provider.timeout', { retry: 'ambiguous' });
    if (error instanceof APIConnectionError) return connectionError(errorCodes(error));
    // Status 200, and then a body that broke off or does not parse.
    return this.badResponse(message, call);
  }
}

/** Errors with a status are answers; those without are connections that broke. */
function isAnswer(error: unknown): error is APIError<number, Headers> {
  return error instanceof APIError && typeof error.status === 'number';
}

function isBase64Image(item: unknown): item is { b64_json: string } {
  return typeof item === 'object' && item !== null && 'b64_json' in item && typeof item.b64_json === 'string';
}

const PCM_TYPE = 'audio/pcm';
/** What OpenAI's `pcm` is; nothing in the bytes says so. */
const PCM_FORMAT = { sampleRateHz: 24_000, channels: 1, encoding: 's16le' };

async function audioType(head: Buffer, contentType: string, format: string | undefined): Promise<string | null> {
  if (head.length === 0 || /json|text|html|xml/i.test(contentType)) return null;
  return format === 'pcm' ? PCM_TYPE : sniffAudio(head);
}

/** The head and then the rest, chunk by chunk as they are asked for; a break on the way becomes a ProviderError. */
async function* restOf(
  head: Buffer,
  chunks: AsyncIterableIterator<Uint8Array>,
  fail: (error: unknown) => ProviderError,
) {
  yield head;
  try {
    for await (const chunk of chunks) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  } catch (error) {
    throw fail(error);
  }
}

/** Token counts by price component; a compatible server that does not report them leaves only the count of images. */
function imageUsage(images: number, reported: unknown): ProviderUsage {
  const usage = tokenUsage.safeParse(reported).data;
  const tokens = usage && {
    input_text: usage.input_tokens_details.text_tokens,
    input_image: usage.input_tokens_details.image_tokens,
    output_image: usage.output_tokens,
  };
  return { costUsdMicros: null, quantities: { output: BigInt(images), ...tokens } };
}
