import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type GenerationRequest, isRemote, type ProviderContext } from './provider.js';
import { SandboxProvider } from './sandbox.provider.js';
import type { Transcript } from './transcript.js';

const sandbox = new SandboxProvider({ latencyMs: 0 });
const context = (attempt = 1): ProviderContext => ({ signal: new AbortController().signal, attempt });
const request = (over: Partial<GenerationRequest>): GenerationRequest => ({
  jobId: '01890000-0000-7000-8000-000000000001',
  organizationId: '01890000-0000-7000-8000-000000000002',
  type: 'image',
  model: 'sandbox/image',
  providerModel: 'image',
  ability: 'image-generation',
  expectedMs: 1000,
  files: {},
  input: { prompt: 'Um farol', size: '256x256' },
  ...over,
});

describe('the sandbox provider', () => {
  it('makes the same file for the same job, so that a crashed run may be repeated', async () => {
    const [first, second] = await Promise.all([
      sandbox.submit(request({}), context()),
      sandbox.submit(request({}), context(2)),
    ]);
    expect(first).toMatchObject({ state: 'done', usage: { costUsdMicros: 0n, quantities: { output: 1n } } });
    expect(first).toEqual(second);
    const other = await sandbox.submit(request({ jobId: '01890000-0000-7000-8000-00000000000f' }), context());
    expect(other).not.toEqual(first);
  });

  it('hands long generations back to be polled, with progress, by any worker', async () => {
    const slow = request({ input: { prompt: 'x', size: '256x256', simulate: { latencyMs: 1200 } } });
    const submitted = await sandbox.submit(slow, context());
    if (submitted.state !== 'pending') throw new Error('It should have to be polled');
    const another = new SandboxProvider({ latencyMs: 0 });
    const early = await another.poll(submitted.externalId, slow);
    expect(early).toMatchObject({ state: 'pending', externalId: submitted.externalId });
    await new Promise((resolve) => setTimeout(resolve, 1250));
    expect(await another.poll(submitted.externalId, slow)).toMatchObject({ state: 'done' });
  });

  it('works on the files that it is given when it is polled, as it would have at once', async () => {
    const bytes = await sharp({ create: { width: 70, height: 50, channels: 3, background: '#c05028' } })
      .png()
      .toBuffer();
    const edit = request({
      model: 'sandbox/upscale',
      ability: 'image-upscale',
      input: { image: 'asset:1', scale: '4x' },
      files: { image: [{ bytes, mimeType: 'image/png' }] },
    });
    const expected = { state: 'done', outputs: [{ mimeType: 'image/png', width: 280, height: 200 }] };
    expect(await sandbox.submit(edit, context())).toMatchObject(expected);
    expect(await sandbox.poll('sandbox-0-0', edit)).toMatchObject(expected);
  });

  it('writes as much as fits a recording, and counts its minutes', async () => {
    const recording = { bytes: Buffer.from('a recording'), mimeType: 'audio/wav', durationMs: 61_000 };
    const result = await sandbox.submit(
      request({ type: 'audio', ability: 'transcription', input: { language: 'pt' }, files: { audio: [recording] } }),
      context(),
    );
    if (result.state !== 'done' || !result.outputs[0] || isRemote(result.outputs[0])) throw new Error('No transcript');
    expect(result.usage.quantities).toEqual({ input: 2n });
    const { text, words } = (await new Response(result.outputs[0].body as Buffer<ArrayBuffer>).json()) as Transcript;
    expect(text).toMatch(/^Sandbox: nada foi ouvido\. [A-Z]/);
    expect(words?.length).toBeGreaterThan(100);
    expect(words?.at(-1)?.end).toBeLessThanOrEqual(61);
  });

  it.each([
    ['content_policy', 'provider.content_policy', 'never'],
    ['rate_limited', 'provider.rate_limited', 'safe'],
    ['outcome_unknown', 'provider.outcome_unknown', 'ambiguous'],
  ])('fails on demand: %s', async (failure, code, retry) => {
    const failing = request({ input: { prompt: 'x', size: '256x256', simulate: { failure, failAttempts: 1 } } });
    await expect(sandbox.submit(failing, context(1))).rejects.toMatchObject({ code, options: { retry } });
    await expect(sandbox.submit(failing, context(2))).resolves.toMatchObject({ state: 'done' });
  });

  it('says so when a model asks for more than the sandbox draws', async () => {
    const huge = request({ input: { prompt: 'x', size: '9000x9000' } });
    await expect(sandbox.submit(huge, context())).rejects.toMatchObject({ code: 'provider.invalid_input' });
  });

  it('stops when it is told to', async () => {
    const stopping = new AbortController();
    const running = new SandboxProvider({ latencyMs: 900 }).submit(request({}), {
      signal: stopping.signal,
      attempt: 1,
    });
    stopping.abort();
    await expect(running).rejects.toThrow();
  });
});
