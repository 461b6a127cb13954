import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { BillingHttpModule } from '#billing';
import { newId } from '#core/crypto';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { createTestDatabase, FileServer, formOf, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from '../../../auth/src/testing/index.js';
import { AiHttpModule } from '../ai.http.module.js';
import { pictureBomb, silentWav } from '../testing/media-files.js';

interface Answered {
  id: string;
  input: Record<string, unknown>;
  /** Of a quote. */
  maxCredits?: number;
  code?: string;
  errors?: { pointer: string; code: string; message: string }[];
}

const EDIT = 'replicate/black-forest-labs/flux-kontext-pro';
const TRANSCRIBE = 'elevenlabs/scribe_v2';
const COMBINE = 'openai/gpt-image-2';

let database: TestDatabase;
let api: TestApi;
let elsewhere: FileServer;
let directory: string;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'base-inputs-'));
  [database, elsewhere] = await Promise.all([createTestDatabase(), FileServer.start()]);
  const keys = { OPENAI_API_KEY: 'k', REPLICATE_API_TOKEN: 'k', ELEVENLABS_API_KEY: 'k', FREEPIK_API_KEY: 'k' };
  api = await startTestApi(database, {
    env: { DATA_DIR: directory, CUSTOMER_ADDRESSES_ALLOWED_HOSTS: '127.0.0.1', ...keys },
    modules: [
      EventsModule.forRoot({ streams: true }),
      QueueModule.forRoot({ poolSize: 1 }),
      BillingHttpModule,
      AiHttpModule,
    ],
  });
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
  await api.sql(
    `insert into pricing (provider, model, component, unit, unit_size, cost_usd_micros, credits_per_unit, source)
     values ('freepik', 'freepik/beta/remove-background', 'output', 'image', 1, 40000, 50, 'for a test')`,
  );
});
afterAll(async () => {
  await api.close();
  await elsewhere.stop();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

async function upload(content: Buffer, as = owner, at = organizationId): Promise<string> {
  const form = formOf([{ content, type: null }]);
  const { body } = await api.send<Answered>('POST', '/api/ai/assets', {
    bearer: as.accessToken,
    organizationId: at,
    ...form,
  });
  return body.id;
}
const ask = (what: 'jobs' | 'quotes', model: string, input: object, headers: Record<string, string> = {}) =>
  api.send<Answered>('POST', `/api/ai/${what}`, {
    bearer: owner.accessToken,
    organizationId,
    body: { model, input },
    headers,
  });
const create = (model: string, input: object, headers: Record<string, string> = {}) =>
  ask('jobs', model, input, headers);
const picture = (shade = 1, format: 'png' | 'gif' = 'png') =>
  sharp({ create: { width: 32, height: 32, channels: 3, background: { r: shade, g: 80, b: 40 } } })
    .toFormat(format)
    .toBuffer();
const wide = (width: number) =>
  sharp({ create: { width, height: 2, channels: 3, background: '#c05028' } })
    .png()
    .toBuffer();
const edit = (image: unknown) => ({ prompt: 'À noite', input_image: image });
const countOf = async (table: 'ai_jobs' | 'assets' | 'credit_holds') => {
  const [row] = await api.sql<{ count: string }>(`select count(*) from ${table} where organization_id = $1`, [
    organizationId,
  ]);
  return Number(row?.count);
};

describe('the files of a request', () => {
  it('may be uploads, in every spelling, and reach the job as one', async () => {
    const id = await upload(await picture());
    for (const spelling of [`asset:${id}`, id, id.toUpperCase(), { assetId: id }]) {
      const { status, body } = await create(EDIT, edit(spelling));
      expect([status, body.input['input_image']]).toEqual([202, `asset:${id}`]);
    }
  });

  it('are fetched from their addresses, kept once, and reach the job as assets', async () => {
    const url = elsewhere.put('kept.png', await picture(2));
    const assets = await countOf('assets');
    const first = await create(EDIT, edit(url));
    const second = await create(EDIT, edit({ url }));
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body.input['input_image']).toMatch(/^asset:[0-9a-f-]{36}$/);
    expect(second.body.input['input_image']).toBe(first.body.input['input_image']);
    expect(await countOf('assets')).toBe(assets + 1);
  });

  it('keep their order when there are several', async () => {
    const [one, two] = [await upload(await picture(3)), await upload(await picture(4))];
    const url = elsewhere.put('third.png', await picture(5));
    const { status, body } = await create(COMBINE, { prompt: 'Juntos', image: [two, url, { assetId: one }] });
    const [first, middle, last] = body.input['image'] as string[];
    expect([status, first, last]).toEqual([202, `asset:${two}`, `asset:${one}`]);
    expect([two, one]).not.toContain(middle?.replace('asset:', ''));
  });

  it('are not needed a second time for a repeated request', async () => {
    const url = elsewhere.put('once.png', await picture(6));
    const headers = { 'idempotency-key': 'files-once' };
    const first = await create(EDIT, edit(url), headers);
    elsewhere.remove('once.png');
    const second = await create(EDIT, edit(url), headers);
    expect([second.status, second.body.id]).toEqual([202, first.body.id]);
  });

  it('have to be addresses for a provider that fetches files itself, when it cannot come here', async () => {
    const model = 'freepik/beta/remove-background';
    const asset = await create(model, { image_url: await upload(await picture(7)) });
    expect([asset.status, asset.body.errors?.[0]?.code]).toEqual([422, 'needs_address']);
    const url = elsewhere.put('cut.png', await picture(8));
    const address = await create(model, { image_url: url });
    expect([address.status, address.body.input['image_url']]).toEqual([202, url]);
  });
});

it('a recording is quoted and held for its length, and for no more than the caller allows', async () => {
  const audio = await upload(silentWav(70));
  const quoted = async (input: object) => (await ask('quotes', TRANSCRIBE, input)).body.maxCredits;
  const address = elsewhere.put('later.wav', silentWav(70));
  const forMinutes = (minutes: number) => quoted({ audio: address, max_minutes: minutes });
  expect(await quoted({ audio })).toBe(await forMinutes(2));
  expect(await quoted({ audio, max_minutes: 9 })).toBe(await forMinutes(2));
  expect(await quoted({ audio: address })).toBe(await forMinutes(10));
  const { status, body } = await create(TRANSCRIBE, { audio });
  expect(status).toBe(202);
  expect(body).toMatchObject({ input: { max_minutes: 2 }, credits: { held: await forMinutes(2) } });
});

describe('refused before anything is held', () => {
  let foreign: string;
  beforeAll(async () => {
    const stranger = await api.register();
    const theirs = await api.createOrganization(stranger);
    foreign = await upload(await picture(), stranger, theirs);
  });

  const cases: [string, string, () => Promise<object>, number, string][] = [
    ['an asset that is not there', EDIT, () => Promise.resolve(edit(newId())), 422, '/input/input_image unknown_asset'],
    [
      'an asset of another organization',
      EDIT,
      () => Promise.resolve(edit(foreign)),
      422,
      '/input/input_image unknown_asset',
    ],
    ['a deleted asset', EDIT, async () => edit(await deleted()), 422, '/input/input_image unknown_asset'],
    [
      'a sound where a picture belongs',
      EDIT,
      async () => edit(await upload(silentWav(1))),
      422,
      '/input/input_image unfit_file',
    ],
    [
      'a picture of a kind the model does not take',
      EDIT,
      async () => edit(await upload(await picture(1, 'gif'))),
      422,
      '/input/input_image unfit_file',
    ],
    [
      'a picture where a sound belongs',
      TRANSCRIBE,
      async () => ({ audio: await upload(await picture()) }),
      422,
      '/input/audio unfit_file',
    ],
    [
      'a recording longer than what is paid for',
      TRANSCRIBE,
      async () => ({ audio: await upload(silentWav(70)), max_minutes: 1 }),
      422,
      '/input/audio unfit_file',
    ],
    [
      'a mask that is no PNG',
      COMBINE,
      async () => ({
        prompt: 'x',
        image: [await upload(await picture())],
        mask: await upload(
          await sharp(await picture())
            .jpeg()
            .toBuffer(),
        ),
      }),
      422,
      '/input/mask unfit_file',
    ],
    [
      'a mask of another size than its picture',
      COMBINE,
      async () => ({
        prompt: 'x',
        image: [await upload(await picture())],
        mask: await upload(
          await sharp(await picture())
            .resize(16, 16)
            .toBuffer(),
        ),
      }),
      422,
      '/input/mask unfit_mask',
    ],
    ...[false, true].map((hasAlpha): (typeof cases)[number] => [
      `a mask that opens nothing, ${hasAlpha ? 'opaque everywhere' : 'without an alpha channel'}`,
      COMBINE,
      async () => {
        const one = sharp(await picture());
        const mask = hasAlpha ? one.ensureAlpha() : one;
        return { prompt: 'x', image: [await upload(await picture())], mask: await upload(await mask.png().toBuffer()) };
      },
      422,
      '/input/mask empty_mask',
    ]),
    ...[
      { model: 'sandbox/upscale', input: { scale: '4x' } },
      { model: 'sandbox/expand', input: { left: 1024, right: 1024 } },
    ].map(({ model, input }): (typeof cases)[number] => [
      `a result of ${model} that its format cannot hold`,
      model,
      async () => ({ ...input, image: await upload(await wide(15_000)), output_format: 'webp' }),
      422,
      '/input/output_format unfit_format',
    ]),
    [
      'a mask over nothing',
      COMBINE,
      async () => ({ prompt: 'x', mask: await upload(await picture()) }),
      422,
      '/input/image required',
    ],
    [
      'the second of two',
      COMBINE,
      async () => ({ prompt: 'x', image: [await upload(await picture()), newId()] }),
      422,
      '/input/image/1 unknown_asset',
    ],
    [
      'an address of our own network',
      EDIT,
      () => Promise.resolve(edit('https://169.254.169.254/latest')),
      422,
      'outbound.address_refused',
    ],
    [
      'an address that leads nowhere',
      EDIT,
      () => Promise.resolve(edit(elsewhere.put('x', Buffer.alloc(1)).replace('/x', '/none'))),
      422,
      'outbound.fetch_failed',
    ],
    [
      'an address with a page behind it',
      EDIT,
      () => Promise.resolve(edit(elsewhere.put('a.png', Buffer.from('<html>'), 'image/png'))),
      415,
      'assets.unsupported_type',
    ],
    [
      'an address with a pixel bomb behind it',
      EDIT,
      () => Promise.resolve(edit(elsewhere.put('b.png', pictureBomb(50_000)))),
      422,
      'assets.too_many_pixels',
    ],
  ];
  it.each(cases)('%s', async (_name, model, input, status, told) => {
    const sent = await input();
    const before = [await countOf('ai_jobs'), await countOf('credit_holds'), await countOf('assets')];
    const { status: answered, body } = await create(model, sent);
    const [fault] = body.errors ?? [];
    expect([answered, fault ? `${fault.pointer} ${fault.code}` : body.code]).toEqual([status, told]);
    // A quote looks at what is here already; what is elsewhere is fetched for a job alone.
    if (!JSON.stringify(sent).includes('://')) {
      expect(await ask('quotes', model, sent)).toMatchObject({ status, body: { errors: [fault] } });
    }
    expect([await countOf('ai_jobs'), await countOf('credit_holds'), await countOf('assets')]).toEqual(before);
  });

  async function deleted(): Promise<string> {
    const id = await upload(await picture(9));
    await api.send('DELETE', `/api/ai/assets/${id}`, { bearer: owner.accessToken, organizationId });
    return id;
  }
});
