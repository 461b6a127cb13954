import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import {
  createAsset,
  createAudioJob,
  createBaseClient,
  createImageJob,
  createJob,
  createJobBatch,
  type CreateJobDto,
  createQuote,
  createVideoJob,
} from '#sdk';
import { type Agency, balanceOf, createAgency, createKey, ledgerFaults, setAvailable } from '../support/agency.js';
import { Stack } from '../support/stack.js';

const CREDITS = 10_000;
const withKey = (key = randomUUID()) => ({ 'Idempotency-Key': key });

describe('other ways to ask for jobs', () => {
  let stack: Stack;
  let agency: Agency;

  beforeAll(async () => {
    stack = await Stack.start({ backend: 'postgres', worker: false });
    agency = await createAgency(stack, CREDITS);
  });
  afterAll(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    await stack.stop();
  });

  const { image, film, sound } = {
    image: { model: 'sandbox/image', prompt: 'Um farol', size: '1536x1024', n: 2, parameters: { seed: 7 } },
    film: { model: 'sandbox/video', prompt: 'Ondas', durationSeconds: 2, aspectRatio: '1:1' },
    sound: { model: 'sandbox/audio', text: 'Bom dia', format: 'wav' },
  };

  it('the short forms say the same parameters in each model’s own words, and hold what the long form holds', async () => {
    const { client } = agency;
    const asked = await Promise.all([
      createImageJob({ client, body: image, throwOnError: true }),
      createVideoJob({ client, body: film, throwOnError: true }),
      createAudioJob({ client, body: sound, throwOnError: true }),
    ]);
    expect(asked.map(({ response, data }) => [response.status, data.type, data.input])).toEqual([
      [202, 'image', { prompt: 'Um farol', size: '1536x1024', n: 2, seed: 7, output_format: 'png' }],
      [202, 'video', { prompt: 'Ondas', duration: 2, size: '480x480' }],
      [202, 'audio', { text: 'Bom dia', kind: 'speech', output_format: 'wav' }],
    ]);
    for (const { data } of asked) {
      const { data: long } = await createJob({
        client,
        body: { model: data.model, input: data.input },
        throwOnError: true,
      });
      expect([long.input, long.credits.held]).toEqual([data.input, data.credits.held]);
    }
  });

  it('pictures go where each model of the sandbox takes them, also where no words are asked for', async () => {
    const { client, owner } = agency;
    // A mask of itself, too.
    const bytes = await sharp({ create: { width: 64, height: 48, channels: 4, background: '#c0502880' } })
      .png()
      .toBuffer();
    const file = new File([new Uint8Array(bytes)], 'a.png');
    const { data: asset } = await createAsset({ client: owner, body: { file }, throwOnError: true });
    const reference = `asset:${asset.id}`;
    const { data: edit } = await createImageJob({
      client,
      body: { model: 'sandbox/edit', prompt: 'Um farol', image: [asset.id], mask: asset.id, n: 2 },
      throwOnError: true,
    });
    expect(edit.input).toMatchObject({ prompt: 'Um farol', image: [reference], mask: reference, n: 2 });
    const { data: larger } = await createImageJob({
      client,
      body: { model: 'sandbox/upscale', image: [asset.id], parameters: { scale: '4x' } },
      throwOnError: true,
    });
    expect(larger.input).toMatchObject({ image: reference, scale: '4x' });
    const { data: moved } = await createVideoJob({
      client,
      body: { model: 'sandbox/video', prompt: 'Vento', image: asset.id },
      throwOnError: true,
    });
    expect(moved.input).toMatchObject({ image: reference });
    const wordless = { model: 'sandbox/upscale', image: [asset.id], prompt: 'Maior' };
    expect((await createImageJob({ client, body: wordless })).error).toMatchObject({
      errors: [{ pointer: '/prompt', code: 'unknown_field' }],
    });
  });

  it('everything else is as in the long form: key, quote, the most it may cost, models to go on with', async () => {
    const { client } = agency;
    const headers = withKey();
    const first = await createImageJob({ client, body: image, headers, throwOnError: true });
    const again = await createImageJob({ client, body: image, headers, throwOnError: true });
    expect(again.data.id).toBe(first.data.id);
    expect(again.response.headers.get('idempotency-replayed')).toBe('true');
    const other = await createImageJob({ client, body: { ...image, n: 1 }, headers });
    expect(other.error).toMatchObject({ status: 422, code: 'idempotency.key_reused' });

    const { model, input } = first.data;
    const { data: quote } = await createQuote({ client, body: { model, input }, throwOnError: true });
    const quoted = await createImageJob({ client, body: { ...image, quoteId: quote.id }, throwOnError: true });
    expect(quoted.data.credits.held).toBe(quote.maxCredits);
    const limited = await createImageJob({ client, body: { ...image, maxCredits: 0 } });
    expect(limited.error).toMatchObject({ code: 'ai.max_credits_exceeded' });
    const chained = await createImageJob({ client, body: { ...image, fallbackModels: ['sandbox/video'] } });
    expect(chained.error).toMatchObject({ errors: [{ pointer: '/fallbackModels/0', code: 'unsuitable' }] });
  });

  it('under a test key a real model fails on demand, by its `parameters`', async () => {
    const token = await createKey(agency.owner, agency.organizationId, 'test');
    const client = createBaseClient({ baseUrl: stack.url, token });
    const body = { model: 'openai/gpt-image-2', prompt: 'Um farol' };
    const simulate = { failure: 'unavailable', latencyMs: 0 };
    const { data } = await createImageJob({ client, body: { ...body, parameters: { simulate } }, throwOnError: true });
    expect(data).toMatchObject({ testMode: true, input: { simulate } });
    const { error } = await createImageJob({ client, body: { ...body, parameters: { simulate: { failure: 'bad' } } } });
    expect(error).toMatchObject({ errors: [{ pointer: '/parameters/simulate/failure' }] });
  });

  it('refusals name the fields as the caller wrote them, and hold nothing', async () => {
    const { client } = agency;
    const before = await balanceOf(client);
    const refused = await Promise.all([
      createImageJob({ client, body: { ...image, model: 'sandbox/audio' } }),
      createImageJob({ client, body: { ...image, size: '1000x100' } }),
      createImageJob({ client, body: { ...image, parameters: { seed: -1 } } }),
      createImageJob({ client, body: { ...image, parameters: { prompt: 'Outro' } } }),
      createImageJob({ client, body: { ...image, image: [randomUUID()] } }),
      createVideoJob({ client, body: { ...film, durationSeconds: 60 } }),
      createVideoJob({ client, body: { ...film, parameters: { style: 'noir' } } }),
      createAudioJob({ client, body: { ...sound, text: ' ' } }),
      createAudioJob({ client, body: { ...sound, format: 'ogg' } }),
    ]);
    expect(refused.map(({ error }) => (error?.errors ?? []).map(({ pointer }) => pointer))).toEqual([
      ['/model'],
      ['/size'],
      ['/parameters/seed'],
      ['/parameters/prompt'],
      ['/image'],
      ['/durationSeconds'],
      ['/parameters/style'],
      ['/text'],
      ['/format'],
    ]);
    expect(await balanceOf(client)).toEqual(before);
  });

  it('a batch answers each job in its place; asked again under its key it makes and holds nothing more', async () => {
    const { client } = agency;
    const before = await balanceOf(client);
    const good: CreateJobDto = { model: 'sandbox/image', input: { prompt: 'Um farol' } };
    const jobs = [good, { ...good, model: 'sandbox/none' }, { ...good, input: {} }, { ...good, maxCredits: 0 }, good];
    const headers = withKey();
    const { data } = await createJobBatch({ client, body: { jobs }, headers, throwOnError: true });
    expect(data.data.map(({ job, problem }) => job?.status ?? problem?.code)).toEqual([
      'queued',
      'ai.unknown_model',
      'request.invalid',
      'ai.max_credits_exceeded',
      'queued',
    ]);
    const after = await balanceOf(client);
    const held = data.data.reduce((sum, { job }) => sum + (job?.credits.held ?? 0), 0);
    expect(after.held - before.held).toBe(held);

    const again = await createJobBatch({ client, body: { jobs }, headers, throwOnError: true });
    expect(again.data).toEqual(data);
    const other = await createJobBatch({ client, body: { jobs: [good] }, headers });
    expect(other.error).toMatchObject({ status: 422, code: 'idempotency.key_reused' });
    expect(await balanceOf(client)).toEqual(after);
  });

  it('a batch never holds more than there is: the rest is refused for credits', async () => {
    const few = await createAgency(stack, CREDITS);
    const good: CreateJobDto = { model: 'sandbox/image', input: { prompt: 'Um farol' } };
    const { data: one } = await createJob({ client: few.client, body: good, throwOnError: true });
    await setAvailable(stack, few.organizationId, one.credits.held * 3);
    const jobs = Array.from({ length: 10 }, () => good);
    const { data } = await createJobBatch({ client: few.client, body: { jobs }, throwOnError: true });
    const outcomes = data.data.map(({ job, problem }) => job?.status ?? problem?.code);
    expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome === 'billing.insufficient_credits')).toHaveLength(7);
    expect((await balanceOf(few.client)).available).toBe(0);
  });

  it('a batch with something that is no request for a job is refused whole, naming the field', async () => {
    const body = { jobs: [{ model: 'sandbox/image', input: { prompt: 'Um farol' } }, { model: 'sandbox/image' }] };
    const { error } = await createJobBatch({ client: agency.client, body: body as { jobs: CreateJobDto[] } });
    expect(error).toMatchObject({ status: 422, errors: [{ pointer: '/jobs/1/input' }] });
    const many = Array.from({ length: 51 }, () => ({ model: 'sandbox/image', input: { prompt: 'Um farol' } }));
    const tooMany = await createJobBatch({ client: agency.client, body: { jobs: many } });
    expect(tooMany.error).toMatchObject({ status: 422, errors: [{ pointer: '/jobs' }] });
  });
});
