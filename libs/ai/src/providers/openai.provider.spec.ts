import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { loadImage } from '@napi-rs/canvas';
import { startFakeOpenAi, type FakeOpenAi, type FakeOpenAiFault } from '../testing/index.js';
import { OpenAiProvider, type OpenAiProviderOptions } from './openai.provider.js';
import { ProviderError, type ProviderErrorCode } from './provider.errors.js';
import {
  type GenerationRequest,
  isRemote,
  type ProviderContext,
  type ProviderOutput,
  type ProviderResult,
} from './provider.js';

let fake: FakeOpenAi;
beforeEach(async () => {
  fake = await startFakeOpenAi();
});
afterEach(() => fake.close());

function provider(options: Partial<OpenAiProviderOptions> = {}): OpenAiProvider {
  return new OpenAiProvider({ apiKey: fake.apiKey, baseUrl: fake.baseUrl, timeoutMs: 60_000, ...options });
}

function context(signal = new AbortController().signal): ProviderContext {
  return { signal, attempt: 1 };
}

const ids = { jobId: '01900000-0000-7000-8000-000000000001', organizationId: '01900000-0000-7000-8000-000000000002' };

function image(input: Record<string, unknown> = {}, providerModel = 'gpt-image-2'): GenerationRequest {
  return {
    ...ids,
    type: 'image',
    model: `openai/${providerModel}`,
    providerModel,
    ability: 'image-generation',
    expectedMs: 1000,
    files: {},
    input: { prompt: 'A lighthouse at dawn', size: '256x256', quality: 'low', ...input },
  };
}

function speech(input: Record<string, unknown> = {}, providerModel = 'gpt-4o-mini-tts'): GenerationRequest {
  return {
    ...ids,
    type: 'audio',
    model: `openai/${providerModel}`,
    providerModel,
    ability: 'speech',
    expectedMs: 1000,
    files: {},
    input: { input: 'Good morning.', voice: 'alloy', ...input },
  };
}

function done(result: ProviderResult) {
  if (result.state !== 'done') throw new Error('The result is not final.');
  return { ...result, outputs: result.outputs.filter((output): output is ProviderOutput => !isRemote(output)) };
}

async function refusal(attempt: Promise<unknown>): Promise<ProviderError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error(`No ProviderError but ${inspect(error)}`);
  return error;
}

async function stream(result: Promise<ProviderResult>): Promise<Readable> {
  const body = done(await result).outputs[0]?.body;
  if (!body || Buffer.isBuffer(body)) throw new Error('The output is not streamed.');
  return body;
}

describe('credentials', () => {
  it('are the organization’s own where it has some, and the platform’s otherwise', async () => {
    const own = { ...context(), credentials: { apiKey: fake.apiKey } };
    await provider({ apiKey: 'sk-the-platform' }).submit(image(), own);
    await provider({ apiKey: undefined }).submit(image(), own);
    expect(fake.creates).toBe(2);
    const other = { ...context(), credentials: { apiKey: 'sk-another-one' } };
    const refused = await refusal(provider().submit(image(), other));
    expect(refused.code).toBe('provider.authentication_failed');
    expect(inspect(refused, { depth: 9 })).not.toContain('another-one');
    const without = await refusal(provider({ apiKey: undefined }).submit(image(), context()));
    expect(without.code).toBe('provider.not_configured');
    expect(fake.creates).toBe(2);
  });
});

describe('images', () => {
  it.each([
    ['png', '256x256'],
    ['jpeg', '512x256'],
    ['webp', '256x768'],
  ])('arrive as real %s files of the asked size, every one of them', async (format, size) => {
    const { outputs, usage } = done(await provider().submit(image({ n: 2, size, output_format: format }), context()));
    expect(outputs).toHaveLength(2);
    for (const { mimeType, body, width, height } of outputs) {
      expect(mimeType).toBe(`image/${format}`);
      expect(`${width}x${height}`).toBe(size);
      const decoded = await loadImage(body);
      expect(`${decoded.width}x${decoded.height}`).toBe(size);
    }
    expect(usage.costUsdMicros).toBeNull();
    expect(usage.quantities).toEqual({
      output: 2n,
      input_text: 5n,
      input_image: 0n,
      output_image: expect.any(BigInt),
    });
  });

  it('are asked for in exactly the words of the input', async () => {
    const input = { n: 1, output_format: 'webp', output_compression: 80, background: 'opaque', moderation: 'low' };
    await provider().submit(image({ ...input, quality: 'max' }, 'gpt-image-2.5-flare'), context());
    expect(fake.requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/images/generations',
        body: {
          model: 'gpt-image-2.5-flare',
          prompt: 'A lighthouse at dawn',
          size: '256x256',
          quality: 'max',
          ...input,
        },
      },
    ]);
  });

  it('with a field OpenAI would ignore are refused before anything is sent', async () => {
    const error = await refusal(provider().submit(image({ seed: 7 }), context()));
    expect(error.code).toBe('provider.invalid_input');
    expect(error.options).toMatchObject({ retry: 'never', providerMessage: expect.stringContaining('seed') });
    expect(fake.requests).toHaveLength(0);
  });
});

describe('speech', () => {
  it.each([
    ['mp3', 'audio/mpeg'],
    ['opus', 'audio/ogg'],
    ['aac', 'audio/aac'],
    ['flac', 'audio/flac'],
    ['wav', 'audio/wav'],
    ['pcm', 'audio/pcm'],
  ])('in %s is recognized by its bytes', async (response_format, mimeType) => {
    const { outputs, usage } = done(
      await provider().submit(speech({ input: 'Good 🌅 morning', response_format }), context()),
    );
    expect(outputs).toMatchObject([{ mimeType }]);
    expect((await buffer(outputs[0]?.body as Readable)).length).toBe(fake.requests[0]?.bytesSent);
    expect(usage).toEqual({ costUsdMicros: null, quantities: { output: 14n } });
  });

  it('flows through at the pace of its reader and is never held whole', async () => {
    const long = speech({ input: 'x'.padEnd(4096), speed: 0.25, response_format: 'wav' });
    const body = await stream(provider().submit(long, context()));
    const wholeBytes = 44 + 4096 * 5760 * 2;
    await wait(500);
    expect(fake.requests[0]?.outcome).toBe('open');
    expect(fake.requests[0]?.bytesSent).toBeLessThan(wholeBytes / 2);

    let received = 0;
    for await (const chunk of body) received += (chunk as Buffer).length;
    expect(received).toBe(wholeBytes);
  });

  it('reaches its reader before OpenAI has finished speaking', async () => {
    fake.failNext('slow_drip', { dripMs: 60 });
    const long = speech({ input: 'x'.padEnd(500), response_format: 'wav' });
    const body = await stream(provider().submit(long, context()));
    await once(body, 'readable');
    expect(fake.requests[0]?.outcome).toBe('open');
    expect((await buffer(body)).length).toBe(44 + 500 * 1440 * 2);
  });

  it.each(['read to the middle', 'never read'])('%s lets the connection go', async (how) => {
    const long = speech({ input: 'x'.padEnd(4096), speed: 0.25, response_format: 'wav' });
    const body = await stream(provider().submit(long, context()));
    if (how === 'read to the middle') await once(body, 'readable');
    body.destroy();
    await once(body, 'close');
    await until(() => fake.requests[0]?.outcome === 'cut');
  });

  it('that breaks off in the middle ends its stream with an error: it was paid, and is not whole', async () => {
    fake.failNext('truncated');
    const body = await stream(provider().submit(speech({ input: 'x'.padEnd(500), response_format: 'wav' }), context()));
    const error = await refusal(buffer(body));
    expect(error).toMatchObject({ code: 'provider.bad_response', options: { retry: 'ambiguous' } });
  });

  it('that drips past the time limit ends its stream', async () => {
    fake.failNext('slow_drip', { dripMs: 200 });
    const slow = speech({ input: 'x'.padEnd(500), response_format: 'wav' });
    const body = await stream(provider({ timeoutMs: 600 }).submit(slow, context()));
    const error = await refusal(buffer(body));
    expect(error).toMatchObject({ code: 'provider.timeout', options: { retry: 'ambiguous' } });
    await until(() => fake.requests[0]?.outcome === 'cut');
  });

  it('stops when the job is given up while it streams', async () => {
    fake.failNext('slow_drip', { dripMs: 100 });
    const job = new AbortController();
    const slow = speech({ input: 'x'.padEnd(500), response_format: 'wav' });
    const body = await stream(provider().submit(slow, context(job.signal)));
    const ended = refusal(buffer(body));
    job.abort();
    expect(await ended).toMatchObject({ code: 'provider.outcome_unknown', options: { retry: 'ambiguous' } });
    await until(() => fake.requests[0]?.outcome === 'cut');
  });
});

interface Failure {
  fault: FakeOpenAiFault;
  code: ProviderErrorCode;
  retry: 'never' | 'safe' | 'ambiguous';
  creates: number;
  retryAfterMs?: number;
}

describe('a failure', () => {
  const failures: Failure[] = [
    { fault: 'unauthorized', code: 'provider.authentication_failed', retry: 'never', creates: 0 },
    { fault: 'forbidden', code: 'provider.authentication_failed', retry: 'never', creates: 0 },
    { fault: 'content_policy', code: 'provider.content_policy', retry: 'never', creates: 0 },
    { fault: 'insufficient_quota', code: 'provider.quota_exhausted', retry: 'never', creates: 0 },
    { fault: 'billing_limit', code: 'provider.quota_exhausted', retry: 'never', creates: 0 },
    { fault: 'rate_limited', code: 'provider.rate_limited', retry: 'safe', creates: 0, retryAfterMs: 2000 },
    {
      fault: 'rate_limited_without_retry_after',
      code: 'provider.rate_limited',
      retry: 'safe',
      creates: 0,
      retryAfterMs: 66_500,
    },
    { fault: 'overloaded', code: 'provider.unavailable', retry: 'safe', creates: 0, retryAfterMs: 3000 },
    { fault: 'redirect', code: 'provider.unavailable', retry: 'never', creates: 0 },
    { fault: 'server_error_before', code: 'provider.unavailable', retry: 'ambiguous', creates: 0 },
    { fault: 'server_error_after', code: 'provider.unavailable', retry: 'ambiguous', creates: 1 },
    { fault: 'bad_gateway_before', code: 'provider.unavailable', retry: 'ambiguous', creates: 0 },
    { fault: 'bad_gateway', code: 'provider.unavailable', retry: 'ambiguous', creates: 1 },
    { fault: 'reset_before', code: 'provider.outcome_unknown', retry: 'ambiguous', creates: 0 },
    { fault: 'reset', code: 'provider.outcome_unknown', retry: 'ambiguous', creates: 1 },
    { fault: 'hang', code: 'provider.timeout', retry: 'ambiguous', creates: 1 },
    { fault: 'html', code: 'provider.bad_response', retry: 'ambiguous', creates: 1 },
    { fault: 'broken_json', code: 'provider.bad_response', retry: 'ambiguous', creates: 1 },
    { fault: 'error_in_200', code: 'provider.bad_response', retry: 'ambiguous', creates: 1 },
    { fault: 'wrong_type', code: 'provider.bad_response', retry: 'ambiguous', creates: 1 },
    { fault: 'empty', code: 'provider.bad_response', retry: 'ambiguous', creates: 1 },
  ];
  const ways: [string, () => GenerationRequest][] = [
    ['an image', image],
    ['speech', speech],
  ];

  describe.each(ways)('of %s', (_, request) => {
    it.each(failures)(
      '$fault is $code, retry $retry, and is submitted once',
      async ({ fault, code, retry, creates, retryAfterMs }) => {
        // A second try would find the fault again, and be counted.
        fake.failNext(fault, { times: 3 });
        const error = await refusal(
          provider({ timeoutMs: fault === 'hang' ? 300 : 5000 }).submit(request(), context()),
        );
        expect({ code: error.code, retry: error.options.retry }).toEqual({ code, retry });
        if (retryAfterMs !== undefined) expect(error.options.retryAfterMs).toBe(retryAfterMs);
        await wait(50);
        expect(fake.requests).toHaveLength(1);
        expect(fake.creates).toBe(creates);
        if (fake.requests[0]?.status !== undefined && fake.requests[0].status >= 400) {
          expect(error.options.providerRequestId).toBe(fake.requests[0].id);
        }
      },
    );
  });

  it('cut off in the middle of the JSON is a bad response, paid once', async () => {
    fake.failNext('truncated', { times: 3 });
    const error = await refusal(provider().submit(image(), context()));
    expect(error).toMatchObject({ code: 'provider.bad_response', options: { retry: 'ambiguous' } });
    expect(fake.creates).toBe(1);
  });

  it('by dripping past the time limit is a timeout, paid once', async () => {
    fake.failNext('slow_drip', { times: 3, dripMs: 200 });
    const error = await refusal(provider({ timeoutMs: 500 }).submit(image(), context()));
    expect(error).toMatchObject({ code: 'provider.timeout', options: { retry: 'ambiguous' } });
    expect(fake.creates).toBe(1);
  });

  it('to reach anybody is safe to try again', async () => {
    const nobody = await startFakeOpenAi();
    await nobody.close();
    for (const baseUrl of [nobody.baseUrl, 'http://nowhere.invalid/v1']) {
      const error = await refusal(provider({ baseUrl }).submit(image(), context()));
      expect(error).toMatchObject({ code: 'provider.unavailable', options: { retry: 'safe' } });
    }
  });

  it('of the input names the parameter and is final', async () => {
    const error = await refusal(provider().submit(image({ size: '1000x1000' }), context()));
    expect(error).toMatchObject({ code: 'provider.invalid_input', options: { retry: 'never' } });
    expect(error.options.providerMessage).toContain("Invalid size '1000x1000'");
    expect(fake.creates).toBe(0);
  });

  it('to find the model is not the fault of the input', async () => {
    const error = await refusal(provider().submit(image({}, 'gpt-image-1'), context()));
    expect(error).toMatchObject({ code: 'provider.unavailable', options: { retry: 'never' } });
  });

  it('by a limit of the server carries its Retry-After', async () => {
    await fake.close();
    fake = await startFakeOpenAi({ requestsPerMinute: 1 });
    await provider().submit(image(), context());
    const error = await refusal(provider().submit(image(), context()));
    expect(error.code).toBe('provider.rate_limited');
    expect(error.options.retryAfterMs).toBeGreaterThan(55_000);
  });
});

describe('a job that is given up', () => {
  it('before it is sent is never sent', async () => {
    const error = await refusal(provider().submit(image(), context(AbortSignal.abort())));
    expect(error.options.retry).toBe('safe');
    expect(fake.requests).toHaveLength(0);
  });

  it.each<[string, () => GenerationRequest]>([
    ['image', image],
    ['speech', speech],
  ])('while OpenAI works on the %s closes the connection at once and stays ambiguous', async (_, request) => {
    fake.failNext('hang');
    const job = new AbortController();
    const attempt = refusal(provider().submit(request(), context(job.signal)));
    await until(() => fake.creates === 1);
    job.abort(new Error('the lease is lost'));
    expect(await attempt).toMatchObject({ code: 'provider.outcome_unknown', options: { retry: 'ambiguous' } });
    await until(() => fake.requests[0]?.outcome === 'cut');
  });
});

describe('credentials', () => {
  it('that are missing refuse the job without a request', async () => {
    const keyless = provider({ apiKey: undefined });
    expect(keyless.isConfigured()).toBe(false);
    expect(provider().isConfigured()).toBe(true);
    const error = await refusal(keyless.submit(image(), context()));
    expect(error).toMatchObject({ code: 'provider.not_configured', options: { retry: 'never' } });
    expect(fake.requests).toHaveLength(0);
  });

  it('that no header can carry are refused without a request', async () => {
    const error = await refusal(provider({ apiKey: 'sk-with\na-line-break' }).submit(image(), context()));
    expect(error).toMatchObject({ code: 'provider.authentication_failed', options: { retry: 'never' } });
    expect(fake.requests).toHaveLength(0);
  });

  it('appear in no error, neither whole nor in the part that OpenAI repeats', async () => {
    for (const apiKey of ['sk-proj-abcdefghijklmnopqrstuvwxyz0123', 'local-8f3e2b1c9d7a']) {
      const error = await refusal(provider({ apiKey }).submit(image(), context()));
      expect(error.code).toBe('provider.authentication_failed');
      const everything = inspect(error, { depth: 10, showHidden: true });
      expect(everything).toContain('Incorrect API key provided');
      for (const part of [apiKey, apiKey.slice(0, 8), apiKey.slice(-4)]) expect(everything).not.toContain(part);
    }
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries === 200) throw new Error('It never came to pass.');
    await wait(10);
  }
}
