import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { BillingHttpModule } from '#billing';
import type { AppConfig } from '#core/config';
import { newId } from '#core/crypto';
import { createDatabase, type Db } from '#core/db';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { FileStorage, LocalStorage } from '#core/storage';
import { createTestDatabase, FileServer, formOf, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestApi } from '../../../auth/src/testing/index.js';
import { AiHttpModule } from '../ai.http.module.js';
import { pictureBomb, silentWav } from '../testing/media-files.js';
import type { AssetDto, AssetPageDto } from './assets.dto.js';
import { AssetsRepository } from './assets.repository.js';
import { PurgeAssetsProcessor } from './purge-assets.processor.js';

type Answered = AssetDto & { code?: string; detail?: string };

let database: TestDatabase;
let api: TestApi;
let elsewhere: FileServer;
let worker: Db;
let directory: string;
let owner: SignedIn;
let organizationId: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'base-assets-'));
  [database, elsewhere] = await Promise.all([createTestDatabase(), FileServer.start()]);
  api = await startTestApi(database, {
    env: { DATA_DIR: directory, CUSTOMER_ADDRESSES_ALLOWED_HOSTS: '127.0.0.1', UPLOAD_MAX_MINUTES: '0.1' },
    modules: [
      EventsModule.forRoot({ streams: true }),
      QueueModule.forRoot({ poolSize: 1 }),
      BillingHttpModule,
      AiHttpModule,
    ],
  });
  worker = createDatabase({ url: database.workerUrl, max: 2, applicationName: 'purge' });
});
beforeEach(async () => {
  owner = await api.register();
  organizationId = await api.createOrganization(owner);
});
afterEach(async () => {
  await api.sql(
    `update plans set features = features || '{"max_upload_bytes": 10485760}', storage_bytes = 1073741824 where id = 'free'`,
  );
});
afterAll(async () => {
  await api.close();
  await worker.destroy();
  await elsewhere.stop();
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

interface Sending {
  as?: SignedIn;
  in?: string;
  name?: string;
  type?: string | null;
  field?: string;
  key?: string;
  query?: string;
}

async function upload(content: Buffer, sending: Sending = {}) {
  const { as = owner, type = null, name, field, key, query = '' } = sending;
  const form = formOf([{ content, type, name, field }]);
  return api.send<Answered>('POST', `/api/ai/assets${query}`, {
    bearer: as.accessToken,
    organizationId: sending.in ?? organizationId,
    body: form.body,
    headers: { ...form.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });
}
const ask = <T = Answered>(method: string, path: string, body?: object, as = owner, at = organizationId) =>
  api.send<T>(method, path, { bearer: as.accessToken, organizationId: at, body });
const png = (width = 40, height = 30, shade = 90) =>
  sharp({ create: { width, height, channels: 3, background: { r: shade, g: 80, b: 40 } } })
    .png()
    .toBuffer();
const stored = async (organization = organizationId): Promise<string[]> =>
  (await readdir(join(directory, 'files', organization), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
/** What is behind a link. */
const fetched = (url: string) =>
  readFile(join(directory, 'files', decodeURIComponent(new URL(url).pathname).replace('/api/files/', '')));

describe('an upload', () => {
  it('is told by its content, measured, listed, and served by a signed link', async () => {
    const picture = await png();
    const { status, body } = await upload(picture, { name: 'Café \u0007da/manhã.png', type: 'image/png' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ kind: 'reference', mimeType: 'image/png', bytes: picture.length, width: 40, height: 30, durationMs: null },
      ...{ projectId: null, userId: owner.userId },
    });
    expect(body.name).not.toMatch(/[\p{Cc}/]/u);
    expect(await fetched(body.url)).toEqual(picture);
    expect((await ask('GET', `/api/ai/assets/${body.id}`)).body).toMatchObject({ id: body.id, sha256: body.sha256 });
    expect(await stored()).toEqual([`${body.id}.png`]);
  });

  it('says how long a sound plays', async () => {
    const { status, body } = await upload(silentWav(2), { type: 'audio/x-wav', name: 'a.wav' });
    expect([status, body.mimeType, body.durationMs, body.width]).toEqual([201, 'audio/wav', 2000, null]);
  });

  it('carries what the query says of it', async () => {
    const project = newId();
    await api.sql(`insert into projects (id, organization_id, name) values ($1, $2, 'Board')`, [
      project,
      organizationId,
    ]);
    const { body } = await upload(await png(), { query: `?name=Logo&kind=logo&projectId=${project}` });
    expect(body).toMatchObject({ name: 'Logo', kind: 'logo', projectId: project });
    const unknown = await upload(await png(), { query: `?projectId=${newId()}` });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'request.invalid']);
    expect((await upload(await png(), { query: '?kind=virus' })).status).toBe(422);
  });

  it('is paged newest first, by kind and by type', async () => {
    const ids: string[] = [];
    for (const shade of [1, 2, 3]) ids.unshift((await upload(await png(20, 20, shade))).body.id);
    await upload(silentWav(1));
    const list = async (query: string) => (await ask<AssetPageDto>('GET', `/api/ai/assets?${query}`)).body;
    const first = await list('type=image&limit=2');
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await list(`type=image&limit=2&before=${first.nextBefore}`);
    expect([second.data.map(({ id }) => id), second.nextBefore]).toEqual([ids.slice(2), null]);
    expect((await list('kind=logo')).data).toEqual([]);
    expect((await list('')).data).toHaveLength(4);
  });

  it('is stored once for equal files of one organization, and not shared with another', async () => {
    const picture = await png();
    const [one, two] = [await upload(picture), await upload(picture)];
    expect(one.body.id).not.toBe(two.body.id);
    expect(await stored()).toEqual([`${one.body.id}.png`]);
    expect(await fetched(two.body.url)).toEqual(picture);
    const other = await api.createOrganization(owner);
    const three = await upload(picture, { in: other });
    expect(await stored(other)).toEqual([`${three.body.id}.png`]);
  });

  it('happens once for one Idempotency-Key, also when both come at the same time', async () => {
    const picture = await png();
    const both = await Promise.all([upload(picture, { key: 'k1' }), upload(picture, { key: 'k1' })]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    expect(both.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(1);
    expect(await stored()).toHaveLength(1);
    const other = await upload(await png(41), { key: 'k1' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.key_reused']);
    expect(await stored()).toHaveLength(1);
  });

  it('leaves a line in the audit log', async () => {
    const { body } = await upload(await png());
    await ask('DELETE', `/api/ai/assets/${body.id}`);
    const lines = await api.sql(
      'select action from audit_logs where organization_id = $1 and target_id = $2 order by id',
      [organizationId, body.id],
    );
    expect(lines.map(({ action }) => action as string)).toEqual(['assets.create', 'assets.delete']);
  });
});

describe('refused without a trace', () => {
  const cases: [string, () => Promise<Buffer> | Buffer, Sending, number, string][] = [
    ['a text', () => Buffer.from('just words, no file at all'), {}, 415, 'assets.unsupported_type'],
    [
      'a page',
      () => Buffer.from('<html><script>alert(1)</script></html>'),
      { type: 'image/png' },
      415,
      'assets.unsupported_type',
    ],
    [
      'a drawing that may run programs',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      {},
      415,
      'assets.unsupported_type',
    ],
    [
      'a program',
      () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(64)]),
      {},
      415,
      'assets.unsupported_type',
    ],
    ['another type than declared', () => png(), { type: 'image/jpeg' }, 422, 'assets.type_mismatch'],
    ['a film that is a picture', () => png(), { type: 'video/mp4' }, 422, 'assets.type_mismatch'],
    ['a picture with fewer pixels than it says', () => pictureBomb(3000), {}, 422, 'assets.unreadable'],
    ['half a picture', async () => (await png(400, 400)).subarray(0, 300), {}, 422, 'assets.unreadable'],
    ['a picture that would fill the memory', () => pictureBomb(60_000), {}, 422, 'assets.too_many_pixels'],
    ['a sound of seven seconds', () => silentWav(7), {}, 422, 'assets.too_long'],
    ['nothing', () => Buffer.alloc(0), {}, 422, 'request.upload_missing'],
    ['a file in the wrong field', () => png(), { field: 'picture' }, 422, 'request.upload_missing'],
  ];
  it.each(cases)('%s', async (_name, content, sending, status, code) => {
    const answer = await upload(await content(), sending);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await stored()).toEqual([]);
    expect((await ask<AssetPageDto>('GET', '/api/ai/assets')).body.data).toEqual([]);
  });

  it('JSON instead of a form', async () => {
    const answer = await ask('POST', '/api/ai/assets', { file: 'x' });
    expect([answer.status, answer.body.code]).toEqual([422, 'request.upload_missing']);
  });

  it('a file larger than the plan allows, also when its length is not announced', async () => {
    await api.sql(`update plans set features = features || '{"max_upload_bytes": 1000}' where id = 'free'`);
    const answer = await upload(silentWav(1));
    expect([answer.status, answer.body.code]).toEqual([413, 'request.upload_too_large']);
    expect(await stored()).toEqual([]);
  });

  it('what no longer fits into the storage of the plan', async () => {
    const first = await upload(await png());
    await api.sql(`update plans set storage_bytes = $1 where id = 'free'`, [first.body.bytes + 10]);
    const second = await upload(await png(41));
    expect([second.status, second.body.code]).toEqual([413, 'request.upload_too_large']);
    await api.sql(`update plans set storage_bytes = $1 where id = 'free'`, [first.body.bytes]);
    const told = await ask('GET', '/api/ai/assets/allowance');
    expect(told.body).toEqual({
      maxUploadBytes: 10_485_760,
      usedBytes: first.body.bytes,
      storageBytes: first.body.bytes,
    });
    const third = await upload(await png(42));
    expect([third.status, third.body.code]).toEqual([403, 'assets.quota_exceeded']);
    expect(await stored()).toHaveLength(1);
  });
});

describe('a generated file', () => {
  async function generated(content: Buffer, organization = organizationId): Promise<string> {
    const path = `${organization}/jobs/${newId()}/0.png`;
    await api.app.get(FileStorage).put(path, content);
    const [row] = await api.sql<{ id: string }>(
      `with job as (
         insert into ai_jobs (organization_id, type, model, provider, status)
         values ($1, 'image', 'sandbox/image', 'sandbox', 'succeeded') returning *
       )
       insert into generations (job_id, organization_id, ordinal, type, mime_type, bytes, sha256, storage_path, prompt, model)
       select id, organization_id, 0, type, 'image/png', $2, repeat('a', 64), $3, 'Um farol', model from job
       returning id`,
      [organization, content.length, path],
    );
    return row?.id ?? '';
  }

  it('becomes an asset of its own, once', async () => {
    const generationId = await generated(await png(64, 48));
    const first = await ask('POST', '/api/ai/assets/generated', { generationId });
    expect([first.status, first.body]).toMatchObject([201, { name: 'Um farol.png', width: 64, height: 48 }]);
    expect(await fetched(first.body.url)).toEqual(await png(64, 48));
    const second = await ask('POST', '/api/ai/assets/generated', { generationId });
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
  });

  it('is not found in the bin, nor in another organization', async () => {
    const inBin = await generated(await png());
    await api.sql('update generations set deleted_at = now() where id = $1', [inBin]);
    const theirs = await generated(await png(), await api.createOrganization(await api.register()));
    for (const generationId of [inBin, theirs, newId()]) {
      const answer = await ask('POST', '/api/ai/assets/generated', { generationId });
      expect([answer.status, answer.body.code]).toEqual([404, 'resource.not_found']);
    }
    expect(await stored()).toHaveLength(1);
  });
});

describe('a file from an address', () => {
  it('is fetched, checked and kept like an upload, without the secrets of its address', async () => {
    const picture = await png();
    const url = elsewhere.put('fotos/praia.png', picture, 'image/png');
    const { status, body } = await ask('POST', '/api/ai/assets/imports', { url: `${url}?token=secret` });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'praia.png', mimeType: 'image/png', bytes: picture.length });
    const [row] = await api.sql<{ metadata: object }>('select metadata from assets where id = $1', [body.id]);
    expect(JSON.stringify(row)).not.toContain('secret');
  });

  it('is refused when the address leads nowhere, to ourselves, or to something else', async () => {
    const nowhere = elsewhere.put('there.png', await png()).replace('there', 'not-there');
    const page = elsewhere.put('page.png', Buffer.from('<html></html>'), 'image/png');
    for (const [url, status, code] of [
      [nowhere, 422, 'outbound.fetch_failed'],
      ['https://169.254.169.254/latest/meta-data', 422, 'outbound.address_refused'],
      ['https://[::1]/a.png', 422, 'outbound.address_refused'],
      ['file:///etc/passwd', 422, 'outbound.address_refused'],
      [page, 415, 'assets.unsupported_type'],
    ] as const) {
      const answer = await ask('POST', '/api/ai/assets/imports', { url });
      expect([url, answer.status, answer.body.code]).toEqual([url, status, code]);
    }
    expect(await stored()).toEqual([]);
  });
});

describe('another organization, and members without the right', () => {
  it('see nothing of it and change nothing', async () => {
    const { body } = await upload(await png());
    const stranger = await api.register();
    const theirs = await api.createOrganization(stranger);
    for (const method of ['GET', 'DELETE']) {
      const answer = await ask(method, `/api/ai/assets/${body.id}`, undefined, stranger, theirs);
      expect([answer.status, answer.body.code]).toEqual([404, 'resource.not_found']);
    }
    const viewer = await api.addMember(organizationId, 'viewer');
    expect((await ask('GET', `/api/ai/assets/${body.id}`, undefined, viewer)).status).toBe(200);
    expect((await ask('DELETE', `/api/ai/assets/${body.id}`, undefined, viewer)).status).toBe(403);
    expect((await upload(await png(), { as: viewer })).status).toBe(403);
  });
});

describe('a deleted upload', () => {
  const purge = () =>
    new PurgeAssetsProcessor(
      worker,
      new AssetsRepository(),
      new LocalStorage({ storage: { directory: join(directory, 'files') } } as AppConfig),
    ).handle();
  const age = (id: string) => api.sql(`update assets set deleted_at = now() - interval '2 hours' where id = $1`, [id]);

  it('is gone for everybody at once; its file goes after a while', async () => {
    const { body } = await upload(await png());
    expect((await ask('DELETE', `/api/ai/assets/${body.id}`)).status).toBe(204);
    expect((await ask('DELETE', `/api/ai/assets/${body.id}`)).status).toBe(404);
    expect((await ask('GET', `/api/ai/assets/${body.id}`)).status).toBe(404);
    await purge();
    expect(await stored()).toHaveLength(1);
    await age(body.id);
    await purge();
    expect(await stored()).toEqual([]);
    expect(await api.sql('select from assets where id = $1', [body.id])).toEqual([]);
  });

  it('keeps its file while an open job needs it', async () => {
    const { body } = await upload(await png());
    const jobId = newId();
    const request = {
      ...{ id: jobId, organization_id: organizationId, type: 'image', model: 'sandbox/image', provider: 'sandbox' },
      ...{
        input: { image: [`asset:${body.id}`] },
        price: {},
        price_version: 1,
        hold_credits: '0',
        estimated_credits: '1',
      },
      ...{ request_hash: 'h', test_mode: true },
    };
    await api.sql('select create_ai_jobs($1)', [JSON.stringify([request])]);
    await ask('DELETE', `/api/ai/assets/${body.id}`);
    await age(body.id);
    await purge();
    expect(await stored()).toHaveLength(1);
    await api.sql(`update ai_jobs set status = 'canceled', finished_at = now() where id = $1`, [jobId]);
    await purge();
    expect(await stored()).toEqual([]);
  });

  it('keeps its file while an equal upload is there', async () => {
    const picture = await png();
    const [one, two] = [await upload(picture), await upload(picture)];
    await ask('DELETE', `/api/ai/assets/${one.body.id}`);
    await age(one.body.id);
    await purge();
    expect(await fetched(two.body.url)).toEqual(picture);
  });
});
