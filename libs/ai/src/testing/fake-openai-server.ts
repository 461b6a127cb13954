import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import {
  htmlPage,
  jsonAnswer,
  modelList,
  pictureAnswer,
  speechAnswer,
  type FakeAnswer,
} from './fake-openai-answers.js';
import { ERROR_FAULTS, wrongKey, type FakeOpenAiFault } from './fake-openai-faults.js';
import { checkImageRequest, checkSpeechRequest, type FakeErrorAnswer } from './fake-openai-wire.js';

export interface FakeOpenAiOptions {
  /** The one key that is let in; a random one of the usual shape when left out. */
  apiKey?: string;
  /** 0, the default, takes a free port. */
  port?: number;
  /** How long a generation takes. */
  latencyMs?: number;
  /** More than that in a minute are answered 429 with Retry-After. */
  requestsPerMinute?: number;
  /** Called with every complete exchange; error answers included, cut connections not. */
  onExchange?: (exchange: FakeOpenAiExchange) => void;
}

export interface FakeOpenAiExchange {
  method: string;
  path: string;
  requestBody: unknown;
  status: number;
  contentType: string;
  answerBody: Buffer;
}

export interface FakeOpenAiRequest {
  id: string;
  method: string;
  /** Below the base URL, e.g. `/images/generations`. */
  path: string;
  /** All but the Authorization header, of which only the scheme is kept. */
  headers: Readonly<Record<string, string | undefined>>;
  body: unknown;
  /** Whether a generation was begun for it (and would be billed). */
  accepted: boolean;
  status: number | undefined;
  bytesSent: number;
  /** `cut`: the connection ended before the answer did, whoever ended it. */
  outcome: 'open' | 'answered' | 'cut';
}

export interface FaultOptions {
  /** How many requests it hits; 1. */
  times?: number;
  /** For `rate_limited` and `overloaded`. */
  retryAfterSeconds?: number;
  /** Between the pieces of `slow_drip`; 50. */
  dripMs?: number;
}

export interface FakeOpenAi {
  /** With the version, as the SDK wants it. */
  baseUrl: string;
  apiKey: string;
  /** Every request since the start, oldest first. */
  requests: readonly FakeOpenAiRequest[];
  /** How many generations were accepted. */
  readonly creates: number;
  /** From now on the key is refused, as one that was revoked. */
  revokeKey(): void;
  /** Makes the next POSTs fail; faults queue up in the order of the calls. */
  failNext(fault: FakeOpenAiFault, options?: FaultOptions): void;
  close(): Promise<void>;
}

/**
 * OpenAI's images, speech and models API on loopback: keys, validation, error bodies, rate limits and headers as on the
 * wire, real files as answers, faults on demand. It does not stream images and knows no edits.
 */
export async function startFakeOpenAi(options: FakeOpenAiOptions = {}): Promise<FakeOpenAi> {
  const fake = new FakeOpenAiServer(options);
  const server = createServer((request, response) => void fake.serve(request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    apiKey: fake.apiKey,
    requests: fake.requests,
    get creates() {
      return fake.requests.filter(({ accepted }) => accepted).length;
    },
    revokeKey: () => (fake.revoked = true),
    failNext: (fault, faultOptions = {}) => fake.failNext(fault, faultOptions),
    close: async () => {
      fake.stopped.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type PlannedFault = { fault: FakeOpenAiFault } & FaultOptions;

class FakeOpenAiServer {
  readonly apiKey: string;
  revoked = false;
  readonly requests: FakeOpenAiRequest[] = [];
  readonly stopped = new AbortController();
  private readonly planned: PlannedFault[] = [];
  private readonly recentMs: number[] = [];

  constructor(private readonly options: FakeOpenAiOptions) {
    this.apiKey = options.apiKey ?? `sk-fake-${randomBytes(24).toString('hex')}`;
  }

  failNext(fault: FakeOpenAiFault, options: FaultOptions): void {
    for (let left = options.times ?? 1; left > 0; left -= 1) this.planned.push({ fault, ...options });
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (message.url ?? '').replace(/\?.*$/, '').replace(/^\/v1/, '');
    const record: FakeOpenAiRequest = {
      id: `req_${randomBytes(16).toString('hex')}`,
      method: message.method ?? '',
      path,
      headers: {
        ...(message.headers as Record<string, string | undefined>),
        authorization: message.headers.authorization?.replace(/ .*/, ' [redacted]'),
      },
      body: await json(message).catch(() => undefined),
      accepted: false,
      status: undefined,
      bytesSent: 0,
      outcome: 'open',
    };
    this.requests.push(record);
    response.once('close', () => (record.outcome = response.writableFinished ? 'answered' : 'cut'));
    try {
      await this.handle(record, message.headers.authorization, response);
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy();
      else if (!this.stopped.signal.aborted) response.writeHead(500).end(String(error));
    }
  }

  private async handle(record: FakeOpenAiRequest, authorization: string | undefined, response: ServerResponse) {
    response.setHeaders(new Headers({ 'x-request-id': record.id, 'openai-version': '2020-10-01' }));
    const refusal = this.refuseKey(authorization) ?? this.limitRate(response);
    if (refusal) return this.sendError(record, response, refusal);
    if (record.method === 'GET' && record.path === '/models') return this.send(record, response, modelList());
    const generate = record.method === 'POST' ? GENERATIONS[record.path] : undefined;
    if (!generate) return this.sendError(record, response, unknownUrl(record));

    const planned = this.planned.shift();
    if (planned && (await this.failBefore(record, response, planned))) return;
    if (typeof record.body !== 'object' || record.body === null) {
      return this.sendError(record, response, invalidBody('We could not parse the JSON body of your request.'));
    }
    const body = { ...record.body };
    const fault = generate.check(body);
    if (fault) return this.sendError(record, response, fault);

    record.accepted = true;
    await wait(this.options.latencyMs ?? 0, undefined, { signal: this.stopped.signal });
    const answer = await generate.answer(body, planned?.fault);
    return planned ? this.failAfter(record, response, planned, answer) : this.send(record, response, answer);
  }

  private refuseKey(authorization: string | undefined): FakeErrorAnswer | undefined {
    const [, key] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    if (key === undefined) {
      const message =
        "You didn't provide an API key. You need to provide it in an Authorization header using Bearer auth.";
      return { status: 401, error: { message, type: 'invalid_request_error', param: null, code: null } };
    }
    const [given, wanted] = [Buffer.from(key), Buffer.from(this.apiKey)];
    const known = !this.revoked && given.length === wanted.length && timingSafeEqual(given, wanted);
    return known ? undefined : wrongKey(key);
  }

  /** A sliding minute; also writes the `x-ratelimit-*` headers. */
  private limitRate(response: ServerResponse): FakeErrorAnswer | undefined {
    const limit = this.options.requestsPerMinute ?? 10_000;
    const now = Date.now();
    while (this.recentMs[0] !== undefined && this.recentMs[0] <= now - 60_000) this.recentMs.shift();
    const exceeded = this.recentMs.length >= limit;
    if (!exceeded) this.recentMs.push(now);
    const nextMs = (this.recentMs[0] ?? now) + 60_000 - now;
    response.setHeader('x-ratelimit-limit-requests', limit);
    response.setHeader('x-ratelimit-remaining-requests', limit - this.recentMs.length);
    response.setHeader('x-ratelimit-reset-requests', `${nextMs}ms`);
    if (!exceeded) return undefined;
    return { ...ERROR_FAULTS.rate_limited, headers: { 'retry-after': String(Math.ceil(nextMs / 1000)) } };
  }

  /** The planned fault, if it comes before acceptance. */
  private async failBefore(
    record: FakeOpenAiRequest,
    response: ServerResponse,
    planned: PlannedFault,
  ): Promise<boolean> {
    const { fault, retryAfterSeconds } = planned;
    if (fault === 'unauthorized') await this.sendError(record, response, wrongKey(this.apiKey));
    else if (fault === 'reset_before') response.socket?.resetAndDestroy();
    else if (fault === 'bad_gateway_before') await this.send(record, response, htmlPage(502));
    else if (fault === 'redirect') {
      response.setHeader('location', `/v1${record.path}`);
      await this.send(record, response, htmlPage(307));
    } else if (isErrorFault(fault) && !('accepted' in ERROR_FAULTS[fault])) {
      const answer: FakeErrorAnswer = ERROR_FAULTS[fault];
      const headers = {
        ...answer.headers,
        ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      };
      await this.sendError(record, response, { ...answer, headers });
    } else return false;
    return true;
  }

  private async failAfter(
    record: FakeOpenAiRequest,
    response: ServerResponse,
    { fault, dripMs = 50 }: PlannedFault,
    answer: FakeAnswer,
  ): Promise<void> {
    if (isErrorFault(fault)) return this.sendError(record, response, ERROR_FAULTS[fault]);
    switch (fault) {
      case 'hang':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'bad_gateway':
        return this.send(record, response, htmlPage(502));
      case 'html':
        return this.send(record, response, htmlPage(200));
      case 'empty':
        return this.send(record, response, { ...answer, body: [] });
      case 'broken_json':
        return this.send(record, response, jsonAnswer(200, '{"created": 1794000000, "data": [{"b64_json": "iVBORw0'));
      case 'error_in_200':
        return this.send(
          record,
          response,
          jsonAnswer(200, JSON.stringify({ error: ERROR_FAULTS.server_error_before.error })),
        );
      case 'truncated':
      case 'slow_drip': {
        const whole = await buffer(Readable.from(answer.body));
        response.setHeader('content-length', whole.length);
        const pieces = this.drip(whole, fault === 'truncated' ? 0 : dripMs, fault === 'truncated');
        return this.send(record, response, { ...answer, body: pieces });
      }
      default:
        return this.send(record, response, answer);
    }
  }

  private async *drip(whole: Buffer, dripMs: number, cut: boolean): AsyncGenerator<Buffer> {
    const step = Math.ceil(whole.length / 20);
    for (let at = 0; at < whole.length; at += step) {
      if (cut && at >= whole.length / 2) throw new Error('The connection is cut here.');
      yield whole.subarray(at, at + step);
      await wait(dripMs, undefined, { signal: this.stopped.signal });
    }
  }

  private sendError(record: FakeOpenAiRequest, response: ServerResponse, { status, error, headers }: FakeErrorAnswer) {
    response.setHeaders(new Headers(headers));
    return this.send(record, response, jsonAnswer(status, JSON.stringify({ error })));
  }

  private async send(record: FakeOpenAiRequest, response: ServerResponse, answer: FakeAnswer): Promise<void> {
    const { onExchange } = this.options;
    const sent: Buffer[] = [];
    async function* counted() {
      for await (const chunk of answer.body) {
        record.bytesSent += chunk.length;
        if (onExchange) sent.push(chunk);
        yield chunk;
      }
    }
    record.status = answer.status;
    response.writeHead(answer.status, { 'content-type': answer.contentType });
    await pipeline(counted, response);
    const { method, path, body: requestBody } = record;
    const { status, contentType } = answer;
    onExchange?.({ method, path, requestBody, status, contentType, answerBody: Buffer.concat(sent) });
  }
}

interface Generation {
  check(body: Readonly<Record<string, unknown>>): FakeErrorAnswer | undefined;
  answer(body: Readonly<Record<string, unknown>>, fault?: FakeOpenAiFault): Promise<FakeAnswer>;
}

const GENERATIONS: Readonly<Record<string, Generation | undefined>> = {
  '/images/generations': { check: checkImageRequest, answer: pictureAnswer },
  '/audio/speech': { check: checkSpeechRequest, answer: speechAnswer },
};

function isErrorFault(fault: FakeOpenAiFault): fault is keyof typeof ERROR_FAULTS {
  return fault in ERROR_FAULTS;
}

function unknownUrl({ method, path }: FakeOpenAiRequest): FakeErrorAnswer {
  const message = `Unknown request URL: ${method} /v1${path}. Please check the URL for typos.`;
  return { status: 404, error: { message, type: 'invalid_request_error', param: null, code: 'unknown_url' } };
}

function invalidBody(message: string): FakeErrorAnswer {
  return { status: 400, error: { message, type: 'invalid_request_error', param: null, code: null } };
}
