import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { environmentOf, type FakeProviders, type FakeRequest, type FakeServer, startFakeProviders } from '#ai/testing';
import { FileServer } from '#core/testing';
import {
  createAsset,
  createBaseClient,
  createJob,
  createQuote,
  deleteAsset,
  enterPrices,
  getAsset,
  getJob,
  getJobReceipt,
} from '#sdk';
import { silentWav } from '../../libs/ai/src/testing/index.js';
import {
  type Agency,
  createAgency,
  createKey,
  createOperator,
  followToEnd,
  ledgerFaults,
  runJob,
} from '../support/agency.js';
import { eventually } from '../support/eventually.js';
import { withSql } from '../support/sql.js';
import { Stack } from '../support/stack.js';

interface Upload {
  contentType: string;
  bytes: Buffer;
}

/** What each provider is handed when a job refers to files: the same bytes, in the form it takes. */
describe('files that a job refers to reach', () => {
  let fakes: FakeProviders;
  let stack: Stack;
  let elsewhere: FileServer;
  let agency: Agency;
  let picture: Buffer;
  let pictureId: string;

  beforeAll(async () => {
    const slow = { latencyMs: 50 };
    fakes = await startFakeProviders({ replicate: slow, freepik: slow, fal: slow });
    elsewhere = await FileServer.start();
    stack = await Stack.start({
      backend: 'postgres',
      environment: {
        PUBLIC_URL: 'https://agency.example.com',
        ...environmentOf(fakes),
        CUSTOMER_ADDRESSES_ALLOWED_HOSTS: '127.0.0.1',
        PROVIDER_LONGEST_POLL_SECONDS: '0.25',
      },
    });
    await withSql(stack.database.url, (query) =>
      query(
        `insert into pricing (provider, model, component, unit, unit_size, cost_usd_micros, credits_per_unit, source)
         select 'freepik', model, 'output', 'image', 1, 40000, 50, 'for a test'
           from unnest(array['freepik/image-upscaler-precision-v2', 'freepik/beta/remove-background']) as model`,
      ),
    );
    agency = await createAgency(stack, 100_000);
    picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c05028' } })
      .png()
      .toBuffer();
    pictureId = await upload(picture);
  });
  afterAll(async () => {
    expect(await ledgerFaults(stack)).toEqual([]);
    await stack.stop();
    await elsewhere.stop();
    await Promise.all(Object.values(fakes).map((fake) => fake.close()));
  });

  async function upload(content: Buffer): Promise<string> {
    const file = new File([new Uint8Array(content)], 'file');
    const { data } = await createAsset({ client: agency.owner, body: { file }, throwOnError: true });
    return data.id;
  }
  async function run(model: string, input: Record<string, unknown>): Promise<void> {
    const { job } = await runJob(agency.client, { model, input });
    expect([model, job.status, job.error]).toEqual([model, 'succeeded', null]);
  }
  const lastCreate = (fake: FakeServer): FakeRequest & { body: Record<string, unknown> } => {
    const request = fake.requests.findLast(({ accepted }) => accepted);
    if (!request) throw new Error('Nothing was created');
    return request as FakeRequest & { body: Record<string, unknown> };
  };

  it('OpenAI as files of a form, in their order', async () => {
    const address = elsewhere.put('second.webp', await sharp(picture).webp().toBuffer(), 'image/webp');
    await run('openai/gpt-image-2', { prompt: 'Juntos', quality: 'low', image: [`asset:${pictureId}`, address] });
    const { body, path } = lastCreate(fakes.openai);
    const images = body['image'] as Upload[];
    expect([path, images.map(({ contentType }) => contentType)]).toEqual([
      '/images/edits',
      ['image/png', 'image/webp'],
    ]);
    expect(images[0]?.bytes).toEqual(picture);
  });

  it('ElevenLabs as a recording in a form', async () => {
    const recording = silentWav(2);
    await run('elevenlabs/scribe_v2', { audio: { assetId: await upload(recording) } });
    expect((lastCreate(fakes.elevenlabs).body['file'] as Upload).bytes).toEqual(recording);
  });

  it('Replicate as a data URL when small, uploaded when large', async () => {
    const model = 'replicate/black-forest-labs/flux-kontext-pro';
    await run(model, { prompt: 'À noite', input_image: pictureId });
    expect(lastCreate(fakes.replicate).body['input']).toMatchObject({
      input_image: `data:image/png;base64,${picture.toString('base64')}`,
    });
    const noise = await sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
        background: 0,
      },
    })
      .png()
      .toBuffer();
    expect(noise.length).toBeGreaterThan(256 * 1024);
    await run(model, { prompt: 'À noite', input_image: await upload(noise) });
    const { input_image: sent } = lastCreate(fakes.replicate).body['input'] as { input_image: string };
    expect(sent).toMatch(/^http:.*\/v1\/files\//);
  });

  it('fal as a data URL', async () => {
    await run('fal/fal-ai/kling-video/v3/pro/image-to-video', { prompt: 'Vento', start_image_url: pictureId });
    expect(lastCreate(fakes.fal).body['start_image_url']).toBe(`data:image/png;base64,${picture.toString('base64')}`);
  });

  it('what works on one picture at fal and Replicate, for its price, within the limits of the tool', async () => {
    const large = await upload(await sharp(picture).resize(512, 384).png().toBuffer());
    const tools = [
      ['fal/fal-ai/recraft/upscale/crisp', 'image_url', 5],
      ['fal/fal-ai/bria/background/remove', 'image_url', 23],
      ['fal/bria/fibo-edit-1.5/expand', 'image_url', 50],
      ['replicate/recraft-ai/recraft-crisp-upscale', 'image', 8],
      ['replicate/recraft-ai/recraft-remove-background', 'image', 13],
    ] as const;
    for (const [model, field, charged] of tools) {
      const { job } = await runJob(agency.client, { model, input: { [field]: large } });
      expect([model, job.error, job.outputs[0]?.mimeType, job.credits.charged]).toEqual([
        model,
        null,
        'image/png',
        charged,
      ]);
    }
    const small = { model: 'replicate/recraft-ai/recraft-remove-background', input: { image: pictureId } };
    expect((await createJob({ client: agency.client, body: small })).error).toMatchObject({
      errors: [
        { pointer: '/input/image', code: 'unfit_file', message: expect.stringContaining('at least 256 pixels') },
      ],
    });
  });

  it('Freepik as base64, and as a signed link of ours where it fetches files itself', async () => {
    await run('freepik/image-upscaler-precision-v2', { image: pictureId });
    expect(lastCreate(fakes.freepik).body['image']).toBe(picture.toString('base64'));
    await run('freepik/beta/remove-background', { image_url: pictureId });
    const link = new URL(String(lastCreate(fakes.freepik).body['image_url']));
    expect(link.origin).toBe('https://agency.example.com');
    const answer = await fetch(stack.url + link.pathname + link.search);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
  });

  it('the sandbox, which works on them also when it is polled, and refuses others before anything is held', async () => {
    const key = await createKey(agency.owner, agency.organizationId, 'test');
    const testing = createBaseClient({ baseUrl: stack.url, token: key });
    const scaled = async (input: Record<string, unknown>, as = agency.client) => {
      const { job } = await runJob(as, { model: 'sandbox/upscale', input: { image: pictureId, ...input } });
      expect(job.error).toBeNull();
      return { ...job.outputs[0], charged: job.credits.charged };
    };
    const slow = { simulate: { latencyMs: 1100 } };
    expect(await scaled(slow)).toMatchObject({ width: 128, height: 96, charged: 2 });
    expect(await scaled({ scale: '4x' })).toMatchObject({ width: 256, height: 192, charged: 4 });
    expect(await scaled({}, testing)).toMatchObject({ width: 128, height: 96, charged: 0 });
    await run('sandbox/edit', { prompt: 'Um farol', image: [pictureId], n: 2 });
    await run('sandbox/expand', { image: pictureId });
    await run('sandbox/remove-background', { image: pictureId });
    await run('sandbox/video', { prompt: 'Vento', image: pictureId, duration: 1 });
    const recording = await upload(silentWav(2));
    await run('sandbox/transcribe', { audio: recording, language: 'pt' });

    const body = { model: 'sandbox/upscale', input: { image: recording } };
    const { error } = await createJob({ client: agency.client, body });
    expect(error).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '/input/image', code: 'unfit_file' }] });
  });

  it('models as they are seen, with a mask over them as it was painted, however the camera was held', async () => {
    const photo = await sharp(picture).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const seen = { width: 48, height: 64 };
    const hole = { left: 4, top: 8, width: 12, height: 10 };
    const opening = await sharp({ create: { ...hole, channels: 4, background: '#000000' } })
      .png()
      .toBuffer();
    const mask = await sharp({ create: { ...seen, channels: 4, background: '#000000' } })
      .composite([{ input: opening, left: hole.left, top: hole.top, blend: 'dest-out' }])
      .png()
      .toBuffer();
    const [image, maskId] = [await upload(photo), await upload(mask)];
    const { data: asset } = await getAsset({ client: agency.owner, path: { assetId: image }, throwOnError: true });
    expect(asset).toMatchObject(seen);

    const { job } = await runJob(agency.client, {
      model: 'sandbox/edit',
      input: { prompt: 'Um farol', image: [image], mask: maskId },
    });
    expect([job.status, job.outputs[0]]).toMatchObject(['succeeded', seen]);
    const { pathname, search } = new URL(job.outputs[0]?.url ?? '');
    const made = await sharp(await (await fetch(stack.url + pathname + search)).arrayBuffer())
      .removeAlpha()
      .raw()
      .toBuffer();
    const plain = [...made.subarray(0, 3)];
    const changed = Array.from({ length: seen.width * seen.height }, (_, at) => at).filter((at) =>
      plain.some((value, channel) => Math.abs(value - (made[at * 3 + channel] ?? 0)) > 8),
    );
    const [columns, rows] = [changed.map((at) => at % seen.width), changed.map((at) => Math.floor(at / seen.width))];
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([hole.left, hole.left + hole.width - 1]);
    expect([Math.min(...rows), Math.max(...rows)]).toEqual([hole.top, hole.top + hole.height - 1]);

    await run('openai/gpt-image-2', { prompt: 'Um farol', quality: 'low', image: [image], mask: maskId });
    const { image: sent, mask: sentMask } = lastCreate(fakes.openai).body as { image: Upload | Upload[]; mask: Upload };
    const { width, height, orientation } = await sharp([sent].flat()[0]?.bytes).metadata();
    expect({ width, height, orientation }).toEqual({ ...seen, orientation: undefined });
    expect(sentMask.bytes).toEqual(mask);
  });

  it('providers without what a camera wrote beside them, such as the place, and as they are seen', async () => {
    const place = { IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '23/1 33/1 0/1' } };
    const photo = await sharp(picture).withExif(place).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const photoId = await upload(photo);
    await run('fal/fal-ai/bria/background/remove', { image_url: photoId });
    const sent = Buffer.from(String(lastCreate(fakes.fal).body['image_url']).split(',')[1] ?? '', 'base64');
    const { width, height, exif, orientation } = await sharp(sent).metadata();
    expect({ width, height, exif, orientation }).toEqual({
      width: 48,
      height: 64,
      exif: undefined,
      orientation: undefined,
    });

    // The link of a stored file leads to the same.
    await run('freepik/beta/remove-background', { image_url: photoId });
    const link = new URL(String(lastCreate(fakes.freepik).body['image_url']));
    const answer = await fetch(stack.url + link.pathname + link.search);
    expect(Buffer.from(await answer.arrayBuffer()).equals(sent)).toBe(true);
  });

  it('a transcription at the price of its quote, however high it rose since, and the books take it for no loss', async () => {
    const body = {
      model: 'sandbox/transcribe',
      input: { audio: await upload(silentWav(2)), language: 'pt' },
    };
    const { data: quote } = await createQuote({ client: agency.client, body, throwOnError: true });
    expect(quote.maxCredits).toBe(2);
    const lines = [{ component: 'input', unit: 'minute' as const, costUsdMicros: 0, credits: 20 }];
    const client = await createOperator(stack);
    await enterPrices({ client, body: { model: body.model, lines, source: 'test' }, throwOnError: true });
    const { job } = await runJob(agency.client, { ...body, quoteId: quote.id });
    expect(job).toMatchObject({ status: 'succeeded', credits: { held: 2, charged: 2 } });
    const { data } = await getJobReceipt({ client: agency.client, path: { jobId: job.id }, throwOnError: true });
    expect(data.receipt).toMatchObject({
      ...{ quoteId: quote.id, priceVersion: quote.priceVersion, chargedCredits: 2 },
      price: { version: quote.priceVersion, components: [{ creditsPerUnit: '2' }] },
    });
    const overruns = withSql(stack.database.url, (query) => query('select * from credit_overruns'));
    expect(await overruns).toEqual([]);
  });

  it('people as posters, thumbnails and waveforms, moments after they were made or uploaded', async () => {
    const made = async (model: string, input: Record<string, unknown>) =>
      (await runJob(agency.client, { model, input })).job.id;
    const film = await made('sandbox/video', { prompt: 'Um farol', duration: 1 });
    const sound = await made('sandbox/audio', { text: 'Bom dia' });
    const previewed = (jobId: string, field: 'posterUrl' | 'peaks') =>
      eventually(async () => {
        const { data } = await getJob({ client: agency.client, path: { jobId }, throwOnError: true });
        return data.outputs[0]?.[field] ? data.outputs[0] : undefined;
      }, `${field} of ${jobId}`);
    const { posterUrl, thumbnailUrl, placeholder } = await previewed(film, 'posterUrl');
    for (const link of [posterUrl, thumbnailUrl].map((url) => new URL(url ?? ''))) {
      const answer = await fetch(stack.url + link.pathname + link.search);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    }
    expect(placeholder).toMatch(/^data:image\/webp/);
    expect((await previewed(sound, 'peaks')).peaks).toHaveLength(200);
    await eventually(async () => {
      const { data } = await getAsset({ client: agency.owner, path: { assetId: pictureId }, throwOnError: true });
      return data.thumbnailUrl ?? undefined;
    }, 'the thumbnail of an upload');
  });

  it('their provider even when they are deleted while the job waits', async () => {
    await stack.stopWorker();
    const id = await upload(await sharp(picture).negate().png().toBuffer());
    const body = {
      model: 'replicate/black-forest-labs/flux-kontext-pro',
      input: { prompt: 'À noite', input_image: id },
    };
    const { data: accepted } = await createJob({ client: agency.client, body, throwOnError: true });
    await deleteAsset({ client: agency.owner, path: { assetId: id }, throwOnError: true });
    await stack.startWorker();
    const { job } = await followToEnd(agency.client, accepted.id);
    expect(job.status).toBe('succeeded');
  });
});
