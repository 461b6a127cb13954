import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type FakeAnswer, htmlPage, jsonAnswer, spoiled } from './fake-answers.js';
import type { FakeHold, FakeRequestKind, FaultOptions, PlannedFault } from './fake-faults.js';
import { type FakeRequestBody, readRequestBody } from './fake-request-body.js';

export interface FakeServerOptions {
  /** The one key that is let in; a random one of the usual shape when left out. */
  apiKey?: string;
  /** 0, the default, takes a free port. */
  port?: number;
  /** How long a generation takes. */
  latencyMs?: number;
  /** More than that in a minute are answered 429 with Retry-After. */
  requestsPerMinute?: number;
  /** More generations at once are refused, by providers that count them. */
  maxConcurrent?: number;
  /** Called with every complete exchange; error answers included, cut connections not. */
  onExchange?: (exchange: FakeExchange) => void;
}

export interface FakeExchange {
  method: string;
  /** Below the base URL. */
  path: string;
  kind: FakeRequestKind;
  requestContentType: string;
  requestBody: unknown;
  status: number;
  contentType: string;
  answerBody: Buffer;
}

export interface FakeRequest {
  id: string;
  method: string;
  /** Below the base URL, e.g. `/images/generations`. */
  path: string;
  query: Readonly<Record<string, string>>;
  /** When it came, in milliseconds of a clock that never goes back. */
  atMs: number;
  /** All but the key, of which only the scheme is kept. */
  headers: Readonly<Record<string, string | undefined>>;
  body: unknown;
  kind: FakeRequestKind;
  /** Whether a generation was begun for it (and would be billed). */
  accepted: boolean;
  status: number | undefined;
  bytesSent: number;
  /** `cut`: the connection ended before the answer did, whoever ended it. */
  outcome: 'open' | 'answered' | 'cut';
}

/** An error answer that can be asked for; one that is marked so comes after the generation was accepted. */
export type FakeErrorFault = FakeAnswer & { accepted?: true };

/** How one request is answered. */
export interface FakeRoute {
  kind: FakeRequestKind;
  /** Whether anybody may ask, without a key. */
  open?: boolean;
  /** Whether the answer is the file itself, which can be spoiled as one. */
  isFile?: boolean;
  /** The provider's refusal of a wrong request. */
  check?(): FakeAnswer | undefined;
  /** @param fault the one that was planned, for answers that carry it within */
  answer(fault: string | undefined): FakeAnswer | Promise<FakeAnswer>;
}

/** What one provider's API has of its own; the rest is the same for all. */
export interface FakeWire {
  /** E.g. `/v1`. */
  basePath: string;
  /** The header that carries the key, lower case, and what stands before the key in it. */
  key: { header: string; prefix: string; example: string };
  wrongKey(key: string): FakeAnswer;
  /** The refusals that can be asked for by name. */
  errors: Readonly<Record<string, FakeErrorFault>>;
  rateLimited: string;
  /** The refusal of too many generations at once, by providers that count them. */
  tooManyAtOnce?: string;
  /** On every answer. */
  headers?(request: FakeRequest): Record<string, string>;
  route(request: FakeRequest, origin: string): FakeRoute | undefined;
  unknownPath(request: FakeRequest): FakeAnswer;
}

/** A provider's API on loopback: keys, rate limits, a record of what was asked, and faults on demand. */
export abstract class FakeServer<Fault extends string = string> {
  protected abstract readonly wire: FakeWire;
  /** Every request since the start, oldest first. */
  readonly requests: FakeRequest[] = [];
  /** Known once it listens. */
  protected origin = '';
  private readonly stopped = new AbortController();
  private revoked = false;
  private creating = 0;
  /** The most generations that were under way at once; to be set back by whoever looks. */
  mostAtOnce = 0;
  private readonly randomKey = randomBytes(24).toString('hex');
  private readonly planned: PlannedFault[] = [];
  private readonly recentMs: number[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(private readonly options: FakeServerOptions) {}

  /** The one key that is let in. */
  get apiKey(): string {
    return this.options.apiKey ?? this.wire.key.example + this.randomKey;
  }

  async listen(): Promise<void> {
    this.server.listen(this.options.port ?? 0, '127.0.0.1');
    await once(this.server, 'listening');
    this.origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get baseUrl(): string {
    return this.origin + this.wire.basePath;
  }

  /** How many generations were accepted. */
  get creates(): number {
    return this.requests.filter(({ accepted }) => accepted).length;
  }

  /** Makes the next requests of a kind fail; faults queue up in the order of the calls. */
  failNext(fault: Fault, options: FaultOptions = {}): void {
    const { times = 1, ...rest } = options;
    this.planned.push({ fault, ...rest, left: times });
  }

  /** Keeps back the answer to the next request of a kind, so that something else happens first. */
  holdNext(on: FakeRequestKind = 'create'): FakeHold {
    const [reached, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const keepBack = () => {
      reached.resolve(undefined);
      return released.promise;
    };
    this.planned.push({ fault: 'hold', on, left: 1, keepBack });
    return { reached: reached.promise, release: () => released.resolve(undefined) };
  }

  /** From now on the key is refused, as one that was revoked. */
  revokeKey(): void {
    this.revoked = true;
  }

  /**
   * Forgets the faults that are still to come.
   * @returns those that were to hit somebody and did not, with what they waited for
   */
  forgetFaults(): string[] {
    const missed = this.planned.splice(0).filter(({ left }) => Number.isFinite(left));
    return missed.map(({ fault, on = 'create' }) => `${fault} on ${on}`);
  }

  async close(): Promise<void> {
    this.stopped.abort();
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', this.origin);
    const body = await readRequestBody(message).catch((): FakeRequestBody => ({ contentType: '', value: undefined }));
    const record = this.record(message, url, body);
    this.requests.push(record);
    response.once('close', () => (record.outcome = response.writableFinished ? 'answered' : 'cut'));
    try {
      await this.handle(record, message, response, body.contentType);
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy();
      else if (!this.stopped.signal.aborted) response.writeHead(500).end(String(error));
    }
  }

  private record(message: IncomingMessage, url: URL, { value }: FakeRequestBody): FakeRequest {
    const { header } = this.wire.key;
    const given = message.headers[header];
    const shown = typeof given === 'string' ? given.replace(/^(\S+ )?.*$/, '$1[redacted]') : undefined;
    return {
      id: `req_${randomBytes(16).toString('hex')}`,
      method: message.method ?? '',
      path: url.pathname.startsWith(this.wire.basePath) ? url.pathname.slice(this.wire.basePath.length) : url.pathname,
      query: Object.fromEntries(url.searchParams),
      atMs: performance.now(),
      headers: { ...(message.headers as Record<string, string | undefined>), [header]: shown },
      body: value,
      kind: 'other',
      accepted: false,
      status: undefined,
      bytesSent: 0,
      outcome: 'open',
    };
  }

  private async handle(
    record: FakeRequest,
    message: IncomingMessage,
    response: ServerResponse,
    contentType: string,
  ): Promise<void> {
    const send = (answer: FakeAnswer) => this.send(record, response, answer, contentType);
    response.setHeaders(new Headers({ 'x-request-id': record.id, ...this.wire.headers?.(record) }));
    const route = this.wire.route(record, this.origin);
    record.kind = route?.kind ?? 'other';
    const given = message.headers[this.wire.key.header];
    const refusal = route?.open ? undefined : (this.refuseKey(given) ?? this.limitRate(response));
    if (refusal) return send(refusal);
    if (!route) return send(this.wire.unknownPath(record));

    if (route.kind !== 'create') return this.respond(record, response, route, send);
    const crowded = this.refuseCrowd(response);
    if (crowded) return send(crowded);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.creating);
    // The client may have gone, or never be answered.
    response.once('close', () => (this.creating -= 1));
    return this.respond(record, response, route, send);
  }

  private async respond(
    record: FakeRequest,
    response: ServerResponse,
    route: FakeRoute,
    send: (answer: FakeAnswer) => Promise<void>,
  ): Promise<void> {
    const planned = this.take(route.kind);
    if (planned && (await this.failBefore(record, response, planned, send))) return;
    const fault = route.check?.();
    if (fault) return send(fault);
    if (route.kind === 'create') {
      record.accepted = true;
      await wait(this.options.latencyMs ?? 0, undefined, { signal: this.stopped.signal });
    }
    const answer = await route.answer(planned?.fault);
    await planned?.keepBack?.();
    const isFile = route.isFile ?? route.kind === 'file';
    return planned ? this.failAfter(response, planned, { ...answer, isFile }, send) : send(answer);
  }

  private take(kind: FakeRequestKind): PlannedFault | undefined {
    const next = this.planned.find(({ on = 'create' }) => on === kind);
    if (!next) return undefined;
    if (next.after) {
      next.after -= 1;
      return undefined;
    }
    next.left -= 1;
    if (next.left === 0) this.planned.splice(this.planned.indexOf(next), 1);
    return next;
  }

  private refuseKey(given: string | string[] | undefined): FakeAnswer | undefined {
    const { prefix } = this.wire.key;
    const key = typeof given === 'string' && given.startsWith(prefix) ? given.slice(prefix.length) : '';
    const [one, other] = [Buffer.from(key), Buffer.from(this.apiKey)];
    return !this.revoked && one.length === other.length && timingSafeEqual(one, other)
      ? undefined
      : this.wire.wrongKey(key);
  }

  /** Also writes ElevenLabs' headers, which say how many are under way. */
  private refuseCrowd(response: ServerResponse): FakeAnswer | undefined {
    const { tooManyAtOnce } = this.wire;
    const { maxConcurrent } = this.options;
    if (tooManyAtOnce === undefined || maxConcurrent === undefined) return undefined;
    response.setHeader('current-concurrent-requests', this.creating);
    response.setHeader('maximum-concurrent-requests', maxConcurrent);
    return this.creating >= maxConcurrent ? this.wire.errors[tooManyAtOnce] : undefined;
  }

  /** A sliding minute; also writes the `x-ratelimit-*` headers. */
  private limitRate(response: ServerResponse): FakeAnswer | undefined {
    const limit = this.options.requestsPerMinute ?? 10_000;
    const now = Date.now();
    while (this.recentMs[0] !== undefined && this.recentMs[0] <= now - 60_000) this.recentMs.shift();
    const exceeded = this.recentMs.length >= limit;
    if (!exceeded) this.recentMs.push(now);
    const nextMs = (this.recentMs[0] ?? now) + 60_000 - now;
    response.setHeader('x-ratelimit-limit-requests', limit);
    response.setHeader('x-ratelimit-remaining-requests', limit - this.recentMs.length);
    response.setHeader('x-ratelimit-reset-requests', `${nextMs}ms`);
    const answer = this.wire.errors[this.wire.rateLimited];
    if (!exceeded || !answer) return undefined;
    return { ...answer, headers: { 'retry-after': String(Math.ceil(nextMs / 1000)) } };
  }

  /** The planned fault, if it comes before acceptance. */
  private async failBefore(
    record: FakeRequest,
    response: ServerResponse,
    { fault, retryAfterSeconds }: PlannedFault,
    send: (answer: FakeAnswer) => Promise<void>,
  ): Promise<boolean> {
    const error = this.wire.errors[fault];
    if (fault === 'unauthorized') await send(this.wire.wrongKey(this.apiKey));
    else if (fault === 'reset_before') response.socket?.resetAndDestroy();
    else if (fault === 'bad_gateway_before') await send(htmlPage(502));
    else if (fault === 'redirect') {
      response.setHeader('location', this.wire.basePath + record.path);
      await send(htmlPage(307));
    } else if (error && !error.accepted) {
      const { 'retry-after': usual, ...headers } = error.headers ?? {};
      const after = retryAfterSeconds === undefined ? usual : (retryAfterSeconds?.toString() ?? undefined);
      // Without it, nothing at all says how long to wait.
      if (retryAfterSeconds === null) {
        for (const name of response.getHeaderNames()) if (name.startsWith('x-ratelimit-')) response.removeHeader(name);
      }
      await send({ ...error, headers: { ...headers, ...(after !== undefined && { 'retry-after': after }) } });
    } else return false;
    return true;
  }

  private async failAfter(
    response: ServerResponse,
    { fault, dripMs = 50 }: PlannedFault,
    { isFile, ...answer }: FakeAnswer & { isFile: boolean },
    send: (answer: FakeAnswer) => Promise<void>,
  ): Promise<void> {
    const error = this.wire.errors[fault];
    if (error) return send(error);
    switch (fault) {
      case 'hang':
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'bad_gateway':
        return send(htmlPage(502));
      case 'html':
        return send(htmlPage(200));
      case 'expired':
        return send(htmlPage(403));
      case 'empty':
        return send({ ...answer, headers: {}, body: [] });
      case 'broken_json':
        return send({
          status: 200,
          contentType: 'application/json',
          body: [Buffer.from('{"id": "gen", "data": [{"b6')],
        });
      case 'error_in_200':
        return send(jsonAnswer(200, { error: { message: 'Something went wrong.' } }));
      case 'truncated':
      case 'slow_drip': {
        const whole = await buffer(Readable.from(answer.body));
        const pieces = this.drip(whole, fault === 'truncated' ? 0 : dripMs, fault === 'truncated');
        return send({ ...answer, headers: { 'content-length': String(whole.length) }, body: pieces });
      }
      default:
        return send(isFile ? await spoiled(answer, fault) : answer);
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

  private async send(
    record: FakeRequest,
    response: ServerResponse,
    answer: FakeAnswer,
    requestContentType: string,
  ): Promise<void> {
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
    response.setHeaders(new Headers(answer.headers));
    response.writeHead(answer.status, { 'content-type': answer.contentType });
    await pipeline(counted, response);
    const { method, path, kind, body: requestBody } = record;
    const { status, contentType } = answer;
    const answerBody = Buffer.concat(sent);
    onExchange?.({ method, path, kind, requestContentType, requestBody, status, contentType, answerBody });
  }
}
