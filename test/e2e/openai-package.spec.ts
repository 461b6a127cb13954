import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import sharp from 'sharp';
import { type FakeOpenAi, silentWav, startFakeOpenAi } from '#ai/testing';
import { getJob, listAssets, listJobs } from '#sdk';
import { type Agency, balanceOf, createAgency, createKey, ledgerFaults, setAvailable } from '../support/agency.js';
import { PIXEL } from '../access/pixel.js';
import { eventually } from '../support/eventually.js';
import { Stack } from '../support/stack.js';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const NOISE = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const picture = (type: string) => new File([new Uint8Array(PIXEL)], 'farol.png', { type });

/** Everything here goes through the official package, given nothing but our address and a key of ours. */
describe('the official openai package, with baseURL and apiKey changed', () => {
  let provider: FakeOpenAi;
  let stack: Stack;
  let agency: Agency;
  let openai: OpenAI;
  let sandbox: OpenAI;

  const clientOf = (apiKey: string, options = {}) => new OpenAI({ baseURL: `${stack.url}/v1`, apiKey, ...options });

  beforeAll(async () => {
    provider = await startFakeOpenAi();
    stack = await Stack.start({
      backend: 'postgres',
      environment: { OPENAI_BASE_URL: provider.baseUrl, OPENAI_API_KEY: provider.apiKey },
    });
    agency = await createAgency(stack, 10_000);
    openai = clientOf(agency.apiKey);
    sandbox = clientOf(await createKey(agency.owner, agency.organizationId, 'test'));
  });
  afterAll(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    await stack.stop();
    await provider.close();
  });

  const failure = async (asked: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
    const error: unknown = await asked.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof OpenAI.APIError) return error;
    throw new Error('It was not refused as the package knows it', { cause: error });
  };

  it('lists the models that can be used, and knows each by our name and by OpenAI’s', async () => {
    const ids: string[] = [];
    for await (const model of openai.models.list()) {
      ids.push(model.id);
      expect(model.created).toBeGreaterThanOrEqual(Date.parse('2026-11-22') / 1000);
    }
    expect(ids).toEqual(expect.arrayContaining(['openai/gpt-image-2', 'openai/tts-1', 'sandbox/image']));
    expect(ids.filter((id) => id.startsWith('elevenlabs/') || id.includes('video'))).toEqual([]);
    expect(await openai.models.retrieve('openai/gpt-image-2')).toMatchObject({ object: 'model', owned_by: 'openai' });
    expect(await openai.models.retrieve('gpt-image-2')).toMatchObject({ id: 'gpt-image-2' });
    const gone = await failure(openai.models.retrieve('dall-e-3'));
    expect(gone).toBeInstanceOf(OpenAI.NotFoundError);
    expect(gone.message).toContain('Use openai/gpt-image-2');
    expect(await failure(openai.models.retrieve('nobody/knows'))).toMatchObject({ code: 'model_not_found' });
  });

  it('makes pictures, charged like any job', async () => {
    const before = await balanceOf(agency.client);
    const { data: answer, response } = await openai.images
      .generate({
        model: 'gpt-image-2',
        prompt: 'Um farol',
        n: 2,
        size: '1024x1024',
        quality: 'low',
        safety_identifier: 'cliente-7',
      })
      .withResponse();
    expect(answer.data).toHaveLength(2);
    for (const { b64_json: file = '' } of answer.data ?? []) {
      expect(Buffer.from(file, 'base64').subarray(0, 4)).toEqual(PNG);
    }
    const jobId = response.headers.get('x-job-id') ?? '';
    const { data: job } = await getJob({ client: agency.client, path: { jobId }, throwOnError: true });
    expect(job).toMatchObject({
      model: 'openai/gpt-image-2',
      metadata: { user: 'cliente-7' },
      input: { quality: 'low' },
    });
    expect(answer).toMatchObject({ output_format: 'png', size: '1024x1024', quality: 'low' });
    const { input_tokens: input = 0, output_tokens: output = 0, total_tokens: total } = answer.usage ?? {};
    expect([input > 0, output > 0, total]).toEqual([true, true, input + output]);
    const after = await balanceOf(agency.client);
    expect(before.available - after.available).toBe(job.credits.charged);
    expect(after.held).toBe(0);
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(Number(response.headers.get('x-ratelimit-limit-requests'))).toBeGreaterThan(0);
    expect(response.headers.get('x-ratelimit-reset-requests')).toMatch(/^\d+s$/);
  });

  it('gives links instead of bytes when asked to, by models of other providers too', async () => {
    const asked = { model: 'sandbox/image', prompt: 'Um farol', size: '1536x1024', response_format: 'url' } as const;
    const { data = [] } = await openai.images.generate(asked);
    const file = await fetch(data[0]?.url ?? '');
    expect(file.headers.get('content-type')).toBe('image/png');
  });

  it('streams the finished picture, and refuses unfinished ones by name', async () => {
    const events: OpenAI.ImageGenStreamEvent[] = [];
    const asked = { model: 'sandbox/image', prompt: 'Um farol', stream: true } as const;
    for await (const event of await openai.images.generate(asked)) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(['image_generation.completed']);
    expect(Buffer.from(events[0]?.b64_json ?? '', 'base64').subarray(0, 4)).toEqual(PNG);
    const partial = await failure(openai.images.generate({ ...asked, partial_images: 2 }));
    expect(partial).toMatchObject({ status: 400, param: 'partial_images', code: 'unsupported_parameter' });
    const links = openai.post('/images/generations', { body: { ...asked, response_format: 'url' } });
    expect(await failure(links)).toMatchObject({ status: 400, param: 'response_format' });
    provider.failNext('content_policy');
    const broken = (async () => {
      for await (const event of await openai.images.generate({ ...asked, model: 'gpt-image-2' })) events.push(event);
    })();
    expect((await failure(broken)).message).toContain('content');
  });

  it('speaks, as a stream of bytes', async () => {
    const answer = await openai.audio.speech.create({
      model: 'tts-1',
      voice: 'nova',
      input: 'Bom dia',
      response_format: 'wav',
    });
    expect(answer.headers.get('content-type')).toBe('audio/wav');
    expect(Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF');
    const told = { model: 'gpt-4o-mini-tts', voice: 'marin', input: 'Bom dia', instructions: 'Com calma' } as const;
    const samples = await openai.audio.speech.create({ ...told, response_format: 'pcm' });
    expect(samples.headers.get('content-type')).toBe('audio/pcm');
    expect((await samples.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    expect(provider.requests.at(-1)?.body).toMatchObject({ instructions: 'Com calma', response_format: 'pcm' });
    expect(await failure(openai.audio.speech.create({ ...told, speed: 2 }))).toMatchObject({
      status: 400,
      param: 'speed',
    });
  });

  it('keeps to what a request may cost, and when it may begin, by headers', async () => {
    const asked = { model: 'sandbox/image', prompt: 'Um farol', response_format: 'url' } as const;
    const within = (headers: Record<string, string>) => openai.images.generate(asked, { headers });
    expect((await within({ 'x-base-max-credits': '5' })).data).toHaveLength(1);
    expect(await failure(within({ 'x-base-max-credits': '4' }))).toMatchObject({
      status: 400,
      code: 'ai.max_credits_exceeded',
    });
    expect(await failure(within({ 'x-base-max-credits': 'few' }))).toMatchObject({ param: 'x-base-max-credits' });
    expect(await failure(within({ 'x-base-deadline': '2020-01-01T00:00:00Z' }))).toMatchObject({
      status: 400,
      code: 'ai.deadline_passed',
    });
  });

  it('edits pictures that come with the request, also by models of other names for them', async () => {
    const before = await balanceOf(agency.client);
    const pictures = [picture('image/png'), picture('application/octet-stream')];
    const asked = { model: 'gpt-image-2', image: pictures, mask: picture('image/png'), prompt: 'Mais luz', n: 2 };
    const { data = [] } = await openai.images.edit({ ...asked, quality: 'low' });
    expect(data.map(({ b64_json: file = '' }) => Buffer.from(file, 'base64').subarray(0, 4))).toEqual([PNG, PNG]);
    expect(provider.requests.at(-1)?.path).toBe('/images/edits');
    expect((await balanceOf(agency.client)).available).toBeLessThan(before.available);
    const model = 'replicate/black-forest-labs/flux-kontext-pro';
    expect((await sandbox.images.edit({ model, image: picture('image/png'), prompt: 'Mais luz' })).data).toHaveLength(
      1,
    );
    const many = await failure(sandbox.images.edit({ model, image: pictures, prompt: 'Mais luz' }));
    expect(many).toMatchObject({ status: 400, param: 'image' });
  });

  it('edits pictures that a request in JSON refers to', async () => {
    const { data: assets } = await listAssets({ client: agency.owner, throwOnError: true });
    const edit = (body: object) =>
      openai.post<OpenAI.ImagesResponse>('/images/edits', {
        body: { model: 'gpt-image-2', prompt: 'Mais luz', ...body },
      });
    const { data: pictures } = await edit({ images: [{ file_id: assets.data[0]?.id }], quality: 'low' });
    expect(pictures).toHaveLength(1);
    expect(await failure(edit({}))).toMatchObject({ status: 400, param: 'images' });
    const wrong: [object, string][] = [
      [{ image_url: 'ftp://files.example/a.png' }, 'images.0.image_url'],
      [{ image_url: 'data:image/png,text' }, 'images.0.image_url'],
      [{ file_id: 'file-abc123' }, 'images.0.file_id'],
      [{ file_id: assets.data[0]?.id, image_url: 'https://files.example/a.png' }, 'images.0'],
      [{}, 'images.0'],
    ];
    for (const [image, param] of wrong) {
      const refused = await failure(edit({ images: [image] }));
      expect(refused).toMatchObject({ status: 400, param, code: 'file_reference' });
      expect(refused.message).not.toContain('asset:');
    }
  });

  it('edits pictures that are written in the request as data URLs, and keeps none of a refused one', async () => {
    const assetIds = async () =>
      (await listAssets({ client: agency.owner, query: { limit: 100 }, throwOnError: true })).data.data.map(
        ({ id }) => id,
      );
    const before = await assetIds();
    const picture = await sharp({ create: { width: 1200, height: 900, channels: 3, background: 'teal', noise: NOISE } })
      .png()
      .toBuffer();
    // More than any other request may have.
    expect(picture.length).toBeGreaterThan(2 * 1024 ** 2);
    const dataUrl = `data:image/png;base64,${picture.toString('base64')}`;
    const edit = (body: object) =>
      openai.post<OpenAI.ImagesResponse>('/images/edits', {
        body: { model: 'gpt-image-2', prompt: 'Mais luz', quality: 'low', images: [{ image_url: dataUrl }], ...body },
      });
    expect(await failure(edit({ size: '1x1' }))).toMatchObject({ param: 'size' });
    const page = `data:image/png;base64,${Buffer.from('<html></html>').toString('base64')}`;
    expect(await failure(edit({ mask: { image_url: page } }))).toMatchObject({
      error: { platform_code: 'assets.unsupported_type' },
    });
    expect(await assetIds()).toEqual(before);
    expect((await edit({})).data).toHaveLength(1);
    expect(await assetIds()).toHaveLength(before.length + 1);
    const huge = edit({ images: [{ image_url: `data:image/png;base64,${'A'.repeat(9 * 1024 ** 2)}` }] });
    expect(await failure(huge)).toMatchObject({ status: 413 });
  });

  it('sent again with its files under an Idempotency-Key, is the same job', async () => {
    const edit = () =>
      sandbox.images
        .edit(
          { model: 'gpt-image-2', image: picture('image/png'), prompt: 'Mais luz' },
          { headers: { 'Idempotency-Key': 'retoque-1' } },
        )
        .withResponse();
    const [first, again] = [await edit(), await edit()];
    expect([first, again].map(({ response }) => response.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(again.response.headers.get('x-job-id')).toBe(first.response.headers.get('x-job-id'));
  });

  it('refuses a file that is no picture, and keeps nothing of it', async () => {
    const page = new File(['<html></html>'], 'page.png', { type: 'image/png' });
    const refused = await failure(openai.images.edit({ model: 'gpt-image-2', image: page, prompt: 'Mais luz' }));
    expect(refused.status).toBe(400);
    const missing = await failure(openai.post('/images/edits', { body: {} }));
    expect(missing.status).toBe(400);
  });

  it('transcribes, and holds for the length of the recording', async () => {
    const file = () => new File([new Uint8Array(silentWav(90))], 'fala.wav', { type: 'audio/wav' });
    const { data, response } = await openai.audio.transcriptions
      .create({ model: 'gpt-4o-transcribe', file: file(), language: 'pt' })
      .withResponse();
    expect(data.text).toContain('Bom dia');
    const jobId = response.headers.get('x-job-id') ?? '';
    const { data: job } = await getJob({ client: agency.client, path: { jobId }, throwOnError: true });
    expect(job.input).toMatchObject({ max_minutes: 2, language: 'pt' });

    const words = await openai.audio.transcriptions.create({
      model: 'whisper-1',
      file: file(),
      response_format: 'text',
      temperature: 0.2,
    });
    expect(words).toContain('Bom dia');
    for (const format of ['verbose_json', 'srt'] as const) {
      const asked = { model: 'gpt-4o-transcribe', file: file(), response_format: format };
      expect(await failure(openai.audio.transcriptions.create(asked))).toMatchObject({
        status: 400,
        param: 'response_format',
      });
    }
    const wordless = { model: 'whisper-1', file: file(), timestamp_granularities: ['word' as const] };
    expect(await failure(openai.audio.transcriptions.create(wordless))).toMatchObject({
      status: 400,
      param: 'timestamp_granularities',
    });
  });

  it('tells the language, segments and words of a recording as whisper-1 heard them', async () => {
    const asked = (...granularities: ('word' | 'segment')[]) => ({
      model: 'whisper-1',
      file: new File([new Uint8Array(silentWav(3))], 'fala.wav', { type: 'audio/wav' }),
      response_format: 'verbose_json' as const,
      ...(granularities.length > 0 && { timestamp_granularities: granularities }),
    });
    const text = ' Bom dia, este é um teste.';
    const usual = await openai.audio.transcriptions.create(asked());
    expect(usual).toMatchObject({ language: 'portuguese', duration: 3, text: text.trim() });
    expect(usual.segments).toEqual([expect.objectContaining({ id: 0, start: 0, end: 3, text, avg_logprob: -0.29 })]);
    expect(usual.words).toBeUndefined();

    const spelled = await openai.audio.transcriptions.create(asked('word'));
    expect(spelled.words?.[1]).toEqual({ word: 'dia', start: 0.5, end: 1 });
    expect(spelled.segments).toBeUndefined();

    const srt: unknown = await openai.audio.transcriptions.create({ ...asked(), response_format: 'srt' });
    expect(srt).toBe(`1\n00:00:00,000 --> 00:00:03,000\n${text.trim()}\n\n`);
  });

  it('writes subtitles by models that tell when each word was said', async () => {
    const file = () => new File([new Uint8Array(silentWav(3))], 'fala.wav', { type: 'audio/wav' });
    const timed = { model: 'elevenlabs/scribe_v2', file: file() };
    const srt: unknown = await sandbox.audio.transcriptions.create({ ...timed, response_format: 'srt' });
    expect(srt).toBe('1\n00:00:00,000 --> 00:00:02,500\nSandbox: nothing was listened to.\n\n');
    const vtt: unknown = await sandbox.audio.transcriptions.create({ ...timed, file: file(), response_format: 'vtt' });
    expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.000 --> 00:00:02\.500\n/);
    const told = await sandbox.audio.transcriptions.create({
      ...timed,
      file: file(),
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    expect(told).toMatchObject({
      duration: 3,
      words: expect.arrayContaining([{ word: 'was', start: 1, end: 1.5 }]) as unknown,
      segments: [{ id: 0, start: 0, end: 2.5 }],
    });
  });

  it('runs every model on the sandbox under a test key, and moves no credits', async () => {
    const before = await balanceOf(agency.client);
    const asked = { model: 'elevenlabs/eleven_flash_v2_5', voice: '21m00Tcm4TlvDq8ikWAM', input: 'Bom dia' };
    const answer = await sandbox.audio.speech.create(asked);
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    const wav = { model: 'tts-1', voice: 'nova', input: 'Bom dia', response_format: 'wav' } as const;
    expect((await sandbox.audio.speech.create(wav)).headers.get('content-type')).toBe('audio/wav');
    expect(await balanceOf(agency.client)).toMatchObject({ available: before.available });
  });

  it('fails on demand under a test key, whatever the route and the model', async () => {
    const failing = (failure: string) => ({ headers: { 'x-base-simulate': JSON.stringify({ failure }) } });
    const drawn = { model: 'gpt-image-2', prompt: 'Um farol' };
    expect(await failure(sandbox.images.generate(drawn, failing('content_policy')))).toMatchObject({
      status: 400,
      code: 'moderation_blocked',
    });
    const edited = { ...drawn, image: picture('image/png') };
    expect(await failure(sandbox.images.edit(edited, failing('generation_failed')))).toMatchObject({ status: 502 });
    const spoken = { model: 'tts-1', voice: 'nova', input: 'Bom dia' };
    expect(await failure(sandbox.audio.speech.create(spoken, failing('outcome_unknown')))).toMatchObject({
      status: 502,
      error: { platform_code: 'provider.outcome_unknown' },
    });
    const file = new File([new Uint8Array(silentWav(3))], 'fala.wav', { type: 'audio/wav' });
    const heard = sandbox.audio.transcriptions.create({ model: 'whisper-1', file }, failing('invalid_input'));
    expect(await failure(heard)).toMatchObject({ status: 400, error: { platform_code: 'provider.invalid_input' } });

    const nonsense = sandbox.images.generate(drawn, failing('bad_mood'));
    expect(await failure(nonsense)).toMatchObject({ status: 400, param: 'x-base-simulate.failure' });
    const unread = sandbox.images.generate(drawn, { headers: { 'x-base-simulate': 'unavailable' } });
    expect(await failure(unread)).toMatchObject({ status: 400, param: 'x-base-simulate' });
    const live = openai.images.generate(drawn, failing('content_policy'));
    expect(await failure(live)).toMatchObject({ status: 400, param: 'x-base-simulate', code: 'unknown_field' });
  });

  it('throws the errors that programs for OpenAI catch', async () => {
    const anybody = clientOf('base_live_nobody', { maxRetries: 0 });
    expect(await failure(anybody.models.list())).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(await failure(anybody.models.list())).toMatchObject({
      code: 'invalid_api_key',
      type: 'invalid_request_error',
    });

    const shape = await failure(openai.images.generate({ prompt: 'Um farol', size: '123x45' }));
    expect(shape).toBeInstanceOf(OpenAI.BadRequestError);
    expect(shape.param).toBe('size');
    const unknown = { model: 'sandbox/image', prompt: 'Um farol', nonsense: 1 };
    expect(await failure(openai.images.generate(unknown))).toMatchObject({ param: 'nonsense', code: 'unknown_field' });
    expect(await failure(openai.images.generate({ model: 'tts-1', prompt: 'Um farol' }))).toMatchObject({
      status: 400,
      param: 'model',
    });
    expect(await failure(openai.images.generate({ model: 'fal/fal-ai/flux/dev', prompt: 'Um farol' }))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });

    const spoken = { input: 'Bom dia', voice: 'shimmer' };
    expect(await failure(openai.audio.speech.create({ model: 'tts-1', ...spoken, voice: 'rachel' }))).toMatchObject({
      status: 400,
      param: 'voice',
      message: expect.stringContaining('shimmer') as unknown,
    });
    expect(await failure(sandbox.audio.speech.create({ model: 'elevenlabs/eleven_v3', ...spoken }))).toMatchObject({
      status: 400,
      param: 'voice',
      message: expect.stringContaining('/v2/voices') as unknown,
    });

    const list = await failure(openai.post('/images/generations', { body: [] }));
    expect(list).toMatchObject({ status: 400, param: null, code: 'invalid_type' });
    const path = await failure(openai.get('/nowhere'));
    expect(path).toMatchObject({ status: 404, type: 'invalid_request_error' });
    expect(await failure(openai.post('/models'))).toMatchObject({ status: 405 });
  });

  it('tells a refused content, and a failed generation, and makes no second job of them', async () => {
    const jobs = async () =>
      (await listJobs({ client: agency.client, query: { limit: 100 }, throwOnError: true })).data.data;
    const before = (await jobs()).length;
    provider.failNext('content_policy');
    const refused = await failure(openai.images.generate({ prompt: 'Um farol', quality: 'low' }));
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
    expect(refused).toMatchObject({ code: 'moderation_blocked', type: 'image_generation_user_error' });
    provider.failNext('unauthorized');
    const failed = await failure(openai.images.generate({ prompt: 'Um farol', quality: 'low' }));
    expect(failed).toBeInstanceOf(OpenAI.InternalServerError);
    expect(failed.error).toMatchObject({ platform_code: 'provider.authentication_failed' });
    expect(await jobs()).toHaveLength(before + 2);
  });

  it('sent again under an Idempotency-Key, is the same job and the same answer', async () => {
    const once = { headers: { 'Idempotency-Key': 'pedido-1' } };
    const asked = { model: 'sandbox/image', prompt: 'Um farol', response_format: 'url' } as const;
    const first = await openai.images.generate(asked, once).withResponse();
    const again = await openai.images.generate(asked, once).withResponse();
    expect(again.response.headers.get('x-job-id')).toBe(first.response.headers.get('x-job-id'));
    expect(again.data).toEqual(first.data);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    const other = await failure(openai.images.generate({ ...asked, prompt: 'Um barco' }, once));
    expect(other).toMatchObject({ status: 400, code: 'idempotency.key_reused' });
  });

  it('is told of a job that takes longer than it is waited for, without asking for another', async () => {
    const url = await stack.startAnotherApi({ V1_WAIT_SECONDS: '0.5' });
    const impatient = new OpenAI({ baseURL: `${url}/v1`, apiKey: agency.apiKey });
    const asked = { model: 'sandbox/image', prompt: 'Um farol', simulate: { latencyMs: 1500 } };
    const late = await failure(impatient.images.generate(asked));
    expect(late).toMatchObject({ status: 504, code: 'ai.job_still_running' });
    const { job_id: jobId } = late.error as { job_id: string };
    expect(late.message).toContain(jobId);
    const { data: job } = await getJob({ client: agency.client, path: { jobId }, throwOnError: true });
    expect(['queued', 'processing']).toContain(job.status);
  });

  it('asked again by the client itself, whose patience ended before the job, answers with the first job', async () => {
    const made = async (label: string) => {
      const { data } = await listJobs({ client: agency.client, query: { limit: 100 }, throwOnError: true });
      return data.data.filter(({ metadata }) => metadata['user'] === label);
    };
    const hasty = clientOf(agency.apiKey, { timeout: 2000, maxRetries: 10 });
    const asked = { model: 'sandbox/image', prompt: 'Um farol', simulate: { latencyMs: 3500 }, user: 'hasty' };
    const { data: answer, response } = await hasty.images.generate(asked).withResponse();
    expect(answer.data).toHaveLength(1);
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect((await made('hasty')).map(({ id }) => id)).toEqual([response.headers.get('x-job-id')]);
  });

  it('leaves the job to finish when whoever asked has gone away', async () => {
    const gone = new AbortController();
    const asked = { model: 'sandbox/image', prompt: 'Um farol', simulate: { latencyMs: 1200 }, user: 'gone' };
    const asking = openai.images.generate(asked, { signal: gone.signal }).catch((error: unknown) => error);
    const find = async () => {
      const { data } = await listJobs({ client: agency.client, throwOnError: true });
      return data.data.find(({ metadata }) => metadata['user'] === 'gone');
    };
    await eventually(find, 'the job to be made');
    gone.abort();
    expect(await asking).toBeInstanceOf(OpenAI.APIUserAbortError);
    const job = await eventually(async () => {
      const found = await find();
      return found?.finishedAt ? found : undefined;
    }, 'the job to end');
    expect(job.status).toBe('succeeded');
  });

  it('is limited like everybody, with the time to wait', async () => {
    const url = await stack.startAnotherApi({ RATE_LIMIT_FACTOR: '0.01' });
    const hasty = await createAgency(stack, 100, 'free');
    const limited = new OpenAI({ baseURL: `${url}/v1`, apiKey: hasty.apiKey, maxRetries: 0 });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => failure(limited.models.list()).catch(() => undefined)),
    );
    const refused = answers.find((error) => error !== undefined);
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests' });
    expect(Number(refused?.headers?.get('retry-after'))).toBeGreaterThan(0);
    expect(refused?.headers?.get('x-ratelimit-remaining-requests')).toBe('0');
  });

  it('without credits is refused with 402, and nothing is made', async () => {
    await setAvailable(stack, agency.organizationId, 0);
    const refused = await failure(openai.images.generate({ model: 'sandbox/image', prompt: 'Um farol' }));
    expect(refused).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
    expect(refused.message).toContain('Top up');
  });
});
