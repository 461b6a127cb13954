import type { z } from 'zod';
import { connectionError, errorCodes } from './connection-error.js';
import { answeredError, type ErrorMeaning, paceIn } from './answered-error.js';
import { parseJson } from './parse-json.js';
import { badResponse, ProviderError } from './provider.errors.js';
import type { ProviderContext } from './provider.js';
import { redactSecrets } from './redact-secrets.js';

/** An answer that carries files as text is large; more than this is no answer of a provider. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 256 * 1024;

export interface ProviderCallOptions {
  context: ProviderContext;
  /** For calls that bring no key of their own. */
  platformKey: string | undefined;
  /** For the whole exchange, body included. */
  timeoutMs: number;
  /** Reads a provider's own words for a failure. */
  readError: (body: unknown, status: number) => ErrorReading;
}

/** What a provider's error answer says; what is left out follows from the status. */
export interface ErrorReading {
  message?: string;
  meaning?: ErrorMeaning;
  /** When the answer itself says nothing of waiting. */
  retryAfterMs?: number;
  /** When it asks for fewer requests: how far apart. */
  spacingMs?: number;
}

/**
 * One exchange with a provider's API, by its SDK or by hand, with the rules every provider needs:
 * - a request that changes something is sent once: SDKs repeat POSTs, and a repeated create can be paid twice;
 * - no redirect is followed (it would repeat the POST, and carry the key elsewhere);
 * - it ends with the job, and with its own time limit, bodies included, and JSON is bounded;
 * - what went wrong becomes a `ProviderError` that says whether a retry is safe, holding no secret.
 *
 * An SDK is given `fetch`; `run` brings to light what the SDK made of the failure, which may have lost the reason.
 */
export class ProviderCall {
  readonly apiKey: string;
  private readonly sent = new WeakMap<object, Promise<Response>>();
  private readonly deadline: AbortSignal;
  private readonly released = new AbortController();
  private readonly signal: AbortSignal;
  private failure: ProviderError | undefined;
  private posts = 0;
  private answered = false;

  /** @throws ProviderError when there is no key, no header could carry it, or the work is given up already */
  constructor(private readonly options: ProviderCallOptions) {
    const { credentials, signal } = options.context;
    const apiKey = credentials?.apiKey ?? options.platformKey;
    if (!apiKey) throw new ProviderError('provider.not_configured', { retry: 'never' });
    // No header carries such a key: fetch would throw, with the key in its message.
    if (!/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new ProviderError('provider.authentication_failed', { retry: 'never' });
    }
    if (signal.aborted) {
      throw new ProviderError('provider.unavailable', { retry: 'safe', providerMessage: 'given up before sending' });
    }
    this.apiKey = apiKey;
    this.deadline = AbortSignal.timeout(options.timeoutMs);
    this.signal = AbortSignal.any([signal, this.deadline, this.released.signal]);
  }

  /** For SDKs, in the place of the global one; throws a `ProviderError` for everything but a success. */
  readonly fetch: typeof fetch = (input, init = {}) => {
    // SDKs that retry hand the same object in again: it gets the first answer, whatever that was.
    const known = this.sent.get(init);
    if (known) return known;
    const answer = this.send(input, init).catch((error: unknown) => {
      this.failure ??= this.errorFor(error);
      throw this.failure;
    });
    this.sent.set(init, answer);
    return answer;
  };

  /** @throws ProviderError whatever `talk` threw */
  async run<T>(talk: () => Promise<T>): Promise<T> {
    try {
      return await talk();
    } catch (error) {
      // A success that could not be read is told by the SDK only.
      throw this.failure ?? this.errorFor(error);
    }
  }

  /** A JSON exchange without an SDK. */
  json<T>(url: string, init: RequestInit, schema: z.ZodType<T>): Promise<T> {
    return this.run(async () => this.check(await (await this.fetch(url, init)).json(), schema));
  }

  /** @throws ProviderError when the answer is not what the provider's description promises */
  check<T>(answer: unknown, schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const told = typeof answer === 'string' ? answer : JSON.stringify(answer ?? 'empty body');
    throw badResponse(this.redact(`unexpected answer: ${told}`));
  }

  /** Lets the connection go; what is still read from it ends with an error. */
  release(): void {
    this.released.abort();
  }

  redact(text: string): string {
    return redactSecrets(text, [this.apiKey]);
  }

  /** The platform's error for whatever was thrown on the way. */
  errorFor(error: unknown): ProviderError {
    if (error instanceof ProviderError) return error;
    if (this.options.context.signal.aborted) {
      return new ProviderError('provider.outcome_unknown', { retry: 'ambiguous', providerMessage: 'given up waiting' });
    }
    if (this.deadline.aborted) return new ProviderError('provider.timeout', { retry: 'ambiguous' });
    const codes = errorCodes(error);
    // Once a success has begun, a break means a part of it, not a request that may not have arrived.
    if (codes.length > 0 && !this.answered) return connectionError(codes);
    // Status 200, and then a body that broke off or does not parse. The original is not kept as the cause: it may
    // carry headers, which repeat the key.
    return badResponse(this.redact(error instanceof Error ? error.message : String(error)));
  }

  private async send(input: Parameters<typeof fetch>[0], init: RequestInit): Promise<Response> {
    const method = (init.method ?? 'GET').toUpperCase();
    if (method === 'POST' && ++this.posts > 1) {
      throw new ProviderError('provider.outcome_unknown', { retry: 'ambiguous', providerMessage: 'a repeated POST' });
    }
    const signal = init.signal ? AbortSignal.any([init.signal, this.signal]) : this.signal;
    const answer = await fetch(input, { ...init, redirect: 'manual', signal });
    this.answered = answer.ok;
    const pace = paceIn(answer.headers);
    if (pace) this.options.context.onPace?.(pace);
    if (answer.ok) return bounded(answer);
    const text = await readStart(answer);
    const { message = text, ...reading } = this.options.readError(parseJson(text) ?? text, answer.status);
    throw answeredError({
      status: answer.status,
      headers: answer.headers,
      message: this.redact(`${answer.status} ${message}`),
      requestId: answer.headers.get('x-request-id') ?? answer.headers.get('request-id') ?? undefined,
      ...reading,
    });
  }
}

/** The same answer, whose JSON ends with an error when it is larger than any real one. */
function bounded(answer: Response): Response {
  if (!answer.body || !/json/i.test(answer.headers.get('content-type') ?? '')) return answer;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > MAX_JSON_BYTES) controller.error(badResponse('an answer of more than 64 MB'));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = answer;
  return new Response(answer.body.pipeThrough(limit), { status, statusText, headers });
}

async function readStart(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  if (!body) return '';
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
