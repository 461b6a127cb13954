import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import sharp from 'sharp';
import type { AppConfig } from '#core/config';
import { createDatabase, type Db } from '#core/db';
import { LocalStorage } from '#core/storage';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import type { LightSteps } from '../generations/light-steps.js';
import { renderSandboxVideo } from '../providers/sandbox/index.js';
import { fakeSpeech } from '../testing/fake-speech.js';
import { pictureBomb, silentWav } from '../testing/index.js';
import { Ffmpeg } from './ffmpeg.js';
import { MediaDecoder } from './media-decoder.js';
import { PreviewsRepository } from './previews.repository.js';
import { PreviewsService } from './previews.service.js';

interface Row {
  thumbnail_path: string | null;
  preview_path: string | null;
  poster_path: string | null;
  placeholder: string | null;
  peaks: number[] | null;
  preview_attempts: number;
  previewed_at: Date | null;
}

describe('previews', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  let worker: Db;
  let directory: string;
  let storage: LocalStorage;
  let organizationId: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    directory = await mkdtemp(join(tmpdir(), 'base-previews-'));
    database = await createTestDatabase();
    owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    worker = createDatabase({ url: database.workerUrl, max: 2, applicationName: 'previews' });
    storage = new LocalStorage({ storage: { directory } } as AppConfig);
    organizationId = randomUUID();
    await owner.query(`insert into organizations (id, name, slug) values ($1, 'Agência', 'agencia')`, [organizationId]);
  });
  afterAll(async () => {
    await worker.destroy();
    await owner.end();
    await database.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const idle = { isBusy: false } as LightSteps;
  const service = () =>
    new PreviewsService(
      worker,
      new PreviewsRepository(),
      storage,
      new MediaDecoder({ ffmpegPath: 'ffmpeg' } as AppConfig),
      idle,
    );

  /** A finished upload or generation with this file behind it. */
  async function keep(
    table: 'assets' | 'generations',
    name: string,
    mimeType: string,
    content: Buffer,
  ): Promise<string> {
    const id = randomUUID();
    const path = `${organizationId}/${id}/${name}`;
    const { bytes, sha256 } = await storage.put(path, content);
    const file = [id, organizationId, mimeType, bytes.toString(), sha256, path];
    if (table === 'assets') {
      await owner.query(
        `insert into assets (id, organization_id, mime_type, bytes, sha256, storage_path, name) values ($1, $2, $3, $4, $5, $6, 'a')`,
        file,
      );
      return id;
    }
    await owner.query(
      `with job as (
         insert into ai_jobs (organization_id, type, model, provider, status, input, price, price_version, test_mode, finished_at)
         values ($2, 'image', 'sandbox/image', 'sandbox', 'succeeded', '{}', '{}', 1, true, now()) returning id)
       insert into generations (id, organization_id, job_id, ordinal, type, mime_type, bytes, sha256, storage_path, model)
       select $1, $2, job.id, 0, 'image', $3, $4, $5, $6, 'sandbox/image' from job`,
      file,
    );
    return id;
  }
  async function rowOf(table: string, id: string): Promise<Row> {
    const { rows } = await owner.query<Row>(`select * from ${table} where id = $1`, [id]);
    if (!rows[0]) throw new Error(`No ${id}`);
    return rows[0];
  }
  const sizeOf = async (path: string | null) => {
    const { format, width, height, exif } = await sharp(await buffer(storage.read(path ?? ''))).metadata();
    return { format, width, height, exif };
  };

  it.each(['assets', 'generations'] as const)(
    'of a picture in %s are upright WebPs of two sizes and a blur',
    async (table) => {
      const photo = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#c05028' } })
        .withExif({ IFD0: { Copyright: 'somebody' } })
        .withMetadata({ orientation: 6 })
        .jpeg()
        .toBuffer();
      const id = await keep(table, '0.jpg', 'image/jpeg', photo);
      await service().wake();
      const row = await rowOf(table, id);
      expect(await sizeOf(row.thumbnail_path)).toEqual({ format: 'webp', width: 160, height: 320, exif: undefined });
      expect(await sizeOf(row.preview_path)).toEqual({ format: 'webp', width: 640, height: 1280, exif: undefined });
      expect(row.placeholder).toMatch(/^data:image\/webp;base64,/);
      expect(row.placeholder?.length).toBeLessThan(400);
      expect([row.poster_path, row.peaks]).toEqual([null, null]);
    },
  );

  const here = spawnSync('ffmpeg', ['-version'], { env: {} }).status === 0;
  if (!here) process.stderr.write('ffmpeg is not installed: what it decodes was not tested\n');
  // A test machine that lacks it is a failure, not a smaller test run.
  const test = here || process.env['CI'] === 'true' ? it : it.skip;
  test('are made by ffmpeg of what has no decoder here', async () => {
    const film = await renderSandboxVideo({ prompt: 'Um farol', seed: 1, width: 320, height: 180, seconds: 2 });
    const path = join(directory, 'film');
    await writeFile(path, film.bytes);
    const png = await new Ffmpeg('ffmpeg', path, 'MP4').frame(1);
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 320, height: 180 });
    await writeFile(path, await buffer(Readable.from(fakeSpeech('Bom dia', 'mp3', 2))));
    const loudness = await new Ffmpeg('ffmpeg', path, 'MP3').loudness(2, 10);
    expect(loudness).toHaveLength(10);
    expect(Math.max(...(loudness ?? []))).toBeGreaterThan(0.05);
    // A file that is something else, or names another one to read, is not read as that.
    await writeFile(path, `ffconcat version 1.0\nfile '${path}'\n`);
    expect(await new Ffmpeg('ffmpeg', path, 'MP4').frame(1)).toBeUndefined();
  });

  it('of what has no decoder are none where ffmpeg is missing too', async () => {
    const film = await renderSandboxVideo({ prompt: 'Um farol', seed: 1, width: 320, height: 180, seconds: 1 });
    const path = join(directory, 'film');
    await writeFile(path, film.bytes);
    const missing = new Ffmpeg(join(directory, 'no such program'), path, 'MP4');
    expect([await missing.frame(1), await missing.loudness(1, 10)]).toEqual([undefined, undefined]);
  });

  it('of a film are a frame of it, and what pictures have', async () => {
    const film = await renderSandboxVideo({ prompt: 'Um farol', seed: 1, width: 320, height: 180, seconds: 2 });
    const id = await keep('generations', '0.mp4', 'video/mp4', film.bytes);
    await service().wake();
    const row = await rowOf('generations', id);
    expect(await sizeOf(row.poster_path)).toMatchObject({ format: 'webp', width: 320, height: 180 });
    const { channels } = await sharp(await buffer(storage.read(row.poster_path ?? ''))).stats();
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
    expect(await sizeOf(row.thumbnail_path)).toMatchObject({ format: 'webp', width: 320, height: 180 });
  });

  it('of a sound are its loudness over time, whatever it is packed in', async () => {
    const speech = await buffer(Readable.from(fakeSpeech('Bom dia a todos', 'mp3', 2)));
    const spoken = await keep('generations', '0.mp3', 'audio/mpeg', speech);
    const silent = await keep('generations', '0.wav', 'audio/wav', silentWav(2));
    await service().wake();
    const heard = (await rowOf('generations', spoken)).peaks ?? [];
    expect(heard).toHaveLength(200);
    expect(Math.max(...heard)).toBeGreaterThan(10);
    expect(Math.max(...heard)).toBeLessThanOrEqual(100);
    expect((await rowOf('generations', silent)).peaks).toEqual(new Array(200).fill(0));
  });

  it('are none for a text, and that is settled', async () => {
    const id = await keep('generations', '0.json', 'application/json', Buffer.from('{"text":"x"}'));
    await service().wake();
    const row = await rowOf('generations', id);
    expect([row.thumbnail_path, row.previewed_at === null]).toEqual([null, false]);
  });

  it('that cannot be made are tried three times in all, and stay away from the rest', async () => {
    const bomb = await keep('generations', 'a.png', 'image/png', pictureBomb(60_000));
    const broken = await keep('generations', 'b.mp4', 'video/mp4', Buffer.from('no film at all'));
    const good = await keep(
      'generations',
      'c.png',
      'image/png',
      await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    for (let turn = 0; turn < 5; turn += 1) {
      await service().wake();
      await owner.query(
        `update generations set preview_claimed_at = now() - interval '1 hour' where previewed_at is null`,
      );
    }
    for (const id of [bomb, broken]) {
      expect(await rowOf('generations', id)).toMatchObject({
        preview_attempts: 3,
        previewed_at: null,
        thumbnail_path: null,
      });
    }
    expect((await rowOf('generations', good)).thumbnail_path).not.toBeNull();
  });

  it('are made once by several workers at a time, and again when one died over them', async () => {
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    const ids = await Promise.all([1, 2, 3].map((at) => keep('generations', `${at}.png`, 'image/png', picture)));
    await Promise.all([service().wake(), service().wake(), service().wake()]);
    for (const id of ids) expect(await rowOf('generations', id)).toMatchObject({ preview_attempts: 1 });
    await owner.query('update generations set previewed_at = null where id = $1', [ids[0]]);
    await service().wake();
    expect((await rowOf('generations', ids[0] ?? '')).previewed_at).toBeNull();
    await owner.query(`update generations set preview_claimed_at = now() - interval '1 hour' where id = $1`, [ids[0]]);
    await service().wake();
    expect((await rowOf('generations', ids[0] ?? '')).previewed_at).not.toBeNull();
  });
});
